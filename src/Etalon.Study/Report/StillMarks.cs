using Etalon.Imaging;

namespace Etalon.Study.Report;

/// <summary>Letters of the patient's sides on a still picture: R, L, A, P, S, I.</summary>
internal static class StillMarks
{
    private const int Width = 5;
    private const int Scale = 2;

    // Rows of five pixels, the highest bit on the left.
    private static readonly Dictionary<char, byte[]> Glyphs = new()
    {
        ['R'] = [0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001],
        ['L'] = [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111],
        ['A'] = [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
        ['P'] = [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000],
        ['S'] = [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
        ['I'] = [0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    };

    /// <summary>Marks the left and the right edge of a picture, three bytes a pixel, with the sides that they show.</summary>
    /// <param name="pixels">Shape (height, width, 3).</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="right">Patient direction (LPS) that the picture's right shows.</param>
    public static void Draw(byte[] pixels, int width, int height, Vector3 right)
    {
        var top = (height - 7 * Scale) / 2;
        Letter(pixels, width, 3, top, Side(right * -1));
        Letter(pixels, width, width - 3 - Width * Scale, top, Side(right));
    }

    /// <summary>The side of the patient that a direction points to.</summary>
    internal static char Side(Vector3 d)
    {
        var (x, y, z) = (Math.Abs(d.X), Math.Abs(d.Y), Math.Abs(d.Z));
        return x >= y && x >= z ? (d.X > 0 ? 'L' : 'R') : y >= z ? (d.Y > 0 ? 'P' : 'A') : d.Z > 0 ? 'S' : 'I';
    }

    private static void Letter(byte[] pixels, int width, int left, int top, char letter)
    {
        var glyph = Glyphs[letter];
        for (var y = 0; y < glyph.Length * Scale; y++)
        {
            for (var x = 0; x < Width * Scale; x++)
            {
                if ((glyph[y / Scale] >> (Width - 1 - x / Scale) & 1) != 0 && left + x >= 0 && left + x < width)
                {
                    pixels.AsSpan(((top + y) * width + left + x) * 3, 3).Fill(230);
                }
            }
        }
    }
}
