using Etalon.Comparability;
using Etalon.Metrology.Precision;

namespace Etalon.Change;

/// <summary>A study of changes: one measurand, patients with two or more readings, on scanners of which some are calibrated.</summary>
public sealed record ChangeStudy
{
    /// <summary>One for each patient, in the order given.</summary>
    public required IReadOnlyList<StudiedChange> Changes { get; init; }

    /// <summary>What the patients say together; null where there is no patient with two readings.</summary>
    public required ChangePopulation? Population { get; init; }

    /// <summary>Scanner states of the readings, in the order of <see cref="ChangePopulation.RepeatFactors"/>; an unknown state of a station stands as its own.</summary>
    public required IReadOnlyList<StudiedState> States { get; init; }

    /// <summary>Judges a study.</summary>
    /// <param name="pairs">First and last reading of each patient.</param>
    /// <param name="precision">Repeatability of the scanner states, on the scale of the logarithm.</param>
    /// <param name="spread">How far scanners without a calibration may be off.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static ChangeStudy Of(
        IReadOnlyList<(ScanReading First, ScanReading Last)> pairs, GroupedPrecision precision, GainSpread spread, ChangeStudyOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(precision);
        ArgumentNullException.ThrowIfNull(spread);
        options ??= new ChangeStudyOptions();
        var states = StateTable.Of(pairs.SelectMany(p => new[] { p.First, p.Last }), precision);
        var unknowns = new Dictionary<string, int>(StringComparer.Ordinal);
        var budgets = pairs.Select(p => PairBudget.Of(p.First, p.Last, states, spread, unknowns)).ToList();
        if (budgets.Count == 0)
        {
            return new ChangeStudy { Changes = [], Population = null, States = [] };
        }

        var population = ChangePopulation.Estimate([.. budgets.Select(b => b.Evidence)], [.. states.All.Select(s => new RepeatGroup(s.Dof))], options.Population, cancellation);
        return new ChangeStudy
        {
            Changes = [.. budgets.Select((b, i) => b.Judge(population, i, options.MinimalImportantChange))],
            Population = population,
            States = [.. states.All.Select((s, g) => s with { LearntFactor = population.RepeatFactors[g], LearntDof = population.RepeatDof[g] })],
        };
    }
}
