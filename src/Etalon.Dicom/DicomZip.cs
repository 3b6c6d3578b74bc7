using System.IO.Compression;

namespace Etalon.Dicom;

/// <summary>Reads the objects of a zip in place. Entry names are names only, never paths on disk.</summary>
internal static class DicomZip
{
    private const int HeadLength = 132;

    /// <summary>Whether a file begins like a zip: a local entry, or the end record of an empty archive.</summary>
    public static bool LooksLikeZip(ReadOnlySpan<byte> head) =>
        head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8);

    /// <summary>Entries in the ordinal order of their names, read one at a time.</summary>
    public static IEnumerable<DicomEntry> Read(string path, DicomSourceOptions options)
    {
        ZipArchive? archive = null;
        ZipArchiveEntry[] entries = [];
        long zipBytes = 0;
        DicomException? refusal = null;
        try
        {
            (archive, entries, zipBytes) = Open(path, options);
        }
        catch (DicomException error)
        {
            refusal = error;
        }

        if (refusal is not null || archive is null)
        {
            yield return DicomEntry.Refused(path, refusal!);
            yield break;
        }

        using (archive)
        {
            long inflated = 0;
            foreach (var entry in entries)
            {
                var name = $"{path}!{entry.FullName}";
                var result = ReadEntry(entry, name, zipBytes, options, ref inflated);
                yield return result;
                if (TotalRefusal(path, zipBytes, inflated, options) is { } tooMuch)
                {
                    yield return DicomEntry.Refused(path, tooMuch);
                    yield break;
                }
            }
        }
    }

    private static (ZipArchive Archive, ZipArchiveEntry[] Entries, long Bytes) Open(string path, DicomSourceOptions options)
    {
        var stream = new FileStream(DicomDisk.Guard(path, () => DicomDisk.Open(path)), FileAccess.Read);
        try
        {
            var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            var count = archive.Entries.Count;
            if (count > options.MaxZipEntries)
            {
                throw new DicomException(DicomErrorCode.ZipBomb, path, $"{count} entries", $"at most {options.MaxZipEntries}",
                    "If the archive is genuine, unpack it and give the folder");
            }

            // Folders end in a slash. Equal names keep their order in the archive.
            var entries = archive.Entries.Where(entry => !entry.FullName.EndsWith('/')).OrderBy(entry => entry.FullName, StringComparer.Ordinal);
            return (archive, [.. entries], stream.Length);
        }
        catch (Exception error) when (IsZipTrouble(error))
        {
            stream.Dispose();
            throw Invalid(path, error);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static DicomEntry ReadEntry(ZipArchiveEntry entry, string name, long zipBytes, DicomSourceOptions options, ref long inflated)
    {
        try
        {
            using var stream = entry.Open();
            var head = new byte[HeadLength];
            var count = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
            inflated += count;
            if (!DicomFile.LooksLikeDicom(head.AsSpan(0, count), entry.Length))
            {
                return DicomEntry.Skipped(name);
            }

            // The central directory may lie about both lengths: the archive bounds the one, counting the other.
            var bytes = DicomInflater.ReadAll(stream, head.AsSpan(0, count), Math.Clamp(entry.CompressedLength, 0, zipBytes), name, options.Read);
            inflated += bytes.Length - count;
            if (bytes.Length != entry.Length || Crc32.Of(bytes.Span) != entry.Crc32)
            {
                throw new DicomException(DicomErrorCode.ZipInvalid, name, $"{bytes.Length} bytes whose checksum or length the archive does not confirm",
                    $"{entry.Length} bytes with checksum {entry.Crc32:X8}", "Fetch the archive again from its source");
            }

            return DicomEntry.Of(DicomFile.Read(bytes, name, options.Read));
        }
        catch (DicomException error)
        {
            return DicomEntry.Refused(name, error);
        }
        catch (Exception error) when (IsZipTrouble(error))
        {
            return DicomEntry.Refused(name, Invalid(name, error));
        }
    }

    private static DicomException? TotalRefusal(string path, long zipBytes, long inflated, DicomSourceOptions options)
    {
        var limit = Math.Min(options.MaxZipBytes, Math.Max(options.Read.InflationFloorBytes, zipBytes * (double)options.Read.MaxInflation));
        return inflated <= limit
            ? null
            : new DicomException(DicomErrorCode.ZipBomb, path, $"{inflated} bytes inflated so far, entries left unread", $"at most {limit:F0} bytes",
                "If the archive is genuine, unpack it and give the folder");
    }

    private static bool IsZipTrouble(Exception error) =>
        error is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException;

    private static DicomException Invalid(string name, Exception error) =>
        new(DicomErrorCode.ZipInvalid, name, $"the archive cannot be read ({error.Message.TrimEnd('.')})", "a sound zip archive without encryption",
            "Fetch the archive again from its source, or unpack it", error);
}
