using System.Text.RegularExpressions;
using Etalon.Imaging;

namespace Etalon.Cases;

/// <summary>A NIfTI mask that lies beside DICOM objects: <c>*_label-NAME_mask.nii.gz</c>, with <c>ses-SESSION</c> in its name where that is needed.</summary>
/// <param name="Name">Relative to its folder.</param>
/// <param name="Label">NAME: letters and digits.</param>
/// <param name="Session">SESSION; null where the name holds none.</param>
/// <param name="Load">Reads it.</param>
public sealed partial record MaskFile(string Name, string Label, string? Session, Func<LoadedImage> Load)
{
    private const int Most = 10_000;

    /// <summary>All masks below a folder.</summary>
    public static List<MaskFile> Below(string root)
    {
        var folder = new CaseFolder(root, allowOutside: false, NiftiSpacingRule.Refuse);
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 32 };
        return [.. Directory.EnumerateFiles(root, "*_mask.nii*", options).Take(Most).Select(p => Path.GetRelativePath(root, p)).Order(StringComparer.Ordinal).Select(name => Of(folder, name)).OfType<MaskFile>()];
    }

    private static MaskFile? Of(CaseFolder folder, string name)
    {
        var label = LabelForm().Match(name);
        var session = SessionForm().Match(name);
        return label.Success
            ? new MaskFile(name, label.Groups[1].Value, session.Success ? session.Groups[1].Value : null, () => folder.Read(name, Path.GetFileName(name), null))
            : null;
    }

    [GeneratedRegex(@"_?label-([A-Za-z0-9]+)_mask\.nii(?:\.gz)?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex LabelForm();

    [GeneratedRegex(@"(?:^|[_/])ses-([A-Za-z0-9]+)(?=[_/])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SessionForm();
}
