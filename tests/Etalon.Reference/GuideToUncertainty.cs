namespace Etalon.Reference;

/// <summary>Numbers printed in JCGM 100:2008 (the GUM).</summary>
public static class GuideToUncertainty
{
    /// <summary>A component of the end-gauge calibration of H.1: standard uncertainty of the length, nm, and its degrees of freedom.</summary>
    /// <param name="Source">As the table names it.</param>
    /// <param name="U">nm.</param>
    /// <param name="Dof">Degrees of freedom.</param>
    public sealed record EndGaugeComponent(string Source, double U, double Dof);

    /// <summary>Table H.1, the four terms of first order.</summary>
    public static IReadOnlyList<EndGaugeComponent> EndGauge { get; } =
    [
        new("standard", 25, 18), new("measured difference", 9.7, 25.6), new("difference in expansion coefficients", 2.9, 50), new("difference in temperatures", 16.6, 2),
    ];

    /// <summary>H.1.5: combined standard uncertainty, nm.</summary>
    public static PublishedValue EndGaugeU { get; } = new("u_c(l) of the end gauge, nm", 32, 0.5, "JCGM 100:2008 H.1.5");

    /// <summary>H.1.6: effective degrees of freedom, printed as 16.7 from rounded terms.</summary>
    public static PublishedValue EndGaugeDof { get; } = new("effective degrees of freedom of the end gauge", 16.7, 0.1, "JCGM 100:2008 H.1.6");

    /// <summary>H.1.6: expanded uncertainty for 99 %, nm.</summary>
    public static PublishedValue EndGaugeExpanded { get; } = new("U_99 of the end gauge, nm", 93, 1, "JCGM 100:2008 H.1.6");

    /// <summary>Table G.2: t for degrees of freedom and a percentage; infinity last.</summary>
    public static IReadOnlyList<(double? Dof, double Coverage, PublishedValue Factor)> StudentFactors { get; } =
    [
        Factor(1, 0.95, 12.71), Factor(1, 0.6827, 1.84), Factor(2, 0.95, 4.30), Factor(2, 0.99, 9.92), Factor(3, 0.9545, 3.31), Factor(4, 0.95, 2.78),
        Factor(5, 0.99, 4.03), Factor(8, 0.95, 2.31), Factor(10, 0.9973, 3.96), Factor(16, 0.99, 2.92), Factor(16, 0.95, 2.12), Factor(20, 0.90, 1.72),
        Factor(35, 0.95, 2.03), Factor(50, 0.9545, 2.05), Factor(100, 0.95, 1.984, 0.0005), Factor(null, 0.95, 1.960, 0.0005), Factor(null, 0.99, 2.576, 0.0005),
    ];

    private static (double? Dof, double Coverage, PublishedValue Factor) Factor(double? dof, double coverage, double t, double tolerance = 0.0051) =>
        (dof, coverage, new PublishedValue(FormattableString.Invariant($"t for {dof} degrees of freedom and {100 * coverage} %"), t, tolerance, "JCGM 100:2008 table G.2"));
}
