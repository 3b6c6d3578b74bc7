using System.Text.Json;
using System.Text.RegularExpressions;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>One image of a BIDS folder with its sidecar; its voxels are read when they are needed.</summary>
public sealed record BidsImage
{
    /// <summary>Label of the subject, without <c>sub-</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Label of the session, without <c>ses-</c>; empty where the data set has none.</summary>
    public required string Session { get; init; }

    /// <summary>File, relative to the root.</summary>
    public required string Name { get; init; }

    /// <summary>Folder of the kind of data: anat, dwi, perf, pet, fmap.</summary>
    public required string Folder { get; init; }

    /// <summary>The suffix of the name: <c>dwi</c>, <c>VFA</c>, <c>MESE</c>.</summary>
    public required string Suffix { get; init; }

    /// <summary>The sidecar as a record; all absent where there is none.</summary>
    public required Acquisition Acquisition { get; init; }

    /// <summary>Unit that the sidecar states; null where it states none that is known.</summary>
    public Unit? Unit { get; init; }

    /// <summary>When each volume began, s (VolumeTiming, FrameTimesStart); empty where not stated.</summary>
    public IReadOnlyList<double> VolumeTimesS { get; init; } = [];

    /// <summary>Flip angle of each volume, degrees, where the sidecar states a list; else empty.</summary>
    public IReadOnlyList<double> FlipAnglesDeg { get; init; } = [];

    /// <summary>Reads voxels, b-values and directions.</summary>
    /// <exception cref="CaseException">From the call: the image cannot be used.</exception>
    public required Func<LoadedImage> Load { get; init; }
}

/// <summary>Lists the images of a BIDS folder by their names (BIDS 1.9, appendix on entities); no inheritance of sidecars.</summary>
public static partial class BidsImages
{
    private const int Most = 20_000;
    private static readonly string[] Folders = ["anat", "dwi", "perf", "pet", "fmap"];

    /// <summary>All images of all subjects and sessions, in order of their names.</summary>
    /// <param name="root">Root of the data set.</param>
    /// <param name="findings">Receives what cannot be read.</param>
    public static IReadOnlyList<BidsImage> Below(string root, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var folder = new CaseFolder(root, allowOutside: false, NiftiSpacingRule.Refuse);
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 4 };
        return [.. Directory.EnumerateDirectories(root, "sub-*").Order(StringComparer.Ordinal)
            .SelectMany(subject => Directory.EnumerateFiles(subject, "*.nii*", options).Order(StringComparer.Ordinal)).Take(Most)
            .Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/')).Select(name => Of(folder, name, findings)).OfType<BidsImage>()];
    }

    /// <summary>The unit that a sidecar states; null where there is no sidecar or it states none.</summary>
    public static Unit? StatedUnit(CaseFolder folder, string sidecar, List<Finding> findings) => BidsSidecar.UnitOf(folder, sidecar, findings);

    private static BidsImage? Of(CaseFolder folder, string name, List<Finding> findings)
    {
        var form = Form().Match(name);
        if (!form.Success || !Folders.Contains(form.Groups["folder"].Value, StringComparer.Ordinal))
        {
            return null;
        }

        var stem = name[..^(name.EndsWith(".gz", StringComparison.Ordinal) ? 7 : 4)];
        var modality = form.Groups["folder"].Value == "pet" ? "PT" : "MR";
        var image = new BidsImage
        {
            Subject = form.Groups["subject"].Value,
            Session = form.Groups["session"].Value,
            Name = name,
            Folder = form.Groups["folder"].Value,
            Suffix = form.Groups["suffix"].Value,
            Acquisition = Acquisition.Unknown(name),
            Load = () => WithDiffusion(folder, stem, folder.Read(name, name, null), findings),
        };
        try
        {
            var path = folder.Resolve(stem + ".json", name);
            if (!File.Exists(path))
            {
                return image;
            }

            using var document = JsonInput.Read(path, stem + ".json");
            var json = document.RootElement;
            return image with
            {
                Acquisition = BidsRecord.FromJson(json, name, modality),
                Unit = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("Units", out var u) && u.ValueKind == JsonValueKind.String && Unit.TryParse(u.GetString(), out var unit) ? unit : null,
                VolumeTimesS = Numbers(json, "VolumeTiming") is { Count: > 0 } timing ? timing : Numbers(json, "FrameTimesStart"),
                FlipAnglesDeg = Numbers(json, "FlipAngle"),
            };
        }
        catch (CaseException e)
        {
            findings.Add(e.Finding);
            return image;
        }
    }

    /// <summary>Numbers of a list; empty where the field is none.</summary>
    private static List<double> Numbers(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        var numbers = list.EnumerateArray().Take(100_000).Select(e => e.ValueKind == JsonValueKind.Number && e.TryGetDouble(out var v) && double.IsFinite(v) ? v : (double?)null).ToList();
        return numbers.Contains(null) ? [] : [.. numbers.OfType<double>()];
    }

    private static LoadedImage WithDiffusion(CaseFolder folder, string stem, LoadedImage image, List<Finding> findings)
    {
        if (!File.Exists(folder.Resolve(stem + ".bval", stem)))
        {
            return image;
        }

        var b = BidsGradients.BValues(folder, stem, stem, image.Frames.Count);
        return image with { BValues = b, Gradients = BidsGradients.Directions(folder, stem, stem, b.Count, findings) };
    }

    [GeneratedRegex(@"^sub-(?<subject>[A-Za-z0-9]+)/(?:ses-(?<session>[A-Za-z0-9]+)/)?(?<folder>[a-z]+)/sub-[A-Za-z0-9]+(?:_[A-Za-z0-9]+-[A-Za-z0-9]+)*_(?<suffix>[A-Za-z0-9]+)\.nii(?:\.gz)?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();
}
