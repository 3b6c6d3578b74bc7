using System.Buffers.Binary;

namespace Etalon.Dicom.Deidentification;

/// <summary>Takes out of uncompressed pixel data what is no value: bytes behind the last frame, and bits of a cell beside BitsStored, where old devices keep
/// overlays. Stored values stay what they are.</summary>
internal static class PixelCleaner
{
    private static readonly DicomTag[] Places = [Tags.PixelData, Tags.FloatPixelData, Tags.DoubleFloatPixelData];

    /// <summary>Cleans the pixel data of an object about to be written.</summary>
    /// <returns>False where they are of a layout that is not read, and stay as they are. Compressed ones stay so too, and give true.</returns>
    /// <exception cref="DicomException">The pixel data are shorter than the header says.</exception>
    public static bool Clean(DicomFile file, DicomDatasetBuilder target)
    {
        var here = Places.Where(target.Contains).ToList();
        if (here.Count == 0 || !file.Dataset.TryGet(here[0], out var element) || element.IsEncapsulated)
        {
            return true;
        }

        DicomPixels pixels;
        try
        {
            pixels = DicomPixels.Read(file);
        }
        catch (DicomException e) when (e.Code != DicomErrorCode.PixelsTruncated)
        {
            return false;
        }

        // As it will be written, little endian.
        var bytes = DicomEntryToWrite.Copy(element).Bytes;
        var isAmbiguous = element.IsBigEndian && element.Vr == DicomVr.OW && pixels is { BitsAllocated: 32, Kind: DicomPixelKind.Integer, BitsStored: < 32 };
        if (pixels.TrailingBytes > 0)
        {
            bytes = bytes[..(int)pixels.Layout.TotalBytes];
        }

        if (!isAmbiguous && Masked(bytes.Span, pixels.Layout) is { } masked)
        {
            bytes = masked;
        }

        target.SetBytes(element.Tag, element.Vr is DicomVr.UN or DicomVr.None ? DicomVr.OW : element.Vr, bytes);
        return here.Count == 1 && !isAmbiguous;
    }

    /// <summary>The cells with nothing but their values, two's complement carried on to the top of the cell; null where they are so already.</summary>
    private static byte[]? Masked(ReadOnlySpan<byte> bytes, DicomPixelLayout layout)
    {
        if (layout.BitsAllocated == 1)
        {
            var used = (int)((Int128)layout.ValuesPerFrame * layout.Frames % 8);
            var kept = used == 0 ? 0xFF : (1 << used) - 1;
            return (bytes[^1] & ~kept) == 0 ? null : [.. bytes[..^1], (byte)(bytes[^1] & kept)];
        }

        if (layout.Kind != DicomPixelKind.Integer || layout.BitsStored == layout.BitsAllocated)
        {
            return null;
        }

        byte[]? masked = null;
        var width = layout.BitsAllocated / 8;
        for (var at = 0; at + width <= bytes.Length; at += width)
        {
            var cell = Cell(bytes[at..], width);
            var value = Value(cell, layout);
            if (value != cell)
            {
                masked ??= bytes.ToArray();
                Set(masked.AsSpan(at), width, value);
            }
        }

        return masked;
    }

    private static uint Value(uint cell, DicomPixelLayout layout)
    {
        var (up, low) = (31 - layout.HighBit, layout.HighBit + 1 - layout.BitsStored);
        var top = cell << up;
        var value = layout.IsSigned ? (uint)((int)top >> (up + low)) : top >> (up + low);
        return layout.BitsAllocated == 32 ? value << low : (value << low) & ((1U << layout.BitsAllocated) - 1);
    }

    private static uint Cell(ReadOnlySpan<byte> bytes, int width) => width switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
    };

    private static void Set(Span<byte> bytes, int width, uint cell)
    {
        switch (width)
        {
            case 1:
                bytes[0] = (byte)cell;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)cell);
                break;
            default:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, cell);
                break;
        }
    }
}
