using System.Globalization;
using Etalon.Comparability.Harmonisation;
using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Comparability.Harmonisation;

/// <summary>ComBat against the outputs of the R package neuroCombat, and what it must refuse.</summary>
[Trait("Kind", "Numeric")]
public sealed class ComBatTests
{
    // The files are printed with 15 significant digits; values lie below 20.
    private const double Tolerance = 1e-9;

    [Theory]
    [InlineData("expected_parametric_unadjusted_r.csv", ComBatPrior.Parametric, false, null, false)]
    [InlineData("expected_parametric_adjusted_r.csv", ComBatPrior.Parametric, false, null, true)]
    [InlineData("expected_parametric_adjusted_noeb_r.csv", ComBatPrior.None, false, null, true)]
    [InlineData("expected_parametric_adjusted_meanonly_r.csv", ComBatPrior.Parametric, true, null, true)]
    [InlineData("expected_parametric_adjusted_batchref_r.csv", ComBatPrior.Parametric, false, "1", true)]
    [InlineData("expected_nonparametric_adjusted_r.csv", ComBatPrior.NonParametric, false, null, true)]
    public void Every_mode_gives_the_values_of_neuroCombat(string file, ComBatPrior prior, bool meanOnly, string? reference, bool withCovariate)
    {
        var expected = Table(file);
        var samples = Cohort(withCovariate);
        var findings = new List<Finding>();
        var model = ComBat.Fit(samples, new ComBatOptions { Prior = prior, MeanOnly = meanOnly, ReferenceBatch = reference }, findings);
        Assert.Empty(findings);
        var harmonised = model!.Apply(samples, findings)!;
        Assert.Equal(200, expected.Length);
        for (var f = 0; f < expected.Length; f++)
        {
            for (var i = 0; i < expected[f].Length; i++)
            {
                Assert.Equal(expected[f][i], harmonised[f][i], Tolerance);
            }
        }
    }

    [Fact]
    public void Estimates_apply_to_later_samples_without_covariates_as_in_neuroCombat()
    {
        var expected = Table("training_test_scenario2_r.csv");
        var training = Cohort(withCovariate: true);
        var findings = new List<Finding>();
        var model = ComBat.Fit(training, new ComBatOptions(), findings)!;
        int[] columns = [0, 1, 5, 6];
        var later = new ComBatSamples(
            training.Features.Select(f => (IReadOnlyList<double>)columns.Select(c => f[c]).ToArray()).ToArray(), columns.Select(c => training.Batches[c]).ToArray(), []);
        var harmonised = model.Apply(later, findings)!;
        Assert.Empty(findings);
        for (var f = 0; f < expected.Length; f++)
        {
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(expected[f][i], harmonised[f][i], Tolerance);
            }
        }
    }

    [Fact]
    public void A_batch_that_was_never_seen_is_refused_by_name()
    {
        var cohort = Planted(3);
        var findings = new List<Finding>();
        var model = ComBat.Fit(cohort, new ComBatOptions(), findings)!;
        var unseen = cohort with { Batches = cohort.Batches.Select((b, i) => i == 4 ? "MR9 v2.0" : b).ToArray() };
        Assert.Null(model.Apply(unseen, findings));
        var finding = Assert.Single(findings);
        Assert.Equal(FindingCodes.BatchUnseen, finding.Code);
        Assert.Contains("MR9 v2.0", finding.About, StringComparison.Ordinal);
        Assert.Null(ComBat.Fit(cohort, new ComBatOptions { ReferenceBatch = "MR7" }, findings));
        Assert.Contains("MR7", findings[^1].About, StringComparison.Ordinal);
    }

    [Fact]
    public void A_covariate_that_goes_with_the_batches_is_refused_by_name()
    {
        var cohort = Planted(3);
        var age = new ComBatCovariate("age", cohort.Batches.Select((_, i) => 40.0 + 3 * (i % 5)).ToArray());
        var diagnosis = new ComBatCovariate("diagnosis", cohort.Batches.Select(b => b == "A" ? 1.0 : 0).ToArray());
        var twin = new ComBatCovariate("age in months", age.Values.Select((v, i) => 12 * v + (cohort.Batches[i] == "B" ? 7 : 0)).ToArray());
        var findings = new List<Finding>();
        Assert.NotNull(ComBat.Fit(cohort with { Covariates = [age] }, new ComBatOptions(), findings));
        Assert.Empty(findings);
        Assert.Null(ComBat.Fit(cohort with { Covariates = [age, diagnosis] }, new ComBatOptions(), findings));
        Assert.Equal((FindingCodes.DesignConfounded, "covariate 'diagnosis'"), (findings[0].Code, findings[0].About));
        Assert.Contains("'A': 1", findings[0].Found, StringComparison.Ordinal);
        Assert.Null(ComBat.Fit(cohort with { Covariates = [age, twin] }, new ComBatOptions { ReferenceBatch = "B" }, findings));
        Assert.Equal("covariate 'age in months'", findings[1].About);
        Assert.Contains("'age'", findings[1].Found, StringComparison.Ordinal);
        // A constant is what the batches sum to.
        Assert.Null(ComBat.Fit(cohort with { Covariates = [new ComBatCovariate("one", cohort.Batches.Select(_ => 1.0).ToArray())] }, new ComBatOptions(), findings));
        Assert.Equal("covariate 'one'", findings[2].About);
    }

    [Fact]
    public void Batches_of_one_sample_single_batches_and_constant_features_are_refused()
    {
        var cohort = Planted(3);
        var findings = new List<Finding>();
        Assert.Null(ComBat.Fit(cohort with { Batches = cohort.Batches.Select((b, i) => i == 0 ? "single" : b).ToArray() }, new ComBatOptions(), findings));
        Assert.Contains("single", findings[^1].About, StringComparison.Ordinal);
        Assert.NotNull(ComBat.Fit(cohort with { Batches = cohort.Batches.Select((b, i) => i == 0 ? "single" : b).ToArray() }, new ComBatOptions { MeanOnly = true }, []));
        Assert.Null(ComBat.Fit(cohort with { Batches = cohort.Batches.Select(_ => "A").ToArray() }, new ComBatOptions(), findings));
        Assert.Null(ComBat.Fit(cohort with { Features = [cohort.Features[0], cohort.Batches.Select(_ => 2.0).ToArray()] }, new ComBatOptions(), findings));
        Assert.Contains("feature 2", findings[^1].About, StringComparison.Ordinal);
        Assert.Null(ComBat.Fit(cohort with { Features = [cohort.Features[0]] }, new ComBatOptions(), findings));
        Assert.Throws<ArgumentException>(() => ComBat.Fit(cohort with { Features = [[1.0, 2]] }, new ComBatOptions(), findings));
    }

    [Fact]
    public void Without_a_prior_batches_end_with_equal_means_and_spreads()
    {
        var cohort = Planted(11);
        var harmonised = ComBat.Fit(cohort, new ComBatOptions { Prior = ComBatPrior.None }, [])!.Apply(cohort, [])!;
        foreach (var feature in harmonised)
        {
            var stats = cohort.Batches.Distinct().Select(b =>
            {
                var own = feature.Where((_, i) => cohort.Batches[i] == b).ToArray();
                return (Mean: own.Average(), Sd: Math.Sqrt(own.Sum(v => (v - own.Average()) * (v - own.Average())) / (own.Length - 1)));
            }).ToList();
            // Exact but for rounding.
            Assert.All(stats, s => Assert.Equal(stats[0].Mean, s.Mean, 1e-10));
            Assert.All(stats, s => Assert.Equal(stats[0].Sd, s.Sd, 1e-10));
        }
    }

    [Fact]
    public void The_values_of_the_reference_batch_stay_as_they_are()
    {
        var cohort = Planted(12);
        var harmonised = ComBat.Fit(cohort, new ComBatOptions { ReferenceBatch = "B" }, [])!.Apply(cohort, [])!;
        Assert.All(Enumerable.Range(0, cohort.Batches.Count).Where(i => cohort.Batches[i] == "B"), i => Assert.Equal(cohort.Features[0][i], harmonised[0][i]));
        Assert.Contains(Enumerable.Range(0, cohort.Batches.Count), i => harmonised[0][i] != cohort.Features[0][i]);
    }

    private static ComBatSamples Planted(ulong seed)
    {
        var random = new RandomStream(seed, "combat");
        string[] batches = [.. Enumerable.Repeat("A", 7), .. Enumerable.Repeat("B", 11), .. Enumerable.Repeat("C", 8)];
        var features = Enumerable.Range(0, 12).Select(f => (IReadOnlyList<double>)batches.Select(b => 3 + f + (b == "A" ? 0.8 : b == "C" ? -0.5 : 0) + (b == "B" ? 1.7 : 1) * random.NextNormal()).ToArray()).ToArray();
        return new ComBatSamples(features, batches, []);
    }

    private static ComBatSamples Cohort(bool withCovariate) => new(
        Table("testdata.csv"), [.. Enumerable.Repeat("1", 5), .. Enumerable.Repeat("2", 5)],
        withCovariate ? [new ComBatCovariate("pheno", [1, 0, 1, 0, 1, 0, 1, 0, 1, 0])] : []);

    private static double[][] Table(string name) => File.ReadLines(SharedData.Path("metrology", "combat", name)).Skip(1)
        .Select(line => line.Split(',').Select(c => double.Parse(c, CultureInfo.InvariantCulture)).ToArray()).ToArray();
}
