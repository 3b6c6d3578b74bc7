using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>What would lift a verdict, from the cheapest: each one is the same judgement on the evidence as it would then be.</summary>
internal static class FitnessMends
{
    /// <summary>More scans of one patient at one visit than this nobody makes.</summary>
    private const int MostRepeats = 16;

    /// <summary>Subjects of a test-retest study: 35 is QIBA's number.</summary>
    private const int MostPairs = 35;

    /// <summary>Mends in the order of <see cref="MendKind"/>.</summary>
    public static IReadOnlyList<Mend> Of(FitnessAssessment now)
    {
        var all = new List<Mend>();
        var evidence = now.Evidence;
        // What is absent or too old is mended first, and the others are judged as if it were: a verdict held down by both would never be seen to rise.
        var recovered = Recovered(now, evidence, all);
        var fresh = Renewed(now, recovered);
        var first = (recovered != evidence ? "Recover what is absent, then: " : "") + (fresh == recovered ? "" : evidence.AgeDays is null ? "State the day of the decision, then: " : "With a new scan: ");
        var others = new List<Mend>();
        var calibrated = Calibrated(now, fresh, others);
        TestRetest(now, fresh, others);
        Repeats(now, fresh, MendKind.RepeatScans, "", others);
        if (calibrated is not null)
        {
            Repeats(now, calibrated, MendKind.CalibrateAndRepeat, "Calibrate both scanner states, then: ", others);
        }

        all.AddRange(others.Select(m => m with { Text = first + m.Text }));
        if (fresh != recovered)
        {
            all.Add(evidence.AgeDays is null
                ? Judged(now, MendKind.StateDay, "State the day of the decision: the age of the last scan is not known.", Renewed(now, evidence))
                : Judged(now, MendKind.NewScan, FormattableString.Invariant($"Scan again: the decision asks for a scan at most {now.Purpose.MaximumAge!.Days:0.#} days old."), fresh));
        }

        return all.OrderBy(m => m.Kind).ToList();
    }

    /// <summary>Scans per visit that bring the standard uncertainty of the change down to a target; null where no number does.</summary>
    /// <param name="uRepeat">The part that averages down with the number of scans.</param>
    /// <param name="uMismatch">The part that does not.</param>
    /// <param name="uTarget">Target.</param>
    public static int? RepeatsToReach(double uRepeat, double uMismatch, double uTarget)
    {
        var room = uTarget * uTarget - uMismatch * uMismatch;
        return room <= 0 ? null : (int)Math.Max(1, Math.Ceiling(uRepeat * uRepeat / room * (1 - 1e-12)));
    }

    private static FitnessEvidence Recovered(FitnessAssessment now, FitnessEvidence evidence, List<Mend> all)
    {
        var required = now.Purpose.RequiredAttributes?.Names.Where(n => evidence.AbsentAttributes.Contains(n, StringComparer.Ordinal)).ToList() ?? [];
        var names = required.Concat(evidence.Recoveries.Select(r => r.Attribute)).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
        {
            return evidence;
        }

        var u = evidence.Recoveries.Select(r => r.U).OfType<double>().Append(evidence.U).Min();
        var better = evidence with
        {
            AbsentAttributes = evidence.AbsentAttributes.Except(names, StringComparer.Ordinal).ToList(),
            U = u,
            UMismatch = Math.Sqrt(Math.Max(0, evidence.UMismatch * evidence.UMismatch - (evidence.U * evidence.U - u * u))),
            Grade = evidence.Recoveries.Select(r => r.Grade).Append(evidence.Grade).OfType<Grade>().Cast<Grade?>().Min(),
            Recoveries = [],
        };
        all.Add(Judged(now, MendKind.RecoverAttribute, $"Recover {string.Join(", ", names)} from the DICOM headers, the sidecars or the archive.", better));
        return better;
    }

    private static FitnessEvidence Renewed(FitnessAssessment now, FitnessEvidence evidence) =>
        now.Purpose.MaximumAge is { } age && !(evidence.AgeDays <= age.Days) ? evidence with { AgeDays = 0 } : evidence;

    private static FitnessEvidence? Calibrated(FitnessAssessment now, FitnessEvidence evidence, List<Mend> all)
    {
        var repeat = URepeat(evidence);
        // Grade B is a mismatch of at most half the repeatability: what a calibration may leave.
        var left = Math.Min(evidence.UMismatch, 0.5 * repeat);
        var isCalibrated = evidence.Grade == Grade.B && left == evidence.UMismatch;
        if (evidence.Grade is null or Grade.A or Grade.X || isCalibrated || repeat == 0)
        {
            return null;
        }

        var better = evidence with { U = Math.Sqrt(repeat * repeat + left * left), UMismatch = left, Grade = Grade.B };
        var code = evidence.Measurand.Split('.')[0];
        all.Add(Judged(now, MendKind.Calibrate, code is "volume" or "diameter"
            ? "Have both visits drawn again by one reader with one tool, on series of one protocol."
            : "Scan a phantom in every scanner state that was used, so that the difference between the states is taken out.", better));
        return better;
    }

    private static void TestRetest(FitnessAssessment now, FitnessEvidence evidence, List<Mend> all)
    {
        if (evidence.IsRepeatabilityAssumed)
        {
            all.Add(new Mend(MendKind.TestRetest, "Scan patients twice (test-retest, three pairs at the least, 35 for a claim of one's own): the repeatability is taken from the literature, and what this scanner and reader do is not known.", null, null));
            return;
        }

        if (evidence.Dof is not { } dof || dof >= MostPairs)
        {
            return;
        }

        for (var pairs = (int)Math.Ceiling(dof) + 1; pairs <= MostPairs; pairs++)
        {
            var better = evidence with { Dof = pairs };
            if (FitnessForPurpose.Judge(now.Purpose, better).Verdict < now.Verdict || pairs == MostPairs)
            {
                all.Add(Judged(now, MendKind.TestRetest, FormattableString.Invariant($"Add test-retest scans until the repeatability rests on {pairs} pairs (now {dof:0.#} degrees of freedom): Student's factor falls from {Interval.CoverageFactor(dof, 0.95):0.00} to {Interval.CoverageFactor(pairs, 0.95):0.00}."), better));
                return;
            }
        }
    }

    private static void Repeats(FitnessAssessment now, FitnessEvidence evidence, MendKind kind, string before, List<Mend> all)
    {
        var repeat = URepeat(evidence);
        if (repeat == 0 || evidence.Grade == Grade.X)
        {
            return;
        }

        // The target is the ratio that a guard band asks for; the risks may ask for more.
        var target = now.Tur * now.U95 / now.Purpose.TurLimits.GuardBand / Interval.CoverageFactor(evidence.Dof, 0.95);
        if (RepeatsToReach(repeat, evidence.UMismatch, target) is not { } least)
        {
            return;
        }

        for (var n = Math.Max(2, least); n <= MostRepeats; n++)
        {
            var better = evidence with { U = Math.Sqrt(evidence.UMismatch * evidence.UMismatch + repeat * repeat / n) };
            if (FitnessForPurpose.Judge(now.Purpose, better) is var judged && judged.Verdict < now.Verdict)
            {
                all.Add(new Mend(kind, FormattableString.Invariant($"{before}Scan {n} times per visit and take the mean: u of the change falls from {100 * evidence.U:0.0} % to {100 * better.U:0.0} %."), judged.Verdict, judged.Tur));
                return;
            }
        }
    }

    private static double URepeat(FitnessEvidence evidence) => Math.Sqrt(Math.Max(0, evidence.U * evidence.U - evidence.UMismatch * evidence.UMismatch));

    private static Mend Judged(FitnessAssessment now, MendKind kind, string text, FitnessEvidence better)
    {
        var judged = FitnessForPurpose.Judge(now.Purpose, better);
        return new Mend(kind, text, judged.Verdict, judged.Tur);
    }
}
