using Etalon.Phantoms.Tumours;
using Etalon.Twin.Validation;
using Xunit;

namespace Etalon.Tests.Twin.Validation;

/// <summary>Forecasts of virtual patients with scanner changes, made by the twin's own model and by three that it does not know.</summary>
[Trait("Kind", "Study")]
public sealed class ForecastStudyTests(ITestOutputHelper output)
{
    private static readonly TumourKind[] Kinds = [TumourKind.ReactionDiffusion, TumourKind.TwoSpecies, TumourKind.Tensor, TumourKind.MassEffect];

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out var n) ? n : otherwise;

    [Fact]
    public void Cohort()
    {
        var (own, other, known) = (Setting("N_OWN", 3), Setting("N_OTHER", 3), Environment.GetEnvironmentVariable("KNOWN") == "1");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var cohorts = Kinds.ToDictionary(k => k, k =>
        {
            var r = ForecastStudy.Run(k, k == TumourKind.ReactionDiffusion ? own : other, 1, known, TestContext.Current.CancellationToken);
            output.WriteLine(new StudySummary(r, _ => null).Text($"{k} without the model's error, {watch.Elapsed.TotalSeconds:0} s"));
            return r;
        });
        var all = cohorts.Values.SelectMany(c => c).ToList();
        // Learnt from patients of even seeds for odd ones and the other way round, as many of each model.
        var least = cohorts.Values.Min(c => c.Count);
        var priors = new[] { 0UL, 1UL }.Select(odd => DiscrepancyPrior.Learn(cohorts.Values.SelectMany(c => c.Take(least)).Where(p => p.Seed % 2 != odd).Select(p => p.Hindcasts).ToList())).ToArray();
        var everything = DiscrepancyPrior.Learn(cohorts.Values.SelectMany(c => c.Take(least)).Select(p => p.Hindcasts).ToList());
        output.WriteLine($"priors: {priors[0]}, {priors[1]}; of all {everything}; hindcasts {all.Average(p => p.Hindcasts.Count):0.00} a patient");
        foreach (var (kind, patients) in cohorts)
        {
            output.WriteLine($"{kind} own prior {DiscrepancyPrior.Learn(patients.Select(p => p.Hindcasts).ToList())}");
            output.WriteLine(new StudySummary(patients, p => priors[p.Seed % 2]).Text($"{kind} with it"));
        }
    }
}
