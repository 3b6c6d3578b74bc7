namespace Etalon.Dicom;

/// <summary>Frames that stand in the file as plain numbers.</summary>
internal sealed class NativeFrames(DicomElement element, DicomPixelLayout layout) : FrameSource
{
    // Swapped words are little endian.
    public override bool IsBigEndian => element.IsBigEndian && !IsWordsOfOtherCells;

    /// <summary>Whether cells of another width than 16 bits stand in 16-bit words with the high byte first.</summary>
    private bool IsWordsOfOtherCells => element.IsBigEndian && element.Vr == DicomVr.OW && layout.BitsAllocated != 16;

    // Single bits run on from frame to frame, so a frame may begin inside a byte.
    public override ReadOnlySpan<byte> Read(int frame, out int firstBit)
    {
        var start = (Int128)frame * layout.ValuesPerFrame * layout.BitsAllocated;
        firstBit = (int)(start % 8);
        var from = (int)(start / 8);
        var to = (int)((start + ((long)layout.ValuesPerFrame * layout.BitsAllocated) + 7) / 8);
        return ByteOrder(from, to);
    }

    public override void CopyTo(int frame, Span<byte> cells)
    {
        if (IsWordsOfOtherCells)
        {
            base.CopyTo(frame, cells);
            return;
        }

        element.CopyTo(checked(frame * cells.Length), cells);
    }

    // OW is 16-bit words whatever the cells are (PS3.5 6.2): to another byte order each word is swapped on its own.
    private ReadOnlySpan<byte> ByteOrder(int from, int to)
    {
        if (!IsWordsOfOtherCells)
        {
            return element.Read(from, to - from).Span;
        }

        var first = from & ~1;
        var words = element.Read(first, Math.Min(element.Length, (to + 1) & ~1) - first).Span;
        var swapped = new byte[to - from];
        for (var i = 0; i < swapped.Length; i++)
        {
            var other = ((from + i) ^ 1) - first;
            swapped[i] = other < words.Length ? words[other] : (byte)0;
        }

        return swapped;
    }
}
