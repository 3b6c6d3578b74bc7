using Etalon.Assays;
using Etalon.Assays.Biopsies;
using Etalon.Assays.Habitats;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Study.Habitats;

namespace Etalon.Study.Biopsies;

/// <summary>A biopsy that was used.</summary>
/// <param name="Reading">What the map shows and pathology says.</param>
/// <param name="Location">Its place.</param>
/// <param name="Visit">The visit whose map was read.</param>
/// <param name="DaysAfterScan">From the scan to the biopsy; null where a time is not stated.</param>
public sealed record UsedBiopsy(BiopsyReading Reading, PointLocation Location, string Visit, double? DaysAfterScan);

/// <summary>What <c>etalon biopsy fit</c> found.</summary>
public sealed record BiopsyRunResult
{
    /// <summary>Code of the map.</summary>
    public required string Map { get; init; }

    /// <summary>Its unit.</summary>
    public required string MapUnit { get; init; }

    /// <summary>Name of the value of pathology.</summary>
    public required string Pathology { get; init; }

    /// <summary>Its unit; null: none stated.</summary>
    public required string? PathologyUnit { get; init; }

    /// <summary>The line.</summary>
    public required BiopsyFit Fit { get; init; }

    /// <summary>The biopsies.</summary>
    public required IReadOnlyList<UsedBiopsy> Biopsies { get; init; }

    /// <summary>Worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
}

/// <summary>Relates pathology of biopsies to a map, over patients.</summary>
public sealed class BiopsyRun
{
    /// <summary>Beyond this the tumour is another than that of the scan.</summary>
    private const double LongestDays = 30;

    private readonly BiopsyRunOptions _options;
    private readonly List<Finding> _findings;

    private BiopsyRun(BiopsyRunOptions options, List<Finding> findings) => (_options, _findings) = (options, findings);

    /// <summary>Reads and fits; null where nothing could be fitted, and then the findings say why.</summary>
    /// <param name="paths">One for each patient: a folder that <c>etalon map</c> or <c>run</c> wrote, or a case.</param>
    /// <param name="options">How.</param>
    /// <param name="study">Seed and threads.</param>
    /// <param name="progress">Receives how far it is.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static (BiopsyRunResult? Result, IReadOnlyList<Finding> Findings) Fit(
        IReadOnlyList<string> paths, BiopsyRunOptions options, StudyOptions study, IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        var findings = new List<Finding>();
        var run = new BiopsyRun(options, findings);
        var (used, units, mapUnit) = (new List<UsedBiopsy>(), new List<string?>(), "");
        for (var p = 0; p < paths.Count; p++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new StudyProgress($"patient {p + 1} of {paths.Count}", 0.9 * p / paths.Count));
            var visits = new HabitatInputs(options.Input, study, findings, cancellation).Read([paths[p]]);
            var biopsies = BiopsyFile.Read(options.Files.Count > p ? options.Files[p] : Beside(paths[p]), findings);
            // Two paths are two patients, whatever their labels say.
            used.AddRange(run.Readings(visits, biopsies, paths.Count > 1 ? $"{p + 1}" : "1"));
            units.AddRange(biopsies.SelectMany(b => b.Pathology).Where(v => v.Name == options.Pathology).Select(v => v.Unit));
            mapUnit = visits.SelectMany(v => v.Maps).FirstOrDefault(m => m.Code == options.Map)?.Unit ?? mapUnit;
        }

        var fit = run.Line(used, units);
        var told = StudyRun.InOrder([.. findings.Distinct()]);
        return (fit is null ? null : new BiopsyRunResult { Map = options.Map, MapUnit = mapUnit, Pathology = options.Pathology, PathologyUnit = units[0], Fit = fit, Biopsies = used, Findings = told }, told);
    }

    private static string Beside(string path) => Path.Combine(Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!, BiopsyFile.Name);

    private BiopsyFit? Line(List<UsedBiopsy> used, List<string?> units)
    {
        if (units.Distinct(StringComparer.Ordinal).Count() > 1)
        {
            return Refuse($"units of {_options.Pathology}: {string.Join(", ", units.Select(u => u ?? "none").Distinct())}", "one unit", "Give all values in one unit.");
        }

        if (used.Count < BiopsyRegression.FewestBiopsies)
        {
            return Refuse($"{used.Count} usable biopsies with {_options.Pathology}", $"{BiopsyRegression.FewestBiopsies} or more", "Give more biopsies, or patients; see the other findings for those that were left out.");
        }

        if (used.Select(b => b.Reading.Pathology).Distinct().Count() == 1)
        {
            _findings.Add(new Finding(
                FindingCodes.BiopsyOneClass, Severity.Error, _options.Pathology, FormattableString.Invariant($"the value {used[0].Reading.Pathology} in all {used.Count} biopsies"), "two values or more", "Nothing can be related to a value that does not vary. Add biopsies of other tissue."));
            return null;
        }

        if (BiopsyRegression.Fit([.. used.Select(b => b.Reading)]) is not { } fit)
        {
            return Refuse($"one value of {_options.Map} at all biopsies", "values that vary", "Give biopsies of places that the map tells apart.");
        }

        if (fit.SlopeInterval.Contains(0) || fit.LeftOut.Any(l => Math.Sign(l.Slope) != Math.Sign(fit.Slope)))
        {
            _findings.Add(new Finding(
                FindingCodes.BiopsySlopeUnstable, Severity.Warning, $"{_options.Pathology} on {_options.Map}", FormattableString.Invariant($"a slope of {fit.Slope:G3} (95 %: {fit.SlopeInterval.Lower:G3} to {fit.SlopeInterval.Upper:G3}), {fit.LeftOut.Count(l => Math.Sign(l.Slope) != Math.Sign(fit.Slope))} of {fit.LeftOut.Count} patients whose leaving out turns its sign"),
                "a slope whose sign does not hang on one patient", "Do not foretell pathology from this map; more patients are needed."));
        }

        return fit;
    }

    private BiopsyFit? Refuse(string found, string expected, string remedy)
    {
        _findings.Add(new Finding(FindingCodes.BiopsiesRefused, Severity.Error, "biopsies", found, expected, remedy));
        return null;
    }

    private List<UsedBiopsy> Readings(IReadOnlyList<InputVisit> visits, IReadOnlyList<Biopsy> biopsies, string patient)
    {
        var used = new List<UsedBiopsy>();
        foreach (var biopsy in biopsies)
        {
            var about = $"patient {patient}: biopsy '{biopsy.Id}'";
            if (biopsy.Pathology.FirstOrDefault(v => v.Name == _options.Pathology) is not { } value)
            {
                continue;
            }

            if (VisitOf(visits, biopsy) is not { } visit || visit.Maps.FirstOrDefault(m => m.Code == _options.Map) is not { } map)
            {
                _findings.Add(new Finding(FindingCodes.BiopsiesRefused, Severity.Error, about, $"no {_options.Map} map of its visit", "a map with a unit, and a visit or times that tell which", "It was not used. Name the visit in biopsies.json, or make the map."));
                continue;
            }

            var cloud = Known(map, about) is { } known ? BiopsyCloud.Of(known, biopsy.Location, _options.VoxelsPerDraw) : null;
            if (cloud is null || cloud.Inside < 0.5 || cloud.AtPoint is null)
            {
                _findings.Add(new Finding(
                    FindingCodes.BiopsyOutside, Severity.Error, about, FormattableString.Invariant($"{100 * (cloud?.Inside ?? 0):0} % of its cloud about ({string.Join(", ", biopsy.Location.Mm.Select(m => FormattableString.Invariant($"{m:0.#}")))}) mm on voxels with a value"), "a place inside the map",
                    "It was not used. Coordinates are LPS mm of the images' frame of reference: RAS coordinates have x and y of the other sign."));
                continue;
            }

            var days = visit.Time is { } scan && biopsy.Time is { } taken ? (taken - scan).TotalDays : (double?)null;
            if (cloud.Inside < 0.95 || Math.Abs(days ?? 0) > LongestDays)
            {
                _findings.Add(new Finding(
                    FindingCodes.BiopsyOutside, Severity.Warning, about, FormattableString.Invariant($"{100 * cloud.Inside:0} % of its cloud on voxels with a value; {(days is { } d ? FormattableString.Invariant($"{d:0}") : "an unknown number of")} days from the scan"), FormattableString.Invariant($"95 % or more, and at most {LongestDays:0} days"),
                    "It was used with what there is. The mean over part of a cloud, or over a tumour of another day, may be off."));
            }

            used.Add(new UsedBiopsy(new BiopsyReading(biopsy.Id, patient, cloud, value.Value, value.U), biopsy.Location, visit.Id, days));
        }

        return used;
    }

    private static InputVisit? VisitOf(IReadOnlyList<InputVisit> visits, Biopsy biopsy)
    {
        if (biopsy.Visit is { } named)
        {
            return visits.FirstOrDefault(v => v.Id == named || Derivatives.Label(v.Id) == Derivatives.Label(named));
        }

        if (visits.Count == 1)
        {
            return visits[0];
        }

        // The last scan before the needle: what it took was still in place.
        return biopsy.Time is { } taken ? visits.Where(v => v.Time <= taken).MaxBy(v => v.Time) : null;
    }

    /// <summary>The map with an uncertainty of its voxels: its own, or what neighbours show.</summary>
    private ParametricMap? Known(InputMap map, string about)
    {
        var m = map.Map;
        if (m.IsUKnown)
        {
            return m;
        }

        if (NoiseOfMap.Of(m.Value, new Mask(m.Value.Grid, Array.ConvertAll(m.Status, s => s == VoxelStatus.Ok))) is not { } sd)
        {
            _findings.Add(new Finding(FindingCodes.VoxelNoiseUnknown, Severity.Error, $"{about}: {map.Code}", "a map without an uncertainty of its voxels", "a map with its uncertainty", "It was not used. Make the map with etalon map."));
            return null;
        }

        _findings.Add(new Finding(
            FindingCodes.VoxelNoiseEstimated, Severity.Warning, map.Code, FormattableString.Invariant($"no uncertainty of its voxels; {sd:G3} {map.Unit} from what differs between neighbours"), "a map with its uncertainty", "Make the map with etalon map."));
        return m with { U = new Volume(m.Value.Grid, Array.ConvertAll(m.Value.Values, _ => (float)sd), m.Value.Unit), IsUKnown = true };
    }

    /// <summary>Maps of foretold pathology of one patient's visits by a line.</summary>
    internal static (IReadOnlyList<ForetoldVisit> Visits, IReadOnlyList<Finding> Findings) Map(IReadOnlyList<string> paths, BiopsyModel model, BiopsyRunOptions options, StudyOptions study, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        var run = new BiopsyRun(options, findings);
        var visits = new List<ForetoldVisit>();
        foreach (var visit in new HabitatInputs(options.Input, study, findings, cancellation).Read(paths))
        {
            cancellation.ThrowIfCancellationRequested();
            var about = $"visit {visit.Id}";
            if (visit.Maps.FirstOrDefault(m => m.Code == model.Map) is not { } map || map.Unit != model.MapUnit || run.Known(map, about) is not { } known)
            {
                findings.Add(new Finding(FindingCodes.BiopsiesRefused, Severity.Error, about, $"no map of {model.Map} in {model.MapUnit}", "the map that the line was fitted to", "The visit was left out. Make the map with etalon map."));
                continue;
            }

            var drawn = options.Region is { } name ? visit.Regions.FirstOrDefault(r => r.Name == name) : visit.Regions.FirstOrDefault(r => r.Mask.Grid.IsSameAs(map.Map.Value.Grid)) ?? (visit.Regions.Count > 0 ? visit.Regions[0] : null);
            if (drawn is null)
            {
                findings.Add(new Finding(FindingCodes.BiopsiesRefused, Severity.Error, about, $"no region{(options.Region is { } asked ? $" '{asked}'" : "")}", "a drawn region", "The visit was left out. Give one: --mask NAME=FILE."));
                continue;
            }

            var region = drawn.Mask.Grid.IsSameAs(map.Map.Value.Grid) ? drawn.Mask : Imaging.Registration.Resampler.Resample(drawn.Mask, map.Map.Value.Grid, Imaging.Registration.RigidTransform.Identity);
            var prediction = BiopsyPrediction.Of(model.Fit, known, region, new NextBiopsyOptions(model.TypicalCovariance, model.TypicalPathologyU, options.VoxelsPerDraw));
            var (outside, all) = (prediction.Status.Count(s => s == VoxelStatus.AtBound), Math.Max(1, region.Count));
            if (outside > 0.2 * all)
            {
                findings.Add(new Finding(
                    FindingCodes.PredictionOutsideSupport, Severity.Warning, $"{about}: region '{drawn.Name}'", FormattableString.Invariant($"{100.0 * outside / all:0} % of its voxels beyond the {model.Fit.Support.Low:G3} to {model.Fit.Support.High:G3} {model.MapUnit} of the biopsies"), "tissue like that of the biopsies",
                    "Nothing is foretold there. The map of gain shows where a biopsy would teach most."));
            }

            visits.Add(new ForetoldVisit(visit.Subject, visit.Id, drawn.Name, prediction, [map.Sha256, drawn.Sha256]));
        }

        return (visits, StudyRun.InOrder([.. findings.Distinct()]));
    }
}

/// <summary>A visit's map of foretold pathology.</summary>
internal sealed record ForetoldVisit(string Subject, string Id, string Region, BiopsyPrediction Prediction, IReadOnlyList<string> Sources);
