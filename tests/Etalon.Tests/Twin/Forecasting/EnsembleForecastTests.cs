using Etalon.Phantoms.Tumours;
using Etalon.Treatment;
using Etalon.Twin;
using Etalon.Twin.Forecasting;
using Etalon.Twin.Validation;
using Xunit;

namespace Etalon.Tests.Twin.Forecasting;

/// <summary>Distributions from many runs.</summary>
[Trait("Kind", "Numeric")]
public sealed class EnsembleForecastTests
{
    private static readonly VirtualDensityPatient Patient = VirtualDensityPatient.Draw(TumourKind.ReactionDiffusion, 3);

    /// <summary>Members that do not spread: N(t) = aN/(1 − N + aN), a = exp(kt), in each voxel.</summary>
    private static EnsembleRequest Still(int threads, ModelDiscrepancy? error = null) => new()
    {
        Model = Patient.Model, Schedule = TreatmentSchedule.None, StartDay = 0.4, Members = 6, Days = [20.4, 41.7], LastSeenDay = 0.4, VisibleDensity = 0.15,
        Member = m => new ForecastMember(Patient.States[0], new GrowthParameters { DiffusivityMm2PerDay = 0, ProliferationPerDay = 0.01 * (m + 1), AlphaPerGy = 0 }),
        Threads = threads, Discrepancy = error,
    };

    private static double[] Grown(double k, double days) => Patient.States[0].Select(n => n * Math.Exp(k * days) / (1 + n * (Math.Exp(k * days) - 1))).ToArray();

    [Fact]
    public void Members_without_diffusion_follow_the_logistic_curve()
    {
        var day = EnsembleForecast.Run(Still(2), null, TestContext.Current.CancellationToken).Days[1];

        var grown = Enumerable.Range(1, 6).Select(m => Grown(0.01 * m, 41.3)).ToList();
        // The reaction is exact; members run in single precision, some roundings of 6e-8 each.
        Assert.Equal(grown[5].Sum(), day.Cells.Sorted[5], 1e-6 * grown[5].Sum());
        Assert.Equal(grown[0].Where(n => n > 0.15).Sum(), day.VisibleCells.Sorted[0], 1e-6 * grown[0].Sum());
        var ml = Patient.Model.Diffusion.Domain.Grid.VoxelVolumeMl;
        Assert.Equal(grown[3].Count(n => n > 0.5) * ml, day.DenseMl.Sorted[3], 1e-9);
        Assert.Equal(grown[5].Max(), day.PeakDensity.Sorted[5], 1e-6);
        var expected = Patient.Model.Diffusion.ToGrid(Enumerable.Range(0, grown[0].Length).Select(n => grown.Count(g => g[n] > 0.5) / 6.0).ToArray());
        Assert.Equal(expected, day.ProbabilityDense);
    }

    [Fact]
    public void Nothing_depends_on_the_number_of_threads()
    {
        var error = ModelDiscrepancy.Of(new DiscrepancyPrior(4, 0.05), []);
        var results = new[] { 1, 3 }.Select(t => EnsembleForecast.Run(Still(t, error), null, TestContext.Current.CancellationToken)).ToList();

        Assert.Equal(results[0].Days[1].Cells.Sorted.ToArray(), results[1].Days[1].Cells.Sorted.ToArray());
        Assert.Equal(results[0].Days[0].ProbabilityDense, results[1].Days[0].ProbabilityDense);
        Assert.Equal(results[0].Progression.Days, results[1].Progression.Days);
    }

    [Fact]
    public void The_model_s_error_scales_cells_and_volumes_and_not_densities()
    {
        var (without, with) = (EnsembleForecast.Run(Still(2), null, TestContext.Current.CancellationToken), EnsembleForecast.Run(Still(2, ModelDiscrepancy.Of(new DiscrepancyPrior(40, 0.2), [])), null, TestContext.Current.CancellationToken));

        Assert.Equal(without.Days[1].MeanDensity.Sorted.ToArray(), with.Days[1].MeanDensity.Sorted.ToArray());
        Assert.True(with.Days[1].Cells.Middle(0.9) is var w && without.Days[1].Cells.Middle(0.9) is var n && w.Upper / w.Lower > n.Upper / n.Lower);
    }

    [Fact]
    public void A_faster_tumour_progresses_sooner_and_days_are_those_of_the_looks()
    {
        var time = EnsembleForecast.Run(Still(2) with { Days = [90.3], LookEveryDays = 3 }, null, TestContext.Current.CancellationToken).Progression;

        // Without treatment the watch begins at the start; the volume of {N > 0.15} grows in every member, fastest in the last.
        Assert.Equal(0.4, time.FromDay);
        Assert.NotEmpty(time.Days);
        Assert.All(time.Days, d => Assert.True(d == 90.3 || Math.Abs((d - 0.4) / 3 - Math.Round((d - 0.4) / 3)) < 1e-9));
        var ml = Patient.Model.Diffusion.Domain.Grid.VoxelVolumeMl;
        var start = Patient.States[0].Count(n => n > 0.15) * ml;
        var first = Enumerable.Range(1, 30).Select(n => 0.4 + 3 * n).First(d => Grown(0.06, d - 0.4).Count(n => n > 0.15) * ml > 1.4 * Math.Max(1, start));
        Assert.Equal(first, time.Days[0], 1e-9);
    }

    [Fact]
    public void Days_before_the_start_are_refused() =>
        Assert.Throws<ArgumentException>(() => EnsembleForecast.Run(Still(1) with { Days = [] }, null, TestContext.Current.CancellationToken));
}
