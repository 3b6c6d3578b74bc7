using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>What an image shows.</summary>
public enum ImageKind
{
    /// <summary>A map of the apparent diffusion coefficient that somebody else computed.</summary>
    AdcMap,

    /// <summary>Diffusion-weighted frames with their b-values.</summary>
    DiffusionSeries,

    /// <summary>T1-weighted.</summary>
    T1,

    /// <summary>T1-weighted after contrast.</summary>
    T1Post,

    /// <summary>FLAIR or T2-weighted.</summary>
    Flair,

    /// <summary>Standardised uptake value, g/mL.</summary>
    Suv,

    /// <summary>CT number.</summary>
    Ct,

    /// <summary>Voxels of a region.</summary>
    RegionMask,

    /// <summary>Voxels in which a tumour of the brain can live.</summary>
    BrainMask,

    /// <summary>Anything else that a region was drawn on; to look at only.</summary>
    Other,
}

/// <summary>An image that a case names; its voxels are read when they are needed.</summary>
/// <param name="Kind">What it shows.</param>
/// <param name="Name">File or object, relative to the input.</param>
/// <param name="RegionId">For masks: the region.</param>
/// <param name="Load">Reads the voxels; the token ends it.</param>
/// <exception cref="CaseException">From <paramref name="Load"/>: the image cannot be used.</exception>
public sealed record ImageReference(ImageKind Kind, string Name, string? RegionId, Func<CancellationToken, LoadedImage> Load)
{
    /// <summary>For masks: name of the image whose grid they lie on. Null: that of the visit's ADC map.</summary>
    public string? DrawnOn { get; init; }

    /// <summary>For masks: whether the region was drawn on another image and carried over by a shared frame of reference.</summary>
    public bool IsTransferred { get; init; }

    /// <summary>For masks: what the input says that the region is.</summary>
    public RegionMeaning Meaning { get; init; } = RegionMeaning.Unknown;

    /// <summary>How it was acquired; for masks, how the image was that they were drawn on. Null: as the visit says.</summary>
    public Acquisition? Acquisition { get; init; }

    /// <summary>For maps of a scanner: name of the diffusion series that the map says it was computed from; null where it does not say.</summary>
    public string? ComputedFrom { get; init; }

    /// <summary>For images of DICOM: what objects derived from it say of it. Null for other images.</summary>
    public Func<DicomOrigin?>? Origin { get; init; }
}

/// <summary>Where an image of DICOM stands, for objects that are derived from it.</summary>
/// <param name="Source">The series and its objects.</param>
/// <param name="Study">Patient and study.</param>
public sealed record DicomOrigin(DicomSeriesSource Source, DicomStudyHeader Study);

/// <summary>An image in memory.</summary>
public sealed record LoadedImage
{
    /// <summary>Where the voxels lie.</summary>
    public required Grid Grid { get; init; }

    /// <summary>One array per frame, x fastest.</summary>
    public required IReadOnlyList<float[]> Frames { get; init; }

    /// <summary>Unit of the values; null where it is not known.</summary>
    public Unit? Unit { get; init; }

    /// <summary>b-value of each frame, s/mm²; empty where it is not a diffusion series.</summary>
    public IReadOnlyList<double> BValues { get; init; } = [];

    /// <summary>Direction of the diffusion gradient of each frame; null for a frame without one; empty where none is known.</summary>
    public IReadOnlyList<Vector3?> Gradients { get; init; } = [];

    /// <summary>Standard uncertainty of each voxel from storage (for example the step of a coarse integer map), in the unit; 0 where negligible.</summary>
    public double StorageU { get; init; }

    /// <summary>SHA-256 of the content, hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>For PET: the header of each slice, in the order of the grid; empty for other images.</summary>
    public IReadOnlyList<PetHeader> Pet { get; init; } = [];

    /// <summary>For PET: unit of the administered activity that the user states; null: that of the standard, Bq.</summary>
    public Unit? DoseUnit { get; init; }

    /// <summary>Whether the frames are those the scanner stored (DICOM), so that its own map can be held against them.</summary>
    public bool IsFromScanner { get; init; }

    /// <summary>What was noticed on the way.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>The first frame as a volume.</summary>
    public Volume Volume() => new(Grid, Frames[0], Unit);
}

/// <summary>Why an image or a case cannot be used.</summary>
public sealed class CaseException(Finding finding) : Exception(finding?.ToString())
{
    /// <summary>The place, what was found and expected, and the remedy.</summary>
    public Finding Finding { get; } = finding!;
}
