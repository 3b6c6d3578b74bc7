using System.Text.Json;
using System.Text.RegularExpressions;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cli;

/// <summary>The command as a child process: exit statuses, and what goes to which stream.</summary>
public sealed class CommandLineTests
{
    private static readonly Dictionary<string, string> EmptyPath = new() { ["PATH"] = "/nowhere" };

    [Fact]
    public void The_version_is_one_line_with_a_number()
    {
        var run = EtalonCommand.Run("--version");
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Matches(new Regex(@"^\d+\.\d+\.\d+\n$", RegexOptions.None, TimeSpan.FromSeconds(1)), run.Out);
    }

    [Theory]
    [InlineData("--help", "run", "demo", "doctor", "Research software")]
    [InlineData("run --help", "--output", "--force", "--json", "--seed", "--threads", "--assume", "--fit-visits", "--mic", "--allow-outside", "--treatment", "--same-patient", "--identify", "PATH")]
    [InlineData("demo --help", "--output", "--small", "--seed", "--dicom")]
    [InlineData("pull --help", "--output", "--patient", "--study", "--series", "--modality", "--since", "--insecure", "--json", "ETALON_DICOMWEB_TOKEN")]
    [InlineData("push --help", "--insecure", "--json", "ETALON_DICOMWEB_PASSWORD")]
    public void Help_names_every_verb_and_option_on_standard_output(string arguments, params string[] words)
    {
        var run = EtalonCommand.Run(arguments.Split(' '));
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.All(words, word => Assert.Contains(word, run.Out, StringComparison.Ordinal));
    }

    [Fact]
    public void A_list_of_paths_is_one_path_a_line_with_its_spaces_and_quotes()
    {
        using var folder = new TempFolder();
        var names = new[] { "a b.dcm", "it's \"c\".dcm", "plain.dcm" };
        foreach (var name in names)
        {
            File.WriteAllText(folder[name], "no DICOM object");
        }

        File.WriteAllText(folder["list"], string.Join("\r\n", names.Select(name => folder[name])) + "\n\n");
        var run = EtalonCommand.Run("inspect", "@" + folder["list"], "--json");
        Assert.Equal(names.Select(name => folder[name]), JsonDocument.Parse(run.Out).RootElement.GetProperty("objects").EnumerateArray().Select(o => o.GetProperty("path").GetString()));
        var missing = EtalonCommand.Run("inspect", "@" + folder["no such list"]);
        Assert.Equal(2, missing.Exit);
        Assert.Contains("the list of paths cannot be read", missing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("rnu")]
    [InlineData("run")]
    [InlineData("run case.json")]
    [InlineData("run case.json -o")]
    [InlineData("run case.json -o out --same-patient")]
    [InlineData("run case.json -o out --jsno")]
    [InlineData("run case.json -o out --same-patient referred")]
    [InlineData("run case.json -o out --seed -1")]
    [InlineData("run case.json -o out --seed x")]
    [InlineData("run case.json -o out --threads 0")]
    [InlineData("run case.json -o out --threads 99999999999")]
    [InlineData("run case.json -o out --fit-visits 5-1")]
    [InlineData("run case.json -o out --fit-visits 1")]
    [InlineData("run case.json -o out --mic -5")]
    [InlineData("run case.json -o out --mic NaN")]
    [InlineData("run case.json -o out --assume adc=mL")]
    [InlineData("run case.json -o out --assume dose=Gy")]
    [InlineData("run case.json -o out --assume nonsense=mm2/s")]
    [InlineData("run case.json -o out --assume adc")]
    [InlineData("demo --nonsense")]
    [InlineData("doctor extra")]
    [InlineData("doctor --hash")]
    [InlineData("inspect")]
    [InlineData("inspect . --jsno")]
    public void Wrong_usage_exits_2_says_why_on_standard_error_and_writes_nothing(string arguments)
    {
        using var folder = new TempFolder();
        using var patient = new SmallPatient(1);
        var run = EtalonCommand.Run(folder.Path, [.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a == "case.json" ? patient.Save() : a)]);
        Assert.True(run.Exit == 2, run.ToString());
        Assert.NotEqual("", run.Error);
        Assert.Equal("", run.Out);
        Assert.DoesNotContain("Exception", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_run_for_people_gives_the_answer_and_the_place_of_the_report()
    {
        using var folder = new TempFolder();
        using var patient = new SmallPatient();
        var run = EtalonCommand.Run(folder.Path, ["run", patient.Save(), "-o", "out"]);
        Assert.True(run.Exit == 0, run.ToString());
        Assert.Equal("", run.Error);
        Assert.Contains("out/report.html", run.Out, StringComparison.Ordinal);
        Assert.Contains("not for clinical use", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("{", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void With_json_standard_output_is_the_very_results_and_standard_error_is_empty()
    {
        using var folder = new TempFolder();
        using var patient = new SmallPatient();
        var run = EtalonCommand.Run(folder.Path, ["run", patient.Save(), "-o", "out", "--json", "--no-twin"]);
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.Equal(File.ReadAllText(folder["out/results.json"]), run.Out);
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal("etalon-results-1", json.RootElement.GetProperty("schema").GetString());
    }

    [Fact]
    public void An_input_that_cannot_be_used_gives_its_findings_to_people_and_to_machines()
    {
        using var folder = new TempFolder();
        var plain = EtalonCommand.Run(folder.Path, ["run", "nowhere", "-o", "out"]);
        Assert.Equal((3, ""), (plain.Exit, plain.Out));
        Assert.All(["about", "found", "expected", "remedy"], word => Assert.Contains(word, plain.Error, StringComparison.Ordinal));
        var machine = EtalonCommand.Run(folder.Path, ["run", "nowhere", "-o", "out", "--json"]);
        Assert.Equal(3, machine.Exit);
        using var json = JsonDocument.Parse(machine.Out);
        Assert.Equal("image-missing", json.RootElement[0].GetProperty("code").GetString());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Visits_centuries_apart_end_in_time_and_without_a_crash()
    {
        using var folder = new TempFolder();
        using var patient = new SmallPatient(2);
        patient.Visit(1)["time"] = "0001-01-02T03:04:05+00:00";
        patient.Visit(2)["time"] = "9999-12-30T21:22:23+00:00";
        var run = EtalonCommand.Run(folder.Path, ["run", patient.Save(), "-o", "out", "--json"]);
        Assert.True(run.Exit == 0, run.ToString());
        using var json = JsonDocument.Parse(run.Out);
        Assert.Contains(json.RootElement.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == "twin-refused");
    }

    [Fact]
    public void Doctor_names_each_part_and_what_a_missing_one_costs()
    {
        var run = EtalonCommand.Run("doctor");
        Assert.Equal((0, ""), (run.Exit, run.Error));
        Assert.All(["elastix", "chromium", "node", "script"], part => Assert.Contains(part, run.Out, StringComparison.Ordinal));
        var bare = EtalonCommand.Run(null, ["doctor"], EmptyPath);
        Assert.Equal(0, bare.Exit);
        Assert.Matches(new Regex(@"missing\s+elastix: .+ Install: ", RegexOptions.None, TimeSpan.FromSeconds(1)), bare.Out);
    }

    [Fact]
    public void A_missing_elastix_is_a_finding_and_never_a_crash()
    {
        using var folder = new TempFolder();
        using var study = new SmallBids("X1", "enhancing", "1", "2");
        study.Write("etalon.json", """{"density":{"adc_free_water_mm2_per_s":0.003,"adc_capacity_mm2_per_s":0}}""");
        foreach (var session in new[] { "1", "2" })
        {
            study.Write($"sub-X1/ses-{session}/anat/sub-X1_ses-{session}_T1w.nii.gz", NiftiBytes.Of(SmallGrid.Fill((i, j, k) => SmallGrid.InBrain(i, j, k) ? 300f + 7 * i + 3 * j : 0f)).Gzip());
            study.Write($"derivatives/masks/sub-X1/ses-{session}/sub-X1_ses-{session}_label-brain_mask.nii.gz", NiftiBytes.Of(SmallGrid.Fill((i, j, k) => SmallGrid.InBrain(i, j, k) ? (byte)1 : (byte)0)).Gzip());
        }

        var run = EtalonCommand.Run(folder.Path, ["run", study.Folder, "-o", "out", "--json"], EmptyPath);
        Assert.True(run.Exit == 0, run.ToString());
        Assert.Contains("registration-missing", run.Out, StringComparison.Ordinal);
    }
}
