namespace Etalon.Comparability.Harmonisation;

/// <summary>How ComBat estimates what a batch adds and multiplies.</summary>
public enum ComBatPrior
{
    /// <summary>Normal prior of the shifts, inverse gamma prior of the scales, over the features of a batch.</summary>
    Parametric,

    /// <summary>The other features' own estimates are the prior.</summary>
    NonParametric,

    /// <summary>Each feature for itself (location and scale). With two vendors and unlike tissues this was the right one (PMC10403369: 92.7 % against 66.3 %).</summary>
    None,
}

/// <summary>Settings of ComBat.</summary>
public sealed record ComBatOptions
{
    /// <summary>The prior.</summary>
    public ComBatPrior Prior { get; init; } = ComBatPrior.Parametric;

    /// <summary>Whether only shifts are taken out, and scales left as they are.</summary>
    public bool MeanOnly { get; init; }

    /// <summary>The batch whose values stay as they are, and to which the others are brought; null: to the mean of all.</summary>
    public string? ReferenceBatch { get; init; }
}

/// <summary>What varies between samples for a reason that is to be kept: age, diagnosis.</summary>
/// <param name="Name">How findings call it.</param>
/// <param name="Values">One value for each sample; categories as columns of 0 and 1, one fewer than there are.</param>
public sealed record ComBatCovariate(string Name, IReadOnlyList<double> Values);

/// <summary>Samples of several batches.</summary>
/// <param name="Features">Values, shape (features)(samples); every feature has one value for each sample.</param>
/// <param name="Batches">Batch of each sample.</param>
/// <param name="Covariates">What is to be kept.</param>
public sealed record ComBatSamples(IReadOnlyList<IReadOnlyList<double>> Features, IReadOnlyList<string> Batches, IReadOnlyList<ComBatCovariate> Covariates);
