using Etalon.Assays;
using Etalon.Cases;
using Etalon.Comparability.Calibration;
using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>The gain of one scanner state for ADC: reading = gain × true value.</summary>
/// <param name="State">The scanner state.</param>
/// <param name="Gain">Best estimate.</param>
/// <param name="U">Its standard uncertainty, relative to 1.</param>
/// <param name="Dof">Degrees of freedom of U.</param>
/// <param name="ReferenceU">Relative standard uncertainty of the phantom's reference values, shared by all states.</param>
/// <param name="Readings">Number of phantom sessions.</param>
public sealed record ScannerCalibration(string State, double Gain, double U, double? Dof, double ReferenceU, int Readings)
{
    /// <summary>The calibration line that it is taken from, with its offset and terms; null where phantom scans of this case gave one gain.</summary>
    public StateCalibration? Line { get; init; }

    /// <summary>A state's gain from a calibration line, its uncertainties at the middle of the reference values.</summary>
    /// <param name="state">The scanner state of the images.</param>
    /// <param name="line">The line.</param>
    public static ScannerCalibration Of(string state, StateCalibration line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var middle = line.Corrected(line.Offset + line.Gain * 0.5 * (line.Lowest + line.Highest));
        double Relative(bool isReference) => Math.Sqrt(middle.Effects.Where(e => e.Group.StartsWith("reference:", StringComparison.Ordinal) == isReference).Sum(e => e.Effect * e.Effect)) / middle.Value;
        return new ScannerCalibration(state, line.Gain, Relative(false), line.Dof, Relative(true), line.Sessions.Count) { Line = line };
    }
}

/// <summary>Calibrates scanner states from phantom sessions.</summary>
/// <remarks>
/// Each session gives one gain: the mean of reading / reference over its vials, weighted by the variance of each ratio. What varies from session to session
/// (positioning, temperature) moves all vials of a session together, so the uncertainty of a state's gain is the spread between sessions,
/// pooled over states, over the root of the number of sessions.
/// </remarks>
public static class CalibrationFit
{
    // Six scanners over 18 months lie within 9 % (PMC12314170); what is several times farther is no scanner's gain but a mistaken unit or vial.
    private const double SmallestGain = 0.7;
    private const double LargestGain = 1.4;

    /// <summary>Calibrations by scanner state; a session that cannot be used becomes a finding.</summary>
    /// <param name="phantoms">Phantom scans.</param>
    /// <param name="sessionSd">Relative spread between sessions known from elsewhere (test-retest), with its degrees of freedom; pooled with the phantom's own.</param>
    /// <param name="findings">Receives trouble.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static IReadOnlyList<ScannerCalibration> FromPhantoms(
        IReadOnlyList<PhantomScan> phantoms, (double Sd, double Dof)? sessionSd, List<Finding> findings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(phantoms);
        ArgumentNullException.ThrowIfNull(findings);
        var sessions = phantoms.Select(p => Session(p, findings, cancellation)).OfType<SessionGain>().GroupBy(s => s.State, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        var (squares, dof) = sessionSd is { } known ? (known.Sd * known.Sd * known.Dof, known.Dof) : (0.0, 0.0);
        foreach (var state in sessions)
        {
            var mean = state.Average(s => s.Gain);
            squares += state.Sum(s => Math.Pow(s.Gain / mean - 1, 2));
            dof += state.Count() - 1;
        }

        if (sessions.Count == 0 || dof == 0)
        {
            return [];
        }

        var spread = Math.Sqrt(squares / dof);
        return sessions.Select(state =>
        {
            var gain = state.Average(s => s.Gain);
            var noise = Math.Sqrt(state.Sum(s => s.U * s.U)) / state.Count();
            var u = Math.Sqrt(spread * spread / state.Count() + noise * noise);
            return new ScannerCalibration(state.Key, gain, u, dof, state.Average(s => s.ReferenceU), state.Count());
        }).ToList();
    }

    private sealed record SessionGain(string State, double Gain, double U, double ReferenceU);

    private static SessionGain? Session(PhantomScan scan, List<Finding> findings, CancellationToken cancellation)
    {
        var images = VisitLoader.Load(scan.Visit, findings, cancellation);
        var state = scan.Visit.Acquisition.ScannerState();
        if (images.Adc is null || state is null)
        {
            findings.Add(new Finding(
                FindingCodes.CalibrationMissing, Severity.Warning, $"phantom {scan.Visit.Id}", state is null ? "no serial number or software version" : "no ADC",
                "diffusion frames with acquisition metadata", "This phantom scan was not used; supply its sidecar and frames."));
            return null;
        }

        var (sumW, sumWr, reference) = (0.0, 0.0, 0.0);
        var ratios = new List<(double Ratio, double Weight)>();
        foreach (var region in images.Regions)
        {
            if (scan.Reference.TryGetValue(region.Id, out var truth) && RegionStatistics.Of(images.Adc, region.Mask) is { NoiseU: > 0 and var noise } s)
            {
                var weight = truth.Mm2PerS * truth.Mm2PerS / (noise * noise);
                ratios.Add((s.Mean / truth.Mm2PerS, weight));
                (sumW, sumWr, reference) = (sumW + weight, sumWr + weight * s.Mean / truth.Mm2PerS, reference + weight * truth.U / truth.Mm2PerS);
            }
        }

        if (ratios.Count == 0)
        {
            return null;
        }

        var gain = sumWr / sumW;
        if (gain is < SmallestGain or > LargestGain)
        {
            findings.Add(new Finding(
                FindingCodes.CalibrationInconsistent, Severity.Error, $"phantom {scan.Visit.Id}", FormattableString.Invariant($"a reading of {gain:0.###} times the reference value"),
                FormattableString.Invariant($"between {SmallestGain} and {LargestGain} times"), "This phantom scan was not used. Check the unit of the reference values (mm²/s), which vial is which, and the temperature."));
            return null;
        }

        var chi2 = ratios.Sum(r => r.Weight * (r.Ratio - gain) * (r.Ratio - gain)) / Math.Max(1, ratios.Count - 1);
        if (ratios.Count > 2 && chi2 > 9)
        {
            findings.Add(new Finding(
                FindingCodes.CalibrationInconsistent, Severity.Warning, $"phantom {scan.Visit.Id}",
                FormattableString.Invariant($"vials scatter {Math.Sqrt(chi2):0.0} times their noise about one gain"), "one gain for all vials",
                "The gain's uncertainty was widened by that factor. Check temperature and vial positions."));
        }

        return new SessionGain(state, gain, Math.Sqrt(Math.Max(1, chi2) / sumW), reference / sumW);
    }
}
