using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>What an image object says of its geometry and values: one frame of a classic object, many of an enhanced one.</summary>
public sealed record DicomImage
{
    /// <summary>Name of the object.</summary>
    public required string Name { get; init; }

    /// <summary>SOPInstanceUID.</summary>
    public required string SopInstanceUid { get; init; }

    /// <summary>SOPClassUID.</summary>
    public required string SopClassUid { get; init; }

    /// <summary>SeriesInstanceUID.</summary>
    public required string SeriesUid { get; init; }

    /// <summary>FrameOfReferenceUID; null where absent.</summary>
    public string? FrameOfReferenceUid { get; init; }

    /// <summary>PatientPosition, e.g. <c>HFS</c>; null where absent. Positions of slices do not depend on it.</summary>
    public string? PatientPosition { get; init; }

    /// <summary>Rows of a frame (of a tile of a mosaic).</summary>
    public required int Rows { get; init; }

    /// <summary>Columns of a frame.</summary>
    public required int Columns { get; init; }

    /// <summary>Frames in the order of the object; the tiles of a mosaic are frames.</summary>
    public required IReadOnlyList<DicomFrame> Frames { get; init; }
}

/// <summary>Why an object or a series cannot become a volume, in words for a finding.</summary>
public sealed class DicomGeometryException(string found, string expected) : Exception($"{found}; expected {expected}")
{
    /// <summary>What was found.</summary>
    public string Found { get; } = found;

    /// <summary>What was expected.</summary>
    public string Expected { get; } = expected;

    /// <summary>Whether objects of this kind say where they lie, as captures and projections need not.</summary>
    public bool IsOfAPlacedKind { get; init; }

    /// <summary>Whether something is stated that cannot be, such as a slope of 0, rather than absent.</summary>
    public bool IsWrong { get; init; }

    /// <summary>How much it matters that such an object cannot be used.</summary>
    public Severity Severity => IsOfAPlacedKind || IsWrong ? Severity.Warning : Severity.Info;

    /// <summary>What to do about it.</summary>
    public string Remedy => IsWrong
        ? "These images were not used. Have the header corrected where they come from, and export them again."
        : IsOfAPlacedKind
        ? "It is not stated where these images lie, so they were not used. Export them again with position, orientation and spacing of every frame."
        : "These objects were not used. Screen captures are like this.";
}
