namespace Etalon.Reference;

/// <summary>Data and results of the worked examples of JCGM 100:2008, annex H.</summary>
public static class GuideExamples
{
    /// <summary>Table H.7, one cycle: times in min to the middle of 60 min of counting, and counts, of standard, blank and sample.</summary>
    public sealed record RadonCycle(double StandardMin, double StandardCounts, double BlankMin, double BlankCounts, double SampleMin, double SampleCounts);

    /// <summary>Table H.7.</summary>
    public static IReadOnlyList<RadonCycle> Radon { get; } =
    [
        new(243.74, 15380, 305.56, 4054, 367.37, 41432), new(984.53, 14978, 1046.10, 3922, 1107.66, 38706), new(1723.87, 14394, 1785.43, 4200, 1846.99, 35860),
        new(2463.17, 13254, 2524.73, 3830, 2586.28, 32238), new(3217.56, 12516, 3279.12, 3956, 3340.68, 29640), new(3956.83, 11058, 4018.38, 3980, 4079.94, 26356),
    ];

    /// <summary>H.4: decay constant of radon-222, 1/min.</summary>
    public const double RadonDecayPerMin = 1.25894e-4;

    /// <summary>H.4, results in the order: mean rate of the sample and its u, mean rate of the standard and its u, their correlation, A_x and its u (H.4.3.1).</summary>
    public static IReadOnlyList<PublishedValue> RadonResults { get; } =
    [
        new("mean decay-corrected rate of the sample, 1/min", 652.60, 0.005, "JCGM 100:2008 table H.8"), new("its u", 6.42, 0.005, "JCGM 100:2008 table H.8"),
        new("mean decay-corrected rate of the standard, 1/min", 206.09, 0.005, "JCGM 100:2008 table H.8"), new("its u", 3.79, 0.005, "JCGM 100:2008 table H.8"),
        new("correlation of the two", 0.646, 0.0005, "JCGM 100:2008 table H.8"),
        // 0.42995 as computed from the printed data is printed as 0.4300.
        new("A_x, Bq/g", 0.4300, 0.00006, "JCGM 100:2008 H.4.3.1"), new("u_c(A_x), Bq/g", 0.0083, 0.00005, "JCGM 100:2008 H.4.3.1"),
        new("A_x of the second approach, Bq/g", 0.4304, 0.00005, "JCGM 100:2008 H.4.3.2"), new("its u_c, Bq/g", 0.0084, 0.00005, "JCGM 100:2008 H.4.3.2"),
    ];

    /// <summary>Table H.9: mean of 5 observations per day above 10 V, and their standard deviation, both in µV.</summary>
    public static IReadOnlyList<(double MeanMicrovolt, double SdMicrovolt)> ZenerDays { get; } =
        [(172, 60), (116, 77), (13, 111), (144, 101), (106, 67), (31, 93), (60, 80), (125, 73), (163, 88), (41, 86)];

    /// <summary>H.5.2: mean above 10 V, standard deviation of the day means, pooled standard deviation, F, its critical value at 95 %, u of the mean; µV.</summary>
    public static IReadOnlyList<PublishedValue> ZenerResults { get; } =
    [
        new("mean above 10 V, µV", 97, 0.5, "JCGM 100:2008 table H.9"), new("s of the day means, µV", 57, 0.5, "JCGM 100:2008 H.5.2.2"),
        new("pooled s, µV", 85, 0.5, "JCGM 100:2008 H.5.2.2"), new("F(9, 40)", 2.25, 0.015, "JCGM 100:2008 H.5.2.4, from rounded (128/85)²"),
        new("F_0.95(9, 40)", 2.12, 0.005, "JCGM 100:2008 H.5.2.4"), new("F_0.975(9, 40)", 2.45, 0.005, "JCGM 100:2008 H.5.2.4"),
        new("u of the mean, µV", 18, 0.5, "JCGM 100:2008 H.5.2.5"),
    ];
}
