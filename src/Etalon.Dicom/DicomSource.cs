namespace Etalon.Dicom;

/// <summary>Finds the DICOM objects of files, folders and zips.</summary>
/// <remarks>Entries come in the ordinal order of their names, zips in place among the files, so that two runs over the same
/// data meet them in the same order. One object is read at a time; what the caller does not keep is freed.</remarks>
public sealed class DicomSource
{
    private const int HeadLength = 132;

    private readonly string[] paths;
    private readonly DicomSourceOptions options;

    /// <summary>Names what to read; nothing is touched yet.</summary>
    /// <param name="paths">Files, folders (with all folders below) and zips. A path that is named is never passed over:
    /// if it is no DICOM object, that is an error.</param>
    /// <param name="options">Limits and choices; null for the defaults.</param>
    public DicomSource(IEnumerable<string> paths, DicomSourceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        this.paths = [.. paths];
        this.options = options ?? new DicomSourceOptions();
        if (this.paths.Any(path => string.IsNullOrEmpty(path) || path.Contains('\0', StringComparison.Ordinal)))
        {
            throw new ArgumentException("A path is empty or holds the character 0.", nameof(paths));
        }
    }

    /// <summary>Reads one path; see the constructor.</summary>
    public static IEnumerable<DicomEntry> Read(string path, DicomSourceOptions? options = null) => new DicomSource([path], options).Read();

    /// <summary>Reads all entries, lazily. Never throws for what it finds: trouble is an entry with an error.</summary>
    public IEnumerable<DicomEntry> Read(CancellationToken cancellation = default)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, isNamed, error) in Candidates().OrderBy(candidate => candidate.Name, StringComparer.Ordinal).ThenByDescending(candidate => candidate.IsNamed))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!seen.Add(Path.GetFullPath(name)))
            {
                continue;
            }

            foreach (var entry in error is null ? ReadFile(name, isNamed) : [DicomEntry.Refused(name, error)])
            {
                cancellation.ThrowIfCancellationRequested();
                if (entry.Kind != DicomEntryKind.Skipped || options.ReportSkipped)
                {
                    yield return entry;
                }
            }
        }
    }

    private IEnumerable<(string Name, bool IsNamed, DicomException? Error)> Candidates()
    {
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                yield return (path, true, null);
                continue;
            }

            foreach (var (file, error) in DicomFolder.Files(path))
            {
                yield return (file, false, error);
            }
        }
    }

    private IEnumerable<DicomEntry> ReadFile(string name, bool isNamed)
    {
        DicomEntry result;
        try
        {
            if (!isNamed && new FileInfo(name).Length == 0 && new FileInfo(name).LinkTarget is null)
            {
                return [DicomEntry.Skipped(name)];
            }

            using var source = FileSource.Open(name);
            var head = source.Peek(0, Math.Min(HeadLength, source.Length));
            if (DicomZip.LooksLikeZip(head))
            {
                return DicomZip.Read(name, options);
            }

            result = !isNamed && !DicomFile.LooksLikeDicom(head, source.TotalLength)
                ? DicomEntry.Skipped(name)
                : DicomEntry.Of(DicomFile.Read(source, name, options.Read));
        }
        catch (DicomException error)
        {
            result = DicomEntry.Refused(name, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            result = DicomEntry.Refused(name, new DicomException(DicomErrorCode.Unreadable, name, "the file vanished while reading",
                "a readable file", "Check the path and the rights", error));
        }

        return [result];
    }
}
