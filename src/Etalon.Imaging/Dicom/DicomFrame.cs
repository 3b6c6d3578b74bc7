namespace Etalon.Imaging.Dicom;

/// <summary>One frame of an image object, with what it needs to become a slice of a volume. Its pixels stay in the file.</summary>
public sealed record DicomFrame
{
    /// <summary>Name of the object, as <see cref="Etalon.Dicom.DicomFile.Name"/>.</summary>
    public required string Object { get; init; }

    /// <summary>Number of the frame within the object, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Centre of the first voxel, LPS mm (ImagePositionPatient).</summary>
    public required Vector3 Position { get; init; }

    /// <summary>Direction from one column to the next, length 1.</summary>
    public required Vector3 AlongRow { get; init; }

    /// <summary>Direction from one row to the next, length 1.</summary>
    public required Vector3 AlongColumn { get; init; }

    /// <summary>Distance between columns, mm (second value of PixelSpacing).</summary>
    public required double ColumnSpacingMm { get; init; }

    /// <summary>Distance between rows, mm (first value of PixelSpacing).</summary>
    public required double RowSpacingMm { get; init; }

    /// <summary>Distance to the next slice as the header states it (SpacingBetweenSlices, else SliceThickness), mm; used for single slices alone.</summary>
    public double? StatedSliceSpacingMm { get; init; }

    /// <summary>Real value = slope × stored value + intercept.</summary>
    public double Slope { get; init; } = 1;

    /// <summary>See <see cref="Slope"/>.</summary>
    public double Intercept { get; init; }

    /// <summary>Unit of the real values as the object states it (UCUM); null where it states none that is known.</summary>
    public string? UnitCode { get; init; }

    /// <summary>b-value, s/mm²; null where the frame is not diffusion-weighted or does not say.</summary>
    public double? BValue { get; init; }

    /// <summary>Direction of the diffusion gradient; null where there is none.</summary>
    public Vector3? Gradient { get; init; }

    /// <summary>What else tells frames of one place apart, in order: temporal position, echo time, acquisition number, instance number.</summary>
    public IReadOnlyList<double> Order { get; init; } = [];

    /// <summary>Unit normal of the slice.</summary>
    public Vector3 Normal => AlongRow.Cross(AlongColumn).Normalised();
}
