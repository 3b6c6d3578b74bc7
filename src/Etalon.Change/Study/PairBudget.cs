using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Change;

/// <summary>The budget of one patient's log ratio before the study's patients are looked at together.</summary>
internal sealed record PairBudget
{
    public required ScanReading First { get; init; }

    public required ScanReading Last { get; init; }

    public required StudiedState FirstState { get; init; }

    public required StudiedState LastState { get; init; }

    /// <summary>All components but repeatability.</summary>
    public required IReadOnlyList<UncertaintyComponent> Mismatch { get; init; }

    public required PairEvidence Evidence { get; init; }

    private bool IsSameState => FirstState == LastState && FirstState.IsKnown;

    /// <param name="first">First reading.</param>
    /// <param name="last">Last reading.</param>
    /// <param name="states">The study's states.</param>
    /// <param name="spread">How far scanners without a calibration may be off.</param>
    /// <param name="unknowns">Receives the errors that pairs share, by their groups.</param>
    public static PairBudget Of(ScanReading first, ScanReading last, StateTable states, GainSpread spread, Dictionary<string, int> unknowns)
    {
        var (a, b) = (states.IndexOf(first), states.IndexOf(last));
        var calibration = Budget.OfDifference(first.Calibration, last.Calibration).Where(c => c.U > 0).ToList();
        var uncalibrated = Uncalibrated(first, last, spread).ToList();
        List<UncertaintyComponent> own = [.. calibration, .. uncalibrated.Where(c => c.Group is null)];
        return new PairBudget
        {
            First = first,
            Last = last,
            FirstState = states.All[a],
            LastState = states.All[b],
            Mismatch = [.. calibration, .. uncalibrated],
            Evidence = new PairEvidence(Math.Log(last.Value / first.Value), Repeat(first, a, states), Repeat(last, b, states), own.Sum(c => c.U * c.U), Budget.EffectiveDof(own))
            {
                Shared = [.. uncalibrated.Where(c => c.Group is not null).Select(c => new SharedTerm(Place(c.Group!), c.SignedU))],
            },
        };

        int Place(string group)
        {
            if (!unknowns.TryGetValue(group, out var place))
            {
                unknowns[group] = place = unknowns.Count;
            }

            return place;
        }
    }

    /// <summary>The change, with what the study's patients say together.</summary>
    public StudiedChange Judge(ChangePopulation population, int index, double? minimalImportantChange)
    {
        var repeat = Repeatability(population);
        List<UncertaintyComponent> components = [.. repeat.Concat(Mismatch).OrderByDescending(c => c.U)];
        var u = Budget.Combine(components);
        var dof = Budget.EffectiveDof(components);
        var interval = Interval.Symmetric(Evidence.LogRatio, u, dof);
        var grade = GradeOf(Budget.Combine(Mismatch), Budget.Combine(repeat));
        return new StudiedChange
        {
            Patient = First.Patient,
            From = First,
            To = Last,
            LogRatio = Evidence.LogRatio,
            U = u,
            Dof = dof,
            Interval = interval,
            PIncrease = Interval.ProbabilityBelow(Evidence.LogRatio / u, dof),
            PTrueChange = population.PTrueChange[index],
            Verdict = ChangeAnalysis.Decide(interval, minimalImportantChange is { } m ? Math.Log(1 + m) : null, grade),
            Grade = grade,
            Components = components,
        };
    }

    /// <summary>
    /// A scanner without a calibration: its gain cancels within one state; after an upgrade what upgrades do is left; against another scanner all that scanners differ by. What belongs to the
    /// scanner and what to its state are errors of their own, which pairs share.
    /// </summary>
    private static IEnumerable<UncertaintyComponent> Uncalibrated(ScanReading first, ScanReading last, GainSpread spread)
    {
        var isSameStation = first.Station == last.Station;
        if ((first.IsCalibrated && last.IsCalibrated) || (isSameStation && first.State is not null && first.State == last.State))
        {
            yield break;
        }

        var ofState = spread.Upgrade / Math.Sqrt(2);
        var ofScanner = Math.Sqrt(Math.Max(spread.BetweenScanners * spread.BetweenScanners - ofState * ofState, 0.25 * spread.BetweenScanners * spread.BetweenScanners));
        var isUpgrade = isSameStation && first.IsCalibrated == last.IsCalibrated;
        foreach (var (reading, isFirst) in new[] { (first, true), (last, false) }.Where(r => !r.Item1.IsCalibrated))
        {
            // Two unknown states of one scanner are two, whatever they are: no pair shares what is not known.
            yield return new UncertaintyComponent(
                $"gain of {reading.State ?? reading.Station} without a calibration", ofState, reading.State is { } state ? $"uncalibrated:{state}" : null, ComponentKind.B, spread.UpgradeDof) { IsMismatch = true, IsNegative = isFirst };
            if (!isUpgrade)
            {
                yield return new UncertaintyComponent(
                    $"gain of {reading.Station} without a calibration", ofScanner, $"uncalibrated:{reading.Station}", ComponentKind.B, spread.BetweenScannersDof) { IsMismatch = true, IsNegative = isFirst };
            }
        }
    }

    private static RepeatTerm Repeat(ScanReading reading, int state, StateTable states)
    {
        var sd = states.All[state].Profile.RelativeSdAt(reading.Value);
        return new RepeatTerm(state, sd * sd);
    }

    private IReadOnlyList<UncertaintyComponent> Repeatability(ChangePopulation population)
    {
        var (first, last) = (Component(Evidence.First, FirstState), Component(Evidence.Second, LastState));
        return FirstState == LastState ? [first with { U = Math.Sqrt(first.U * first.U + last.U * last.U) }] : [first, last];

        UncertaintyComponent Component(RepeatTerm term, StudiedState state) => new(
            $"repeatability on {state.Key}", Math.Sqrt(term.Variance * population.RepeatFactors[term.Group]), null, ComponentKind.A, population.RepeatDof[term.Group]);
    }

    /// <summary>Section 8.7 of the reference; a scanner that was never calibrated is at best C, and an unknown state at best D.</summary>
    private Grade GradeOf(double uMismatch, double uRepeat)
    {
        var q = uRepeat > 0 ? uMismatch / uRepeat : double.PositiveInfinity;
        var best = !FirstState.IsKnown || !LastState.IsKnown ? Grade.D : !First.IsCalibrated || !Last.IsCalibrated ? Grade.C : IsSameState ? Grade.A : Grade.B;
        return GradeRule.Of(q, best);
    }
}
