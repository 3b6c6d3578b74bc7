using System.CommandLine;
using System.Globalization;
using Etalon.Cases;
using Etalon.Study;
using Etalon.Study.Biopsies;
using Etalon.Study.Habitats;

namespace Etalon.Cli;

/// <summary><c>etalon biopsy fit|map</c>: pathology of biopsies related to a map, and what the map then foretells.</summary>
internal static class BiopsyVerb
{
    public static Command Create() => new("biopsy", "Pathology of biopsies related to imaging, each biopsy a cloud of places.") { Fit(), Map() };

    private static Command Fit()
    {
        var path = PathsArgument.Create("One for each patient: a folder that etalon map or etalon run wrote, or a case; biopsies.json beside it.", "PATIENT");
        var files = new Option<string[]>("--biopsies") { Description = "biopsies.json of each PATIENT, in their order. Default: beside each." };
        var pathology = new Option<string>("--pathology") { Description = "The value of pathology, by its name in biopsies.json.", Required = true };
        var map = new Option<string>("--map") { Description = "The map, by code. Default: adc.", DefaultValueFactory = _ => "adc" };
        var output = new Option<string>("-o", "--output") { Description = "Folder to write.", Required = true };
        var outside = new Option<bool>("--allow-outside") { Description = "Let a patient file name images outside its own folder." };
        var (grain, common) = (Grain(), new CommonOptions());
        var command = new Command("fit", "Slope of pathology on a map with an interval, errors in both, beside the naive regression.") { path, files, pathology, map, output, outside, grain };
        common.AddTo(command);
        command.SetAction(parse => Session.Run(common.IsJson(parse), cancellation =>
        {
            var given = parse.GetValue(files) ?? [];
            if (given.Length > 0 && given.Length != parse.GetValue(path)!.Length)
            {
                return Session.Wrong($"--biopsies: {given.Length} files for {parse.GetValue(path)!.Length} patients.");
            }

            var options = new BiopsyRunOptions
            {
                Pathology = parse.GetValue(pathology)!, Map = parse.GetValue(map)!, Files = given, VoxelsPerDraw = Math.Max(1, parse.GetValue(grain)),
                Input = new VoxelInputOptions { Case = new CaseOptions { AllowOutside = parse.GetValue(outside) } },
            };
            using var folder = AtomicOutput.Begin(parse.GetValue(output)!, common.IsForced(parse), [.. parse.GetValue(path)!, .. given]);
            using var progress = new ProgressLine(common.IsJson(parse));
            var (result, findings) = BiopsyRun.Fit(parse.GetValue(path)!, options, common.Study(parse), progress, cancellation);
            progress.Dispose();
            if (result is null)
            {
                Session.Print(findings, common.IsJson(parse));
                return ExitStatus.InputUnusable;
            }

            folder.Write(BiopsyJson.FileName, BiopsyJson.Write(result));
            folder.Write("findings.json", ResultsJson.WriteFindings(findings));
            cancellation.ThrowIfCancellationRequested();
            folder.Commit();
            Told(common.IsJson(parse), BiopsyJson.Write(result), () => Print(result, parse.GetValue(output)!));
            return ExitStatus.Done;
        }));
        return command;
    }

    private static Command Map()
    {
        var path = PathsArgument.Create("A patient: folders that etalon map or etalon run wrote, and a case.", "PATIENT");
        var model = new Option<string>("--model") { Description = "What etalon biopsy fit wrote: its folder or biopsy.json.", Required = true };
        var masks = new Option<string[]>("--mask") { Description = "A region: NAME=FILE (NIfTI)." };
        var region = new Option<string?>("--region") { Description = "Region. Default: the first." };
        var output = new Option<string>("-o", "--output") { Description = "Folder to write.", Required = true };
        var outside = new Option<bool>("--allow-outside") { Description = "Let a patient file name images outside its own folder." };
        var (grain, common) = (Grain(), new CommonOptions());
        var command = new Command("map", "Foretold pathology with uncertainty, where it may not be used, and where the next biopsy would teach most.") { path, model, masks, region, output, outside, grain };
        common.AddTo(command);
        command.SetAction(parse => Session.Run(common.IsJson(parse), cancellation =>
        {
            if (HabitatsVerb.Masks(parse.GetValue(masks) ?? []) is not { } named)
            {
                return ExitStatus.WrongUsage;
            }

            var line = BiopsyJson.Read(parse.GetValue(model)!);
            var options = new BiopsyRunOptions
            {
                Pathology = line.Pathology, Map = line.Map, Region = parse.GetValue(region), VoxelsPerDraw = Math.Max(1, parse.GetValue(grain)),
                Input = new VoxelInputOptions { Masks = named, Case = new CaseOptions { AllowOutside = parse.GetValue(outside) } },
            };
            using var folder = AtomicOutput.Begin(parse.GetValue(output)!, common.IsForced(parse), [.. parse.GetValue(path)!, parse.GetValue(model)!, .. named.Select(m => m.Path)]);
            var (visits, findings, json) = BiopsyMapRun.Execute(parse.GetValue(path)!, line, options, common.Study(parse), folder, cancellation);
            if (visits.Count == 0)
            {
                Session.Print(findings, common.IsJson(parse));
                return ExitStatus.InputUnusable;
            }

            cancellation.ThrowIfCancellationRequested();
            folder.Commit();
            Told(common.IsJson(parse), json, () =>
            {
                Session.Print(findings, json: false);
                foreach (var v in visits)
                {
                    var next = v.Next is { } n ? string.Create(CultureInfo.InvariantCulture, $"next biopsy at ({n.Place.X:0.#}, {n.Place.Y:0.#}, {n.Place.Z:0.#}) mm would lower the line's variance by {100 * n.Gain:0} %") : "no place for a next biopsy";
                    Console.WriteLine($"visit {Session.Safe(v.Visit)}  {Session.Safe(v.Region)}: {v.Voxels.Foretold} voxels foretold, {v.Voxels.OutsideSupport} outside what the biopsies saw; {next}");
                }

                Console.WriteLine(Session.Safe(parse.GetValue(output)!));
            });
            return ExitStatus.Done;
        }));
        return command;
    }

    private static Option<double> Grain() => new("--voxels-per-draw") { Description = "Voxels of a slice that share one independent draw of noise. Default: 2.", DefaultValueFactory = _ => 2 };

    private static void Told(bool json, byte[] document, Action print)
    {
        if (!json)
        {
            print();
            return;
        }

        using var stdout = Console.OpenStandardOutput();
        stdout.Write(document);
    }

    private static void Print(BiopsyRunResult result, string output)
    {
        Session.Print(result.Findings, json: false);
        var (f, unit) = (result.Fit, $"{result.PathologyUnit ?? "1"} per {result.MapUnit}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Session.Safe(result.Pathology)} on {Session.Safe(result.Map)}: {f.Biopsies} biopsies of {f.Patients} patients; slope {f.Slope:G4} ± {f.SlopeU:G2} {Session.Safe(unit)} (95 %: {f.SlopeInterval.Lower:G4} to {f.SlopeInterval.Upper:G4}), correlation {f.Correlation:0.00}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  naive regression at the stated places: slope {f.NaiveSlope:G4} ± {f.NaiveSlopeU:G2}, correlation {f.NaiveCorrelation:0.00}"));
        if (f.LeftOut.Count > 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  each patient left out: slopes {f.LeftOut.Min(l => l.Slope):G4} to {f.LeftOut.Max(l => l.Slope):G4}; {f.LeftOut.Sum(l => l.Inside)} of {f.LeftOut.Sum(l => l.Biopsies)} biopsies in their 95 % intervals"));
        }

        Console.WriteLine(Session.Safe(output));
        Console.WriteLine("Research software, not for clinical use.");
    }
}
