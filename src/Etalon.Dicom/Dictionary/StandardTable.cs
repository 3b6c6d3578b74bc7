using System.Buffers.Text;
using System.Text;

namespace Etalon.Dicom;

/// <summary>The lines of standard.txt as they stand, found by bisection: to start costs a pass over the bytes, and no object for each of five thousand tags.</summary>
internal sealed class StandardTable
{
    private readonly byte[] text;
    private readonly uint[] tags;
    private readonly int[] starts;

    private StandardTable(byte[] text, uint[] tags, int[] starts) => (this.text, this.tags, this.starts) = (text, tags, starts);

    /// <summary>Reads lines <c>GGGGEEEE VR Keyword</c> in the order of their tags.</summary>
    /// <exception cref="InvalidOperationException">A line has no tag, or stands out of order.</exception>
    public static StandardTable Read(byte[] text)
    {
        var count = text.AsSpan().Count((byte)'\n') + 1;
        var (tags, starts, lines) = (new uint[count], new int[count], 0);
        for (var start = 0; start < text.Length;)
        {
            var length = text.AsSpan(start).IndexOf((byte)'\n');
            length = length < 0 ? text.Length - start : length;
            if (length > 11)
            {
                if (!Utf8Parser.TryParse(text.AsSpan(start, 8), out uint tag, out var used, 'x') || used != 8 || (lines > 0 && tags[lines - 1] >= tag))
                {
                    throw new InvalidOperationException($"Line {lines + 1} of the table of standard tags has no tag, or stands out of order.");
                }

                (tags[lines], starts[lines]) = (tag, start);
                lines++;
            }

            start += length + 1;
        }

        return new StandardTable(text, tags[..lines], starts[..lines]);
    }

    /// <summary>The two letters of the representation of a tag; null where there is none.</summary>
    public (byte First, byte Second)? Vr(uint tag) => Array.BinarySearch(tags, tag) is >= 0 and var line ? (text[starts[line] + 9], text[starts[line] + 10]) : null;

    /// <summary>The keyword of a tag; null where there is none.</summary>
    public string? Keyword(uint tag)
    {
        if (Array.BinarySearch(tags, tag) is not (>= 0 and var line))
        {
            return null;
        }

        var rest = text.AsSpan(starts[line] + 12);
        var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        return Encoding.ASCII.GetString(end < 0 ? rest : rest[..end]);
    }
}
