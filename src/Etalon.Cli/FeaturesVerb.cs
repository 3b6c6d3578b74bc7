using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Etalon.Assays.Radiomics;
using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Features;
using Etalon.Study.Maps;

namespace Etalon.Cli;

/// <summary><c>etalon features PATH -o OUT.csv</c>: radiomic features with uncertainty.</summary>
internal sealed class FeaturesVerb
{
    private readonly Argument<string[]> _path = PathsArgument.Create("A patient file (JSON), a BIDS folder of one subject or many, or DICOM folders, zips and files.", least: 0);
    private readonly Option<string> _output = new("-o", "--output") { Description = "CSV to write: a row a feature. Its sidecar has the same name with .json.", Required = true };
    private readonly Option<string?> _image = new("--image") { Description = "In place of PATH: a NIfTI image; NAME.json beside it may state Units." };
    private readonly Option<string[]> _masks = new("--mask") { Description = "With --image: a region, FILE or NAME=FILE (NIfTI)." };
    private readonly Option<string?> _retestImage = new("--retest-image") { Description = "With --image: the same scanned again without a change between." };
    private readonly Option<string[]> _retestMasks = new("--retest-mask") { Description = "Its regions, FILE or NAME=FILE, with the names of --mask." };
    private readonly Option<string[]> _retest = new("--retest") { Description = "Two visits between which nothing changed, FIRST=SECOND, of every subject that has both. Those that etalon.json of a BIDS folder names count as well." };
    private readonly Option<string[]> _settings = new("--settings") { Description = $"A JSON file, or one of {string.Join(", ", RadiomicsPresets.All.Select(p => p.Name))}. Several may be given. Default: by the unit of the image." };
    private readonly Option<string[]> _assume = new("--assume") { Description = "State a unit that the images do not: NAME=UNIT, or unit=UNIT for all of them; [arb'U] for intensities that have none. It is recorded as an assumption." };
    private readonly Option<string[]> _only = new("--only") { Description = "Measure these images alone, by name." };
    private readonly Option<string[]> _regions = new("--region") { Description = "Measure these regions alone, by name." };
    private readonly Option<int> _replicates = new("--replicates") { Description = "Repetitions for each source of uncertainty; 0 for none. Default: 20.", DefaultValueFactory = _ => new RadiomicsOptions().Replicates };
    private readonly Option<double?> _noise = new("--noise") { Description = "Standard deviation of a voxel's noise in the unit of the image. Default: the map of its uncertainty, else an estimate." };
    private readonly Option<double?> _noiseWidth = new("--noise-fwhm-mm") { Description = "Width over which neighbouring voxels share noise, mm. Default: by how the image was made." };
    private readonly Option<double?> _contour = new("--contour-sd-mm") { Description = "Standard deviation by which a contour stands further out or in, mm. Default: as for etalon map volume." };
    private readonly Option<bool> _outside = new("--allow-outside") { Description = "Let a patient file name images outside its own folder." };
    private readonly CommonOptions _common = new();

    public static Command Create() => new FeaturesVerb().Build();

    private Command Build()
    {
        var command = new Command("features", "Radiomic features (IBSI) of regions, each with its uncertainty from noise, contour and resampling, as one table.")
        {
            _path, _output, _image, _masks, _retestImage, _retestMasks, _retest, _settings, _assume, _only, _regions, _replicates, _noise, _noiseWidth, _contour, _outside,
        };
        _common.AddTo(command);
        command.Validators.Add(Validate);
        command.SetAction(parse => Session.Run(_common.IsJson(parse), cancellation => Execute(parse, cancellation)));
        return command;
    }

    private void Validate(CommandResult result)
    {
        var isPlain = result.GetResult(_image) is not null;
        if (isPlain == (result.GetResult(_path) is { Tokens.Count: > 0 }))
        {
            result.AddError("Expected PATH, or --image FILE with --mask FILE.");
        }
        else if (isPlain && result.GetResult(_masks) is null)
        {
            result.AddError("--image: give its region with --mask FILE.");
        }
        else if (!isPlain && (result.GetResult(_masks) is not null || result.GetResult(_retestImage) is not null))
        {
            result.AddError("--mask and --retest-image go with --image.");
        }
        else if (result.GetResult(_retestImage) is null != (result.GetResult(_retestMasks) is null))
        {
            result.AddError("--retest-image and --retest-mask go together.");
        }
    }

    private int Execute(ParseResult parse, CancellationToken cancellation)
    {
        var json = _common.IsJson(parse);
        var output = parse.GetValue(_output)!;
        if (output.Equals(Sidecar(output), StringComparison.Ordinal))
        {
            return Session.Wrong($"-o {output}: the table is a CSV; its sidecar has the name with .json.");
        }

        if (Misuse(parse) is { } misuse)
        {
            return Session.Wrong(misuse);
        }

        string[] inputs = [.. parse.GetValue(_path) ?? [], .. new[] { parse.GetValue(_image), parse.GetValue(_retestImage) }.OfType<string>(), .. Masks(parse.GetValue(_masks)).Select(m => m.Path)];
        foreach (var file in new[] { output, Sidecar(output) })
        {
            AtomicFile.Check(file, _common.IsForced(parse), inputs);
        }

        var request = Request(parse);
        using var progress = new ProgressLine(json);
        var result = FeaturesRun.Execute(request, progress, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (result.Regions.Count == 0)
        {
            progress.Dispose();
            Session.Print(result.Findings, json);
            return ExitStatus.InputUnusable;
        }

        var sidecar = FeaturesJson.Write(result);
        AtomicFile.Write(Sidecar(output), _common.IsForced(parse), sidecar, inputs);
        AtomicFile.Write(output, _common.IsForced(parse), FeatureTable.Write(result), inputs);
        progress.Dispose();
        if (json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(sidecar);
        }
        else
        {
            Print(result, output);
        }

        return ExitStatus.Done;
    }

    private FeaturesRequest Request(ParseResult parse) => new()
    {
        Paths = parse.GetValue(_path) ?? [],
        Image = parse.GetValue(_image),
        Masks = Masks(parse.GetValue(_masks)),
        RetestImage = parse.GetValue(_retestImage),
        RetestMasks = Masks(parse.GetValue(_retestMasks)),
        RetestVisits = [.. (parse.GetValue(_retest) ?? []).Select(t => t.Split('=', 2)).Select(p => (p[0], p[1]))],
        Settings = [.. (parse.GetValue(_settings) ?? []).Select(s => RadiomicsPresets.Find(s) ?? FeatureSettingsJson.Read(s))],
        AssumedUnits = (parse.GetValue(_assume) ?? []).Select(t => t.Split('=', 2)).GroupBy(p => p[0], StringComparer.Ordinal).ToDictionary(g => g.Key, g => Unit.Parse(g.Last()[1]), StringComparer.Ordinal),
        Images = parse.GetValue(_only) ?? [],
        Regions = parse.GetValue(_regions) ?? [],
        Case = new CaseOptions { AllowOutside = parse.GetValue(_outside), AssumedUnits = CaseUnits(parse.GetValue(_assume) ?? []) },
        Options = new RadiomicsOptions
        {
            Replicates = parse.GetValue(_replicates), NoiseSd = parse.GetValue(_noise), NoiseWidthMm = parse.GetValue(_noiseWidth), ContourSdMm = parse.GetValue(_contour),
            Seed = _common.Seed(parse), Threads = _common.Study(parse).Threads,
        },
    };

    private string? Misuse(ParseResult parse)
    {
        string? Range(Option<double?> option, double low, double high) => parse.GetValue(option) is { } v && !(v >= low && v <= high)
            ? FormattableString.Invariant($"{option.Name} {v}: expected a number from {low} to {high}.") : null;
        return parse.GetValue(_replicates) is < 0 or 1 or > 10_000 ? "--replicates: expected 0, or 2 to 10000."
            : Range(_noise, 0, double.MaxValue) ?? Range(_noiseWidth, 0, 100) ?? Range(_contour, 0, 100)
            ?? (parse.GetValue(_assume) ?? []).Where(t => t.Split('=', 2) is not [{ Length: > 0 }, var unit] || !Unit.TryParse(unit, out _)).Select(t => $"--assume {t}: expected NAME=UNIT with a UCUM unit, for example unit=mm2/s or T1w=[arb'U].").FirstOrDefault()
            ?? (parse.GetValue(_retest) ?? []).Where(t => t.Split('=', 2) is not [{ Length: > 0 }, { Length: > 0 }]).Select(t => $"--retest {t}: expected two visits, FIRST=SECOND.").FirstOrDefault();
    }

    /// <summary>What the reader of cases takes of the units: that of ADC maps.</summary>
    private static Dictionary<string, Unit> CaseUnits(string[] assumptions)
    {
        var adc = assumptions.Select(t => t.Split('=', 2)).Where(p => p[0] is "adc" or "ADCmap").Select(p => Unit.Parse(p[1])).LastOrDefault(u => u.IsCommensurableWith(Unit.Parse("mm2/s")));
        return adc is null ? [] : new Dictionary<string, Unit>(StringComparer.Ordinal) { ["adc"] = adc };
    }

    /// <summary>FILE is named by its own name.</summary>
    private static List<NamedMaskFile> Masks(string[]? texts) => [.. (texts ?? []).Select(t => t.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } file] ? new NamedMaskFile(name, file) : new NamedMaskFile("region", t))
        .Select((m, n) => m.Name == "region" && n > 0 ? m with { Name = string.Create(CultureInfo.InvariantCulture, $"region-{n + 1}") } : m)];

    private static string Sidecar(string output) => Path.ChangeExtension(output, ".json");

    private static void Print(FeaturesResult result, string output)
    {
        Session.Print(result.Findings, json: false);
        foreach (var region in result.Regions)
        {
            var (p, f) = (region.Place, region.Measurement.Features);
            Console.WriteLine(Session.Safe(string.Create(CultureInfo.InvariantCulture,
                $"{p.Subject}  visit {p.Visit}  {p.Image}  {p.Region}  {p.Settings}: {region.Measurement.Voxels} voxels, {f.Count(x => x.Status == FeatureStatus.Ok)} features, {f.Count(x => x.Status == FeatureStatus.Hidden)} hidden by their uncertainty, {f.Count(x => x.Status == FeatureStatus.Undefined)} not defined")));
        }

        Console.WriteLine(Session.Safe(output));
        Console.WriteLine("Research software, not for clinical use.");
    }
}
