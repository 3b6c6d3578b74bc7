using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Etalon.Imaging;

/// <summary>Writes NIfTI-1 single files with an sform in mm. The same volume gives the same bytes.</summary>
public static class NiftiWriter
{
    /// <summary>One volume as float32, gzip-compressed.</summary>
    public static byte[] Encode(Volume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        return Encode(volume.Grid, [volume.Values]);
    }

    /// <summary>Several frames on one grid as float32, gzip-compressed.</summary>
    public static byte[] Encode(Grid grid, IReadOnlyList<float[]> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return Compress(Header(grid, frames.Count, 16, 32, 1), frames.Select(f => MemoryMarshal.AsBytes<float>(f).ToArray()));
    }

    /// <summary>Status codes or labels as uint8, gzip-compressed.</summary>
    public static byte[] Encode(Grid grid, byte[] labels) => Compress(Header(grid, 1, 2, 8, 1), [labels]);

    /// <summary>Values rounded to int16 steps of <paramref name="step"/>, gzip-compressed: for pictures, where a step far below u is enough.</summary>
    public static byte[] EncodeRounded(Volume volume, double step)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var rounded = Array.ConvertAll(volume.Values, v => (short)Math.Clamp(Math.Round(v / step), short.MinValue, short.MaxValue));
        return Compress(Header(volume.Grid, 1, 4, 16, (float)step), [MemoryMarshal.AsBytes<short>(rounded).ToArray()]);
    }

    private static byte[] Compress(byte[] header, IEnumerable<byte[]> frames)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(header);
            foreach (var frame in frames)
            {
                gzip.Write(frame);
            }
        }

        return output.ToArray();
    }

    /// <summary>The 352 bytes before the voxels.</summary>
    internal static byte[] Header(Grid grid, int frames, short dataType, short bits, float slope, float intercept = 0)
    {
        var b = new byte[352];
        void Short(int at, int v) => BinaryPrimitives.WriteInt16LittleEndian(b.AsSpan(at), (short)v);
        void Float(int at, double v) => BinaryPrimitives.WriteSingleLittleEndian(b.AsSpan(at), (float)v);
        BinaryPrimitives.WriteInt32LittleEndian(b, 348);
        int[] dim = [frames > 1 ? 4 : 3, grid.Nx, grid.Ny, grid.Nz, frames, 1, 1, 1];
        var spacing = grid.SpacingMm;
        double[] pixdim = [1, spacing.X, spacing.Y, spacing.Z, 1, 1, 1, 1];
        for (var i = 0; i < 8; i++)
        {
            Short(40 + 2 * i, dim[i]);
            Float(76 + 4 * i, pixdim[i]);
        }

        Short(70, dataType);
        Short(72, bits);
        Float(108, 352);
        Float(112, slope);
        Float(116, intercept);
        b[123] = 2; // mm
        Short(254, 1); // sform: scanner coordinates
        Vector3[] columns = [grid.StepI, grid.StepJ, grid.StepK, grid.Origin];
        for (var c = 0; c < 4; c++)
        {
            // LPS to RAS: the first two rows change sign.
            Float(280 + 4 * c, -columns[c].X);
            Float(296 + 4 * c, -columns[c].Y);
            Float(312 + 4 * c, columns[c].Z);
        }

        "n+1"u8.CopyTo(b.AsSpan(344));
        return b;
    }
}
