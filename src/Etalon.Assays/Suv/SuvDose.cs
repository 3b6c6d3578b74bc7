using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Assays.Suv;

/// <summary>The administered activity: what of it is known, and how much is left at an instant.</summary>
internal static class SuvDose
{
    /// <summary>No injection, however wrong its record, leaves this many times its activity in an image.</summary>
    private const double Beyond = 100;

    // An image of a part of a body, or of a phantom that is scaled to a patient, holds from this share of the dose up to a little more than it.
    private const double LeastShareHeld = 1e-5;
    private const double MostShareHeld = 1.5;

    /// <summary>No PET image can be made of less, Bq: the scanner would count fewer than a thousand pairs in a minute.</summary>
    private const double LeastBq = 1e4;

    /// <summary>A half-life further from that of the stated radionuclide than this, relative, is of another one, or in another unit.</summary>
    private const double NuclideTolerance = 0.02;

    /// <summary>Administrations with doses in Bq, or why there are none.</summary>
    public static (IReadOnlyList<PetInjection>? Injections, SuvRefusal? Refusal) Of(PetHeader h, SuvEvidence evidence, List<string> assumptions)
    {
        var stated = h.Injections;
        if (stated.Any(i => i.Dose is not > 0))
        {
            return Refuse(SuvReason.NoDose, stated.FirstOrDefault(i => i.Dose is not > 0)!.Dose is { } zero ? FormattableString.Invariant($"RadionuclideTotalDose {zero:0.###}") : "no RadionuclideTotalDose (0018,1074)", "the administered activity, Bq", "Supply it in the header.");
        }

        var factor = evidence.DoseUnit?.FactorTo(Unit.Parse("Bq")) ?? 1;
        var total = factor * stated.Sum(i => i.Dose!.Value);
        if (evidence.HeldBq > Beyond * total)
        {
            if (evidence is { TakesMegabecquerels: true, DoseUnit: null } && evidence.HeldBq >= LeastShareHeld * 1e6 * total && evidence.HeldBq <= MostShareHeld * 1e6 * total)
            {
                assumptions.Add(FormattableString.Invariant($"RadionuclideTotalDose {total:0.###} is read in MBq, the unit of the standard's other modules: the image alone holds {evidence.HeldBq:0.##e0} Bq, which refutes Bq and fits MBq."));
                factor = 1e6;
            }
            else
            {
                return Refuse(
                    SuvReason.DoseImplausible,
                    FormattableString.Invariant($"RadionuclideTotalDose {stated.Sum(i => i.Dose):0.###}, {(evidence.DoseUnit is null ? "which the standard has in Bq" : $"stated by the user to be in {evidence.DoseUnit.Code}")}, and an image that alone holds {evidence.HeldBq:0.##e0} Bq"),
                    "an administered activity not far below what the image holds", "Correct the header; or, if you know the unit that was written, state it with --assume dose=UNIT, for example --assume dose=MBq.");
            }
        }
        else if (evidence.DoseUnit is { } unit)
        {
            assumptions.Add(FormattableString.Invariant($"RadionuclideTotalDose {h.Dose:0.###} is read in {unit.Code}, as the user states; the standard has it in Bq."));
        }
        else if (evidence.HeldBq is null && total < LeastBq)
        {
            return Refuse(
                SuvReason.DoseImplausible, FormattableString.Invariant($"RadionuclideTotalDose {total:0.###}, which the standard has in Bq"), FormattableString.Invariant($"at least {LeastBq:0} Bq, below which no scanner makes an image"),
                "Correct the header; or, if you know the unit that was written, state it with --assume dose=UNIT, for example --assume dose=MBq.");
        }

        return ([.. stated.Select(i => i with { Dose = factor * i.Dose })], null);
    }

    /// <summary>The half-life that all administrations share, s, or why there is none.</summary>
    public static (double? HalfLifeS, SuvRefusal? Refusal) HalfLife(IReadOnlyList<PetInjection> injections, List<string> assumptions)
    {
        if (injections.Select(i => i.Nuclide).OfType<string>().Distinct(StringComparer.Ordinal).Count() > 1 || injections.Select(i => i.HalfLifeS).OfType<double>().Distinct().Count() > 1)
        {
            return (null, new SuvRefusal(SuvReason.InjectionsContradict, $"{injections.Count} administrations of different radionuclides or half-lives", "one radionuclide, since an image does not tell them apart", "No SUV can be told."));
        }

        var (stated, nuclide) = (injections[0].HalfLifeS, injections[0].Nuclide);
        var known = PetNuclide.HalfLifeS(nuclide);
        if (stated is not > 0)
        {
            if (known is null)
            {
                return (null, new SuvRefusal(SuvReason.NoHalfLife, stated is null ? "no RadionuclideHalfLife (0018,1075)" : FormattableString.Invariant($"RadionuclideHalfLife {stated:0.###}"), "the half-life, s", "Supply it in the header."));
            }

            assumptions.Add(FormattableString.Invariant($"The header has no half-life; that of the stated radionuclide {nuclide}, {known:0.#} s, is taken."));
            return (known, null);
        }

        return known is { } k && Math.Abs(stated.Value / k - 1) > NuclideTolerance
            ? (null, new SuvRefusal(SuvReason.HalfLifeContradicted, FormattableString.Invariant($"RadionuclideHalfLife {stated:0.###} and the radionuclide {nuclide}"), FormattableString.Invariant($"{k:0.#} s"), "Correct the header; the standard has the half-life in s."))
            : (stated, null);
    }

    /// <summary>Activity that is left of all administrations at the instant of each slice, Bq, with the time from the first injection to the first instant, min; or why it cannot be told.</summary>
    public static (IReadOnlyList<double>? LeftBq, double UptakeMin, SuvRefusal? Refusal) Left(
        IReadOnlyList<PetInjection> injections, double halfLifeS, SuvReference reference, IReadOnlyList<PetHeader> slices, bool isDynamic, List<string> assumptions)
    {
        var first = reference.Instants.Min();
        var latest = isDynamic && slices.Select(s => s.Acquisition).OfType<DateTime>().DefaultIfEmpty(first).Max() is var last && last > first ? last : first;
        var left = new double[reference.Instants.Count];
        var uptake = double.NegativeInfinity;
        foreach (var injection in injections)
        {
            if (SuvTime.Injection(injection, halfLifeS, first, latest, assumptions) is not { } at)
            {
                return (null, 0, new SuvRefusal(SuvReason.NoInjectionTime, "no RadiopharmaceuticalStartDateTime or RadiopharmaceuticalStartTime", "the instant of the injection", "Supply it in the header."));
            }

            var after = first - at;
            if (at > latest || after.TotalSeconds > SuvTime.LongestUptakeS(halfLifeS))
            {
                return (null, 0, new SuvRefusal(
                    SuvReason.TimesContradict,
                    FormattableString.Invariant($"an injection {Math.Abs(after.TotalMinutes):0} min {(after < TimeSpan.Zero ? "after" : "before")} the scan"), "an injection before the scan, within ten half-lives",
                    "Dates and times contradict each other (shifted by de-identification?); correct them."));
            }

            uptake = Math.Max(uptake, after.TotalMinutes);
            for (var n = 0; n < left.Length; n++)
            {
                left[n] += injection.Dose!.Value * Math.Exp(-Math.Log(2) * (reference.Instants[n] - at).TotalSeconds / halfLifeS);
            }
        }

        return (left, uptake, null);
    }

    private static (IReadOnlyList<PetInjection>? Injections, SuvRefusal? Refusal) Refuse(string reason, string found, string expected, string remedy) => (null, new SuvRefusal(reason, found, expected, remedy));
}
