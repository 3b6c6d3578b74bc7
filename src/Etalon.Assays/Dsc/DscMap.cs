using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Dsc;

/// <summary>
/// Blood volume from a T2*-weighted dynamic series: rCBV corrected for leakage, and K2; with a drawn artery also CBF, CBV and MTT.
/// </summary>
public sealed class DscMap : IMapAssay
{
    private readonly DscMapOptions _options;

    /// <summary>Takes the options.</summary>
    public DscMap(DscMapOptions? options = null) => _options = options ?? new DscMapOptions();

    /// <inheritdoc/>
    public string Kind => "dsc";

    /// <inheritdoc/>
    public MapOutcome Measure(MapInput input, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        var findings = new List<Finding>();
        if (DscSeries.Find(input, _options, findings) is not { } series)
        {
            return new MapOutcome { Findings = findings };
        }

        var curves = DscCurves.Of(series, series.Mask(input, _options.BrainMasks, findings), findings, cancellation);
        if (curves is null)
        {
            return new MapOutcome { Findings = findings, Inputs = [series.Series] };
        }

        var drawn = series.Mask(input, _options.ReferenceMasks, findings);
        var reference = drawn is null ? curves.NonEnhancing() : drawn;
        if (curves.Mean(reference) is not { } curve || !HasArea(curve, curves.Timing))
        {
            DscSeries.Refuse(findings, series.Series.Name, FormattableString.Invariant($"{reference.Count} voxels that do not enhance, without a bolus in their mean"),
                "tissue that does not enhance, for the reference curve of the leakage correction", "Draw a mask named non-enhancing in tissue away from the lesion.");
            return new MapOutcome { Findings = findings, Inputs = [series.Series] };
        }

        var correction = new LeakageCorrection(curve, series.FrameS, curves.Timing.Arrival, _options.Leakage);
        var volume = new DscVolumes(curves, correction, cancellation);
        var normal = series.Mask(input, _options.NormalMasks, findings);
        var maps = new List<NamedMap> { volume.Rcbv(normal), volume.K2() };
        if (_options.Standardises && volume.Standardised(reference, _options.Standard) is { } standardised)
        {
            maps.Add(standardised);
        }

        var artery = series.Mask(input, _options.ArteryMasks, findings);
        if (artery is not null)
        {
            maps.AddRange(DscFlow.Maps(curves, correction, volume, artery, _options, findings, cancellation));
        }

        return Outcome(series, curves, correction, maps, findings, Facts(curves, correction, reference, drawn is not null, normal is not null, artery));
    }

    private static bool HasArea(double[] curve, BolusTiming timing) => curve.AsSpan(timing.Arrival - 1).ToArray().Sum() > 0 && timing.Arrival <= curve.Length - 5;

    private static List<(string Name, string Text)> Facts(
        DscCurves curves, LeakageCorrection correction, Mask reference, bool isDrawn, bool isNormalised, Mask? artery) =>
    [
        ("Baseline", FormattableString.Invariant($"volumes {curves.Timing.Baseline.First} to {curves.Timing.Baseline.End - 1} (from 0)")),
        ("Window", FormattableString.Invariant($"volumes {correction.Arrival - 1} to {correction.LastFrame} (from 0)")),
        ("Reference", FormattableString.Invariant($"mean of {reference.Count} voxels that do not enhance, {(isDrawn ? "drawn" : "by the rule of Boxerman et al. 2006 for both signs of leakage")}")),
        ("Normalisation", isNormalised ? "mean of normal-appearing white matter is 1" : "mean of tissue that does not enhance is 1"),
        ("Artery", artery is null ? "none: CBF, CBV and MTT were not made" : FormattableString.Invariant($"mean of {artery.Count} drawn voxels")),
    ];

    private MapOutcome Outcome(
        DscSeries series, DscCurves curves, LeakageCorrection correction, List<NamedMap> maps, List<Finding> findings, List<(string Name, string Text)> facts)
    {
        var hasFlow = maps.Any(m => m.Measurand == "cbf");
        var flow = !hasFlow ? "" : _options.Flow == FlowMethod.TransitTimes ? "+transit-times" : "+osvd";
        var leakage = _options.Leakage.Model switch { LeakageModel.BoxermanSchmaindaWeisskoff => "bsw", LeakageModel.Bidirectional => "bidirectional", _ => "by-evidence" };
        var constants = new List<MapConstant>
        {
            new("EchoTimeS", series.EchoTimeS, "s", series.EchoSource),
            new("FrameS", series.FrameS, "s", series.FrameSource),
            new("NoiseSd", curves.NoiseSd, "1", "median over the brain of the baseline's standard deviation"),
            new("ShapeRelativeU", _options.Leakage.ShapeRelativeU, "1", "simulation, docs/maps/dsc.md"),
        };
        if (hasFlow)
        {
            constants.Add(new("HaematocritLarge", _options.HaematocritLarge, "1", "Calamante et al. 1999"));
            constants.Add(new("HaematocritSmall", _options.HaematocritSmall, "1", "Calamante et al. 1999"));
        }

        if (series.FrameSource.StartsWith("repetition", StringComparison.Ordinal))
        {
            findings.Add(new Finding(FindingCodes.ValueAssumed, Severity.Info, series.Series.Name, FormattableString.Invariant($"no times of volumes; {series.FrameSource}: {series.FrameS:0.###} s"),
                "a time for each volume", "State the time between volumes if the sequence is not single-shot."));
        }

        if (maps.Any(m => m.Name == "srCBVmap"))
        {
            findings.Add(new Finding(FindingCodes.ValueAssumed, Severity.Info, "srCBVmap",
                FormattableString.Invariant($"quantiles {_options.Standard.LowQuantile} and {_options.Standard.HighQuantile} set to {_options.Standard.LowValue:0.###} and {_options.Standard.HighValue:0.###}"),
                "landmark values of a trained standard", "Compare standardised values only with others of the same landmarks."));
        }

        return new MapOutcome
        {
            ArteryRegions = _options.ArteryMasks,
            Maps = maps,
            Method = $"dsc.{leakage}{(_options.Leakage.AdaptsShape ? "-adapted" : "")}{flow}/1",
            Constants = constants,
            Sources =
            [
                "Boxerman, Schmainda, Weisskoff, AJNR 27:859-867 (2006)",
                .. _options.Leakage.Model == LeakageModel.BoxermanSchmaindaWeisskoff ? Array.Empty<string>() : ["Leu et al., AJNR 37:1440-1446 (2016)"],
                .. hasFlow ? _options.Flow == FlowMethod.TransitTimes ? ["Mouridsen et al., NeuroImage 33:570-579 (2006)"] : new[] { "Wu et al., Magn Reson Med 50:164-174 (2003)" } : [],
                .. _options.Standardises ? new[] { "Bedekar, Jensen, Schmainda, Magn Reson Med 64:907-913 (2010)" } : [],
            ],
            Inputs = [series.Series],
            Facts = facts,
            Findings = findings,
        };
    }
}
