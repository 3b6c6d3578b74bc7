using MathNet.Numerics;

namespace Etalon.Assays.Dsc;

/// <summary>
/// Residue functions of gamma-distributed transit times (mean 1, form λ): R = Q(λ, λx), with its integrals, as tables over x = t/MTT and ln λ. λ = 1
/// is one well-mixed compartment, a large λ plug flow. Mouridsen et al., NeuroImage 33:570–579 (2006).
/// </summary>
internal sealed class TransitTimes
{
    /// <summary>Least form: more spread than a well-mixed compartment.</summary>
    public const double LeastForm = 0.6;

    /// <summary>Largest form; beyond it curves do not differ.</summary>
    public const double LargestForm = 20;

    private const int Forms = 28, Places = 600;
    private const double Step = 0.02, End = Places * Step;
    private static readonly double LogLeast = Math.Log(LeastForm), LogStep = Math.Log(LargestForm / LeastForm) / (Forms - 1);

    private readonly double[] _r = new double[Forms * (Places + 1)], _s1 = new double[Forms * (Places + 1)], _s2 = new double[Forms * (Places + 1)];

    private TransitTimes()
    {
        for (var f = 0; f < Forms; f++)
        {
            var form = Math.Exp(LogLeast + f * LogStep);
            for (var n = 0; n <= Places; n++)
            {
                var (x, at) = (n * Step, f * (Places + 1) + n);
                var (survive, first, second) = n == 0 ? (1, 0, 0)
                    : (SpecialFunctions.GammaUpperRegularized(form, form * x), SpecialFunctions.GammaLowerRegularized(form + 1, form * x), SpecialFunctions.GammaLowerRegularized(form + 2, form * x));
                // ∫R = xR + ∫t f dt; ∫tR = x²R/2 + ½∫t² f dt; ∫∫R = x∫R − ∫tR.
                _r[at] = survive;
                _s1[at] = x * survive + first;
                _s2[at] = x * _s1[at] - (0.5 * x * x * survive + 0.5 * (form + 1) / form * second);
            }
        }
    }

    /// <summary>The tables.</summary>
    public static TransitTimes Table { get; } = new();

    /// <summary>What the artery is weighed with, sample by sample, for flow 1; see <see cref="ResidueFunction.Weights"/>.</summary>
    /// <param name="mtt">Mean transit time, s.</param>
    /// <param name="logForm">ln λ.</param>
    /// <param name="delayS">Delay, s.</param>
    /// <param name="frameS">Time between samples, s.</param>
    /// <param name="convolution">A sum, or a continuous artery.</param>
    /// <param name="weights">Receives w(k) for k = <paramref name="from"/>, from + 1, ...</param>
    /// <param name="from">Lag of the first weight, samples; below 0 where tissue may come before the artery.</param>
    public void Weights(double mtt, double logForm, double delayS, double frameS, Convolution convolution, Span<double> weights, int from)
    {
        var place = Math.Clamp((logForm - LogLeast) / LogStep, 0, Forms - 1);
        var f = Math.Min((int)place, Forms - 2);
        var part = place - f;
        if (convolution == Convolution.Sum)
        {
            for (var n = 0; n < weights.Length; n++)
            {
                var x = ((from + n) * frameS - delayS) / mtt;
                // A sample that falls on the jump counts fully; rounding must not lose it.
                weights[n] = x < -1e-9 ? 0 : (1 - part) * Survival(f, x) + part * Survival(f + 1, x);
            }

            return;
        }

        var scale = mtt * mtt / (frameS * frameS);
        double Twice(int k) => (k * frameS - delayS) / mtt is > 0 and var x ? (1 - part) * Second(f, x) + part * Second(f + 1, x) : 0;
        var (before, now) = (Twice(from - 1), Twice(from));
        for (var n = 0; n < weights.Length; n++)
        {
            var after = Twice(from + n + 1);
            weights[n] = Math.Max(0, (after - 2 * now + before) * scale);
            (before, now) = (now, after);
        }
    }

    private double Survival(int f, double x)
    {
        if (x >= End)
        {
            return 0;
        }

        var n = (int)(Math.Max(x, 0) / Step);
        var (part, at) = (Math.Max(x, 0) / Step - n, f * (Places + 1) + n);
        return (1 - part) * _r[at] + part * _r[at + 1];
    }

    /// <summary>Cubic through values and slopes at both ends of a step; linear beyond the table, where nothing is left.</summary>
    private double Second(int f, double x)
    {
        var last = f * (Places + 1) + Places;
        if (x >= End)
        {
            return _s2[last] + _s1[last] * (x - End);
        }

        var n = (int)(x / Step);
        var (t, at) = (x / Step - n, f * (Places + 1) + n);
        var (t2, t3) = (t * t, t * t * t);
        return (2 * t3 - 3 * t2 + 1) * _s2[at] + (t3 - 2 * t2 + t) * Step * _s1[at] + (3 * t2 - 2 * t3) * _s2[at + 1] + (t3 - t2) * Step * _s1[at + 1];
    }
}
