using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Assays.Suv;

/// <summary>What turns the real values of a PET series into body-weight SUV (g/mL).</summary>
public sealed record SuvFactor
{
    /// <summary>Factor of each slice, in the order of the headers.</summary>
    public required IReadOnlyList<double> Factors { get; init; }

    /// <summary>How it follows from the header, for the report.</summary>
    public required string Rule { get; init; }

    /// <summary>What had to be assumed, as sentences; empty where all was stated.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];
}

/// <summary>Why there is no SUV.</summary>
/// <param name="Found">What the header holds.</param>
/// <param name="Expected">What it lacks.</param>
/// <param name="Remedy">What would mend it.</param>
public sealed record SuvRefusal(string Found, string Expected, string Remedy);

/// <summary>
/// Body-weight SUV = activity concentration × weight / dose, both decayed to one instant. The instant of START: series time unless it is
/// later than the acquisition, then GE's scan start, then back from the frame reference time, then the earliest acquisition; this one rule gives
/// the published answers of the IBSI SUV reference objects and of the calculate-suv header sets alike.
/// </summary>
public static class SuvRule
{
    private const double GramsPerKilogram = 1000;

    /// <summary>No injection, however wrong its record, leaves this many times its activity in an image.</summary>
    private const double Beyond = 100;

    /// <summary>Factors of a series, or why there are none.</summary>
    /// <param name="slices">Header of each slice of one series.</param>
    /// <param name="largestActivityBq">Activity that the image itself holds, Bq, where its units are Bq/mL; refutes a dose in the wrong unit. Null where not known.</param>
    /// <param name="doseUnit">Unit of the dose that the user states against the standard's Bq; null where they do not.</param>
    public static (SuvFactor? Factor, SuvRefusal? Refusal) Of(IReadOnlyList<PetHeader> slices, double? largestActivityBq = null, Unit? doseUnit = null)
    {
        ArgumentNullException.ThrowIfNull(slices);
        if (slices.Count == 0)
        {
            return Refuse("no PET header", "the headers of the slices", "Supply the DICOM objects.");
        }

        if (slices.Select(s => (s.Units, s.SuvType, s.DecayCorrection, s.WeightKg, s.Dose, s.HalfLifeS)).Distinct().Count() > 1)
        {
            return Refuse("slices that disagree in Units, DecayCorrection, PatientWeight, dose or half-life", "one series of one injection", "Two series are mixed; export them apart.");
        }

        var h = slices[0];
        if (h.Corrections.Count > 0 && !h.Corrections.Contains("ATTN", StringComparer.Ordinal))
        {
            return Refuse($"CorrectedImage {string.Join(" ", h.Corrections.Take(8))}", "ATTN among the corrections", "Use the attenuation-corrected series.");
        }

        return h.Units switch
        {
            "GML" => FromSuv(slices, h.SuvType ?? "BW"),
            "CM2ML" => FromSuv(slices, "BSA"),
            "CNTS" when h.PhilipsSuvFactor is { } f && slices.All(s => s.PhilipsSuvFactor is not null) => Same(slices, slices.Select(s => s.PhilipsSuvFactor!.Value), $"Philips SUV scale factor (7053,1000) of the header, {Number(f)} g/mL per count"),
            "CNTS" when slices.All(s => s.PhilipsActivityFactor is not null) => FromActivity(slices, s => s.PhilipsActivityFactor!.Value, "Philips activity factor (7053,1009); ", (null, doseUnit)),
            "CNTS" => Refuse("Units CNTS without Philips' scale factors (7053,1000) or (7053,1009)", "a scale from counts to activity", "Export with private attributes, or in Bq/mL."),
            "BQML" => FromActivity(slices, _ => 1, "", (largestActivityBq, doseUnit)),
            null => Refuse("no Units (0054,1001)", "BQML, GML, CM2ML or CNTS", "Use objects that state their unit."),
            var other => Refuse($"Units {other}", "BQML, GML, CM2ML or CNTS", "Reconstruct with calibrated activity in Bq/mL."),
        };
    }

    /// <summary>The series already holds an SUV; one of another kind is converted by weight over its own denominator.</summary>
    private static (SuvFactor? Factor, SuvRefusal? Refusal) FromSuv(IReadOnlyList<PetHeader> slices, string type)
    {
        if (type == "BW")
        {
            return Same(slices, slices.Select(_ => 1.0), "stored as body-weight SUV (Units GML" + (slices[0].SuvType is null ? ", which without SUVType means body weight)" : ", SUVType BW)"));
        }

        var h = slices[0];
        if (h is not { WeightKg: > 0, HeightM: > 0 })
        {
            return Refuse($"SUV by {type} without PatientWeight or PatientSize", "both, to come to body weight", "Supply weight and height in the header.");
        }

        var (w, cm) = (h.WeightKg!.Value, 100 * h.HeightM!.Value);
        (double Denominator, string Formula)? body = (type, h.Sex) switch
        {
            // cm² per mL over g per mL: DuBois' area in cm².
            ("BSA", _) => (71.84 * Math.Pow(w, 0.425) * Math.Pow(cm, 0.725), "body surface of DuBois"),
            ("IBW", "M") => (GramsPerKilogram * (48.0 + 1.06 * (cm - 152)), "ideal body weight, male"),
            ("IBW", "F") => (GramsPerKilogram * (45.5 + 0.91 * (cm - 152)), "ideal body weight, female"),
            ("LBMJAMES128", "M") => (GramsPerKilogram * (1.10 * w - 128 * w * w / (cm * cm)), "lean body mass of James (128), male"),
            ("LBM", "M") => (GramsPerKilogram * (1.10 * w - 120 * w * w / (cm * cm)), "lean body mass of Morgan (120), male"),
            ("LBM" or "LBMJAMES128", "F") => (GramsPerKilogram * (1.07 * w - 148 * w * w / (cm * cm)), "lean body mass of James, female"),
            ("LBMJANMA", "M") => (GramsPerKilogram * (9270 * w / (6680 + 216 * Bmi(w, cm))), "lean body mass of Janmahasatian, male"),
            ("LBMJANMA", "F") => (GramsPerKilogram * (9270 * w / (8780 + 244 * Bmi(w, cm))), "lean body mass of Janmahasatian, female"),
            _ => null,
        };
        if (body is not { Denominator: > 0 } b)
        {
            return Refuse($"SUVType {type} with PatientSex {h.Sex ?? "absent"}", "BW, BSA, IBW, LBM, LBMJAMES128 or LBMJANMA, and M or F where the mass depends on it", "Export the series as body-weight SUV or in Bq/mL.");
        }

        return (new SuvFactor
        {
            Factors = [.. slices.Select(_ => GramsPerKilogram * w / b.Denominator)],
            Rule = $"stored as SUV by {type}; brought to body weight by {b.Formula}",
            Assumptions = [$"The header does not say by which formula SUV by {type} was made; {b.Formula} is taken."],
        }, null);
    }

    private static double Bmi(double kg, double cm) => kg / (cm * cm * 1e-4);

    private static (SuvFactor? Factor, SuvRefusal? Refusal) FromActivity(IReadOnlyList<PetHeader> slices, Func<PetHeader, double> scale, string rule, (double? HeldBq, Unit? Unit) activity)
    {
        var h = slices[0];
        if (h is not { WeightKg: > 0, Dose: > 0 })
        {
            var missing = string.Join(" and ", new[] { h.WeightKg > 0 ? null : "PatientWeight", h.Dose > 0 ? null : "RadionuclideTotalDose" }.OfType<string>());
            return Refuse($"no {missing}", "weight and administered activity", "Supply them in the header.");
        }

        var assumptions = new List<string>();
        var dose = h.Dose!.Value * (activity.Unit?.FactorTo(Unit.Parse("Bq")) ?? 1);
        if (activity.HeldBq > Beyond * dose)
        {
            return Refuse(
                FormattableString.Invariant($"RadionuclideTotalDose {h.Dose:0.###}, {(activity.Unit is null ? "which the standard has in Bq" : $"stated by the user to be in {activity.Unit.Code}")}, and an image that alone holds {activity.HeldBq:0.##e0} Bq"),
                "an administered activity not far below what the image holds", "Correct the header; or, if you know the unit that was written, state it with --assume dose=UNIT, for example --assume dose=MBq.");
        }

        if (activity.Unit is { } unit)
        {
            assumptions.Add(FormattableString.Invariant($"RadionuclideTotalDose {h.Dose:0.###} is read in {unit.Code}, as the user states; the standard has it in Bq."));
        }

        if (h.DecayCorrection == "ADMIN")
        {
            return (new SuvFactor
            {
                Factors = [.. slices.Select(s => scale(s) * GramsPerKilogram * h.WeightKg!.Value / dose)],
                Rule = rule + "decay-corrected to the injection by the scanner (DecayCorrection ADMIN)",
                Assumptions = assumptions,
            }, null);
        }

        if (h.DecayCorrection is not ("START" or "NONE"))
        {
            return Refuse($"DecayCorrection {h.DecayCorrection ?? "absent"}", "START, ADMIN or NONE", "Use objects that state how decay was corrected.");
        }

        if (h is not { HalfLifeS: > 0 })
        {
            return Refuse("no RadionuclideHalfLife", "the half-life", "Supply it in the header.");
        }

        var reference = SuvTime.Reference(slices, h.DecayCorrection == "NONE");
        if (reference is null)
        {
            return Refuse("no usable SeriesTime or AcquisitionTime", "the instant that the activity is decay-corrected to", "Supply dates and times in the header.");
        }

        var first = reference.Instants.Min();
        var injection = SuvTime.Injection(h, first, assumptions);
        if (injection is null)
        {
            return Refuse("no RadiopharmaceuticalStartDateTime or RadiopharmaceuticalStartTime", "the instant of the injection", "Supply it in the header.");
        }

        var uptake = first - injection.Value;
        if (uptake < TimeSpan.Zero || uptake.TotalSeconds > SuvTime.LongestUptakeS(h))
        {
            return Refuse(
                FormattableString.Invariant($"an injection {Math.Abs(uptake.TotalMinutes):0} min {(uptake < TimeSpan.Zero ? "after" : "before")} the scan"), "an injection before the scan, within ten half-lives",
                "Dates and times contradict each other (shifted by de-identification?); correct them.");
        }

        return (new SuvFactor
        {
            Factors = [.. slices.Select((s, n) => scale(s) * GramsPerKilogram * h.WeightKg!.Value / (dose * Math.Exp(-Math.Log(2) * (reference.Instants[n] - injection.Value).TotalSeconds / h.HalfLifeS!.Value)))],
            Rule = FormattableString.Invariant($"{rule}{reference.Rule}; {uptake.TotalMinutes:0.0} min after the injection"),
            Assumptions = assumptions,
        }, null);
    }

    private static (SuvFactor? Factor, SuvRefusal? Refusal) Same(IReadOnlyList<PetHeader> slices, IEnumerable<double> factors, string rule) => (new SuvFactor { Factors = [.. factors.Take(slices.Count)], Rule = rule }, null);

    private static (SuvFactor? Factor, SuvRefusal? Refusal) Refuse(string found, string expected, string remedy) => (null, new SuvRefusal(found, expected, remedy));

    private static string Number(double value) => FormattableString.Invariant($"{value:0.######}");
}
