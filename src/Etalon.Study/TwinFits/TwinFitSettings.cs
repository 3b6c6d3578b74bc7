using Etalon.Metrology;
using Etalon.Twin;

namespace Etalon.Study;

/// <summary>How a twin is fitted by itself.</summary>
public sealed record TwinFitSettings
{
    /// <summary>The prior that is meant by no name: from the literature.</summary>
    public const string DefaultPrior = "default";

    /// <summary>Flat within a wide box.</summary>
    public const string FlatPrior = "flat";

    /// <summary>The scheme.</summary>
    public TwinScheme Scheme { get; init; } = TwinScheme.Exact;

    /// <summary>Whether visits may differ by ADC scale and place. The default is yes.</summary>
    public bool WithNuisance { get; init; } = true;

    /// <summary><see cref="DefaultPrior"/>, <see cref="FlatPrior"/> or a file.</summary>
    public string Prior { get; init; } = DefaultPrior;

    /// <summary>A file with a start of the growth parameters; null: none.</summary>
    public string? Start { get; init; }

    /// <summary>Whether the posterior is checked by weighing its draws. The default is no.</summary>
    public bool WithCheck { get; init; }

    /// <summary>Where the fit keeps its place, so that it can go on after a crash; null: nowhere.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Draws in samples.csv.</summary>
    public int Samples { get; init; } = 1000;
}

/// <summary>A fitted twin with all that was asked about it.</summary>
public sealed record TwinFitResult
{
    /// <summary>Pseudonym.</summary>
    public required string Subject { get; init; }

    /// <summary>The fit.</summary>
    public required TwinFit Fit { get; init; }

    /// <summary>How it was fitted.</summary>
    public required TwinFitSettings Settings { get; init; }

    /// <summary>The fitted visits.</summary>
    public required IReadOnlyList<DensityObservation> Observations { get; init; }

    /// <summary>SHA-256 of each visit's ADC.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The fit's density at each visit.</summary>
    public required IReadOnlyList<FittedField> Fields { get; init; }

    /// <summary>How each agrees with what was measured.</summary>
    public required IReadOnlyList<FieldAgreement> Agreement { get; init; }

    /// <summary>What the kills did together, where they are not told apart.</summary>
    public KnownCombination? NetKill { get; init; }

    /// <summary>What was not learned and what would help.</summary>
    public required IReadOnlyList<TwinAdvice> Advice { get; init; }

    /// <summary>Simpler models beside the whole one.</summary>
    public required IReadOnlyList<ModelEvidence> Evidence { get; init; }

    /// <summary>The posterior weighed by the real misfit; null where that was not asked for.</summary>
    public PosteriorCheck? Check { get; init; }

    /// <summary>Draws for samples.csv.</summary>
    public required IReadOnlyList<double[]> Samples { get; init; }

    /// <summary>Fixes the draws.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What was assumed.</summary>
    public required IReadOnlyList<Assumption> Assumptions { get; init; }
}
