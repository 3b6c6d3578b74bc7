using System.Globalization;
using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Outlines that are stored as NIfTI masks beside DICOM objects. A mask belongs to the series whose grid it has; its name says of which visit, where several have it.</summary>
internal sealed class MaskFileOutlines(IReadOnlyList<DicomSeriesOfCase> series, StudyDays days, DicomIdentity identity, List<Finding> findings)
{
    /// <summary>The outlines of all masks that belong to one visit.</summary>
    /// <param name="masks">The files.</param>
    /// <param name="drawnOn">Names of series that other outlines were drawn on.</param>
    public IEnumerable<Outline> Of(IReadOnlyList<MaskFile> masks, IReadOnlySet<string> drawnOn)
    {
        var fitting = masks.Select(m => (File: m, Alike: Alike(m))).Where(m => m.Alike is not null).ToList();
        // A mask that names its day may make a visit of it; only then are the visits numbered, and names that are numbers mean something.
        var dated = fitting.Select(m => Called(m.File, m.Alike!, StudyDays.Names)).Where(s => s.Select(days.IndexOf).Distinct().Count() == 1).Select(s => s[0].Name);
        var numbers = days.Numbers(drawnOn.Concat(dated).ToHashSet(StringComparer.Ordinal));
        IEnumerable<string> Names(DicomSeriesOfCase s) =>
            numbers.TryGetValue(days.IndexOf(s), out var number) ? StudyDays.Names(s).Prepend(number.ToString(CultureInfo.InvariantCulture)) : StudyDays.Names(s);
        foreach (var (file, alike) in fitting)
        {
            if (Target(file, Called(file, alike!, Names)) is { } on)
            {
                var isBrain = file.Label.Equals("brain", StringComparison.OrdinalIgnoreCase);
                yield return new Outline
                {
                    Label = RegionLabel.Of(identity.Clean(file.Label)), Rank = 0, On = on, Source = Shown(file), IsBrain = isBrain, IsBrainOnly = isBrain,
                    Load = (to, _, _) => to == on ? Read(file) : Carried(Read(file), to.Layout.Grid),
                };
            }
        }
    }

    private string Shown(MaskFile file) => identity.Clean(file.Name, 200);

    /// <summary>The series whose grid a mask has, those first that are measured; null where it cannot be read.</summary>
    private List<DicomSeriesOfCase>? Alike(MaskFile file)
    {
        try
        {
            var grid = Read(file).Grid;
            return [.. series.Where(s => s.Layout.Grid.IsSameAs(grid))
                .OrderBy(s => s.Kind switch { ImageKind.DiffusionSeries => 0, ImageKind.Suv => 1, ImageKind.AdcMap => 2, _ => 3 }).ThenBy(s => s.Name, StringComparer.Ordinal)];
        }
        catch (CaseException e)
        {
            findings.Add(e.Finding);
            return null;
        }
    }

    private static List<DicomSeriesOfCase> Called(MaskFile file, List<DicomSeriesOfCase> alike, Func<DicomSeriesOfCase, IEnumerable<string>> names) =>
        file.Session is null ? alike : alike.FindAll(s => names(s).Contains(file.Session, StringComparer.OrdinalIgnoreCase));

    private DicomSeriesOfCase? Target(MaskFile file, List<DicomSeriesOfCase> fitting)
    {
        var count = fitting.Select(days.IndexOf).Distinct().Count();
        if (count == 1)
        {
            return fitting[0];
        }

        findings.Add(count == 0
            ? new Finding(
                FindingCodes.GridsDiffer, Severity.Error, Shown(file), string.Create(CultureInfo.InvariantCulture, $"a mask on {Read(file).Grid}, which no series {(file.Session is null ? "here" : "of that session")} has"), "the grid of a series",
                "The mask was not used. Draw it on the image that is to be measured, and name it *_ses-VISIT_label-NAME_mask.nii.gz.")
            : new Finding(
                FindingCodes.MaskAmbiguous, Severity.Error, Shown(file), $"a mask whose grid series of {count} days have", "a name that says which visit",
                "The mask was not used. Name it *_ses-VISIT_label-NAME_mask.nii.gz, where VISIT is the number of the visit, its day (YYYYMMDD) or its StudyID."));
        return null;
    }

    /// <summary>The mask; what is said of it does not say whose it is.</summary>
    private LoadedImage Read(MaskFile file)
    {
        try
        {
            var image = file.Load();
            return image with { Findings = [.. image.Findings.Select(Cleaned)] };
        }
        catch (CaseException e)
        {
            throw new CaseException(Cleaned(e.Finding));
        }
    }

    private Finding Cleaned(Finding f) => f with { About = identity.Clean(f.About, 300), Found = identity.Clean(f.Found, 500) };

    private static LoadedImage Carried(LoadedImage mask, Grid grid) => mask with
    {
        Grid = grid,
        Frames = [Array.ConvertAll(Resampler.Resample(Mask.FromNonZero(mask.Volume()), grid, RigidTransform.Identity).Inside, x => x ? 1f : 0f)],
    };
}
