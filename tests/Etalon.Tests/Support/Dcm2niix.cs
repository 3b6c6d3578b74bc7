using System.IO.Compression;
using System.Text.Json;
using Etalon.Imaging;

namespace Etalon.Tests.Support;

/// <summary>What dcm2niix makes of a series; a test that asks for it is skipped where it is not installed.</summary>
internal sealed record Dcm2niix(string Name, string Path)
{
    /// <summary>The volume, real values as its slope gives them.</summary>
    public NiftiImage Image { get; } = NiftiReader.Read(Path, null, NiftiSpacingRule.PixDim);

    /// <summary>Text of a file beside the volume; null where there is none.</summary>
    public string? Beside(string ending) => File.Exists(System.IO.Path.ChangeExtension(Path, ending)) ? File.ReadAllText(System.IO.Path.ChangeExtension(Path, ending)) : null;

    /// <summary>The sidecar.</summary>
    public JsonElement Sidecar() => JsonSerializer.Deserialize<JsonElement>(Beside(".json")!);

    /// <summary>Plain files of a folder, a zip or one object, below a folder for the test.</summary>
    public static string Unpacked(string source, TempFolder folder)
    {
        if (Directory.Exists(source))
        {
            return source;
        }

        var input = folder["in"];
        Directory.CreateDirectory(input);
        if (source.EndsWith(".zip", StringComparison.Ordinal))
        {
            ZipFile.ExtractToDirectory(source, input);
        }
        else
        {
            File.Copy(source, System.IO.Path.Combine(input, System.IO.Path.GetFileName(source)));
        }

        return input;
    }

    /// <summary>Runs it. The files whose names end in Eq and Tilt, resampled ones beside the originals, are left out.</summary>
    public static List<Dcm2niix> Of(string source, TempFolder folder)
    {
        var result = folder["dcm2niix"];
        Directory.CreateDirectory(result);
        Oracle.Run("dcm2niix", "-z", "n", "-b", "y", "-ba", "n", "-f", "%s_%z", "-o", result, Unpacked(source, folder));
        return [.. Directory.EnumerateFiles(result, "*.nii").Where(f => !f.Contains("_Eq_", StringComparison.Ordinal) && !f.Contains("_Tilt_", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(f => new Dcm2niix(System.IO.Path.GetFileName(f), f))];
    }
}
