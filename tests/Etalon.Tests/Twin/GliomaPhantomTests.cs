using System.Globalization;
using System.Text.Json;
using Etalon.Imaging;
using Etalon.Tests.Support;
using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>The synthetic glioma patient of the reference data, forward from its first visit with its published parameters.</summary>
[Trait("Kind", "Numeric")]
public sealed class GliomaPhantomTests(ITestOutputHelper output)
{
    private const string Folder = "HGG_demo_001";

    [Fact]
    public void Exact_chemotherapy_gives_the_published_excess_over_the_half_day_steps_of_the_data()
    {
        // The data come from half-day steps that count chemotherapy 1.6 times. Their cells fall short of a solution converged in time by
        // these percents at visits 2, 3, 4, 5 and 10 (time convergence study of the published scheme, four digits of cells).
        (int Visit, double ShortPercent)[] published = [(2, -3.1), (3, -18.6), (4, -24.0), (5, -19.0), (10, -10.2)];
        var (brain, initial) = (Mask.FromNonZero(Load("brainmask")), Density(1));
        var model = new TumourModel(new FluxDiffusion(brain));
        var parameters = new GrowthParameters { DiffusivityMm2PerDay = 0.1, ProliferationPerDay = 0.05, AlphaPerGy = 0.05, SensitivityPerDay = [0.2] };
        var cells = new double[10];

        model.Simulate(
            model.Diffusion.ToState(initial), parameters, Given(), 0, Enumerable.Range(0, 10).Select(v => 30.0 * v).ToList(),
            (visit, n) => cells[visit] = TumourFixtures.ExactSum(n), cancellation: TestContext.Current.CancellationToken);

        foreach (var (visit, shortPercent) in published)
        {
            var measured = model.Diffusion.ToState(Density(visit));
            var percent = 100 * (TumourFixtures.ExactSum(measured) / cells[visit - 1] - 1);
            output.WriteLine(FormattableString.Invariant($"visit {visit}: data against ours {percent:0.00} %, published {shortPercent} %"));
            // The published scheme gains mass at the mask's faces (0.45 % in 30 days at D = 0.5, less at 0.1) and the data are rounded to 1/3000.
            Assert.Equal(shortPercent, percent, 0.6);
        }
    }

    [Fact]
    public void The_scheme_for_comparison_reproduces_every_visit_to_the_rounding_of_its_ADC()
    {
        var model = new TumourModel(new FluxDiffusion(Mask.FromNonZero(Load("brainmask"))));
        var parameters = new GrowthParameters { DiffusivityMm2PerDay = 0.1, ProliferationPerDay = 0.05, AlphaPerGy = 0.05, SensitivityPerDay = [0.2] };
        // Visits 2 to 4 hold fractions, daily doses and the break after them; all ten take four times as long and say the same.
        double[] days = [30, 60, 90];

        model.Simulate(
            model.Diffusion.ToState(Density(1)), parameters, Given(), 0, days,
            (visit, n) =>
            {
                var measured = model.Diffusion.ToState(Density(visit + 2));
                var worst = 0.0;
                for (var at = 0; at < measured.Length; at++)
                {
                    worst = Math.Max(worst, Math.Abs(measured[at] - n[at]));
                }

                output.WriteLine(FormattableString.Invariant($"visit {visit + 2}: largest difference {worst:E2}"));
                // ADC is rounded to 1 of 3000: half of it is 1.667e-4; single precision of the source leaves some 2e-6.
                Assert.InRange(worst, 0, 1.7e-4);
            },
            new SimulationOptions { Scheme = TwinScheme.Rk38Compat }, TestContext.Current.CancellationToken);
    }

    // The affine of these files states 1 mm; their documentation and pixdim say 1.5 x 1.5 x 3 mm.
    private static Volume Load(string name) =>
        NiftiReader.Read(SharedData.Path("hgg", Folder, name + ".nii.gz"), spacing: NiftiSpacingRule.PixDim) is var image ? new Volume(image.Grid, image.Frames[0], null) : null!;

    private static double[] Density(int visit)
    {
        var adc = Load(FormattableString.Invariant($"ADC_v{visit}")).Values;
        var tumour = Load(FormattableString.Invariant($"ROI_enhance_v{visit}")).Values;
        return adc.Zip(tumour, (a, r) => r != 0 ? (3000 - a) / 3000.0 : 0).ToArray();
    }

    /// <summary>Fractions and doses as their file says them, on days since the first visit; doses relative to the largest.</summary>
    private static TreatmentSchedule Given()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(SharedData.Path("hgg", Folder, Folder + ".json")));
        var root = json.RootElement;
        DateTime Time(JsonElement e) => DateTime.Parse(e.GetProperty("time").GetString()!, CultureInfo.InvariantCulture);
        var start = Time(root.GetProperty("visits")[0]);
        double Day(JsonElement e) => (Time(e) - start).TotalDays;
        var fractions = root.GetProperty("radiotherapy").EnumerateArray().Select(e => new FractionOnDay(Day(e), e.GetProperty("dose").GetDouble())).ToList();
        var doses = root.GetProperty("chemotherapy").EnumerateArray().Select(e => (Day: Day(e), Amount: e.GetProperty("dose").GetDouble())).ToList();
        var largest = doses.Max(d => d.Amount);
        return new TreatmentSchedule(fractions, [new DrugOnDays("chemotherapy", 9.242, doses.Select(d => new DoseOnDay(d.Day, d.Amount / largest)).ToList())]);
    }
}
