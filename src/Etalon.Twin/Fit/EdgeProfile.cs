using Etalon.Imaging;
using Etalon.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>
/// How density falls across the edge of what was measured: logit N(s) = logit N(0) − g·(s + b·s²/2R) with s the distance beyond the edge, negative inside,
/// and R the radius of a sphere of the measured volume.
/// </summary>
/// <remarks>
/// A tumour that grew from a few cells by diffusion and logistic growth has N/(1 − N) ∝ exp(−r²/4Dt) to good approximation (exact without
/// saturation): b = 1 with its centre R behind the edge. A front that has travelled far falls as an exponential: b = 0. What b is, the measured
/// side tells; where it does not, it is near 1.
/// </remarks>
internal sealed class EdgeProfile
{
    private const double UsualSlopePerMm = 0.4, UsualSlopeLogSd = 0.7, LocalSlopeLogSd = 0.4;
    private const double UsualBend = 1, UsualBendSd = 0.4;

    /// <summary>Share of the radius within which the profile is read.</summary>
    private const double ReadDepth = 0.5;

    /// <summary>Voxels that it takes; fewer say nothing of a profile.</summary>
    private const int FewestVoxels = 16;

    /// <summary>Voxels that share noise, an assumption as in <see cref="TwinFitOptions.VoxelsPerGrain"/>.</summary>
    private const double VoxelsPerGrain = 8;

    /// <summary>Longest length over which density falls by e, mm.</summary>
    private const double LongestMm = 15;

    /// <summary>What the form of the profile leaves open: standard uncertainty of the logit at the edge and relative one of the fall.</summary>
    private const double FormLogitU = 0.25, FormU = 0.15;

    private const double LeastVariance = 1e-6;

    /// <summary>Densities nearer to 0 or 1 have a logit that noise rules.</summary>
    private const double LeastTelling = 0.02;

    /// <summary>Steepest slope before the profile is read, per mm.</summary>
    private const double MostSlope = 2;

    private readonly double _slope, _bend, _radius;

    private EdgeProfile(double[] distance, double density, double logitU, double slope, double bend, double radius, double fallU) =>
        (DistanceMm, Density, LogitU, _slope, _bend, _radius, FallU) = (distance, density, logitU, slope, bend, radius, fallU);

    /// <summary>Signed distance of each voxel of the grid to the edge, mm, negative inside (<see cref="EdgeDistance"/>).</summary>
    public double[] DistanceMm { get; }

    /// <summary>Density at the edge.</summary>
    public double Density { get; }

    /// <summary>Standard uncertainty of its logit.</summary>
    public double LogitU { get; }

    /// <summary>Relative standard uncertainty of the fall.</summary>
    public double FallU { get; }

    /// <summary>Length over which a low density falls by e at the edge, mm.</summary>
    public double LengthMm => 1 / _slope;

    /// <summary>Reads the profile on the measured side of the edge.</summary>
    /// <param name="apparent">Density as it follows from ADC, not brought within [0, 1].</param>
    /// <param name="measured">Where it was measured.</param>
    /// <param name="domain">Where a tumour can live; beyond its wall there is no edge.</param>
    public static EdgeProfile Of(double[] apparent, Mask measured, Mask domain)
    {
        var (grid, h) = (domain.Grid, domain.Grid.SpacingMm);
        var radius = Math.Cbrt(3 * Math.Max(1, measured.Count) * grid.VoxelVolumeMl * 1000 / (4 * Math.PI));
        var distance = EdgeDistance.Of(measured, domain, radius);
        var (voxel, shortest) = (Math.Cbrt(grid.VoxelVolumeMl * 1000), 0.5 * Math.Min(h.X, Math.Min(h.Y, h.Z)));
        var (values, depths) = (new List<double>(), new List<double>());
        for (var n = 0; n < apparent.Length; n++)
        {
            if (measured.Inside[n] && distance[n] > -Math.Max(ReadDepth * radius, voxel))
            {
                values.Add(apparent[n]);
                depths.Add(distance[n]);
            }
        }

        if (values.Count < FewestVoxels)
        {
            var mean = values.Count == 0 ? 0 : FixedSum.Mean([.. values]);
            return new EdgeProfile(distance, Math.Clamp(mean, 1e-3, 0.95), 1, 1 / (4 * shortest), UsualBend, radius, UsualSlopeLogSd);
        }

        var low = values.Zip(depths, (v, s) => (Value: v, Depth: s)).Where(v => v.Depth > -voxel).Select(v => v.Value).Order().ToArray();
        var start = Logit(Math.Clamp(low.Length == 0 ? 0.1 : FixedSum.QuantileOfSorted(low, 0.5), 0.02, 0.9));
        var before = LocalSlope(apparent, measured, distance, ReadDepth * radius) is { } local ? (Math.Log(local), LocalSlopeLogSd) : (Math.Log(UsualSlopePerMm), UsualSlopeLogSd);
        double[] x = [start, before.Item1, UsualBend];
        var variance = 0.01;
        // The noise is not known here: the residuals tell it.
        for (var round = 0; round < 3; round++)
        {
            NormalEquations At(double[] at) => Equations(at, values, depths, radius, variance * VoxelsPerGrain, before);
            x = LevenbergMarquardt.Minimise(x, At, at => At(at).Cost, new LevenbergMarquardtOptions { LargestStep = [0.7, 0.4, 0.4] }, CancellationToken.None).Parameters;
            variance = Math.Max(LeastVariance, Misfit(x, values, depths, radius) / values.Count);
        }

        var slope = Math.Clamp(Math.Exp(x[1]), 1 / LongestMm, 1 / shortest);
        var bend = Math.Clamp(x[2], 0, 2);
        var covariance = LevenbergMarquardt.InverseOf(Equations(x, values, depths, radius, variance * VoxelsPerGrain, before).Hessian);
        // Of the fall where density is down by e²: both its slope and its bend count.
        var far = 2 / slope;
        var toBend = far / (2 * radius) / (1 + bend * far / (2 * radius));
        var ofFit = covariance is null ? UsualSlopeLogSd * UsualSlopeLogSd
            : covariance[1, 1] + 2 * toBend * covariance[1, 2] + toBend * toBend * covariance[2, 2];
        return new EdgeProfile(
            distance, 1 / (1 + Math.Exp(-x[0])), Math.Sqrt(FormLogitU * FormLogitU + (covariance?[0, 0] ?? 1)), slope, bend, radius, Math.Sqrt(FormU * FormU + Math.Max(0, ofFit)));
    }

    /// <summary>Fall of the logit of density at a distance beyond the edge.</summary>
    /// <param name="mm">Distance, mm, not negative.</param>
    public double Fall(double mm) => _slope * Bent(mm, _bend, _radius);

    /// <summary>Density after a fall.</summary>
    public static double After(double edge, double fall) => 1 / (1 + (1 - edge) / edge * Math.Exp(fall));

    private static double Logit(double n) => Math.Log(n / (1 - n));

    private static double Bent(double s, double bend, double radius) => s + bend * s * s / (2 * radius);

    /// <summary>
    /// Median of |grad logit N| near the edge, by the differences to the measured neighbours of each axis, per mm: what is known before the profile is read, and all that
    /// is known of a tumour too thin to have one. Null where few voxels tell.
    /// </summary>
    private static double? LocalSlope(double[] apparent, Mask measured, double[] distance, double depth)
    {
        var (grid, slopes) = (measured.Grid, new List<double>());
        for (var n = 0; n < apparent.Length; n++)
        {
            if (!measured.Inside[n] || distance[n] < -depth || apparent[n] is < LeastTelling or > 1 - LeastTelling)
            {
                continue;
            }

            var (squares, isWhole) = (0.0, true);
            foreach (var (at, size, step, spacing) in new[]
            {
                (n % grid.Nx, grid.Nx, 1, grid.SpacingMm.X), (n / grid.Nx % grid.Ny, grid.Ny, grid.Nx, grid.SpacingMm.Y), (n / grid.Nx / grid.Ny, grid.Nz, grid.Nx * grid.Ny, grid.SpacingMm.Z),
            })
            {
                var low = at > 0 && measured.Inside[n - step] ? n - step : n;
                var high = at < size - 1 && measured.Inside[n + step] ? n + step : n;
                isWhole &= low != high;
                squares += low == high ? 0 : Math.Pow((apparent[high] - apparent[low]) / ((high - low) / step * spacing), 2);
            }

            if (isWhole)
            {
                slopes.Add(Math.Sqrt(squares) / (apparent[n] * (1 - apparent[n])));
            }
        }

        slopes.Sort();
        return slopes.Count < FewestVoxels || slopes[slopes.Count / 2] <= 0 ? null : Math.Clamp(slopes[slopes.Count / 2], 1 / LongestMm, MostSlope);
    }

    private static double Misfit(double[] x, List<double> values, List<double> depths, double radius)
    {
        var sum = 0.0;
        for (var n = 0; n < values.Count; n++)
        {
            var p = 1 / (1 + Math.Exp(Math.Exp(x[1]) * Bent(depths[n], x[2], radius) - x[0]));
            sum += (p - values[n]) * (p - values[n]);
        }

        return sum;
    }

    private static NormalEquations Equations(double[] x, List<double> values, List<double> depths, double radius, double noise, (double Mean, double Sd) slopeBefore)
    {
        var (cost, gradient, hessian) = (0.0, Vector<double>.Build.Dense(3), Matrix<double>.Build.Dense(3, 3));
        var g = Math.Exp(x[1]);
        Span<double> slope = stackalloc double[3];
        for (var n = 0; n < values.Count; n++)
        {
            var s = depths[n];
            var p = 1 / (1 + Math.Exp(g * Bent(s, x[2], radius) - x[0]));
            var (r, d) = (p - values[n], p * (1 - p));
            (slope[0], slope[1], slope[2]) = (d, -d * g * Bent(s, x[2], radius), -d * g * s * s / (2 * radius));
            cost += 0.5 * r * r / noise;
            for (var i = 0; i < 3; i++)
            {
                gradient[i] += slope[i] * r / noise;
                for (var j = 0; j < 3; j++)
                {
                    hessian[i, j] += slope[i] * slope[j] / noise;
                }
            }
        }

        foreach (var (i, mean, sd) in new[] { (1, slopeBefore.Mean, slopeBefore.Sd), (2, UsualBend, UsualBendSd) })
        {
            var z = (x[i] - mean) / sd;
            cost += 0.5 * z * z;
            gradient[i] += z / sd;
            hessian[i, i] += 1 / (sd * sd);
        }

        return new NormalEquations(cost, gradient, hessian);
    }
}
