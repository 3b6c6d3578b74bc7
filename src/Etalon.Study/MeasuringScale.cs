using Etalon.Assays;
using Etalon.Cases;
using Etalon.Comparability;
using Etalon.Comparability.Calibration;
using Etalon.Metrology;

namespace Etalon.Study;

/// <summary>The scale that a patient's measurements are made on: repeatability and calibration, from this study's own scans or the literature.</summary>
internal sealed class MeasuringScale
{
    /// <summary>Attributes that every kind of image has; the others are of diffusion images.</summary>
    private static readonly string[] OfAnyScanner = ["Manufacturer", "ManufacturersModelName", "DeviceSerialNumber", "SoftwareVersions", "AcquisitionDateTime"];

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
    public static MeasuringScale Of(PatientCase patient, CalibrationRecord? given, List<Finding> findings, CancellationToken cancellation)
    {
        var pairs = patient.TestRetest.Select(p => Pair(p, findings, cancellation)).ToList();
        var adc = pairs.Where(p => p.Adc is not null).Select(p => p.Adc!.Value).ToList();
        var volume = pairs.Where(p => p.Volume is not null).Select(p => p.Volume!.Value).ToList();
        var precisionAdc = adc.Count >= 3 ? Assays.Precision.FromPairs("adc.mean", adc) : LiteraturePrecision.For("adc.mean");
        var precisionVolume = volume.Count >= 3 ? Assays.Precision.FromPairs("volume", volume) : LiteraturePrecision.For("volume");
        (double Sd, double Dof)? spread = precisionAdc.Dof is { } dof ? (precisionAdc.RelativeSd, dof) : null;
        var fromFile = FromFile(patient, given, findings);
        // A calibration that the user gives counts before the case's own phantom scans of that state.
        var own = CalibrationFit.FromPhantoms(patient.Phantoms, spread, findings, cancellation).Where(c => fromFile.All(f => f.State != c.State));
        var scale = new MeasuringScale([.. fromFile, .. own]);
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

    /// <summary>The scanner states of the visits that a calibration record holds for.</summary>
    private static List<ScannerCalibration> FromFile(PatientCase patient, CalibrationRecord? given, List<Finding> findings)
    {
        var calibrations = new List<ScannerCalibration>();
        if (given is null)
        {
            return calibrations;
        }

        var set = given.ToSet();
        foreach (var visit in patient.Visits)
        {
            // A state that drifted has a line for each of its periods.
            if (visit.Acquisition.ScannerState() is { } state && set.Of(visit.Acquisition, "adc", visit.Day) is { } line && !calibrations.Exists(c => c.State == state && c.Line == line))
            {
                calibrations.Add(ScannerCalibration.Of(state, line));
            }
        }

        if (calibrations.Count == 0)
        {
            findings.Add(new Finding(
                FindingCodes.CalibrationMissing, Severity.Warning, "--calibration", $"states {string.Join(", ", given.States.Select(s => s.State).Distinct(StringComparer.Ordinal).Take(5))}",
                "a scanner state of one of the visits (serial number or station name, a space, software)", "No visit was corrected by it. Compare the names with those that etalon inspect shows."));
        }

        return calibrations;
    }

    /// <summary>Whether any visit has the images of a measurand.</summary>
    private static bool IsNeeded(PatientCase patient, Precision precision) => patient.Visits.Any(v => v.Images.Any(i =>
        precision.Measurand.StartsWith("adc", StringComparison.Ordinal) ? i.Kind is ImageKind.AdcMap or ImageKind.DiffusionSeries : i.Kind == ImageKind.RegionMask));

    /// <summary>Says of each visit what is not known of its scanner, and what that does to the measurands that it has.</summary>
    private void TellStates(PatientCase patient, List<Finding> findings)
    {
        string? before = null;
        foreach (var visit in patient.Visits)
        {
            var hasAdc = visit.Images.Any(i => i.Kind is ImageKind.AdcMap or ImageKind.DiffusionSeries);
            var state = visit.Acquisition.ScannerState();
            TellMissing(visit, hasAdc, findings);
            if (state is not null && before is not null && before != state)
            {
                findings.Add(new Finding(
                    FindingCodes.ScannerStateChanged, Severity.Info, $"visit {visit.Id}", $"scanner state {state}", $"{before}, as at the visit before",
                    !hasAdc ? "What was measured in the two states is compared without a correction."
                    : Correction.Of(state) is null ? "Scan a phantom in this state." : "Both states are calibrated by phantom scans; the difference was taken out."));
            }

            if (hasAdc && state is not null && Correction.Of(state) is null)
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

    /// <summary>An unknown state widens ADC; an unknown state of the image that a region was drawn on widens its volume. SUV's repeatability is one across scanners.</summary>
    private void TellMissing(Visit visit, bool hasAdc, List<Finding> findings)
    {
        var drawn = visit.Images.Where(i => i is { Kind: ImageKind.RegionMask, IsTransferred: false }).Select(i => i.Acquisition ?? visit.Acquisition).FirstOrDefault(a => a.ScannerState() is null);
        var unknown = visit.Acquisition.ScannerState() is null ? visit.Acquisition : drawn;
        if (unknown is null)
        {
            return;
        }

        var widened = new List<LiteratureConstant>();
        var said = new List<string>();
        if (hasAdc && unknown == visit.Acquisition)
        {
            widened.Add(LiteraturePrecision.AdcBetweenScanners);
            said.Add(FormattableString.Invariant($"{100 * LiteraturePrecision.AdcBetweenScanners.Value:0.0} % of ADC"));
        }

        if (drawn is not null)
        {
            widened.Add(LiteraturePrecision.VolumeUnknownReader);
            said.Add(FormattableString.Invariant($"{100 * LiteraturePrecision.VolumeUnknownReader.Value:0.0} % of volume"));
        }

        Constants.AddRange(widened);
        findings.Add(new Finding(
            FindingCodes.AcquisitionMissing, Severity.Warning, $"visit {visit.Id}",
            $"no {string.Join(", ", unknown.Attributes.Where(a => a.State == Imaging.AttributeState.Absent && ((hasAdc && unknown == visit.Acquisition) || OfAnyScanner.Contains(a.Name))).Select(a => a.Name))}",
            "scanner, software and protocol of the visit",
            (said.Count == 0 ? "It cannot be told whether another visit was scanned alike. " : $"Its uncertainty is wider by {string.Join(" and ", said)}. ") + "Supply the DICOM headers or BIDS sidecars."));
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
