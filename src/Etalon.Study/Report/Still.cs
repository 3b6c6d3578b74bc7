using Etalon.Imaging;

namespace Etalon.Study.Report;

/// <summary>
/// Still pictures of a visit: anatomy and the first map, each cut in three directions through the middle of the tumour, tumour outlined.
/// Radiological convention: the patient's right on the left of the picture, front above, head above.
/// </summary>
internal static class Still
{
    private const int Height = 180;

    // cividis at 0, 1/4, 1/2, 3/4, 1 (Nunez, Anderton and Renslow 2018); linear in between.
    private static readonly (double R, double G, double B)[] Cividis = [(0, 32, 77), (66, 78, 108), (124, 123, 120), (188, 174, 108), (255, 234, 70)];

    /// <summary>Draws; null where there is nothing to draw.</summary>
    public static byte[]? Draw(VisitPicture picture)
    {
        var volume = picture.Anatomy ?? (picture.Maps.Count > 0 ? picture.Maps[0].Value : picture.Others.Count > 0 ? picture.Others[0].Value : null);
        if (volume is null)
        {
            return null;
        }

        var masks = picture.Regions.Count > 0 ? picture.Regions.Select(r => r.Mask).ToList() : picture.Tumour is { } tumour ? [tumour] : [];
        var centre = Centre(picture.Tumour ?? masks.FirstOrDefault(), volume.Grid);
        var rows = new List<byte[]>();
        var tiles = new List<byte[]>();
        var widths = new List<int>();
        void Add(Volume v, (double Low, double High) range, bool colour)
        {
            if (tiles.Count == 6)
            {
                rows.Add(Join(tiles, widths));
                tiles.Clear();
                widths.Clear();
            }

            // A region is outlined as it was drawn on this image; where it was not, as it was drawn elsewhere.
            var own = masks.Where(m => m.Grid.IsSameAs(v.Grid)).ToList();
            foreach (var (right, down) in new[] { (new Vector3(1, 0, 0), new Vector3(0, 1, 0)), (new Vector3(1, 0, 0), new Vector3(0, 0, -1)), (new Vector3(0, 1, 0), new Vector3(0, 0, -1)) })
            {
                var (pixels, width) = Cut(v, own.Count > 0 ? own : masks, centre, (right, down), range, colour);
                tiles.Add(pixels);
                widths.Add(width);
            }
        }

        if (picture.Anatomy is { } anatomy)
        {
            Add(anatomy, (0, ImagesModel.Top(anatomy)), colour: false);
        }

        foreach (var other in picture.Others)
        {
            Add(other.Value, other.Range, colour: false);
        }

        foreach (var map in picture.Maps.Take(picture.Regions.Count > 0 ? picture.Maps.Count : 1))
        {
            Add(map.Value, map.Range, colour: true);
        }

        rows.Add(Join(tiles, widths));
        return Stack(rows);
    }

    private static Vector3 Centre(Mask? tumour, Grid grid)
    {
        if (tumour is null || tumour.Count == 0)
        {
            return grid.ToPatient(0.5 * (grid.Nx - 1), 0.5 * (grid.Ny - 1), 0.5 * (grid.Nz - 1));
        }

        var sum = new Vector3(0, 0, 0);
        for (var n = 0; n < tumour.Inside.Length; n++)
        {
            if (tumour.Inside[n])
            {
                sum += tumour.Grid.ToPatient(n % tumour.Grid.Nx, n / tumour.Grid.Nx % tumour.Grid.Ny, n / tumour.Grid.Nx / tumour.Grid.Ny);
            }
        }

        return sum / tumour.Count;
    }

    /// <summary>A plane through the centre in patient directions, nearest voxel; one pixel per millimetre, scaled to the tile's height.</summary>
    private static (byte[] Pixels, int Width) Cut(
        Volume volume, List<Mask> masks, Vector3 centre, (Vector3 Right, Vector3 Down) plane, (double Low, double High) range, bool colour)
    {
        var (right, down) = plane;
        var (extentRight, extentDown, origin) = Extent(volume.Grid, centre, right, down);
        var mmPerPixel = extentDown / Height;
        var width = Math.Clamp((int)(extentRight / mmPerPixel), 20, 480);
        var pixels = new byte[Height * width * 3];
        var inside = new bool[Height * width];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var p = origin + right * ((x + 0.5) * mmPerPixel) + down * ((y + 0.5) * mmPerPixel);
                Paint(pixels.AsSpan((y * width + x) * 3, 3), Sample(volume, p) - range.Low, range.High - range.Low, colour);
                inside[y * width + x] = masks.Any(m => IsInside(m, p));
            }
        }

        Outline(pixels, inside, width);
        StillMarks.Draw(pixels, width, Height, right);
        return (pixels, width);
    }

    private static (double Right, double Down, Vector3 Origin) Extent(Grid grid, Vector3 centre, Vector3 right, Vector3 down)
    {
        var (r0, r1, d0, d1) = (double.MaxValue, double.MinValue, double.MaxValue, double.MinValue);
        for (var c = 0; c < 8; c++)
        {
            var p = grid.ToPatient((c & 1) * (grid.Nx - 1), (c >> 1 & 1) * (grid.Ny - 1), (c >> 2 & 1) * (grid.Nz - 1)) - centre;
            (r0, r1) = (Math.Min(r0, p.Dot(right)), Math.Max(r1, p.Dot(right)));
            (d0, d1) = (Math.Min(d0, p.Dot(down)), Math.Max(d1, p.Dot(down)));
        }

        return (r1 - r0, d1 - d0, centre + right * r0 + down * d0);
    }

    private static double Sample(Volume volume, Vector3 p)
    {
        var index = volume.Grid.ToIndex(p);
        var (i, j, k) = ((int)Math.Round(index.X), (int)Math.Round(index.Y), (int)Math.Round(index.Z));
        var g = volume.Grid;
        return (uint)i < (uint)g.Nx && (uint)j < (uint)g.Ny && (uint)k < (uint)g.Nz ? volume[i, j, k] : 0;
    }

    private static bool IsInside(Mask mask, Vector3 p)
    {
        var index = mask.Grid.ToIndex(p);
        return mask[(int)Math.Round(index.X), (int)Math.Round(index.Y), (int)Math.Round(index.Z)];
    }

    private static void Paint(Span<byte> pixel, double value, double top, bool colour)
    {
        var t = Math.Clamp(value / top, 0, 1);
        if (!colour)
        {
            pixel.Fill((byte)(255 * t));
            return;
        }

        if (value <= 0)
        {
            pixel.Fill(8);
            return;
        }

        var at = Math.Min((int)(t * 4), 3);
        var f = t * 4 - at;
        var (a, b) = (Cividis[at], Cividis[at + 1]);
        (pixel[0], pixel[1], pixel[2]) = ((byte)(a.R + f * (b.R - a.R)), (byte)(a.G + f * (b.G - a.G)), (byte)(a.B + f * (b.B - a.B)));
    }

    private static void Outline(byte[] pixels, bool[] inside, int width)
    {
        for (var y = 1; y < Height - 1; y++)
        {
            for (var x = 1; x < width - 1; x++)
            {
                var n = y * width + x;
                if (inside[n] && !(inside[n - 1] && inside[n + 1] && inside[n - width] && inside[n + width]))
                {
                    (pixels[3 * n], pixels[3 * n + 1], pixels[3 * n + 2]) = (255, 96, 64);
                }
            }
        }
    }

    private static byte[] Join(List<byte[]> tiles, List<int> widths)
    {
        const int Gap = 4;
        var total = widths.Sum() + Gap * (widths.Count - 1);
        var all = new byte[Height * total * 3];
        var left = 0;
        for (var t = 0; t < tiles.Count; t++)
        {
            for (var y = 0; y < Height; y++)
            {
                tiles[t].AsSpan(y * widths[t] * 3, widths[t] * 3).CopyTo(all.AsSpan((y * total + left) * 3));
            }

            left += widths[t] + Gap;
        }

        return all;
    }

    /// <summary>Rows of tiles below each other, each filled up with black on the right.</summary>
    private static byte[] Stack(List<byte[]> rows)
    {
        const int Gap = 4;
        var widths = rows.Select(r => r.Length / (3 * Height)).ToList();
        var width = widths.Max();
        var height = rows.Count * (Height + Gap) - Gap;
        var all = new byte[height * width * 3];
        for (var r = 0; r < rows.Count; r++)
        {
            for (var y = 0; y < Height; y++)
            {
                rows[r].AsSpan(y * widths[r] * 3, widths[r] * 3).CopyTo(all.AsSpan((r * (Height + Gap) + y) * width * 3));
            }
        }

        return PngImage.Encode(width, height, all);
    }
}
