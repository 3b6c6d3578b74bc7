using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study;

/// <summary>One build on one machine gives the same bytes for the same input and seed, whatever the number of threads.</summary>
public sealed class DeterminismTests(DemoStudy demo)
{
    [Fact]
    public void One_thread_and_two_give_the_same_bytes_in_every_file()
    {
        using var folder = new TempFolder();
        var run = EtalonCommand.Run(folder.Path, ["demo", "--small", "--threads", "1", "--seed", "5", "--json", "-o", folder["another-name"]]);
        Assert.True(run.Exit == 0, run.ToString());
        Assert.Equal(demo.Printed, run.Out);
        var first = Files(demo.Output);
        Assert.Equal(first, Files(folder["another-name"]));
        Assert.All(first, name => Assert.True(File.ReadAllBytes(Path.Combine(demo.Output, name)).AsSpan().SequenceEqual(File.ReadAllBytes(folder["another-name/" + name])), $"{name} differs"));
    }

    private static List<string> Files(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal)];
}
