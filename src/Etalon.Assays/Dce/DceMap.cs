using System.Globalization;
using Etalon.Assays.Maps;
using Etalon.Assays.Relaxation;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Assays.Dce;

/// <summary><c>etalon map dce</c>: maps of contrast dynamics.</summary>
public sealed class DceMap(DceMapOptions options) : IMapAssay
{
    /// <summary>T1 of blood at 1.5 T, s, as the QIBA reference objects have it.</summary>
    private const double BloodT1S = 1.44;

    private const int FewestFrames = 8;

    private double Relaxivity => options.RelaxivityPerMmS ?? 4.5;

    private double Haematocrit => options.Haematocrit ?? 0.45;

    /// <inheritdoc/>
    public string Kind => "dce";

    /// <inheritdoc/>
    public MapOutcome Measure(MapInput input, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        var findings = new List<Finding>();
        var isSemi = options.Model == DceMapModel.Semiquantitative;
        if (Choose(input.Series, isSemi ? 2 : FewestFrames, findings) is not { } series)
        {
            return new MapOutcome { Findings = findings };
        }

        if (isSemi)
        {
            return Enhancement.Measure(series, findings);
        }

        if (Times(series, findings) is not { } times || Protocol(series, findings) is not var (flip, tr))
        {
            return new MapOutcome { Findings = findings };
        }

        var frames = series.Frames.Select(f => f.Values).ToList();
        var baseline = options.Baseline ?? DceBaseline.Find(frames);
        if (baseline.First < 0 || baseline.Last < baseline.First || baseline.Last >= frames.Count - 2)
        {
            findings.Add(new Finding(
                FindingCodes.FieldInvalid, Severity.Error, series.Name, $"frames {baseline.First} to {baseline.Last} as those before contrast, of {frames.Count}", "at least one frame before contrast and several after it",
                "State them with --baseline FIRST-LAST (from 0)."));
            return new MapOutcome { Findings = findings };
        }

        if (Tissue(input, series, findings, cancellation) is not { } t1 || Artery(input, series, frames, times, baseline, flip, tr, findings) is not { } plasma)
        {
            return new MapOutcome { Findings = findings };
        }

        var volume = new DceVolume(series.Grid, frames, times, baseline, new SignalToConcentration(flip, tr, Relaxivity), t1.Of);
        return Fitted(series, volume, plasma, t1, baseline, findings, cancellation);
    }

    private MapOutcome Fitted(MapSeries series, DceVolume volume, InputFunction plasma, TissueT1 t1, (int First, int Last) baseline, List<Finding> findings, CancellationToken cancellation)
    {
        var (delay, facts) = (options.DelayS, new List<(string, string)>());
        if (options.FitDelay && volume.MeanEnhancing() is { } mean)
        {
            var found = DelayedFit.Of(DceModel.ExtendedTofts, volume.TimesS, plasma.PlasmaMm, mean);
            delay = found.DelayS;
            facts.Add(("Delay", string.Create(CultureInfo.InvariantCulture, $"tissue later than the input by {delay:0.##} s (u {found.U:0.##} s), of the mean curve of all voxels that enhance")));
        }

        var shifted = DelayedFit.Shifted(volume.TimesS, plasma.PlasmaMm, delay);
        var model = Model();
        if (model is null)
        {
            var (best, evidence) = volume.Compare(shifted, cancellation);
            model = best;
            facts.Add(("Evidence", evidence));
        }

        facts.Add(("Input", plasma.How));
        facts.Add(("Baseline", $"frames {baseline.First} to {baseline.Last} (from 0){(options.Baseline is null ? ", found in the images" : "")}"));
        facts.Add(("T1", t1.How));
        var maps = volume.Fit(model.Value, shifted, cancellation);
        return new MapOutcome
        {
            Maps = maps,
            Method = $"dce.{Name(model.Value)}.least-squares/1",
            Constants =
            [
                new MapConstant("RelaxivityPerMmS", Relaxivity, "L/(mmol.s)", options.RelaxivityPerMmS is null ? "assumed: gadolinium chelates at 1.5 T" : "user"),
                new MapConstant("Haematocrit", Haematocrit, "1", options.Haematocrit is null ? "assumed" : "user"),
                .. options.T1S is { } stated ? [new MapConstant("T1", stated, "s", "user")] : Array.Empty<MapConstant>(),
                .. delay != 0 ? [new MapConstant("DelayS", delay, "s", options.FitDelay ? "fitted" : "user")] : Array.Empty<MapConstant>(),
            ],
            Sources = ["Tofts, J Magn Reson Imaging 7:91-101 (1997)", "Sourbron and Buckley, Magn Reson Med 66:735-745 (2011)", "Flouri, Lesnic and Sourbron, Magn Reson Med 76:998-1006 (2016)", .. plasma.Sources],
            Inputs = [series, .. t1.Inputs],
            ArteryRegions = options.Population is null ? [options.ArteryRegion] : [],
            Facts = facts,
            Findings = findings,
        };
    }

    private DceModel? Model() => options.Model switch
    {
        DceMapModel.Tofts => DceModel.Tofts,
        DceMapModel.ExtendedTofts => DceModel.ExtendedTofts,
        DceMapModel.Patlak => DceModel.Patlak,
        DceMapModel.Uptake => DceModel.TwoCompartmentUptake,
        DceMapModel.Exchange => DceModel.TwoCompartmentExchange,
        _ => null,
    };

    /// <summary>The name of a model in methods and on the command line.</summary>
    internal static string Name(DceModel model) => model switch
    {
        DceModel.Tofts => "tofts", DceModel.ExtendedTofts => "extended-tofts", DceModel.Patlak => "patlak", DceModel.TwoCompartmentUptake => "2cum", _ => "2cxm",
    };

    /// <summary>The magnitude series of MR with the most volumes that are not diffusion-weighted.</summary>
    private static MapSeries? Choose(IReadOnlyList<MapSeries> all, int fewest, List<Finding> findings)
    {
        var fitting = all.Where(s => s.Modality is "MR" or "" && s.Component == ImageComponent.Magnitude && s.Content.Length == 0 && s.Frames.Count >= fewest && s.Frames.All(f => f.BValue is null or 0))
            .OrderByDescending(s => s.Frames.Count).ThenBy(s => s.Name, StringComparer.Ordinal).ToList();
        if (fitting.Count == 0)
        {
            findings.Add(new Finding(
                FindingCodes.ImageMissing, Severity.Error, "the visit", $"no dynamic MR series of {fewest} volumes or more among {all.Count} series", "a dynamic T1-weighted series",
                "etalon inspect tells how many volumes each series holds."));
            return null;
        }

        foreach (var other in fitting.Skip(1).Where(s => s.Frames.Count >= FewestFrames))
        {
            findings.Add(new Finding(
                FindingCodes.SeriesNotMeasured, Severity.Info, other.Name, $"{other.Frames.Count} volumes", "one dynamic series in a visit", $"{fitting[0].Name} was mapped. Give the other one's objects alone to map it."));
        }

        return fitting[0];
    }

    private double[]? Times(MapSeries series, List<Finding> findings)
    {
        if (options.FrameS is { } step)
        {
            return [.. Enumerable.Range(0, series.Frames.Count).Select(n => n * step)];
        }

        if (series.Frames.All(f => f.TimeS is not null))
        {
            return [.. series.Frames.Select(f => f.TimeS!.Value)];
        }

        findings.Add(new Finding(
            FindingCodes.AcquisitionMissing, Severity.Error, series.Name, "no times that rise from volume to volume", "AcquisitionTime, TriggerTime or TemporalResolution of the volumes (BIDS: VolumeTiming)",
            "State the distance of the frames with --frame-seconds."));
        return null;
    }

    private static (double FlipDeg, double TrS)? Protocol(MapSeries series, List<Finding> findings)
    {
        if (series.Frames[0] is { FlipAngleDeg: > 0 and < 180 and var flip, RepetitionTimeS: > 0 and var tr })
        {
            return (flip, tr);
        }

        findings.Add(new Finding(
            FindingCodes.AcquisitionMissing, Severity.Error, series.Name, $"no usable {(series.Frames[0].FlipAngleDeg is null ? "FlipAngle" : "RepetitionTime")}", "FlipAngle and RepetitionTime of the spoiled gradient echo",
            "Without them a signal is no concentration. Export the series with its header."));
        return null;
    }

    private TissueT1? Tissue(MapInput input, MapSeries dynamic, List<Finding> findings, CancellationToken cancellation)
    {
        if (options.T1S is { } constant)
        {
            return new TissueT1(_ => constant, $"{constant.ToString(CultureInfo.InvariantCulture)} s for all voxels, as stated", []);
        }

        var outcome = new T1Map(new T1MapOptions()).Measure(input with { Series = [.. input.Series.Where(s => !ReferenceEquals(s, dynamic))] }, cancellation);
        if (outcome.Maps.FirstOrDefault(m => m.Measurand == "t1") is { } t1 && t1.Map.Value.Grid.IsSameAs(dynamic.Grid))
        {
            findings.AddRange(outcome.Findings);
            return new TissueT1(n => t1.Map.Status[n] == VoxelStatus.Ok ? t1.Map.Value.Values[n] : null, $"mapped: {outcome.Method}", outcome.Inputs);
        }

        findings.Add(new Finding(
            FindingCodes.AcquisitionMissing, Severity.Error, dynamic.Name, outcome.Maps.Count == 0 ? "no series from which T1 before contrast could be mapped" : "a T1 map on another grid", "series of several flip angles on the grid of the dynamic one",
            "Give them, or state T1 with --t1 SECONDS."));
        return null;
    }

    private InputFunction? Artery(
        MapInput input, MapSeries series, List<float[]> frames, double[] times, (int First, int Last) baseline, double flip, double tr, List<Finding> findings)
    {
        if (options.Population is { } kind)
        {
            // The published curve begins where contrast is seen first.
            var arrival = times[baseline.Last];
            findings.Add(new Finding(
                FindingCodes.ValueAssumed, Severity.Warning, series.Name, $"an input function of a population ({kind})", "the patient's own, measured in an artery",
                "How far this patient differs from it scales Ktrans, ve and vp, and is not part of their uncertainty. Draw a region in an artery and name it with --aif."));
            return new InputFunction(
                [.. times.Select(t => PopulationInput.BloodMm(kind, t, arrival) / (1 - Haematocrit))],
                string.Create(CultureInfo.InvariantCulture, $"population {kind}, from {arrival:0.##} s"),
                [kind switch { PopulationInputKind.Parker => "Parker et al., Magn Reson Med 56:993-1000 (2006)", PopulationInputKind.Georgiou => "Georgiou et al., Magn Reson Med 81:1197-1204 (2019)", _ => "McGrath et al., Magn Reson Med 61:1173-1184 (2009)" }]);
        }

        var region = input.Masks.FirstOrDefault(m => m.Name.Equals(options.ArteryRegion, StringComparison.OrdinalIgnoreCase))?.On(series.Grid, series.Stack?.FrameOfReferenceUid);
        if (region is not { Count: > 0 })
        {
            findings.Add(new Finding(
                FindingCodes.ImageMissing, Severity.Error, series.Name, $"no region '{RegionName(options.ArteryRegion)}' with voxels on the grid of the series", "a region in an artery, or the name of a published input function",
                "Draw one and give it with --mask aif=FILE, or choose --aif parker, georgiou or mcgrath."));
            return null;
        }

        var curve = new double[frames.Count];
        for (var f = 0; f < curve.Length; f++)
        {
            for (var n = 0; n < region.Inside.Length; n++)
            {
                curve[f] += region.Inside[n] ? frames[f][n] : 0;
            }

            curve[f] /= region.Count;
        }

        var before = curve[baseline.First..(baseline.Last + 1)].Average();
        var blood = new double[curve.Length];
        var missing = before > 0 ? new SignalToConcentration(flip, tr, Relaxivity).Convert(curve, before, options.BloodT1S ?? options.T1S ?? BloodT1S, blood) : curve.Length;
        if (missing > 0)
        {
            findings.Add(new Finding(
                FindingCodes.FieldInvalid, Severity.Error, series.Name, $"{missing} of {curve.Length} samples of the artery that no concentration explains", "a region in which the signal follows the concentration",
                "Its signal saturates or flows in unsaturated. Choose a region further along the vessel, or a published input function."));
            return null;
        }

        return new InputFunction([.. blood.Select(b => b / (1 - Haematocrit))], $"measured in {region.Count} voxels of region '{RegionName(options.ArteryRegion)}', T1 of blood {(options.BloodT1S ?? options.T1S ?? BloodT1S).ToString(CultureInfo.InvariantCulture)} s", []);
    }

    private static string RegionName(string name) => Cases.RegionLabel.Of(name);

    private sealed record InputFunction(double[] PlasmaMm, string How, IReadOnlyList<string> Sources);

    private sealed record TissueT1(Func<int, double?> Of, string How, IReadOnlyList<MapSeries> Inputs);
}
