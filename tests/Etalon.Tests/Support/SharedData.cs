using Xunit;

namespace Etalon.Tests.Support;

/// <summary>Finds the reference data, which are not part of the repository.</summary>
internal static class SharedData
{
    /// <summary>A path below the reference data; skips the test where it is absent.</summary>
    public static string Path(params string[] parts)
    {
        var root = Environment.GetEnvironmentVariable("ETALON_REFERENCE_DATA") ?? FindDefault();
        var path = root is null ? null : System.IO.Path.Combine([root, .. parts]);
        if (path is null || !(File.Exists(path) || Directory.Exists(path)))
        {
            Assert.Skip($"The reference data '{string.Join('/', parts)}' are absent: set ETALON_REFERENCE_DATA or place them in ../shared/data beside the repository.");
        }

        return path;
    }

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
