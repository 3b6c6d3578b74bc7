namespace Etalon.Phantoms;

/// <summary>What a kind of tissue looks like. Values are typical of 3 T, rounded; a virtual head claims no more.</summary>
/// <param name="AdcMm2PerS">True ADC, mm²/s.</param>
/// <param name="T2S">Transverse relaxation time, s.</param>
/// <param name="ProtonDensity">Relative to water.</param>
/// <param name="T1Weighted">Intensity after contrast agent, white matter = 1.</param>
/// <param name="Flair">Intensity, white matter = 1.</param>
/// <remarks>ADC and T2: Sener, J Magn Reson Imaging 16:228 (2002); Wansapura et al., J Magn Reson Imaging 9:531 (1999).</remarks>
public sealed record Tissue(double AdcMm2PerS, double T2S, double ProtonDensity, double T1Weighted, double Flair)
{
    /// <summary>ADC of water at body temperature, mm²/s.</summary>
    public const double FreeWaterAdcMm2PerS = 3.0e-3;

    /// <summary>Echo time of the diffusion sequence, s.</summary>
    internal const double EchoTimeS = 0.08;

    internal static Tissue Air { get; } = new(0, 1, 0, 0, 0);

    internal static Tissue Scalp { get; } = new(1.1e-3, 0.04, 0.35, 1.35, 0.75);

    internal static Tissue Skull { get; } = new(0.3e-3, 0.02, 0.15, 0.12, 0.10);

    internal static Tissue Csf { get; } = new(FreeWaterAdcMm2PerS, 1.5, 1.0, 0.22, 0.14);

    internal static Tissue Grey { get; } = new(0.85e-3, 0.095, 0.82, 0.70, 1.18);

    internal static Tissue White { get; } = new(0.75e-3, 0.075, 0.70, 1.00, 0.95);

    internal static Tissue Tumour { get; } = new(0, 0.130, 0.85, 1.55, 1.75);

    /// <summary>Signal at b = 0, white matter = 1: ρ exp(−TE/T2).</summary>
    internal double B0Signal { get; } = ProtonDensity * Math.Exp(-EchoTimeS / T2S) / (0.70 * Math.Exp(-EchoTimeS / 0.075));
}
