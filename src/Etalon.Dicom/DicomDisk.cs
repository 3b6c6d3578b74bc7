namespace Etalon.Dicom;

/// <summary>Reads files whole, turning what the disk says into a <see cref="DicomException"/>.</summary>
internal static class DicomDisk
{
    /// <summary>All bytes of a plain file.</summary>
    public static ReadOnlyMemory<byte> ReadAll(string path, DicomReadOptions options) => Guard(path, () =>
    {
        using var stream = Open(path);
        if (stream.Length > options.MaxBytes)
        {
            throw new DicomException(DicomErrorCode.TooLarge, path, $"{stream.Length} bytes", $"at most {options.MaxBytes} bytes",
                "If the object is genuine, raise MaxBytes in the options");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return (ReadOnlyMemory<byte>)bytes;
    });

    /// <summary>The first bytes of a file, and its length.</summary>
    public static (byte[] Head, long Length) ReadHead(string path, int count) => Guard(path, () =>
    {
        using var stream = Open(path);
        var head = new byte[Math.Min(count, stream.Length)];
        stream.ReadExactly(head);
        return (head, stream.Length);
    });

    /// <summary>Opens a plain file for reading. Pipes and devices, which have length 0, are refused before they could block.</summary>
    public static FileStream Open(string path)
    {
        var info = new FileInfo(path);
        var length = info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : info.Length;
        return length == 0
            ? throw new DicomException(DicomErrorCode.NotDicom, path, "an empty file", "a DICOM object", "Leave the file out")
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Runs an action on a file; what the disk refuses becomes <see cref="DicomErrorCode.Unreadable"/>.</summary>
    public static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new DicomException(DicomErrorCode.Unreadable, path, $"the file cannot be read ({error.Message.TrimEnd('.')})",
                "a readable file", "Check the path and the rights", error);
        }
    }
}
