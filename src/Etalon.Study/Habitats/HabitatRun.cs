using Etalon.Assays;
using Etalon.Assays.Habitats;
using Etalon.Imaging;
using Etalon.Imaging.Fusion;
using Etalon.Metrology;

namespace Etalon.Study.Habitats;

/// <summary>Finds the habitats of a region over all visits together, and follows them.</summary>
public sealed class HabitatRun
{
    private readonly HabitatRunOptions _options;
    private readonly List<Finding> _findings;
    private readonly List<Assumption> _assumptions = [];

    private HabitatRun(HabitatRunOptions options, List<Finding> findings) => (_options, _findings) = (options, findings);

    /// <summary>Reads, fuses, finds and measures; null where nothing could be found, and then the findings say why.</summary>
    /// <param name="paths">Folders that <c>etalon map</c> or <c>run</c> wrote, and one case (patient file, BIDS folder or DICOM).</param>
    /// <param name="options">How.</param>
    /// <param name="study">Seed and threads.</param>
    /// <param name="progress">Receives how far it is.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static (HabitatRunResult? Result, IReadOnlyList<Finding> Findings) Execute(
        IReadOnlyList<string> paths, HabitatRunOptions options, StudyOptions study, IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(study);
        var findings = new List<Finding>();
        progress?.Report(new StudyProgress("reading maps", 0));
        var visits = new HabitatInputs(options.Input, study, findings, cancellation).Read(paths);
        var run = new HabitatRun(options with { Habitats = options.Habitats with { Seed = study.Seed } }, findings);
        var result = run.Of(visits, progress, cancellation);
        var told = StudyRun.InOrder([.. findings.Distinct()]);
        return (result is null ? null : result with { Findings = told }, told);
    }

    private HabitatRunResult? Of(IReadOnlyList<InputVisit> visits, IProgress<StudyProgress>? progress, CancellationToken cancellation)
    {
        if (Region(visits) is not { } region || Codes(visits, region) is not { Count: > 0 } codes)
        {
            return null;
        }

        var (table, fused) = Table(visits, region, codes, cancellation);
        if (table is null || table.Count < HabitatAnalysis.FewestVoxels)
        {
            Refuse($"region '{region}'", $"{table?.Count ?? 0} voxels with a value in all of {string.Join(", ", codes)}", $"{HabitatAnalysis.FewestVoxels} or more", "Draw a larger region, use fewer maps (--maps), or maps with more voxels that have a value.");
            return null;
        }

        if (_options.Thresholds is { } rule && !codes.Contains(rule.Map))
        {
            Refuse("thresholds", $"maps {string.Join(", ", codes)}", $"a map of {rule.Map}, which rule '{rule.Name}' is about", "Give that map, or another rule.");
            return null;
        }

        progress?.Report(new StudyProgress("finding habitats", 0.3));
        var model = _options.Thresholds is { } thresholds ? HabitatThresholds.Find(table, thresholds, _options.Habitats, cancellation) : HabitatAnalysis.Find(table, _options.Habitats, null, cancellation);
        Tell(model, region);
        progress?.Report(new StudyProgress("measuring", 0.9));
        var result = new HabitatRunResult
        {
            Subject = visits[0].Subject, Region = region, Maps = codes, Units = [.. codes.Select(c => visits.SelectMany(v => v.Maps).First(m => m.Code == c).Unit)],
            Method = _options.Thresholds is null ? HabitatAnalysis.Method : HabitatThresholds.Method, Options = _options, Model = model, Visits = fused, Measurements = [], Changes = [], Rand = [], Findings = [], Assumptions = _assumptions,
        };
        return HabitatMeasures.Of(result, table, visits, _findings);
    }

    private string? Region(IReadOnlyList<InputVisit> visits)
    {
        var name = _options.Region ?? visits.SelectMany(v => v.Regions).FirstOrDefault()?.Name;
        if (name is null || visits.All(v => v.Regions.All(r => r.Name != name)))
        {
            Refuse("regions", name is null ? "no region" : $"no region '{name}', but {string.Join(", ", visits.SelectMany(v => v.Regions).Select(r => r.Name).Distinct())}", "a drawn region", "Give one: --mask NAME=FILE, a case that holds masks, or another --region.");
            return null;
        }

        return name;
    }

    /// <summary>The maps that all visits with the region have, or those that were asked for.</summary>
    private List<string>? Codes(IReadOnlyList<InputVisit> visits, string region)
    {
        var with = visits.Where(v => v.Regions.Any(r => r.Name == region) && v.Maps.Count > 0).ToList();
        var common = with.Count == 0 ? [] : with.Select(v => v.Maps.Select(m => m.Code)).Aggregate((a, b) => a.Intersect(b)).Distinct().ToList();
        var wanted = _options.Maps.Count > 0 ? [.. _options.Maps] : common;
        if (common.Count == 0 || wanted.Except(common).Any())
        {
            Refuse("maps", common.Count == 0 ? "no map that all visits have" : $"no {string.Join(", ", wanted.Except(common))} at every visit", "maps with a unit, the same at all visits", "Make them with etalon map, and give its output folders as PATH.");
            return null;
        }

        return wanted;
    }

    private (HabitatVoxels? Table, List<HabitatVisit> Visits) Table(IReadOnlyList<InputVisit> visits, string region, List<string> codes, CancellationToken cancellation)
    {
        var (values, us, places, fused) = (new List<double>(), new List<double>(), new List<ScanPlaces>(), new List<HabitatVisit>());
        foreach (var visit in visits.Where(v => v.Maps.Count > 0))
        {
            cancellation.ThrowIfCancellationRequested();
            var maps = codes.ConvertAll(c => visit.Maps.First(m => m.Code == c));
            var grid = maps[0].Map.Value.Grid;
            var about = $"visit {visit.Id}: region '{region}'";
            var drawn = visit.Regions.Where(r => r.Name == region).ToList();
            if (drawn.Find(r => r.Mask.Grid.IsSameAs(grid)) is not { } input)
            {
                input = drawn.Count > 0 ? drawn[0] with { Mask = Imaging.Registration.Resampler.Resample(drawn[0].Mask, grid, Imaging.Registration.RigidTransform.Identity) } : null;
            }

            if (input is null || input.Mask.Count == 0)
            {
                _findings.Add(new Finding(FindingCodes.MaskEmpty, Severity.Warning, about, input is null ? "no such region" : "no voxel on the grid of the maps", "a drawn region", "The visit was left out."));
                continue;
            }

            var noise = maps.ConvertAll(m => Noise(m, input.Mask, visit.Id));
            if (noise.Any(u => u is null))
            {
                continue;
            }

            var on = MapFusion.Fuse(
                [.. maps.Select((m, n) => new MapToFuse { Name = m.Code, Value = m.Map.Value, U = noise[n]!, HasValue = Array.ConvertAll(m.Map.Status, s => s == VoxelStatus.Ok), Spread = m.Spread, VoxelsPerDraw = _options.Habitats.VoxelsPerDraw })],
                grid, _options.MatchSpread && maps.Any(m => !m.Map.Value.Grid.IsSameAs(grid)), cancellation);
            var voxels = new List<int>();
            var first = values.Count / codes.Count;
            foreach (var row in VoxelTable.Rows(on, input.Mask))
            {
                voxels.Add(row.Voxel);
                values.AddRange(row.Values);
                us.AddRange(Enumerable.Range(0, codes.Count).Select(m => Math.Max(row.U(m), 1e-12 * Math.Max(1e-6, Math.Abs(row.Values[m])))));
            }

            Lost(about, input.Mask.Count, voxels.Count);
            places.Add(new ScanPlaces(visit.Id, grid, [.. voxels]));
            fused.Add(new HabitatVisit(visit.Id, input.Mask, on, [.. maps.Select(m => m.Sha256), input.Sha256], first, [.. voxels]) { Time = visit.Time, Origin = visit.Origin(grid) });
        }

        return (values.Count == 0 ? null : new HabitatVoxels(codes, [.. values], [.. us], places), fused);
    }

    private void Lost(string about, int drawn, int used)
    {
        if (used < drawn)
        {
            _findings.Add(new Finding(
                FindingCodes.VoxelsWithoutValue, Severity.Warning, about, $"{drawn - used} of {drawn} voxels without a value in one of the maps", "a value of every map in every voxel", "They belong to no habitat. Fractions are of the voxels that have values."));
        }
    }

    /// <summary>The uncertainty of a map's voxels, or what the map itself shows of its noise.</summary>
    private Volume? Noise(InputMap map, Mask region, string visit)
    {
        if (map.Map.IsUKnown)
        {
            return map.Map.U;
        }

        var on = region.Grid.IsSameAs(map.Map.Value.Grid) ? region : Imaging.Registration.Resampler.Resample(region, map.Map.Value.Grid, Imaging.Registration.RigidTransform.Identity);
        if (NoiseOfMap.Of(map.Map.Value, on) is not { } sd)
        {
            _findings.Add(new Finding(
                FindingCodes.VoxelNoiseUnknown, Severity.Error, $"visit {visit}: {map.Code}", "a map without an uncertainty of its voxels, and too few neighbours to estimate it", "a map with its uncertainty", "The visit was left out. Make the map with etalon map."));
            return null;
        }

        _findings.Add(new Finding(
            FindingCodes.VoxelNoiseEstimated, Severity.Warning, $"visit {visit}: {map.Code}", FormattableString.Invariant($"no uncertainty of its voxels; {sd:G3} {map.Unit} from what differs between neighbours in the region"), "a map with its uncertainty",
            "Of an interpolated image this is too small, of a finely structured tumour too large. Make the map with etalon map."));
        _assumptions.Add(new Assumption($"noise-{map.Code}-visit-{visit}", $"Noise of the voxels of {map.Code} as neighbouring voxels show it", FormattableString.Invariant($"{sd:R} {map.Unit}"), "from the map"));
        return new Volume(map.Map.Value.Grid, Array.ConvertAll(map.Map.Value.Values, _ => (float)sd), map.Map.Value.Unit);
    }

    private void Tell(HabitatModel model, string region)
    {
        if (_options.Thresholds is { } rule && !rule.IsChecked)
        {
            _assumptions.Add(new Assumption($"thresholds-{rule.Name}", $"Thresholds of {rule.Map}: {rule.Source}; remembered, not checked against the source", string.Join(", ", rule.Thresholds.Select(t => t.ToString("R", System.Globalization.CultureInfo.InvariantCulture))), rule.Source));
        }

        if (model.Habitats.Count == 1)
        {
            _findings.Add(new Finding(
                FindingCodes.HabitatSingle, Severity.Warning, $"region '{region}'", "one habitat by the evidence", "two or more", "The maps do not tell parts of this region apart beyond their noise. Use maps with less noise, or other maps."));
        }
    }

    private void Refuse(string about, string found, string expected, string remedy) => _findings.Add(new Finding(FindingCodes.HabitatsRefused, Severity.Error, about, found, expected, remedy));
}
