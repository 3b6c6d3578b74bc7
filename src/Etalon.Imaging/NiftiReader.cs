using System.IO.Compression;
using Etalon.Metrology;

namespace Etalon.Imaging;

/// <summary>Limits for files of unknown origin.</summary>
/// <param name="MaxVoxels">Largest number of values in all frames. The default is 2²⁸.</param>
/// <param name="MaxTrailingBytes">Most bytes that a compressed file may hold behind its voxels. The default is 2²⁰.</param>
public sealed record NiftiLimits(long MaxVoxels = 1L << 28, long MaxTrailingBytes = 1L << 20);

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
        return Read(gzip, limits ?? new NiftiLimits(), spacing, isGzip: true);
    }

    private static NiftiImage Read(Stream stream, NiftiLimits limits, NiftiSpacingRule spacing, bool isGzip = false)
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

            if (isGzip)
            {
                ReadToEnd(stream, limits.MaxTrailingBytes);
            }

            return new NiftiImage(grid, frames, header.SpatialUnitStated, header.GeometryStated, header.SpacingContradiction());
        }
        catch (InvalidDataException)
        {
            throw new NiftiException(
                FindingCodes.FileTruncated, "a gzip stream that is damaged or ends early", "a whole gzip stream", "Copy the file again from its source.");
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

        if (values.Count == 1)
        {
            return values[0];
        }

        var all = new float[voxels];
        for (int n = 0, at = 0; n < values.Count; at += values[n++].Length)
        {
            values[n].CopyTo(all, at);
        }

        return all;
    }

    /// <summary>The checksum stands at the end of a gzip stream: only who reads that far knows that the voxels are whole.</summary>
    private static void ReadToEnd(Stream stream, long limit)
    {
        var sink = new byte[1 << 14];
        long trailing = 0;
        for (int got; (got = stream.Read(sink)) > 0;)
        {
            trailing += got;
            if (trailing > limit)
            {
                throw new NiftiException(
                    FindingCodes.ArchiveTooLarge, $"more than {limit} bytes behind the last voxel", "a file that ends with its voxels", "Write the image again; a file like this is damaged or meant to exhaust memory.");
            }
        }
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
