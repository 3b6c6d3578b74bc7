namespace Etalon.Comparability.Calibration;

/// <summary>A file that a calibration was made from.</summary>
/// <param name="Name">Its own name, without folders.</param>
/// <param name="Role">What it holds: phantom, test-retest.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hexadecimal.</param>
public sealed record CalibrationInput(string Name, string Role, string Sha256);

/// <summary>A signature over the content of a calibration record.</summary>
/// <param name="Algorithm">ecdsa-p256-sha256.</param>
/// <param name="PublicKeySha256">SHA-256 of the public key (SubjectPublicKeyInfo, DER), lower-case hexadecimal.</param>
/// <param name="Value">The signature (IEEE P1363), base 64.</param>
public sealed record CalibrationSignature(string Algorithm, string PublicKeySha256, string Value);

/// <summary>What <c>etalon calibrate</c> writes: the scales of scanner states, how well they repeat, and where it all came from (schema etalon-calibration-1).</summary>
/// <param name="Etalon">Version that made it.</param>
/// <param name="Measurand">Measurand code.</param>
/// <param name="Unit">UCUM unit of offsets.</param>
/// <param name="Phantom">Which phantom.</param>
/// <param name="States">Calibrations.</param>
/// <param name="Precision">Repeatability of each state.</param>
/// <param name="Charts">Drift charts.</param>
/// <param name="SessionSd">Relative standard deviation between sessions.</param>
/// <param name="ReadingSd">Standard deviation of a reading by itself, in <paramref name="Unit"/>.</param>
/// <param name="Inputs">Files.</param>
public sealed record CalibrationRecord(
    string Etalon, string Measurand, string Unit, string Phantom, IReadOnlyList<StateCalibration> States, IReadOnlyList<StatePrecision> Precision,
    IReadOnlyList<DriftChart> Charts, double? SessionSd, double? ReadingSd, IReadOnlyList<CalibrationInput> Inputs)
{
    /// <summary>The signature; null where it is not signed.</summary>
    public CalibrationSignature? Signature { get; init; }

    /// <summary>The calibrations by state and day.</summary>
    public CalibrationSet ToSet() => new(States);
}
