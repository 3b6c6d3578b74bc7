namespace Etalon.Phantoms.Changes;

/// <summary>What a virtual study of changes is like; the defaults are those of a study of ADC over several scanners.</summary>
public sealed record VirtualChangeOptions
{
    /// <summary>Scanners; each is upgraded once, so it has two states.</summary>
    public int Scanners { get; init; } = 6;

    /// <summary>Scanners of those, the last ones, that nobody scanned a phantom on.</summary>
    public int Uncalibrated { get; init; } = 1;

    /// <summary>Patients, with two visits each.</summary>
    public int Patients { get; init; } = 3000;

    /// <summary>Share of patients whose measurand truly changes.</summary>
    public double Prevalence { get; init; } = 0.4;

    /// <summary>Share of patients who come back to the scanner of their first visit.</summary>
    public double SameScanner { get; init; } = 0.55;

    /// <summary>Smallest and largest true change, as the modulus of the log ratio; either sign is as likely.</summary>
    public (double Least, double Most) Change { get; init; } = (0.05, 0.35);

    /// <summary>Standard deviation of a scanner's gain about 1.</summary>
    public double GainSd { get; init; } = 0.035;

    /// <summary>Standard deviation of a scanner's offset, in the unit of the reading.</summary>
    public double OffsetSd { get; init; } = 0.009;

    /// <summary>Standard deviation of what an upgrade multiplies the gain by, about 1.</summary>
    public double UpgradeGainSd { get; init; } = 0.015;

    /// <summary>Within-subject coefficients of variation that scanners have, each as likely.</summary>
    public IReadOnlyList<double> Wcv { get; init; } = [0.025, 0.03, 0.045];

    /// <summary>Standard deviation of a reading of a vial.</summary>
    public double PhantomSd { get; init; } = 0.008;

    /// <summary>Phantom sessions of a state.</summary>
    public int Sessions { get; init; } = 3;

    /// <summary>Patients scanned twice without a change, in each state.</summary>
    public int Retests { get; init; } = 14;
}
