using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Etalon.Dicom;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Study;

namespace Etalon.Cli;

/// <summary><c>etalon convert PATH -o OUT</c>: every volume of DICOM objects as NIfTI with its sidecar.</summary>
internal static class ConvertVerb
{
    private const string Schema = "etalon-convert-1";

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static Command Create()
    {
        var path = PathsArgument.Create("DICOM folders, zips or files.");
        var output = new Option<string>("-o", "--output") { Description = "Folder to write.", Required = true };
        var gzip = new Option<bool>("--gzip") { Description = "Write .nii.gz." };
        var force = new Option<bool>("--force") { Description = "Replace the output folder if it is there." };
        var json = new Option<bool>("--json") { Description = "Print the list of files and findings for machines on standard output." };
        var command = new Command("convert", "DICOM to NIfTI: every volume with exact geometry, values by the rule that its sidecar names, b-values and directions.") { path, output, gzip, force, json };
        command.SetAction(parse => Session.Run(parse.GetValue(json), cancellation =>
            Execute(parse.GetValue(path)!, parse.GetValue(output)!, parse.GetValue(gzip), parse.GetValue(force), parse.GetValue(json), cancellation)));
        return command;
    }

    private static int Execute(string[] paths, string output, bool gzip, bool force, bool json, CancellationToken cancellation)
    {
        using var folder = AtomicOutput.Begin(output, force, paths[0]);
        var studies = DicomStudies.Read(paths, cancellation: cancellation);
        var findings = studies.Refused.Select(r => new Finding(FindingCodes.DicomUnreadable, Severity.Warning, r.Name, $"{r.Error.Found} ({r.Error.CodeText})", r.Error.Expected, r.Error.Remedy + ".")).Concat(studies.Findings).ToList();
        var files = new List<string>();
        foreach (var (name, series, stack) in Named(studies))
        {
            try
            {
                WriteStack(stack, series, Path.Combine(folder.Staging, name), gzip, cancellation);
                files.Add(name + (gzip ? ".nii.gz" : ".nii"));
            }
            catch (Exception e) when (e is DicomException or DicomGeometryException)
            {
                findings.Add(e is DicomException d
                    ? new Finding(FindingCodes.DicomUnreadable, Severity.Error, stack.Name, $"{d.Found} ({d.CodeText})", d.Expected, d.Remedy + ".")
                    : new Finding(FindingCodes.SeriesNotAVolume, Severity.Error, stack.Name, ((DicomGeometryException)e).Found, ((DicomGeometryException)e).Expected, "It was not written."));
            }
        }

        if (files.Count == 0)
        {
            Session.Print(findings.Count > 0 ? findings : [new Finding(FindingCodes.ImageMissing, Severity.Error, "the input", "no volume", "DICOM images with positions", "Check the path.")], json);
            return ExitStatus.InputUnusable;
        }

        var list = List(files, findings);
        folder.Write("convert.json", list);
        folder.Commit();
        if (json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(list);
            return ExitStatus.Done;
        }

        Session.Print(findings, json: false);
        foreach (var file in files)
        {
            Console.WriteLine(Path.Combine(output, file));
        }

        return ExitStatus.Done;
    }

    /// <summary>A name for each volume of numbers and fixed words alone: nothing that a header says of a person is in it.</summary>
    private static IEnumerable<(string Name, DicomSeries Series, DicomStack Stack)> Named(DicomStudies studies)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var patient in studies.Patients)
        {
            foreach (var (study, number) in patient.Studies.Select((s, n) => (s, n + 1)))
            {
                var place = (studies.Patients.Count > 1 ? $"patient-{patient.Number}/" : "") + (patient.Studies.Count > 1 ? $"study-{number}/" : "");
                foreach (var series in study.Series)
                {
                    var stacks = series.Stacks.Where(s => s.Layout is not null).ToList();
                    var echoes = stacks.Select(s => s.EchoTimeMs).Distinct().Order().ToList();
                    foreach (var stack in stacks)
                    {
                        var name = $"{place}series-{(series.Number ?? 0).ToString("000", CultureInfo.InvariantCulture)}_{Word(series.Modality)}"
                            + (stack.Content.Length > 0 ? $"_{Word(stack.Content)}" : "")
                            + (echoes.Count > 1 ? $"_echo-{echoes.IndexOf(stack.EchoTimeMs) + 1}" : "")
                            + (stack.Component == ImageComponent.Magnitude ? "" : $"_part-{stack.Component.ToString().ToLowerInvariant()}");
                        var unique = name;
                        for (var n = 2; !names.Add(unique); n++)
                        {
                            unique = $"{name}_{n.ToString(CultureInfo.InvariantCulture)}";
                        }

                        yield return (unique, series, stack);
                    }
                }
            }
        }
    }

    private static string Word(string text) => new([.. text.Where(char.IsAsciiLetterOrDigit).Take(16)]);

    private static void WriteStack(DicomStack stack, DicomSeries series, string path, bool gzip, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        StackNifti.Write(stack, path + ".nii", DicomObjects.Open, cancellation);
        if (gzip)
        {
            using (var plain = File.OpenRead(path + ".nii"))
            using (var packed = new GZipStream(File.Create(path + ".nii.gz"), CompressionLevel.Optimal))
            {
                plain.CopyTo(packed);
            }

            File.Delete(path + ".nii");
        }

        File.WriteAllBytes(path + ".json", Sidecar(stack, series));
        if (StackNifti.BValues(stack) is { } b)
        {
            File.WriteAllText(path + ".bval", b);
            File.WriteAllText(path + ".bvec", StackNifti.Directions(stack) ?? string.Concat(Enumerable.Repeat(string.Join(' ', stack.Volumes.Select(_ => "0")) + "\n", 3)));
        }
    }

    private static byte[] Sidecar(DicomStack stack, DicomSeries series)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented))
        {
            writer.WriteStartObject();
            writer.WriteString("ConversionSoftware", "Etalon");
            writer.WriteString("Modality", Word(series.Modality));
            writer.WriteString("ValueRule", stack.Rule?.Text() ?? "several rules");
            if (stack.UnitCode is { } unit)
            {
                writer.WriteString("Units", unit);
            }

            if (stack.PatientPosition is { } position)
            {
                writer.WriteString("PatientPosition", Word(position));
            }

            foreach (var file in DicomObjects.Open([stack.Frames[0].Object]))
            {
                foreach (var a in DicomAcquisition.Read(file, series.Name, stack.Layout!.BValues).Attributes.Where(a => a.Value is not null && a.Name is not ("DiffusionBValue" or "EchoTime" or "Modality" or "PatientPosition")))
                {
                    writer.WritePropertyName(a.Name);
                    if (double.TryParse(a.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && a.Name is not ("DeviceSerialNumber" or "SoftwareVersions" or "StationName"))
                    {
                        writer.WriteNumberValue(number);
                    }
                    else
                    {
                        writer.WriteStringValue(a.Value);
                    }
                }
            }

            if (stack.EchoTimeMs is > 0 and var te)
            {
                writer.WriteNumber("EchoTime", Math.Round(te / 1000, 9));
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static byte[] List(List<string> files, List<Finding> findings)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented))
        {
            writer.WriteStartObject();
            writer.WriteString("schema", Schema);
            writer.WriteStartArray("files");
            files.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
            writer.WriteStartArray("findings");
            foreach (var f in findings)
            {
                writer.WriteStartObject();
                writer.WriteString("code", f.Code);
                writer.WriteString("severity", f.Severity.ToString().ToLowerInvariant());
                writer.WriteString("about", f.About);
                writer.WriteString("found", f.Found);
                writer.WriteString("expected", f.Expected);
                writer.WriteString("remedy", f.Remedy);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return [.. stream.ToArray(), (byte)'\n'];
    }
}
