namespace Etalon.Imaging.Registration;

/// <summary>How a registration ended.</summary>
public enum RegistrationStatus
{
    /// <summary>The images agree better than before.</summary>
    Ok,

    /// <summary>The program is not there.</summary>
    NotInstalled,

    /// <summary>The program failed, ran too long, or wrote nothing that can be read.</summary>
    Failed,

    /// <summary>The images agree less than before, or so little that the transform means nothing; it must not be used.</summary>
    WorseThanBefore,
}

/// <summary>The result of a rigid registration.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Transform">From patient coordinates of the fixed image to those of the moving one; identity where the status is not Ok.</param>
/// <param name="Before">Normalised mutual information before.</param>
/// <param name="After">The same after.</param>
/// <param name="InconsistencyMm">
/// How far the two directions disagree about a point, mm; null where not determined. A lower bound of the error: what both directions get
/// wrong alike it does not see.
/// </param>
/// <param name="Detail">What happened, for a finding.</param>
public sealed record RegistrationResult(
    RegistrationStatus Status, RigidTransform Transform, double Before, double After, double? InconsistencyMm, string Detail)
{
    /// <summary>How far the transform may be off; null where the status is not Ok, or the agreement has no clear maximum.</summary>
    public RigidUncertainty? Uncertainty { get; init; }

    /// <summary>What speaks for and against the transform; null where there is none.</summary>
    public RegistrationAssessment? Assessment { get; init; }
}
