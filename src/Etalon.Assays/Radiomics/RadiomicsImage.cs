using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Radiomics;

/// <summary>An image to take features from.</summary>
/// <param name="Name">Short, the same at every visit: <c>ADCmap</c>.</param>
/// <param name="Image">Its voxels with their unit; without one it is refused.</param>
public sealed record RadiomicsImage(string Name, Volume Image)
{
    /// <summary>Standard uncertainty of each voxel from noise, in the unit of the image; null where not known.</summary>
    public float[]? VoxelU { get; init; }

    /// <summary>Voxels that have a value; null: all.</summary>
    public bool[]? HasValue { get; init; }

    /// <summary>Width (FWHM) over which neighbouring voxels share noise, mm, with how it is known; null: not known.</summary>
    public (double InPlaneMm, double AcrossMm, string How)? NoiseWidth { get; init; }

    /// <summary>For people: file or series.</summary>
    public string Source { get; init; } = "";

    /// <summary>SHA-256 of the content.</summary>
    public string Sha256 { get; init; } = "";
}

/// <summary>A drawn region.</summary>
/// <param name="Name">The same at every visit.</param>
/// <param name="Mask">Its voxels.</param>
/// <param name="Sha256">Of its content.</param>
public sealed record RadiomicsRegion(string Name, Mask Mask, string Sha256);

/// <summary>How features are measured beyond their settings.</summary>
public sealed record RadiomicsOptions
{
    /// <summary>Width (FWHM) over which neighbouring parts of a contour move together, mm. An assumption: what one turn of a hand draws of a lesion of 20 mL.</summary>
    public const double ContourWidthMm = 15;

    /// <summary>Repetitions for each source of uncertainty; 0: none is studied. The default of 20 tells a standard uncertainty to 16 %.</summary>
    public int Replicates { get; init; } = 20;

    /// <summary>Standard deviation of the noise in the unit of the image, where the user states it; else the image's own, else an estimate.</summary>
    public double? NoiseSd { get; init; }

    /// <summary>Width (FWHM) over which voxels share noise, mm, where the user states it.</summary>
    public double? NoiseWidthMm { get; init; }

    /// <summary>Standard deviation of the place of the contour, mm, where the user states it; else <see cref="Volumes.VolumeAssay.ContourDisplacement"/>.</summary>
    public double? ContourSdMm { get; init; }

    /// <summary>Seed of all random streams.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads to use; results do not depend on it.</summary>
    public int Threads { get; init; } = 1;
}

/// <summary>Whether a feature's value can be used.</summary>
public enum FeatureStatus
{
    /// <summary>It can.</summary>
    Ok,

    /// <summary>Its expanded uncertainty (k = 2) is as large as the value or larger.</summary>
    Hidden,

    /// <summary>It is not defined for this region; there is no value.</summary>
    Undefined,
}

/// <summary>A measured feature.</summary>
public sealed record FeatureMeasurement
{
    /// <summary>Which feature.</summary>
    public required RadiomicsFeature Feature { get; init; }

    /// <summary>How matrices became one value.</summary>
    public required FeatureAggregation Aggregation { get; init; }

    /// <summary>UCUM unit.</summary>
    public required string Unit { get; init; }

    /// <summary>The value; null where it is not defined.</summary>
    public double? Value { get; init; }

    /// <summary>Standard uncertainty from noise; null where not known.</summary>
    public double? NoiseU { get; init; }

    /// <summary>Standard uncertainty from where the contour stands; null where not known.</summary>
    public double? ContourU { get; init; }

    /// <summary>Standard uncertainty from where the voxels lie; null where not known.</summary>
    public double? ResamplingU { get; init; }

    /// <summary>Standard uncertainty (k = 1) from those components that are known; null where none is.</summary>
    public double? U => NoiseU is null && ContourU is null && ResamplingU is null ? null
        : Math.Sqrt(Square(NoiseU) + Square(ContourU) + Square(ResamplingU));

    /// <summary>Whether it can be used.</summary>
    public FeatureStatus Status => Value is not { } v ? FeatureStatus.Undefined : U is { } u && 2 * u >= Math.Abs(v) ? FeatureStatus.Hidden : FeatureStatus.Ok;

    private static double Square(double? u) => u * u ?? 0;
}

/// <summary>What was measured in one region of one image.</summary>
/// <param name="Features">All features of the settings.</param>
/// <param name="Settings">As they were applied.</param>
/// <param name="Assumptions">What was taken as true.</param>
public sealed record RegionMeasurement(IReadOnlyList<FeatureMeasurement> Features, RadiomicsSettings Settings, IReadOnlyList<Assumption> Assumptions)
{
    /// <summary>Voxels that were measured, after interpolation and re-segmentation.</summary>
    public int Voxels { get; init; }

    /// <summary>Grey levels of textures; 0 where there are none.</summary>
    public int GreyLevels { get; init; }
}
