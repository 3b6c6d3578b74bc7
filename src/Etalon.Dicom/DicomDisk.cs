using Microsoft.Win32.SafeHandles;

namespace Etalon.Dicom;

/// <summary>Opens files, turning what the disk says into a <see cref="DicomException"/>.</summary>
internal static class DicomDisk
{
    /// <summary>Opens a plain file for reading. Pipes and devices, which have length 0, are refused before they could block.</summary>
    public static SafeFileHandle Open(string path)
    {
        var info = new FileInfo(path);
        var length = info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : info.Length;
        return length == 0
            ? throw new DicomException(DicomErrorCode.NotDicom, path, "an empty file", "a DICOM object", "Leave the file out")
            : File.OpenHandle(path);
    }

    /// <summary>Fills bytes from a file.</summary>
    /// <exception cref="DicomException">It ends too soon.</exception>
    public static void ReadExactly(string path, SafeFileHandle from, long offset, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = RandomAccess.Read(from, bytes, offset);
            if (count == 0)
            {
                throw Changed(path, offset);
            }

            offset += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>What is said of a file that is not what it was.</summary>
    public static DicomException Changed(string path, long offset) =>
        new(DicomErrorCode.Unreadable, path, "a file that changed after its header was read", "the file as it was", "Read it again when nobody writes to it") { Offset = offset };

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
