namespace Etalon.Comparability.Calibration;

/// <summary>Settings of a calibration from phantom sessions.</summary>
public sealed record CalibrationOptions
{
    /// <summary>Measurand code.</summary>
    public string Measurand { get; init; } = "adc";

    /// <summary>UCUM unit of references and readings.</summary>
    public string Unit { get; init; } = "1e-3.mm2/s";

    /// <summary>Which phantom: its reference values are one shared error of all states that were read on it.</summary>
    public string Phantom { get; init; } = "phantom";

    /// <summary>SHA-256 of each input.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>
    /// Relative standard deviation between sessions, taken where no state has two: short-term coefficient of variation of MR biomarkers of 2.40 %
    /// (NeuroImage 260:119488).
    /// </summary>
    public double SessionSdIfUnknown { get; init; } = 0.024;

    /// <summary>
    /// Standard uncertainty of an offset that a single reference value does not show, relative to that value. The default is 2 %, an
    /// assumption.
    /// </summary>
    public double OffsetUIfUnknown { get; init; } = 0.02;

    /// <summary>Probability with which a state whose readings scatter as all others' is taken to scatter more.</summary>
    public double ScatterRisk { get; init; } = 0.01;
}
