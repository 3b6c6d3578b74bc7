using Etalon.Dicom;

namespace Etalon.Imaging.Dicom.Write;

/// <summary>A reference to an image object, or to some of its frames.</summary>
/// <param name="SopClassUid">SOPClassUID.</param>
/// <param name="SopInstanceUid">SOPInstanceUID.</param>
/// <param name="Frames">Frame numbers from 1; empty for all of the object.</param>
public sealed record DicomInstanceReference(string SopClassUid, string SopInstanceUid, IReadOnlyList<int> Frames)
{
    /// <summary>All of an object.</summary>
    public DicomInstanceReference(string sopClassUid, string sopInstanceUid)
        : this(sopClassUid, sopInstanceUid, [])
    {
    }

    internal DicomDatasetBuilder ToItem()
    {
        var item = new DicomDatasetBuilder().Set(Tags.ReferencedSopClassUid, SopClassUid).Set(Tags.ReferencedSopInstanceUid, SopInstanceUid);
        return Frames.Count == 0 ? item : item.Set(Tags.ReferencedFrameNumber, [.. Frames.Select(f => (double)f)]);
    }
}

/// <summary>The series that an object was derived from, as references of written objects need it.</summary>
public sealed record DicomSeriesSource
{
    /// <summary>StudyInstanceUID of the series.</summary>
    public required string StudyUid { get; init; }

    /// <summary>SeriesInstanceUID.</summary>
    public required string SeriesUid { get; init; }

    /// <summary>Modality, such as <c>MR</c>.</summary>
    public string Modality { get; init; } = "";

    /// <summary>FrameOfReferenceUID; null where the series states none.</summary>
    public string? FrameOfReferenceUid { get; init; }

    /// <summary>All objects of the series, without frames, each once.</summary>
    public required IReadOnlyList<DicomInstanceReference> Instances { get; init; }

    /// <summary>For each slice of <see cref="Grid"/> the objects, or frames of objects, that lie there.</summary>
    public IReadOnlyList<IReadOnlyList<DicomInstanceReference>> BySlice { get; init; } = [];

    /// <summary>Where <see cref="BySlice"/> counts its slices; null where it is empty.</summary>
    public Grid? Grid { get; init; }

    /// <summary>References of a layout: which objects, and which of their frames, make each slice.</summary>
    /// <param name="images">All objects of the series.</param>
    /// <param name="layout">How their frames lie.</param>
    /// <param name="studyUid">StudyInstanceUID.</param>
    /// <param name="modality">Modality.</param>
    public static DicomSeriesSource Of(IReadOnlyList<DicomImage> images, DicomSeriesLayout layout, string studyUid, string modality)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(layout);
        var valid = images.Where(i => DicomUid.IsValid(i.SopClassUid) && DicomUid.IsValid(i.SopInstanceUid)).ToList();
        var byName = valid.DistinctBy(i => i.Name, StringComparer.Ordinal).ToDictionary(i => i.Name, StringComparer.Ordinal);
        IReadOnlyList<DicomInstanceReference> Slice(int k) => [.. layout.Volumes.Select(v => v[k]).Where(f => byName.ContainsKey(f.Object))
            .GroupBy(f => byName[f.Object]).OrderBy(g => g.Key.SopInstanceUid, StringComparer.Ordinal)
            .Select(g => new DicomInstanceReference(g.Key.SopClassUid, g.Key.SopInstanceUid, g.Key.Frames.Any(f => f.Index > 0) ? [.. g.Select(f => f.Index + 1).Distinct().Order()] : []))];
        return new DicomSeriesSource
        {
            StudyUid = studyUid,
            SeriesUid = images[0].SeriesUid,
            Modality = modality,
            FrameOfReferenceUid = DicomUid.IsValid(layout.FrameOfReferenceUid) ? layout.FrameOfReferenceUid : null,
            Instances = [.. valid.DistinctBy(i => i.SopInstanceUid, StringComparer.Ordinal).OrderBy(i => i.SopInstanceUid, StringComparer.Ordinal).Select(i => new DicomInstanceReference(i.SopClassUid, i.SopInstanceUid))],
            BySlice = [.. Enumerable.Range(0, layout.Grid.Nz).Select(Slice)],
            Grid = layout.Grid,
        };
    }

    /// <summary>Objects at the place of slice k of a grid: none where the grid's slices are not those of this series.</summary>
    public IReadOnlyList<DicomInstanceReference> At(Grid grid, int k)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (Grid is null)
        {
            return [];
        }

        var place = Grid.ToIndex(grid.ToPatient(0, 0, k));
        var slice = (int)Math.Round(place.Z);
        // A twentieth of a slice: beyond that it is another place, and no source of this frame.
        return slice >= 0 && slice < BySlice.Count && Math.Abs(place.Z - slice) < 0.05 && Grid.ToIndex(grid.ToPatient(grid.Nx - 1, grid.Ny - 1, k)).Z is var far && Math.Abs(far - slice) < 0.05
            ? BySlice[slice] : [];
    }

    internal DicomDatasetBuilder ToSeriesItem() => new DicomDatasetBuilder()
        .Set(Tags.SeriesInstanceUid, SeriesUid)
        .SetSequence(new DicomTag(0x0008, 0x114A), Instances.Select(i => i.ToItem()));
}
