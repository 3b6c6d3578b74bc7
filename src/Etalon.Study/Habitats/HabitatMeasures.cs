using Etalon.Assays;
using Etalon.Assays.Habitats;
using Etalon.Assays.Volumes;
using Etalon.Change;
using Etalon.Comparability;
using Etalon.Metrology;
using Etalon.Numerics;

namespace Etalon.Study.Habitats;

/// <summary>Fractions and volumes of habitats as measurements, and their changes against noise.</summary>
internal static class HabitatMeasures
{
    /// <summary>Below this expected adjusted Rand index, labels of single voxels are not to be read.</summary>
    private const double LeastRand = 0.6;

    public static HabitatRunResult Of(HabitatRunResult result, HabitatVoxels table, IReadOnlyList<InputVisit> visits, List<Finding> findings)
    {
        var scale = Scales(result, table, findings);
        var measurements = new List<Measurement>();
        for (var s = 0; s < result.Visits.Count; s++)
        {
            var visit = result.Visits[s];
            var state = visits.First(v => v.Id == visit.Id).ScannerState;
            for (var c = 0; c < result.Model.Habitats.Count; c++)
            {
                var fraction = Fraction(result, visit, s, c, scale, state);
                measurements.Add(fraction);
                measurements.Add(Volume(visit, fraction));
            }

            if (result.Model.ExpectedRand.Count > s && result.Model.ExpectedRand[s] < LeastRand)
            {
                findings.Add(new Finding(
                    FindingCodes.HabitatsUnstable, Severity.Warning, $"visit {visit.Id}: region '{result.Region}'", FormattableString.Invariant($"an expected adjusted Rand index of {result.Model.ExpectedRand[s]:0.00} between this scan and a repeated one"),
                    FormattableString.Invariant($"{LeastRand:0.0} or more"), "Read fractions and their intervals, not the label of a single voxel. Maps with less noise would help."));
            }
        }

        return result with { Measurements = measurements, Changes = Changes(result, measurements), Rand = Rand(result) };
    }

    /// <summary>What the scale of each map, which a repeated scan shares in all its voxels, does to each fraction: shape (maps) of (component text, relative sd, d fraction / d ln map).</summary>
    private static List<(string Text, Precision Precision, double[,] Sensitivity)> Scales(HabitatRunResult result, HabitatVoxels table, List<Finding> findings)
    {
        var scales = new List<(string, Precision, double[,])>();
        // Within one visit habitats move with the scale of the map; between visits, and against fixed thresholds, they do not.
        if (result.Visits.Count < 2 || result.Model.Names.Count > 0)
        {
            return scales;
        }

        for (var m = 0; m < result.Maps.Count; m++)
        {
            var measurand = $"{result.Maps[m]}.mean";
            if (measurand is "adc.mean" or "suvbw.mean")
            {
                scales.Add(($"scale of {result.Maps[m]} at this scan", LiteraturePrecision.For(measurand), result.Model.Classifier.Sensitivity(table, m)));
                continue;
            }

            findings.Add(new Finding(
                FindingCodes.HabitatRepeatabilityUnknown, Severity.Warning, result.Maps[m], "no repeatability of its mean between scans", "one from test-retest scans or the literature",
                "Changes of habitats lack what the scale of this map does from visit to visit; read their intervals as too narrow."));
        }

        return scales;
    }

    private static Measurement Fraction(HabitatRunResult result, HabitatVisit visit, int s, int c, List<(string Text, Precision Precision, double[,] Sensitivity)> scales, string? state)
    {
        var k = result.Model.Habitats.Count;
        var own = result.Model.Fractions[s * k + c];
        var name = result.NameOf(c);
        var template = new Measurement
        {
            Id = $"{visit.Id}/{result.Region}/{name}/fraction", Subject = result.Subject, Visit = visit.Id, Measurand = "fraction", Unit = "1", Region = new Region($"{result.Region}/{name}", RegionKind.Mask, $"{name} of {result.Region}", "habitats of this run"),
            Status = Measurement.StatusOk, ScannerState = state, Method = result.Method, Inputs = visit.Sources,
        };
        var shared = Shared(result, s, c);
        var components = new List<UncertaintyComponent>
        {
            new("labels of voxels under noise", Math.Sqrt(Math.Max(0, own.U * own.U - shared * shared)), null, ComponentKind.A),
        };
        if (shared != 0)
        {
            components.Add(new UncertaintyComponent("definition of the habitat, shared by all visits", Math.Abs(shared), $"habitat/{result.Region}/{name}", ComponentKind.A) { IsNegative = shared < 0 });
        }

        components.AddRange(scales.Select(scale => new UncertaintyComponent(
            $"{scale.Text} ({scale.Precision.Text})", Math.Abs(scale.Sensitivity[s, c]) * scale.Precision.RelativeSd, null, scale.Precision.Kind, scale.Precision.Dof) { Constant = scale.Precision.Literature }));
        var measured = Measurement.Of(template, own.Value, components, positive: false);
        // The draws know that a share stays between 0 and 1; what is added to them widens both sides alike.
        var wider = own.U > 0 ? Math.Max(1, measured.U!.Value / own.U) : 1;
        return measured with
        {
            Interval = new Interval(Math.Max(0, own.Value - wider * (own.Value - own.Interval.Lower)), Math.Min(1, own.Value + wider * (own.Interval.Upper - own.Value)), own.Interval.Coverage),
        };
    }

    /// <summary>The part of a fraction's deviations that goes with those of the other visits: its loading on the mean of all, from the draws; 0 for one visit.</summary>
    private static double Shared(HabitatRunResult result, int s, int c)
    {
        var (k, visits) = (result.Model.Habitats.Count, result.Visits.Count);
        if (visits < 2)
        {
            return 0;
        }

        var own = result.Model.Fractions[s * k + c].Draws;
        var others = Enumerable.Range(0, visits).Where(v => v != s).Select(v => result.Model.Fractions[v * k + c].Draws).ToList();
        double[] mine = [.. own.Select(f => (double)f)], mean = [.. Enumerable.Range(0, own.Count).Select(d => others.Average(o => (double)o[d]))];
        var sd = FixedSum.StandardDeviation(mean);
        if (sd == 0)
        {
            return 0;
        }

        var (a, b) = (FixedSum.Mean(mine), FixedSum.Mean(mean));
        var covariance = mine.Zip(mean, (x, y) => (x - a) * (y - b)).Sum() / (mine.Length - 1);
        var loading = covariance / sd;
        return Math.Clamp(loading, -FixedSum.StandardDeviation(mine), FixedSum.StandardDeviation(mine));
    }

    private static Measurement Volume(HabitatVisit visit, Measurement fraction)
    {
        var total = RegionShape.VolumeMl(visit.Region);
        var (placement, contour) = (VolumeUncertainty.PlacementUMl(visit.Region), VolumeUncertainty.ContourUMl(visit.Region, VolumeAssay.ContourDisplacement.Value));
        var template = fraction with { Id = fraction.Id.Replace("/fraction", "/volume", StringComparison.Ordinal), Measurand = "volume", Unit = "mL" };
        return Measurement.Of(
            template, fraction.Value!.Value * total,
            [
                .. fraction.Components.Select(c => c.Scaled(total)),
                new UncertaintyComponent("place of the voxels under the contour of the region", placement * fraction.Value.Value, null, ComponentKind.B),
                new UncertaintyComponent(
                    FormattableString.Invariant($"contour of the region further out or in by {VolumeAssay.ContourDisplacement.Value:0.###} mm (literature and assumption)"), contour * fraction.Value.Value, null, ComponentKind.B) { Constant = VolumeAssay.ContourDisplacement },
            ],
            positive: true);
    }

    private static List<MeasuredChange> Changes(HabitatRunResult result, List<Measurement> measurements)
    {
        var changes = new List<MeasuredChange>();
        foreach (var series in measurements.Where(m => m.Value > 0).GroupBy(m => (m.Measurand, m.Region!.Id)))
        {
            var inTime = series.ToList();
            for (var n = 1; n < inTime.Count; n++)
            {
                changes.Add(Between(inTime[n - 1], inTime[n]));
            }

            if (inTime.Count > 2)
            {
                changes.Add(Between(inTime[0], inTime[^1]));
            }
        }

        return changes;

        MeasuredChange Between(Measurement a, Measurement b) => ChangeAnalysis.Between(a, b, VisitComparison.Between(a, b, null), result.Options.MinimalImportantChange);
    }

    private static List<(string, string, double?)> Rand(HabitatRunResult result)
    {
        var labels = result.Model.Labels();
        var pairs = new List<(string, string, double?)>();
        for (var a = 0; a < result.Visits.Count; a++)
        {
            for (var b = a + 1; b < result.Visits.Count; b++)
            {
                var (x, y) = (result.Visits[a], result.Visits[b]);
                pairs.Add((x.Id, y.Id, x.Region.Grid.IsSameAs(y.Region.Grid) ? Common(x, y, labels) : null));
            }
        }

        return pairs;
    }

    /// <summary>Over the voxels that both visits have.</summary>
    private static double? Common(HabitatVisit x, HabitatVisit y, int[] labels)
    {
        var rowOf = y.Voxels.Select((v, n) => (v, n)).ToDictionary(p => p.v, p => y.First + p.n);
        var both = x.Voxels.Select((v, n) => (Row: x.First + n, Voxel: v)).Where(p => rowOf.ContainsKey(p.Voxel)).ToList();
        return both.Count < 2 ? null : AdjustedRand.Index(both.Select(p => labels[p.Row]).ToArray(), both.Select(p => labels[rowOf[p.Voxel]]).ToArray());
    }
}
