namespace Etalon.Dicom;

/// <summary>Finds the DICOM objects of files, folders and zips.</summary>
/// <remarks>Entries come in the ordinal order of their names, zips in place among the files, so that two runs over the same
/// data meet them in the same order. One object is read at a time; what the caller does not keep is freed.</remarks>
public sealed class DicomSource
{
    private const int HeadLength = 132;
    private const int FilesAhead = 64;

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
        foreach (var candidate in Ordered())
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var entry in Entries(candidate))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return entry;
            }
        }
    }

    /// <summary>As <see cref="Read(CancellationToken)"/>, in the same order, but files are read and their entries taken by several threads, a few
    /// dozen ahead of the caller.</summary>
    /// <param name="take">Makes of an entry what the caller needs; called by several threads at once, and must not throw.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public IEnumerable<T> Read<T>(Func<DicomEntry, T> take, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(take);
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount) };
        foreach (var ahead in Ordered().Chunk(FilesAhead))
        {
            var taken = new IEnumerable<T>[ahead.Length];
            Parallel.For(0, ahead.Length, parallel, n =>
            {
                // A zip can hold more than memory: its entries, no array yet, come one by one.
                var entries = Entries(ahead[n]);
                taken[n] = entries is DicomEntry[] whole ? Array.ConvertAll(whole, entry => take(entry)) : entries.Select(take);
            });
            foreach (var one in taken.SelectMany(entries => entries))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return one;
            }
        }
    }

    /// <summary>What is to be read, each file once.</summary>
    private IEnumerable<Candidate> Ordered()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Candidates().OrderBy(candidate => candidate.Name, StringComparer.Ordinal).ThenByDescending(candidate => candidate.IsNamed).Where(candidate => seen.Add(Path.GetFullPath(candidate.Name)));
    }

    /// <summary>An array of the one entry that a file is, or the entries of a zip as they are asked for.</summary>
    private IEnumerable<DicomEntry> Entries(Candidate candidate)
    {
        bool IsWanted(DicomEntry entry) => entry.Kind != DicomEntryKind.Skipped || options.ReportSkipped;
        var entries = candidate.Error is { } error ? new[] { DicomEntry.Refused(candidate.Name, error) } : ReadFile(candidate.Name, candidate.IsNamed);
        return entries is DicomEntry[] whole ? Array.FindAll(whole, IsWanted) : entries.Where(IsWanted);
    }

    private IEnumerable<Candidate> Candidates()
    {
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                yield return new Candidate(path, true, null);
                continue;
            }

            foreach (var (file, error) in DicomFolder.Files(path))
            {
                yield return new Candidate(file, false, error);
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
                return new[] { DicomEntry.Skipped(name) };
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

        return new[] { result };
    }

    /// <summary>A path that was named or found, or could not be listed.</summary>
    private sealed record Candidate(string Name, bool IsNamed, DicomException? Error);
}
