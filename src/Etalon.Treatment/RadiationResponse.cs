namespace Etalon.Treatment;

/// <summary>How fractions of dose act on a tumour: the linear-quadratic model with repair during and between fractions and with oxygen.</summary>
/// <remarks>
/// The logarithm of survival of fraction i is −α q_i, q_i = m d_i + m² (G(μT_i) d_i² + 2 d_i Σ_{j&lt;i} d_j M_ij)/(α/β): Lea-Catcheside protraction
/// within a fraction, incomplete repair between fractions (Thames, Int J Radiat Biol 47:319 (1985)), each fraction bearing the interaction with
/// those before it; m is the dose-modifying factor of oxygen. A fraction begins at its day and has a constant rate, so that
/// M_ij = A(μT_i) A(μT_j) e^{−μ(t_i − t_j − T_j)} with A(x) = (1 − e^{−x})/x, which is e^{−μ(t_i − t_j)} for acute ones: a fraction cut in two
/// without a pause has the effect of the whole.
/// </remarks>
public sealed record RadiationResponse
{
    /// <summary>α/β, Gy, above 0. The default is 10, the common value for tumours (Fowler 1989).</summary>
    public double AlphaBetaGy { get; init; } = 10;

    /// <summary>Rate μ at which sublethal damage is repaired, per day; null: at once, as between whole days.</summary>
    public double? RepairPerDay { get; init; }

    /// <summary>Dose-modifying factor of oxygen where it is the same everywhere, in (0, 1]. The default is 1: well oxygenated.</summary>
    public double OxygenFactor { get; init; } = 1;

    /// <summary>The factor per voxel of the model's grid, which then counts instead; null: the same everywhere.</summary>
    public IReadOnlyList<float>? OxygenFactorMap { get; init; }

    /// <summary>Whether every fraction acts alone and everywhere alike but for its dose.</summary>
    public bool IsAcute => RepairPerDay is null && OxygenFactor == 1 && OxygenFactorMap is null;

    /// <summary>The effect of every fraction, in order of time.</summary>
    /// <exception cref="ArgumentException">A parameter, a dose or a duration is out of range, maps have different sizes, or fractions overlap (<see cref="Overlap"/>).</exception>
    public IReadOnlyList<FractionEffect> EffectsOf(TreatmentSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Check(schedule);
        var fractions = InOrder(schedule);
        // Fractions of one map that owe nothing to those before them share one field.
        var alike = new Dictionary<(float[]? Map, double Dose, double Protraction), FractionEffect>();
        return Enumerable.Range(0, fractions.Count).Select(i => Effect(fractions, i, alike)).ToList();
    }

    /// <summary>
    /// The first fraction that begins before one before it has ended, where that matters; null where there is none. The interaction of
    /// overlapping fractions is another one.
    /// </summary>
    public FractionOnDay? Overlap(TreatmentSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (RepairPerDay is null)
        {
            return null;
        }

        var end = double.NegativeInfinity;
        foreach (var fraction in InOrder(schedule))
        {
            // Clock times in days are exact to 1e-11; a tenth of a millisecond is no overlap.
            if (fraction.Day < end - 1e-9)
            {
                return fraction;
            }

            end = Math.Max(end, fraction.Day + fraction.DurationDays);
        }

        return null;
    }

    /// <summary>Lea-Catcheside factor of a fraction of constant dose rate: 2(x − 1 + e^−x)/x² with x = μT; 1 for an acute one.</summary>
    /// <param name="repairPerDay">μ, per day.</param>
    /// <param name="durationDays">T, days.</param>
    public static double Protraction(double repairPerDay, double durationDays)
    {
        var x = repairPerDay * durationDays;
        // The series where the difference of the closed form would cancel; the next term is x⁴/360.
        return x < 1e-2 ? 1 - x / 3 + x * x / 12 - x * x * x / 60 : 2 * (x + double.ExpM1(-x)) / (x * x);
    }

    /// <summary>Dose-modifying factor at a partial pressure of oxygen, relative to well oxygenated cells: (3p + 3)/(3(p + 3)), p in mmHg.</summary>
    /// <remarks>Alper and Howard-Flanders, Nature 178:978 (1956), with m = 3 and K = 3 mmHg.</remarks>
    public static double OxygenFactorAt(double pressureMmHg) => (3 * pressureMmHg + 3) / (3 * (pressureMmHg + 3));

    /// <summary>Share of sublethal damage that is left, on average over a fraction of constant rate, at its end: (1 − e^−x)/x with x = μT.</summary>
    private static double Left(double x) =>
        // The series where the difference of the closed form would cancel; the next term is x⁵/720.
        x < 1e-2 ? 1 - x / 2 + x * x / 6 - x * x * x / 24 + x * x * x * x / 120 : -double.ExpM1(-x) / x;

    /// <summary>In order of time; an acute fraction before a protracted one that begins at the same instant.</summary>
    private static List<FractionOnDay> InOrder(TreatmentSchedule schedule) => schedule.Fractions.OrderBy(f => f.Day).ThenBy(f => f.DurationDays).ToList();

    private FractionEffect Effect(List<FractionOnDay> fractions, int at, Dictionary<(float[]? Map, double Dose, double Protraction), FractionEffect> alike)
    {
        var own = fractions[at];
        var protraction = RepairPerDay is { } mu ? Protraction(mu, own.DurationDays) : 1;
        // What is left of the damage of earlier fractions, beyond which nothing is left to single precision.
        var before = RepairPerDay is { } rate
            ? fractions.Take(at).Select(f => (Fraction: f, Left: Between(rate, f, own))).Where(f => f.Left > 1e-12).ToList()
            : [];
        double Q(double dose, double memory, double oxygen) =>
            oxygen * dose + oxygen * oxygen * (protraction * dose * dose + 2 * dose * memory) / AlphaBetaGy;

        if (own.DoseMapGy is null && OxygenFactorMap is null && before.All(f => f.Fraction.DoseMapGy is null))
        {
            return new FractionEffect(own.Day, Q(own.DoseGy, before.Sum(f => f.Left * f.Fraction.DoseGy), OxygenFactor));
        }

        var kind = (own.DoseMapGy, own.DoseMapGy is null ? own.DoseGy : 0, protraction);
        if (before.Count == 0 && alike.TryGetValue(kind, out var same))
        {
            return same with { Day = own.Day };
        }

        var size = own.DoseMapGy?.Length ?? OxygenFactorMap?.Count ?? before.First(f => f.Fraction.DoseMapGy is not null).Fraction.DoseMapGy!.Length;
        var field = new float[size];
        for (var n = 0; n < size; n++)
        {
            var memory = 0.0;
            foreach (var (fraction, left) in before)
            {
                memory += left * (fraction.DoseMapGy is { } map ? map[n] : fraction.DoseGy);
            }

            field[n] = (float)Q(own.DoseMapGy is { } dose ? dose[n] : own.DoseGy, memory, OxygenFactorMap is { } oxygen ? oxygen[n] : OxygenFactor);
        }

        var effect = new FractionEffect(own.Day, 0, field);
        if (before.Count == 0)
        {
            alike[kind] = effect;
        }

        return effect;
    }

    /// <summary>Share of the damage of a fraction that a later one meets, on average over both.</summary>
    private static double Between(double rate, FractionOnDay earlier, FractionOnDay later) =>
        Left(rate * later.DurationDays) * Left(rate * earlier.DurationDays) * Math.Exp(-rate * Math.Max(0, later.Day - earlier.Day - earlier.DurationDays));

    private void Check(TreatmentSchedule schedule)
    {
        if (!(AlphaBetaGy > 0) || !(RepairPerDay is null or > 0) || !(OxygenFactor is > 0 and <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"α/β = {AlphaBetaGy} Gy must be above 0, repair {RepairPerDay} /d above 0 or absent, the oxygen factor {OxygenFactor} in (0, 1]."));
        }

        int? size = OxygenFactorMap?.Count;
        foreach (var fraction in schedule.Fractions)
        {
            if (!(fraction.DoseGy >= 0) || !(fraction.DurationDays is >= 0 and < double.PositiveInfinity))
            {
                throw new ArgumentException(FormattableString.Invariant($"The fraction at day {fraction.Day} has {fraction.DoseGy} Gy in {fraction.DurationDays} d; both must be at least 0."));
            }

            if (fraction.DoseMapGy is { } map && map.Length != (size ??= map.Length))
            {
                throw new ArgumentException(FormattableString.Invariant($"The dose map at day {fraction.Day} has {map.Length} voxels where another map has {size}."));
            }
        }

        if (Overlap(schedule) is { } overlap)
        {
            throw new ArgumentException(FormattableString.Invariant($"The fraction at day {overlap.Day} begins before the one before it has ended."));
        }
    }
}
