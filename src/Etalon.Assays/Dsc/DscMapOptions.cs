namespace Etalon.Assays.Dsc;

/// <summary>How flow is found where there is an artery.</summary>
public enum FlowMethod
{
    /// <summary><see cref="TransitTimeModel"/>: its form of the residue function is fitted. The default.</summary>
    TransitTimes,

    /// <summary><see cref="ArterialDeconvolution"/>: oSVD, with what its filter does undone.</summary>
    OscillationIndex,
}

/// <summary>How <see cref="DscMap"/> measures.</summary>
public sealed record DscMapOptions
{
    /// <summary>Name of the series; null: the T2*-weighted one with the most volumes.</summary>
    public string? Series { get; init; }

    /// <summary>Time between volumes, s; null: from the times of the volumes, else the repetition time.</summary>
    public double? FrameS { get; init; }

    /// <summary>Echo time, s; null: as the volumes state.</summary>
    public double? EchoTimeS { get; init; }

    /// <summary>Names of masks, any case, that hold arterial voxels; the first that is there counts.</summary>
    public IReadOnlyList<string> ArteryMasks { get; init; } = ["aif", "artery"];

    /// <summary>Names of masks of tissue that does not enhance; where there is none, the rule of <see cref="ReferenceTissue"/> counts.</summary>
    public IReadOnlyList<string> ReferenceMasks { get; init; } = ["non-enhancing", "nonenhancing"];

    /// <summary>Names of masks whose mean rCBV is 1; where there is none, rCBV is relative to the mean of tissue that does not enhance.</summary>
    public IReadOnlyList<string> NormalMasks { get; init; } = ["nawm", "normal-appearing-white-matter", "normal-white-matter"];

    /// <summary>Names of masks of the brain; where there is none, the head in view.</summary>
    public IReadOnlyList<string> BrainMasks { get; init; } = ["brain"];

    /// <summary>How leakage is corrected.</summary>
    public LeakageOptions Leakage { get; init; } = new();

    /// <summary>How flow is found.</summary>
    public FlowMethod Flow { get; init; } = FlowMethod.TransitTimes;

    /// <summary>Whether a map of standardised rCBV is made too; see <see cref="RcbvStandard"/>.</summary>
    public bool Standardises { get; init; }

    /// <summary>Landmarks of the standard.</summary>
    public RcbvStandard Standard { get; init; } = new();

    /// <summary>Haematocrit of large vessels (Calamante et al., J Cereb Blood Flow Metab 19:701–735, 1999).</summary>
    public double HaematocritLarge { get; init; } = 0.45;

    /// <summary>Haematocrit of capillaries (Calamante et al. 1999).</summary>
    public double HaematocritSmall { get; init; } = 0.25;
}
