using Etalon.Assays;
using Etalon.Imaging;
using Etalon.Imaging.Registration;

namespace Etalon.Study;

/// <summary>A visit's ADC and tumour brought onto the grid of the twin's domain.</summary>
public sealed record AlignedVisit
{
    /// <summary>The visit as measured on its own grid.</summary>
    public required VisitImages Images { get; init; }

    /// <summary>ADC on the domain's grid, mm²/s, on the reference scale; valid where <see cref="HasAdc"/>.</summary>
    public required float[] Adc { get; init; }

    /// <summary>Standard uncertainty of <see cref="Adc"/> from voxel noise.</summary>
    public required float[] AdcU { get; init; }

    /// <summary>Whether a voxel has a value.</summary>
    public required bool[] HasAdc { get; init; }

    /// <summary>The drawn tumour on the domain's grid.</summary>
    public required Mask Tumour { get; init; }

    /// <summary>Anatomy on the domain's grid; null where the visit has none of its own.</summary>
    public Volume? Anatomy { get; init; }

    /// <summary>Whether the maps were interpolated from another grid.</summary>
    public bool IsResampled { get; init; }

    /// <summary>How far the registration may be off, from the domain to the visit; null where none was needed or it is not known.</summary>
    public RigidUncertainty? Registration { get; init; }

    /// <summary>Standard uncertainty of a coordinate in the tumour from the registration, mm; null where none was needed or it is not known.</summary>
    public double? PositionUMm { get; init; }

    /// <summary>A visit whose grid is the domain's own.</summary>
    /// <param name="images">Must have an ADC map.</param>
    /// <param name="tumour">On the same grid.</param>
    /// <param name="gain">Gain of the scanner state; ADC is divided by it.</param>
    public static AlignedVisit OnOwnGrid(VisitImages images, Mask tumour, double gain)
    {
        ArgumentNullException.ThrowIfNull(images);
        var map = images.Adc ?? throw new ArgumentException("A visit without ADC cannot be aligned.");
        return new AlignedVisit
        {
            Images = images,
            Adc = Divided(map.Value.Values, gain),
            AdcU = Divided(map.U.Values, gain),
            HasAdc = Array.ConvertAll(map.Status, s => s == VoxelStatus.Ok),
            Tumour = tumour,
            Anatomy = images.Anatomy is { } a && a.Grid.IsSameAs(map.Value.Grid) ? a : null,
        };
    }

    /// <summary>A visit resampled onto another grid. Voxels without a value take no part in the interpolation.</summary>
    /// <param name="images">Must have an ADC map.</param>
    /// <param name="tumour">On the visit's own grid.</param>
    /// <param name="gain">Gain of the scanner state.</param>
    /// <param name="grid">The domain's grid.</param>
    /// <param name="toVisit">From patient coordinates of the domain to those of the visit.</param>
    /// <param name="registration">How far that may be off; null where it is not known.</param>
    public static AlignedVisit Resampled(VisitImages images, Mask tumour, double gain, Grid grid, RigidTransform toVisit, RigidUncertainty? registration)
    {
        ArgumentNullException.ThrowIfNull(images);
        var map = images.Adc ?? throw new ArgumentException("A visit without ADC cannot be aligned.");
        var weight = Resampler.Trilinear(new Volume(map.Value.Grid, Array.ConvertAll(map.Status, s => s == VoxelStatus.Ok ? 1f : 0f), null), grid, toVisit).Volume.Values;
        // The maps are 0 where there is no value, so value over weight is the mean over the neighbours that have one.
        float[] Of(Volume v) => Resampler.Trilinear(v, grid, toVisit).Volume.Values.Zip(weight, (x, w) => w >= 0.5f ? (float)(x / w / gain) : 0).ToArray();
        var carried = Resampler.Resample(tumour, grid, toVisit);
        return new AlignedVisit
        {
            Images = images,
            Adc = Of(map.Value),
            AdcU = Of(map.U),
            HasAdc = Array.ConvertAll(weight, w => w >= 0.5f),
            Tumour = carried,
            Anatomy = images.Anatomy is null ? null : Resampler.Trilinear(images.Anatomy, grid, toVisit).Volume,
            IsResampled = true,
            Registration = registration,
            PositionUMm = registration is null ? null : ((IRegistrationUncertainty)registration).Over(carried).RmsMm,
        };
    }

    private static float[] Divided(float[] values, double gain) => gain == 1 ? values : Array.ConvertAll(values, v => (float)(v / gain));
}
