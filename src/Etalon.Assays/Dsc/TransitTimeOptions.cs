namespace Etalon.Assays.Dsc;

/// <summary>How <see cref="TransitTimeModel"/> finds flow.</summary>
public sealed record TransitTimeOptions
{
    /// <summary>How tissue may follow from its artery; of several, each counts by its likelihood. A sum takes delays of whole samples alone.</summary>
    public IReadOnlyList<Convolution> Convolutions { get; init; } = [Convolution.Continuous];

    /// <summary>Earliest arrival in tissue, s after the artery; below 0 where the artery was measured downstream.</summary>
    public double EarliestS { get; init; }

    /// <summary>Latest arrival in tissue, s after the artery.</summary>
    public double LatestS { get; init; } = 8;

    /// <summary>κ, see <see cref="DeconvolutionOptions.HaematocritFactor"/>.</summary>
    public double HaematocritFactor { get; init; } = 1;

    /// <summary>
    /// What is believed of ln λ before: normal about this. λ 1 (a well-mixed compartment) to 4 lie within about one standard deviation. An assumption
    /// of Etalon's, fitted to no series; it matters where the noise hides the form.
    /// </summary>
    public double PriorForm { get; init; } = 2;

    /// <summary>Standard deviation of ln λ before.</summary>
    public double PriorLogFormSd { get; init; } = 0.7;

    /// <summary>What is believed of ln MTT before: normal about this, s: grey and white matter, 4 to 6 s.</summary>
    public double PriorMttS { get; init; } = 5;

    /// <summary>Standard deviation of ln MTT before: a factor of 3 either way.</summary>
    public double PriorLogMttSd { get; init; } = 1.1;
}
