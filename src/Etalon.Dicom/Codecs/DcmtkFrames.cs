using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Etalon.Dicom;

/// <summary>Decodes JPEG and JPEG-LS frames by dcmdjpeg and dcmdjpls. The frames go into one object of our own making, so that one
/// run serves a whole series and the program sees no header but ours.</summary>
internal static class DcmtkFrames
{
    private const string Input = "encoded.dcm";
    private const string Output = "decoded.dcm";
    private const string MultiFrameSecondaryCapture = "1.2.840.10008.5.1.4.1.1.7.3";

    // Any well-formed identifier will do: the object is gone before anyone sees it.
    private const string Uid = "1.2.3.4";

    public static byte[][] Decode(
        string program, PrivateFolder folder, string transferSyntaxUid, IReadOnlyList<ReadOnlyMemory<byte>> frames, DicomPixelLayout stated,
        DicomPixelLayout decoded, DicomCodecOptions options, CancellationToken cancellation)
    {
        using (var stream = new FileStream(folder[Input], FileMode.CreateNew, FileAccess.Write))
        {
            Write(stream, transferSyntaxUid, frames, stated);
        }

        var bytes = decoded.FrameBytes * frames.Count;
        var outcome = ChildProgram.Run(program, ["+px", Input, Output], folder.Path, options, bytes + (1 << 20), cancellation);
        if (outcome.TimedOut || outcome.Status != 0 || outcome.Text.Split('\n').Any(CodecFailure.IsComplaint))
        {
            throw CodecFailure.Of(program, outcome, options);
        }

        return Read(folder[Output], frames.Count, decoded);
    }

    private static void Write(Stream stream, string transferSyntaxUid, IReadOnlyList<ReadOnlyMemory<byte>> frames, DicomPixelLayout layout)
    {
        stream.Write(new byte[128]);
        stream.Write("DICM"u8);
        var meta = new MemoryStream();
        meta.Write([2, 0, 1, 0, (byte)'O', (byte)'B', 0, 0, 2, 0, 0, 0, 0, 1]);
        Text(meta, new DicomTag(0x0002, 0x0002), "UI", MultiFrameSecondaryCapture);
        Text(meta, new DicomTag(0x0002, 0x0003), "UI", Uid);
        Text(meta, Tags.TransferSyntaxUid, "UI", transferSyntaxUid);
        stream.Write([2, 0, 0, 0, (byte)'U', (byte)'L', 4, 0, (byte)meta.Length, 0, 0, 0]);
        meta.WriteTo(stream);
        Text(stream, Tags.SopClassUid, "UI", MultiFrameSecondaryCapture);
        Text(stream, Tags.SopInstanceUid, "UI", Uid);
        Short(stream, Tags.SamplesPerPixel, layout.SamplesPerPixel);
        Text(stream, Tags.PhotometricInterpretation, "CS", Photometric(layout));
        if (layout.SamplesPerPixel > 1)
        {
            Short(stream, Tags.PlanarConfiguration, 0);
        }

        Text(stream, Tags.NumberOfFrames, "IS", frames.Count.ToString(CultureInfo.InvariantCulture));
        Short(stream, Tags.Rows, layout.Rows);
        Short(stream, Tags.Columns, layout.Columns);
        Short(stream, Tags.BitsAllocated, Math.Max(8, layout.BitsAllocated));
        Short(stream, Tags.BitsStored, layout.BitsStored);
        Short(stream, Tags.HighBit, layout.BitsStored - 1);
        Short(stream, Tags.PixelRepresentation, layout.IsSigned ? 1 : 0);
        Header(stream, Tags.PixelData, "OB", uint.MaxValue);
        Item(stream, 0xE000, []);
        foreach (var frame in frames)
        {
            Item(stream, 0xE000, frame.Span);
        }

        Item(stream, 0xE0DD, []);
    }

    /// <summary>The words that tell the program whether to undo a colour transformation; no other word of the file reaches it.</summary>
    private static string Photometric(DicomPixelLayout layout) => layout.PhotometricInterpretation switch
    {
        "YBR_FULL" or "YBR_FULL_422" or "RGB" when layout.SamplesPerPixel == 3 => layout.PhotometricInterpretation,
        _ => layout.SamplesPerPixel == 1 ? "MONOCHROME2" : "RGB",
    };

    private static byte[][] Read(string path, int count, DicomPixelLayout expected)
    {
        DicomPixelLayout found;
        DicomElement? pixels;
        try
        {
            var file = DicomFile.Open(path);
            found = DicomPixelLayout.Read(file, DicomPixelKind.Integer, mayBeSubsampled: false);
            if (!file.Dataset.TryGet(Tags.PixelData, out pixels) || pixels.IsEncapsulated)
            {
                throw Wrong("no plain pixel data", expected);
            }
        }
        catch (DicomException error)
        {
            throw Wrong(error.Found, expected);
        }

        if (found.Rows != expected.Rows || found.Columns != expected.Columns || found.SamplesPerPixel != expected.SamplesPerPixel || found.Frames != count
            || found.BitsAllocated != expected.BitsAllocated || found.IsPlanar || pixels.IsBigEndian || pixels.Length < expected.FrameBytes * count)
        {
            throw Wrong($"{found}, {pixels.Length} bytes", expected);
        }

        var size = (int)expected.FrameBytes;
        return [.. Enumerable.Range(0, count).Select(frame => pixels.Bytes.Slice(frame * size, size).ToArray())];
    }

    private static CodecFailure Wrong(string found, DicomPixelLayout expected) =>
        new(DicomErrorCode.PixelsInvalid, $"decoded pixels of another layout ({found})", expected.ToString(), "Fetch the file again from its source");

    private static void Text(Stream stream, DicomTag tag, string vr, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text.Length % 2 == 0 ? text : text + (vr == "UI" ? '\0' : ' '));
        Header(stream, tag, vr, (uint)bytes.Length);
        stream.Write(bytes);
    }

    private static void Short(Stream stream, DicomTag tag, int value)
    {
        Header(stream, tag, "US", 2);
        stream.Write([(byte)value, (byte)(value >> 8)]);
    }

    private static void Header(Stream stream, DicomTag tag, string vr, uint length)
    {
        Span<byte> bytes = stackalloc byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, tag.Group);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], tag.Element);
        bytes[4] = (byte)vr[0];
        bytes[5] = (byte)vr[1];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)length);
        if (vr != "OB")
        {
            stream.Write(bytes[..8]);
            return;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], length);
        stream.Write(bytes);
    }

    private static void Item(Stream stream, ushort element, ReadOnlySpan<byte> value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, 0xFFFE);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], element);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)(value.Length + (value.Length & 1)));
        stream.Write(bytes);
        stream.Write(value);
        if (value.Length % 2 != 0)
        {
            stream.WriteByte(0);
        }
    }
}
