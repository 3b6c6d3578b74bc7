using System.Globalization;
using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Outlines that are stored as NIfTI masks beside DICOM objects. A mask belongs to the series whose grid it has; its name says of which visit, where several have it.</summary>
internal sealed class MaskFileOutlines(IReadOnlyList<DicomSeriesOfCase> series, List<Finding> findings)
{
    public IEnumerable<Outline> Of(IReadOnlyList<MaskFile> masks, Func<DicomSeriesOfCase, IEnumerable<string>> sessions)
    {
        foreach (var file in masks)
        {
            if (Target(file, sessions) is { } on)
            {
                var isBrain = file.Label.Equals("brain", StringComparison.OrdinalIgnoreCase);
                yield return new Outline
                {
                    Label = file.Label, Rank = 0, On = on, Source = file.Name, IsBrain = isBrain, IsBrainOnly = isBrain,
                    Load = (to, _, _) => to == on ? file.Load() : Carried(file.Load(), to.Layout.Grid),
                };
            }
        }
    }

    private DicomSeriesOfCase? Target(MaskFile file, Func<DicomSeriesOfCase, IEnumerable<string>> sessions)
    {
        Grid grid;
        try
        {
            grid = file.Load().Grid;
        }
        catch (CaseException e)
        {
            findings.Add(e.Finding);
            return null;
        }

        var alike = series.Where(s => s.Layout.Grid.IsSameAs(grid) && (file.Session is null || sessions(s).Contains(file.Session, StringComparer.OrdinalIgnoreCase)))
            .OrderBy(s => s.Kind switch { ImageKind.DiffusionSeries => 0, ImageKind.Suv => 1, ImageKind.AdcMap => 2, _ => 3 }).ThenBy(s => s.Name, StringComparer.Ordinal).ToList();
        var visits = alike.Select(s => sessions(s).First()).Distinct(StringComparer.Ordinal).Count();
        if (visits == 1)
        {
            return alike[0];
        }

        findings.Add(visits == 0
            ? new Finding(
                FindingCodes.GridsDiffer, Severity.Error, file.Name, string.Create(CultureInfo.InvariantCulture, $"a mask on {grid}, which no series {(file.Session is null ? "here" : "of that session")} has"), "the grid of a series",
                "The mask was not used. Draw it on the image that is to be measured, and name it *_ses-VISIT_label-NAME_mask.nii.gz.")
            : new Finding(
                FindingCodes.MaskAmbiguous, Severity.Error, file.Name, $"a mask whose grid {visits} visits have", "a name that says which visit",
                "The mask was not used. Name it *_ses-VISIT_label-NAME_mask.nii.gz, where VISIT is the number of the visit, its day (YYYYMMDD) or its StudyID."));
        return null;
    }

    private static LoadedImage Carried(LoadedImage mask, Grid grid) => mask with
    {
        Grid = grid,
        Frames = [Array.ConvertAll(Resampler.Resample(Mask.FromNonZero(mask.Volume()), grid, RigidTransform.Identity).Inside, x => x ? 1f : 0f)],
    };
}
