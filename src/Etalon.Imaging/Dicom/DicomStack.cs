using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>One volume of a stack, and what sets it apart from the others.</summary>
public sealed record DicomVolume
{
    /// <summary>Slices in the order of the grid.</summary>
    public required IReadOnlyList<DicomFrame> Slices { get; init; }

    /// <summary>b-value, s/mm²; null where none is stated or slices differ.</summary>
    public double? BValue { get; init; }

    /// <summary>Direction of the diffusion gradient, patient axes; null where none is stated or slices differ.</summary>
    public Vector3? Gradient { get; init; }

    /// <summary>Temporal position that all slices state; else null.</summary>
    public int? TemporalPosition { get; init; }

    /// <summary>When its first slice was acquired, local to the scanner; null where not stated.</summary>
    public DateTime? AcquiredAt { get; init; }

    /// <summary>Trigger time of its first slice, ms; null where not stated.</summary>
    public double? TriggerTimeMs { get; init; }
}

/// <summary>
/// Volumes of one series that share a grid and a kind: the b-values and directions of a diffusion series, the time points of a dynamic one.
/// Echoes, parts of a complex signal, maps and orientations are stacks of their own.
/// </summary>
public sealed record DicomStack
{
    /// <summary>The series, and what sets the stack apart from the others of it: <c>series 5 (MR), phase, echo 4.92 ms</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How the frames lie; null where they are no volume, and then <see cref="Findings"/> say why.</summary>
    public required DicomSeriesLayout? Layout { get; init; }

    /// <summary>Volumes in the order of the layout; empty without one.</summary>
    public IReadOnlyList<DicomVolume> Volumes { get; init; } = [];

    /// <summary>All frames, also those of a stack without layout.</summary>
    public required IReadOnlyList<DicomFrame> Frames { get; init; }

    /// <summary>Voxels along a row.</summary>
    public required int Columns { get; init; }

    /// <summary>Voxels along a column.</summary>
    public required int Rows { get; init; }

    /// <summary>Where the voxels lie; null where the frames are no volume.</summary>
    public Grid? Grid => Layout?.Grid;

    /// <summary>Part of the complex signal.</summary>
    public ImageComponent Component => Frames[0].Component;

    /// <summary>Which map this is, e.g. <c>ADC</c>; empty for source images.</summary>
    public string Content => Frames[0].Content;

    /// <summary>Echo time of all frames, ms; null where not stated.</summary>
    public double? EchoTimeMs => Frames[0].EchoTimeMs;

    /// <summary>What its frames say of DiffusionDirectionality, each term once in the order of the volumes; empty where none says anything.</summary>
    public IReadOnlyList<string> Directionality => [.. Volumes.SelectMany(v => v.Slices).Select(f => f.Directionality).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>FrameOfReferenceUID; null where absent.</summary>
    public string? FrameOfReferenceUid { get; init; }

    /// <summary>PatientPosition, e.g. <c>HFS</c>; null where absent.</summary>
    public string? PatientPosition { get; init; }

    /// <summary>By which rule values were found; null where frames differ.</summary>
    public ValueRule? Rule { get; init; }

    /// <summary>Unit that all frames state (UCUM); null where they state none or several.</summary>
    public string? UnitCode { get; init; }

    /// <summary>Whether all frames have one slope and one intercept.</summary>
    public bool HasOneScale { get; init; }

    /// <summary>Angle between the direction of the stack and the normal of its slices, degrees; above 0.6 the gantry was tilted.</summary>
    public double TiltDegrees { get; init; }

    /// <summary>What is wrong with it, or peculiar.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}
