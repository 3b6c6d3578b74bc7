using Etalon.Imaging;

namespace Etalon.Phantoms;

/// <summary>A head with a tumour as it is at one visit.</summary>
/// <remarks>
/// Where N exceeds 0.10 the true ADC is exactly water·(1 − N) (capacity: ADC 0); below it blends into the tissue, which is reached at 0.02.
/// </remarks>
public sealed class VirtualSubject(VirtualHead head, DensityField density) : IScannable
{
    /// <summary>The head without its tumour.</summary>
    public VirtualHead Head { get; } = head;

    /// <summary>The tumour.</summary>
    public DensityField Density { get; } = density;

    /// <inheritdoc/>
    public DiffusionAppearance DiffusionAt(Vector3 point)
    {
        var n = Density.At(point);
        var weight = Weight(n);
        var adc = Tissue.FreeWaterAdcMm2PerS * (1 - n);
        if (weight == 1)
        {
            return new DiffusionAppearance(adc, Tissue.Tumour.B0Signal);
        }

        var tissue = Head.DiffusionAt(point);
        return weight == 0
            ? tissue
            : new DiffusionAppearance(Smooth.Lerp(tissue.AdcMm2PerS, adc, weight), Smooth.Lerp(tissue.B0Signal, Tissue.Tumour.B0Signal, weight));
    }

    /// <inheritdoc/>
    public AnatomicalAppearance AnatomyAt(Vector3 point)
    {
        var tissue = Head.AnatomyAt(point);
        var n = Density.At(point);
        if (n < 1e-3)
        {
            return tissue;
        }

        // Contrast agent: a bright rim, darker where cells are most crowded. FLAIR: oedema beyond the visible tumour.
        var enhanced = Tissue.Tumour.T1Weighted - 0.75 * Smooth.Step(0.35, 0.75, n);
        return new AnatomicalAppearance(
            Smooth.Lerp(tissue.T1Weighted, enhanced, Weight(n)), Smooth.Lerp(tissue.Flair, Tissue.Tumour.Flair, 0.9 * Smooth.Step(0.002, 0.06, n)));
    }

    /// <summary>Mean true ADC where N exceeds a threshold of at least 0.10, mm²/s; null where there is no such place.</summary>
    public static double? MeanAdcMm2PerS(DensityDistribution distribution, double threshold)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        return Tissue.FreeWaterAdcMm2PerS * (1 - distribution.MeanDensity(threshold));
    }

    private static double Weight(double n) => Smooth.Step(0.02, VirtualTumour.VisibleDensity, n);
}
