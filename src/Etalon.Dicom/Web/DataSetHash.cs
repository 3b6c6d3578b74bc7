using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Etalon.Dicom.Web;

/// <summary>SHA-256 of the data set of a Part 10 file, of all bytes after its file meta information, which servers write anew.
/// A stream to write the file to; nothing of it is kept.</summary>
internal sealed class DataSetHash : Stream
{
    private const int PreambleLength = 128;
    private const int MaxMetaBytes = 4 << 20;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MemoryStream head = new();
    private bool isInDataset;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The hash of a whole file.</summary>
    public static async Task<string> OfAsync(Stream file, CancellationToken cancellation)
    {
        using var hash = new DataSetHash();
        await file.CopyToAsync(hash, cancellation).ConfigureAwait(false);
        return hash.Finish();
    }

    /// <summary>The hash of what was written, in small hexadecimal digits. Ends the stream.</summary>
    public string Finish()
    {
        if (!isInDataset)
        {
            Begin(isAtEnd: true);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (isInDataset)
        {
            hash.AppendData(buffer);
            return;
        }

        head.Write(buffer);
        Begin(isAtEnd: head.Length > MaxMetaBytes);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
            head.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Begin(bool isAtEnd)
    {
        var bytes = head.GetBuffer().AsSpan(0, (int)head.Length);
        if (StartOfDataset(bytes) is { } start)
        {
            hash.AppendData(bytes[start..]);
        }
        else if (isAtEnd)
        {
            // No whole file meta information: all of it counts.
            hash.AppendData(bytes);
        }
        else
        {
            return;
        }

        isInDataset = true;
        head.SetLength(0);
    }

    // Where the first element outside group 0002 begins; null while more bytes are needed. Group 0002 is explicit little endian (PS3.10 7.1).
    private static int? StartOfDataset(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < PreambleLength + 4)
        {
            return null;
        }

        var position = bytes.Slice(PreambleLength, 4).SequenceEqual("DICM"u8) ? PreambleLength + 4 : 0;
        while (position + 12 <= bytes.Length)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(bytes[position..]) != 0x0002)
            {
                return position;
            }

            var isLong = DicomDictionary.Parse(bytes[position + 4], bytes[position + 5]) is DicomVr.OB or DicomVr.OW or DicomVr.OF or DicomVr.SQ or DicomVr.UN or DicomVr.UT;
            var next = isLong
                ? position + 12L + BinaryPrimitives.ReadUInt32LittleEndian(bytes[(position + 8)..])
                : position + 8L + BinaryPrimitives.ReadUInt16LittleEndian(bytes[(position + 6)..]);
            if (next > bytes.Length)
            {
                return null;
            }

            position = (int)next;
        }

        return null;
    }
}
