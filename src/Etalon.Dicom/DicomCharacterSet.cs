using System.Text;

namespace Etalon.Dicom;

/// <summary>Turns the bytes of text into text, by the terms of SpecificCharacterSet (PS3.3 C.12.1.1.2).</summary>
internal sealed class DicomCharacterSet
{
    private static readonly Encoding Ascii = Encoding.GetEncoding("us-ascii", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD"));

    private readonly bool dropsEscapes;

    private DicomCharacterSet(Encoding encoding, bool dropsEscapes)
    {
        Encoding = encoding;
        this.dropsEscapes = dropsEscapes;
    }

    /// <summary>The encoding that holds all characters of the set.</summary>
    public Encoding Encoding { get; }

    /// <summary>The default repertoire, ISO_IR 6. Bytes above 127 become U+FFFD: their meaning is not stated.</summary>
    public static DicomCharacterSet Default { get; } = new(Ascii, dropsEscapes: false);

    /// <summary>Character set for the values of (0008,0005). A term that is not known here reads as the default repertoire.</summary>
    public static DicomCharacterSet FromTerms(IReadOnlyList<string> terms)
    {
        if (terms.Count == 0)
        {
            return Default;
        }

        // With code extensions the multi-byte term decides: its encoding holds ASCII, and Korean and Chinese announce
        // themselves with an escape that carries no letter.
        if (terms.Any(term => term is "ISO 2022 IR 87" or "ISO 2022 IR 159"))
        {
            return new(CodePage(50220), dropsEscapes: false);
        }

        if (terms.Contains("ISO 2022 IR 149"))
        {
            return new(CodePage(51949), dropsEscapes: true);
        }

        if (terms.Contains("ISO 2022 IR 58"))
        {
            return new(CodePage(936), dropsEscapes: true);
        }

        var first = terms.FirstOrDefault(term => term.Length > 0 && term != "ISO 2022 IR 6") ?? "";
        return SingleByte(first.Replace("ISO 2022 IR ", "ISO_IR ", StringComparison.Ordinal));
    }

    /// <summary>Text of the bytes, untrimmed.</summary>
    public string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.GetString(bytes);
        return dropsEscapes && text.Contains('\u001B', StringComparison.Ordinal) ? WithoutEscapes(text) : text;
    }

    private static DicomCharacterSet SingleByte(string term)
    {
        var page = term switch
        {
            "ISO_IR 100" => 28591,
            "ISO_IR 101" => 28592,
            "ISO_IR 109" => 28593,
            "ISO_IR 110" => 28594,
            "ISO_IR 144" => 28595,
            "ISO_IR 127" => 28596,
            "ISO_IR 126" => 28597,
            "ISO_IR 138" => 28598,
            "ISO_IR 148" => 28599,
            "ISO_IR 203" => 28605,
            "ISO_IR 13" => 932,
            "ISO_IR 166" => 874,
            "ISO_IR 192" => 65001,
            "GB18030" => 54936,
            "GBK" => 936,
            _ => 0,
        };
        return page == 0 ? Default : new(CodePage(page), dropsEscapes: false);
    }

    private static Encoding CodePage(int page) => page switch
    {
        65001 => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false),
        28591 => Encoding.Latin1,
        _ => CodePagesEncodingProvider.Instance.GetEncoding(page) ?? Ascii,
    };

    // ESC, intermediate characters 20 to 2F, one final character.
    private static string WithoutEscapes(string text)
    {
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\u001B')
            {
                kept.Append(text[i]);
                continue;
            }

            do
            {
                i++;
            }
            while (i < text.Length && text[i] is >= ' ' and <= '/');
        }

        return kept.ToString();
    }
}
