namespace Etalon.Imaging.Registration;

/// <summary>Whether a registration made things better: what was looked at, and what it came to.</summary>
/// <param name="Gain">Mutual information after less before, nat.</param>
/// <param name="GainU">Its standard uncertainty from which voxels were looked at: blocks of the image, resampled.</param>
/// <param name="Information">Mutual information after, nat, less what chance gives.</param>
/// <param name="Overlap">Share of one image's head that lies inside the other image after; of the image whose head is better seen, so that a crop counts in full.</param>
/// <param name="InconsistencyMm">Root mean square over the image of how far two registrations, there and back, miss each other; null where there was no way back.</param>
/// <param name="UncertaintyMm">Standard uncertainty of a coordinate, mm, over the image; null where the agreement has no clear maximum.</param>
public sealed record RegistrationAssessment(double Gain, double GainU, double Information, double Overlap, double? InconsistencyMm, double? UncertaintyMm)
{
    /// <summary>How far the worst of the criteria is from its limit, in units of the limit: above 1 the registration is not to be used.</summary>
    public required double Score { get; init; }

    /// <summary>The worst criterion in words.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether the transform must not be used.</summary>
    public bool IsWorse => Score > 1;
}
