using System.Reflection;
using System.Text.Json;
using Etalon.Metrology;
using Xunit;

namespace Etalon.Tests.Support;

/// <summary>A run with --json: its exit status, findings and measurements, held against what every run must obey.</summary>
internal sealed class StudyOutput
{
    private static readonly HashSet<string> Codes = [.. typeof(FindingCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!)];

    private static readonly Lazy<JsonElement?> Schema = new(() =>
    {
        var path = Path.Combine(Repository.Root, "docs", "schemas", "results.schema.json");
        return File.Exists(path) ? JsonDocument.Parse(File.ReadAllBytes(path)).RootElement : null;
    });

    private StudyOutput(CommandResult command, JsonElement json) => (Command, Json) = (command, json);

    public CommandResult Command { get; }

    /// <summary>What stood on standard output: results.json, or the findings where the input could not be used.</summary>
    public JsonElement Json { get; }

    public IReadOnlyList<JsonElement> Findings => [.. (Json.ValueKind == JsonValueKind.Array ? Json : Json.GetProperty("findings")).EnumerateArray()];

    public IReadOnlyList<JsonElement> Measurements => [.. Json.GetProperty("measurements").EnumerateArray()];

    /// <summary>Runs without the twin, and holds the run against the rules for all: no crash, no half output.</summary>
    public static StudyOutput Of(string input, params string[] more) => Of(input, null, more);

    public static StudyOutput Of(string input, IReadOnlyDictionary<string, string>? environment, params string[] more)
    {
        using var around = new TempFolder();
        var output = around["out"];
        var command = EtalonCommand.Run(around.Path, ["run", input, "-o", output, "--json", "--no-twin", .. more], environment);
        Assert.DoesNotContain("Etalon failed", command.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", command.Error, StringComparison.Ordinal);
        Assert.True(command.Exit is 0 or 3, command.ToString());
        var left = Directory.EnumerateFileSystemEntries(around.Path).Select(Path.GetFileName).ToList();
        Assert.Equal(command.Exit == 0 ? ["out"] : [], left);
        using var document = JsonDocument.Parse(command.Out);
        if (command.Exit == 0)
        {
            Assert.Equal(File.ReadAllText(Path.Combine(output, "results.json")), command.Out);
            Assert.True(File.Exists(Path.Combine(output, "report.html")) && File.Exists(Path.Combine(output, "findings.json")));
        }

        var result = new StudyOutput(command, document.RootElement.Clone());
        if (command.Exit == 0 && Schema.Value is { } schema)
        {
            Assert.Empty(SchemaCheck.Violations(result.Json, schema));
        }

        foreach (var finding in result.Findings)
        {
            Assert.Contains(finding.GetProperty("code").GetString()!, Codes);
            Assert.All(["code", "severity", "about", "found", "expected", "remedy"], field => Assert.False(string.IsNullOrWhiteSpace(finding.GetProperty(field).GetString()), $"{field} is empty in {finding}"));
        }

        return result;
    }

    public StudyOutput Exits(int status)
    {
        Assert.True(Command.Exit == status, $"expected exit {status}: {Command}");
        return this;
    }

    /// <summary>There is a finding of this code whose place or found text holds all of the words.</summary>
    public StudyOutput Says(string code, params string[] words)
    {
        Assert.Contains(Findings, f => f.GetProperty("code").GetString() == code && words.All(w => (f.GetProperty("about").GetString() + " " + f.GetProperty("found").GetString()).Contains(w, StringComparison.Ordinal)));
        return this;
    }

    /// <summary>The visits with a value of a measurand, in order.</summary>
    public StudyOutput Has(string measurand, params string[] visits)
    {
        Assert.Equal(visits, Measurements.Where(m => m.GetProperty("measurand").GetString() == measurand && m.GetProperty("status").GetString() == "ok").Select(m => m.GetProperty("visit").GetString()!));
        return this;
    }

    public double Value(string id) => Measurements.Single(m => m.GetProperty("id").GetString() == id).GetProperty("value").GetDouble();
}
