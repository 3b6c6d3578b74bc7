namespace Etalon.Dicom;

/// <summary>The bytes of one object by offset, in memory or left on disk. What was read before stays the same or is refused.</summary>
internal abstract class ByteSource
{
    /// <summary>Number of bytes; offsets run from 0.</summary>
    public abstract int Length { get; }

    /// <summary>The same where it does not fit an offset: such an object is refused.</summary>
    public virtual long TotalLength => Length;

    /// <summary>Bytes of a value, in range. Those that the header pass kept are a view; others are read from disk, each time anew.</summary>
    /// <exception cref="DicomException">The file cannot be read any more, or has changed.</exception>
    public abstract ReadOnlyMemory<byte> Slice(int offset, int length);

    /// <summary>Copies bytes, in range: what is left on disk is read into them without a detour.</summary>
    /// <exception cref="DicomException">The file cannot be read any more, or has changed.</exception>
    public virtual void CopyTo(int offset, Span<byte> bytes) => Slice(offset, bytes.Length).Span.CopyTo(bytes);

    /// <summary>A view of bytes, in range, for the header pass; valid until the next call.</summary>
    public abstract ReadOnlySpan<byte> Peek(int offset, int length);

    /// <summary>Keeps the bytes of a value, in range, in memory when the header pass is over.</summary>
    public abstract void Keep(int offset, int length);
}
