using System.CommandLine;
using System.Security.Cryptography;
using Etalon.Comparability.Calibration;
using Etalon.Metrology;
using Etalon.Study;

namespace Etalon.Cli;

/// <summary><c>etalon calibrate --phantom FILE -o CALIBRATION.json</c>: phantom sessions in, the scales of scanner states out.</summary>
internal static class CalibrateVerb
{
    private sealed record Request(string? Phantom, string? TestRetest, string? Output, string? Sign, string? Check, string? Verify, string Unit, string PhantomId, bool Force, bool Json);

    public static Command Create()
    {
        var phantom = new Option<string?>("--phantom") { Description = "CSV of phantom sessions: station, software, date, vial, reference_adc, reference_u (or pvp_percent, temperature_c), measured_adc." };
        var testRetest = new Option<string?>("--test-retest") { Description = "CSV of subjects measured twice: station, software, subject, adc_1, adc_2." };
        var output = new Option<string?>("-o", "--output") { Description = "File to write." };
        var sign = new Option<string?>("--sign") { Description = "PEM file of an EC private key (P-256): signs the record." };
        var check = new Option<string?>("--check") { Description = "Instead of calibrating: says whether this calibration record is as it was written." };
        var verify = new Option<string?>("--verify") { Description = "PEM file of the public key that must have signed the record of --check." };
        var unit = new Option<string>("--unit") { Description = "UCUM unit of the ADC columns. Default: 1e-3.mm2/s.", DefaultValueFactory = _ => "1e-3.mm2/s" };
        var id = new Option<string>("--phantom-id") { Description = "Which phantom: its reference values are one shared error. Default: phantom.", DefaultValueFactory = _ => "phantom" };
        var force = new Option<bool>("--force") { Description = "Replace the file if it is there." };
        var json = new Option<bool>("--json") { Description = "Print the record, or the findings, for machines on standard output." };
        unit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(Unit.TryParse(token.Value, out var parsed) && parsed!.IsCommensurableWith(Unit.Parse("mm2/s"))))
            {
                result.AddError($"--unit {Session.Safe(token.Value)}: expected a UCUM unit of diffusion, such as 1e-3.mm2/s.");
            }
        });
        var command = new Command("calibrate", "Calibrates scanner states from phantom sessions: gain, offset, drift, validity, as a record that others can use.")
        {
            phantom, testRetest, output, sign, check, verify, unit, id, force, json,
        };
        command.Validators.Add(result =>
        {
            var checks = result.GetResult(check) is not null;
            if (checks ? result.GetResult(phantom) is not null : result.GetResult(phantom) is null || result.GetResult(output) is null)
            {
                result.AddError("Expected --phantom FILE and -o FILE, or --check FILE.");
            }
            else if (!checks && result.GetResult(verify) is not null)
            {
                result.AddError("--verify goes with --check.");
            }
        });
        command.SetAction(parse =>
        {
            var request = new Request(
                parse.GetValue(phantom), parse.GetValue(testRetest), parse.GetValue(output), parse.GetValue(sign), parse.GetValue(check), parse.GetValue(verify),
                parse.GetValue(unit)!, parse.GetValue(id)!, parse.GetValue(force), parse.GetValue(json));
            return Session.Run(request.Json, _ => request.Check is null ? Calibrate(request) : Check(request));
        });
        return command;
    }

    private static int Calibrate(Request request)
    {
        string[] inputs = [request.Phantom!, .. request.TestRetest is { } t ? [t] : Array.Empty<string>(), .. request.Sign is { } s ? [s] : Array.Empty<string>()];
        AtomicFile.Check(request.Output!, request.Force, inputs);
        // The key is read first, so that a wrong one costs no work.
        if (request.Sign is not null && Pem(request.Sign, "--sign") is null)
        {
            return ExitStatus.WrongUsage;
        }

        var findings = new List<Finding>();
        var options = new CalibrationOptions { Unit = request.Unit, Phantom = request.PhantomId };
        if (CalibrationRun.Execute(request.Phantom!, request.TestRetest, options, ResultsJson.EtalonVersion, findings) is not { } record)
        {
            Session.Print(findings, request.Json);
            return ExitStatus.InputUnusable;
        }

        try
        {
            record = request.Sign is null ? record : CalibrationFile.Sign(record, Pem(request.Sign, "--sign")!);
        }
        catch (CryptographicException e)
        {
            return WrongKey("--sign", request.Sign!, e);
        }

        var bytes = CalibrationFile.Write(record);
        AtomicFile.Write(request.Output!, request.Force, bytes, inputs);
        if (request.Json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(bytes);
            return ExitStatus.Done;
        }

        Session.Print(findings, json: false);
        Summarise(record);
        Console.WriteLine(Session.Safe(request.Output!));
        return ExitStatus.Done;
    }

    private static int Check(Request request)
    {
        var findings = new List<Finding>();
        try
        {
            var pem = request.Verify is null ? null : Pem(request.Verify, "--verify");
            if (request.Verify is not null && pem is null)
            {
                return ExitStatus.WrongUsage;
            }

            if (CalibrationFile.Read(request.Check!, Path.GetFileName(request.Check!), pem, findings) is not { } record)
            {
                Session.Print(findings, request.Json);
                return ExitStatus.InputUnusable;
            }

            if (request.Json)
            {
                using var stdout = Console.OpenStandardOutput();
                stdout.Write(CalibrationFile.Write(record));
                return ExitStatus.Done;
            }

            Summarise(record);
            Console.WriteLine(record.Signature is null ? "As it was written; not signed." : pem is null ? "As it was written; signed, by whom was not checked (--verify)." : "As it was written and signed.");
            return ExitStatus.Done;
        }
        catch (CryptographicException e)
        {
            return WrongKey("--verify", request.Verify!, e);
        }
    }

    private static void Summarise(CalibrationRecord record)
    {
        foreach (var s in record.States)
        {
            var to = s.ValidTo is { } day ? FormattableString.Invariant($" to {day:yyyy-MM-dd}") : "";
            Console.WriteLine(Session.Safe(FormattableString.Invariant(
                $"{s.State}: gain {s.Gain:0.0000} ± {s.GainU:0.0000}, offset {s.Offset:0.0000} ± {s.OffsetU:0.0000} {s.Unit}, {s.Sessions.Count} sessions, from {s.ValidFrom:yyyy-MM-dd}{to}")));
        }
    }

    private static string? Pem(string path, string option)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine($"{option} {Session.Safe(path)}: the key cannot be read ({e.GetType().Name}).");
            return null;
        }
    }

    private static int WrongKey(string option, string path, CryptographicException e)
    {
        Console.Error.WriteLine($"{option} {Session.Safe(path)}: {Session.Safe(e.Message)} Make one with: openssl ecparam -name prime256v1 -genkey -noout.");
        return ExitStatus.WrongUsage;
    }
}
