using System.Security.Cryptography;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>The folder of a case: resolves names that the case gives, never outside the folder, and reads images with findings.</summary>
public sealed class CaseFolder(string root, bool allowOutside, NiftiSpacingRule spacing)
{
    private readonly string _root = Path.GetFullPath(root);

    /// <summary>Turns a relative name into a path inside the folder.</summary>
    /// <exception cref="CaseException">The name leads outside.</exception>
    public string Resolve(string name, string about)
    {
        if (name.Contains('\0', StringComparison.Ordinal) || name.Length > 4096)
        {
            throw Outside(name, about);
        }

        var full = Path.GetFullPath(Path.Combine(_root, name));
        if (!allowOutside && (!IsInside(full) || LeadsOutsideByLink(full)))
        {
            throw Outside(name, about);
        }

        return full;
    }

    /// <summary>What results may say of a name: its place relative to the folder, never an absolute path, which often holds a person's name.</summary>
    public string Shown(string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal) || name.Length > 4096)
        {
            return JsonInput.Short(name);
        }

        var full = Path.GetFullPath(Path.Combine(_root, name));
        return JsonInput.Short(IsInside(full) ? Path.GetRelativePath(_root, full).Replace(Path.DirectorySeparatorChar, '/') : Path.GetFileName(full));
    }

    /// <summary>Reads a NIfTI image.</summary>
    /// <exception cref="CaseException">It is missing, unreadable, truncated or too large.</exception>
    public LoadedImage Read(string name, string about, Unit? unit)
    {
        var path = Resolve(name, about);
        if (!File.Exists(path))
        {
            throw new CaseException(new Finding(
                FindingCodes.ImageMissing, Severity.Error, about, $"no file '{Shown(name)}'", "the image that the case names", "Copy the file to its place, or take it out of the case."));
        }

        try
        {
            if (new FileInfo(path).Length == 0)
            {
                throw new CaseException(new Finding(
                    FindingCodes.ImageUnreadable, Severity.Error, $"{about}: {Shown(name)}", "an empty file, or a pipe or device", "a NIfTI file", "Copy the file again from its source."));
            }

            var image = NiftiReader.Read(path, spacing: spacing);
            using var stream = File.OpenRead(path);
            return new LoadedImage
            {
                Grid = image.Grid,
                Frames = image.Frames,
                Unit = unit,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(stream)),
                Findings = Noticed(image, Shown(name)),
            };
        }
        catch (NiftiException e)
        {
            throw new CaseException(e.ToFinding($"{about}: {Shown(name)}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CaseException(new Finding(
                FindingCodes.ImageUnreadable, Severity.Error, about, $"'{Shown(name)}' cannot be opened ({e.GetType().Name})", "a file that can be read", "Check permissions and the disk."));
        }
    }

    /// <summary>The text of a small file; empty where it is not there, is no regular file, cannot be read or is larger than 1 MiB.</summary>
    public string Text(string name, string about)
    {
        var path = Resolve(name, about);
        try
        {
            // A pipe or a device says that it holds nothing; reading it might never end.
            return File.Exists(path) && new FileInfo(path).Length is > 0 and <= 1 << 20 ? File.ReadAllText(path) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static List<Finding> Noticed(NiftiImage image, string name)
    {
        var findings = new List<Finding>();
        if (!image.SpatialUnitStated)
        {
            findings.Add(new Finding(
                FindingCodes.SpatialUnitNotStated, Severity.Info, name, "no spatial unit in the NIfTI header", "mm stated (xyzt_units 2)",
                "Spacings are read as mm, as is the custom; write the unit into the header."));
        }

        if (image.SpacingContradiction is { } contradiction)
        {
            findings.Add(new Finding(
                FindingCodes.SpacingContradicted, Severity.Warning, name, contradiction, "one spacing",
                "pixdim was taken, as this layout documents; correct the affine, or every other program may measure another volume."));
        }

        return findings;
    }

    private bool IsInside(string full) => full.StartsWith(_root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private bool LeadsOutsideByLink(string full)
    {
        for (var path = full; path is not null && path.Length > _root.Length; path = Path.GetDirectoryName(path))
        {
            FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            if (info.LinkTarget is not null && (EndOf(info) is not { } target || !IsInside(target)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where a link ends; null where it ends nowhere, as in a circle.</summary>
    private static string? EndOf(FileSystemInfo link)
    {
        try
        {
            return link.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static CaseException Outside(string name, string about) => new(new Finding(
        FindingCodes.PathOutsideFolder, Severity.Error, about, Path.IsPathRooted(name) ? "an absolute path" : $"'{JsonInput.Short(name)}'", "a path inside the case's own folder",
        "Move the file into the folder, or allow it with --allow-outside if you trust this case."));
}
