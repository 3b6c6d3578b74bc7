using System.Globalization;
using System.Text.RegularExpressions;

namespace Etalon.Dicom.Deidentification;

/// <summary>A stretch of a text that can be read as a day.</summary>
/// <param name="Day">The day.</param>
/// <param name="Start">Where the stretch begins.</param>
/// <param name="Length">Letters of it.</param>
/// <param name="IsPlain">Whether nothing else looks like it: four digits of a year from 1900 to 2099, in the order of DICOM or with separators.</param>
/// <param name="IsShort">Whether it is a bare run of six digits, as many codes and numbers are.</param>
internal readonly record struct DateInText(DateOnly Day, int Start, int Length, bool IsPlain, bool IsShort = false);

/// <summary>Finds days in texts, however people write them: 20240301, 2024-03-01, 1.3.2024, 03/01/24, 01-MAR-2024, March 1, 2024. A stretch that can be
/// read in several orders gives a day for each.</summary>
internal static partial class DatesInText
{
    /// <summary>Days up to this year stand for an unknown one.</summary>
    public const int LeastYear = 1900;

    private const int LastYear = 2099;
    private const string Months = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

    /// <summary>All readings, in no order; stretches may overlap.</summary>
    public static IEnumerable<DateInText> Of(string text) => text.Count(char.IsAsciiDigit) < 3 ? [] : Runs(text).Concat(ShortRuns(text)).Concat(Separated(text)).Concat(Named(text));

    private static IEnumerable<DateInText> Runs(string text)
    {
        foreach (var digits in Run().Matches(text).Select(match => match.Groups["d"]))
        {
            var t = digits.Value;
            var runs = ((int Y, int M, int D, bool IsPlain)[])
            [
                (Int(t[..4]), Int(t[4..6]), Int(t[6..]), true), (Int(t[4..]), Int(t[2..4]), Int(t[..2]), false), (Int(t[4..]), Int(t[..2]), Int(t[2..4]), false),
            ];
            foreach (var (y, m, d, isPlain) in runs)
            {
                if (Day(y, m, d) is { } day)
                {
                    yield return new DateInText(day, digits.Index, digits.Length, isPlain);
                }
            }
        }
    }

    private static IEnumerable<DateInText> ShortRuns(string text)
    {
        foreach (Match match in ShortRun().Matches(text))
        {
            var (a, b, c) = (match.Value[..2], match.Value[2..4], match.Value[4..]);
            var readings = ((string Y, string M, string D)[])[(a, b, c), (c, b, a), (c, a, b)];
            foreach (var (y, m, d) in readings)
            {
                if (Day(Year(y), Int(m), Int(d)) is { } day)
                {
                    yield return new DateInText(day, match.Index, match.Length, IsPlain: false, IsShort: true);
                }
            }
        }
    }

    private static IEnumerable<DateInText> Separated(string text)
    {
        foreach (Match match in Parts().Matches(text))
        {
            var (a, b, c, all) = (match.Groups["a"].Value, match.Groups["b"].Value, match.Groups["c"].Value, match.Groups["all"]);
            var readings = ((string Y, string M, string D)[])[(a, b, c), (c, b, a), (c, a, b)];
            foreach (var (y, m, d) in readings.Where(r => r.Y.Length is 2 or 4 && r.M.Length <= 2 && r.D.Length <= 2))
            {
                if (Day(Year(y), Int(m), Int(d)) is { } day)
                {
                    yield return new DateInText(day, all.Index, all.Length, y.Length == 4);
                }
            }
        }
    }

    private static IEnumerable<DateInText> Named(string text)
    {
        foreach (var match in DayMonth().Matches(text).Concat(MonthDay().Matches(text)))
        {
            var month = Months.IndexOf(match.Groups["m"].Value.ToUpperInvariant(), StringComparison.Ordinal) / 3 + 1;
            if (Day(Year(match.Groups["y"].Value), month, Int(match.Groups["d"].Value)) is { } day)
            {
                yield return new DateInText(day, match.Index, match.Length, IsPlain: true);
            }
        }
    }

    // Two digits: this century up to 2068, as POSIX has it.
    private static int Year(string digits) => Int(digits) + (digits.Length == 4 ? 0 : Int(digits) < 69 ? 2000 : 1900);

    private static int Int(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    private static DateOnly? Day(int year, int month, int day) =>
        year is >= LeastYear and <= LastYear && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;

    // The first eight of a run of digits: a time may follow.
    [GeneratedRegex("(?<![0-9])(?<d>[0-9]{8})", RegexOptions.CultureInvariant)]
    private static partial Regex Run();

    [GeneratedRegex("(?<![0-9])[0-9]{6}(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex ShortRun();

    // Looked ahead, so that stretches may overlap: 1.2.2024-03-01.
    [GeneratedRegex("(?<![0-9])(?=(?<all>(?<a>[0-9]{1,4})(?<sep>[-/._: ])(?<b>[0-9]{1,2})\\k<sep>(?<c>[0-9]{1,4})(?![0-9])))", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    [GeneratedRegex("(?<![0-9])(?<d>[0-9]{1,2})[-/._ ]{0,2}(?<m>JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]{0,6}[-/._, ]{0,2}(?<y>[0-9]{4}|[0-9]{2})(?![0-9])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex DayMonth();

    [GeneratedRegex("(?<![A-Z])(?<m>JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]{0,6}[-/._ ]{0,2}(?<d>[0-9]{1,2})[-/._, ]{1,2}(?<y>[0-9]{4})(?![0-9])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex MonthDay();
}
