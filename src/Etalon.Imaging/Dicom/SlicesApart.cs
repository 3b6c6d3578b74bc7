using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>Says why slices of one series stand in stacks of their own: a gap in a stack has its cause in the header of the slice that went elsewhere.</summary>
internal static class SlicesApart
{
    /// <summary>Words to go behind a gap that was found in a group; empty where no smaller group of its kind lies elsewhere.</summary>
    /// <param name="group">The group with the gap.</param>
    /// <param name="alike">All groups of its map and echo.</param>
    public static string Cause(SliceGroup group, IReadOnlyList<SliceGroup> alike)
    {
        var elsewhere = alike.Where(g => g != group && g.Frames.Count < group.Frames.Count).ToList();
        return elsewhere.Count == 0 ? "" : $"; {Slices(elsewhere)} of the series {Lie(elsewhere)} in another stack, because {Named(elsewhere, group)} {(Differences(elsewhere, group).Count == 1 ? "differs" : "differ")}";
    }

    /// <summary>What is said of groups of one map and echo that differ in more than their orientation, of which there is a finding of its own; null where there is nothing to say.</summary>
    /// <param name="alike">Groups of one map and echo.</param>
    /// <param name="isSound">Whether all stacks of the series are volumes, and all or none of them single slices.</param>
    /// <param name="about">The series.</param>
    public static Finding? Tell(IReadOnlyList<SliceGroup> alike, bool isSound, string about)
    {
        var main = alike.MaxBy(g => g.Frames.Count)!;
        var others = alike.Where(g => g != main && g.DifferencesFrom(main).Any(d => d != "ImageOrientationPatient")).ToList();
        return others.Count == 0 ? null : new Finding(
            FindingCodes.SlicesApart, isSound ? Severity.Info : Severity.Warning, about, $"{Slices(others)} in {(others.Count == 1 ? "a stack" : $"{others.Count} stacks")} beside {main.Frames.Count} others, because {Named(others, main)} {(Differences(others, main).Count == 1 ? "differs" : "differ")}",
            "one FrameOfReferenceUID, matrix and PixelSpacing in a series", "Each was taken as a stack of its own. If they are one volume, have the header corrected and export the series again.");
    }

    private static string Slices(IReadOnlyList<SliceGroup> groups) => groups.Sum(g => g.Frames.Count) is var n && n == 1 ? "1 slice" : $"{n} slices";

    private static string Lie(IReadOnlyList<SliceGroup> groups) => groups.Sum(g => g.Frames.Count) == 1 ? "lies" : "lie";

    private static string Named(IReadOnlyList<SliceGroup> groups, SliceGroup main) => (groups.Sum(g => g.Frames.Count) == 1 ? "its " : "their ") + string.Join(" and ", Differences(groups, main));

    private static List<string> Differences(IReadOnlyList<SliceGroup> groups, SliceGroup main) => [.. groups.SelectMany(g => g.DifferencesFrom(main)).Distinct(StringComparer.Ordinal)];
}
