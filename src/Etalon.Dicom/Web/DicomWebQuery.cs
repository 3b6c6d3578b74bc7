namespace Etalon.Dicom.Web;

/// <summary>What to look for. Conditions add up; values within one list are alternatives. An empty query finds all.</summary>
public sealed record DicomWebQuery
{
    /// <summary>PatientID, exactly; null: any.</summary>
    /// <remarks>DICOM reads <c>*</c>, <c>?</c> and <c>\</c> as patterns, which would match other patients: they are refused.</remarks>
    public string? PatientId
    {
        get;
        init => field = value is null || (value.Trim().Length is >= 1 and <= 64 && value.IndexOfAny(['*', '?', '\\']) < 0 && !value.Any(char.IsControl))
            ? value?.Trim()
            : throw new ArgumentException("1 to 64 characters without * ? \\ and control characters.", nameof(value));
    }

    /// <summary>StudyInstanceUIDs; empty: any.</summary>
    public IReadOnlyList<string> StudyUids { get; init => field = Checked(value); } = [];

    /// <summary>SeriesInstanceUIDs; empty: any.</summary>
    public IReadOnlyList<string> SeriesUids { get; init => field = Checked(value); } = [];

    /// <summary>Modalities of series, such as MR; empty: any.</summary>
    public IReadOnlyList<string> Modalities
    {
        get;
        init => field = value.All(m => m.Length is >= 1 and <= 16 && m.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter == '_'))
            ? [.. value.Distinct()]
            : throw new ArgumentException("Codes such as MR: capital letters and digits.", nameof(value));
    } = [];

    /// <summary>First StudyDate; null: any.</summary>
    public DateOnly? Since { get; init; }

    private static string[] Checked(IReadOnlyList<string> uids) => uids.All(DicomWebInstance.IsUid)
        ? [.. uids.Distinct()]
        : throw new ArgumentException("UIDs: digits and single points, at most 64 characters.", nameof(uids));
}
