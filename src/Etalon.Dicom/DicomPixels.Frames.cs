using System.Buffers.Binary;

namespace Etalon.Dicom;

// Frames as numbers.
public sealed partial record DicomPixels
{
    /// <summary>Reads one frame of whole numbers.</summary>
    /// <param name="frame">Frame number from 0.</param>
    /// <param name="stored">Receives the stored values, shape (rows, columns, samples), or (samples, rows, columns) when planar.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such frame.</exception>
    /// <exception cref="ArgumentException">The span has another length than <see cref="ValuesPerFrame"/>.</exception>
    /// <exception cref="DicomException">The cells are floats, or a value of 32 bits without sign does not fit, or the frame is damaged.</exception>
    public void ReadFrame(int frame, Span<int> stored)
    {
        RequireArguments(frame, stored.Length);
        if (Kind != DicomPixelKind.Integer)
        {
            throw Refuse(DicomErrorCode.PixelsUnsupported, $"cells of kind {Kind}", "whole numbers", "Read the frame as floats or doubles");
        }

        var cells = Cells(frame, out var firstBit);
        for (var i = 0; i < stored.Length; i++)
        {
            var value = Integer(cells, firstBit, i);
            stored[i] = value is >= int.MinValue and <= int.MaxValue
                ? (int)value
                : throw Refuse(DicomErrorCode.PixelsUnsupported, $"the stored value {value}", $"at most {int.MaxValue}", "Read the frame as doubles");
        }
    }

    /// <summary>Reads one frame as 32-bit floats: float cells, or whole numbers of up to 24 bits, which all fit exactly.</summary>
    /// <inheritdoc cref="ReadFrame(int, Span{int})"/>
    /// <exception cref="DicomException">The cells do not fit 32-bit floats exactly, or the frame is damaged.</exception>
    public void ReadFrame(int frame, Span<float> stored)
    {
        RequireArguments(frame, stored.Length);
        if (Kind == DicomPixelKind.DoubleFloat || (Kind == DicomPixelKind.Integer && BitsStored > 24))
        {
            throw Refuse(DicomErrorCode.PixelsUnsupported, $"{BitsStored} bits of kind {Kind}", "values that fit 32-bit floats", "Read the frame as doubles");
        }

        var cells = Cells(frame, out var firstBit);
        for (var i = 0; i < stored.Length; i++)
        {
            stored[i] = Kind == DicomPixelKind.Float
                ? BitConverter.UInt32BitsToSingle((uint)Raw(cells, i))
                : Integer(cells, firstBit, i);
        }
    }

    /// <summary>Reads one frame as 64-bit floats, which hold every kind of cell exactly.</summary>
    /// <inheritdoc cref="ReadFrame(int, Span{int})"/>
    /// <exception cref="DicomException">The frame is damaged.</exception>
    public void ReadFrame(int frame, Span<double> stored)
    {
        RequireArguments(frame, stored.Length);
        var cells = Cells(frame, out var firstBit);
        for (var i = 0; i < stored.Length; i++)
        {
            stored[i] = Kind switch
            {
                DicomPixelKind.Float => BitConverter.UInt32BitsToSingle((uint)Raw(cells, i)),
                DicomPixelKind.DoubleFloat => BitConverter.UInt64BitsToDouble(Raw(cells, i)),
                _ => Integer(cells, firstBit, i),
            };
        }
    }

    private void RequireArguments(int frame, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame, Frames);
        if (length != ValuesPerFrame)
        {
            throw new ArgumentException($"The span has {length} values, a frame has {ValuesPerFrame}.", nameof(length));
        }

        // The standard puts the low word first, known writers the high one: other numbers, and nothing in the file tells which.
        if (BitsAllocated == 32 && Kind == DicomPixelKind.Integer && element.IsBigEndian && !element.IsEncapsulated && element.Vr == DicomVr.OW)
        {
            throw Refuse(DicomErrorCode.PixelsUnsupported, "32-bit values in big endian words", "values whose byte order is not in doubt",
                "Export the object as little endian from where it was made");
        }
    }

    internal ReadOnlySpan<byte> Cells(int frame, out int firstBit) => source.Read(frame, out firstBit);

    internal bool CellsAreBigEndian => source.IsBigEndian;

    private ulong Raw(ReadOnlySpan<byte> cells, int index) => BitsAllocated switch
    {
        8 => cells[index],
        16 when CellsAreBigEndian => BinaryPrimitives.ReadUInt16BigEndian(cells[(2 * index)..]),
        16 => BinaryPrimitives.ReadUInt16LittleEndian(cells[(2 * index)..]),
        32 when CellsAreBigEndian => BinaryPrimitives.ReadUInt32BigEndian(cells[(4 * index)..]),
        32 => BinaryPrimitives.ReadUInt32LittleEndian(cells[(4 * index)..]),
        _ when CellsAreBigEndian => BinaryPrimitives.ReadUInt64BigEndian(cells[(8 * index)..]),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(cells[(8 * index)..]),
    };

    private long Integer(ReadOnlySpan<byte> cells, int firstBit, int index)
    {
        if (BitsAllocated == 1)
        {
            var bit = (long)firstBit + index;
            return (cells[(int)(bit >> 3)] >> (int)(bit & 7)) & 1;
        }

        // Value to the top of 64 bits, then down again: cuts what lies above HighBit, and below it, and extends the sign.
        var top = Raw(cells, index) << (63 - HighBit);
        return IsSigned ? (long)top >> (64 - BitsStored) : (long)(top >> (64 - BitsStored));
    }

    private DicomException Refuse(DicomErrorCode code, string found, string expected, string remedy) =>
        Refusal(name, element, code, found, expected, remedy);
}
