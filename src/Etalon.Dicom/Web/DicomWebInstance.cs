namespace Etalon.Dicom.Web;

/// <summary>Where an object stands on a server. The three are valid UIDs, so that they can name folders and parts of an address.</summary>
public sealed record DicomWebInstance
{
    /// <summary>Names an object.</summary>
    /// <exception cref="ArgumentException">One of the three is no UID.</exception>
    public DicomWebInstance(string studyUid, string seriesUid, string sopInstanceUid)
    {
        StudyUid = Checked(studyUid);
        SeriesUid = Checked(seriesUid);
        SopInstanceUid = Checked(sopInstanceUid);
    }

    /// <summary>StudyInstanceUID.</summary>
    public string StudyUid { get; }

    /// <summary>SeriesInstanceUID.</summary>
    public string SeriesUid { get; }

    /// <summary>SOPInstanceUID.</summary>
    public string SopInstanceUid { get; }

    /// <summary>Where a pull puts it, below its folder, with forward slashes.</summary>
    public string Path => $"{StudyUid}/{SeriesUid}/{SopInstanceUid}.dcm";

    /// <summary>Whether a text is a UID: at most 64 digits and points, no two points together, none at an end (PS3.5 section 9).</summary>
    public static bool IsUid(string? text) => text is { Length: >= 1 and <= 64 }
        && text.All(letter => char.IsAsciiDigit(letter) || letter == '.')
        && text[0] != '.' && text[^1] != '.' && !text.Contains("..", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{StudyUid}/{SeriesUid}/{SopInstanceUid}";

    private static string Checked(string uid) => IsUid(uid) ? uid : throw new ArgumentException("No UID: digits and single points, at most 64.", nameof(uid));
}
