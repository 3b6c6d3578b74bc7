using System.Text;

namespace Etalon.Metrology;

/// <summary>The cells of one record and the line where it begins.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Cells">Without quotes and without space around them.</param>
internal sealed record CsvRecord(int Line, string[] Cells);

/// <summary>Why text is no CSV.</summary>
/// <param name="Line">Where; null: the whole file.</param>
/// <param name="Found">What is there.</param>
/// <param name="Expected">What should be there.</param>
/// <param name="Remedy">What would mend it.</param>
internal sealed record CsvTrouble(int? Line, string Found, string Expected, string Remedy);

/// <summary>Splits the bytes of a CSV file into records (RFC 4180, section 2).</summary>
internal static class CsvRecords
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The records; lines without any cell are passed over.</summary>
    /// <param name="content">The file.</param>
    /// <param name="trouble">Why it is no CSV; null where it is.</param>
    public static List<CsvRecord> Split(ReadOnlySpan<byte> content, out CsvTrouble? trouble)
    {
        string text;
        try
        {
            text = Strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            trouble = new CsvTrouble(null, "bytes that are not UTF-8", "a CSV file in UTF-8", "Save the table as CSV in UTF-8.");
            return [];
        }

        var position = text.StartsWith('\uFEFF') ? 1 : 0;
        var line = 1;
        var records = new List<CsvRecord>();
        var cells = new List<string>();
        trouble = null;
        while (position < text.Length && trouble is null)
        {
            var start = line;
            cells.Clear();
            bool more;
            do
            {
                (more, trouble) = Cell(text, ref position, ref line, cells);
            }
            while (more && trouble is null);
            if (cells.Count > 1 || cells is [{ Length: > 0 }])
            {
                records.Add(new CsvRecord(start, [.. cells]));
            }
        }

        return records;
    }

    /// <summary>Reads one cell and what ends it; tells whether another cell of the same record follows.</summary>
    private static (bool More, CsvTrouble? Trouble) Cell(string text, ref int position, ref int line, List<string> cells)
    {
        while (position < text.Length && text[position] == ' ')
        {
            position++;
        }

        if (position < text.Length && text[position] == '"')
        {
            if (Quoted(text, ref position, ref line, cells) is { } trouble)
            {
                return (false, trouble);
            }
        }
        else
        {
            var length = text.AsSpan(position).IndexOfAny(",\r\n");
            var cell = text.AsSpan(position, length < 0 ? text.Length - position : length);
            if (cell.IndexOfAny('"', '\0') >= 0)
            {
                return (false, new CsvTrouble(
                    line, cell.Contains('\0') ? "a null character" : "a double quote inside a cell that does not begin with one", "text; a cell with a quote stands in quotes, its own quotes doubled",
                    "Export the table again as CSV."));
            }

            cells.Add(cell.Trim().ToString());
            position += cell.Length;
        }

        return (End(text, ref position, ref line), null);
    }

    private static CsvTrouble? Quoted(string text, ref int position, ref int line, List<string> cells)
    {
        var start = line;
        var cell = new StringBuilder();
        for (position++; ; position++)
        {
            if (position >= text.Length)
            {
                return new CsvTrouble(start, "a double quote that is never closed", "a closing double quote", "Close the quote, or take it out.");
            }

            var c = text[position];
            if (c != '"')
            {
                line += c == '\n' ? 1 : 0;
                cell.Append(c);
            }
            else if (position + 1 < text.Length && text[position + 1] == '"')
            {
                cell.Append(text[position++]);
            }
            else
            {
                break;
            }
        }

        for (position++; position < text.Length && text[position] == ' '; position++)
        {
        }

        if (position < text.Length && text[position] is not (',' or '\r' or '\n'))
        {
            return new CsvTrouble(line, "text after the closing double quote of a cell", "a comma or the end of the line", "Double the quotes that belong to the text.");
        }

        cells.Add(cell.ToString().Trim());
        return null;
    }

    private static bool End(string text, ref int position, ref int line)
    {
        if (position >= text.Length)
        {
            return false;
        }

        if (text[position] == ',')
        {
            // At the very end of the file an empty cell follows.
            position++;
            return true;
        }

        position += text[position] == '\r' && position + 1 < text.Length && text[position + 1] == '\n' ? 2 : 1;
        line++;
        return false;
    }
}
