using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Assays.Maps;

/// <summary>A series, from DICOM or BIDS alike: one grid, one kind, one or more volumes. Voxels are read when they are asked for.</summary>
public sealed record MapSeries
{
    private readonly Func<string>? _hash;
    private readonly string? _sha256;

    /// <summary>For people and findings: <c>series 5 (MR)</c>, or the file relative to the input. Holds no identifier.</summary>
    public required string Name { get; init; }

    /// <summary>Where the voxels lie.</summary>
    public required Grid Grid { get; init; }

    /// <summary>Volumes, at least one. Their order is that of the stack (DICOM) or of the file.</summary>
    public required IReadOnlyList<MapFrame> Frames { get; init; }

    /// <summary>MR, PT, CT ...; empty where not stated.</summary>
    public string Modality { get; init; } = "";

    /// <summary>Which map it is (<c>ADC</c>, <c>FA</c>, <c>T1</c> ...); empty for source images.</summary>
    public string Content { get; init; } = "";

    /// <summary>Part of the complex signal.</summary>
    public ImageComponent Component { get; init; } = ImageComponent.Magnitude;

    /// <summary>How it was acquired.</summary>
    public required Acquisition Acquisition { get; init; }

    /// <summary>Unit of the values; null where none is stated.</summary>
    public Unit? Unit { get; init; }

    /// <summary>Standard uncertainty of a voxel from the step of its storage, in the unit of the values; 0 where negligible.</summary>
    public double StorageU { get; init; }

    /// <summary>For PET: header of each slice, in the order of the grid, for each volume in turn; empty for other images.</summary>
    public IReadOnlyList<PetHeader> Pet { get; init; } = [];

    /// <summary>SHA-256 of the content, hexadecimal; empty where neither it nor <see cref="Hash"/> was given.</summary>
    public string Sha256
    {
        get => _sha256 ?? _hash?.Invoke() ?? "";
        init => _sha256 = value;
    }

    /// <summary>Gives <see cref="Sha256"/> where it is known only when the voxels are read.</summary>
    public Func<string> Hash
    {
        init => _hash = value;
    }

    /// <summary>The objects it was read from, for DICOM that is derived from it; null for other input.</summary>
    public DicomStack? Stack { get; init; }
}
