using Etalon.Dicom;

namespace Etalon.Imaging.Dicom;

/// <summary>One frame of an image object, with what it needs to become a slice of a volume. Its pixels stay in the file.</summary>
public sealed record DicomFrame
{
    /// <summary>Name of the object, as <see cref="DicomFile.Name"/>.</summary>
    public required string Object { get; init; }

    /// <summary>Number of the frame within the object, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Where the pixels of the object stand, when they are plain ones in a file of their own; else null, and the object is read again.</summary>
    public DicomPixelPlace? Pixels { get; init; }

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

    /// <summary>DiffusionDirectionality (NONE, DIRECTIONAL, ISOTROPIC, BMATRIX); null where not stated.</summary>
    public string? Directionality { get; init; }

    /// <summary>Whether the frame says that it is weighted alike in all directions, so that it has no direction.</summary>
    public bool IsTrace { get; init; }

    /// <summary>Whether a direction is stated along frequency, phase and slice, and not which of the first two runs along a row.</summary>
    public bool HasUnplacedDirection { get; init; }

    /// <summary>By which rule <see cref="Slope"/> and <see cref="Intercept"/> were found.</summary>
    public ValueRule Rule { get; init; }

    /// <summary>Whether the object maps values through a table that was not applied: its real values are not known.</summary>
    public bool HasTable { get; init; }

    /// <summary>Part of the complex signal.</summary>
    public ImageComponent Component { get; init; }

    /// <summary>Which map this is by ImageType or FrameType, e.g. <c>ADC</c> or <c>LOCALIZER</c>; empty for a source image.</summary>
    public string Content { get; init; } = "";

    /// <summary>Whether that map shows a quantity, which needs a unit.</summary>
    public bool IsQuantity => FrameKind.IsQuantity(Content);

    /// <summary>Echo time, ms; null where not stated.</summary>
    public double? EchoTimeMs { get; init; }

    /// <summary>TemporalPositionIndex or TemporalPositionIdentifier; null where not stated.</summary>
    public int? TemporalPosition { get; init; }

    /// <summary>When the frame was acquired, local to the scanner; null where not stated.</summary>
    public DateTime? AcquiredAt { get; init; }

    /// <summary>TriggerTime, ms; null where not stated.</summary>
    public double? TriggerTimeMs { get; init; }

    /// <summary>StackID of enhanced objects; null where not stated.</summary>
    public string? StackId { get; init; }

    /// <summary>Where the frame stands in a mosaic, from 0, by rows.</summary>
    public int Tile { get; init; }

    /// <summary>Tiles of a mosaic beside each other; 0: the frame is no part of a mosaic.</summary>
    public int TilesAcross { get; init; }

    /// <summary>What was assumed of its place in a mosaic.</summary>
    public MosaicAssumption Assumed { get; init; }

    /// <summary>What else tells frames of one place apart, in order: temporal position, echo time, acquisition number, time, trigger time, instance number.</summary>
    public IReadOnlyList<double> Order { get; init; } = [];

    /// <summary>Unit normal of the slice.</summary>
    public Vector3 Normal => AlongRow.Cross(AlongColumn).Normalised();
}
