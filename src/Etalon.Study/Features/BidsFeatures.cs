using Etalon.Assays.Radiomics;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study.Features;

/// <summary>Static images of a BIDS folder and of its derivatives, with masks of derivatives/masks; one visit after the other is read.</summary>
internal static class BidsFeatures
{
    private const int Most = 20_000;

    /// <summary>The sessions of all subjects.</summary>
    public static IReadOnlyList<FeatureVisit> Of(string root, FeatureUnits units, List<Finding> findings)
    {
        var folder = new CaseFolder(root, allowOutside: false, NiftiSpacingRule.Refuse);
        var masks = Directory.Exists(Path.Combine(root, "derivatives", "masks")) ? MaskFile.Below(Path.Combine(root, "derivatives", "masks")) : [];
        var derived = Derived(root);
        return
        [
            .. BidsImages.Below(root, findings).Where(i => !IsBeside(i.Name)).GroupBy(i => (i.Subject, i.Session)).Select(g => new FeatureVisit(
                g.Key.Subject, g.Key.Session.Length > 0 ? g.Key.Session : "1",
                (told, cancellation) => new FeatureInput(Images([.. g], derived, folder, units, told, cancellation), Regions(masks, g.Key.Subject, g.Key.Session, told)))),
        ];
    }

    /// <summary>A map of uncertainty or status is no image of its own.</summary>
    private static bool IsBeside(string name) => name.Contains("_desc-u_", StringComparison.Ordinal) || name.Contains("_desc-status_", StringComparison.Ordinal);

    private static List<string> Derived(string root)
    {
        var derivatives = Path.Combine(root, "derivatives");
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 6 };
        return Directory.Exists(derivatives)
            ? [.. Directory.EnumerateFiles(derivatives, "sub-*map.nii.gz", options).Take(Most).Select(p => Path.GetRelativePath(root, p).Replace(Path.DirectorySeparatorChar, '/')).Where(n => !IsBeside(n)).Order(StringComparer.Ordinal)]
            : [];
    }

    private static List<RadiomicsImage> Images(IReadOnlyList<BidsImage> files, List<string> derived, CaseFolder folder, FeatureUnits units, List<Finding> findings, CancellationToken cancellation)
    {
        var images = new List<RadiomicsImage>();
        void Add(string name, string file, Unit? unit, Acquisition record, string modality, LoadedImage loaded)
        {
            findings.AddRange(loaded.Findings);
            // Dynamic and diffusion series are no static image; etalon map makes maps of them.
            if (loaded.Frames.Count == 1)
            {
                name = images.Exists(i => i.Name == name) ? $"{name} ({Path.GetFileName(file)})" : name;
                images.Add(new RadiomicsImage(name, new Volume(loaded.Grid, loaded.Frames[0], units.Of(name, unit)))
                {
                    Source = file, Sha256 = loaded.Sha256, VoxelU = Beside(folder, file, "u", loaded.Grid, findings),
                    HasValue = Beside(folder, file, "status", loaded.Grid, findings) is { } status ? Array.ConvertAll(status, s => s == 1) : null,
                    NoiseWidth = FeatureSources.NoiseWidth(modality, record, loaded.Grid),
                });
            }
        }

        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                Add(file.Suffix, file.Name, file.Unit, file.Acquisition, file.Folder == "pet" ? "PT" : "MR", file.Load());
            }
            catch (CaseException e)
            {
                findings.Add(e.Finding);
            }
        }

        var session = files[0].Session;
        var label = session.Length > 0 ? $"sub-{files[0].Subject}_ses-{session}_" : $"sub-{files[0].Subject}_";
        foreach (var file in derived.Where(d => Path.GetFileName(d).StartsWith(label, StringComparison.Ordinal) && (session.Length > 0 || !d.Contains("_ses-", StringComparison.Ordinal))))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var unit = BidsImages.StatedUnit(folder, file[..^7] + ".json", findings);
                Add(file[(file.LastIndexOf('_') + 1)..^7], file, unit, Acquisition.Unknown(file), file.Contains("/pet/", StringComparison.Ordinal) ? "PT" : "MR", folder.Read(file, file, null));
            }
            catch (CaseException e)
            {
                findings.Add(e.Finding);
            }
        }

        return images;
    }

    /// <summary>The map that stands beside another by its description: <c>sub-X_desc-u_ADCmap</c> beside <c>sub-X_ADCmap</c>; null where there is none on its grid.</summary>
    private static float[]? Beside(CaseFolder folder, string file, string description, Grid grid, List<Finding> findings)
    {
        var at = file.LastIndexOf('_');
        var name = $"{file[..at]}_desc-{description}{file[at..]}";
        try
        {
            return File.Exists(folder.Resolve(name, name)) && folder.Read(name, name, null) is { Frames: [var values] } image && image.Grid.IsSameAs(grid) ? values : null;
        }
        catch (CaseException e)
        {
            findings.Add(e.Finding);
            return null;
        }
    }

    private static List<FeatureRegion> Regions(IReadOnlyList<MaskFile> files, string subject, string session, List<Finding> findings)
    {
        var regions = new List<FeatureRegion>();
        foreach (var file in files.Where(f => f.Name.StartsWith($"sub-{subject}/", StringComparison.Ordinal) && (f.Session ?? "") == session))
        {
            try
            {
                var image = file.Load();
                findings.AddRange(image.Findings);
                var mask = Mask.FromNonZero(image.Volume());
                regions.Add(new FeatureRegion(RegionLabel.Of(file.Label), image.Sha256, mask, on => mask.Grid.IsSameAs(on.Image.Grid) ? mask : null));
            }
            catch (CaseException e)
            {
                findings.Add(e.Finding);
            }
        }

        return regions;
    }
}
