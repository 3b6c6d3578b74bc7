using System.Globalization;
using System.Text;

namespace Etalon.Dicom.Deidentification;

/// <summary>What an object itself says about who and where: names of all persons, identifiers, addresses, the birth date, at every depth. Words of
/// these may not stand anywhere in what is written.</summary>
internal sealed class SourceIdentifiers
{
    private const int LeastLetters = 2;
    private const int LeastWithDigits = 3;
    private const int LeastDigits = 4;
    private const int LeastWithin = 5;
    private const int LeastPhrase = 6;
    private const int LongestToken = 1024;

    private const int LeastOfNameWithin = 3;

    private readonly HashSet<string> tokens = new(StringComparer.Ordinal);
    private readonly HashSet<string> weak = new(StringComparer.Ordinal);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> ofPatient = new(StringComparer.Ordinal);
    private readonly HashSet<string> phrases = new(StringComparer.Ordinal);
    private readonly HashSet<string> uids = new(StringComparer.Ordinal);
    private readonly HashSet<DateOnly> dates = [];

    private SourceIdentifiers()
    {
    }

    /// <summary>Texts of six characters or more to look for in bytes, as they stood in the source.</summary>
    public IReadOnlyCollection<string> Phrases => phrases;

    /// <summary>UIDs of the source that stand for an instance: all but those of the standard.</summary>
    public IReadOnlySet<string> Uids => uids;

    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public static SourceIdentifiers Of(DicomDataset dataset)
    {
        var all = new SourceIdentifiers();
        all.Collect(dataset);
        return all;
    }

    /// <summary>Whether a word is one of an identifier. Words of imaging count only in free text: a patient may be called White.</summary>
    public bool Names(string word, bool isFreeText)
    {
        var folded = Fold(word);
        return folded.Length > 0 && (tokens.Contains(folded) || (isFreeText && weak.Contains(folded))
            || (folded.Length > LeastWithin && tokens.Any(token => token.Length >= LeastWithin && folded.Contains(token, StringComparison.Ordinal))));
    }

    /// <summary>Whether a word of a technical text is an identifier or holds a name: three letters anywhere but in a word of imaging; the patient's name and
    /// identifier even where they are such a word or a short number.</summary>
    public bool NamesWithin(string word)
    {
        var folded = Fold(word);
        return Names(word, isFreeText: false) || ofPatient.Contains(folded)
            || (folded.Length > LeastOfNameWithin && !Vocabulary.IsWord(word) && names.Any(name => folded.Contains(name, StringComparison.Ordinal)));
    }

    /// <summary>Whether a text holds an identifier that is spread over several words, such as 12-34-56.</summary>
    public bool IsSpreadOver(string text)
    {
        var folded = Fold(text);
        return tokens.Any(token => token.Length >= LeastPhrase && folded.Contains(token, StringComparison.Ordinal));
    }

    /// <summary>Whether a number is an identifier or a date of the object: equal to one, and of six digits or more. Shorter ones are met in every header.</summary>
    public bool IsLongNumber(string number)
    {
        var digits = number.Trim().TrimStart('0');
        return digits.Length >= LeastPhrase && digits.All(char.IsAsciiDigit) && (tokens.Any(token => token.TrimStart('0') == digits) || (digits.Length == 8 && HoldsDate(digits)));
    }

    /// <summary>Whether a text states a day that is a date of the object: beside the date moved, it would tell by how many days.</summary>
    public bool HoldsDate(string text) => DatesInText.Of(text).Any(date => !date.IsShort && dates.Contains(date.Day));

    /// <summary>Whether this is a date of the object.</summary>
    public bool IsOwnDate(DateOnly day) => dates.Contains(day);

    /// <summary>Letters and digits in capitals, without accents; others fall away.</summary>
    internal static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in LatinLetters.Bare(text))
        {
            if (char.IsLetterOrDigit(c))
            {
                folded.Append(char.ToUpperInvariant(c));
            }
        }

        return folded.ToString();
    }

    private void Collect(DicomDataset dataset)
    {
        foreach (var element in dataset.Elements)
        {
            if (element.IsSequence || element.Vr == DicomVr.SQ)
            {
                foreach (var item in element.ReadItems())
                {
                    Collect(item);
                }

                continue;
            }

            foreach (var value in element.ReadStrings() ?? [])
            {
                Collect(element, value.Trim());
            }
        }
    }

    private void Collect(DicomElement element, string value)
    {
        var isIdentity = !element.Tag.IsPrivate && ConfidentialityProfile.IsIdentity(element.Tag);
        switch (element.Vr)
        {
            case DicomVr.UI when !value.StartsWith("1.2.840.10008.", StringComparison.Ordinal):
                uids.Add(value);
                break;
            case DicomVr.PN:
                AddPhrase(value);
                AddName(value, element.Tag == Tags.PatientName);
                break;
            case DicomVr.DA when element.Tag == Tags.PatientBirthDate:
                AddBirthDate(value);
                AddDate(value);
                break;
            case DicomVr.DA or DicomVr.DT when element.Tag != KnownAttributes.ContextGroupVersion:
                AddDate(value);
                break;
            case DicomVr.LO or DicomVr.SH or DicomVr.ST or DicomVr.LT or DicomVr.UT or DicomVr.UC when isIdentity:
                AddPhrase(value);
                AddWords(value, IsIdentifier(element.Tag) ? LeastWithDigits : LeastDigits);
                AddToken(Fold(value), LeastWithDigits);
                AddShortNumber(element.Tag, Fold(value));
                break;
        }
    }

    /// <summary>The words of a name however people spell it: Müller, Muller, Mueller.</summary>
    private void AddName(string value, bool isOfPatient)
    {
        foreach (var token in Words(value).SelectMany(word => LatinLetters.Spellings(word).Select(Fold).Where(token => token == Fold(word) || token.Length > LeastOfNameWithin)))
        {
            AddToken(token, LeastLetters);
            if (isOfPatient && token.Length >= LeastLetters)
            {
                ofPatient.Add(token);
            }

            if (token.Length is >= LeastOfNameWithin and <= LongestToken && !Vocabulary.IsWord(token) && token.Any(char.IsLetter))
            {
                names.Add(token);
            }
        }
    }

    /// <summary>Numbers of three digits are met in every header; in technical texts they go where they are the patient's identifier.</summary>
    private void AddShortNumber(DicomTag tag, string token)
    {
        if (tag == Tags.PatientId && token.Length == LeastWithDigits)
        {
            ofPatient.Add(token);
        }
    }

    private static bool IsIdentifier(DicomTag tag) => tag.Keyword is { } keyword && (keyword.Contains("ID", StringComparison.Ordinal) || keyword.Contains("Number", StringComparison.Ordinal));

    private void AddPhrase(string value)
    {
        foreach (var part in value.Split('^', '=', '\r', '\n').Append(value).Select(part => part.Trim()))
        {
            // A phrase made of imaging words only, such as PHANTOM, would be met in every honest description.
            if (part.Length >= LeastPhrase && !Words(part).All(Vocabulary.IsWord))
            {
                phrases.Add(part);
            }
        }
    }

    private void AddWords(string value, int least)
    {
        foreach (var word in Words(value))
        {
            AddToken(Fold(word), least);
        }
    }

    private void AddToken(string token, int least)
    {
        var isNumber = token.All(char.IsDigit);
        if (token.Length < (isNumber ? Math.Max(least, LeastDigits) : least) || token.Length > LongestToken)
        {
            return;
        }

        (Vocabulary.IsWord(token) ? weak : tokens).Add(token);
    }

    private void AddDate(string value)
    {
        var digits = value.Replace(".", "", StringComparison.Ordinal);
        // Years before that stand for an unknown day.
        if (digits.Length >= 8 && DateOnly.TryParseExact(digits.AsSpan(0, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year > DatesInText.LeastYear)
        {
            dates.Add(day);
        }
    }

    private void AddBirthDate(string value)
    {
        if (!DateTime.TryParseExact(value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return;
        }

        foreach (var form in new[] { "yyyyMMdd", "ddMMyyyy", "MMddyyyy", "yyMMdd", "ddMMyy" })
        {
            tokens.Add(date.ToString(form, CultureInfo.InvariantCulture));
        }
    }

    private static IEnumerable<string> Words(string text)
    {
        var start = -1;
        for (var n = 0; n <= text.Length; n++)
        {
            var isPart = n < text.Length && (char.IsLetterOrDigit(text[n]) || char.GetUnicodeCategory(text[n]) == UnicodeCategory.NonSpacingMark);
            if (isPart && start < 0)
            {
                start = n;
            }
            else if (!isPart && start >= 0)
            {
                yield return text[start..n];
                start = -1;
            }
        }
    }
}
