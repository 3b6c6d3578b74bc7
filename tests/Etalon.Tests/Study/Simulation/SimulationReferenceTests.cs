using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Simulation;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study.Simulation;

/// <summary>A SPEC written from the patient file of the reference data, through the whole of <c>etalon twin simulate</c> but its command line.</summary>
[Trait("Kind", "Numeric")]
public sealed class SimulationReferenceTests(ITestOutputHelper output)
{
    private const string Patient = "HGG_demo_001";

    [Fact]
    public void The_scheme_for_comparison_leaves_files_that_hold_the_visits_to_the_rounding_of_their_ADC()
    {
        using var folder = Case("rk38-compat", "[30, 60]");
        var (rows, summary, findings) = Simulate(folder, "out", 2);

        var brain = Load("brainmask").Values;
        foreach (var (row, visit) in rows.Zip([2, 3]))
        {
            var image = NiftiReader.Read(folder[$"out/{DensityFile.NameOf(row.Day)}"]);
            var (measured, worst) = (Density(visit), 0.0);
            for (var n = 0; n < measured.Length; n++)
            {
                worst = Math.Max(worst, brain[n] != 0 ? Math.Abs(measured[n] - image.Frames[0][n]) : 0);
            }

            output.WriteLine(FormattableString.Invariant($"visit {visit}: largest difference {worst:E2}, cells {row.Cells:0.0}, {row.VolumeMl:0.00} mL"));
            // ADC is rounded to 1 of 3000: half of it is 1.667e-4; single precision of the source and of the files leaves some 2e-6.
            Assert.InRange(worst, 0, 1.7e-4);
            // 1.5 x 1.5 x 3 mm from pixdim, where the affine of the mask says 1 mm.
            Assert.Equal(image.Frames[0].Count(n => n > 0.5) * 0.00675, row.VolumeMl, 1e-6);
        }

        Assert.All(summary.GetProperty("outputs").EnumerateArray(), o => Assert.Equal(JsonValueKind.Null, o.GetProperty("time_error").ValueKind));
        Assert.Superset(
            new HashSet<string> { FindingCodes.ComparisonScheme, FindingCodes.SpacingContradicted, FindingCodes.TumourOutsideDomain }, findings.Select(f => f.Code).ToHashSet());
    }

    [Fact]
    public void The_exact_scheme_has_three_percent_more_cells_at_the_second_visit_and_writes_the_same_bytes_twice()
    {
        using var folder = Case("exact", "[30]");
        var (rows, summary, _) = Simulate(folder, "out", 2);
        var (_, again, _) = Simulate(folder, "again", 1);

        var brain = Load("brainmask").Values;
        var measured = Density(2).Zip(brain, (n, b) => b != 0 ? n : 0).Sum();
        output.WriteLine(FormattableString.Invariant($"cells {rows[0].Cells:0.0}, data {measured:0.0}, time error {rows[0].CellsError:E1}, {rows[0].DensityError:E1}"));
        // The data fall 3.1 % short of a solution converged in time (published); their scheme gains mass at faces and ADC is rounded.
        Assert.Equal(-3.1, 100 * (measured / rows[0].Cells - 1), 0.6);
        Assert.InRange(rows[0].CellsError!.Value, 0, 1e-5);
        Assert.Equal(File.ReadAllBytes(folder["out/N_day30.nii.gz"]), File.ReadAllBytes(folder["again/N_day30.nii.gz"]));
        Assert.Equal(WithoutTimings(summary), WithoutTimings(again));
    }

    private static string WithoutTimings(JsonElement summary)
    {
        var node = JsonNode.Parse(summary.GetRawText())!.AsObject();
        Assert.True(node.Remove("timings"));
        return node.ToJsonString();
    }

    private static (IReadOnlyList<SimulationOutput> Rows, JsonElement Summary, List<Finding> Findings) Simulate(TempFolder folder, string to, int threads)
    {
        var findings = new List<Finding>();
        var spec = SpecFile.Read(folder["spec.json"], allowOutside: false, threads, findings);
        Assert.True(spec is not null, string.Join('\n', findings));
        using var output = AtomicOutput.Begin(folder[to], force: false, folder["spec.json"]);
        var rows = SimulationRun.Execute(spec, output, TestContext.Current.CancellationToken);
        using var summary = JsonDocument.Parse(File.ReadAllBytes(folder[$"{to}/summary.json"]));
        return (rows, summary.RootElement.Clone(), findings);
    }

    /// <summary>The patient's own mask and treatment; the density of the first visit; the published parameters.</summary>
    private static TempFolder Case(string scheme, string outputDays)
    {
        using var patient = JsonDocument.Parse(File.ReadAllText(SharedData.Path("hgg", Patient, Patient + ".json")));
        var root = patient.RootElement;
        static DateTime Time(JsonElement e) => DateTime.Parse(e.GetProperty("time").GetString()!, CultureInfo.InvariantCulture);
        var start = Time(root.GetProperty("visits")[0]);
        JsonArray Events(string list, string amount) => [.. root.GetProperty(list).EnumerateArray().Select(e => (JsonNode)new JsonObject
        {
            ["time_day"] = (Time(e) - start).TotalDays, [amount] = e.GetProperty("dose").GetDouble(),
        })];
        var doses = Events("chemotherapy", "amount");
        var spec = new JsonObject
        {
            ["domain"] = "brainmask.nii.gz", ["initial"] = "n0.nii.gz", ["diffusivity_mm2_per_day"] = 0.1, ["proliferation_per_day"] = 0.05, ["capacity"] = 1.0,
            ["radiotherapy"] = new JsonObject { ["alpha_per_Gy"] = 0.05, ["alpha_beta_Gy"] = 10, ["fractions"] = Events("radiotherapy", "dose_Gy") },
            ["drugs"] = new JsonArray(new JsonObject
            {
                ["name"] = "chemotherapy", ["sensitivity_per_day"] = 0.2, ["decay_per_day"] = 9.242, ["reference_amount"] = doses.Max(d => d!["amount"]!.GetValue<double>()), ["doses"] = doses,
            }),
            ["output_days"] = JsonNode.Parse(outputDays), ["scheme"] = scheme, ["step_day"] = 1,
        };
        var folder = new TempFolder();
        folder.Write("brainmask.nii.gz", File.ReadAllBytes(SharedData.Path("hgg", Patient, "brainmask.nii.gz")));
        folder.Write("n0.nii.gz", NiftiWriter.Encode(new Volume(Load("brainmask").Grid, Density(1), null)));
        folder.Write("spec.json", spec.ToJsonString());
        return folder;
    }

    private static Volume Load(string name)
    {
        var image = NiftiReader.Read(SharedData.Path("hgg", Patient, name + ".nii.gz"), spacing: NiftiSpacingRule.PixDim);
        return new Volume(image.Grid, image.Frames[0], null);
    }

    private static float[] Density(int visit)
    {
        var adc = Load(FormattableString.Invariant($"ADC_v{visit}")).Values;
        var tumour = Load(FormattableString.Invariant($"ROI_enhance_v{visit}")).Values;
        return adc.Zip(tumour, (a, r) => r != 0 ? (float)((3000.0 - a) / 3000) : 0).ToArray();
    }
}
