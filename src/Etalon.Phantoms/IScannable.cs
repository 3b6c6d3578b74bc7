using Etalon.Imaging;

namespace Etalon.Phantoms;

/// <summary>What diffusion imaging sees at a point.</summary>
/// <param name="AdcMm2PerS">True ADC, mm²/s.</param>
/// <param name="B0Signal">Signal without diffusion weighting, white matter = 1.</param>
public readonly record struct DiffusionAppearance(double AdcMm2PerS, double B0Signal);

/// <summary>What anatomical imaging sees at a point, white matter = 1.</summary>
/// <param name="T1Weighted">After contrast agent.</param>
/// <param name="Flair">Fluid-attenuated inversion recovery.</param>
public readonly record struct AnatomicalAppearance(double T1Weighted, double Flair);

/// <summary>Something that can lie in the virtual scanner. Points are in its own coordinates (LPS axes, mm).</summary>
public interface IScannable
{
    /// <summary>Diffusion at a point.</summary>
    DiffusionAppearance DiffusionAt(Vector3 point);

    /// <summary>Anatomy at a point.</summary>
    AnatomicalAppearance AnatomyAt(Vector3 point);
}
