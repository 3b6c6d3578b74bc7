using System.Globalization;

namespace Etalon.Numerics;

/// <summary>Options of <see cref="BoundedLeastSquares"/>.</summary>
public sealed record BoundedLeastSquaresOptions
{
    /// <summary>Least values, one a parameter, −∞ for none; null: no parameter has one.</summary>
    public IReadOnlyList<double>? Lower { get; init; }

    /// <summary>Greatest values, one a parameter, +∞ for none; null: no parameter has one.</summary>
    public IReadOnlyList<double>? Upper { get; init; }

    /// <summary>Largest number of accepted steps from one start. The default is 2000.</summary>
    public int MaxSteps { get; init; } = 2000;

    /// <summary>
    /// Whether residuals are in units of their known noise. If not, the covariance is scaled by the residual sum of squares over its degrees of freedom.
    /// The default is false.
    /// </summary>
    public bool IsNoiseKnown { get; init; }

    /// <summary>Starts beside the given one, always tried. The default is 0: the result is then a local minimum only.</summary>
    public int FurtherStarts { get; init; }

    /// <summary>Starts that are tried only if the given one does not end in a minimum that the data determine. The default is 48; 0: none.</summary>
    public int RescueStarts { get; init; } = 48;

    /// <summary>Seed of the further starts.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>One of the minima that the starts of a fit ended in.</summary>
/// <param name="Parameters">Where it lies; of several orders of equal terms the one nearest to the start.</param>
/// <param name="Cost">Sum of squares.</param>
/// <param name="Starts">How many starts ended there.</param>
public sealed record FittedMinimum(IReadOnlyList<double> Parameters, double Cost, int Starts);

/// <summary>The result of a bounded fit.</summary>
public sealed record BoundedFit
{
    /// <summary>Where it ended.</summary>
    public required IReadOnlyList<double> Parameters { get; init; }

    /// <summary>Sum of squares there.</summary>
    public required double Cost { get; init; }

    /// <summary>How it ended. Only of <see cref="FitStatus.Converged"/>, <see cref="FitStatus.AtBound"/> and <see cref="FitStatus.SeveralMinima"/> the parameters mean something.</summary>
    public required FitStatus Status { get; init; }

    /// <summary>Covariance of the parameters, 0 for those at a bound; null where the data do not determine them, or nothing tells the noise.</summary>
    public double[,]? Covariance { get; init; }

    /// <summary>Which parameters are held by a bound: the gradient points out of the box there.</summary>
    public required IReadOnlyList<bool> IsAtBound { get; init; }

    /// <summary>Accepted steps from the start that led here.</summary>
    public required int Steps { get; init; }

    /// <summary>How many starts were tried, the given one included.</summary>
    public required int Starts { get; init; }

    /// <summary>Whether the given start itself led to the best minimum.</summary>
    public required bool IsFromGivenStart { get; init; }

    /// <summary>All minima that were found, lowest first: curves that differ. Empty where there is none.</summary>
    public required IReadOnlyList<FittedMinimum> Minima { get; init; }

    /// <summary>Standard uncertainty of a parameter; null where there is none, or a bound holds it.</summary>
    /// <param name="parameter">Its number from 0.</param>
    public double? StandardError(int parameter) => Covariance is { } c && !IsAtBound[parameter] ? Math.Sqrt(c[parameter, parameter]) : null;
}

/// <summary>
/// Non-linear least squares within a box: a trust region on orthogonal factors, steps to the last digit, further starts, and a status that tells how far
/// the result can be believed.
/// </summary>
/// <remarks>
/// Moré, in Numerical Analysis, Lecture Notes in Mathematics 630:105–116 (1978), for the region and its scaling. A lower minimum than the best of all
/// starts cannot be excluded; how many starts ended in it is reported.
/// </remarks>
public static class BoundedLeastSquares
{
    // A start that creeps along a valley for longer is given up: others will do better.
    private const int MostStepsOfOthers = 300;

    /// <summary>Minimises the sum of squares.</summary>
    /// <param name="model">Residuals and derivatives; residuals to 30 digits too if it is an <see cref="IExtendedResidualModel"/>.</param>
    /// <param name="start">First parameters; outside the box they are moved to its wall.</param>
    /// <param name="options">Bounds and limits; null: the defaults.</param>
    /// <param name="cancellation">Ends the fit with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">A length is not that of the parameters, a start is not finite, or a bound is NaN or above its opposite.</exception>
    public static BoundedFit Minimise(IResidualModel model, IReadOnlyList<double> start, BoundedLeastSquaresOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(start);
        options ??= new BoundedLeastSquaresOptions();
        var (lower, upper) = Box(model.Parameters, start, options);
        var first = start.Select((v, p) => Math.Clamp(v, lower[p], upper[p])).ToArray();
        var given = TrustRegionFit.Run(model, first, lower, upper, options.MaxSteps, cancellation);
        var fits = new List<LocalFit> { given };
        var more = Math.Max(options.FurtherStarts, given.IsMinimum ? 0 : options.RescueStarts);
        foreach (var other in FurtherStarts.Around(model, first, lower, upper, options.Seed).Take(more))
        {
            fits.Add(TrustRegionFit.Run(model, other, lower, upper, Math.Min(options.MaxSteps, MostStepsOfOthers), cancellation));
        }

        var groups = Groups(fits, first);
        var best = groups.Count > 0 ? groups[0][0] : fits.MinBy(f => f.Cost)!;
        var refined = best.IsMinimum && model is IExtendedResidualModel extended ? TrustRegionFit.Refine(extended, best, lower, upper) : best;
        return Result(model, refined, groups, options) with { Starts = fits.Count, IsFromGivenStart = ReferenceEquals(best, given) };
    }

    private static (double[] Lower, double[] Upper) Box(int n, IReadOnlyList<double> start, BoundedLeastSquaresOptions options)
    {
        var lower = options.Lower?.ToArray() ?? [.. Enumerable.Repeat(double.NegativeInfinity, n)];
        var upper = options.Upper?.ToArray() ?? [.. Enumerable.Repeat(double.PositiveInfinity, n)];
        if (start.Count != n || lower.Length != n || upper.Length != n)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"The model has {n} parameters, the start {start.Count}, the lower bounds {lower.Length}, the upper bounds {upper.Length}."));
        }

        for (var p = 0; p < n; p++)
        {
            if (!double.IsFinite(start[p]) || !(lower[p] <= upper[p]))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Parameter {p} starts at {start[p]} within {lower[p]} to {upper[p]}."));
            }
        }

        return (lower, upper);
    }

    /// <summary>Minima by the curve they describe: equal residuals are one minimum, whatever the order of its terms.</summary>
    private static List<List<LocalFit>> Groups(List<LocalFit> fits, double[] start)
    {
        var groups = new List<List<LocalFit>>();
        foreach (var fit in fits.Where(f => f.IsMinimum).OrderBy(f => f.Cost))
        {
            var group = groups.Find(g => IsSameCurve(g[0], fit));
            if (group is null)
            {
                groups.Add([fit]);
            }
            else
            {
                group.Add(fit);
            }
        }

        return [.. groups.Select(g => g.OrderBy(f => ReferenceEquals(f, fits[0]) ? -1 : FurtherStarts.Distance(f.Parameters, start)).ToList())];
    }

    private static bool IsSameCurve(LocalFit a, LocalFit b)
    {
        var difference = a.Residuals.Zip(b.Residuals, (x, y) => (x - y) * (x - y)).Sum();
        // A hundredth of a standard deviation of all residuals together; for exact data both costs are rounding.
        return difference <= 1e-4 * a.Cost || (a.Cost < 1e-24 && b.Cost < 1e-24);
    }

    private static BoundedFit Result(IResidualModel model, LocalFit best, List<List<LocalFit>> groups, BoundedLeastSquaresOptions options)
    {
        var dof = model.Points - best.Held.Count(h => !h);
        var variance = options.IsNoiseKnown ? 1 : dof > 0 ? best.Cost / dof : (double?)null;
        // The likelihood-ratio bound of 95 %: a minimum within it is not told from the best by the data.
        var threshold = ProfileSearch.Threshold(best.Cost, Math.Max(dof, 0), options.IsNoiseKnown ? 1 : null);
        var isAmbiguous = groups.Count > 1 && threshold is { } t && groups[1][0].Cost <= t;
        return new BoundedFit
        {
            Parameters = best.Parameters,
            Cost = best.Cost,
            Status = isAmbiguous ? FitStatus.SeveralMinima : best.Status,
            Covariance = best.Inverse is { } inverse && variance is { } v ? Times(inverse, v) : null,
            IsAtBound = best.Held,
            Steps = best.Steps,
            Starts = 1,
            IsFromGivenStart = true,
            Minima = [.. groups.Select(g => new FittedMinimum(g[0].Parameters, g[0].Cost, g.Count))],
        };
    }

    private static double[,] Times(double[,] matrix, double factor)
    {
        var result = new double[matrix.GetLength(0), matrix.GetLength(1)];
        for (var a = 0; a < result.GetLength(0); a++)
        {
            for (var b = 0; b < result.GetLength(1); b++)
            {
                result[a, b] = matrix[a, b] * factor;
            }
        }

        return result;
    }
}
