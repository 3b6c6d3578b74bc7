using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Assays.Suv;

/// <summary>
/// SUV = activity concentration × size of the body / dose, both decayed to one instant. The instant of START: series time unless it is
/// later than the acquisition, then GE's scan start, then back from the frame reference time, then the earliest acquisition; this one rule gives
/// the published answers of the IBSI SUV reference objects and of the calculate-suv header sets alike.
/// </summary>
public static class SuvRule
{
    private static readonly string[] Answerable = ["BQML", "GML", "CM2ML", "CNTS"];

    /// <summary>Body-weight factors of a series, or why there are none.</summary>
    /// <param name="slices">Header of each slice of one series.</param>
    /// <param name="largestActivityBq">See <see cref="SuvEvidence.HeldBq"/>.</param>
    /// <param name="doseUnit">See <see cref="SuvEvidence.DoseUnit"/>.</param>
    public static (SuvFactor? Factor, SuvRefusal? Refusal) Of(IReadOnlyList<PetHeader> slices, double? largestActivityBq = null, Unit? doseUnit = null) =>
        Of(slices, SuvKind.BodyWeight, new SuvEvidence { HeldBq = largestActivityBq, DoseUnit = doseUnit });

    /// <summary>Factors of a series, or why there are none.</summary>
    /// <param name="slices">Header of each slice of one series; of a dynamic one, of each slice of each frame.</param>
    /// <param name="kind">Which SUV.</param>
    /// <param name="evidence">What else is known.</param>
    public static (SuvFactor? Factor, SuvRefusal? Refusal) Of(IReadOnlyList<PetHeader> slices, SuvKind kind, SuvEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(slices);
        ArgumentNullException.ThrowIfNull(evidence);
        if (SeriesRefusal(slices) is { } refused)
        {
            return (null, refused);
        }

        var h = slices[0];
        return h.Units switch
        {
            "GML" when h.SuvType is "BSA" => Refuse(SuvReason.SuvTypeUnknown, "Units GML with SUVType BSA, which would be CM2ML", "a kind of SUV that is in g/mL", "Correct the header."),
            "GML" => FromSuv(slices, kind, h.SuvType ?? "BW"),
            "CM2ML" when h.SuvType is not (null or "BSA") => Refuse(SuvReason.SuvTypeUnknown, $"Units CM2ML with SUVType {h.SuvType}, which would be GML", "SUVType BSA", "Correct the header."),
            "CM2ML" => FromSuv(slices, kind, "BSA"),
            "CNTS" => FromCounts(slices, kind, evidence),
            "BQML" => FromActivity(slices, kind, _ => 1, "", evidence),
            null => Refuse(SuvReason.NoUnits, "no Units (0054,1001)", "BQML, GML, CM2ML or CNTS", "Use objects that state their unit."),
            var other => Refuse(UnitsReason(other), $"Units {other}: {WhyNot(other)}", "BQML, GML, CM2ML or CNTS", "Reconstruct with calibrated activity in Bq/mL."),
        };
    }

    private static SuvRefusal? SeriesRefusal(IReadOnlyList<PetHeader> slices)
    {
        if (slices.Count == 0)
        {
            return new SuvRefusal(SuvReason.NoHeader, "no PET header", "the headers of the slices", "Supply the DICOM objects.");
        }

        var h = slices[0];
        if (slices.Select(s => (s.Units, s.SuvType, s.DecayCorrection, s.WeightKg, s.HeightM, s.Sex)).Distinct().Count() > 1 || slices.Any(s => !s.Injections.SequenceEqual(h.Injections)))
        {
            return new SuvRefusal(
                SuvReason.SlicesDisagree, "slices that disagree in Units, DecayCorrection, PatientWeight, dose, time of injection or half-life", "one series of one injection", "Two series are mixed; export them apart.");
        }

        if (h.Corrections.Count > 0 && !h.Corrections.Contains("ATTN", StringComparer.Ordinal))
        {
            return new SuvRefusal(SuvReason.NotAttenuationCorrected, $"CorrectedImage {string.Join(" ", h.Corrections.Take(8))}", "ATTN among the corrections", "Use the attenuation-corrected series.");
        }

        return Answerable.Contains(h.Units) && slices.FirstOrDefault(s => s.Intercept is not (null or 0)) is { } shifted
            ? new SuvRefusal(SuvReason.InterceptNotZero, FormattableString.Invariant($"RescaleIntercept {shifted.Intercept:0.######}"), "0, which the standard fixes for PET, so that no activity is 0", "Export the series as the scanner stored it.")
            : null;
    }

    private static string UnitsReason(string units) => units is "PROPCNTS" or "PROPCPS" or "CPS" ? SuvReason.CountsNotCalibrated : SuvReason.UnitsNotUptake;

    /// <summary>The other Units of PS3.3 C.8.9.1.1.3.</summary>
    private static string WhyNot(string units) => units switch
    {
        "PROPCNTS" or "PROPCPS" => "proportional to counts by a factor that is not stated",
        "CPS" => "counts per second, whose calibration to Bq/mL the object does not state",
        "NONE" => "no unit",
        "CM2" => "an area",
        "PCNT" => "a percentage of something that is not stated",
        "1CM" => "linear attenuation coefficients, a map of the body and not of uptake",
        "STDDEV" => "standard deviations",
        "MGMINML" or "UMOLMINML" => "a metabolic rate",
        "MLMING" or "MLMINML" => "a perfusion",
        "MLG" or "MLML" => "a volume of distribution",
        "UMOLML" => "an amount of substance",
        _ => "not among the units of the standard for uptake",
    };

    /// <summary>The series already holds an SUV; another kind follows from the ratio of the sizes of the body.</summary>
    private static (SuvFactor? Factor, SuvRefusal? Refusal) FromSuv(IReadOnlyList<PetHeader> slices, SuvKind wanted, string type)
    {
        var h = slices[0];
        if (SuvKindInfo.OfStored(type) is not { } stored)
        {
            return Refuse(SuvReason.SuvTypeUnknown, $"SUVType {type}", string.Join(", ", SuvKindInfo.All.Select(k => k.Stored)), "Export the series as body-weight SUV or in Bq/mL.");
        }

        if (stored.Kind == wanted)
        {
            var word = h.SuvType is null && type == "BW" ? ", which without SUVType means body weight" : h.SuvType is null ? "" : $", SUVType {type}";
            return Done(slices.Select(_ => 1.0), new SuvFactor { Kind = wanted, Factors = [], Rule = $"stored as {(type == "BW" ? "body-weight SUV" : "SUV by " + stored.Text)} (Units {h.Units}{word})", RuleName = "stored-suv" });
        }

        if (BodySize.Of(stored.Kind, h) is not ({ } from, null) || BodySize.Of(wanted, h) is not ({ } to, null))
        {
            return (null, BodySize.Of(stored.Kind, h).Refusal ?? BodySize.Of(wanted, h).Refusal);
        }

        var assumptions = type == "BW" ? new List<string>() : [$"The header does not say by which formula SUV by {type} was made; {from.Formula} is taken."];
        AssumeSex(from, to, assumptions);
        return Done(slices.Select(_ => to.Value / from.Value), new SuvFactor
        {
            Kind = wanted, Factors = [], Rule = $"stored as SUV by {type}; brought to {SuvKindInfo.Of(wanted).Text} by {(type == "BW" ? to.Formula : from.Formula)}", RuleName = "stored-suv",
            Assumptions = assumptions, UsesHeight = true, BodyRelativeU = Math.Abs(to.RelativeU - from.RelativeU),
        });
    }

    private static (SuvFactor? Factor, SuvRefusal? Refusal) FromCounts(IReadOnlyList<PetHeader> slices, SuvKind kind, SuvEvidence evidence)
    {
        var (hasSuv, hasActivity) = (slices.All(s => s.PhilipsSuvFactor > 0), slices.All(s => s.PhilipsActivityFactor > 0));
        var h = slices[0];
        if (hasSuv && h.DecayCorrection != "NONE")
        {
            var rule = FormattableString.Invariant($"Philips SUV scale factor (7053,1000) of the header, {h.PhilipsSuvFactor:0.######} g/mL per count");
            if (kind == SuvKind.BodyWeight)
            {
                return Done(slices.Select(s => s.PhilipsSuvFactor!.Value), new SuvFactor { Factors = [], Rule = rule, RuleName = "philips-suv-scale" });
            }

            var (from, to) = (BodySize.Of(SuvKind.BodyWeight, h), BodySize.Of(kind, h));
            if (from.Size is not { } weight || to.Size is not { } size)
            {
                return (null, from.Refusal ?? to.Refusal);
            }

            var assumptions = new List<string>();
            AssumeSex(size, size, assumptions);
            return Done(slices.Select(s => s.PhilipsSuvFactor!.Value * size.Value / weight.Value), new SuvFactor
            {
                Kind = kind, Factors = [], Rule = $"{rule}; brought to {SuvKindInfo.Of(kind).Text} by {size.Formula}", RuleName = "philips-suv-scale", Assumptions = assumptions, UsesHeight = true, BodyRelativeU = size.RelativeU,
            });
        }

        return hasActivity ? FromActivity(slices, kind, s => s.PhilipsActivityFactor!.Value, "Philips activity factor (7053,1009); ", evidence)
            : Refuse(
                SuvReason.CountsNotCalibrated,
                hasSuv ? "Units CNTS without decay correction and with Philips' SUV factor (7053,1000) alone, which does not say for which instant it holds" : "Units CNTS without Philips' scale factors (7053,1000) or (7053,1009)",
                "a scale from counts to activity", "Export with private attributes, or in Bq/mL.");
    }

    private static (SuvFactor? Factor, SuvRefusal? Refusal) FromActivity(IReadOnlyList<PetHeader> slices, SuvKind kind, Func<PetHeader, double> scale, string rule, SuvEvidence evidence)
    {
        var h = slices[0];
        var (body, noBody) = BodySize.Of(kind, h);
        if (body is null)
        {
            return (null, noBody);
        }

        var assumptions = new List<string>();
        AssumeSex(body, body, assumptions);
        AssumeCorrections(h, assumptions);
        var (injections, noDose) = SuvDose.Of(h, evidence, assumptions);
        if (injections is null)
        {
            return (null, noDose);
        }

        var template = new SuvFactor { Kind = kind, Factors = [], Rule = "", UsesHeight = kind != SuvKind.BodyWeight, BodyRelativeU = body.RelativeU };
        var byBody = kind == SuvKind.BodyWeight ? "" : $"; {body.Formula}";
        if (h.DecayCorrection == "ADMIN")
        {
            return injections.Count > 1
                ? Refuse(SuvReason.InjectionsContradict, $"DecayCorrection ADMIN and {injections.Count} administrations", "one administration, to whose instant decay is corrected", "Use objects that are corrected to the start.")
                : Done(slices.Select(s => scale(s) * body.Value / injections[0].Dose!.Value), template with
                {
                    Rule = $"{rule}decay-corrected to the injection by the scanner (DecayCorrection ADMIN){byBody}", RuleName = "injection", Assumptions = assumptions,
                });
        }

        if (h.DecayCorrection is not ("START" or "NONE"))
        {
            return Refuse(SuvReason.NoDecayCorrection, h.DecayCorrection is null ? "DecayCorrection (0054,1102) absent" : $"DecayCorrection {h.DecayCorrection}", "START, ADMIN or NONE", "Use objects that state how decay was corrected.");
        }

        if (SuvDose.HalfLife(injections, assumptions) is not ({ } halfLife, null))
        {
            return (null, SuvDose.HalfLife(injections, []).Refusal);
        }

        // The nuclide's half-life also where the header has none, for the mean activity of a frame.
        if (SuvTime.Reference([.. slices.Select(s => s with { HalfLifeS = halfLife })], h.DecayCorrection == "NONE") is not { } reference)
        {
            return Refuse(SuvReason.NoReferenceTime, "no usable SeriesTime or AcquisitionTime", "the instant that the activity is decay-corrected to", "Supply dates and times in the header.");
        }

        var (left, uptake, refusal) = SuvDose.Left(injections, halfLife, reference, slices, evidence.IsDynamic, assumptions);
        return left is null ? (null, refusal) : Done(slices.Select((s, n) => scale(s) * body.Value / left[n]), template with
        {
            Rule = FormattableString.Invariant($"{rule}{reference.Rule}; {Math.Abs(uptake):0.0} min {(uptake < 0 ? "before" : "after")} the injection{byBody}"),
            RuleName = reference.Name, Assumptions = assumptions, DecayPerS = Math.Log(2) / halfLife,
        });
    }

    private static void AssumeSex(BodySize one, BodySize other, List<string> assumptions)
    {
        if (one.RelativeU > 0 || other.RelativeU > 0)
        {
            assumptions.Add("PatientSex is O, for which no formula is published; the mean of those for male and female is taken.");
        }
    }

    private static void AssumeCorrections(PetHeader h, List<string> assumptions)
    {
        if (h.DecayCorrectedTo is null && h.Corrections.Count > 0 && h.DecayCorrection is "START" or "ADMIN" or "NONE"
            && h.Corrections.Contains("DECY", StringComparer.Ordinal) == (h.DecayCorrection == "NONE") && h.Corrections is not ["ATTN"] and not [])
        {
            assumptions.Add($"CorrectedImage {(h.DecayCorrection == "NONE" ? "holds" : "lacks")} DECY, against DecayCorrection {h.DecayCorrection}, which is taken.");
        }
    }

    private static (SuvFactor? Factor, SuvRefusal? Refusal) Done(IEnumerable<double> factors, SuvFactor factor) => (factor with { Factors = [.. factors] }, null);

    private static (SuvFactor? Factor, SuvRefusal? Refusal) Refuse(string reason, string found, string expected, string remedy) => (null, new SuvRefusal(reason, found, expected, remedy));
}
