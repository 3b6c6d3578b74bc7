using System.Buffers.Binary;
using System.Globalization;

namespace Etalon.Dicom;

/// <summary>Decodes JPEG 2000 codestreams by opj_decompress: a folder of codestreams to a folder of raw samples.</summary>
internal static class OpenJpegFrames
{
    private const string Folder = "frames";

    public static byte[][] Decode(
        string program, PrivateFolder folder, IReadOnlyList<ReadOnlyMemory<byte>> frames, DicomPixelLayout layout, DicomCodecOptions options,
        CancellationToken cancellation)
    {
        var inside = Directory.CreateDirectory(folder[Folder]).FullName;
        string Name(int frame, string extension) => Path.Combine(inside, frame.ToString("D8", CultureInfo.InvariantCulture) + extension);
        for (var frame = 0; frame < frames.Count; frame++)
        {
            using var stream = new FileStream(Name(frame, ".j2k"), FileMode.CreateNew, FileAccess.Write);
            stream.Write(frames[frame].Span);
        }

        var samples = (long)layout.ValuesPerFrame;
        var outcome = ChildProgram.Run(program, ["-ImgDir", Folder, "-OutFor", "RAWL"], folder.Path, options, (2 * samples) + (1 << 16), cancellation);
        if (outcome.TimedOut || outcome.Status != 0 || outcome.Text.Split('\n').Any(CodecFailure.IsComplaint))
        {
            throw CodecFailure.Of(program, outcome, options);
        }

        var decoded = new byte[frames.Count][];
        for (var frame = 0; frame < frames.Count; frame++)
        {
            var header = CodestreamHeader.Read(PixelCodec.Jpeg2000, frames[frame].Span)!.Value;
            var raw = File.Exists(Name(frame, ".rawl")) ? File.ReadAllBytes(Name(frame, ".rawl")) : [];
            var width = header.Precision <= 8 ? 1 : 2;
            if (raw.Length != samples * width)
            {
                throw new CodecFailure(DicomErrorCode.PixelsInvalid, $"a decoded frame of {raw.Length} bytes", $"{samples * width} bytes", "Fetch the file again from its source");
            }

            decoded[frame] = Cells(raw, width, header, layout);
        }

        return decoded;
    }

    /// <summary>Planes of samples to cells, pixel by pixel. The program leaves the sign in the highest bit of the precision.</summary>
    private static byte[] Cells(byte[] raw, int width, CodestreamHeader header, DicomPixelLayout layout)
    {
        var size = layout.BitsAllocated / 8;
        if (size == width && header.Components == 1 && header.IsSigned == false)
        {
            return raw;
        }

        var pixels = layout.Rows * layout.Columns;
        var cells = new byte[layout.FrameBytes];
        var unused = 32 - header.Precision;
        Span<byte> cell = stackalloc byte[4];
        for (var component = 0; component < header.Components; component++)
        {
            for (var pixel = 0; pixel < pixels; pixel++)
            {
                var at = (component * pixels) + pixel;
                int value = width == 1 ? raw[at] : BinaryPrimitives.ReadUInt16LittleEndian(raw.AsSpan(2 * at));
                BinaryPrimitives.WriteInt32LittleEndian(cell, header.IsSigned == true ? value << unused >> unused : value);
                cell[..size].CopyTo(cells.AsSpan(((pixel * header.Components) + component) * size));
            }
        }

        return cells;
    }
}
