using Etalon.Metrology;

namespace Etalon.Change.Serial;

/// <summary>Puts a series of visits together in one state-space estimate.</summary>
/// <remarks>
/// y = x + e: x the true logarithms, a Gaussian process with a flat prior of its level (and slope); e the errors of reading, independent ones and ones that
/// visits share. Everything is Gaussian, so conditioning on all readings at once is exact and gives what a Kalman filter with smoother gives (Durbin and
/// Koopman 2012, chapter 4) with the shared errors as further states. The variance of the process is averaged over its marginal likelihood.
/// </remarks>
public static class SerialAnalysis
{
    /// <summary>Logarithms of σ over the prior's scale at which the series is solved: beyond lie 0.5 % of the prior.</summary>
    private const double FirstNode = -7, LastNode = 5, NodeStep = 0.25;

    private const double DaysPerYear = 365.25;

    /// <summary>The series as one estimate.</summary>
    /// <param name="readings">Two or more visits in order of time.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentException">
    /// Fewer than two visits, visits out of order, a number that is not finite, or a visit without any error of its own.
    /// </exception>
    public static SerialEstimate Of(IReadOnlyList<SerialReading> readings, SerialOptions? options = null)
    {
        options ??= new SerialOptions();
        Check(readings, options);
        var years = readings.Select(r => (r.Day - readings[0].Day) / DaysPerYear).ToArray();
        var course = readings.Count < 3 ? TrueCourse.Free : options.Course;
        if (course == TrueCourse.Free)
        {
            return new SerialEstimate(readings, new SeriesMixture(readings, [(1, SeriesSolution.Free(readings))]), new ProcessEstimate(course, null, null), options.Coverage);
        }

        if (options.ProcessSd is { } known)
        {
            var solution = SeriesSolution.Of(readings, years, course, known);
            return new SerialEstimate(readings, new SeriesMixture(readings, [(1, solution)]), new ProcessEstimate(course, known, null), options.Coverage);
        }

        var nodes = new List<(double Sd, double LogWeight, SeriesSolution Solution)>();
        for (var t = FirstNode; t <= LastNode; t += NodeStep)
        {
            // Half-Cauchy of σ, as a density of ln σ.
            var solution = SeriesSolution.Of(readings, years, course, options.PriorScale * Math.Exp(t));
            nodes.Add((options.PriorScale * Math.Exp(t), solution.LogLikelihood + t - Math.Log(1 + Math.Exp(2 * t)), solution));
        }

        var largest = nodes.Max(n => n.LogWeight);
        var total = nodes.Sum(n => Math.Exp(n.LogWeight - largest));
        var parts = nodes.Select(n => (n.Sd, Weight: Math.Exp(n.LogWeight - largest) / total, n.Solution)).ToList();
        var process = new ProcessEstimate(course, Quantile(0.5), new Interval(Quantile(0.025), Quantile(0.975), 0.95));
        return new SerialEstimate(readings, new SeriesMixture(readings, [.. parts.Where(p => p.Weight > 1e-9).Select(p => (p.Weight, p.Solution))]), process, options.Coverage);

        double Quantile(double p)
        {
            var sum = 0.0;
            return parts.First(n => (sum += n.Weight) >= p || n == parts[^1]).Sd;
        }
    }

    private static void Check(IReadOnlyList<SerialReading> readings, SerialOptions options)
    {
        ArgumentNullException.ThrowIfNull(readings);
        if (readings.Count < 2)
        {
            throw new ArgumentException($"{readings.Count} visits: a series needs two.");
        }

        if (!(options.PriorScale > 0) || options.ProcessSd is not (null or >= 0) || !Enum.IsDefined(options.Course))
        {
            throw new ArgumentException($"A prior scale of {options.PriorScale}, a process of {options.ProcessSd} or a course of {options.Course} is not possible.");
        }

        for (var n = 0; n < readings.Count; n++)
        {
            var r = readings[n];
            if (!double.IsFinite(r.LogValue) || !double.IsFinite(r.Day) || (n > 0 && r.Day < readings[n - 1].Day))
            {
                throw new ArgumentException($"Visit {r.Visit}: value {r.LogValue} on day {r.Day} must be numbers, in order of time.");
            }

            if (!r.Components.Any(c => c.Group is null && c.U > 0))
            {
                throw new ArgumentException($"Visit {r.Visit} has no error of its own: readings that cannot differ hold no information on each other's.");
            }
        }
    }
}
