using Etalon.Numerics;

namespace Etalon.Tests.Assays.Diffusion;

/// <summary>Signals over b, written here from the models' equations and not with the code under test.</summary>
internal static class DecaySignals
{
    public static double[] Mono(double[] b, double s0, double d) => [.. b.Select(x => s0 * Math.Exp(-x * d))];

    public static double[] Ivim(double[] b, double s0, double f, double d, double dStar) => [.. b.Select(x => s0 * (f * Math.Exp(-x * dStar) + (1 - f) * Math.Exp(-x * d)))];

    public static double[] Kurtosis(double[] b, double s0, double d, double k) => [.. b.Select(x => s0 * Math.Exp(-x * d + x * d * (x * d) * k / 6))];

    /// <summary>|A + σ(x + iy)|.</summary>
    public static double[] Magnitudes(double[] a, double sd, RandomStream random) =>
        [.. a.Select(v => (Re: v + sd * random.NextNormal(), Im: sd * random.NextNormal())).Select(c => Math.Sqrt(c.Re * c.Re + c.Im * c.Im))];

    /// <summary>A + σx.</summary>
    public static double[] Added(double[] a, double sd, RandomStream random) => [.. a.Select(v => v + sd * random.NextNormal())];
}
