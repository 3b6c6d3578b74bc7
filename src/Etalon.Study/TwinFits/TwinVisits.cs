using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Treatment;
using Etalon.Twin;

namespace Etalon.Study;

/// <summary>What the visits of a case say to the twin: densities, which of them are fitted, treatment.</summary>
internal sealed class TwinVisits(PatientCase patient, List<Finding> findings)
{
    /// <summary>The patient-file layout documents a density of 0 outside the drawn tumour; elsewhere nothing is known there.</summary>
    private bool DocumentsNothingOutside => patient.Layout == "patient-file";

    /// <summary>What one aligned visit says of density.</summary>
    /// <param name="visit">With ADC and tumour on the domain's grid.</param>
    /// <param name="diffusion">Layout of states.</param>
    /// <param name="scale">What is unknown of its ADC scale.</param>
    public DensityObservation Observe(AlignedVisit visit, DiffusionOperator diffusion, VisitScale scale)
    {
        var reference = patient.Density!;
        var reading = DensityReader.Read(visit.Adc, visit.HasAdc, visit.Tumour, diffusion.Domain, reference, visit.IsResampled ? 2 : 1, DocumentsNothingOutside);
        var above = visit.Tumour.Inside.Zip(visit.Adc, (t, adc) => t && adc >= reference.FreeWaterMm2PerS).Count(x => x);
        Tell(visit, above, visit.Tumour.Count - reading.IsTumour.Count(t => t));
        return new DensityObservation
        {
            Visit = visit.Images.Visit.Id,
            Day = patient.DayOf(visit.Images.Visit.Time),
            Density = diffusion.ToState(reading.Density),
            IsMeasured = diffusion.ToState(reading.IsMeasured),
            IsTumour = diffusion.ToState(reading.IsTumour),
            IsBelowLimit = diffusion.ToState(reading.IsBelowLimit),
            DetectionLimit = reading.DetectionLimit,
            Tail = reading.Tail is { } tail ? tail with { Fall = diffusion.ToState(tail.Fall) } : null,
            VoxelU = VoxelU(visit, reference),
            Unbounded = diffusion.ToState(Unbounded(visit, reading, reference)),
            PositionU = (visit.PositionUMm ?? 0) * DensityReader.RmsSlopePerMm(reading, diffusion.Domain.Grid),
            DisplacementUMm = visit.PositionUMm ?? 0,
            ScaleU = scale.U,
            SharedScaleU = scale.Shared,
        };
    }

    private void Tell(AlignedVisit visit, int above, int outside)
    {
        var about = $"visit {visit.Images.Visit.Id}";
        if (above > 0)
        {
            findings.Add(new Finding(
                FindingCodes.AdcAboveFreeWater, Severity.Info, about, $"{above} of {visit.Tumour.Count} tumour voxels with ADC at or above free water",
                "ADC below free water where there are cells", "Their density is 0. Cysts and necrosis look so; exclude them from the mask if they are."));
        }

        if (outside > 0)
        {
            findings.Add(new Finding(
                FindingCodes.TumourOutsideDomain, Severity.Info, about, $"{outside} of {visit.Tumour.Count} tumour voxels outside the brain mask",
                "a tumour inside the brain", "They take no part in the twin; check both masks."));
        }
    }

    private static double VoxelU(AlignedVisit visit, DensityReference reference)
    {
        var map = visit.Images.Adc!;
        if (map.NoiseSd is null)
        {
            return TwinAssumptions.VoxelU;
        }

        var (sum, count) = (0.0, 0);
        for (var n = 0; n < visit.AdcU.Length; n++)
        {
            if (visit.Tumour.Inside[n] && visit.AdcU[n] > 0)
            {
                (sum, count) = (sum + (double)visit.AdcU[n] * visit.AdcU[n], count + 1);
            }
        }

        var noise = count == 0 ? 0 : Math.Sqrt(sum / count) / (reference.FreeWaterMm2PerS - reference.CapacityMm2PerS);
        return Math.Max(noise, TwinAssumptions.LeastVoxelU);
    }

    /// <summary>Density as it follows from ADC, unbounded, where it was measured.</summary>
    private static double[] Unbounded(AlignedVisit visit, DensityReading reading, DensityReference reference) => reading.Density.Select((d, n) => reading.IsMeasured[n]
        ? CellDensity.Unbounded(visit.Adc[n], reference) : d).ToArray();

    /// <summary>Which observations are fitted, or why there are too few.</summary>
    public (int Skip, int Count, string? Refusal) FittedCount(List<DensityObservation> observations, VisitRange? asked)
    {
        var usable = observations.Count;
        if (usable < 2)
        {
            return (0, 0, $"The twin needs two or more visits with a tumour mask and an ADC map; there {(usable == 1 ? "is one" : "are none")}.");
        }

        if (asked is not { } range)
        {
            return (0, usable > 3 ? usable - 2 : Math.Max(2, usable - 1), null);
        }

        if (VisitNumbers.Misfit(range, patient) is { } misfit)
        {
            return (0, 0, $"V{misfit[1..]}");
        }

        var numbers = VisitNumbers.Of(patient);
        var within = patient.Visits.Where((_, n) => numbers[n] >= range.First && numbers[n] <= range.Last).Select(v => v.Id).ToList();
        var fitted = within.Where(id => observations.Exists(o => o.Visit == id)).ToList();
        foreach (var left in within.Except(fitted, StringComparer.Ordinal))
        {
            findings.Add(new Finding(
                FindingCodes.VisitNotFitted, Severity.Warning, $"visit {left}", FormattableString.Invariant($"no tumour mask or no ADC map on the twin's grid, within the visits {range.First}-{range.Last} to be fitted"),
                "a visit with both", "The fit does without this visit; supply what is missing."));
        }

        return fitted.Count < 2
            ? (0, 0, FormattableString.Invariant($"Visits {range.First} to {range.Last} were asked for; {(fitted.Count == 0 ? "none" : "one")} of them has a tumour mask and an ADC map, and a fit needs two."))
            : (observations.FindIndex(o => o.Visit == fitted[0]), fitted.Count, null);
    }

    /// <summary>Treatment on the clock of the case's first visit.</summary>
    public TreatmentSchedule Schedule() => TreatmentSchedule.From(patient.Treatment, patient.Visits[0].Time, drug =>
    {
        if (DrugKinetics.DecayOf(drug) is { } known)
        {
            return known.Value;
        }

        findings.Add(new Finding(
            FindingCodes.ValueAssumed, Severity.Warning, $"drug {JsonSafe(drug)}", "a drug whose kinetics Etalon does not know", "a known decay",
            FormattableString.Invariant($"The decay of temozolomide, {DrugKinetics.TemozolomideDecay.Value:0.###} per day, was taken.")));
        return DrugKinetics.TemozolomideDecay.Value;
    });

    private static string JsonSafe(string text) => text.Length <= 40 ? text : text[..40];
}
