namespace Etalon.Imaging.Dicom;

/// <summary>By which rule stored values become real ones.</summary>
public enum ValueRule
{
    /// <summary>The object states no transformation: real values are the stored ones.</summary>
    Stored,

    /// <summary>RescaleSlope and RescaleIntercept (PS3.3 C.11.1 and C.7.6.16.2.9).</summary>
    Rescale,

    /// <summary>A real world value mapping with a unit (PS3.3 C.7.6.16.2.11).</summary>
    RealWorldValueMap,

    /// <summary>
    /// Philips' floating-point values, (stored × RescaleSlope + RescaleIntercept) / (RescaleSlope × scale slope), with the scale slope of the
    /// private element (2005,xx0E): they do not depend on how an image was scaled for display. Chenevert et al., Transl Oncol 7:65–71 (2014).
    /// </summary>
    PhilipsFloatingPoint,

    /// <summary>DoseGridScaling of an RT Dose object (PS3.3 C.8.8.3).</summary>
    DoseGridScaling,
}

/// <summary>What the rules are called.</summary>
public static class ValueRules
{
    /// <summary>The rule in words, for reports and sidecars.</summary>
    public static string Text(this ValueRule rule) => rule switch
    {
        ValueRule.Rescale => "RescaleSlope and RescaleIntercept",
        ValueRule.RealWorldValueMap => "real world value mapping",
        ValueRule.PhilipsFloatingPoint => "Philips floating-point values (private scale slope)",
        ValueRule.DoseGridScaling => "DoseGridScaling",
        _ => "stored values as they are",
    };
}

/// <summary>How the stored values of a frame become real ones.</summary>
/// <param name="Slope">Real value = slope × stored value + intercept; never 0.</param>
/// <param name="Intercept">See <paramref name="Slope"/>.</param>
/// <param name="UnitCode">Unit that the object states (UCUM); null where it states none that is known.</param>
/// <param name="Rule">Where slope and intercept come from.</param>
/// <param name="HasTable">Whether the object maps values through a table that was not applied (Modality LUT, real world value LUT).</param>
public sealed record DicomValueScale(double Slope, double Intercept, string? UnitCode, ValueRule Rule, bool HasTable);
