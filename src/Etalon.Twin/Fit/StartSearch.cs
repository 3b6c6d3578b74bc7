namespace Etalon.Twin;

/// <summary>Another minimum that the data do not tell from the best one.</summary>
/// <param name="Growth">Growth parameters there, in their order and units.</param>
/// <param name="DeltaChiSquared">How much worse it fits.</param>
public sealed record OtherMinimum(IReadOnlyList<double> Growth, double DeltaChiSquared);

/// <summary>Looks over the prior for basins: quasi-random points, then some Gauss-Newton steps from the best that lie apart.</summary>
internal static class StartSearch
{
    private const int Seeds = 3;
    private const int FirstSteps = 3, Kept = 2;
    private const int Steps = 7;

    /// <summary>Decrement at which a look is good enough: well inside the interval.</summary>
    private const double Tolerance = 0.1;
    private const double Apart = 0.7;

    /// <summary>Minima in order of cost, no two of one basin.</summary>
    public static List<FitMinimum> Run(TwinFitProblem problem, CancellationToken cancellation)
    {
        var (layout, options) = (problem.Layout, problem.Options);
        var given = new List<double[]>();
        if (options.Start is { } start)
        {
            given.Add(Point(layout, p => Math.Log(start[p])));
        }

        given.Add([.. layout.PriorMean]);
        var points = Enumerable.Range(1, options.Starts).Select(n => Point(layout, p => Quantile(layout, p, Halton(n, p)))).ToList();
        var costs = new double[points.Count];
        Parallel.For(0, points.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation }, n => costs[n] = problem.Cost(points[n], []));
        var seeds = given;
        foreach (var n in Enumerable.Range(0, points.Count).Where(n => double.IsFinite(costs[n])).OrderBy(n => costs[n]))
        {
            if (seeds.Count < given.Count + Seeds && seeds.TrueForAll(s => Distance(layout, s, points[n]) > Apart))
            {
                seeds = [.. seeds, points[n]];
            }
        }

        // Some steps tell which seeds are worth more.
        var looked = seeds.Select(s => FitMinimiser.Run(problem, new FitCheckpoint(s, [], 1e-2, 0), FirstSteps, Tolerance, null, cancellation)).OrderBy(m => m.Cost).Take(Kept).ToList();
        var minima = new List<FitMinimum>();
        foreach (var minimum in looked.Select(m => FitMinimiser.Run(problem, new FitCheckpoint(m.X, [], 1e-3, 0), Steps, Tolerance, null, cancellation)).OrderBy(m => m.Cost))
        {
            if (minima.TrueForAll(m => IsOther(problem, m.X, m.Cost, minimum.X, minimum.Cost)))
            {
                minima.Add(minimum);
            }
        }

        return minima;
    }

    /// <summary>
    /// Whether two points lie in different basins: half a unit of cost or more has to be climbed on the straight way between them, on which
    /// kills, which add up, go straight themselves.
    /// </summary>
    public static bool IsOther(TwinFitProblem problem, double[] a, double costA, double[] b, double costB)
    {
        if (Distance(problem.Layout, a, b) < 0.02)
        {
            return false;
        }

        var climbed = new[] { 0.2, 0.4, 0.6, 0.8 }.Max(t => problem.Cost(
            a.Select((x, p) => p >= TwinFit.FirstKill && p < problem.Layout.Growth ? Math.Log((1 - t) * Math.Exp(x) + t * Math.Exp(b[p])) : (1 - t) * x + t * b[p]).ToArray(), []));
        return climbed > Math.Max(costA, costB) + 0.5;
    }

    private static double[] Point(FitLayout layout, Func<int, double> growth) =>
        layout.PriorMean.Select((mean, p) => p < layout.Growth ? Math.Clamp(growth(p), layout.Range(p).Low, layout.Range(p).High) : mean).ToArray();

    private static double Distance(FitLayout layout, double[] a, double[] b) => Enumerable.Range(0, layout.Growth).Max(p => Math.Abs(a[p] - b[p]));

    /// <summary>The inner 96 % of a prior; of a flat one that of the log-normal which is its yardstick, twice as wide.</summary>
    private static double Quantile(FitLayout layout, int p, double share)
    {
        var prior = layout.Priors[p];
        var score = MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, 0.02 + 0.96 * share);
        return Math.Log(prior.Median) + (prior.Box is null ? 1 : 1.5) * prior.LogSd * score;
    }

    /// <summary>Halton's sequence (1960): the digits of n in a prime base, mirrored.</summary>
    private static double Halton(int n, int dimension)
    {
        ReadOnlySpan<int> primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
        var prime = primes[dimension % primes.Length];
        var (result, share) = (0.0, 1.0 / prime);
        for (; n > 0; n /= prime, share /= prime)
        {
            result += n % prime * share;
        }

        return result;
    }
}
