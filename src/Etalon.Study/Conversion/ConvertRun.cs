using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Etalon.Cases;
using Etalon.Dicom;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Study.Conversion;

/// <summary>Writes every volume of DICOM objects as NIfTI with its sidecar, and b-values and directions where it has them.</summary>
public static class ConvertRun
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private const int LongestPath = 1000;

    /// <summary>Reads the objects and writes the volumes.</summary>
    /// <param name="paths">DICOM folders, zips or files.</param>
    /// <param name="folder">Folder to write into.</param>
    /// <param name="gzip">Whether files are compressed.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static ConvertResult Execute(IReadOnlyList<string> paths, string folder, bool gzip, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var studies = DicomStudies.Read(paths, cancellation: cancellation);
        var all = DicomIdentity.OfAll(studies);
        var findings = studies.Refused.Select(r => Unreadable(all.Clean(r.Name, LongestPath), r.Error, Severity.Warning)).Concat(studies.Findings).ToList();
        var files = new List<string>();
        DicomIdentity? identity = null;
        DicomPatient? whose = null;
        foreach (var (name, patient, series, stack) in VolumeNames.Of(studies))
        {
            (identity, whose) = (ReferenceEquals(whose, patient) ? identity : DicomIdentity.Of(patient), patient);
            try
            {
                Write(stack, series, identity!, Path.Combine(folder, name), gzip, findings, cancellation);
                files.Add(name + (gzip ? ".nii.gz" : ".nii"));
            }
            catch (DicomException e)
            {
                Remove(folder, name);
                findings.Add(Unreadable(stack.Name, e, Severity.Error));
            }
            catch (DicomGeometryException e)
            {
                Remove(folder, name);
                findings.Add(new Finding(FindingCodes.SeriesNotAVolume, Severity.Error, stack.Name, e.Found, e.Expected, "It was not written."));
            }
        }

        if (files.Count == 0 && findings.Count == 0)
        {
            findings.Add(new Finding(FindingCodes.ImageMissing, Severity.Error, "the input", "no volume", "DICOM images with positions", "Check the path."));
        }

        return new ConvertResult(files, [.. findings.Select(all.Clean).Distinct()]);
    }

    private static void Write(DicomStack stack, DicomSeries series, DicomIdentity identity, string path, bool gzip, List<Finding> findings, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        StackNifti.Write(stack, path + ".nii", DicomObjects.Open, cancellation);
        if (gzip)
        {
            Compress(path + ".nii", cancellation);
        }

        foreach (var file in DicomObjects.Open([stack.Layout!.Volumes[0][0].Object]))
        {
            File.WriteAllText(path + ".json", VolumeSidecar.Of(stack, series, file, identity, findings).ToJsonString(Indented) + "\n");
        }

        if (StackNifti.BValues(stack) is { } b)
        {
            File.WriteAllText(path + ".bval", b);
            File.WriteAllText(path + ".bvec", StackNifti.Directions(stack) ?? string.Concat(Enumerable.Repeat(string.Join(' ', stack.Volumes.Select(_ => "0")) + "\n", 3)));
        }
    }

    private static void Compress(string path, CancellationToken cancellation)
    {
        using (var plain = File.OpenRead(path))
        using (var packed = new GZipStream(File.Create(path + ".gz"), CompressionLevel.Optimal))
        {
            var block = new byte[1 << 20];
            for (var count = plain.Read(block); count > 0; count = plain.Read(block))
            {
                cancellation.ThrowIfCancellationRequested();
                packed.Write(block, 0, count);
            }
        }

        File.Delete(path);
    }

    /// <summary>What was begun of a volume that could not be finished.</summary>
    private static void Remove(string folder, string name)
    {
        foreach (var ending in new[] { ".nii", ".nii.gz", ".json", ".bval", ".bvec" })
        {
            File.Delete(Path.Combine(folder, name + ending));
        }
    }

    private static Finding Unreadable(string about, DicomException e, Severity severity) =>
        new(FindingCodes.DicomUnreadable, severity, about, $"{e.Found} ({e.CodeText})", e.Expected, e.Remedy + ".");
}

/// <summary>What a conversion gave.</summary>
/// <param name="Files">Volumes that were written, below the folder, with forward slashes.</param>
/// <param name="Findings">What was wrong or peculiar.</param>
public sealed record ConvertResult(IReadOnlyList<string> Files, IReadOnlyList<Finding> Findings)
{
    /// <summary>Name of the layout of <see cref="ToJson"/>.</summary>
    public const string Schema = "etalon-convert-1";

    /// <summary>The list as <c>convert.json</c> holds it.</summary>
    public string ToJson() => new JsonObject
    {
        ["schema"] = Schema,
        ["files"] = new JsonArray([.. Files.Select(f => (JsonNode?)JsonValue.Create(f))]),
        ["findings"] = new JsonArray(
        [
            .. Findings.Select(f => (JsonNode?)new JsonObject
            {
                ["code"] = f.Code,
                ["severity"] = f.Severity.ToString().ToLowerInvariant(),
                ["about"] = f.About,
                ["found"] = f.Found,
                ["expected"] = f.Expected,
                ["remedy"] = f.Remedy,
            }),
        ]),
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
}
