using Etalon.Assays.Suv;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Metrology;

namespace Etalon.Assays;

/// <summary>A region of a visit with where it came from.</summary>
/// <param name="Id">Stable over visits.</param>
/// <param name="Mask">Its voxels.</param>
/// <param name="Source">File or object.</param>
/// <param name="Sha256">Of its content.</param>
public sealed record VisitRegion(string Id, Mask Mask, string Source, string Sha256)
{
    /// <summary>For people.</summary>
    public string Name { get; init; } = Id;

    /// <summary>Drawn by somebody, or the whole of what can be seen.</summary>
    public RegionKind Kind { get; init; } = RegionKind.Mask;

    /// <summary>Name of the image it was drawn on; null: the visit's ADC map.</summary>
    public string? DrawnOn { get; init; }

    /// <summary>What the input says that it is.</summary>
    public RegionMeaning Meaning { get; init; } = RegionMeaning.Unknown;

    /// <summary>Whether it was drawn on another image; then its volume is measured there.</summary>
    public bool IsTransferred { get; init; }

    /// <summary>How it was brought to the image it is measured on, where a registration did that; else null.</summary>
    public RegionPlacement? Placement { get; init; }
}

/// <summary>A region brought to another image by registration.</summary>
/// <param name="Drawn">As it was drawn.</param>
/// <param name="Registration">From the image it was drawn on to the one it is measured on, with its errors.</param>
public sealed record RegionPlacement(Mask Drawn, IRegistrationUncertainty Registration);

/// <summary>The images of one visit in memory, ready to be measured.</summary>
public sealed record VisitImages
{
    /// <summary>The visit.</summary>
    public required Visit Visit { get; init; }

    /// <summary>ADC in mm²/s with its uncertainty; null where there is none.</summary>
    public ParametricMap? Adc { get; init; }

    /// <summary>Method of the ADC map, e.g. <c>adc.rician-least-squares/1</c> or <c>adc.given/1</c>.</summary>
    public string AdcMethod { get; init; } = "adc.given/1";

    /// <summary>Name and SHA-256 of what the ADC came from.</summary>
    public (string Name, string Sha256) AdcInput { get; init; }

    /// <summary>Body-weight SUV; null where there is none.</summary>
    public SuvMap? Suv { get; init; }

    /// <summary>The scanner's own ADC map held against ours; null where there is none.</summary>
    public VendorMapComparison? Vendor { get; init; }

    /// <summary>Regions, tumour regions first as the case names them.</summary>
    public IReadOnlyList<VisitRegion> Regions { get; init; } = [];

    /// <summary>Anatomy to look at: T1, FLAIR, CT, …; null where there is none.</summary>
    public Volume? Anatomy { get; init; }

    /// <summary>What the anatomy is.</summary>
    public string AnatomyName { get; init; } = "";

    /// <summary>Brain of this visit, where the case gives one.</summary>
    public Mask? Brain { get; init; }
}
