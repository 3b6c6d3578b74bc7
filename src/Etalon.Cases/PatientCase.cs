using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>One visit: the images of one day under one scanner state.</summary>
public sealed record Visit
{
    /// <summary>Short, unique, stable: <c>1</c>, <c>2</c>, … or the BIDS session label.</summary>
    public required string Id { get; init; }

    /// <summary>When it was scanned.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The day of the scan where it was made.</summary>
    public DateOnly Day => DateOnly.FromDateTime(Time.DateTime);

    /// <summary>All images of the visit.</summary>
    public required IReadOnlyList<ImageReference> Images { get; init; }

    /// <summary>How its quantitative images were acquired.</summary>
    public required Acquisition Acquisition { get; init; }

    /// <summary>The first image of a kind, or null.</summary>
    public ImageReference? Image(ImageKind kind) => Images.FirstOrDefault(i => i.Kind == kind);
}

/// <summary>What cell density 0 and 1 mean in a map of ADC: N = (free − ADC) / (free − capacity).</summary>
/// <param name="FreeWaterMm2PerS">ADC where there is no cell, mm²/s.</param>
/// <param name="CapacityMm2PerS">ADC at capacity, mm²/s.</param>
/// <param name="Source">Who says so.</param>
public sealed record DensityReference(double FreeWaterMm2PerS, double CapacityMm2PerS, string Source);

/// <summary>One scan of a phantom with the reference value of each vial.</summary>
/// <param name="Visit">Its images; masks are the vials.</param>
/// <param name="Reference">Reference ADC of each vial, mm²/s, with its standard uncertainty.</param>
public sealed record PhantomScan(Visit Visit, IReadOnlyDictionary<string, (double Mm2PerS, double U)> Reference);

/// <summary>Two scans of the same person between which nothing changed.</summary>
/// <param name="Subject">Pseudonym.</param>
/// <param name="First">The first scan.</param>
/// <param name="Second">The second scan.</param>
public sealed record TestRetestPair(string Subject, Visit First, Visit Second);

/// <summary>The truth of a virtual patient.</summary>
/// <param name="ByVisit">For each visit its true values by measurand.</param>
/// <param name="Parameters">True parameters of the growth model by name.</param>
public sealed record CaseTruth(
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> ByVisit, IReadOnlyDictionary<string, double> Parameters);

/// <summary>One patient as read: visits in order of time, treatment, and what was noticed.</summary>
public sealed record PatientCase
{
    /// <summary>A pseudonym, or the identifier where the user asked for it.</summary>
    public required string Subject { get; init; }

    /// <summary>The pseudonym where <see cref="Subject"/> shows an identifier that the user asked for; null where that is the pseudonym itself.</summary>
    public string? Pseudonym { get; init; }

    /// <summary>Where it came from: <c>bids</c>, <c>patient-file</c> or <c>dicom</c>.</summary>
    public required string Layout { get; init; }

    /// <summary>In order of time, no two at one instant.</summary>
    public required IReadOnlyList<Visit> Visits { get; init; }

    /// <summary>Images that belong to all visits (anatomy, brain mask).</summary>
    public IReadOnlyList<ImageReference> Shared { get; init; } = [];

    /// <summary>What was given.</summary>
    public TreatmentGiven Treatment { get; init; } = TreatmentGiven.None;

    /// <summary>How density follows from ADC; null where nobody says.</summary>
    public DensityReference? Density { get; init; }

    /// <summary>Phantom scans of the scanner states.</summary>
    public IReadOnlyList<PhantomScan> Phantoms { get; init; } = [];

    /// <summary>Test-retest scans.</summary>
    public IReadOnlyList<TestRetestPair> TestRetest { get; init; } = [];

    /// <summary>Known truth, for virtual patients.</summary>
    public CaseTruth? Truth { get; init; }

    /// <summary>Whether all images of all visits lie in one frame, so that no registration is needed.</summary>
    public bool IsRegistered { get; init; }

    /// <summary>What was noticed while reading.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>What was assumed.</summary>
    public IReadOnlyList<Assumption> Assumptions { get; init; } = [];

    /// <summary>Days from the first visit to an instant, fractional.</summary>
    public double DayOf(DateTimeOffset time) => (time - Visits[0].Time).Ticks / (double)TimeSpan.TicksPerDay;
}
