namespace Etalon.Comparability.Calibration;

/// <summary>One vial of a phantom, read once.</summary>
/// <param name="Station">Device: a serial number or the station's name.</param>
/// <param name="Software">Its software version.</param>
/// <param name="Date">Day of the session.</param>
/// <param name="Vial">Which vial.</param>
/// <param name="Reference">Reference value at the phantom's temperature, in the unit of the calibration.</param>
/// <param name="ReferenceU">Its standard uncertainty, at least 0.</param>
/// <param name="Reading">What the scanner read, in the same unit.</param>
public sealed record PhantomReading(string Station, string Software, DateOnly Date, string Vial, double Reference, double ReferenceU, double Reading)
{
    /// <summary>Key of the scanner state: station and software.</summary>
    public string State => TableState.Key(Station, Software)!;
}
