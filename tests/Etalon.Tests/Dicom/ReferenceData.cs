using Xunit;

namespace Etalon.Tests.Dicom;

/// <summary>Finds the reference data, which are not part of the repository.</summary>
internal static class ReferenceData
{
    /// <summary>Path below the DICOM reference data; skips the test when they are absent.</summary>
    public static string Path(string relative = "")
    {
        var root = Environment.GetEnvironmentVariable("ETALON_REFERENCE_DATA") ?? FindDefault();
        if (root is null || !Directory.Exists(System.IO.Path.Combine(root, "dicom")))
        {
            Assert.Skip("The reference data are absent: set ETALON_REFERENCE_DATA or place them in ../shared/data beside the repository.");
        }

        return System.IO.Path.Combine(root, "dicom", relative).TrimEnd('/');
    }

    /// <summary>Rows of a table of tab-separated values, without its heading.</summary>
    public static IReadOnlyList<string[]> Table(string relative) =>
        [.. File.ReadLines(Path(relative)).Skip(1).Where(line => line.Length > 0).Select(line => line.Split('\t'))];

    // Above the build output lies the repository, or a work tree of it; beside one of the folders above lies shared/data.
    private static string? FindDefault()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
