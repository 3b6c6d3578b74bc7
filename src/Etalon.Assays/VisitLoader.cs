using Etalon.Assays.Diffusion;
using Etalon.Assays.Suv;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays;

/// <summary>Loads the images of a visit, makes ADC from diffusion frames, and keeps what can be used when something cannot.</summary>
public static class VisitLoader
{
    private const string RicianMethod = "adc.rician-least-squares/1";

    /// <summary>Loads a visit; trouble becomes findings.</summary>
    public static VisitImages Load(Visit visit, List<Finding> findings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(visit);
        ArgumentNullException.ThrowIfNull(findings);
        var result = new VisitImages { Visit = visit };
        result = LoadAdc(result, findings, cancellation);
        if (visit.Image(ImageKind.Suv) is { } pet && TryLoad(pet, findings, cancellation) is { } activity)
        {
            var suv = SuvMap.Of(activity, pet.Name, visit.Id, findings);
            result = result with { Suv = suv, Regions = suv is not null && visit.Images.All(i => i.Kind != ImageKind.RegionMask) ? [.. result.Regions, Everything(suv)] : result.Regions };
        }

        var regions = new List<VisitRegion>(result.Regions);
        foreach (var image in visit.Images.Where(i => i.Kind == ImageKind.RegionMask))
        {
            if (TryLoad(image, findings, cancellation) is { } loaded && ToMask(loaded, $"visit {visit.Id}: {image.Name}", findings) is { } mask
                && (image.DrawnOn is not null || Fits(loaded.Grid, result.Adc?.Value.Grid, image.Name, visit.Id, findings)))
            {
                regions.Add(new VisitRegion(image.RegionId ?? "region", mask, image.Name, loaded.Sha256) { DrawnOn = image.DrawnOn, IsTransferred = image.IsTransferred, Meaning = image.Meaning });
            }
        }

        regions = [.. regions.OrderBy(r => r.Kind == RegionKind.Whole)];

        var (anatomy, name) = LoadAnatomy(visit, findings, cancellation);
        return result with { Regions = regions, Anatomy = anatomy, AnatomyName = name, Brain = LoadBrain(visit.Image(ImageKind.BrainMask), findings, cancellation) };
    }

    /// <summary>Loads a brain mask; null where there is none or it cannot be read.</summary>
    public static Mask? LoadBrain(ImageReference? reference, List<Finding> findings, CancellationToken cancellation = default) =>
        reference is not null && TryLoad(reference, findings, cancellation) is { } loaded ? ToMask(loaded, reference.Name, findings) : null;

    /// <summary>An anatomy as a volume to look at and to register: what is no finite number is 0.</summary>
    public static Volume ToAnatomy(LoadedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new Volume(image.Grid, Array.TrueForAll(image.Frames[0], float.IsFinite) ? image.Frames[0] : Array.ConvertAll(image.Frames[0], v => float.IsFinite(v) ? v : 0), image.Unit);
    }

    /// <summary>Loads an image; null with a finding where it cannot be used.</summary>
    public static LoadedImage? TryLoad(ImageReference reference, List<Finding> findings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(findings);
        try
        {
            var loaded = reference.Load(cancellation);
            findings.AddRange(loaded.Findings);
            return loaded;
        }
        catch (CaseException e)
        {
            findings.Add(e.Finding);
            return null;
        }
    }

    private static VisitImages LoadAdc(VisitImages into, List<Finding> findings, CancellationToken cancellation)
    {
        var visit = into.Visit;
        if (visit.Image(ImageKind.DiffusionSeries) is { } series && TryLoad(series, findings, cancellation) is { } frames)
        {
            if (frames.BValues.Distinct().Count() >= 2 && frames.IsFromScanner)
            {
                return FromScanner(into, series, frames, findings, cancellation);
            }

            if (frames.BValues.Distinct().Count() >= 2)
            {
                var map = AdcFit.Fit(frames.Grid, frames.BValues, frames.Frames, AdcMethod.RicianLeastSquares, frames.Gradients, cancellation);
                TellNoise(map, $"visit {visit.Id}: {series.Name}", findings);
                return into with { Adc = map, AdcMethod = RicianMethod, AdcInput = (series.Name, frames.Sha256) };
            }

            findings.Add(new Finding(
                FindingCodes.FieldInvalid, Severity.Error, $"visit {visit.Id}: {series.Name}", $"b-values {string.Join(", ", frames.BValues)}",
                "at least two different b-values", "Give the .bval file of this series."));
        }

        if (visit.Image(ImageKind.AdcMap) is not { } given || TryLoad(given, findings, cancellation) is not { } loaded)
        {
            return into;
        }

        if (loaded.Unit?.IsCommensurableWith(Unit.Parse("mm2/s")) != true)
        {
            var found = loaded.Unit is null ? "an ADC map without a unit" : $"an ADC map in {loaded.Unit.Code}, which is no unit of diffusion";
            findings.Add(new Finding(
                FindingCodes.UnitNotStated, Severity.Error, $"visit {visit.Id}: {given.Name}", found, "a stated unit of diffusion such as mm2/s",
                "State it with --assume adc=UNIT, for example --assume adc=1e-6.mm2/s, if you know it."));
            return into;
        }

        into = FromGiven(into, given, loaded);
        if (!into.Adc!.IsUKnown)
        {
            findings.Add(new Finding(
                FindingCodes.NoiseUnknown, Severity.Info, $"visit {visit.Id}: {given.Name}", "a map of ADC that says nothing of its noise", "a map with its uncertainty, or the diffusion series",
                "The uncertainty of single voxels is not known, and no map of it is written; that of a region is its repeatability alone."));
        }

        return loaded.IsFromScanner && visit.Images.All(i => i.Kind != ImageKind.RegionMask) ? into with { Regions = [Everywhere(into.Adc!, given.Name, loaded.Sha256)] } : into;
    }

    /// <summary>All of a scanner's map that has a value, where nobody drew a region.</summary>
    private static VisitRegion Everywhere(ParametricMap map, string name, string sha256) =>
        new(HeadRegion.Id, new Mask(map.Value.Grid, Array.ConvertAll(map.Status, s => s == VoxelStatus.Ok)), name, sha256)
        {
            Kind = RegionKind.Whole,
            Name = "the whole of the scanner's map (values above 0; no tumour was drawn)",
            DrawnOn = name,
        };

    /// <summary>
    /// Frames as the scanner stored them. Without a drawn region the whole head is measured, log-linear as scanners do, so that the scanner's own map can be held against ours.
    /// </summary>
    private static VisitImages FromScanner(VisitImages into, ImageReference series, LoadedImage frames, List<Finding> findings, CancellationToken cancellation)
    {
        var visit = into.Visit;
        if (RepeatedVolumes.LeftOut(frames, $"visit {visit.Id}: {series.Name}", findings) is not { } distinct)
        {
            return into;
        }

        frames = distinct;

        // A drawn region is measured alike whatever file its image came in; what scanners do serves where there is none, and to compare with them.
        var isDrawn = visit.Images.Any(i => i.Kind == ImageKind.RegionMask);
        ParametricMap Fit(AdcMethod method) => AdcFit.Fit(frames.Grid, frames.BValues, frames.Frames, method, frames.Gradients, cancellation);
        var map = Fit(isDrawn ? AdcMethod.RicianLeastSquares : AdcMethod.LogLinear);
        TellNoise(map, $"visit {visit.Id}: {series.Name}", findings);
        into = into with { Adc = map, AdcMethod = isDrawn ? RicianMethod : "adc.log-linear-geometric-mean/1", AdcInput = (series.Name, frames.Sha256) };
        if (visit.Images.All(i => i.Kind != ImageKind.RegionMask) && HeadRegion.Of(frames.Grid, frames.BValues, frames.Frames, series.Name, frames.Sha256) is { } head)
        {
            into = into with { Regions = [head] };
        }

        var scanners = visit.Images.Where(i => i.Kind == ImageKind.AdcMap).OrderBy(i => i.ComputedFrom == series.Name ? 0 : i.ComputedFrom is null ? 1 : 2).FirstOrDefault();
        if (scanners is null || (scanners.ComputedFrom is not null && scanners.ComputedFrom != series.Name) || TryLoad(scanners, findings, cancellation) is not { } vendor)
        {
            return into;
        }

        var about = $"visit {visit.Id}: {scanners.Name}";
        if (vendor.Unit is null)
        {
            findings.Add(new Finding(
                FindingCodes.VendorMapWithoutUnit, Severity.Warning, about, "a scanner's ADC map without RealWorldValueMapping or a unit in RescaleType", "a stated unit",
                "It was not measured. Its scale was estimated against our own map, for comparison alone; state it with --assume adc=UNIT if you know it."));
        }

        return into with { Vendor = VendorMap.Compare(vendor, scanners.Name, isDrawn ? Fit(AdcMethod.LogLinear) : map, frames, about, findings, cancellation) };
    }

    private static void TellNoise(ParametricMap map, string about, List<Finding> findings)
    {
        if (!map.IsUKnown)
        {
            findings.Add(new Finding(
                FindingCodes.NoiseUnknown, Severity.Warning, about, "no repeated frames, no air that follows Rayleigh's distribution, and too little that differs between neighbouring voxels",
                "an image that shows its noise", "ADC was computed without a noise floor, so that it reads low where the signal is weak; the uncertainty of single voxels is not known. Supply repeats, or images before masking."));
        }
    }

    private static VisitImages FromGiven(VisitImages into, ImageReference given, LoadedImage loaded)
    {
        var value = loaded.Volume().In(Unit.Parse("mm2/s"));
        var status = Array.ConvertAll(value.Values, v => v > 0 && float.IsFinite(v) ? VoxelStatus.Ok : VoxelStatus.Outside);
        // Where there is no value the map is 0, not what stood there: NaN would spread when the map is resampled.
        value = new Volume(value.Grid, value.Values.Zip(status, (v, s) => s == VoxelStatus.Ok ? v : 0f).ToArray(), value.Unit);
        // A map of whole steps is rounded to them: a rectangular distribution of that width. Of any other map nothing is known.
        var step = loaded.StorageU > 0 ? loaded.StorageU * Math.Sqrt(12) : 1;
        var rounding = IsInSteps(loaded.Frames[0], step) ? step / Math.Sqrt(12) : 0;
        var voxelU = (float)(rounding * loaded.Unit!.FactorTo(Unit.Parse("mm2/s")));
        var u = Array.ConvertAll(status, s => s == VoxelStatus.Ok ? voxelU : 0f);
        return into with
        {
            Adc = new ParametricMap(value, new Volume(value.Grid, u, value.Unit), status, null) { IsUKnown = rounding > 0 },
            AdcMethod = "adc.given/1",
            AdcInput = (given.Name, loaded.Sha256),
        };
    }

    /// <summary>Whether all values are whole steps apart, to what single precision can tell, and not all of them within one step.</summary>
    private static bool IsInSteps(float[] values, double step)
    {
        var from = (double)Array.Find(values, float.IsFinite);
        return Array.Exists(values, v => float.IsFinite(v) && Math.Abs(v - from) > 0.5 * step)
            && Array.TrueForAll(values, v => !float.IsFinite(v) || Math.Abs((v - from) / step - Math.Round((v - from) / step)) < 0.02 + 2e-7 * Math.Abs(v / step));
    }

    private static (Volume? Anatomy, string Name) LoadAnatomy(Visit visit, List<Finding> findings, CancellationToken cancellation)
    {
        foreach (var kind in new[] { ImageKind.T1Post, ImageKind.T1, ImageKind.Flair, ImageKind.Ct })
        {
            if (visit.Image(kind) is { } image && TryLoad(image, findings, cancellation) is { } loaded)
            {
                return (ToAnatomy(loaded), kind switch { ImageKind.Flair => "FLAIR", ImageKind.Ct => "CT", ImageKind.T1Post => "T1 post contrast", _ => "T1-weighted" });
            }
        }

        return (null, "");
    }

    /// <summary>The whole PET image, where nobody drew a region.</summary>
    private static VisitRegion Everything(SuvMap suv)
    {
        var inside = new bool[suv.Value.Grid.Count];
        Array.Fill(inside, true);
        return new VisitRegion("image", new Mask(suv.Value.Grid, inside), suv.Name, suv.Sha256)
        {
            Kind = RegionKind.Whole,
            Name = "the whole PET image (highest anywhere, be it brain or bladder; no tumour was drawn)",
            DrawnOn = suv.Name,
        };
    }

    private static Mask? ToMask(LoadedImage loaded, string about, List<Finding> findings)
    {
        var wrong = loaded.Frames[0].Count(v => !(v >= 0 && float.IsFinite(v)));
        if (wrong == 0)
        {
            TellAmbiguity(loaded, about, findings);
            return Mask.FromNonZero(loaded.Volume());
        }

        findings.Add(new Finding(
            FindingCodes.FieldInvalid, Severity.Error, about, $"{wrong} of {loaded.Grid.Count} voxels of a mask that are negative or not a number", "0 outside and a number above 0 inside",
            "Write the mask again. It was not used."));
        return null;
    }

    private static void TellAmbiguity(LoadedImage mask, string about, List<Finding> findings)
    {
        var labels = mask.Frames[0].Where(v => v > 0).Distinct().Order().Take(6).ToList();
        var found = labels.Any(v => v != MathF.Round(v)) ? "fractional values"
            : labels.Count > 1 ? $"labels {string.Join(", ", labels)}{(labels.Count == 6 ? ", …" : "")}"
            : mask.Frames.Count > 1 ? $"{mask.Frames.Count} frames" : null;
        if (found is not null)
        {
            findings.Add(new Finding(
                FindingCodes.MaskAmbiguous, Severity.Warning, about, found, "one frame of 0 outside and one number above 0 inside",
                mask.Frames.Count > 1 ? "The first frame was taken; give one file for each region." : "Every voxel above 0 was taken as inside; give one file for each region."));
        }
    }

    private static bool Fits(Grid mask, Grid? map, string name, string visit, List<Finding> findings)
    {
        if (map is null || mask.IsSameAs(map))
        {
            return true;
        }

        findings.Add(new Finding(
            FindingCodes.GridsDiffer, Severity.Error, $"visit {visit}: {name}", $"a mask on {mask}", $"the grid of the visit's ADC map, {map}",
            "Resample the mask onto the map's grid, or draw it there. The mask was not used."));
        return false;
    }
}
