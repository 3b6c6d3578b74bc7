namespace Etalon.Metrology;

/// <summary>Which propagation a result rests on.</summary>
public enum PropagationMethod
{
    /// <summary>The law of propagation of uncertainty (JCGM 100).</summary>
    FirstOrder,

    /// <summary>Propagation of distributions (JCGM 101).</summary>
    MonteCarlo,
}

/// <summary>Why.</summary>
public enum PropagationReason
{
    /// <summary>First order agrees with Monte Carlo within the tolerance of clause 8.</summary>
    FirstOrderAgrees,

    /// <summary>The model is not linear enough over the spread of its inputs.</summary>
    NonLinear,

    /// <summary>The model is linear enough; the output's distribution is not the normal or t that first order takes.</summary>
    NotNormal,

    /// <summary>The model has no value or no tangent at the estimates.</summary>
    NoTangent,
}

/// <summary>The output of a measurement model with the propagation that was used, and what spoke for it.</summary>
public sealed record PropagationResult
{
    /// <summary>Estimate of the output.</summary>
    public required double Value { get; init; }

    /// <summary>Standard uncertainty.</summary>
    public required double U { get; init; }

    /// <summary>Coverage interval.</summary>
    public required Interval Interval { get; init; }

    /// <summary>The propagation that the three numbers above come from.</summary>
    public required PropagationMethod Method { get; init; }

    /// <summary>Why.</summary>
    public required PropagationReason Reason { get; init; }

    /// <summary>The first-order result with its budget; null where the model has no tangent at the estimates.</summary>
    public required UncertainQuantity? FirstOrder { get; init; }

    /// <summary>The Monte Carlo result.</summary>
    public required MonteCarloResult MonteCarlo { get; init; }

    /// <summary>Clause 8; null where there is no first-order result.</summary>
    public required FirstOrderValidation? Validation { get; init; }

    /// <summary>
    /// How far the interval's ends, the mean and u move between the model and its tangent, on the same trials: the largest of the four, in the unit
    /// of the output; null where there is no tangent.
    /// </summary>
    public required double? NonLinearity { get; init; }

    /// <summary>Whether the model is not linear enough.</summary>
    public bool IsNonLinear => Reason is PropagationReason.NonLinear or PropagationReason.NoTangent;

    /// <summary>What was used and why, as a sentence for the report.</summary>
    public required string Statement { get; init; }
}

/// <summary>Propagates by first order where that is right and by Monte Carlo where it is not, and says which and why.</summary>
public static class Propagation
{
    /// <summary>8.2 asks that the Monte Carlo result be good to a fifth of the tolerance it judges by.</summary>
    private const double ToleranceShare = 0.2;

    /// <summary>Evaluates a model both ways and chooses.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">Coverage, digits, seed and trials of the Monte Carlo run; null: the defaults.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>Null where the model has no finite value for any trial.</returns>
    /// <remarks>
    /// Whether the model is linear is told by running its tangent on the same trials, so that the chance of the draw cancels. Whether the first-order
    /// interval holds is clause 8; a difference that the finite number of trials explains (two standard deviations) does not count against it.
    /// </remarks>
    public static PropagationResult? Evaluate(InputSet inputs, MeasurementModel model, MonteCarloOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(model);
        options ??= new MonteCarloOptions();
        options.Validate();
        var first = FirstOrder.Propagate(inputs, model);
        var runs = MonteCarlo.Run(inputs, first is null ? [model] : [model, Tangent(inputs, first)], options, ToleranceShare, cancellation);
        if (runs is null)
        {
            return null;
        }

        return first is null ? WithoutTangent(runs[0]) : Chosen(first, runs[0], runs[1], options);
    }

    private static PropagationResult WithoutTangent(MonteCarloResult trials) => new()
    {
        Value = trials.Value,
        U = trials.U,
        Interval = trials.Interval,
        Method = PropagationMethod.MonteCarlo,
        Reason = PropagationReason.NoTangent,
        FirstOrder = null,
        MonteCarlo = trials,
        Validation = null,
        NonLinearity = null,
        Statement = FormattableString.Invariant($"Monte Carlo ({trials.Trials} trials): the model has no value or no tangent at the estimates.{Ended(trials)}"),
    };

    private static PropagationResult Chosen(UncertainQuantity first, MonteCarloResult trials, MonteCarloResult tangent, MonteCarloOptions options)
    {
        var interval = first.Expanded(options.Coverage);
        var validation = FirstOrderValidation.Of(interval, trials.Interval, trials.U, options.Digits);
        // Symmetric ends even where the shortest interval is reported: those of the shortest one wander with the draw.
        var (curved, straight) = (trials.SymmetricInterval(options.Coverage), tangent.SymmetricInterval(options.Coverage));
        var nonLinearity = new[]
        {
            curved.Lower - straight.Lower, curved.Upper - straight.Upper, trials.Value - tangent.Value, trials.U - tangent.U,
        }.Max(Math.Abs);
        var reason = nonLinearity > validation.Tolerance || trials.UndefinedTrials > 0 ? PropagationReason.NonLinear
            : IsBeyond(validation.LowerDifference, trials.LowerScatter) || IsBeyond(validation.UpperDifference, trials.UpperScatter) ? PropagationReason.NotNormal
            : PropagationReason.FirstOrderAgrees;
        var byTrials = reason != PropagationReason.FirstOrderAgrees;
        return new PropagationResult
        {
            Value = byTrials ? trials.Value : first.Value,
            U = byTrials ? trials.U : first.U,
            Interval = byTrials ? trials.Interval : interval,
            Method = byTrials ? PropagationMethod.MonteCarlo : PropagationMethod.FirstOrder,
            Reason = reason,
            FirstOrder = first,
            MonteCarlo = trials,
            Validation = validation,
            NonLinearity = nonLinearity,
            Statement = Statement(reason, nonLinearity, validation, trials),
        };

        bool IsBeyond(double difference, double scatter) => difference > validation.Tolerance + 2 * scatter;
    }

    private static MeasurementModel Tangent(InputSet inputs, UncertainQuantity first)
    {
        var quantities = inputs.Quantities();
        var at = quantities.Select(q => q.Value).ToArray();
        var slopes = quantities.Select((q, i) => q.U > 0 ? first.Of(inputs.Names[i]) / q.U : 0).ToArray();
        return x =>
        {
            var y = first.Value;
            for (var i = 0; i < at.Length; i++)
            {
                y += slopes[i] * (x[i] - at[i]);
            }

            return y;
        };
    }

    private static string Statement(PropagationReason reason, double nonLinearity, FirstOrderValidation v, MonteCarloResult trials)
    {
        var differences = FormattableString.Invariant($"the ends of the interval differ by {v.LowerDifference:G2} and {v.UpperDifference:G2}, tolerance {v.Tolerance:G2}");
        return reason switch
        {
            PropagationReason.FirstOrderAgrees => FormattableString.Invariant($"First order (JCGM 100), confirmed by {trials.Trials} Monte Carlo trials: {differences}."),
            PropagationReason.NonLinear when trials.UndefinedTrials > 0 => FormattableString.Invariant($"Monte Carlo (JCGM 101, {trials.Trials} trials): the model is not defined for some of the inputs' values.{Ended(trials)}"),
            PropagationReason.NonLinear => FormattableString.Invariant($"Monte Carlo (JCGM 101, {trials.Trials} trials): the model is not linear over the spread of its inputs, which moves the result by {nonLinearity:G2}, tolerance {v.Tolerance:G2}.{Ended(trials)}"),
            _ => FormattableString.Invariant($"Monte Carlo (JCGM 101, {trials.Trials} trials): the output is not distributed as first order takes it; {differences}.{Ended(trials)}"),
        };
    }

    private static string Ended(MonteCarloResult trials) => trials.Status switch
    {
        MonteCarloStatus.TooFewTrials => " Its last digit is not steady at this number of trials.",
        MonteCarloStatus.ModelUndefined => FormattableString.Invariant($" {trials.UndefinedTrials} trials without a value were left out."),
        _ => "",
    };
}
