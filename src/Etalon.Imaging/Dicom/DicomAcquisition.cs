using System.Globalization;
using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Reads how an image was acquired from the header of one of its objects.</summary>
public static class DicomAcquisition
{
    private const int MostValues = 256;

    /// <summary>Reads the whole record.</summary>
    /// <param name="file">Any object of the volume.</param>
    /// <param name="id">Unique within the case.</param>
    /// <param name="bValues">b-value of each volume of the series, s/mm²; empty where they are not known: then that of the frame.</param>
    /// <param name="frame">Number of the frame within the object, from 0.</param>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public static Acquisition Read(DicomFile file, string id, IReadOnlyList<double> bValues, int frame = 0)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(bValues);
        var data = file.Dataset;
        var shared = data.GetSequence(Tags.SharedFunctionalGroupsSequence) is [var s, ..] ? s : DicomDataset.Empty;
        var frames = data.GetSequence(Tags.PerFrameFunctionalGroupsSequence);
        var groups = new FrameGroups(data, shared, frame < frames.Count ? frames[frame] : DicomDataset.Empty);
        var modality = data.GetString(Tags.Modality);
        var reader = new AttributeReader(groups);
        var record = AttributeTable.All.Where(d => d.IsOf(modality)).Select(reader.Read).ToList();
        OverFrames(record, data, shared, frames, frame);
        if (AttributeTable.Find("DiffusionBValue")!.IsOf(modality))
        {
            DerivedMr.Complete(record, file, groups, bValues);
        }

        if (modality == "PT")
        {
            DerivedPet.Complete(record);
        }

        return new Acquisition(id, record);
    }

    /// <summary>Attributes in which frames of one echo may differ become the set of what they say, that of the frame asked for first.</summary>
    private static void OverFrames(List<AcquisitionAttribute> record, DicomDataset data, DicomDataset shared, IReadOnlyList<DicomDataset> frames, int frame)
    {
        if (frame >= frames.Count || frames.Count < 2)
        {
            return;
        }

        static double? Echo(DicomDataset f) => f.GetSequence(Tags.MrEchoSequence) is [var echo, ..] ? echo.GetDouble(Tags.EffectiveEchoTime) : null;
        var te = Echo(frames[frame]);
        var alike = frames.Where(f => Echo(f) == te).Select(f => new AttributeReader(new FrameGroups(data, shared, f))).ToList();
        foreach (var stated in record.FindAll(a => a.State == AttributeState.Present && AttributeTable.Find(a.Name) is { IsOfFrames: true }))
        {
            var definition = AttributeTable.Find(stated.Name)!;
            var all = alike.Select(r => r.Read(definition)).Where(a => a.State == AttributeState.Present).Prepend(stated).DistinctBy(a => a.Value, StringComparer.Ordinal).Take(MostValues).ToList();
            if (all.Count > 1)
            {
                Set(record, stated with { Value = string.Join(stated.Numbers.Count > 0 ? ' ' : '\\', all.Select(a => a.Value)), Numbers = [.. all.SelectMany(a => a.Numbers)] });
            }
        }
    }

    /// <summary>Puts an attribute in the place of the one of its name.</summary>
    internal static void Set(List<AcquisitionAttribute> record, AcquisitionAttribute attribute)
    {
        var at = record.FindIndex(a => a.Name == attribute.Name);
        if (at >= 0)
        {
            record[at] = attribute;
        }
    }

    /// <summary>A derived number of the table.</summary>
    internal static AcquisitionAttribute Derived(string name, IReadOnlyList<double> numbers, string how) => new(name, string.Join(" ", numbers.Select(AttributeReader.Text)), AttributeState.Derived)
    {
        Numbers = numbers, Unit = AttributeTable.Find(name)?.Unit, How = how,
    };

    /// <summary>b-values of a record: the set, in order.</summary>
    internal static AcquisitionAttribute BValues(IReadOnlyList<double> bValues)
    {
        var distinct = bValues.Distinct().ToList();
        return distinct.Count == 0
            ? AcquisitionAttribute.Absent("DiffusionBValue")
            : new AcquisitionAttribute("DiffusionBValue", string.Join(" ", distinct.Select(b => b.ToString("0.###", CultureInfo.InvariantCulture))), AttributeState.Present) { Numbers = distinct, Unit = "s/mm2" };
    }
}
