using Etalon.Comparability;
using Etalon.Metrology;
using MathNet.Numerics.Distributions;

namespace Etalon.Change;

/// <summary>The budget of one patient's log ratio before the study's patients are looked at together.</summary>
internal sealed record PairBudget
{
    private const double MostOfA = 0.2;
    private const double MostOfB = 0.5;
    private const double MostOfC = 1.5;

    public required ScanReading First { get; init; }

    public required ScanReading Last { get; init; }

    public required StudiedState FirstState { get; init; }

    public required StudiedState LastState { get; init; }

    /// <summary>All components but repeatability.</summary>
    public required IReadOnlyList<UncertaintyComponent> Mismatch { get; init; }

    public required PairEvidence Evidence { get; init; }

    private bool IsSameState => FirstState == LastState && FirstState.IsKnown;

    public static PairBudget Of(ScanReading first, ScanReading last, StateTable states, GainSpread spread)
    {
        var (a, b) = (states.IndexOf(first), states.IndexOf(last));
        var mismatch = Budget.OfDifference(first.Calibration, last.Calibration).Concat(Uncalibrated(first, last, spread)).Where(c => c.U > 0).ToList();
        var dof = Budget.EffectiveDof(mismatch);
        return new PairBudget
        {
            First = first,
            Last = last,
            FirstState = states.All[a],
            LastState = states.All[b],
            Mismatch = mismatch,
            Evidence = new PairEvidence(Math.Log(last.Value / first.Value), Repeat(first, a, states), Repeat(last, b, states), mismatch.Sum(c => c.U * c.U), dof),
        };
    }

    /// <summary>The change, with what the study's patients say together.</summary>
    public StudiedChange Judge(ChangePopulation population, int index, double? minimalImportantChange)
    {
        var repeat = Repeatability(population);
        List<UncertaintyComponent> components = [.. repeat.Concat(Mismatch).OrderByDescending(c => c.U)];
        var u = Budget.Combine(components);
        var dof = Budget.EffectiveDof(components);
        var interval = Interval.Symmetric(Evidence.LogRatio, u, dof);
        var z = Evidence.LogRatio / u;
        var grade = GradeOf(Math.Sqrt(Evidence.OtherVariance), Budget.Combine(repeat));
        return new StudiedChange
        {
            Patient = First.Patient,
            From = First,
            To = Last,
            LogRatio = Evidence.LogRatio,
            U = u,
            Dof = dof,
            Interval = interval,
            PIncrease = dof is { } d and < 1e6 ? StudentT.CDF(0, 1, d, z) : Normal.CDF(0, 1, z),
            PTrueChange = population.PTrueChange[index],
            Verdict = ChangeAnalysis.Decide(interval, minimalImportantChange is { } m ? Math.Log(1 + m) : null, grade),
            Grade = grade,
            Components = components,
        };
    }

    /// <summary>
    /// A scanner without a calibration: its gain cancels within one state; after an upgrade what upgrades do is left; against another scanner all that scanners differ by.
    /// </summary>
    private static IEnumerable<UncertaintyComponent> Uncalibrated(ScanReading first, ScanReading last, GainSpread spread)
    {
        var isSameStation = first.Station == last.Station;
        if ((first.IsCalibrated && last.IsCalibrated) || (isSameStation && first.State is not null && first.State == last.State))
        {
            yield break;
        }

        if (isSameStation && first.IsCalibrated == last.IsCalibrated)
        {
            yield return new UncertaintyComponent($"upgrade of {first.Station} without a calibration", spread.Upgrade, null, ComponentKind.B, spread.UpgradeDof) { IsMismatch = true };
            yield break;
        }

        foreach (var reading in new[] { first, last }.Where(r => !r.IsCalibrated))
        {
            yield return new UncertaintyComponent(
                $"gain of {reading.State ?? reading.Station} without a calibration", spread.BetweenScanners, null, ComponentKind.B, spread.BetweenScannersDof) { IsMismatch = true };
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
        var best = !FirstState.IsKnown || !LastState.IsKnown ? Grade.D : !First.IsCalibrated || !Last.IsCalibrated ? Grade.C : IsSameState && q <= MostOfA ? Grade.A : Grade.B;
        var byQ = q <= MostOfB ? Grade.A : q <= MostOfC ? Grade.C : Grade.D;
        return best > byQ ? best : byQ;
    }
}
