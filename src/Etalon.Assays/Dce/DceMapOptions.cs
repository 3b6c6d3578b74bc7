namespace Etalon.Assays.Dce;

/// <summary>What <c>etalon map dce</c> fits.</summary>
public enum DceMapModel
{
    /// <summary>Tofts.</summary>
    Tofts,

    /// <summary>Extended Tofts. The default.</summary>
    ExtendedTofts,

    /// <summary>Patlak.</summary>
    Patlak,

    /// <summary>Two compartments, uptake only.</summary>
    Uptake,

    /// <summary>Two compartments that exchange.</summary>
    Exchange,

    /// <summary>Of all of these the one that Akaike's criterion, summed over voxels that enhance, prefers; by how much is told.</summary>
    ByEvidence,

    /// <summary>No model: early enhancement and the ratio of enhancements of three phases.</summary>
    Semiquantitative,
}

/// <summary>Options of <see cref="DceMap"/>.</summary>
public sealed record DceMapOptions
{
    /// <summary>What is fitted.</summary>
    public DceMapModel Model { get; init; } = DceMapModel.ExtendedTofts;

    /// <summary>A published input function; null: measured in the region <see cref="ArteryRegion"/>.</summary>
    public PopulationInputKind? Population { get; init; }

    /// <summary>Name of the region in which the input is measured.</summary>
    public string ArteryRegion { get; init; } = "aif";

    /// <summary>Haematocrit, which turns blood into plasma; null: 0.45, that of the QIBA reference objects.</summary>
    public double? Haematocrit { get; init; }

    /// <summary>r1, 1/(mM·s); null: 4.5, that of gadolinium chelates in blood at 1.5 T.</summary>
    public double? RelaxivityPerMmS { get; init; }

    /// <summary>T1 of tissue before contrast, s; null: mapped from series of several flip angles or inversion times of the same input.</summary>
    public double? T1S { get; init; }

    /// <summary>T1 of blood before contrast, s; null: as tissue where that is stated, else 1.44.</summary>
    public double? BloodT1S { get; init; }

    /// <summary>First and last frame before contrast, from 0; null: found in the images.</summary>
    public (int First, int Last)? Baseline { get; init; }

    /// <summary>Seconds from frame to frame, where the headers state no times or wrong ones; null: as stated.</summary>
    public double? FrameS { get; init; }

    /// <summary>By how much tissue is later than the input, s.</summary>
    public double DelayS { get; init; }

    /// <summary>Whether one delay is looked for, of the mean curve of all voxels that enhance.</summary>
    public bool FitDelay { get; init; }
}
