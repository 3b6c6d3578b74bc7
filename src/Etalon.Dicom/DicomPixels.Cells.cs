using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Etalon.Dicom;

/// <content>Stored values of 16 bits without a conversion to wider numbers, and the bits that are no part of them.</content>
public sealed partial record DicomPixels
{
    /// <summary>Whether <see cref="ReadFrame16"/> can read the cells: whole numbers of 8 or 16 bits.</summary>
    public bool FitsSixteenBits => Layout.FitsSixteenBits;

    /// <summary>Reads one frame as 16-bit words: two's complement where <see cref="IsSigned"/>, else without sign.</summary>
    /// <param name="frame">Frame number from 0.</param>
    /// <param name="stored">Receives the stored values.</param>
    /// <exception cref="InvalidOperationException"><see cref="FitsSixteenBits"/> is false.</exception>
    /// <exception cref="DicomException">The frame is damaged.</exception>
    public void ReadFrame16(int frame, Span<ushort> stored)
    {
        RequireArguments(frame, stored.Length);
        if (!FitsSixteenBits)
        {
            throw new InvalidOperationException($"Cells of {BitsAllocated} bits of kind {Kind} do not fit 16 bits.");
        }

        if (BitsAllocated != 16 || CellsAreBigEndian)
        {
            var cells = Cells(frame, out var firstBit);
            for (var i = 0; i < stored.Length; i++)
            {
                stored[i] = (ushort)Integer(cells, firstBit, i);
            }

            return;
        }

        source.CopyTo(frame, MemoryMarshal.AsBytes(stored));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(stored, stored);
        }

        if (BitsStored < 16)
        {
            CutOff(stored, 15 - HighBit, 16 - BitsStored, IsSigned);
        }
    }

    /// <summary>Whether a cell of the frame holds bits above HighBit that are neither 0 nor the sign.</summary>
    /// <exception cref="DicomException">The frame is damaged.</exception>
    public bool HasBitsAboveHighBit(int frame)
    {
        if (Kind != DicomPixelKind.Integer || BitsAllocated is not (8 or 16 or 32) || HighBit == BitsAllocated - 1)
        {
            return false;
        }

        var cells = Cells(frame, out _);
        if (BitsAllocated == 16 && !CellsAreBigEndian && BitConverter.IsLittleEndian
            && !MemoryMarshal.Cast<byte, ushort>(cells)[..ValuesPerFrame].ContainsAnyInRange((ushort)(1 << (HighBit + 1)), ushort.MaxValue))
        {
            return false;
        }

        for (var i = 0; i < ValuesPerFrame; i++)
        {
            var above = Raw(cells, i) >> (HighBit + 1);
            var all = (1UL << (BitsAllocated - 1 - HighBit)) - 1;
            var isSign = IsSigned && ((Raw(cells, i) >> HighBit) & 1) == 1 && above == all;
            if (above != 0 && !isSign)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Cuts off what lies above and below the value of each word, and extends its sign.</summary>
    private static void CutOff(Span<ushort> words, int up, int down, bool isSigned)
    {
        var at = 0;
        for (; at <= words.Length - Vector<ushort>.Count; at += Vector<ushort>.Count)
        {
            var top = Vector.ShiftLeft(new Vector<ushort>(words[at..]), up);
            (isSigned ? Vector.AsVectorUInt16(Vector.ShiftRightArithmetic(Vector.AsVectorInt16(top), down)) : Vector.ShiftRightLogical(top, down)).CopyTo(words[at..]);
        }

        for (; at < words.Length; at++)
        {
            var top = (ushort)(words[at] << up);
            words[at] = isSigned ? (ushort)((short)top >> down) : (ushort)(top >> down);
        }
    }
}
