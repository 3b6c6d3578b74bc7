using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Etalon.Dicom.Deidentification;

/// <summary>Cleans texts of one object. What comes out is ASCII.</summary>
internal sealed partial class TextCleaner(SourceIdentifiers identifiers)
{
    private const int MostDigitsInTechnicalText = 8;

    /// <summary>A description: words of imaging, numbers and the signs between them stay; names, identifiers, dates and all other words go.</summary>
    public string Description(string text)
    {
        var undated = WithoutDates(Blanked(text, date => identifiers.IsOwnDate(date.Day)));
        return identifiers.IsSpreadOver(undated) ? "" : Rebuilt(undated, token => Vocabulary.Allows(token) && !identifiers.Names(token, isFreeText: true));
    }

    /// <summary>A technical text (the name of a pulse sequence, a software version): all stays but identifiers of the object, dates, long runs of digits, and words
    /// that are not ASCII.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isNumber">Whether it is a number of a device or the version of a code list: then digits that look like a day are dropped only where the object has that date.</param>
    public string Technical(string text, bool isNumber) => Machine(text, isNumber, identifiers.NamesWithin);

    /// <summary>The meaning of a code of a published scheme: as a technical text, but words of the scheme that hold a short name within stay.</summary>
    public string Meaning(string text) => Machine(text, isNumber: false, word => identifiers.Names(word, isFreeText: false));

    private string Machine(string text, bool isNumber, Func<string, bool> isName)
    {
        text = Blanked(text, date => isNumber ? !date.IsShort && identifiers.IsOwnDate(date.Day) : date.IsPlain || identifiers.IsOwnDate(date.Day));
        if (identifiers.IsSpreadOver(text))
        {
            return "";
        }

        return Rebuilt(text, token => !isName(token) && token.Count(char.IsAsciiDigit) <= MostDigitsInTechnicalText);
    }

    /// <summary>Whether a value that is kept whole or not at all (a defined term, a number, a code) holds no identifier and no date of the object.</summary>
    public bool IsClean(string value) =>
        Ascii.IsValid(value) && !identifiers.IsSpreadOver(value) && !identifiers.HoldsDate(value) && Tokens().Matches(value).All(match => !identifiers.Names(match.Value, isFreeText: false));

    private static string WithoutDates(string text) => Dates().Replace(text, match => IsDate(match) ? " " : match.Value);

    /// <summary>The text with spaces in place of the dates that must go.</summary>
    private static string Blanked(string text, Func<DateInText, bool> mustGo)
    {
        char[]? blanked = null;
        foreach (var date in DatesInText.Of(text).Where(mustGo))
        {
            blanked ??= text.ToCharArray();
            blanked.AsSpan(date.Start, date.Length).Fill(' ');
        }

        return blanked is null ? text : new string(blanked);
    }

    private static bool IsDate(Match match)
    {
        int Number(string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        var (a, b, c) = (Number("a"), Number("b"), Number("c"));
        var isDayMonth = a is >= 1 and <= 31 && b is >= 1 and <= 31 && (a <= 12 || b <= 12) && match.Groups["c"].Length is 2 or 4;
        var isMonthDay = b is >= 1 and <= 12 && c is >= 1 and <= 31 && match.Groups["a"].Length is 2 or 4;
        return isDayMonth || isMonthDay;
    }

    /// <summary>The tokens that may stay with the signs between them; where a token went, one space.</summary>
    private static string Rebuilt(string text, Func<string, bool> mayStay)
    {
        var kept = new StringBuilder(text.Length);
        var end = 0;
        foreach (Match match in Tokens().Matches(text))
        {
            AppendSigns(kept, text.AsSpan(end, match.Index - end));
            end = match.Index + match.Length;
            if (Ascii.IsValid(match.Value) && mayStay(match.Value))
            {
                kept.Append(match.Value);
            }
            else
            {
                kept.Append(' ');
            }
        }

        AppendSigns(kept, text.AsSpan(end));
        var rebuilt = Spaces().Replace(kept.ToString(), " ").Trim();
        // Signs without a word say nothing.
        return rebuilt.Any(char.IsAsciiLetterOrDigit) ? rebuilt : "";
    }

    private static void AppendSigns(StringBuilder kept, ReadOnlySpan<char> signs)
    {
        foreach (var c in signs)
        {
            kept.Append(c is > ' ' and < '\x7F' and not '\\' && !char.IsAsciiLetterOrDigit(c) ? c : ' ');
        }
    }

    // Letters and digits with the points inside numbers; a sign of combination belongs to its letter.
    [GeneratedRegex(@"\d+\.\d+([eE][+-]?\d+)?(?![\p{L}\p{N}])|[\p{L}\p{M}\p{N}]+(\.\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Tokens();

    [GeneratedRegex(@"(?<![\d.])(?<a>\d{1,4})(?<sep>[-/._ ])(?<b>\d{1,2})\k<sep>(?<c>\d{1,4})(?!\.?\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Dates();

    [GeneratedRegex(" {2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
