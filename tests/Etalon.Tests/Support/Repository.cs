using System.Diagnostics;

namespace Etalon.Tests.Support;

/// <summary>The tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Files that git keeps, relative; empty where there is no git.</summary>
    public static IReadOnlyList<string> Tracked { get; } = List();

    public static string Read(string name) => File.ReadAllText(Path.Combine(Root, name));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Etalon.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("No Etalon.slnx above the tests.");
    }

    private static List<string> List()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", Root, "ls-files", "-z"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var text = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return [.. text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(f => File.Exists(Path.Combine(Root, f)))];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return [];
        }
    }
}
