using Etalon.Assays;
using Etalon.Cases;
using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Study;

/// <summary>The scale that a patient's measurements are made on: repeatability and calibration, from this study's own scans or the literature.</summary>
internal sealed class MeasuringScale
{
    private readonly Dictionary<string, Precision> _precision = new(StringComparer.Ordinal);

    private MeasuringScale(IReadOnlyList<ScannerCalibration> calibrations) => (Calibrations, Correction) = (calibrations, new StateCorrection(calibrations));

    /// <summary>Calibrations of the scanner states.</summary>
    public IReadOnlyList<ScannerCalibration> Calibrations { get; }

    /// <summary>Brings measurements to the reference scale.</summary>
    public StateCorrection Correction { get; }

    /// <summary>Constants that were taken from the literature.</summary>
    public List<LiteratureConstant> Constants { get; } = [];

    /// <summary>Repeatability of a measurand.</summary>
    public Precision Precision(string measurand) => _precision.TryGetValue(measurand, out var p) ? p : LiteraturePrecision.For(measurand);

    /// <summary>Establishes the scale of a case.</summary>
    public static MeasuringScale Of(PatientCase patient, List<Finding> findings, CancellationToken cancellation)
    {
        var pairs = patient.TestRetest.Select(p => Pair(p, findings, cancellation)).ToList();
        var adc = pairs.Where(p => p.Adc is not null).Select(p => p.Adc!.Value).ToList();
        var volume = pairs.Where(p => p.Volume is not null).Select(p => p.Volume!.Value).ToList();
        var precisionAdc = adc.Count >= 3 ? Assays.Precision.FromPairs("adc.mean", adc) : LiteraturePrecision.For("adc.mean");
        var precisionVolume = volume.Count >= 3 ? Assays.Precision.FromPairs("volume", volume) : LiteraturePrecision.For("volume");
        (double Sd, double Dof)? spread = precisionAdc.Dof is { } dof ? (precisionAdc.RelativeSd, dof) : null;
        var scale = new MeasuringScale(CalibrationFit.FromPhantoms(patient.Phantoms, spread, findings, cancellation));
        scale._precision["adc.mean"] = precisionAdc;
        scale._precision["adc.median"] = precisionAdc with { Measurand = "adc.median" };
        scale._precision["volume"] = precisionVolume;
        var precisionSuv = patient.Visits.Any(v => v.Image(ImageKind.Suv) is not null) ? new[] { LiteraturePrecision.For("suvbw.mean"), LiteraturePrecision.For("suvbw.max") } : [];
        foreach (var precision in precisionSuv.Concat(new[] { precisionAdc, precisionVolume }.Where(p => IsNeeded(patient, p))).Where(p => p.Literature is not null))
        {
            scale.Constants.Add(precision.Literature!);
            findings.Add(new Finding(
                FindingCodes.RepeatabilityAssumed, Severity.Warning, precision.Measurand, "no test-retest scans of this scanner and reader", "three or more pairs",
                FormattableString.Invariant($"Taken from the literature: {100 * precision.RelativeSd:0.0} % ({precision.Literature!.Source.Text}). Test-retest scans would replace it.")));
        }

        scale.TellStates(patient, findings);
        return scale;
    }

    /// <summary>Whether any visit has the images of a measurand.</summary>
    private static bool IsNeeded(PatientCase patient, Precision precision) => patient.Visits.Any(v => v.Images.Any(i =>
        precision.Measurand.StartsWith("adc", StringComparison.Ordinal) ? i.Kind is ImageKind.AdcMap or ImageKind.DiffusionSeries : i.Kind == ImageKind.RegionMask));

    private void TellStates(PatientCase patient, List<Finding> findings)
    {
        string? before = null;
        foreach (var visit in patient.Visits)
        {
            var state = visit.Acquisition.ScannerState();
            if (state is null)
            {
                Constants.Add(LiteraturePrecision.AdcBetweenScanners);
                Constants.Add(LiteraturePrecision.VolumeUnknownReader);
                findings.Add(new Finding(
                    FindingCodes.AcquisitionMissing, Severity.Warning, $"visit {visit.Id}",
                    $"no {string.Join(", ", visit.Acquisition.Attributes.Where(a => a.State == Imaging.AttributeState.Absent).Select(a => a.Name))}",
                    "scanner, software and protocol of the visit",
                    FormattableString.Invariant($"Its uncertainty is wider by {100 * LiteraturePrecision.AdcBetweenScanners.Value:0.0} % of ADC and {100 * LiteraturePrecision.VolumeUnknownReader.Value:0.0} % of volume. Supply the DICOM headers or BIDS sidecars.")));
            }
            else if (before is not null && before != state)
            {
                findings.Add(new Finding(
                    FindingCodes.ScannerStateChanged, Severity.Info, $"visit {visit.Id}", $"scanner state {state}", $"{before}, as at the visit before",
                    Correction.Of(state) is null ? "Scan a phantom in this state." : "Both states are calibrated by phantom scans; the difference was taken out."));
            }

            if (state is not null && Correction.Of(state) is null)
            {
                Constants.Add(LiteraturePrecision.AdcBetweenScanners);
                findings.Add(new Finding(
                    FindingCodes.CalibrationMissing, Severity.Warning, $"visit {visit.Id}", $"no phantom scan in scanner state {state}", "a phantom scan in every scanner state",
                    "The calibration chain is broken here; scan a diffusion phantom in this state."));
            }

            before = state ?? before;
        }

        foreach (var constant in Constants.Where(c => !c.Checked).DistinctBy(c => c.Name))
        {
            findings.Add(new Finding(
                FindingCodes.ConstantUnchecked, Severity.Info, constant.Name, FormattableString.Invariant($"{constant.Value:0.####} {constant.Unit}"),
                "a measured value with a source", constant.Source.Text));
        }
    }

    private static ((double First, double Second)? Adc, (double First, double Second)? Volume) Pair(
        TestRetestPair pair, List<Finding> findings, CancellationToken cancellation)
    {
        var scans = new[] { pair.First, pair.Second }.Select(v => VisitLoader.Load(v, findings, cancellation)).ToList();
        var tumours = scans.Select(StudyRun.Tumour).ToList();
        if (tumours.Any(t => t is null))
        {
            return (null, null);
        }

        var volumes = tumours.Select(t => RegionShape.VolumeMl(t!.Mask)).ToList();
        var means = scans.Zip(tumours, (s, t) => s.Adc is null ? null : RegionStatistics.Of(s.Adc, t!.Mask)?.Mean).ToList();
        return (means.All(m => m > 0) ? (means[0]!.Value, means[1]!.Value) : null, (volumes[0], volumes[1]));
    }
}
