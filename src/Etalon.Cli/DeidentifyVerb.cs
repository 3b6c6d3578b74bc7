using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Etalon.Dicom.Deidentification;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Deidentify;

namespace Etalon.Cli;

/// <summary><c>etalon deidentify PATH... -o OUT</c>: DICOM objects without the people in them.</summary>
internal static class DeidentifyVerb
{
    private const string KeyVariable = "ETALON_DEIDENTIFY_KEY";
    private const int NewKeyBytes = 32;

    public static Command Create()
    {
        var paths = PathsArgument.Create("Files, folders and zips of DICOM objects; @FILE for a list of them, one a line (@- for standard input).");
        var output = new Option<string>("-o", "--output") { Description = "Folder to write.", Required = true };
        var keyFile = new Option<string?>("--key-file") { Description = $"File that holds the key, 16 bytes or more. Default: the environment's {KeyVariable}." };
        var newKey = new Option<string?>("--new-key") { Description = "Make a key, write it to this new file (readable by you alone) and use it." };
        var characteristics = new Option<bool>("--retain-patient-characteristics") { Description = "Keep age (up to 89), sex, size and weight, which uptake values (SUV) need." };
        var accept = new Option<bool>("--accept-burned-in") { Description = "Write objects whose pixels may show a name: screens, captures, ultrasound. Look at them." };
        var force = new Option<bool>("--force") { Description = "Replace the output folder if it is there." };
        var json = new Option<bool>("--json") { Description = "Print deidentified.json on standard output." };
        var command = new Command("deidentify", "De-identify DICOM objects by PS3.15 (basic profile, clean descriptors, device identity kept, dates moved, keyed pseudonyms).")
        {
            paths, output, keyFile, newKey, characteristics, accept, force, json,
        };
        command.SetAction(parse => Session.Run(parse.GetValue(json), cancellation =>
        {
            var names = parse.GetValue(paths)!;
            if (names.Any(p => p.Length == 0 || p.Contains('\0', StringComparison.Ordinal)))
            {
                Console.Error.WriteLine("PATH: an empty path.");
                return ExitStatus.WrongUsage;
            }

            using var folder = Begin(parse.GetValue(output)!, parse.GetValue(force), names);
            if (Key(parse.GetValue(keyFile), parse.GetValue(newKey)) is not { } key)
            {
                return ExitStatus.WrongUsage;
            }

            var options = new DeidentificationOptions { RetainPatientCharacteristics = parse.GetValue(characteristics), AcceptBurnedIn = parse.GetValue(accept) };
            return Execute(new DeidentifyRun(key, options, folder), names, folder, (parse.GetValue(output)!, parse.GetValue(json)), cancellation);
        }));
        return command;
    }

    private static AtomicOutput Begin(string output, bool force, string[] inputs)
    {
        // Every input is checked against the output; the folder is prepared once.
        foreach (var other in inputs.Skip(1))
        {
            AtomicOutput.Begin(output, force, other).Dispose();
        }

        return AtomicOutput.Begin(output, force, inputs[0]);
    }

    private static int Execute(DeidentifyRun run, string[] paths, AtomicOutput folder, (string Output, bool Json) print, CancellationToken cancellation)
    {
        // Paths are told to the person who gave them, and to nobody else: they are in no file that is written.
        run.Execute(paths, (path, code) => Console.Error.WriteLine(Session.Safe($"left out  {code}  {path}")), cancellation);
        var findings = run.Findings();
        if (run.Written == 0)
        {
            Session.Print(findings, print.Json);
            Console.Error.WriteLine("Nothing was written: no object could be de-identified.");
            return ExitStatus.InputUnusable;
        }

        var report = DeidentifiedJson.Write(run);
        folder.Write("deidentified.json", report);
        folder.Commit();
        // What was left out is missing from the output, which a script must not take for the whole.
        var leftOut = findings.Any(f => f.Severity == Severity.Error);
        var status = leftOut ? ExitStatus.InputUnusable : ExitStatus.Done;
        if (print.Json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(report);
            return status;
        }

        Session.Print(findings, json: false);
        var repeated = run.Repeated == 0 ? "" : $", {run.Repeated} were there twice";
        Console.WriteLine($"{run.Written} objects of {run.Patients} {(run.Patients == 1 ? "patient" : "patients")} written, {run.Met - run.Written - run.Repeated} left out{repeated}.");
        Console.WriteLine($"Report: {Path.Combine(print.Output, "deidentified.json")}");
        Console.WriteLine("Keep the key apart from the objects: with it, pseudonyms can be tried out; without it, later visits get others.");
        if (leftOut)
        {
            Console.Error.WriteLine("Objects were left out (see the errors above); all others were written.");
        }

        return status;
    }

    /// <summary>The key, or null after saying why there is none.</summary>
    private static DeidentificationKey? Key(string? file, string? newFile)
    {
        if (file is not null && newFile is not null)
        {
            return Refuse("--key-file and --new-key: give one of them.");
        }

        if (newFile is not null)
        {
            return NewKey(newFile);
        }

        byte[] secret;
        if (file is null)
        {
            if (Environment.GetEnvironmentVariable(KeyVariable) is not { Length: > 0 } stated)
            {
                return Refuse($"No key: set {KeyVariable}, name a file with --key-file, or make a key with --new-key FILE. The same key gives the same pseudonyms.");
            }

            secret = Encoding.UTF8.GetBytes(stated.Trim());
        }
        else
        {
            try
            {
                // The line end that an editor adds is no part of the key.
                secret = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(File.ReadAllBytes(file)).TrimEnd('\r', '\n'));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Refuse($"--key-file {file}: cannot be read.");
            }
        }

        return secret.Length < DeidentificationKey.LeastBytes
            ? Refuse($"The key has {secret.Length} bytes where at least {DeidentificationKey.LeastBytes} are needed. Make one with --new-key FILE.")
            : new DeidentificationKey(secret);
    }

    private static DeidentificationKey? NewKey(string file)
    {
        var text = Convert.ToBase64String(RandomNumberGenerator.GetBytes(NewKeyBytes));
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var stream = new FileStream(file, options);
            stream.Write(Encoding.ASCII.GetBytes(text + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse($"--new-key {file}: is there already, or cannot be written. An old key is never written over.");
        }

        return new DeidentificationKey(Encoding.ASCII.GetBytes(text));
    }

    private static DeidentificationKey? Refuse(string why)
    {
        Console.Error.WriteLine(Session.Safe(why));
        return null;
    }
}
