namespace Etalon.Assays.Suv;

/// <summary>What turns the real values of a PET series into SUV.</summary>
public sealed record SuvFactor
{
    /// <summary>Which SUV.</summary>
    public SuvKind Kind { get; init; }

    /// <summary>Factor of each slice, in the order of the headers.</summary>
    public required IReadOnlyList<double> Factors { get; init; }

    /// <summary>How it follows from the header, for the report.</summary>
    public required string Rule { get; init; }

    /// <summary>The rule in a word: <c>stored-suv</c>, <c>philips-suv-scale</c>, <c>injection</c>, <c>mean-activity</c>, <c>decay-correction-datetime</c>, <c>series-time</c>, <c>ge-scan-start</c>, <c>frame-reference-time</c>, <c>earliest-acquisition</c>.</summary>
    public string RuleName { get; init; } = "";

    /// <summary>What had to be assumed, as sentences; empty where all was stated.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>Decay constant of the radionuclide, 1/s, where the factor rests on clocks; 0 elsewhere.</summary>
    public double DecayPerS { get; init; }

    /// <summary>Whether the factor rests on the height of the patient.</summary>
    public bool UsesHeight { get; init; }

    /// <summary>Relative standard uncertainty from a formula of the body that had to be chosen (PatientSex O); 0 elsewhere.</summary>
    public double BodyRelativeU { get; init; }
}

/// <summary>What else is known of a series when its SUV is sought.</summary>
public sealed record SuvEvidence
{
    /// <summary>Activity that the image itself holds, Bq, where its units are Bq/mL; null where not known. It refutes a dose in the wrong unit.</summary>
    public double? HeldBq { get; init; }

    /// <summary>UCUM unit of the dose that the user states against the standard's Bq; null where they do not.</summary>
    public Etalon.Metrology.Unit? DoseUnit { get; init; }

    /// <summary>Whether a dose that the image refutes in Bq and bears out in MBq, the unit of the standard's other modules, is read in MBq, with a word; else it is refused.</summary>
    public bool TakesMegabecquerels { get; init; }

    /// <summary>Whether the series has several time frames, so that the injection may lie within it.</summary>
    public bool IsDynamic { get; init; }
}
