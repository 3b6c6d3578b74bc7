using Microsoft.Win32.SafeHandles;

namespace Etalon.Dicom;

/// <summary>Bytes of a file whose header was read before: of the file as it was then, or not at all.</summary>
internal sealed class OpenedFile : ByteSource, IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle handle;

    private OpenedFile(string path, SafeFileHandle handle, long length) => (this.path, this.handle, TotalLength) = (path, handle, length);

    public override int Length => (int)Math.Min(TotalLength, int.MaxValue);

    public override long TotalLength { get; }

    /// <exception cref="DicomException">The file cannot be opened, or has another length or time of change than it had.</exception>
    public static OpenedFile Open(string path, long length, DateTime changed) => DicomDisk.Guard(path, () =>
    {
        var handle = DicomDisk.Open(path);
        if (RandomAccess.GetLength(handle) == length && File.GetLastWriteTimeUtc(handle) == changed)
        {
            return new OpenedFile(path, handle, length);
        }

        handle.Dispose();
        throw DicomDisk.Changed(path, 0);
    });

    public override ReadOnlyMemory<byte> Slice(int offset, int length)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        CopyTo(offset, bytes);
        return bytes;
    }

    public override ReadOnlySpan<byte> Peek(int offset, int length) => Slice(offset, length).Span;

    public override void Keep(int offset, int length)
    {
    }

    public override void CopyTo(int offset, Span<byte> bytes)
    {
        try
        {
            DicomDisk.ReadExactly(path, handle, offset, bytes);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            throw new DicomException(DicomErrorCode.Unreadable, path, $"the file cannot be read ({error.Message.TrimEnd('.')})", "a readable file", "Check the disk", error);
        }
    }

    public void Dispose() => handle.Dispose();
}
