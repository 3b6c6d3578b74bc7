namespace Etalon.Phantoms;

/// <summary>What a virtual study is made of. The same options give the same bytes.</summary>
public sealed record VirtualPatientOptions
{
    /// <summary>Seed of everything random. The default is 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Size of the images. The default is <see cref="StudySize.Full"/>.</summary>
    public StudySize Size { get; init; } = StudySize.Full;

    /// <summary>Before the upgrade the scanner reads this times the true ADC, because its b-values are off. The default is 1.025.</summary>
    public double GainOfState1 { get; init; } = 1.025;

    /// <summary>The same after the upgrade. The default is 0.962.</summary>
    public double GainOfState2 { get; init; } = 0.962;

    /// <summary>Relative standard deviation of the ADC scale from one session to the next, for patients, volunteers and phantoms alike. The default is 0.012.</summary>
    public double SessionJitter { get; init; } = 0.012;

    /// <summary>Signal of white matter at b = 0 over the noise of one channel; +∞ gives noise-free images that are not rounded. The default is 40.</summary>
    public double WhiteMatterSnr { get; init; } = 40;

    /// <summary>Relative standard deviation of the volume that the reader outlines. The default is 0.05.</summary>
    public double ReaderSd { get; init; } = 0.05;

    /// <summary>Patients scanned twice, per scanner state. The default is 8.</summary>
    public int TestRetestPairsPerState { get; init; } = 8;

    /// <summary>Phantom scans per scanner state. The default is 3.</summary>
    public int PhantomScansPerState { get; init; } = 3;

    /// <summary>Relative standard uncertainty of the phantom's certificate; each vial's true ADC differs from it by that much. The default is 0.005.</summary>
    public double PhantomReferenceU { get; init; } = 0.005;

    /// <summary>Each angle of a session's head position is uniform within ± this, degrees. The default is 4.</summary>
    public double LargestRotationDeg { get; init; } = 4;

    /// <summary>Each shift of a session's head position is uniform within ± this, mm. The default is 6.</summary>
    public double LargestTranslationMm { get; init; } = 6;

    /// <summary>When the first scan is made. The default is Friday 2 February 2024, 10:42:30 +01:00.</summary>
    public DateTimeOffset FirstVisit { get; init; } = new(2024, 2, 2, 10, 42, 30, TimeSpan.FromHours(1));

    /// <summary>Days from the first visit to each visit, fractional, the first 0. The upgrade is between the second and the third. The default is about 0, 21, 75, 130.</summary>
    public IReadOnlyList<double> VisitDays { get; init; } = [0, 21.140625, 74.9475, 130.2331];

    /// <summary>Whole days from the first visit to the first fraction. The default is 24, a Monday.</summary>
    public int TreatmentStartDay { get; init; } = 24;

    /// <summary>Checks all ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range (NaN is out of every range).</exception>
    public void Validate()
    {
        Require(GainOfState1 is > 0.5 and < 2, nameof(GainOfState1), "lie between 0.5 and 2");
        Require(GainOfState2 is > 0.5 and < 2, nameof(GainOfState2), "lie between 0.5 and 2");
        Require(SessionJitter is >= 0 and < 0.2, nameof(SessionJitter), "lie in [0, 0.2)");
        Require(WhiteMatterSnr > 1, nameof(WhiteMatterSnr), "be above 1");
        Require(ReaderSd is >= 0 and <= 0.1, nameof(ReaderSd), "lie in [0, 0.1]");
        Require(TestRetestPairsPerState is >= 0 and <= 40, nameof(TestRetestPairsPerState), "lie in [0, 40]");
        Require(PhantomScansPerState is >= 0 and <= 99, nameof(PhantomScansPerState), "lie in [0, 99]");
        Require(PhantomReferenceU is >= 0 and < 0.1, nameof(PhantomReferenceU), "lie in [0, 0.1)");
        Require(LargestRotationDeg is >= 0 and <= 20, nameof(LargestRotationDeg), "lie in [0, 20]");
        Require(LargestTranslationMm is >= 0 and <= 30, nameof(LargestTranslationMm), "lie in [0, 30]");
        Require(
            VisitDays.Count >= 3 && VisitDays[0] == 0 && VisitDays.Zip(VisitDays.Skip(1)).All(p => p.Second > p.First) && VisitDays[^1] < 1000,
            nameof(VisitDays), "be at least three, start at 0 and ascend");
        Require(TreatmentStartDay is >= 0 and < 1000, nameof(TreatmentStartDay), "lie in [0, 1000)");
    }

    private static void Require(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, $"{name} must {rule}.");
        }
    }
}
