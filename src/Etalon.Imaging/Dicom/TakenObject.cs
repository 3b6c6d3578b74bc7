using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>What the tree needs of one entry of a source; made by any thread, without the other objects.</summary>
internal sealed record TakenObject
{
    /// <summary>Why the entry cannot be read; then all else is empty.</summary>
    public DicomRefusal? Refusal { get; private init; }

    /// <summary>The object; let go when the tree has taken it.</summary>
    public DicomFile? File { get; private init; }

    /// <summary>Whose it is.</summary>
    public PatientIdentity? Identity { get; private init; }

    /// <summary>Whom it names.</summary>
    public NamedPersons? Persons { get; private init; }

    /// <summary>See <see cref="HeaderFingerprint"/>.</summary>
    public ulong Header { get; private init; }

    /// <summary>Length of the pixels.</summary>
    public long PixelBytes { get; private init; }

    /// <summary>Whether there are pixels.</summary>
    public bool HasPixels { get; private init; }

    /// <summary>Its frames; null where it is no image of a volume.</summary>
    public DicomImage? Image { get; private init; }

    /// <summary>Why it is none.</summary>
    public DicomGeometryException? Trouble { get; private init; }

    public static TakenObject Of(DicomEntry entry) =>
        entry.Error is { } error ? new TakenObject { Refusal = new DicomRefusal(entry.Name, error) } : entry.File is { } file ? Of(file) : new TakenObject();

    public static TakenObject Of(DicomFile file)
    {
        try
        {
            var d = file.Dataset;
            var (header, pixels) = HeaderFingerprint.Of(d, ofAnyone: false);
            var persons = new NamedPersons();
            persons.Take(d);
            var taken = new TakenObject
            {
                File = file,
                Identity = PatientIdentity.Read(d),
                Persons = persons,
                Header = header,
                PixelBytes = pixels,
                HasPixels = DicomPixels.AreIn(d),
            };
            return taken.HasPixels && !SegmentationReader.IsOne(file) && d.GetString(Tags.Modality) != "RTIMAGE" ? WithImage(taken, file) : taken;
        }
        catch (DicomException e)
        {
            return new TakenObject { Refusal = new DicomRefusal(file.Name, e) };
        }
    }

    private static TakenObject WithImage(TakenObject taken, DicomFile file)
    {
        try
        {
            return taken with { Image = DicomImageReader.Read(file) };
        }
        catch (DicomGeometryException e)
        {
            return taken with { Trouble = e };
        }
    }
}
