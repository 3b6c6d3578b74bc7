using Etalon.Assays.Volumes;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Radiomics;

/// <summary>Features of a region of an image, each with its standard uncertainty from noise, contour and place of the voxels.</summary>
public static class RadiomicsAssay
{
    /// <summary>Method and version.</summary>
    public const string Method = "radiomics.ibsi/1";

    /// <summary>Largest cosine between two axes of a grid that counts as a right angle: shapes and distances take them so.</summary>
    private const double LargestCosine = 0.01;

    /// <summary>Measures a region; null where that cannot be, and then a finding says why.</summary>
    /// <param name="image">The image.</param>
    /// <param name="region">The region, on the same grid.</param>
    /// <param name="settings">How.</param>
    /// <param name="options">How sure.</param>
    /// <param name="findings">Receives trouble and what was assumed.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static RegionMeasurement? Measure(RadiomicsImage image, RadiomicsRegion region, RadiomicsSettings settings, RadiomicsOptions options, List<Finding> findings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(region);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(findings);
        var about = $"{image.Name} in region '{region.Name}'";
        if (RadiomicsChecks.Refusal(image, region, settings, about, findings) is { } refusal)
        {
            findings.Add(refusal);
            return null;
        }

        var unit = settings.ForUnit is { } wanted ? Unit.Parse(wanted) : image.Image.Unit!;
        var factor = image.Image.Unit!.FactorTo(unit);
        var (volume, mask) = RadiomicsChecks.Usable(image, region, factor, unit, about, findings);
        VoxelBox Cut(Volume v) => VoxelBox.Cut(v, mask, settings.Filter is null ? 0 : double.PositiveInfinity);
        var box = Cut(volume);
        var first = RegionBox.Of(Filtered(Interpolation.Apply(box, settings, default), settings, options.Threads), settings);
        if (RadiomicsChecks.Refusal(first, settings, about) is { } late)
        {
            findings.Add(late);
            return null;
        }

        var levels = RadiomicsChecks.Levels(first, settings, about, findings);
        var assumptions = new List<Assumption>();
        var values = RegionFeatures.Of(first, settings, options.Threads, cancellation);
        var study = new FeatureUncertainty(box, settings, options, cancellation);
        var noise = Noise(image, box, (factor, Cut), options, about, assumptions, findings);
        var contour = Contour(options, assumptions);
        var (noiseU, contourU, resamplingU) = study.Of(values, noise, contour);
        return new RegionMeasurement(
            [
                .. values.Select((v, n) => new FeatureMeasurement
                {
                    Feature = v.Feature, Aggregation = v.Aggregation, Unit = UnitOf(v.Feature, unit.Code, settings), Value = v.Value,
                    NoiseU = noiseU?[n], ContourU = contourU?[n], ResamplingU = resamplingU?[n],
                }),
            ],
            settings, assumptions) { Voxels = first.Count, GreyLevels = levels };
    }

    internal static VoxelBox Filtered(VoxelBox voxels, RadiomicsSettings settings, int threads) => settings.Filter is { } filter ? voxels.With(filter.Apply(voxels, threads), voxels.Region) : voxels;

    /// <summary>Intensities of a histogram of numbered bins are their numbers.</summary>
    private static string UnitOf(RadiomicsFeature feature, string unit, RadiomicsSettings settings) =>
        feature.Unit(feature.Family == FeatureFamily.IntensityVolumeHistogram && settings.VolumeHistogramLevels.Kind == DiscretisationKind.FixedBinNumber ? "1" : unit);

    private static VoxelNoise? Noise(
        RadiomicsImage image, VoxelBox box, (double Factor, Func<Volume, VoxelBox> Cut) to, RadiomicsOptions options, string about, List<Assumption> assumptions, List<Finding> findings)
    {
        if (options.Replicates == 0)
        {
            return null;
        }

        var (inPlane, across, how) = options.NoiseWidthMm is { } stated ? (stated, stated, "user") : image.NoiseWidth ?? (0, 0, "assumed: neighbouring voxels share no noise");
        var width = (inPlane, inPlane, across);
        assumptions.Add(new Assumption($"noise-width-{image.Name}", "Width (FWHM) over which neighbouring voxels share noise, in slices and across them.", FormattableString.Invariant($"{inPlane:0.###} mm, {across:0.###} mm"), how));
        if (options.NoiseSd is { } sd)
        {
            assumptions.Add(new Assumption($"noise-{image.Name}", "Standard deviation of the noise of a voxel.", FormattableString.Invariant($"{sd:R} {image.Image.Unit!.Code}"), "user"));
            return VoxelNoise.Even(sd * to.Factor, width);
        }

        if (image.VoxelU is { } map)
        {
            var u = new Volume(image.Image.Grid, Array.ConvertAll(map, v => float.IsFinite(v) ? (float)(v * to.Factor) : 0), null);
            return VoxelNoise.Of(to.Cut(u).Image, width);
        }

        if (VoxelNoise.Estimate(box) is { } estimate)
        {
            assumptions.Add(new Assumption(
                $"noise-{image.Name}", "Standard deviation of the noise of a voxel: the image does not state it.", FormattableString.Invariant($"{estimate / to.Factor:G3} {image.Image.Unit!.Code}"),
                "from what differs between neighbours within the region; structure that is left adds to it"));
            return VoxelNoise.Even(estimate, width);
        }

        findings.Add(new Finding(
            FindingCodes.NoiseUnknown, Severity.Warning, about, "no map of uncertainty, and too little that differs between neighbouring voxels", "a map of its uncertainty (desc-u), or --noise SD",
            "The uncertainty is that of contour and resampling alone: a lower limit."));
        return null;
    }

    private static double Contour(RadiomicsOptions options, List<Assumption> assumptions)
    {
        if (options.Replicates == 0)
        {
            return 0;
        }

        var sd = options.ContourSdMm ?? VolumeAssay.ContourDisplacement.Value;
        assumptions.Add(new Assumption(
            "contour", FormattableString.Invariant($"Standard deviation by which a contour stands further out or in: as a whole, and again over {RadiomicsOptions.ContourWidthMm} mm (FWHM)."), FormattableString.Invariant($"{sd:0.###} mm"),
            options.ContourSdMm is not null ? "user" : $"assumption: {VolumeAssay.ContourDisplacement.Source.Text}, as the displacement of the surface of a sphere of 20 mL; the same again locally"));
        return sd;
    }

    /// <summary>Whether the axes of a grid are at right angles.</summary>
    internal static bool IsRectangular(Grid g) => IsRight(g.StepI, g.StepJ) && IsRight(g.StepJ, g.StepK) && IsRight(g.StepK, g.StepI);

    private static bool IsRight(Vector3 a, Vector3 b) => Math.Abs(a.Dot(b)) <= LargestCosine * a.Length * b.Length;
}
