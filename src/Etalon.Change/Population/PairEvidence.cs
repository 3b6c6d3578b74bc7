namespace Etalon.Change;

/// <summary>How far one reading of a pair scatters when nothing changes.</summary>
/// <param name="Group">Index of the scanner state whose repeatability it is.</param>
/// <param name="Variance">Variance of the logarithm of the reading, at least 0.</param>
public readonly record struct RepeatTerm(int Group, double Variance);

/// <summary>An error that pairs of a study share, such as the gain of a scanner without a calibration.</summary>
/// <param name="Unknown">Index of the error.</param>
/// <param name="Coefficient">What one standard deviation of it, as known before the study, adds to the log ratio.</param>
public readonly record struct SharedTerm(int Unknown, double Coefficient);

/// <summary>What the two visits of one patient say of a change, before anything is known of other patients.</summary>
/// <param name="LogRatio">ln(second / first), corrected for what is known of the scanners.</param>
/// <param name="First">Repeatability at the first visit.</param>
/// <param name="Second">Repeatability at the second visit.</param>
/// <param name="OtherVariance">Variance of all else: calibration, unknown scanners, registration.</param>
/// <param name="OtherDof">Degrees of freedom of that variance; null: known.</param>
public sealed record PairEvidence(double LogRatio, RepeatTerm First, RepeatTerm Second, double OtherVariance, double? OtherDof = null)
{
    /// <summary>Errors that the pair shares with others; their variance is not in the other one.</summary>
    public IReadOnlyList<SharedTerm> Shared { get; init; } = [];
}

/// <summary>How well the repeatability of a group was known before the study.</summary>
/// <param name="Dof">Degrees of freedom of its variance, above 0.</param>
public readonly record struct RepeatGroup(double Dof);
