using System.Globalization;
using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Comparability;

/// <summary>What an ADC reads where tissue is not mono-exponential, the signal meets the noise floor, or directions are few.</summary>
internal static class DiffusionSignal
{
    private const double UsualBMax = 1000;

    /// <summary>
    /// Two sets of b-values: S = f exp(−b D*) + (1 − f) exp(−b D + b² D² K / 6) (Jensen and Helpern, NMR Biomed 23:698, 2010; Le Bihan, Radiology 168:497, 1988),
    /// each fitted by a line through ln S, once with equal weights and once weighted by S² as least squares of the signal does: how a centre fits is not in a header.
    /// </summary>
    public static LogEffect BSets(EffectQuestion q)
    {
        var (a, b) = (BValues(q.ValueA), BValues(q.ValueB));
        if (a.Count < 2 || b.Count < 2)
        {
            // The b-values of a computed map are often its highest alone; b = 0 is then understood.
            (a, b) = (WithZero(a), WithZero(b));
        }

        if (a.Count < 2 || b.Count < 2)
        {
            return LogEffect.Other;
        }

        var row = q.Row;
        var values = new List<double>();
        foreach (var d in row["D"].Nodes(4))
        {
            foreach (var k in row["K"].Nodes(4))
            {
                foreach (var f in row["f"].Nodes(3))
                {
                    var dStar = row["Dstar"].Middle;
                    values.Add(Math.Log(Slope(b, d, k, f, dStar, 0) / Slope(a, d, k, f, dStar, 0)));
                    values.Add(Math.Log(Slope(b, d, k, f, dStar, 2) / Slope(a, d, k, f, dStar, 2)));
                }
            }
        }

        return LogEffect.Of(values);
    }

    /// <summary>Another ratio of signal to noise: (value at B / value at A)^exponent; two-point ADC of magnitude images (Rice).</summary>
    public static LogEffect Noise(EffectQuestion q)
    {
        var ratio = Math.Exp(q.Row["exponent"].Middle * q.LogRatio);
        var bMax = BMax(q.B);
        var values = new List<double>();
        foreach (var snr in q.Row["SNR"].Nodes(5))
        {
            foreach (var d in q.Row["D"].Nodes(4))
            {
                double Adc(double level, double b) => Math.Log(RiceMean.Of(level).Mean / RiceMean.Of(level * Math.Exp(-b * d)).Mean) / b;
                values.Add(Math.Log(Adc(snr * ratio, bMax) / Adc(snr, bMax)));
            }
        }

        return LogEffect.Of(values);
    }

    /// <summary>Another echo time: two compartments of their own T2 and D, and the noise floor.</summary>
    public static LogEffect EchoTime(EffectQuestion q)
    {
        var (teA, teB) = (q.ValueA.Number ?? 0, q.ValueB.Number ?? 0);
        const double ReferenceS = 0.08; // the echo time that the prior of SNR is stated for
        var values = new List<double>();
        foreach (var d in q.Row["D"].Nodes(3))
        {
            foreach (var t2 in q.Row["T2"].Nodes(3))
            {
                foreach (var snr in q.Row["SNR"].Nodes(3))
                {
                    foreach (var slow in q.Row["fslow"].Nodes(3))
                    {
                        var t2Slow = q.Row["T2slow"].Middle;
                        double Signal(double te, double b) => snr * ((1 - slow) * Math.Exp(-(te - ReferenceS) / t2 - b * d) + slow * Math.Exp(-(te - ReferenceS) / t2Slow - 0.4 * b * d));
                        double Adc(double te, double b) => Math.Log(RiceMean.Of(Signal(te, 0)).Mean / RiceMean.Of(Signal(te, b)).Mean) / b;
                        var bMax = BMax(q.A);
                        values.Add(Math.Log(Adc(teB, bMax) / Adc(teA, bMax)));
                    }
                }
            }
        }

        return LogEffect.Of(values);
    }

    /// <summary>
    /// Few directions in anisotropic tissue: nᵀDn / mean diffusivity for a random n has variance (4/45) (Δ/MD)², where an axially symmetric tensor of
    /// anisotropy FA has Δ/MD = FA √(3 / (1 − 2 FA²/3)). Three directions at right angles and more give the trace.
    /// </summary>
    public static LogEffect Direction(EffectQuestion q)
    {
        var (a, b) = (Share(q.A), Share(q.B));
        var sd = q.Row["FA"].Nodes(5).Average(fa => Math.Sqrt(4.0 / 45) * fa * Math.Sqrt(3 / (1 - 2 * fa * fa / 3)));
        // Both may be of one direction, and not of the same one.
        return LogEffect.Spread(sd * Math.Sqrt(a * a + b * b));
    }

    /// <summary>Part of the spread of one direction that stays.</summary>
    private static double Share(Acquisition of)
    {
        const double OfTrace = 0.05; // unequal b of directions, eddy currents: a twentieth of what one direction does
        var isTrace = of["DiffusionDirectionality"]?.Contains("ISOTROPIC", StringComparison.OrdinalIgnoreCase) == true || of["ImageType"]?.Contains("TRACE", StringComparison.OrdinalIgnoreCase) == true;
        return of.Find("DiffusionDirections") is not { Number: { } directions } stated || (isTrace && stated.State == AttributeState.Assumed) ? (isTrace ? OfTrace : 1)
            : directions >= 3 ? OfTrace : 1 / Math.Sqrt(directions);
    }

    private static double BMax(Acquisition of) => of.Find("DiffusionBValue") is { } b && BValues(b) is { Count: > 0 } values && values[^1] > 0 ? values[^1] : UsualBMax;

    private static List<double> WithZero(List<double> b) => b.Count == 1 && b[0] > 0 ? [0, b[0]] : b;

    /// <summary>s/mm², in order; of texts too, as some sidecars state them.</summary>
    private static List<double> BValues(AcquisitionAttribute of) => of.Numbers.Count > 0
        ? [.. of.Numbers.Distinct().Order()]
        : [.. (of.Value ?? "").Split([' ', '\\', ','], StringSplitOptions.RemoveEmptyEntries)
            .Select(t => double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var b) && double.IsFinite(b) ? b : (double?)null).OfType<double>().Distinct().Order()];

    private static double Slope(List<double> b, double d, double k, double f, double dStar, int weight)
    {
        double Log(double x)
        {
            // Past its vertex the parabola rises again, which no tissue does.
            var bd = k > 0 ? Math.Min(x * d, 3 / k) : x * d;
            return Math.Log(f * Math.Exp(-x * dStar) + (1 - f) * Math.Exp(-bd + bd * bd * k / 6));
        }

        var points = b.Select(x => (X: x, Y: Log(x), W: Math.Exp(weight * Log(x)))).ToList();
        var mean = points.Sum(p => p.W * p.X) / points.Sum(p => p.W);
        return -points.Sum(p => p.W * (p.X - mean) * p.Y) / points.Sum(p => p.W * (p.X - mean) * (p.X - mean));
    }
}
