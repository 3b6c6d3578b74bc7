namespace Etalon.Reference;

/// <summary>Biologically effective doses of schedules in clinical use, by hand from n d (1 + d/(α/β)).</summary>
public static class Radiobiology
{
    private const string Source = "Fowler, Br J Radiol 62:679 (1989), equation of the extrapolated response dose";

    /// <summary>Fractions, dose per fraction, α/β, BED.</summary>
    public static IReadOnlyList<(int Fractions, double DoseGy, double AlphaBetaGy, PublishedValue Bed)> Schedules { get; } =
    [
        (30, 2, 10, new("60 Gy in 30, tumour", 72, 1e-12, Source)),
        (30, 2, 2, new("60 Gy in 30, late brain", 120, 1e-12, Source)),
        (15, 40.0 / 15, 10, new("40 Gy in 15, tumour: 40 · (1 + 4/15)", 50.6666666666667, 1e-12, Source)),
        (10, 3.4, 10, new("34 Gy in 10, tumour", 45.56, 1e-12, Source)),
        (5, 5, 2, new("25 Gy in 5, late brain", 87.5, 1e-12, Source)),
    ];
}
