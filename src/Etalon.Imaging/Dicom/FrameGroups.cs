using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>Where an attribute of a frame can stand: its own functional group, the shared one, or the top level of the object.</summary>
internal sealed class FrameGroups(DicomDataset top, DicomDataset shared, DicomDataset own)
{
    /// <summary>The object itself.</summary>
    public DicomDataset Top { get; } = top;

    /// <summary>Items of a functional group, the frame's own before the shared ones; else of the top level.</summary>
    public IReadOnlyList<DicomDataset> Sequence(DicomTag sequence)
    {
        var items = own.GetSequence(sequence);
        items = items.Count > 0 ? items : shared.GetSequence(sequence);
        return items.Count > 0 ? items : Top.GetSequence(sequence);
    }

    /// <summary>Numbers of an attribute in a functional group, else at the top level; null where absent.</summary>
    public IReadOnlyList<double>? Numbers(DicomTag sequence, DicomTag tag) =>
        Sequence(sequence) is [var item, ..] && item.GetDoubles(tag) is { } found ? found : Top.GetDoubles(tag);

    /// <summary>The first number.</summary>
    public double? Number(DicomTag sequence, DicomTag tag) => Numbers(sequence, tag) is [var first, ..] ? first : null;

    /// <summary>An attribute as text.</summary>
    public string? Text(DicomTag sequence, DicomTag tag) =>
        Sequence(sequence) is [var item, ..] && item.GetString(tag) is { } found ? found : Top.GetString(tag);

    /// <summary>
    /// A private element of the frame, the shared group or the object. Where de-identification took the creator away and left the element, it is
    /// read at its usual place in objects of its manufacturer.
    /// </summary>
    public DicomElement? Private(ushort group, string creator, byte element, string manufacturer)
    {
        foreach (var place in new[] { own, shared, Top })
        {
            if (place.TryGetPrivate(group, creator, element, out var found))
            {
                return found;
            }
        }

        var isTheirs = Top.GetString(Tags.Manufacturer)?.StartsWith(manufacturer, StringComparison.OrdinalIgnoreCase) == true;
        return isTheirs && !Top.Contains(new DicomTag(group, 0x0010)) && Top.TryGet(new DicomTag(group, (ushort)(0x1000 | element)), out var bare) ? bare : null;
    }
}
