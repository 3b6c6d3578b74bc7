using Etalon.Dicom;
using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>Which series an object is of.</summary>
internal sealed record SeriesKey(string Patient, string Study, string Series);

/// <summary>The objects of one series as they come.</summary>
internal sealed class SeriesParts
{
    private readonly List<DicomInstance> _instances = [];
    private readonly List<DicomImage> _images = [];
    private readonly Func<string, string> _pooled;
    private readonly string _description;
    private readonly string _manufacturer;
    private DicomGeometryException? _trouble;
    private int _shapeless;

    /// <summary>Begins a series.</summary>
    /// <param name="key">Which.</param>
    /// <param name="first">Its first object.</param>
    /// <param name="pooled">Gives one copy of a text that many objects share.</param>
    public SeriesParts(SeriesKey key, DicomDataset first, Func<string, string> pooled)
    {
        Key = key;
        _pooled = pooled;
        Modality = first.GetString(Tags.Modality) ?? "";
        Number = first.GetInt(Tags.SeriesNumber);
        StudyTime = DicomTime.InstantOrMidnight(first.GetString(Tags.StudyDate), first.GetString(Tags.StudyTime));
        StudyDescription = first.GetString(Tags.StudyDescription) ?? "";
        _description = first.GetString(Tags.SeriesDescription) ?? "";
        _manufacturer = first.GetString(Tags.Manufacturer) ?? "";
    }

    public SeriesKey Key { get; set; }

    public string Modality { get; }

    public int? Number { get; }

    public DateTime? StudyTime { get; }

    public string StudyDescription { get; }

    public HashSet<PatientIdentity> Identities { get; } = [];

    /// <summary>All whom its objects name.</summary>
    public NamedPersons Persons { get; } = new();

    public ObjectRepeats Repeats { get; set; }

    /// <summary>Takes over the objects of a part that was filed under another key.</summary>
    public void Join(SeriesParts other)
    {
        _instances.AddRange(other._instances);
        _images.AddRange(other._images);
        _trouble ??= other._trouble;
        _shapeless += other._shapeless;
        Identities.UnionWith(other.Identities);
        Persons.UnionWith(other.Persons);
        Repeats = new ObjectRepeats(Repeats.Repeated + other.Repeats.Repeated, Repeats.Contradicted + other.Repeats.Contradicted);
    }

    /// <summary>Takes an object; one with pixels becomes an image where it has a geometry.</summary>
    public void Take(TakenObject taken, string uid, string sopClass)
    {
        if (taken.Image is { } image)
        {
            _images.Add(Lean(image, uid, sopClass));
        }
        else if (taken.Trouble is { } trouble)
        {
            _trouble = _trouble is null || trouble.Severity > _trouble.Severity ? trouble : _trouble;
            _shapeless++;
        }

        _instances.Add(new DicomInstance(taken.File!.Name, uid, sopClass, taken.HasPixels));
    }

    /// <summary>The image with one copy of each text: of many objects the texts would take most of the room.</summary>
    private DicomImage Lean(DicomImage image, string uid, string sopClass) => image with
    {
        SopInstanceUid = uid,
        SopClassUid = sopClass,
        SeriesUid = Key.Series,
        FrameOfReferenceUid = Pooled(image.FrameOfReferenceUid),
        PatientPosition = Pooled(image.PatientPosition),
        Frames = [.. image.Frames.Select(f => f.UnitCode is null && f.StackId is null ? f : f with { UnitCode = Pooled(f.UnitCode), StackId = Pooled(f.StackId) })],
    };

    private string? Pooled(string? text) => text is null ? null : _pooled(text);

    public DicomSeries Build(string name)
    {
        var findings = new List<Finding>();
        var stacks = _images.Count == 0 ? [] : DicomStacks.Build([.. _images.OrderBy(i => i.SopInstanceUid, StringComparer.Ordinal)], name, findings);
        if (_trouble is { } trouble)
        {
            findings.Add(new Finding(
                FindingCodes.SeriesNotAVolume, trouble.Severity, name, $"{_shapeless} of {_instances.Count(i => i.IsImage)} images {(trouble.IsWrong ? "with" : "that make no volume:")} {trouble.Found}", trouble.Expected,
                trouble.Remedy));
        }

        findings.AddRange(Repeats.Findings(name));
        return new DicomSeries
        {
            Name = name,
            Uid = Key.Series,
            Number = Number,
            Modality = Modality,
            Description = _description,
            Manufacturer = _manufacturer,
            Instances = [.. _instances.OrderBy(i => i.SopInstanceUid, StringComparer.Ordinal).ThenBy(i => i.Name, StringComparer.Ordinal)],
            Stacks = stacks,
            Findings = findings,
        };
    }
}
