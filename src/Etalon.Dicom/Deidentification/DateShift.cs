using System.Globalization;
using System.Text.RegularExpressions;

namespace Etalon.Dicom.Deidentification;

/// <summary>Moves dates by whole days, so that intervals between them stay as they are; times of day and offsets stay.</summary>
internal sealed partial class DateShift(int daysBack)
{
    /// <summary>A date (DA, also in the old form with points); null where the text is none.</summary>
    public string? Date(string text)
    {
        var digits = text.Length == 10 && text[4] == '.' && text[7] == '.' ? text.Replace(".", "", StringComparison.Ordinal) : text;
        return Moved(digits);
    }

    /// <summary>A date with time (DT); null where the text is none, or does not state its day.</summary>
    public string? DateTime(string text) =>
        DateTimeForm().IsMatch(text) && Moved(text[..8]) is { } date ? date + text[8..] : null;

    /// <summary>A time of day (TM), unchanged; null where the text is none.</summary>
    public static string? Time(string text) => TimeForm().IsMatch(text) ? text : null;

    /// <summary>An offset from UTC, unchanged; null where the text is none.</summary>
    public static string? Offset(string text) => OffsetForm().IsMatch(text) ? text : null;

    private string? Moved(string digits)
    {
        if (digits.Length != 8 || !System.DateTime.TryParseExact(digits, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return null;
        }

        // Dates before the calendar of the shift are no dates of an examination.
        return date.Year <= 11 ? null : date.AddDays(-daysBack).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\A\d{8}(\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?)?([+-]\d{4})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DateTimeForm();

    [GeneratedRegex(@"\A\d{2}(:?\d{2}(:?\d{2}(\.\d{1,6})?)?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeForm();

    [GeneratedRegex(@"\A[+-]\d{4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OffsetForm();
}
