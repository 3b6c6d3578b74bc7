using Etalon.Assays;
using Etalon.Assays.Maps;
using Etalon.Assays.Radiomics;
using Etalon.Assays.Suv;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study.Features;

/// <summary>Finds the visits of an input: a patient file, a BIDS folder (of one subject or many), DICOM objects, or a plain image with its masks.</summary>
internal static class FeatureSources
{
    /// <summary>Width over which PET voxels share noise where nobody states it: that of the usual post-filter, mm.</summary>
    private const double PetNoiseWidthMm = 5;

    /// <summary>The visits of paths.</summary>
    /// <exception cref="CaseException">The input cannot be used.</exception>
    public static IReadOnlyList<FeatureVisit> Of(IReadOnlyList<string> paths, FeatureUnits units, CaseOptions options, List<Finding> findings, CancellationToken cancellation)
    {
        if (paths is [var file] && File.Exists(file) && file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return OfCase(CaseReader.Read(file, options, cancellation), units, findings);
        }

        if (paths is [var folder] && Directory.Exists(folder) && BidsFolder.IsOne(folder))
        {
            return BidsFeatures.Of(folder, units, findings);
        }

        var missing = paths.FirstOrDefault(p => !Path.Exists(p));
        return missing is null
            ? [.. DicomMapReader.Read(paths, findings, cancellation).Select(v => OfDicom(v, units))]
            : throw new CaseException(new Finding(
                FindingCodes.ImageMissing, Severity.Error, Path.GetFileName(missing.TrimEnd('/')), "no such file or folder", "a DICOM folder or zip, a BIDS folder, or a patient file", "Check the path."));
    }

    /// <summary>Over how many millimetres an image's voxels share noise, by how it was made.</summary>
    public static (double, double, string) NoiseWidth(string modality, Acquisition record, Grid grid)
    {
        if (modality == "PT")
        {
            return (PetNoiseWidthMm, PetNoiseWidthMm, FormattableString.Invariant($"assumed: a post-filter of {PetNoiseWidthMm:0} mm (FWHM) in all directions"));
        }

        // g voxels for one draw: a Gaussian of standard deviation s voxels makes 4πs² of them in a slice.
        var grain = NoiseGrain.Of(record, grid);
        var inPlane = grain.Voxels > 1 ? 2.3548 * Math.Sqrt(grain.Voxels / (4 * Math.PI)) * Math.Sqrt(grid.SpacingMm.X * grid.SpacingMm.Y) : 0;
        return (inPlane, 0, $"{grain.How}, in slices");
    }

    private static List<FeatureVisit> OfCase(PatientCase patient, FeatureUnits units, List<Finding> findings)
    {
        findings.AddRange(patient.Findings);
        return [.. patient.Visits.Select(v => new FeatureVisit(patient.Subject, v.Id, (told, cancellation) => OfVisit(v, units, told, cancellation)))];
    }

    private static FeatureInput OfVisit(Visit visit, FeatureUnits units, List<Finding> findings, CancellationToken cancellation)
    {
        var loaded = VisitLoader.Load(visit, findings, cancellation);
        var images = new List<RadiomicsImage>();
        if (loaded.Adc is { } adc)
        {
            images.Add(OfMap("ADCmap", adc, loaded.AdcInput.Name, loaded.AdcInput.Sha256, NoiseWidth("MR", visit.Acquisition, adc.Value.Grid)));
        }

        if (loaded.Suv is { } suv)
        {
            images.Add(new RadiomicsImage("SUVbwmap", suv.Value) { Source = suv.Name, Sha256 = suv.Sha256, NoiseWidth = NoiseWidth("PT", visit.Acquisition, suv.Value.Grid) });
        }

        foreach (var (kind, name) in new[] { (ImageKind.Ct, "CT"), (ImageKind.T1, "T1w"), (ImageKind.T1Post, "T1w_post"), (ImageKind.Flair, "FLAIR") })
        {
            if (visit.Image(kind) is { } reference && VisitLoader.TryLoad(reference, findings, cancellation) is { Frames.Count: 1 } image)
            {
                images.Add(new RadiomicsImage(name, new Volume(image.Grid, image.Frames[0], units.Of(name, image.Unit))) { Source = reference.Name, Sha256 = image.Sha256, NoiseWidth = NoiseWidth("MR", visit.Acquisition, image.Grid) });
            }
        }

        var regions = loaded.Regions.Where(r => r.Kind == RegionKind.Mask).Select(r => new FeatureRegion(r.Id, r.Sha256, r.Mask, image => r.Mask.Grid.IsSameAs(image.Image.Grid) ? r.Mask : null));
        return new FeatureInput(images, [.. regions]);
    }

    private static FeatureVisit OfDicom(MapVisit visit, FeatureUnits units) => new(visit.Subject, visit.Session.Length > 0 ? visit.Session : "1", (findings, cancellation) =>
    {
        var images = new List<(RadiomicsImage Image, MapSeries? Series)>();
        void Assay(IMapAssay assay, string modality)
        {
            var outcome = assay.Measure(visit.Input, cancellation);
            findings.AddRange(outcome.Findings.Select(visit.Clean));
            foreach (var map in outcome.Maps.Take(1))
            {
                var input = outcome.Inputs[0];
                images.Add((OfMap(map.Name, map.Map, input.Name, input.Sha256, NoiseWidth(modality, input.Acquisition, map.Map.Value.Grid)), input));
            }
        }

        try
        {
            if (visit.Input.Series.Any(s => s.Modality == "PT"))
            {
                Assay(new SuvAssay(), "PT");
            }

            if (visit.Input.Series.Any(s => s.Frames.Select(f => f.BValue).Distinct().Count(b => b is not null) >= 2))
            {
                Assay(new AdcMap(), "MR");
            }

            foreach (var series in visit.Input.Series.Where(s => s.Frames.Count == 1 && s.Modality is not "PT"))
            {
                var name = series.Content.Length > 0 ? $"{series.Content}map" : series.Modality == "CT" ? "CT" : series.Name;
                name = images.Exists(i => i.Image.Name == name) ? $"{name} ({series.Name})" : name;
                images.Add((new RadiomicsImage(name, new Volume(series.Grid, series.Frames[0].Values, units.Of(name, series.Unit)))
                {
                    Source = series.Name, Sha256 = series.Sha256, NoiseWidth = NoiseWidth(series.Modality, series.Acquisition, series.Grid),
                }, series));
            }
        }
        catch (CaseException e)
        {
            findings.Add(visit.Clean(e.Finding));
        }

        var frames = images.ToDictionary(i => i.Image.Name, i => i.Series?.Stack?.FrameOfReferenceUid, StringComparer.Ordinal);
        return new FeatureInput([.. images.Select(i => i.Image)], [.. visit.Input.Masks.Select(m => new FeatureRegion(m.Name, m.Sha256, m.Mask, image => m.On(image.Image.Grid, frames[image.Name])))]);
    });

    internal static RadiomicsImage OfMap(string name, ParametricMap map, string source, string sha256, (double, double, string) width) => new(name, map.Value)
    {
        VoxelU = map.IsUKnown ? map.U.Values : null, HasValue = Array.ConvertAll(map.Status, s => s == VoxelStatus.Ok), Source = source, Sha256 = sha256, NoiseWidth = width,
    };
}
