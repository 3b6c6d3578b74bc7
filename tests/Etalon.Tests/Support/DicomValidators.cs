using Xunit;

namespace Etalon.Tests.Support;

/// <summary>What dicom3tools and DCMTK say of objects that we write.</summary>
internal static class DicomValidators
{
    /// <summary>Errors that dciodvfy finds.</summary>
    public static IReadOnlyList<string> Errors(string path) =>
        [.. OtherProgram.Run("dciodvfy", path).Output.Split('\n').Where(l => l.StartsWith("Error", StringComparison.Ordinal))];

    /// <summary>Fails with the validator's words where it finds an error, or where dcmdump cannot read the file without a word.</summary>
    public static void AssertSound(string path)
    {
        Assert.True(Errors(path).Count == 0, string.Join("\n", Errors(path)));
        AssertDumps("dcmdump", path);
    }

    /// <summary>Runs a dumper of DCMTK: status 0 and neither a warning nor an error.</summary>
    public static string AssertDumps(string program, string path)
    {
        var (status, output) = OtherProgram.Run(program, "-v", path);
        Assert.Equal(0, status);
        Assert.DoesNotContain(output.Split('\n'), l => l.StartsWith("E:", StringComparison.Ordinal) || l.StartsWith("W:", StringComparison.Ordinal) || l.StartsWith("F:", StringComparison.Ordinal));
        return output;
    }
}
