namespace Etalon.Assays.Diffusion;

/// <summary>
/// A model of the signal over b, S0 first among its parameters. In scaled units: b in 10³ s/mm², diffusivities in 10⁻³ mm²/s, S0 as a share of the
/// strongest signal, so that all parameters are of order 1.
/// </summary>
internal interface IDecayModel
{
    /// <summary>Number of parameters, S0 included.</summary>
    static abstract int Count { get; }

    /// <summary>Smallest allowed values; their source stands in <see cref="DiffusionBounds"/>.</summary>
    static abstract ReadOnlySpan<double> Lower { get; }

    /// <summary>Largest allowed values.</summary>
    static abstract ReadOnlySpan<double> Upper { get; }

    /// <summary>Signals without noise and, where there is room, their derivatives by the parameters.</summary>
    /// <param name="b">Scaled b-values.</param>
    /// <param name="p">Parameters.</param>
    /// <param name="a">Receives the signals.</param>
    /// <param name="jacobian">Receives the derivatives, sample by sample; empty: none are wanted.</param>
    static abstract void Evaluate(ReadOnlySpan<double> b, ReadOnlySpan<double> p, Span<double> a, Span<double> jacobian);
}

/// <summary>What values the fits may take.</summary>
public static class DiffusionBounds
{
    /// <summary>Largest ADC, mm²/s: three times that of free water at body temperature (3.0e-3; Mills 1973), to leave room for noise.</summary>
    public const double LargestAdc = 10e-3;

    /// <summary>Largest tissue diffusivity of IVIM and smallest pseudo-diffusivity, mm²/s: the bound between the two as in OSIPI's IVIM collection.</summary>
    public const double IvimDivide = 5e-3;

    /// <summary>Largest pseudo-diffusivity of IVIM, mm²/s: above the largest that OSIPI's collection allows (0.2), so that its cases lie inside.</summary>
    public const double LargestDStar = 0.3;

    /// <summary>Smallest kurtosis: that of water confined in spherical pores, −3/7 (Barmpoutis and Zhuo 2011).</summary>
    public const double SmallestKurtosis = -3.0 / 7;

    /// <summary>Largest kurtosis; values in tissue stay below 3.</summary>
    public const double LargestKurtosis = 10;
}

/// <summary>A = S0 exp(−b D); parameters S0, D.</summary>
internal readonly struct MonoModel : IDecayModel
{
    public static int Count => 2;

    public static ReadOnlySpan<double> Lower => [0, 0];

    public static ReadOnlySpan<double> Upper => [1e6, 1e3 * DiffusionBounds.LargestAdc];

    public static void Evaluate(ReadOnlySpan<double> b, ReadOnlySpan<double> p, Span<double> a, Span<double> jacobian)
    {
        for (var n = 0; n < b.Length; n++)
        {
            var e = Math.Exp(-b[n] * p[1]);
            a[n] = p[0] * e;
            if (!jacobian.IsEmpty)
            {
                jacobian[2 * n] = e;
                jacobian[(2 * n) + 1] = -b[n] * a[n];
            }
        }
    }
}

/// <summary>A = S0 exp(−b D + b² D² K/6); parameters S0, D, K (Jensen et al., Magn Reson Med 53:1432–1440, 2005).</summary>
internal readonly struct KurtosisModel : IDecayModel
{
    public static int Count => 3;

    public static ReadOnlySpan<double> Lower => [0, 0, DiffusionBounds.SmallestKurtosis];

    public static ReadOnlySpan<double> Upper => [1e6, 1e3 * DiffusionBounds.LargestAdc, DiffusionBounds.LargestKurtosis];

    public static void Evaluate(ReadOnlySpan<double> b, ReadOnlySpan<double> p, Span<double> a, Span<double> jacobian)
    {
        for (var n = 0; n < b.Length; n++)
        {
            var x = b[n] * p[1];
            // 60 bounds what a trial step may ask for; no fit is near e⁶⁰.
            var e = Math.Exp(Math.Min(60, (x * x * p[2] / 6) - x));
            a[n] = p[0] * e;
            if (!jacobian.IsEmpty)
            {
                jacobian[3 * n] = e;
                jacobian[(3 * n) + 1] = a[n] * b[n] * ((x * p[2] / 3) - 1);
                jacobian[(3 * n) + 2] = a[n] * x * x / 6;
            }
        }
    }
}

/// <summary>A = S0 ((1 − f) exp(−b D) + f exp(−b D*)); parameters S0, f, D, D* (Le Bihan et al., Radiology 168:497–505, 1988).</summary>
internal readonly struct IvimModel : IDecayModel
{
    public static int Count => 4;

    public static ReadOnlySpan<double> Lower => [0, 0, 0, 1e3 * DiffusionBounds.IvimDivide];

    public static ReadOnlySpan<double> Upper => [1e6, 1, 1e3 * DiffusionBounds.IvimDivide, 1e3 * DiffusionBounds.LargestDStar];

    public static void Evaluate(ReadOnlySpan<double> b, ReadOnlySpan<double> p, Span<double> a, Span<double> jacobian)
    {
        for (var n = 0; n < b.Length; n++)
        {
            var (tissue, blood) = (Math.Exp(-b[n] * p[2]), Math.Exp(-b[n] * p[3]));
            var shape = ((1 - p[1]) * tissue) + (p[1] * blood);
            a[n] = p[0] * shape;
            if (!jacobian.IsEmpty)
            {
                jacobian[4 * n] = shape;
                jacobian[(4 * n) + 1] = p[0] * (blood - tissue);
                jacobian[(4 * n) + 2] = -b[n] * p[0] * (1 - p[1]) * tissue;
                jacobian[(4 * n) + 3] = -b[n] * p[0] * p[1] * blood;
            }
        }
    }
}
