namespace Etalon.Change;

/// <summary>How the changes of a study's patients are estimated together.</summary>
public sealed record ChangePopulationOptions
{
    /// <summary>
    /// Patients without a change that the prior is worth. Changes smaller than the scatter of a reading cannot be told from none, and a likelihood alone would call some of the
    /// scatter such changes. The default, 10, is that of adaptive shrinkage (the null-biased penalty of Stephens, Biostatistics 18:275, 2017).
    /// </summary>
    public double UnchangedPriorPatients { get; init; } = 10;

    /// <summary>Patients with a change that the prior is worth.</summary>
    public double ChangedPriorPatients { get; init; } = 1;

    /// <summary>Standard deviation of the log ratio of those, which decides where there are few patients. An assumption: about ±30 %.</summary>
    public double PriorSlabSd { get; init; } = 0.3;

    /// <summary>Whether the scatter of the study's own patients who most likely did not change adds to what test-retest scans say of repeatability.</summary>
    public bool LearnRepeatability { get; init; } = true;
}
