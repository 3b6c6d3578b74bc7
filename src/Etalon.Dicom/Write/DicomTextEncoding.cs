using System.Text;

namespace Etalon.Dicom;

/// <summary>How the text of an object that is written becomes bytes: in the character set that it states, else ASCII, else UTF-8.</summary>
internal sealed class DicomTextEncoding
{
    private const string Utf8Term = "ISO_IR 192";

    private readonly Encoding encoding;

    private DicomTextEncoding(Encoding encoding) => this.encoding = encoding;

    /// <summary>For file meta information, which is ASCII.</summary>
    public static DicomTextEncoding Ascii { get; } = new(Strict(Encoding.ASCII));

    /// <summary>The encoding of a data set. One that states no character set and holds text beyond ASCII is made to state UTF-8.</summary>
    public static DicomTextEncoding Of(DicomDatasetBuilder dataset)
    {
        if (!dataset.Contains(Tags.SpecificCharacterSet) && HoldsTextBeyondAscii(dataset))
        {
            dataset.Set(Tags.SpecificCharacterSet, Utf8Term);
        }

        return Ascii.Inner(dataset);
    }

    /// <summary>The encoding of an item: its own where it states one, else this.</summary>
    public DicomTextEncoding Inner(DicomDatasetBuilder item)
    {
        var terms = item.TextOf(Tags.SpecificCharacterSet)?.Split('\\').Select(term => term.Trim(' ', '\0')).ToList();
        return terms is null ? this : new DicomTextEncoding(Strict(DicomCharacterSet.FromTerms(terms).Encoding));
    }

    /// <summary>Bytes of a text.</summary>
    /// <exception cref="ArgumentException">A character has no place in the character set.</exception>
    public ReadOnlyMemory<byte> Encode(string text, DicomVr vr, DicomTag tag)
    {
        var isPlain = vr is not (DicomVr.LO or DicomVr.LT or DicomVr.PN or DicomVr.SH or DicomVr.ST or DicomVr.UC or DicomVr.UT);
        try
        {
            return (isPlain ? Ascii.encoding : encoding).GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"{tag} {tag.Keyword}: a character has no place in the character set of the object.", e);
        }
    }

    private static bool HoldsTextBeyondAscii(DicomDatasetBuilder dataset) => dataset.Entries.Any(entry =>
        (entry.Text is { } text && !System.Text.Ascii.IsValid(text)) || (entry.Items is { } items && items.Any(HoldsTextBeyondAscii)));

    private static Encoding Strict(Encoding encoding)
    {
        var strict = (Encoding)encoding.Clone();
        strict.EncoderFallback = EncoderFallback.ExceptionFallback;
        return strict;
    }
}
