using Etalon.Numerics;

namespace Etalon.Assays.Diffusion;

/// <summary>The floor of magnitudes in a least-squares fit: what takes the place of the signals, and the weights.</summary>
internal static class RicianFloor
{
    /// <summary>Beyond this ratio of signal to noise the floor moves a magnitude by less than one part in 10⁴.</summary>
    private const double Matters = 70;

    /// <summary>Whether any signal is so weak that the floor counts.</summary>
    public static bool Counts(ReadOnlySpan<double> signal, double sd)
    {
        foreach (var s in signal)
        {
            if (s < Matters * sd)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// At an estimate A of the signals without noise: A + (S − μ)/μ′ in place of the magnitude S, with weight μ′²/V. The fixed point of repeated weighted
    /// fits solves the quasi-likelihood equations Σ (S − μ) μ′ V⁻¹ ∂A/∂θ = 0 (Wedderburn 1974).
    /// </summary>
    /// <param name="signal">Magnitudes.</param>
    /// <param name="noiseless">A of each.</param>
    /// <param name="sd">Standard deviation of the noise of each channel.</param>
    /// <param name="data">Receives what takes the place of the magnitudes.</param>
    /// <param name="weights">Receives the roots of the weights.</param>
    public static void Effective(ReadOnlySpan<double> signal, ReadOnlySpan<double> noiseless, double sd, Span<double> data, Span<double> weights)
    {
        for (var i = 0; i < signal.Length; i++)
        {
            var (mean, slope) = RiceMean.Of(noiseless[i] / sd);
            slope = Math.Max(slope, 1e-3);
            data[i] = noiseless[i] + (signal[i] - sd * mean) / slope;
            weights[i] = slope / (sd * Math.Sqrt(RiceMean.Variance(noiseless[i] / sd)));
        }
    }
}
