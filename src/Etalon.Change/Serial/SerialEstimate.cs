using Etalon.Metrology;

namespace Etalon.Change.Serial;

/// <summary>What all visits together say of one quantity of a series: the value at a visit, a change, or a rate.</summary>
/// <param name="Value">A logarithm, a difference of logarithms, or that per year.</param>
/// <param name="U">Standard uncertainty.</param>
/// <param name="Dof">Effective degrees of freedom; null: infinite.</param>
/// <param name="Interval">At the coverage asked for.</param>
/// <param name="PIncrease">Probability that it is above 0.</param>
public sealed record SerialQuantity(double Value, double U, double? Dof, Interval Interval, double PIncrease)
{
    /// <summary>Probability that it does not have the sign of its estimate.</summary>
    public double PWrongDirection => Math.Min(PIncrease, 1 - PIncrease);
}

/// <summary>One visit in the light of all.</summary>
/// <param name="Visit">The visit.</param>
/// <param name="Day">When.</param>
/// <param name="Reading">The logarithm as read.</param>
/// <param name="Level">The logarithm as all visits give it.</param>
public sealed record SmoothedVisit(string Visit, double Day, double Reading, SerialQuantity Level);

/// <summary>What is known of how fast the truth moves.</summary>
/// <param name="Course">The course that was used.</param>
/// <param name="Sd">σ: the value given, or the median of what is likely; null for a free course.</param>
/// <param name="Interval">Where σ lies, 95 %; null where it was given or there is none.</param>
public sealed record ProcessEstimate(TrueCourse Course, double? Sd, Interval? Interval);

/// <summary>A series of visits as one estimate: all values with their covariance, so that any change between two visits has its own uncertainty.</summary>
public sealed class SerialEstimate
{
    private const double DaysPerYear = 365.25;

    private readonly IReadOnlyList<SerialReading> _readings;
    private readonly SeriesMixture _mixture;
    private readonly double _coverage;

    internal SerialEstimate(IReadOnlyList<SerialReading> readings, SeriesMixture mixture, ProcessEstimate process, double coverage)
    {
        (_readings, _mixture, _coverage, Process) = (readings, mixture, coverage, process);
        Visits = [.. readings.Select((r, n) => new SmoothedVisit(r.Visit, r.Day, r.LogValue, Of(w => w[n] = 1)))];
        LastRate = process.Course == TrueCourse.LinearTrend ? Of(w => w[^1] = 1) : null;
    }

    /// <summary>The visits in their order.</summary>
    public IReadOnlyList<SmoothedVisit> Visits { get; }

    /// <summary>How fast the truth moves.</summary>
    public ProcessEstimate Process { get; }

    /// <summary>Slope at the last visit, per year, which is where a forecast starts; null unless the course is a linear trend.</summary>
    public SerialQuantity? LastRate { get; }

    /// <summary>Logarithm of the ratio of the true values of two visits, all visits considered.</summary>
    /// <param name="from">Index of the first visit.</param>
    /// <param name="to">Index of the second.</param>
    public SerialQuantity Change(int from, int to) => Of(w => (w[to], w[from]) = (w[to] + 1, w[from] - 1));

    /// <summary>Mean rate between two visits, per year.</summary>
    /// <param name="from">Index of the first visit.</param>
    /// <param name="to">Index of the second, on another day.</param>
    /// <exception cref="ArgumentException">Both visits are at one time.</exception>
    public SerialQuantity Rate(int from, int to)
    {
        var years = (_readings[to].Day - _readings[from].Day) / DaysPerYear;
        return years == 0
            ? throw new ArgumentException($"Visits {_readings[from].Visit} and {_readings[to].Visit} are at one time: a rate needs two.")
            : Of(w => (w[to], w[from]) = (w[to] + 1 / years, w[from] - 1 / years));
    }

    /// <summary>Probability that the change between two visits exceeds a threshold.</summary>
    /// <param name="from">Index of the first visit.</param>
    /// <param name="to">Index of the second.</param>
    /// <param name="logRatio">The threshold: ln 1.25 for a quarter more.</param>
    public double PChangeAbove(int from, int to, double logRatio)
    {
        var weights = new double[_mixture.Outputs];
        (weights[to], weights[from]) = (weights[to] + 1, weights[from] - 1);
        return 1 - SeriesMixture.Cdf(_mixture.Parts(weights), logRatio);
    }

    /// <summary>Covariance of the smoothed logarithms, in the order of the visits.</summary>
    public double[,] Covariance()
    {
        var n = _readings.Count;
        var result = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                // From the variance of the sum: the parts of the mixture differ in their means.
                var sum = i == j ? 2 * Visits[i].Level.U : Of(w => (w[i], w[j]) = (1, 1)).U;
                result[i, j] = result[j, i] = 0.5 * (sum * sum - Visits[i].Level.U * Visits[i].Level.U - Visits[j].Level.U * Visits[j].Level.U);
            }
        }

        return result;
    }

    private SerialQuantity Of(Action<double[]> set)
    {
        var weights = new double[_mixture.Outputs];
        set(weights);
        return _mixture.Quantity(weights, _coverage);
    }
}
