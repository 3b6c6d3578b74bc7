namespace Etalon.Imaging.Registration;

/// <summary>The result of a registration that may bend.</summary>
/// <param name="Rigid">The rigid registration that it starts from; its status tells where there is nothing further.</param>
/// <param name="Status">How it ended: that of the rigid one where that failed.</param>
/// <param name="Before">Normalised mutual information after the rigid registration.</param>
/// <param name="After">After the B-splines.</param>
/// <param name="Detail">What happened, for a finding.</param>
public sealed record DeformableResult(RegistrationResult Rigid, RegistrationStatus Status, double Before, double After, string Detail)
{
    /// <summary>The transform and how far it may be off; null where the status is not Ok.</summary>
    public DeformableUncertainty? Uncertainty { get; init; }
}
