using Etalon.Assays;
using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study.Maps;

/// <summary>Measures every map of a visit in every region that lies on its grid; in the whole map where there is none.</summary>
internal sealed record MapRegions(IReadOnlyList<Measurement> Measurements, IReadOnlyList<MappedHistogram> Histograms, IReadOnlyList<MapMask> Regions)
{
    private const string Whole = "whole";

    public static MapRegions Measure(MapVisit visit, MapOutcome outcome, List<Finding> findings)
    {
        var grid = outcome.Maps[0].Map.Value.Grid;
        var frame = outcome.Inputs is [var first, ..] ? first.Stack?.FrameOfReferenceUid : null;
        var regions = new List<MapMask>();
        // What an artery's own voxels seem to be as tissue means nothing.
        foreach (var mask in visit.Input.Masks.Where(m => !outcome.ArteryRegions.Contains(m.Name, StringComparer.OrdinalIgnoreCase)))
        {
            if (mask.On(grid, frame) is { } on)
            {
                regions.Add(mask with { Mask = on, Name = Unique(mask.Name, regions) });
            }
            else
            {
                findings.Add(new Finding(
                    FindingCodes.GridsDiffer, Severity.Warning, $"region '{mask.Name}'", $"a region on {mask.Mask.Grid}", $"the grid of the maps, {grid}, or its frame of reference",
                    "The region was not measured. Draw it on the image that the map is made of, or give it as contours or segments in the same frame of reference."));
            }
        }

        var measured = regions.Count > 0 ? regions : [new MapMask(Whole, new Mask(grid, Array.ConvertAll(outcome.Maps[0].Map.Status, s => s == VoxelStatus.Ok)), "")];
        var parts = measured.SelectMany(r => outcome.Maps.Select(m => Of(visit, outcome, m, r, r.Sha256.Length == 0, findings))).ToList();
        return new MapRegions([.. parts.SelectMany(p => p.Measurements)], [.. parts.Select(p => p.Histogram).OfType<MappedHistogram>()], regions);
    }

    private static string Unique(string name, List<MapMask> taken) => taken.TrueForAll(t => t.Name != name) ? name
        : Enumerable.Range(2, taken.Count + 1).Select(n => $"{name}-{n}").First(n => taken.TrueForAll(t => t.Name != n));

    private static (IReadOnlyList<Measurement> Measurements, MappedHistogram? Histogram) Of(MapVisit visit, MapOutcome outcome, NamedMap map, MapMask region, bool isWhole, List<Finding> findings)
    {
        var (unit, id) = (map.Map.Value.Unit?.Code ?? "1", visit.Session.Length > 0 ? visit.Session : "1");
        var input = outcome.Inputs.Count > 0 ? outcome.Inputs[0] : null;
        Measurement Template(string statistic) => new()
        {
            // Maps that share a measurand (time frames, formulas of lean mass) are told apart by their names.
            Id = $"ses-{id}/{region.Name}/{(outcome.Maps.Count(m => m.Measurand == map.Measurand) > 1 ? map.Name + "/" : "")}{map.Measurand}.{statistic}",
            Subject = visit.Subject,
            Visit = id,
            Measurand = $"{map.Measurand}.{statistic}",
            Unit = unit,
            Region = new Region(region.Name, isWhole ? RegionKind.Whole : RegionKind.Mask, region.Name, isWhole ? "all voxels with a value" : "a mask of the input"),
            Status = Measurement.StatusOk,
            Acquisition = input?.Name,
            ScannerState = input?.Acquisition.ScannerState(),
            Method = outcome.Method,
            Inputs = [.. outcome.Inputs.Select(i => i.Sha256), .. isWhole ? Array.Empty<string>() : [region.Sha256]],
        };
        var grain = input is null ? null : NoiseGrain.Of(input.Acquisition, map.Map.Value.Grid);
        if (MapStatistics.Of(map.Map, region.Mask, grain ?? new NoiseGrain(2, "assumed")) is not { } s)
        {
            findings.Add(new Finding(
                region.Mask.Count == 0 ? FindingCodes.MaskEmpty : FindingCodes.VoxelsWithoutValue, Severity.Warning, $"{map.Name} in region '{region.Name}'", region.Mask.Count == 0 ? "no voxel inside" : $"no value in any of {region.Mask.Count} voxels",
                "voxels with a value", "The map of statuses says why each has none."));
            return ([Measurement.Missing(Template("mean"), region.Mask.Count == 0 ? FindingCodes.MaskEmpty : FindingCodes.VoxelsWithoutValue)], null);
        }

        if (s.WithoutValue > 0)
        {
            findings.Add(new Finding(
                FindingCodes.VoxelsWithoutValue, s.WithoutValue > s.Voxels ? Severity.Warning : Severity.Info, $"{map.Name} in region '{region.Name}'", $"{s.WithoutValue} of {s.WithoutValue + s.Voxels} voxels without a value", "a value in every voxel",
                "They take no part in the statistics of the region; the map of statuses says why each has none."));
        }

        return ([.. s.Statistics.Select(t => WithBudget(Template(t.Name), t.Value, Components(map, t, grain)))], new MappedHistogram(visit.Subject, id, region.Name, map.Measurand, unit, s.Histogram));
    }

    /// <summary>Where nothing is known of the uncertainty, there is none: no u, which is not a u of 0.</summary>
    private static Measurement WithBudget(Measurement template, double value, List<UncertaintyComponent> components) =>
        components.Count > 0 ? Measurement.Of(template, value, components, positive: false) : template with { Value = value };

    private static List<UncertaintyComponent> Components(NamedMap map, RegionStatistic statistic, NoiseGrain? grain)
    {
        var components = new List<UncertaintyComponent>();
        if (statistic.NoiseU is { } noise)
        {
            components.Add(new UncertaintyComponent($"noise of voxels ({grain?.How ?? "independent"})", noise, null, ComponentKind.A));
        }

        if (statistic.BroadeningU is > 0 and var broadening)
        {
            components.Add(new UncertaintyComponent("noise widens the distribution of voxels", broadening, null, ComponentKind.B));
        }

        if (map.SharedRelativeU > 0)
        {
            components.Add(new UncertaintyComponent(map.SharedSource, map.SharedRelativeU * Math.Abs(statistic.Value), null, ComponentKind.B));
        }

        return components;
    }
}
