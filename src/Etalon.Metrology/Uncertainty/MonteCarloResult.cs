namespace Etalon.Metrology;

/// <summary>How a Monte Carlo propagation ended.</summary>
public enum MonteCarloStatus
{
    /// <summary>The number of trials that was asked for was made, or the adaptive procedure reached its tolerance.</summary>
    Converged,

    /// <summary>The adaptive procedure made the most trials allowed and had not reached its tolerance.</summary>
    TooFewTrials,

    /// <summary>The model has no finite value for some of the trials; they are left out, and what is told holds for the others only.</summary>
    ModelUndefined,
}

/// <summary>The output of a model as a sorted sample.</summary>
public sealed class MonteCarloResult
{
    private readonly double[] _sorted;

    internal MonteCarloResult(double[] sorted, MonteCarloOptions options)
    {
        _sorted = sorted;
        Options = options;
        var mean = 0.0;
        foreach (var y in sorted)
        {
            mean += y / sorted.Length;
        }

        var squares = 0.0;
        foreach (var y in sorted)
        {
            squares += (y - mean) * (y - mean);
        }

        (Value, U) = (mean, Math.Sqrt(squares / (sorted.Length - 1)));
    }

    /// <summary>How it was run.</summary>
    public MonteCarloOptions Options { get; }

    /// <summary>How it ended.</summary>
    public required MonteCarloStatus Status { get; init; }

    /// <summary>Trials that were used.</summary>
    public int Trials => _sorted.Length;

    /// <summary>Trials for which the model had no finite value.</summary>
    public required int UndefinedTrials { get; init; }

    /// <summary>Average of the output.</summary>
    public double Value { get; }

    /// <summary>Standard deviation of the output.</summary>
    public double U { get; }

    /// <summary>Standard deviation of the lower end of the interval due to the finite number of trials, from the scatter between blocks.</summary>
    public required double LowerScatter { get; init; }

    /// <summary>The same of the upper end.</summary>
    public required double UpperScatter { get; init; }

    /// <summary>The interval that the options ask for.</summary>
    public Interval Interval => Options.Shortest ? ShortestInterval(Options.Coverage) : SymmetricInterval(Options.Coverage);

    /// <summary>Probabilistically symmetric coverage interval (JCGM 101, 5.3.3 and 7.7).</summary>
    public Interval SymmetricInterval(double coverage) => Symmetric(_sorted, coverage);

    /// <summary>Shortest coverage interval (5.3.4 and 7.7.4).</summary>
    public Interval ShortestInterval(double coverage) => ShortestOf(_sorted, coverage);

    /// <summary>Share of the trials at or below a value.</summary>
    public double Probability(double atMost)
    {
        var (low, high) = (0, _sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _sorted[middle] <= atMost ? (middle + 1, high) : (low, middle);
        }

        return low / (double)_sorted.Length;
    }

    internal static Interval Of(double[] sorted, double coverage, bool shortest) => shortest ? ShortestOf(sorted, coverage) : Symmetric(sorted, coverage);

    private static Interval Symmetric(double[] sorted, double coverage)
    {
        var held = Held(sorted.Length, coverage);
        var r = (sorted.Length - held + 1) / 2 - 1;
        return new Interval(sorted[Math.Max(0, r)], sorted[Math.Min(sorted.Length - 1, Math.Max(0, r) + held)], coverage);
    }

    private static Interval ShortestOf(double[] sorted, double coverage)
    {
        var held = Held(sorted.Length, coverage);
        var best = 0;
        for (var r = 1; r + held < sorted.Length; r++)
        {
            best = sorted[r + held] - sorted[r] < sorted[best + held] - sorted[best] ? r : best;
        }

        return new Interval(sorted[best], sorted[best + held], coverage);
    }

    /// <summary>q of 7.7.1.</summary>
    private static int Held(int trials, double coverage) => coverage is > 0 and < 1
        ? Math.Min(trials - 1, (int)(coverage * trials + 0.5))
        : throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "A coverage probability lies between 0 and 1.");
}
