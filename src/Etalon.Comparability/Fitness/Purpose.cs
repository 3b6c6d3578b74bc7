using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>What a number of a purpose rests on.</summary>
/// <param name="Text">The citation, or why the number is assumed.</param>
/// <param name="IsAssumption">Whether nobody published it.</param>
public sealed record Basis(string Text, bool IsAssumption);

/// <summary>Which changes a decision asks about.</summary>
public enum ChangeDirection
{
    /// <summary>A rise or a fall.</summary>
    Any,

    /// <summary>A rise only.</summary>
    Increase,

    /// <summary>A fall only.</summary>
    Decrease,
}

/// <summary>The smallest change that matters to the decision: in percent of the first value, or in the measurand's unit.</summary>
/// <param name="Percent">Percent, above 0; null where <paramref name="Absolute"/> is given.</param>
/// <param name="Absolute">In <paramref name="Unit"/>, above 0; null where <paramref name="Percent"/> is given.</param>
/// <param name="Unit">UCUM; null for percent.</param>
/// <param name="Basis">Source or assumption.</param>
public sealed record MinimalImportantChange(double? Percent, double? Absolute, string? Unit, Basis Basis);

/// <summary>How far true changes of such patients spread about none: standard deviation, in percent.</summary>
/// <param name="Percent">Above 0; taken as a log ratio, ln(1 + percent/100).</param>
/// <param name="Basis">Source or assumption.</param>
public sealed record ExpectedSpread(double Percent, Basis Basis);

/// <summary>Risks that the decision can bear (JCGM 106:2012, clause 9).</summary>
/// <param name="FalseAccept">Probability that an important change is claimed and there is none, in (0, 0.5].</param>
/// <param name="FalseReject">Probability that there is an important change and it is not claimed, in (0, 0.5].</param>
/// <param name="Basis">Source or assumption.</param>
public sealed record ToleratedRisk(double FalseAccept, double FalseReject, Basis Basis);

/// <summary>Attributes of the acquisition without which the decision is not to be made.</summary>
/// <param name="Names">Names as in the acquisition record, e.g. <c>DiffusionBValue</c>.</param>
/// <param name="Basis">Source or assumption.</param>
public sealed record RequiredAttributes(IReadOnlyList<string> Names, Basis Basis);

/// <summary>How old the last scan may be when the decision is made.</summary>
/// <param name="Days">Above 0.</param>
/// <param name="Basis">Source or assumption.</param>
public sealed record MaximumAge(double Days, Basis Basis);

/// <summary>The lowest grade of comparability that the decision can bear.</summary>
/// <param name="Grade">A, B, C or D.</param>
/// <param name="Basis">Source or assumption.</param>
public sealed record LowestGrade(Grade Grade, Basis Basis);

/// <summary>Limits of the test uncertainty ratio: minimal important change over U95.</summary>
/// <param name="Fit">From here on fit, where the risks are borne too.</param>
/// <param name="GuardBand">From here on fit with a guard band.</param>
/// <param name="Exploratory">From here on exploratory; below, unfit.</param>
/// <param name="Basis">Source or assumption.</param>
public sealed record TurLimits(double Fit, double GuardBand, double Exploratory, Basis Basis)
{
    /// <summary>4, 2 and 1.</summary>
    public static TurLimits Default { get; } = new(4, 2, 1, new Basis("Etalon's default: 4 is the ratio of ANSI/NCSL Z540.3; 2 and 1 are assumed", true));
}

/// <summary>What a measurement is to decide, and what the decision asks of it.</summary>
public sealed record Purpose
{
    /// <summary>An absolute fall that is larger than the value itself is read as a fall to a thousandth of it.</summary>
    private const double LargestFall = 0.999;

    /// <summary>Short name, e.g. <c>adc-response</c>.</summary>
    public required string Id { get; init; }

    /// <summary>For people.</summary>
    public required string Title { get; init; }

    /// <summary>Code, with or without a statistic; without one it stands for each of them.</summary>
    public required string Measurand { get; init; }

    /// <summary>The decision as a sentence.</summary>
    public required string Decision { get; init; }

    /// <summary>Which changes it asks about.</summary>
    public ChangeDirection Direction { get; init; }

    /// <summary>The smallest change that matters.</summary>
    public required MinimalImportantChange MinimalImportantChange { get; init; }

    /// <summary>How far true changes spread; null: as far as the minimal important change, an assumption.</summary>
    public ExpectedSpread? ExpectedSpread { get; init; }

    /// <summary>Risks that the decision can bear.</summary>
    public required ToleratedRisk ToleratedRisk { get; init; }

    /// <summary>Attributes that must be known; null: none.</summary>
    public RequiredAttributes? RequiredAttributes { get; init; }

    /// <summary>Age of the last scan; null: any.</summary>
    public MaximumAge? MaximumAge { get; init; }

    /// <summary>Lowest grade; null: any but X.</summary>
    public LowestGrade? LowestGrade { get; init; }

    /// <summary>Limits of the ratio.</summary>
    public TurLimits TurLimits { get; init; } = TurLimits.Default;

    /// <summary>Whether a measurand is the one that the purpose is about.</summary>
    public bool IsAbout(string measurand)
    {
        ArgumentNullException.ThrowIfNull(measurand);
        return measurand == Measurand || (!Measurand.Contains('.', StringComparison.Ordinal) && measurand.Split('.')[0] == Measurand);
    }

    /// <summary>Log ratios that are no important change.</summary>
    /// <param name="firstValue">Value at the first visit, in the measurand's unit; needed for an absolute change.</param>
    /// <exception cref="ArgumentException">The change is absolute and there is no value above 0.</exception>
    public ToleranceInterval Unimportant(double? firstValue)
    {
        var share = MinimalImportantChange.Percent / 100 ?? Absolute(firstValue);
        var rise = Math.Log(1 + share);
        return Direction switch
        {
            ChangeDirection.Increase => new ToleranceInterval(null, rise),
            ChangeDirection.Decrease => new ToleranceInterval(Math.Log(1 - Math.Min(share, LargestFall)), null),
            // A fall by all of the value or more is below every log ratio.
            _ => new ToleranceInterval(share < 1 ? Math.Log(1 - share) : null, rise),
        };
    }

    /// <summary>Everything in the purpose that nobody published, for the report.</summary>
    public IReadOnlyList<Assumption> Assumptions() =>
        Numbers().Where(x => x.Basis.IsAssumption).Select(x => new Assumption($"purpose-{Id}-{x.Name}", x.Basis.Text, x.Value, $"purpose {Id}")).ToList();

    /// <summary>Everything in the purpose that somebody published, for the report.</summary>
    public IReadOnlyList<Source> Sources() =>
        Numbers().Where(x => !x.Basis.IsAssumption).Select(x => new Source($"purpose-{Id}-{x.Name}", x.Basis.Text, $"{x.Name.Replace('-', ' ')} of the purpose {Id}: {x.Value}")).ToList();

    private List<(string Name, string Value, Basis Basis)> Numbers()
    {
        var all = new List<(string Name, string Value, Basis Basis)>
        {
            ("minimal-important-change", MinimalImportantChange.Percent is { } p ? FormattableString.Invariant($"{p} %") : FormattableString.Invariant($"{MinimalImportantChange.Absolute} {MinimalImportantChange.Unit}"), MinimalImportantChange.Basis),
            ("tolerated-risk", FormattableString.Invariant($"{ToleratedRisk.FalseAccept} and {ToleratedRisk.FalseReject}"), ToleratedRisk.Basis),
            ("tur-limits", FormattableString.Invariant($"{TurLimits.Fit}, {TurLimits.GuardBand}, {TurLimits.Exploratory}"), TurLimits.Basis),
            ExpectedSpread is { } s
                ? ("expected-spread", FormattableString.Invariant($"{s.Percent} %"), s.Basis)
                : ("expected-spread", "the minimal important change", new Basis("No purpose states how far true changes spread; they are taken to spread as far as the change that matters.", true)),
        };
        all.AddRange(RequiredAttributes is { } r ? [("required-attributes", string.Join(", ", r.Names), r.Basis)] : []);
        all.AddRange(MaximumAge is { } a ? [("maximum-age", FormattableString.Invariant($"{a.Days} days"), a.Basis)] : []);
        all.AddRange(LowestGrade is { } g ? [("lowest-grade", g.Grade.ToString(), g.Basis)] : []);
        return all;
    }

    private double Absolute(double? firstValue) => firstValue is > 0 and var value && double.IsFinite(value)
        ? MinimalImportantChange.Absolute!.Value * Unit.Parse(MinimalImportantChange.Unit!).FactorTo(Unit.Parse(Measurands.Get(Measurand).Unit)) / value
        : throw new ArgumentException($"{Id}: an absolute change of {MinimalImportantChange.Absolute} {MinimalImportantChange.Unit} needs the value at the first visit, above 0; given {firstValue}.");
}
