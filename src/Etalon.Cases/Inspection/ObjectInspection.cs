using Etalon.Dicom;

namespace Etalon.Cases.Inspection;

/// <summary>Looks at the DICOM objects of files, folders and zips one at a time; nothing of an object is held after it was told.</summary>
public sealed class ObjectInspection
{
    private const int MostWaiting = 64;
    private const long MostBytesWaiting = 64L << 20;
    private readonly DicomSource _source;
    private readonly InspectOptions _options;

    /// <summary>Names what to look at; nothing is touched yet.</summary>
    /// <param name="paths">Files, folders and zips.</param>
    /// <param name="options">What to look at.</param>
    public ObjectInspection(IEnumerable<string> paths, InspectOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _source = new DicomSource(paths, new DicomSourceOptions { ReportSkipped = true });
        _options = options;
    }

    /// <summary>Files and entries met so far that are no DICOM objects and do not claim to be.</summary>
    public int Skipped { get; private set; }

    /// <summary>Objects read so far.</summary>
    public int Read { get; private set; }

    /// <summary>Objects refused so far, or their pixels.</summary>
    public int Refused { get; private set; }

    /// <summary>Looks at all objects, lazily. Trouble is an entry with an error, never an exception.</summary>
    /// <param name="look">Is given each object that could be read, while it is open, with what is kept of its frames, and why its pixels were refused; null where nobody wants it.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public IEnumerable<InspectedObject> Objects(Action<DicomFile, DicomFrameDigests?, DicomException?>? look, CancellationToken cancellation)
    {
        // What a program must decode waits for more of its kind; the rest waits with it only to keep the order.
        var waiting = new List<DicomEntry>();
        long bytes = 0;
        foreach (var entry in _source.Read(cancellation))
        {
            if (entry.Kind == DicomEntryKind.Skipped && !ClaimsToBeDicom(entry.Name))
            {
                Skipped++;
                continue;
            }

            if (waiting.Count == 0 && !IsCoded(entry))
            {
                yield return Counted(Look(entry, look, null));
                continue;
            }

            waiting.Add(entry);
            bytes += LengthOfPixels(entry);
            if (waiting.Count >= MostWaiting || bytes > MostBytesWaiting)
            {
                foreach (var o in Together(waiting, look, cancellation))
                {
                    yield return Counted(o);
                }

                waiting.Clear();
                bytes = 0;
            }
        }

        foreach (var o in Together(waiting, look, cancellation))
        {
            yield return Counted(o);
        }
    }

    private IEnumerable<InspectedObject> Together(List<DicomEntry> entries, Action<DicomFile, DicomFrameDigests?, DicomException?>? look, CancellationToken cancellation)
    {
        var known = new Dictionary<DicomFile, KnownPixels>(ReferenceEqualityComparer.Instance);
        foreach (var pixels in DicomPixels.ReadAll(entries.Where(IsCoded).Select(e => e.File!), cancellation))
        {
            known[pixels.File] = Keep(() => pixels.Pixels ?? throw pixels.Error!);
        }

        return entries.Select(e => Look(e, look, known));
    }

    private InspectedObject Counted(InspectedObject o)
    {
        if (o.Error is null)
        {
            Read++;
        }
        else
        {
            Refused++;
        }

        return o;
    }

    private InspectedObject Look(DicomEntry entry, Action<DicomFile, DicomFrameDigests?, DicomException?>? look, Dictionary<DicomFile, KnownPixels>? known)
    {
        if (entry.File is not { } file)
        {
            return new InspectedObject(entry.Name, entry.Error is { } refusal ? ObjectError.Of(refusal) : ObjectError.NotDicom, null);
        }

        try
        {
            var pixels = known?.GetValueOrDefault(file) ?? Pixels(file);
            look?.Invoke(file, pixels.Digests, pixels.Error);
            return new InspectedObject(entry.Name, pixels.Error is null ? null : ObjectError.Of(pixels.Error), pixels.Md5);
        }
        catch (DicomException error)
        {
            return new InspectedObject(entry.Name, ObjectError.Of(error), null);
        }
    }

    /// <summary>Plain pixels are read in any case; compressed ones are decoded where their sum is asked for.</summary>
    private KnownPixels Pixels(DicomFile file)
    {
        if (!DicomPixels.AreIn(file.Dataset))
        {
            return KnownPixels.None;
        }

        return _options.WithHash || DicomTransferSyntax.IsNative(file.TransferSyntaxUid) ? Keep(() => DicomPixels.Read(file)) : KnownPixels.None with { Digests = DicomFrameDigests.OfCoded(file) };
    }

    private KnownPixels Keep(Func<DicomPixels> read)
    {
        try
        {
            var pixels = read();
            return new KnownPixels(_options.WithHash ? DicomPixelHash.Md5(pixels) : null, pixels.BitsAllocated == 1 ? null : DicomFrameDigests.Of(pixels), null);
        }
        catch (DicomException error)
        {
            return KnownPixels.None with { Error = error };
        }
    }

    /// <summary>Whether a program outside must decode the pixels that are asked for.</summary>
    private bool IsCoded(DicomEntry entry) => _options.WithHash && entry.File is { } file && file.Dataset.Contains(Tags.PixelData)
        && !DicomTransferSyntax.IsNative(file.TransferSyntaxUid) && file.TransferSyntaxUid is not (DicomTransferSyntax.RleLossless or DicomTransferSyntax.DeflatedImageFrame);

    private static long LengthOfPixels(DicomEntry entry) => entry.File is { } file && file.Dataset.TryGet(Tags.PixelData, out var pixels) ? pixels.Length : 0;

    /// <summary>A file that bears the name of an object and has lost its head is told; a text beside the images is not.</summary>
    private static bool ClaimsToBeDicom(string name) => name.EndsWith(".dcm", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".ima", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is kept of pixels after they were let go.</summary>
    private sealed record KnownPixels(string? Md5, DicomFrameDigests? Digests, DicomException? Error)
    {
        public static KnownPixels None { get; } = new(null, null, null);
    }
}
