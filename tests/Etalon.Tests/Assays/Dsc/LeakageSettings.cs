namespace Etalon.Tests.Assays.Dsc;

/// <summary>
/// One voxel of a dynamic susceptibility contrast series whose vessels may leak. What is remembered of a paper is marked so: the simulator's own tests
/// rest on its equations, not on these numbers.
/// </summary>
internal sealed record LeakageSettings
{
    /// <summary>Blood volume, mL of blood per mL of tissue. White matter 0.02, grey matter 0.04, glioma up to 0.15 (range: assumption).</summary>
    public double Cbv { get; init; } = 0.04;

    /// <summary>Mean transit time, s; blood flow is <see cref="Cbv"/> over it (central volume theorem).</summary>
    public double MttS { get; init; } = 4.2;

    /// <summary>Well-mixed stages in a row that the vessels of the voxel are made of: 1 is an exponential residue, more a gamma-variate distribution of transit times.</summary>
    public int TransitStages { get; init; } = 1;

    /// <summary>Transfer constant from plasma to the extravascular extracellular space, 1/min.</summary>
    public double KtransPerMin { get; init; }

    /// <summary>Extravascular extracellular space, mL per mL of tissue; the agent flows back from it.</summary>
    public double Ve { get; init; } = 0.3;

    /// <summary>Haematocrit of small vessels; plasma concentration is that of blood over 1 − it. Assumption: 0.45.</summary>
    public double Haematocrit { get; init; } = 0.45;

    /// <summary>Echo time, s.</summary>
    public double TeS { get; init; } = 0.030;

    /// <summary>Repetition time, s: the time between frames.</summary>
    public double TrS { get; init; } = 1.5;

    /// <summary>Flip angle, degrees. At 90 with a TR about T1 the leakage brightens (T1), at 30 it hardly does.</summary>
    public double FlipDeg { get; init; } = 72;

    /// <summary>T1 before the agent, s. About 1.4 s in a glioma at 3 T (assumption).</summary>
    public double T10S { get; init; } = 1.4;

    /// <summary>Signal of fully relaxed tissue without T2* decay, arbitrary units.</summary>
    public double S0 { get; init; } = 1000;

    /// <summary>Longitudinal relaxivity, 1/(mM s), of what tissue water sees. 3.9 to 4.5 for small gadolinium chelates at 1.5 to 3 T (remembered).</summary>
    public double R1PerMmS { get; init; } = 4.3;

    /// <summary>Intravascular ΔR2* per mM of tissue concentration, 1/(mM s). 87 at 3 T (Kjølby, Østergaard and Kiselev 2006, remembered).</summary>
    public double VascularR2PerMmS { get; init; } = 87;

    /// <summary>ΔR2* of extravasated agent per mM of tissue concentration, 1/(mM s). Near the relaxivity in water, 5, in packed cells (T1 wins); tens where cells make fields of their own (T2* wins; Quarles 2009, range remembered).</summary>
    public double ExtravascularR2PerMmS { get; init; } = WeakExtravascularR2PerMmS;

    /// <summary>Share of the intravascular agent that shortens T1 of the tissue's water: 0 for vessels whose wall water crosses slowly (Boxerman 2006: T1 changes by extravasated agent), 1 for R1 = R10 + r1·C_total (fast exchange, Quarles 2009).</summary>
    public double VascularT1Share { get; init; }

    /// <summary>Whether the vessels' field follows the difference of concentrations across their wall, |C_blood − C_ees| (Quarles 2009, remembered), rather than that of the blood alone.</summary>
    public bool FieldOfDifference { get; init; }

    /// <summary>Frames.</summary>
    public int Frames { get; init; } = 80;

    /// <summary>Arrival of the bolus, s.</summary>
    public double ArrivalS { get; init; } = 20;

    /// <summary>Peak of the first pass in arterial blood, mM. 6 for a single dose (assumption).</summary>
    public double PeakMm { get; init; } = 6;

    /// <summary>Exponent of the first pass (t/τ)^a e^(a(1 − t/τ)); a whole number, so that closed forms exist. 3 is a common choice (Calamante, remembered).</summary>
    public int Shape { get; init; } = 3;

    /// <summary>Time from arrival to peak of the first pass, τ, s.</summary>
    public double TimeToPeakS { get; init; } = 4.5;

    /// <summary>Share of the first pass that comes back; it is delayed and spread. With the defaults the second level is a seventh of the peak.</summary>
    public double Recirculation { get; init; } = 0.8;

    /// <summary>Delay of the recirculation, s.</summary>
    public double RecirculationDelayS { get; init; } = 9;

    /// <summary>Exponential spread of the recirculation, s.</summary>
    public double RecirculationSpreadS { get; init; } = 45;

    /// <summary>Length of the first pass after arrival, s: the span over which areas count.</summary>
    public double FirstPassS { get; init; } = 30;

    /// <summary>Baseline signal over the standard deviation of its noise (Rician); 0: no noise.</summary>
    public double Snr { get; init; }

    /// <summary>Of the noise.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>That of water (r2 of small chelates, about 5; remembered): the T1 effect of extravasated agent wins.</summary>
    public const double WeakExtravascularR2PerMmS = 5;

    /// <summary>So large (assumption) that the T2* effect wins at every sequence used here.</summary>
    public const double StrongExtravascularR2PerMmS = 120;
}
