using System.CommandLine;
using System.Globalization;
using Etalon.Assays.Habitats;
using Etalon.Cases;
using Etalon.Study;
using Etalon.Study.Habitats;
using Etalon.Study.Maps;

namespace Etalon.Cli;

/// <summary><c>etalon habitats PATH -o OUT</c>: parts of a tumour that differ, with what is known of each voxel.</summary>
internal static class HabitatsVerb
{
    public static Command Create()
    {
        var path = PathsArgument.Create("Folders that etalon map or etalon run wrote, and one case that holds masks.");
        var output = new Option<string>("-o", "--output") { Description = "Folder to write.", Required = true };
        var masks = new Option<string[]>("--mask") { Description = "A region: NAME=FILE (NIfTI)." };
        var region = new Option<string?>("--region") { Description = "Region to look into. Default: the first." };
        var maps = new Option<string?>("--maps") { Description = "Maps to use, by code: adc,suvbw. Default: all that every visit has." };
        var number = new Option<int?>("--habitats") { Description = "Number of habitats. Default: by evidence." };
        var thresholds = new Option<string?>("--thresholds") { Description = $"Thresholds in the place of a mixture: {string.Join(", ", ThresholdRule.Named.Select(r => r.Name))}, or MAP:T1,T2 in the unit of the measurand." };
        var grain = new Option<double>("--voxels-per-draw") { Description = "Voxels of a slice that share one independent draw of noise. Default: 2.", DefaultValueFactory = _ => 2 };
        var fwhm = new Option<double>("--pet-fwhm") { Description = "Point spread of PET, full width at half maximum, mm. Default: 6, an assumption.", DefaultValueFactory = _ => 6 };
        var plain = new Option<bool>("--not-spatial") { Description = "Voxels without regard to their neighbours." };
        var apart = new Option<bool>("--keep-spread") { Description = "Do not smear maps to one point spread." };
        var values = new Option<string[]>("--value") { Description = "A map of values by habitat, for the twin or for dose painting: NAME=V1,V2,... (proliferation_per_day=0.02,0.05)." };
        var mic = new Option<double?>("--mic") { Description = "Minimal important change, percent." };
        var dicom = new Option<bool>("--dicom") { Description = "Also write DICOM segmentations." };
        var treatment = new Option<bool>("--allow-outside") { Description = "Let a patient file name images outside its own folder." };
        var common = new CommonOptions();
        var command = new Command("habitats", "Habitats of a region over all visits: soft labels, fractions and volumes with intervals, changes against noise.")
        {
            path, output, masks, region, maps, number, thresholds, grain, fwhm, plain, apart, values, mic, dicom, treatment,
        };
        common.AddTo(command);
        command.SetAction(parse => Session.Run(common.IsJson(parse), cancellation =>
        {
            if (Masks(parse.GetValue(masks) ?? []) is not { } named || Values(parse.GetValue(values) ?? []) is not { } byHabitat)
            {
                return ExitStatus.WrongUsage;
            }

            var rule = parse.GetValue(thresholds) is { } text ? Rule(text) : null;
            if (parse.GetValue(thresholds) is not null && rule is null)
            {
                return Session.Wrong($"--thresholds: expected {string.Join(", ", ThresholdRule.Named.Select(r => r.Name))}, or MAP:T1,T2 with increasing numbers.");
            }

            if (parse.GetValue(number) is < 1 or > 12 || !(parse.GetValue(grain) >= 1) || !(parse.GetValue(fwhm) is >= 0 and <= 50))
            {
                return Session.Wrong("--habitats: expected 1 to 12; --voxels-per-draw: 1 or more; --pet-fwhm: 0 to 50 mm.");
            }

            var options = new HabitatRunOptions
            {
                Input = new VoxelInputOptions { Masks = named, PetFwhmMm = parse.GetValue(fwhm), Case = new CaseOptions { AllowOutside = parse.GetValue(treatment) } },
                Habitats = new HabitatOptions { Habitats = parse.GetValue(number), VoxelsPerDraw = parse.GetValue(grain), IsSpatial = !parse.GetValue(plain) },
                Region = parse.GetValue(region), Maps = [.. (parse.GetValue(maps) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)], Thresholds = rule,
                MatchSpread = !parse.GetValue(apart), Values = byHabitat, MinimalImportantChange = parse.GetValue(mic) / 100, Dicom = parse.GetValue(dicom),
            };
            return Execute(parse.GetValue(path)!, parse.GetValue(output)!, common.IsForced(parse), common.IsJson(parse), options, common.Study(parse), cancellation);
        }));
        return command;
    }

    private static int Execute(IReadOnlyList<string> paths, string output, bool force, bool json, HabitatRunOptions options, StudyOptions study, CancellationToken cancellation)
    {
        using var folder = AtomicOutput.Begin(output, force, [.. paths, .. options.Input.Masks.Select(m => m.Path)]);
        using var progress = new ProgressLine(json);
        var (result, findings) = HabitatRun.Execute(paths, options, study, progress, cancellation);
        if (result is null)
        {
            progress.Dispose();
            Session.Print(findings, json);
            return ExitStatus.InputUnusable;
        }

        if (options.Values.FirstOrDefault(v => v.Values.Count != result.Model.Habitats.Count) is { } misfit)
        {
            progress.Dispose();
            return Session.Wrong($"--value {misfit.Name}: {misfit.Values.Count} values for {result.Model.Habitats.Count} habitats.");
        }

        result = HabitatWriter.Write(folder, result, cancellation);
        cancellation.ThrowIfCancellationRequested();
        folder.Commit();
        progress.Dispose();
        if (json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(HabitatJson.Write(result));
            return ExitStatus.Done;
        }

        Session.Print(result.Findings, json: false);
        Print(result, output);
        return ExitStatus.Done;
    }

    private static void Print(HabitatRunResult result, string output)
    {
        var invariant = CultureInfo.InvariantCulture;
        Console.WriteLine(string.Create(invariant, $"{Session.Safe(result.Subject)}  {Session.Safe(result.Region)}: {result.Model.Habitats.Count} habitats of {string.Join(", ", result.Maps)}"));
        for (var c = 0; c < result.Model.Habitats.Count; c++)
        {
            var habitat = result.Model.Habitats[c];
            Console.WriteLine($"  {Session.Safe(result.NameOf(c)),-14} {string.Join("  ", habitat.Mean.Select((m, n) => string.Create(invariant, $"{result.Maps[n]} {m:G4} {result.Units[n]} (sd {habitat.Sd[n]:G2})")))}");
        }

        foreach (var m in result.Measurements.Where(m => m.Measurand == "fraction"))
        {
            Console.WriteLine(string.Create(invariant, $"  visit {Session.Safe(m.Visit),-6} {Session.Safe(m.Region!.Name),-28} {100 * m.Value:0.0} % (95 %: {100 * m.Interval!.Value.Lower:0.0} to {100 * m.Interval.Value.Upper:0.0} %)"));
        }

        foreach (var change in result.Changes.Where(c => c.Measurand == "volume"))
        {
            Console.WriteLine(string.Create(
                invariant, $"  {Session.Safe(change.Region),-28} visit {Session.Safe(change.From)} to {Session.Safe(change.To)}: volume {Percent(change.LogRatio):+0;-0;0} % ({Percent(change.Interval.Lower):+0;-0;0} to {Percent(change.Interval.Upper):+0;-0;0} %), {change.Verdict.ToString().ToLowerInvariant()}, grade {change.Grade}"));
        }

        Console.WriteLine($"Habitats: {Session.Safe(output)}");
        Console.WriteLine("Research software, not for clinical use.");
    }

    /// <summary>Whole percent; 0 without a sign.</summary>
    private static double Percent(double logRatio) => Math.Round(100 * (Math.Exp(logRatio) - 1)) + 0.0;

    private static ThresholdRule? Rule(string text)
    {
        if (ThresholdRule.Named.FirstOrDefault(r => r.Name == text) is { } named)
        {
            return named;
        }

        if (text.Split(':', 2) is not [{ Length: > 0 } map, var list] || Numbers(list) is not { Count: > 0 } numbers || numbers.Zip(numbers.Skip(1)).Any(p => p.First >= p.Second))
        {
            return null;
        }

        return new ThresholdRule(text, map, numbers, [.. Enumerable.Range(1, numbers.Count + 1).Select(n => $"c{n}")], false, "user", true);
    }

    private static List<HabitatValues>? Values(string[] texts)
    {
        var values = new List<HabitatValues>();
        foreach (var text in texts)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 and <= 64 } name, var list] || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || Numbers(list) is not { } numbers)
            {
                Session.Wrong($"--value {text}: expected NAME=V1,V2,...; letters, digits and _ in NAME.");
                return null;
            }

            values.Add(new HabitatValues(name, numbers));
        }

        return values;
    }

    private static List<double>? Numbers(string list)
    {
        var numbers = new List<double>();
        foreach (var part in list.Split(','))
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }

    internal static List<NamedMaskFile>? Masks(string[] texts)
    {
        var masks = new List<NamedMaskFile>();
        foreach (var text in texts)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } file])
            {
                Session.Wrong($"--mask {text}: expected NAME=FILE.");
                return null;
            }

            masks.Add(new NamedMaskFile(name, file));
        }

        return masks;
    }
}
