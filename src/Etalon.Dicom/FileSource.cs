using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Etalon.Dicom;

/// <summary>
/// Bytes of a file. During the header pass they are read a block at a time and large values are stepped over; after it the file is
/// closed, what was kept stays, and the rest is read when asked for, from the file as it was or not at all.
/// </summary>
/// <remarks>Reading, not mapping: a mapped file that another program cuts ends the process.</remarks>
internal sealed class FileSource : ByteSource, IDisposable
{
    private const int FirstBlock = 16 << 10;
    private const int LargestBlock = 256 << 10;

    private readonly string path;
    private readonly DateTime changed;
    private readonly List<Segment> kept = [];
    private SafeFileHandle? handle;

    // The stretch that the header pass is in: rented, filled from its start on.
    private byte[] window = [];
    private int windowStart;
    private int windowFilled;
    private int windowUsed;

    private FileSource(string path, SafeFileHandle handle, long length)
    {
        this.path = path;
        this.handle = handle;
        TotalLength = length;
        changed = File.GetLastWriteTimeUtc(handle);
    }

    public override int Length => (int)Math.Min(TotalLength, int.MaxValue);

    public override long TotalLength { get; }

    /// <exception cref="DicomException">The file cannot be opened.</exception>
    public static FileSource Open(string path) => DicomDisk.Guard(path, () =>
    {
        var handle = DicomDisk.Open(path);
        return new FileSource(path, handle, RandomAccess.GetLength(handle));
    });

    /// <summary>Path of the file.</summary>
    public string Path => path;

    /// <summary>When the file was last changed before it was read.</summary>
    public DateTime Changed => changed;

    public override ReadOnlySpan<byte> Peek(int offset, int length)
    {
        if (handle is null)
        {
            return Slice(offset, length).Span;
        }

        Fill(offset, length);
        return window.AsSpan(offset - windowStart, length);
    }

    public override void Keep(int offset, int length)
    {
        if (handle is not null && length > 0)
        {
            Fill(offset, length);
        }
    }

    public override ReadOnlyMemory<byte> Slice(int offset, int length)
    {
        if (length == 0)
        {
            return default;
        }

        foreach (var segment in kept)
        {
            if (offset >= segment.Start && (long)offset + length <= (long)segment.Start + segment.Bytes.Length)
            {
                return segment.Bytes.AsMemory(offset - segment.Start, length);
            }
        }

        if (handle is not null && offset >= windowStart && (long)offset + length <= (long)windowStart + windowFilled)
        {
            return window.AsSpan(offset - windowStart, length).ToArray();
        }

        return DicomDisk.Guard(path, () => (ReadOnlyMemory<byte>)FromDisk(offset, length));
    }

    /// <summary>Ends the header pass: closes the file and keeps what was used.</summary>
    public void Dispose()
    {
        KeepWindow();
        handle?.Dispose();
        handle = null;
    }

    private byte[] FromDisk(int offset, int length)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        if (handle is not null)
        {
            DicomDisk.ReadExactly(path, handle, offset, bytes);
            return bytes;
        }

        using var again = DicomDisk.Open(path);
        if (RandomAccess.GetLength(again) != TotalLength || File.GetLastWriteTimeUtc(again) != changed)
        {
            throw DicomDisk.Changed(path, offset);
        }

        DicomDisk.ReadExactly(path, again, offset, bytes);
        return bytes;
    }

    /// <summary>Makes the window hold a stretch: grows it, or starts another where the stretch lies elsewhere.</summary>
    private void Fill(int offset, int length)
    {
        var end = (long)offset + length;
        if (offset < windowStart || offset > windowStart + windowFilled)
        {
            KeepWindow();
            windowStart = offset;
        }

        if (end > windowStart + windowFilled)
        {
            var block = Math.Clamp(windowFilled, FirstBlock, LargestBlock);
            var wanted = (int)Math.Min(Length - windowStart, Math.Max(end - windowStart, windowFilled + (long)block));
            if (wanted > window.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(wanted, 2L * windowFilled)));
                window.AsSpan(0, windowFilled).CopyTo(larger);
                Return();
                window = larger;
            }

            var (from, to) = (windowFilled, wanted);
            DicomDisk.Guard(path, () =>
            {
                DicomDisk.ReadExactly(path, handle!, windowStart + (long)from, window.AsSpan(from, to - from));
                return 0;
            });
            windowFilled = wanted;
        }

        windowUsed = (int)Math.Max(windowUsed, end - windowStart);
    }

    private void KeepWindow()
    {
        if (windowUsed > 0)
        {
            kept.Add(new Segment(windowStart, window.AsSpan(0, windowUsed).ToArray()));
        }

        Return();
        window = [];
        windowFilled = 0;
        windowUsed = 0;
    }

    private void Return()
    {
        if (window.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private readonly record struct Segment(int Start, byte[] Bytes);
}
