using System.Diagnostics;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cli;

/// <summary>The output folder: never overwritten unasked, never half written, whatever ends the process.</summary>
public sealed class OutputFolderTests
{
    private const int Interrupt = 2, Kill = 9, Terminate = 15;

    [Fact]
    public void A_folder_that_is_there_is_left_alone_without_force_and_replaced_with_it()
    {
        using var folder = new TempFolder();
        using var patient = new SmallPatient(1);
        var path = patient.Save();
        Assert.Equal(0, Run(folder, path).Exit);
        var before = Snapshot(folder["out"]);
        File.WriteAllText(folder["out/note.txt"], "of the user");
        var again = Run(folder, path);
        Assert.Equal(2, again.Exit);
        Assert.Contains("--force", again.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["out/note.txt"]));
        Assert.Equal(0, Run(folder, path, "--force").Exit);
        Assert.Equal(before, Snapshot(folder["out"]));
        Assert.Equal(["out"], Names(folder));
    }

    [Theory]
    [InlineData("thesis.tex", "\\documentclass{book}")]
    [InlineData("results.json", "{\"accuracy\": 0.97}")]
    [InlineData("findings.json", "[]")]
    [InlineData("results.json", "")]
    public void Force_never_replaces_a_folder_that_etalon_did_not_write(string file, string content)
    {
        using var folder = new TempFolder();
        using var patient = new SmallPatient(1);
        folder.Write("out/" + file, content);
        folder.Write("out/chapter1.tex", "years of work");
        var before = Snapshot(folder["out"]);
        Assert.Equal(2, Run(folder, patient.Save(), "--force").Exit);
        Assert.Equal(before, Snapshot(folder["out"]));
        Assert.Equal(["out"], Names(folder));
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_left_alone()
    {
        using var folder = new TempFolder();
        using var patient = new SmallPatient(1);
        folder.Write("out", "a file");
        Assert.Equal(2, Run(folder, patient.Save(), "--force").Exit);
        Assert.Equal("a file", File.ReadAllText(folder["out"]));
    }

    [Fact]
    public void A_run_never_replaces_the_folder_that_its_own_input_lies_in()
    {
        using var folder = new TempFolder();
        using var patient = new SmallPatient(1);
        Assert.Equal(0, Run(folder, patient.Save()).Exit);
        Directory.Move(patient.Folder, folder["out/patient"]);
        var before = Snapshot(folder["out"]);
        Assert.Equal(2, EtalonCommand.Run(folder.Path, ["run", "out/patient/patient.json", "-o", "out", "--force", "--no-twin"]).Exit);
        Assert.Equal(before, Snapshot(folder["out"]));
        Directory.Move(folder["out/patient"], patient.Folder);
    }

    [Fact]
    public void Of_two_runs_into_one_folder_the_first_to_end_is_kept()
    {
        using var folder = new TempFolder();
        using var slow = EtalonCommand.Start(folder.Path, ["demo", "--small", "-o", "out", "--json"]);
        using var patient = new SmallPatient(1);
        Assert.Equal(0, Run(folder, patient.Save()).Exit);
        var before = Snapshot(folder["out"]);
        Assert.True(slow.EndsWithin(TimeSpan.FromMinutes(3)));
        var result = slow.Result();
        Assert.Equal((2, ""), (result.Exit, result.Out));
        Assert.Contains("--force", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot(folder["out"]));
        Assert.Equal(["out"], Names(folder));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_wrong_usage()
    {
        using var folder = new TempFolder();
        using var patient = new SmallPatient(1);
        folder.Write("file", "in the way");
        var run = EtalonCommand.Run(folder.Path, ["run", patient.Save(), "-o", "file/out", "--no-twin"]);
        Assert.True(run.Exit == 2, run.ToString());
    }

    [Theory]
    [InlineData(150, Interrupt)]
    [InlineData(700, Interrupt)]
    [InlineData(2500, Interrupt)]
    [InlineData(1200, Terminate)]
    [InlineData(150, Kill)]
    [InlineData(500, Kill)]
    [InlineData(1100, Kill)]
    [InlineData(2200, Kill)]
    [InlineData(3600, Kill)]
    public void A_run_that_is_ended_leaves_the_old_output_or_none(int afterMs, int signal)
    {
        using var folder = new TempFolder();
        folder.Write("old/results.json", "{\n  \"schema\": \"etalon-results-1\",\n  \"etalon\": \"0.0.0\"\n}\n");
        folder.Write("old/report.html", "<p>old</p>");
        var before = Snapshot(folder["old"]);
        foreach (var target in new[] { "old", "new" })
        {
            using var run = EtalonCommand.Start(folder.Path, ["demo", "--small", "-o", target, "--force"]);
            if (!run.EndsWithin(TimeSpan.FromMilliseconds(afterMs)))
            {
                run.Signal(signal);
            }

            Assert.True(run.EndsWithin(TimeSpan.FromSeconds(20)), "still running 20 s after the signal");
            var result = run.Result();
            Assert.True(result.Exit == 128 + signal || (signal != Kill && result.Exit is 130), result.ToString());
            Assert.DoesNotContain("Exception", result.Error, StringComparison.Ordinal);
            Assert.Equal("", result.Out);
        }

        Assert.Equal(before, Snapshot(folder["old"]));
        Assert.False(Directory.Exists(folder["new"]));
        var left = Names(folder).Where(n => n != "old").ToList();
        Assert.All(left, name => Assert.Contains(".etalon-partial-", name, StringComparison.Ordinal));
        if (signal != Kill)
        {
            Assert.Empty(left);
        }
        else
        {
            // The next run of the same target clears what a killed one left.
            using var patient = new SmallPatient(1);
            var path = patient.Save();
            Assert.Equal(0, EtalonCommand.Run(folder.Path, ["run", path, "-o", "old", "--force", "--no-twin"]).Exit);
            Assert.Equal(0, EtalonCommand.Run(folder.Path, ["run", path, "-o", "new", "--no-twin"]).Exit);
            Assert.Equal(["new", "old"], Names(folder));
        }
    }

    [Fact]
    public void The_folder_in_place_is_whole_at_every_moment_of_its_replacement()
    {
        using var folder = new TempFolder();
        using var patient = new SmallPatient(1);
        var path = patient.Save();
        Assert.Equal(0, Run(folder, path).Exit);
        var files = Snapshot(folder["out"]).Select(f => f.Name).ToArray();
        using var run = EtalonCommand.Start(folder.Path, ["run", path, "-o", "out", "--force", "--no-twin"]);
        var clock = Stopwatch.StartNew();
        var looks = 0;
        while (!run.Process.HasExited && clock.Elapsed < TimeSpan.FromSeconds(60))
        {
            Assert.True(File.Exists(folder["out/results.json"]) && File.Exists(folder["out/report.html"]), $"look {looks} found a hole");
            looks++;
        }

        Assert.True(run.EndsWithin(TimeSpan.FromSeconds(1)) && run.Result().Exit == 0, "the run failed");
        Assert.Equal(files, Snapshot(folder["out"]).Select(f => f.Name));
        Assert.True(looks > 100, $"only {looks} looks");
    }

    private static CommandResult Run(TempFolder folder, string path, params string[] more) => EtalonCommand.Run(folder.Path, ["run", path, "-o", "out", "--no-twin", .. more]);

    private static List<string> Names(TempFolder folder) => [.. Directory.EnumerateFileSystemEntries(folder.Path).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    private static List<(string Name, string Hash)> Snapshot(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(f => (Path.GetRelativePath(folder, f), Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))))];
}
