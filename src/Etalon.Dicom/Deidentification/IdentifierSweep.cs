using System.Text;
using System.Text.RegularExpressions;

namespace Etalon.Dicom.Deidentification;

/// <summary>Looks for identifiers and dates of the source in a file about to be written. Knows nothing of the rules that made it: what they missed is met here.</summary>
internal static partial class IdentifierSweep
{
    /// <summary>Place of the first identifier found: a tag path, or <c>bytes</c>; null where there is none.</summary>
    /// <param name="written">The whole file.</param>
    /// <param name="file">The same, read back.</param>
    /// <param name="identifiers">Of the source.</param>
    public static string? Find(ReadOnlySpan<byte> written, DicomFile file, SourceIdentifiers identifiers) =>
        InElements(file.Meta, identifiers, "") ?? InElements(file.Dataset, identifiers, "") ?? InBytes(written, file, identifiers);

    private static string? InElements(DicomDataset dataset, SourceIdentifiers identifiers, string path)
    {
        foreach (var element in dataset.Elements)
        {
            if (element.IsSequence)
            {
                for (var n = 0; n < element.Items.Count; n++)
                {
                    if (InElements(element.Items[n], identifiers, $"{path}{element.Tag}[{n}]/") is { } place)
                    {
                        return place;
                    }
                }
            }
            else if ((element.ReadStrings() ?? []).Any(value => Identifies(element, value, identifiers)))
            {
                return path + element.Tag;
            }
        }

        return null;
    }

    private static bool Identifies(DicomElement element, string value, SourceIdentifiers identifiers) => element.Vr switch
    {
        DicomVr.UI => !KnownAttributes.IsClassUid(element.Tag) && identifiers.Uids.Contains(value),
        DicomVr.DS or DicomVr.IS => identifiers.IsLongNumber(value),
        // Moved dates may come to lie on any day; times, ages and binary numbers hold no words.
        DicomVr.DA or DicomVr.DT or DicomVr.TM or DicomVr.AS or DicomVr.US or DicomVr.SS or DicomVr.UL or DicomVr.SL or DicomVr.FL or DicomVr.FD or DicomVr.SV or DicomVr.UV or DicomVr.AT => false,
        _ => !Ours().IsMatch(value) && (!Ascii.IsValid(value) || Words().Matches(value).Any(word => identifiers.Names(word.Value, isFreeText: false)) || identifiers.IsSpreadOver(value) || identifiers.HoldsDate(value)),
    };

    private static string? InBytes(ReadOnlySpan<byte> written, DicomFile file, SourceIdentifiers identifiers)
    {
        var judged = identifiers.Phrases.Any(IsOfDigits) ? Judged(file.Meta).Concat(Judged(file.Dataset)).OrderBy(extent => extent.Start).ToList() : [];
        foreach (var phrase in identifiers.Phrases)
        {
            foreach (var form in new[] { phrase, phrase.ToUpperInvariant(), phrase.ToLowerInvariant() }.Distinct())
            {
                var but = IsOfDigits(phrase) ? judged : [];
                if (Holds(written, Encoding.UTF8.GetBytes(form), but) || Holds(written, Encoding.Latin1.GetBytes(form), but) || Holds(written, Encoding.Unicode.GetBytes(form), but))
                {
                    return "bytes";
                }
            }
        }

        return null;
    }

    /// <summary>A number may be a time of day or a length as well: where it stands in an element that can be read, the sweep over elements has the say.</summary>
    private static bool IsOfDigits(string phrase) => !phrase.Any(char.IsLetter);

    private static IEnumerable<(long Start, long End)> Judged(DicomDataset dataset) => dataset.Elements.SelectMany(element =>
        element.IsSequence ? element.Items.SelectMany(Judged) : element.ReadStrings() is null ? [] : [(element.Offset, element.Offset + element.Length)]);

    private static bool IsWithin(List<(long Start, long End)> extents, long first, long end)
    {
        var (low, high) = (0, extents.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = extents[middle].Start <= first ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && end <= extents[low - 1].End;
    }

    /// <summary>A phrase that begins or ends in a digit counts only where no further digit follows: UIDs are long rows of digits.</summary>
    private static bool Holds(ReadOnlySpan<byte> written, ReadOnlySpan<byte> phrase, List<(long Start, long End)> but)
    {
        for (var start = 0; ;)
        {
            var found = written[start..].IndexOf(phrase);
            if (found < 0)
            {
                return false;
            }

            var (first, end) = (start + found, start + found + phrase.Length);
            var isWithin = (IsDigit(phrase[0]) && first > 0 && IsDigit(written[first - 1])) || (IsDigit(phrase[^1]) && end < written.Length && IsDigit(written[end]));
            if (!isWithin && !IsWithin(but, first, end))
            {
                return true;
            }

            start = first + 1;
        }
    }

    private static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';

    // Pseudonyms and dummies are random digits: a short identifier may lie in them by chance.
    [GeneratedRegex(@"\A(ANON_[0-9A-F]{10}|P-[0-9a-f]{16})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Ours();

    [GeneratedRegex(@"\d+\.\d+|[\p{L}\p{N}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
