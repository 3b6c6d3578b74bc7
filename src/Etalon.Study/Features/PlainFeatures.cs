using System.Security.Cryptography;
using System.Text.Json;
using Etalon.Assays.Radiomics;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Study.Maps;

namespace Etalon.Study.Features;

/// <summary>One NIfTI image with its masks, named on the command line.</summary>
internal static class PlainFeatures
{
    /// <summary>Subject of plain images.</summary>
    public const string Subject = "image";

    /// <summary>The image as a visit.</summary>
    /// <param name="visit">Number of the visit.</param>
    /// <param name="image">NIfTI file; a sidecar of the same name may state <c>Units</c>, and a map beside it (<c>desc-u</c>) its uncertainty.</param>
    /// <param name="masks">Masks.</param>
    /// <param name="units">What the user says of units.</param>
    public static FeatureVisit Of(string visit, string image, IReadOnlyList<NamedMaskFile> masks, FeatureUnits units) => new(Subject, visit, (findings, _) =>
    {
        var (volume, sha) = Read(image, "--image", findings);
        // The two of a test-retest pair are one image, whatever their files are called.
        var name = "image";
        var u = Beside(image) is { } beside && Read(beside, "--image (desc-u)", findings).Volume is var map && map.Grid.IsSameAs(volume.Grid) ? map.Values : null;
        var radiomics = new RadiomicsImage(name, new Volume(volume.Grid, volume.Values, units.Of(name, Stated(image, findings)))) { Source = Path.GetFileName(image), Sha256 = sha, VoxelU = u };
        var regions = masks.Select(m =>
        {
            var (drawn, hash) = Read(m.Path, $"--mask {RegionLabel.Of(m.Name)}", findings);
            var mask = Mask.FromNonZero(drawn);
            // Given together, they belong together: where they do not fit, that is said of each.
            return new FeatureRegion(RegionLabel.Of(m.Name), hash, mask, _ => mask);
        }).ToList();
        return new FeatureInput([radiomics], regions);
    });

    private static (Volume Volume, string Sha256) Read(string path, string about, List<Finding> findings)
    {
        try
        {
            var image = NiftiReader.Read(path);
            if (image.Frames.Count > 1)
            {
                findings.Add(new Finding(FindingCodes.MaskAmbiguous, Severity.Warning, $"{about}: {Path.GetFileName(path)}", $"{image.Frames.Count} frames", "one frame", "The first was taken; give one file for each."));
            }

            using var stream = File.OpenRead(path);
            return (new Volume(image.Grid, image.Frames[0], null), Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        catch (NiftiException e)
        {
            throw new CaseException(e.ToFinding($"{about}: {Path.GetFileName(path)}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CaseException(new Finding(
                FindingCodes.ImageUnreadable, Severity.Error, $"{about}: {Path.GetFileName(path)}", $"a file that cannot be opened ({e.GetType().Name})", "a NIfTI file", "Check the path and the rights."));
        }
    }

    private static string Stem(string path) => path.EndsWith(".nii.gz", StringComparison.OrdinalIgnoreCase) ? path[..^7] : Path.ChangeExtension(path, null);

    private static string? Beside(string image)
    {
        var (stem, at) = (Stem(image), Path.GetFileName(image).LastIndexOf('_'));
        if (at < 0)
        {
            return null;
        }

        at += image.Length - Path.GetFileName(image).Length;
        var name = $"{stem[..at]}_desc-u{image[at..]}";
        return File.Exists(name) ? name : null;
    }

    private static Unit? Stated(string image, List<Finding> findings)
    {
        var sidecar = Stem(image) + ".json";
        if (!File.Exists(sidecar))
        {
            return null;
        }

        using var document = JsonInput.Read(sidecar, Path.GetFileName(sidecar));
        var json = document.RootElement;
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("Units", out var units) || units.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        if (Unit.TryParse(units.GetString(), out var unit))
        {
            return unit;
        }

        findings.Add(new Finding(
            FindingCodes.FieldInvalid, Severity.Warning, $"{Path.GetFileName(sidecar)}: Units", $"'{JsonInput.Short(units.GetString()!)}'", "a UCUM unit, such as mm2/s", "Correct the sidecar, or state the unit with --assume unit=UNIT."));
        return null;
    }
}
