using MathNet.Numerics.Distributions;

namespace Etalon.Numerics;

/// <summary>A sum of squares along one parameter, all others of which are already at their best.</summary>
public interface IProfile
{
    /// <summary>Sum of squares at a point.</summary>
    double Cost(double x);
}

/// <summary>Where a profile is searched: evenly spaced points so close that no minimum hides between two.</summary>
/// <param name="Low">First point.</param>
/// <param name="High">Last point, above the first.</param>
/// <param name="Nodes">Number of points, at least 2.</param>
public readonly record struct SearchRange(double Low, double High, int Nodes)
{
    /// <summary>Distance of neighbours.</summary>
    public double Step => (High - Low) / (Nodes - 1);
}

/// <summary>Where a profile is lowest.</summary>
/// <param name="X">The point.</param>
/// <param name="Cost">Sum of squares there.</param>
/// <param name="IsAtBound">Whether it is lowest at an end of the search.</param>
public readonly record struct LowestPoint(double X, double Cost, bool IsAtBound);

/// <summary>All points between the outermost ones at which a profile is not above a threshold.</summary>
/// <param name="Lower">Lower end.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="OpenBelow">The data allow all down to the end of the search.</param>
/// <param name="OpenAbove">The data allow all up to the end of the search.</param>
public readonly record struct ProfileInterval(double Lower, double Upper, bool OpenBelow, bool OpenAbove);

/// <summary>Lowest point of a profile, and the interval around it: the last, one-dimensional step of variable projection (Golub and Pereyra 1973).</summary>
public static class ProfileSearch
{
    // Made once: each inversion costs more than a fit.
    private static readonly double[] Quantiles95 = [.. Enumerable.Range(0, 64).Select(dof => dof == 0 ? Normal.InvCDF(0, 1, 0.975) : StudentT.InvCDF(0, 1, dof, 0.975))];

    /// <summary>The lowest point of all: every local minimum of the points of the range is refined.</summary>
    /// <param name="profile">Sum of squares.</param>
    /// <param name="range">Where to search.</param>
    /// <param name="worthwhile">A local minimum is refined only if the best is not lower by more than this; +∞: all are.</param>
    /// <param name="known">A lowest point known so far, of another profile of the same data.</param>
    public static LowestPoint Minimise<T>(ref T profile, SearchRange range, double worthwhile = double.PositiveInfinity, LowestPoint? known = null)
        where T : IProfile, allows ref struct
    {
        var (low, step, nodes) = (range.Low, range.Step, range.Nodes);
        var best = known ?? new LowestPoint(0, double.PositiveInfinity, false);
        var (before, here) = (double.PositiveInfinity, profile.Cost(low));
        for (var k = 0; k < nodes; k++)
        {
            var after = k + 1 < nodes ? profile.Cost(low + (k + 1) * step) : double.PositiveInfinity;
            if (here <= before && here <= after && here - worthwhile <= best.Cost)
            {
                var isEnd = k == 0 || k == nodes - 1;
                var found = Brent(ref profile, low + Math.Max(k - 1, 0) * step, low + k * step, low + Math.Min(k + 1, nodes - 1) * step, here);
                if (isEnd && !(found.Cost < here))
                {
                    found = new LowestPoint(low + k * step, here, true);
                }

                best = found.Cost < best.Cost ? found : best;
            }

            (before, here) = (here, after);
        }

        return best;
    }

    /// <summary>
    /// All points between the outermost ones at which the sum of squares is not above a threshold. For a threshold of s² F(1, ν) above the minimum it
    /// is the likelihood-ratio interval, which does not depend on how the parameter is written (Bates and Watts 1988, ch. 6).
    /// </summary>
    /// <param name="profile">Sum of squares.</param>
    /// <param name="range">Where to search.</param>
    /// <param name="x">The lowest point.</param>
    /// <param name="threshold">See <see cref="Threshold"/>.</param>
    public static ProfileInterval Interval<T>(ref T profile, SearchRange range, double x, double threshold) where T : IProfile, allows ref struct
    {
        var (isBelow, below) = Edge(ref profile, range.Low, range.Step, x, threshold);
        var (isAbove, above) = Edge(ref profile, range.High, -range.Step, x, threshold);
        return new ProfileInterval(below, above, isBelow, isAbove);
    }

    /// <summary>How far above its minimum a sum of squares may lie within an interval of a coverage.</summary>
    /// <param name="lowest">The minimum.</param>
    /// <param name="dof">Degrees of freedom of the residual; used where the noise is not known.</param>
    /// <param name="noiseSd">Standard deviation of the noise; null: it is estimated from the residual.</param>
    /// <param name="coverage">Of the interval, 0 to 1.</param>
    /// <returns>The threshold; null where the noise is neither known nor can be estimated.</returns>
    public static double? Threshold(double lowest, int dof, double? noiseSd, double coverage = 0.95)
    {
        if (noiseSd is { } sd)
        {
            var z = Quantile(0, coverage);
            return lowest + sd * sd * z * z;
        }

        if (dof < 1)
        {
            return null;
        }

        var t = Quantile(dof, coverage);
        return lowest * (1 + t * t / dof);
    }

    /// <summary>Two-sided quantile of Student's t; of the normal distribution for 0 degrees of freedom, which stands for none needed.</summary>
    public static double Quantile(int dof, double coverage = 0.95) => coverage == 0.95 && dof < Quantiles95.Length ? Quantiles95[dof]
        : dof == 0 ? Normal.InvCDF(0, 1, 0.5 + coverage / 2) : StudentT.InvCDF(0, 1, dof, 0.5 + coverage / 2);

    /// <summary>The outermost point at or below the threshold, coming from an end towards the minimum; true where the end itself is.</summary>
    private static (bool IsOpen, double X) Edge<T>(ref T profile, double end, double step, double x, double threshold) where T : IProfile, allows ref struct
    {
        var outside = end;
        var costOutside = profile.Cost(outside) - threshold;
        if (costOutside <= 0)
        {
            return (true, end);
        }

        while (true)
        {
            var next = outside + step;
            if (step > 0 ? next >= x : next <= x)
            {
                return (false, Root(ref profile, outside, costOutside, x, threshold));
            }

            var cost = profile.Cost(next) - threshold;
            if (cost <= 0)
            {
                return (false, Root(ref profile, outside, costOutside, next, threshold));
            }

            (outside, costOutside) = (next, cost);
        }
    }

    /// <summary>Where the profile crosses the threshold between a point above it and one at or below it: regula falsi (Illinois).</summary>
    private static double Root<T>(ref T profile, double above, double costAbove, double below, double threshold) where T : IProfile, allows ref struct
    {
        var costBelow = Math.Min(profile.Cost(below) - threshold, 0);
        var (a, fa, b, fb) = (above, costAbove, below, costBelow);
        for (var n = 0; n < 100 && Math.Abs(b - a) > 1e-10 * Math.Max(Math.Abs(a), Math.Abs(b)); n++)
        {
            var c = n % 4 == 3 || fa - fb == 0 ? 0.5 * (a + b) : (a * fb - b * fa) / (fb - fa);
            var fc = profile.Cost(c) - threshold;
            if (fc > 0)
            {
                (a, fa, fb) = (c, fc, 0.5 * fb);
            }
            else
            {
                (b, fb, fa) = (c, fc, 0.5 * fa);
            }
        }

        return b;
    }

    /// <summary>Minimum within a bracket by parabolas and golden sections (Brent 1973, ch. 5), from a middle point whose cost is known.</summary>
    private static LowestPoint Brent<T>(ref T profile, double a, double middle, double b, double cost) where T : IProfile, allows ref struct
    {
        const double Golden = 0.3819660112501051;
        // Where the minimum is 0 (no noise) parabolas converge to this; else rounding of the cost ends it earlier, at the root of 1e-16.
        const double Tolerance = 1e-12;
        var (x, w, v, fx, fw, fv) = (middle, middle, middle, cost, cost, cost);
        var (d, e) = (0.0, 0.0);
        for (var n = 0; n < 100; n++)
        {
            var half = 0.5 * (a + b);
            // Costs that differ by rounding alone tell no more, wherever three points have them.
            if (Math.Abs(x - half) <= 2 * Tolerance - 0.5 * (b - a) || (n > 3 && v != w && w != x && fv - fx <= 1e-15 * fx && fw - fx <= 1e-15 * fx))
            {
                break;
            }

            var isParabola = false;
            if (Math.Abs(e) > Tolerance)
            {
                var r = (x - w) * (fx - fv);
                var q = (x - v) * (fx - fw);
                var p = (x - v) * q - (x - w) * r;
                q = 2 * (q - r);
                p = q > 0 ? -p : p;
                q = Math.Abs(q);
                isParabola = Math.Abs(p) < Math.Abs(0.5 * q * e) && p > q * (a - x) && p < q * (b - x);
                if (isParabola)
                {
                    (e, d) = (d, p / q);
                    d = x + d - a < 2 * Tolerance || b - x - d < 2 * Tolerance ? Math.CopySign(Tolerance, half - x) : d;
                }
            }

            if (!isParabola)
            {
                e = x < half ? b - x : a - x;
                d = Golden * e;
            }

            var u = Math.Abs(d) >= Tolerance ? x + d : x + Math.CopySign(Tolerance, d);
            var fu = profile.Cost(u);
            if (fu <= fx)
            {
                (a, b) = u < x ? (a, x) : (x, b);
                (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu);
                continue;
            }

            (a, b) = u < x ? (u, b) : (a, u);
            if (fu <= fw || w == x)
            {
                (v, fv, w, fw) = (w, fw, u, fu);
            }
            else if (fu <= fv || v == x || v == w)
            {
                (v, fv) = (u, fu);
            }
        }

        return new LowestPoint(x, fx, false);
    }
}
