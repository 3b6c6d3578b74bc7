namespace Etalon.Assays.Dsc;

/// <summary>Forms of the residue function that stand for what is not known of a tissue's transit times (the three of Wu et al. 2003).</summary>
public enum ResidueForm
{
    /// <summary>R = exp(−t/MTT): one well-mixed compartment.</summary>
    Exponential,

    /// <summary>R = 1 − t/(2 MTT) up to 2 MTT: transit times spread evenly.</summary>
    Linear,

    /// <summary>R = 1 up to MTT: one transit time for all blood.</summary>
    Box,
}

/// <summary>Residue functions with R(0) = 1 and area MTT.</summary>
public static class ResidueFunction
{
    /// <summary>The forms.</summary>
    public static ReadOnlySpan<ResidueForm> Forms => [ResidueForm.Exponential, ResidueForm.Linear, ResidueForm.Box];

    /// <summary>R(t), 1.</summary>
    /// <param name="form">Which.</param>
    /// <param name="t">Time, s; 0 before 0.</param>
    /// <param name="mtt">Mean transit time, s, above 0.</param>
    public static double Value(ResidueForm form, double t, double mtt) => t < 0 ? 0 : form switch
    {
        ResidueForm.Exponential => Math.Exp(-t / mtt),
        ResidueForm.Linear => Math.Max(0, 1 - t / (2 * mtt)),
        _ => t < mtt ? 1 : 0,
    };

    /// <summary>What R weighs the artery with, sample by sample: R(k Δt) for a sum, or (1/Δt)∫R(t) Λ(t/Δt − k) dt with the triangle Λ for an artery that was <see cref="Sharpened"/>.</summary>
    public static void Weights(ResidueForm form, double mtt, double frameS, Convolution convolution, Span<double> weights)
    {
        if (convolution == Convolution.Sum)
        {
            for (var k = 0; k < weights.Length; k++)
            {
                // The edge of the box is spread over one sample, so that the sum does not jump with MTT.
                weights[k] = form == ResidueForm.Box ? Math.Clamp((mtt - k * frameS) / frameS + 0.5, 0, 1) : Value(form, k * frameS, mtt);
            }

            return;
        }

        // ∫R Λ = second difference of the second integral of R.
        double Twice(double t) => Second(form, Math.Max(t, 0), mtt);
        for (var k = 0; k < weights.Length; k++)
        {
            weights[k] = (Twice((k + 1) * frameS) - 2 * Twice(k * frameS) + Twice((k - 1) * frameS)) / (frameS * frameS);
        }
    }

    /// <summary>∫₀ᵗ∫₀ˢ R.</summary>
    private static double Second(ResidueForm form, double t, double m) => form switch
    {
        ResidueForm.Exponential => m * t - m * m * (1 - Math.Exp(-t / m)),
        ResidueForm.Linear => t < 2 * m ? t * t / 2 - t * t * t / (12 * m) : 4.0 / 3 * m * m + m * (t - 2 * m),
        _ => t < m ? t * t / 2 : m * m / 2 + m * (t - m),
    };

    /// <summary>
    /// The artery that the weights of <see cref="Convolution.Continuous"/> are for: a − δ²a/12, with δ² the second difference. A line from sample to
    /// sample smooths a curve by sinc² of the frequency, 1 − (ωΔt)²/12 + ...; taking that much off the samples first makes the convolution one with
    /// the smooth curve that was sampled, to the fourth order in Δt. A line alone takes the artery for broader, and flow for higher.
    /// </summary>
    public static double[] Sharpened(ReadOnlySpan<double> arterial)
    {
        var sharp = arterial.ToArray();
        for (var n = 1; n < sharp.Length - 1; n++)
        {
            sharp[n] -= (arterial[n - 1] - 2 * arterial[n] + arterial[n + 1]) / 12;
        }

        return sharp;
    }
}
