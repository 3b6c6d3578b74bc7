using Etalon.Dicom;
using Etalon.Imaging.Dicom;

namespace Etalon.Cases;

/// <summary>What the input says that a region is, in the words of DICOM.</summary>
public sealed record RegionMeaning
{
    /// <summary>Schemes whose codes mean the same everywhere; a private code means nothing to others.</summary>
    private static readonly string[] Schemes = ["SCT", "SRT", "SNM3", "99SDM", "DCM", "NCIt", "UMLS", "FMA", "MSH", "RADLEX"];

    /// <summary>Nothing is said.</summary>
    public static RegionMeaning Unknown { get; } = new();

    /// <summary>Category of the segment; null where not stated.</summary>
    public DicomCode? Category { get; init; }

    /// <summary>What the segment shows; null where not stated.</summary>
    public DicomCode? Type { get; init; }

    /// <summary>RTROIInterpretedType such as GTV or ORGAN; empty where not stated.</summary>
    public string InterpretedType { get; init; } = "";

    /// <summary>What names the finding over time, with its UID: both or neither.</summary>
    public (string Id, string Uid)? Tracking { get; init; }

    internal static RegionMeaning Of(RtRegion region, DicomIdentity identity) => new() { InterpretedType = identity.Clean(region.Type, 16).ToUpperInvariant() };

    internal static RegionMeaning Of(SegmentItem segment, DicomIdentity identity) => new()
    {
        Category = Plain(segment.Category, identity),
        Type = Plain(segment.Type, identity),
        Tracking = segment.TrackingUid is { } uid && DicomUid.IsValid(uid) ? (identity.Clean(segment.TrackingId ?? segment.Label), uid) : null,
    };

    /// <summary>A code of a public scheme without what identifies the patient; null where it is none.</summary>
    private static DicomCode? Plain(DicomCode? code, DicomIdentity identity) =>
        code is { Value: { Length: > 0 and <= 16 } value } && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') && Schemes.Contains(code.Scheme, StringComparer.Ordinal)
        && identity.Clean(code.Meaning) is { Length: > 0 } meaning
            ? code with { Meaning = meaning }
            : null;
}
