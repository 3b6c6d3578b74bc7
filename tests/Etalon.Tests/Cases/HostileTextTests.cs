using System.Globalization;
using System.Text.Json.Nodes;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>Names that are meant to break the page, the JSON or the terminal. The browser's own opinion is asked in Browser/.</summary>
public sealed class HostileTextTests
{
    /// <summary>Ends script blocks, opens comments, breaks lines, turns text round, colours terminals, rings bells.</summary>
    public const string Hostile = "</script><script>alert(1)</script><!--\u2028\u2029\u202e\u0007\u001b[31m\u0085\"'&amp;${7*7}";

    [Fact]
    public void A_hostile_patient_file_breaks_neither_page_nor_JSON_nor_terminal()
    {
        using var patient = new SmallPatient();
        patient.Json["patient"] = Hostile;
        patient.Json[Hostile] = Hostile;
        patient.Json[new string('x', 200_000)] = 1;
        patient.Visit(2)["adc"] = Hostile + ".nii.gz";
        patient.Visit(3)["adc"] = new string('y', 300_000);
        patient.Json["chemotherapy"] = new JsonArray(new JsonObject { ["time"] = SmallPatient.Time(1), ["dose"] = 75, ["units"] = Hostile + new string('z', 300_000) });
        var path = patient.Save();
        using var folder = new TempFolder();
        var run = EtalonCommand.Run("run", path, "-o", folder["out"], "--no-twin");
        Assert.True(run.Exit == 0, run.ToString());
        Held(run, folder["out"]);
        Assert.InRange(File.ReadAllText(folder["out/results.json"]).Length, 1, 100_000);
    }

    [Fact]
    public void A_hostile_BIDS_folder_breaks_neither_page_nor_JSON_nor_terminal()
    {
        // No '/' in file names, so no end of a script block; the rest is legal on this file system.
        var name = Hostile.Replace("/", "", StringComparison.Ordinal);
        using var study = new SmallBids("X1", name);
        study.Write("sub-X1/treatment.json", new JsonObject
        {
            ["drugs"] = new JsonArray(new JsonObject
            {
                ["name"] = Hostile, ["unit"] = Hostile, ["doses"] = new JsonArray(new JsonObject { ["time"] = SmallPatient.Time(1), ["amount"] = 3 }),
            }),
            ["surgery"] = new JsonArray(new JsonObject { ["time"] = SmallPatient.Time(1), ["region"] = Hostile }),
        }.ToJsonString());
        using var folder = new TempFolder();
        var run = EtalonCommand.Run("run", study.Folder, "-o", folder["out"], "--no-twin");
        Assert.True(run.Exit == 0, run.ToString());
        Held(run, folder["out"]);
    }

    [Theory]
    [InlineData("Jane Public")]
    [InlineData("<b>")]
    [InlineData("a\u001b[31mb")]
    public void A_subject_that_is_no_BIDS_label_is_refused_because_it_may_be_a_name(string subject)
    {
        using var study = new SmallBids(subject);
        var run = StudyOutput.Of(study.Folder).Exits(3).Says("field-invalid", "sub-");
        IsPlain(run.Command.Out + run.Command.Error);
    }

    [Fact]
    public void What_the_terminal_is_told_of_a_refused_input_holds_no_control_characters()
    {
        using var patient = new SmallPatient(1);
        patient.Json["visits"] = new JsonArray(new JsonObject { ["time"] = SmallPatient.Time(1), ["adc"] = Hostile });
        using var folder = new TempFolder();
        var run = EtalonCommand.Run("run", patient.Save(), "-o", folder["out"]);
        Assert.Equal(3, run.Exit);
        IsPlain(run.Out + run.Error);
        run = EtalonCommand.Run("run", "/nowhere/" + Hostile, "-o", folder["out"]);
        Assert.Equal(3, run.Exit);
        IsPlain(run.Out + run.Error);
        run = EtalonCommand.Run(Hostile);
        Assert.Equal(2, run.Exit);
        IsPlain(run.Out + run.Error);
    }

    private static void Held(CommandResult run, string output)
    {
        IsPlain(run.Out + run.Error);
        foreach (var json in Directory.EnumerateFiles(output, "*.json", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(json);
            Assert.NotNull(JsonNode.Parse(text));
            IsPlain(text);
        }

        var html = File.ReadAllText(Path.Combine(output, "report.html"));
        Assert.DoesNotContain("<script>alert", html, StringComparison.OrdinalIgnoreCase);
        // Our own script block, the model's, and no more: each opened once and closed once.
        var bundle = html.Contains("\n<script>\n", StringComparison.Ordinal) ? 1 : 0;
        Assert.Equal(1 + bundle, html.Split("</script", StringSplitOptions.None).Length - 1);
        var model = html[(html.IndexOf("id=\"etalon-model\">", StringComparison.Ordinal) + "id=\"etalon-model\">".Length)..];
        Assert.NotNull(JsonNode.Parse(model[..model.IndexOf("</script", StringComparison.Ordinal)]));
    }

    /// <summary>No control characters but line ends, none that turn or break lines unseen.</summary>
    private static void IsPlain(string text) => Assert.DoesNotContain(text, c => c != '\n'
        && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
