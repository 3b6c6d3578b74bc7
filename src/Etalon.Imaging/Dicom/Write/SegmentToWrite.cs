using Etalon.Dicom;

namespace Etalon.Imaging.Dicom.Write;

/// <summary>How a segment came to be (PS3.3 C.8.20.4.1).</summary>
public enum SegmentAlgorithm
{
    /// <summary>Drawn by a person.</summary>
    Manual,

    /// <summary>Computed with a person's help.</summary>
    Semiautomatic,

    /// <summary>Computed.</summary>
    Automatic,
}

/// <summary>A segment that is to be written.</summary>
public sealed record SegmentToWrite
{
    /// <summary>SegmentLabel; made to fit.</summary>
    public required string Label { get; init; }

    /// <summary>Its voxels.</summary>
    public required Mask Mask { get; init; }

    /// <summary>Category of what it shows (CID 7150).</summary>
    public DicomCode Category { get; init; } = SegmentCodes.Tissue;

    /// <summary>What it shows (CID 7151).</summary>
    public DicomCode Type { get; init; } = SegmentCodes.Tissue;

    /// <summary>How it came to be.</summary>
    public SegmentAlgorithm Algorithm { get; init; } = SegmentAlgorithm.Manual;

    /// <summary>Name of the algorithm, where one made it.</summary>
    public string AlgorithmName { get; init; } = "";

    /// <summary>Names the finding over time, with its UID: both or neither.</summary>
    public string? TrackingId { get; init; }

    /// <summary>See <see cref="TrackingId"/>.</summary>
    public string? TrackingUid { get; init; }

    /// <summary>The segment itself, if what it says is complete.</summary>
    internal SegmentToWrite Checked() => (TrackingId is null) == (TrackingUid is null) && (Algorithm == SegmentAlgorithm.Manual || AlgorithmName.Length > 0) && Label.Trim().Length > 0
        ? this
        : throw new ArgumentException($"Segment '{Label}' needs a label, tracking identifier and UID together, and a name of the algorithm where it is not manual.");
}

/// <summary>Codes of what segments show, from SNOMED CT and DICOM (PS3.16 CID 7150, 7151, 7159).</summary>
public static class SegmentCodes
{
    /// <summary>Category of lesions.</summary>
    public static DicomCode AbnormalStructure { get; } = new("49755003", "SCT", "Morphologically Abnormal Structure");

    /// <summary>Category of organs.</summary>
    public static DicomCode AnatomicalStructure { get; } = new("123037004", "SCT", "Anatomical Structure");

    /// <summary>Category of tissue that is not named further.</summary>
    public static DicomCode Tissue { get; } = new("85756007", "SCT", "Tissue");

    /// <summary>Category of areas defined by position.</summary>
    public static DicomCode Spatial { get; } = new("309825002", "SCT", "Spatial and Relational Concept");

    /// <summary>Tumour.</summary>
    public static DicomCode Neoplasm { get; } = new("108369006", "SCT", "Neoplasm");

    /// <summary>Tumour that takes up contrast agent.</summary>
    public static DicomCode EnhancingLesion { get; } = new("C113842", "NCIt", "Enhancing Lesion");

    /// <summary>Swelling.</summary>
    public static DicomCode Edema { get; } = new("79654002", "SCT", "Edema");

    /// <summary>Dead tissue.</summary>
    public static DicomCode Necrosis { get; } = new("6574001", "SCT", "Necrosis");

    /// <summary>Brain.</summary>
    public static DicomCode Brain { get; } = new("12738006", "SCT", "Brain");

    /// <summary>Head.</summary>
    public static DicomCode Head { get; } = new("69536005", "SCT", "Head");

    /// <summary>Organ that is not named further.</summary>
    public static DicomCode Organ { get; } = new("113343008", "SCT", "Organ");

    /// <summary>What lies around, and is of no segment.</summary>
    public static DicomCode Background { get; } = new("125040", "DCM", "Background");

    /// <summary>An area that serves as a reference, such as a vial of a phantom.</summary>
    public static DicomCode ReferenceRegion { get; } = new("C94970", "NCIt", "Reference Region");
}
