using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Voxels of a series in memory.</summary>
/// <param name="Volumes">One array per volume of the layout, real values, x fastest.</param>
/// <param name="Sha256">SHA-256 over the real values in order, hexadecimal.</param>
public sealed record DicomVoxels(IReadOnlyList<float[]> Volumes, string Sha256)
{
    /// <summary>Frames with bits above HighBit, which were cut off.</summary>
    public int FramesWithJunk { get; init; }

    /// <summary>Frames that were read.</summary>
    public int Frames { get; init; }
}

/// <summary>Reads the voxels of a series: stored value × slope + intercept, each frame with its own.</summary>
public static class DicomVolumeReader
{
    /// <summary>Largest number of values of a series: 2 GiB of single precision.</summary>
    private const long MaxValues = 1L << 29;

    /// <summary>Reads all volumes.</summary>
    /// <param name="layout">Where the frames lie.</param>
    /// <param name="open">Opens objects by their names, one at a time, in any order.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="DicomException">An object cannot be read or its pixels are too short.</exception>
    /// <exception cref="DicomGeometryException">The series is too large, or an object vanished or changed.</exception>
    public static DicomVoxels Read(DicomSeriesLayout layout, Func<IEnumerable<string>, IEnumerable<DicomFile>> open, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(open);
        if ((long)layout.Grid.Count * layout.Volumes.Count > MaxValues)
        {
            throw new DicomGeometryException($"{layout.Volumes.Count} volumes of {layout.Grid}", $"at most {MaxValues} values");
        }

        var slice = layout.Grid.Nx * layout.Grid.Ny;
        var values = layout.Volumes.Select(_ => new float[layout.Grid.Count]).ToArray();
        var wanted = layout.Volumes.SelectMany((v, t) => v.Select((f, k) => (Frame: f, Volume: t, Slice: k))).ToLookup(w => w.Frame.Object, StringComparer.Ordinal);
        var (read, frames, junk) = (0, 0, 0);
        foreach (var entry in DicomPixels.ReadAll(open(wanted.Select(w => w.Key)), cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            var pixels = entry.Pixels ?? throw entry.Error!;
            double[] stored = [];
            var shown = -1;
            foreach (var (frame, volume, k) in wanted[entry.File.Name])
            {
                if (frame.Index != shown)
                {
                    stored = stored.Length == pixels.ValuesPerFrame ? stored : new double[pixels.ValuesPerFrame];
                    pixels.ReadFrame(frame.Index, stored);
                    shown = frame.Index;
                    frames++;
                    junk += pixels.HasBitsAboveHighBit(shown) ? 1 : 0;
                }

                Scale(stored, pixels, frame, layout.Grid, values[volume].AsSpan(k * slice, slice));
                read++;
            }
        }

        return read == layout.Volumes.Count * layout.Grid.Nz
            ? new DicomVoxels(values, Hash(values)) { Frames = frames, FramesWithJunk = junk }
            : throw new DicomGeometryException($"{read} frames that could still be read", $"{layout.Volumes.Count * layout.Grid.Nz} frames");
    }

    /// <summary>Real values of a frame, or of its tile of a mosaic.</summary>
    private static void Scale(double[] stored, DicomPixels pixels, DicomFrame frame, Grid grid, Span<float> target)
    {
        var across = Math.Max(1, frame.TilesAcross);
        if (pixels.SamplesPerPixel != 1 || pixels.Columns != across * grid.Nx || pixels.Rows < (frame.Tile / across + 1) * grid.Ny || (frame.TilesAcross == 0 && pixels.Rows != grid.Ny))
        {
            throw new DicomGeometryException($"{pixels.Columns} x {pixels.Rows} values in a frame", $"{grid.Nx} x {grid.Ny}");
        }

        var corner = frame.Tile % across * grid.Nx + frame.Tile / across * grid.Ny * pixels.Columns;
        for (var j = 0; j < grid.Ny; j++)
        {
            var row = stored.AsSpan(corner + j * pixels.Columns, grid.Nx);
            for (var i = 0; i < row.Length; i++)
            {
                target[i + grid.Nx * j] = (float)(row[i] * frame.Slope + frame.Intercept);
            }
        }
    }

    private static string Hash(float[][] volumes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = new byte[4096 * sizeof(float)];
        foreach (var values in volumes)
        {
            for (var start = 0; start < values.Length; start += 4096)
            {
                var count = Math.Min(4096, values.Length - start);
                for (var n = 0; n < count; n++)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * n), values[start + n]);
                }

                hash.AppendData(bytes.AsSpan(0, 4 * count));
            }
        }

        hash.AppendData(Encoding.ASCII.GetBytes($"{volumes.Length}"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
