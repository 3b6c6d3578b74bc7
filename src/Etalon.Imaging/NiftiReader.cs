using System.IO.Compression;
using Etalon.Metrology;

namespace Etalon.Imaging;

/// <summary>Limits for files of unknown origin.</summary>
/// <param name="MaxVoxels">Largest number of values in all frames. The default is 2²⁸.</param>
/// <param name="MaxExpansion">Largest ratio of expanded to compressed bytes. The default is 1,100: deflate cannot exceed 1,032 : 1.</param>
public sealed record NiftiLimits(long MaxVoxels = 1L << 28, double MaxExpansion = 1100);

/// <summary>Reads NIfTI-1 and NIfTI-2 single files (.nii, .nii.gz), both byte orders.</summary>
public static class NiftiReader
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="NiftiException">The file is not a NIfTI file, is truncated, or exceeds the limits.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static NiftiImage Read(string path, NiftiLimits? limits = null, NiftiSpacingRule spacing = NiftiSpacingRule.Refuse)
    {
        using var file = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[2];
        var isGzip = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
        file.Position = 0;
        if (!isGzip)
        {
            return Read(file, limits ?? new NiftiLimits(), spacing);
        }

        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        var image = Read(gzip, limits ?? new NiftiLimits(), spacing);
        CheckEnd(gzip);
        return image;
    }

    /// <summary>Reads on to the end of a gzip stream, where its check sum stands; gives up after 16 MiB that nobody asked for.</summary>
    private static void CheckEnd(Stream gzip)
    {
        var sink = new byte[1 << 14];
        try
        {
            for (var n = 0; n < 1 << 10 && gzip.Read(sink) > 0; n++)
            {
            }
        }
        catch (InvalidDataException)
        {
            throw Damaged();
        }
    }

    private static NiftiException Damaged() => new(
        FindingCodes.FileTruncated, "a gzip stream that is damaged or ends early", "a whole gzip stream", "Copy the file again from its source.");

    private static NiftiImage Read(Stream stream, NiftiLimits limits, NiftiSpacingRule spacing)
    {
        try
        {
            var header = NiftiHeader.Read(stream);
            header.Check(limits);
            var grid = header.Grid(spacing);
            Skip(stream, header.VoxelOffset - header.Length);
            var frames = new float[header.Frames][];
            for (var f = 0; f < frames.Length; f++)
            {
                frames[f] = ReadFrame(stream, header, f);
            }

            return new NiftiImage(grid, frames, header.SpatialUnitStated, header.GeometryStated, header.SpacingContradiction());
        }
        catch (InvalidDataException)
        {
            throw Damaged();
        }
    }

    private static float[] ReadFrame(Stream stream, NiftiHeader header, int frame)
    {
        var voxels = header.Nx * header.Ny * header.Nz;
        var size = NiftiHeader.BytesOf(header.DataType);
        // Memory grows with what really arrives: a header that lies about its size cannot make us allocate for it.
        var values = new List<float[]>();
        var buffer = new byte[Math.Min(voxels, 1 << 16) * size];
        var done = 0;
        while (done < voxels)
        {
            var wanted = Math.Min(voxels - done, 1 << 16);
            var got = stream.ReadAtLeast(buffer.AsSpan(0, wanted * size), wanted * size, throwOnEndOfStream: false);
            if (got < wanted * size)
            {
                var have = FormattableString.Invariant($"{done + got / size} of {voxels} voxels in frame {frame + 1} of {header.Frames}");
                throw new NiftiException(FindingCodes.FileTruncated, have, "all voxels that the header promises", "Copy the file again from its source.");
            }

            var chunk = new float[wanted];
            NiftiHeader.Decode(buffer, header, chunk);
            values.Add(chunk);
            done += wanted;
        }

        return values.Count == 1 ? values[0] : [.. values.SelectMany(v => v)];
    }

    private static void Skip(Stream stream, long bytes)
    {
        Span<byte> sink = stackalloc byte[512];
        for (var left = bytes; left > 0;)
        {
            var got = stream.Read(sink[..(int)Math.Min(left, sink.Length)]);
            if (got == 0)
            {
                throw new NiftiException(FindingCodes.FileTruncated, "the end of the file before its voxels", "voxels", "Copy the file again from its source.");
            }

            left -= got;
        }
    }
}
