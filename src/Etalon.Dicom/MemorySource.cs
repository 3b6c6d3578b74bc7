namespace Etalon.Dicom;

/// <summary>Bytes in memory.</summary>
/// <param name="bytes">The bytes, not copied.</param>
/// <param name="first">Offset of the first of them: a part of an object keeps the offsets of the whole.</param>
/// <param name="total">Length of the whole; null where the bytes are all of it.</param>
internal sealed class MemorySource(ReadOnlyMemory<byte> bytes, int first = 0, int? total = null) : ByteSource
{
    public override int Length { get; } = total ?? (first + bytes.Length);

    public override ReadOnlyMemory<byte> Slice(int offset, int length) => bytes.Slice(offset - first, length);

    public override ReadOnlySpan<byte> Peek(int offset, int length) => bytes.Span.Slice(offset - first, length);

    public override void Keep(int offset, int length)
    {
    }
}
