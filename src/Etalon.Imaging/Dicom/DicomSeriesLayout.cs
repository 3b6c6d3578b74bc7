namespace Etalon.Imaging.Dicom;

/// <summary>How the frames of a series lie in a volume, before their pixels are read.</summary>
public sealed record DicomSeriesLayout
{
    /// <summary>Where the voxels lie.</summary>
    public required Grid Grid { get; init; }

    /// <summary>Frames by volume and slice: <c>Volumes[t][k]</c> is slice k of the grid. Volumes are in order of b-value and direction.</summary>
    public required IReadOnlyList<IReadOnlyList<DicomFrame>> Volumes { get; init; }

    /// <summary>b-value of each volume, s/mm²; empty where the series states none.</summary>
    public IReadOnlyList<double> BValues { get; init; } = [];

    /// <summary>FrameOfReferenceUID; null where absent.</summary>
    public string? FrameOfReferenceUid { get; init; }

    /// <summary>Unit that all frames state; null where they state none or several.</summary>
    public string? UnitCode { get; init; }

    /// <summary>Largest step of stored values in real values: the largest modulus of the slopes.</summary>
    public double StorageStep => Volumes.SelectMany(v => v).Max(f => Math.Abs(f.Slope));
}
