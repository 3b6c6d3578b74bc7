using Etalon.Dicom;

namespace Etalon.Cases.Inspection;

/// <summary>Looks at the DICOM objects of files, folders and zips one at a time; nothing of an object is held after it was told.</summary>
public sealed class ObjectInspection
{
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
    /// <param name="look">Is given each object that could be read, while it is open; null where nobody wants it.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public IEnumerable<InspectedObject> Objects(Action<DicomFile>? look, CancellationToken cancellation)
    {
        foreach (var entry in _source.Read(cancellation))
        {
            if (entry.Kind == DicomEntryKind.Skipped && !ClaimsToBeDicom(entry.Name))
            {
                Skipped++;
                continue;
            }

            var result = Look(entry, look, cancellation);
            if (result.Error is null)
            {
                Read++;
            }
            else
            {
                Refused++;
            }

            yield return result;
        }
    }

    private InspectedObject Look(DicomEntry entry, Action<DicomFile>? look, CancellationToken cancellation)
    {
        if (entry.File is not { } file)
        {
            return new InspectedObject(entry.Name, entry.Error is { } refusal ? ObjectError.Of(refusal) : ObjectError.NotDicom, null);
        }

        try
        {
            look?.Invoke(file);
            if (!HasPixels(file.Dataset))
            {
                return new InspectedObject(entry.Name, null, null);
            }

            if (_options.WithHash)
            {
                return new InspectedObject(entry.Name, null, DicomPixelHash.Md5(DicomPixels.Read(file)));
            }

            if (DicomTransferSyntax.IsNative(file.TransferSyntaxUid))
            {
                DicomPixels.Read(file);
            }

            return new InspectedObject(entry.Name, null, null);
        }
        catch (DicomException error)
        {
            return new InspectedObject(entry.Name, ObjectError.Of(error), null);
        }
    }

    private static bool HasPixels(DicomDataset d) => d.Contains(Tags.PixelData) || d.Contains(Tags.FloatPixelData) || d.Contains(Tags.DoubleFloatPixelData);

    /// <summary>A file that bears the name of an object and has lost its head is told; a text beside the images is not.</summary>
    private static bool ClaimsToBeDicom(string name) => name.EndsWith(".dcm", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".ima", StringComparison.OrdinalIgnoreCase);
}
