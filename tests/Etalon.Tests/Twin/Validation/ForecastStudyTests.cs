using Etalon.Phantoms.Tumours;
using Etalon.Twin.Validation;
using Xunit;

namespace Etalon.Tests.Twin.Validation;

/// <summary>
/// Forecasts of virtual patients with scanner changes, made by the twin's own model and by three that it does not know. The full study has 200 patients of the own model
/// and 60 of each other one; ETALON_STUDY_PATIENTS sets another number (of the own model; a third of it of the others).
/// </summary>
[Trait("Kind", "Study")]
public sealed class ForecastStudyTests(ITestOutputHelper output)
{
    private static readonly TumourKind[] Kinds = [TumourKind.ReactionDiffusion, TumourKind.TwoSpecies, TumourKind.Tensor, TumourKind.MassEffect];

    [Fact]
    public void A_few_patients_of_each_model_are_forecast_better_than_without_a_twin()
    {
        var patients = Kinds.SelectMany(k => ForecastStudy.Run(k, k == TumourKind.ReactionDiffusion ? 2 : 1, 1, startIsKnown: false, TestContext.Current.CancellationToken)).ToList();
        var summary = new StudySummary(patients, _ => DiscrepancyPrior.VirtualCohort);
        output.WriteLine(summary.Text("a few of each"));

        // Five patients tell no coverage (10 forecasts at 90 %: 9 ± 1 and more, since two belong to one patient), but something broken shows.
        Assert.InRange(summary.ForecastCoverage, 0.6, 1);
        Assert.True(summary.TwinLogCrps < summary.BaselineLogCrps[0] && summary.TwinLogCrps < summary.BaselineLogCrps[1]);
    }

    [Fact]
    public void Forecasts_of_a_cohort_beat_every_baseline_in_the_logarithm_of_cells()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("ETALON_FULL") == "1", "A study of an hour: ./etalon test --full runs it.");
        var own = int.TryParse(Environment.GetEnvironmentVariable("ETALON_STUDY_PATIENTS"), out var asked) ? asked : 200;
        var known = Environment.GetEnvironmentVariable("ETALON_STUDY_KNOWN_START") == "1";
        var cohorts = new Dictionary<TumourKind, IReadOnlyList<StudyPatient>>();
        foreach (var kind in Kinds)
        {
            var count = kind == TumourKind.ReactionDiffusion ? own : Math.Max(2, own * 3 / 10);
            cohorts[kind] = ForecastStudy.Run(kind, count, 1, known, TestContext.Current.CancellationToken);
            output.WriteLine(new StudySummary(cohorts[kind], _ => null).Text($"{kind}, without the model's error"));
        }

        // Learnt from patients of even seeds for odd ones and the other way round, as many of each model.
        var least = cohorts.Values.Min(c => c.Count);
        DiscrepancyPrior Learnt(Func<StudyPatient, bool> from) => DiscrepancyPrior.Learn(cohorts.Values.SelectMany(c => c.Take(least)).Where(from).Select(p => p.Hindcasts).ToList());
        DiscrepancyPrior[] priors = [Learnt(p => p.Seed % 2 != 0), Learnt(p => p.Seed % 2 != 1)];
        output.WriteLine($"learnt {priors[0]}, {priors[1]}; from all {Learnt(_ => true)}; {cohorts.Values.SelectMany(c => c).Average(p => p.Hindcasts.Count):0.00} hindcasts a patient");
        var summaries = cohorts.ToDictionary(c => c.Key, c => new StudySummary(c.Value, p => priors[p.Seed % 2]));
        foreach (var (kind, summary) in summaries)
        {
            output.WriteLine($"{kind} by itself would teach {DiscrepancyPrior.Learn(cohorts[kind].Select(p => p.Hindcasts).ToList())}");
            output.WriteLine(summary.Text($"{kind}, with the model's error"));
        }

        var right = summaries[TumourKind.ReactionDiffusion];
        // The aim is 0.85 to 0.95 for parameters and forecasts, 0.8 where another model made the patient, and every baseline beaten; docs/twin-forecast.md says what is
        // reached. What stands here is what must not be lost again.
        output.WriteLine(FormattableString.Invariant($"aim reached: parameters {right.ParameterCoverage.All(c => c is >= 0.85 and <= 0.95)}, forecasts {right.ForecastCoverage is >= 0.85 and <= 0.95}"));
        Assert.InRange(right.ForecastCoverage, 0.5, 1);
        Assert.True(right.TwinLogCrps < right.BaselineLogCrps.Min());
    }
}
