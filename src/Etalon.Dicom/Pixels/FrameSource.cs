namespace Etalon.Dicom;

/// <summary>Yields the cells of frames, little endian unless the source says otherwise.</summary>
internal abstract class FrameSource
{
    /// <summary>Whether cells have the high byte first.</summary>
    public virtual bool IsBigEndian => false;

    /// <summary>Bytes of one frame.</summary>
    /// <param name="frame">Frame number from 0, in range.</param>
    /// <param name="firstBit">Where the frame begins within its first byte.</param>
    /// <exception cref="DicomException">The frame is damaged or cannot be decoded.</exception>
    public abstract ReadOnlySpan<byte> Read(int frame, out int firstBit);

    /// <summary>Copies the bytes of one frame of whole bytes.</summary>
    /// <param name="frame">Frame number from 0, in range.</param>
    /// <param name="cells">Receives as many bytes as a frame has.</param>
    /// <exception cref="DicomException">The frame is damaged or cannot be decoded.</exception>
    public virtual void CopyTo(int frame, Span<byte> cells) => Read(frame, out _)[..cells.Length].CopyTo(cells);
}
