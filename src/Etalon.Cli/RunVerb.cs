using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Etalon.Cases;
using Etalon.Comparability;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Dicom;

namespace Etalon.Cli;

/// <summary><c>etalon run PATH -o OUT</c>: the main job on one patient.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var path = PathsArgument.Create("A DICOM folder or zip, a BIDS folder, or a patient file (JSON); or several DICOM folders of one patient.");
        var output = new Option<string>("-o", "--output") { Description = "Folder to write.", Required = true };
        var common = new CommonOptions();
        var fit = new Option<VisitRange?>("--fit-visits")
        {
            Description = "Visits the twin is fitted to, e.g. 1-5. Default: all but the last two.",
            CustomParser = ParseRange,
        };
        var mic = new Option<double?>("--mic")
        {
            Description = "Minimal important change in percent; without it no verdict says 'equivalent'.",
            CustomParser = ParsePercent,
        };
        var assume = new Option<string[]>("--assume") { Description = "State a unit that the images do not: adc=1e-6.mm2/s; or that a header has wrong: dose=MBq (PET). It is recorded as an assumption." };
        var outside = new Option<bool>("--allow-outside") { Description = "Let a patient file name images outside its own folder." };
        var treatment = new Option<string?>("--treatment") { Description = "A treatment.json that stands beside the images." };
        var same = new Option<string?>("--same-patient") { Description = "Join the identifiers of several PATHs as one person's, and say why; it is recorded as an assumption." };
        var identify = new Option<bool>("--identify") { Description = "Show the identifiers of the input in place of a pseudonym, also in the DICOM objects, which then join the input's study." };
        var dicom = new Option<bool>("--dicom") { Description = "Write DICOM objects for input that is not DICOM too; for DICOM they are always written." };
        var labelMap = new Option<bool>("--labelmap") { Description = "Write regions as label maps too, beside the binary segmentations." };
        var calibration = new Option<string?>("--calibration") { Description = "Calibrations of scanner states that etalon calibrate wrote; they count before the case's own phantom scans." };
        var purpose = new Option<string?>("--purpose") { Description = $"What the study is to decide: {string.Join(", ", BuiltInPurposes.All.Select(p => p.Id))}, or a purpose file (JSON). The report claims no more than the images bear; exit status 4 where they do not." };
        var decided = new Option<DateOnly?>("--decision-date") { Description = "Day of the decision, YYYY-MM-DD, for a purpose that limits the age of the last scan.", CustomParser = ParseDay };
        var noTwin = new Option<bool>("--no-twin") { Description = "Measure and compare only." };
        var command = new Command("run", "From images to a report: measurements, comparability, change, twin, options.")
        {
            path, output, fit, mic, assume, outside, treatment, same, identify, dicom, labelMap, purpose, decided, noTwin, calibration,
        };
        common.AddTo(command);
        command.SetAction(parse => Session.Run(common.IsJson(parse), cancellation =>
        {
            if (Units(parse.GetValue(assume) ?? []) is not { } units)
            {
                return ExitStatus.WrongUsage;
            }

            if (parse.GetResult(same) is not null && string.IsNullOrWhiteSpace(parse.GetValue(same)))
            {
                Console.Error.WriteLine("--same-patient: expected the reason, for example --same-patient \"referred, same date of birth\".");
                return ExitStatus.WrongUsage;
            }

            if (parse.GetResult(same) is not null && parse.GetValue(path)!.Length < 2)
            {
                Console.Error.WriteLine("--same-patient joins the identifiers of several PATHs: give the folder of each hospital as a PATH of its own.");
                return ExitStatus.WrongUsage;
            }

            if (Purpose(parse.GetValue(purpose), parse.GetResult(purpose) is not null, parse.GetResult(decided) is not null) is { } wrong)
            {
                Console.Error.WriteLine(wrong);
                return ExitStatus.WrongUsage;
            }

            var reading = parse.GetValue(purpose) is { } named ? BuiltInPurposes.Find(named) : null;
            if (reading is { Purpose: null })
            {
                Session.Print(reading.Findings, common.IsJson(parse));
                return ExitStatus.InputUnusable;
            }

            var caseOptions = new CaseOptions
            {
                AssumedUnits = units, AllowOutside = parse.GetValue(outside), TreatmentFile = parse.GetValue(treatment), SamePatient = parse.GetValue(same), Identify = parse.GetValue(identify),
            };
            if (!CalibrationOption.TryRead(parse.GetValue(calibration), common.IsJson(parse), out var record))
            {
                return ExitStatus.InputUnusable;
            }

            var options = common.Study(parse) with
            {
                Calibration = record,
                FitVisits = parse.GetValue(fit),
                MinimalImportantChange = parse.GetValue(mic) / 100,
                Purpose = reading?.Purpose,
                DecisionDay = parse.GetValue(decided),
                WithTwin = !parse.GetValue(noTwin),
                Dicom = new DicomOutputOptions { WithoutSource = parse.GetValue(dicom), LabelMap = parse.GetValue(labelMap), Identify = parse.GetValue(identify) },
            };
            return Execute(parse.GetValue(path)!, parse.GetValue(output)!, common.IsForced(parse), common.IsJson(parse), caseOptions, options, reading?.Findings ?? [], cancellation);
        }));
        return command;
    }

    /// <summary>What is wrong with how a purpose was asked for; null where nothing is.</summary>
    private static string? Purpose(string? purpose, bool isGiven, bool hasDay) =>
        isGiven && string.IsNullOrWhiteSpace(purpose) ? "--purpose: expected the name of a purpose or a file, for example --purpose volume-progression."
        : hasDay && !isGiven ? "--decision-date is asked for by a purpose: give --purpose too."
        : null;

    private static DateOnly? ParseDay(ArgumentResult argument)
    {
        if (DateOnly.TryParseExact(argument.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        argument.AddError($"--decision-date {Session.Safe(argument.Tokens[0].Value)}: expected a day such as 2024-05-31.");
        return null;
    }

    private static double? ParsePercent(ArgumentResult argument)
    {
        if (double.TryParse(argument.Tokens[0].Value, CultureInfo.InvariantCulture, out var percent) && percent > 0 && percent < 1000)
        {
            return percent;
        }

        argument.AddError($"--mic {Session.Safe(argument.Tokens[0].Value)}: expected a percentage above 0, for example --mic 25.");
        return null;
    }

    /// <summary>Reads, runs and writes; prints the result.</summary>
    public static int Execute(
        IReadOnlyList<string> paths, string output, bool force, bool json, CaseOptions caseOptions, StudyOptions options, IReadOnlyList<Finding> ofPurpose, CancellationToken cancellation)
    {
        using var folder = AtomicOutput.Begin(output, force, paths);
        using var progress = new ProgressLine(json);
        var patient = CaseReader.Read(paths, caseOptions, cancellation);
        if (options is { WithTwin: true, FitVisits: { } range } && VisitNumbers.Misfit(range, patient) is { } misfit)
        {
            progress.Dispose();
            Console.Error.WriteLine($"--fit-visits: {misfit}");
            return ExitStatus.WrongUsage;
        }

        if (options.DecisionDay is { } day && patient.Visits.Count > 0 && patient.Visits.Max(v => v.Day) is var last && last > day)
        {
            progress.Dispose();
            Console.Error.WriteLine(FormattableString.Invariant($"--decision-date {day:yyyy-MM-dd}: the last visit was scanned after it, on {last:yyyy-MM-dd}."));
            return ExitStatus.WrongUsage;
        }

        patient = patient with { Findings = [.. patient.Findings, .. ofPurpose] };
        var result = StudyRun.Execute(patient, options, progress, cancellation);
        if (!result.Measurements.Any(m => m.IsOk))
        {
            progress.Dispose();
            Session.Print(result.Findings, json);
            Console.Error.WriteLine("Nothing could be measured in this input.");
            return ExitStatus.InputUnusable;
        }

        result = StudyWriter.Write(result, folder, cancellation);
        folder.Commit();
        progress.Dispose();
        ResultPrinter.Print(result, output, json);
        return result.Fitness is { MayClaim: false } ? ExitStatus.Unfit : ExitStatus.Done;
    }

    internal static VisitRange? ParseRange(ArgumentResult result)
    {
        var parts = result.Tokens[0].Value.Split('-');
        if (parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var first) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var last)
            && first >= 1 && last > first)
        {
            return new VisitRange(first, last);
        }

        result.AddError($"--fit-visits {result.Tokens[0].Value}: expected a range of at least two visits such as 1-5.");
        return null;
    }

    private static Dictionary<string, Unit>? Units(string[] assumptions)
    {
        var units = new Dictionary<string, Unit>(StringComparer.Ordinal);
        foreach (var text in assumptions)
        {
            var parts = text.Split('=', 2);
            // The activity of an injection is no measurand of ours, but its unit may be wrong in a header.
            var known = parts[0] == "dose" ? "Bq" : Measurands.All.FirstOrDefault(m => m.Code == parts[0])?.Unit;
            if (parts.Length != 2 || known is null || !Unit.TryParse(parts[1], out var unit) || !unit!.IsCommensurableWith(Unit.Parse(known)))
            {
                Console.Error.WriteLine($"--assume {Session.Safe(text)}: expected MEASURAND=UNIT with a unit of its kind, for example adc=1e-6.mm2/s.");
                return null;
            }

            units[parts[0]] = unit;
        }

        return units;
    }
}
