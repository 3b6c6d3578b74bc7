using Etalon.Numerics;
using Etalon.Twin;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>Draws where only the sum of two kills is known, against the same posterior summed over a fine grid.</summary>
[Trait("Kind", "Numeric")]
public sealed class PosteriorSamplerTests(ITestOutputHelper output)
{
    // 60 Gy of α and 12 days of a drug killed e^2.4 together, known to 0.1; α about 0.06 /Gy and the drug about 0.2 /day are known to a factor of 2 and of 4.
    private const double DosesGy = 60;
    private const double DrugDays = 12;
    private const double LogKill = 2.4;
    private const double LogKillSd = 0.1;
    private static readonly double[] PriorMean = [Math.Log(0.06), Math.Log(0.2)];
    private static readonly double[] PriorSd = [0.7, 1.4];

    [Fact]
    public void Draws_keep_to_the_kill_that_is_known_and_share_it_as_the_priors_say()
    {
        var (mode, alpha, alphaSd, drug, kill, killSd) = BySummation();
        var row = Vector<double>.Build.Dense([DosesGy * Math.Exp(mode[0]) / LogKillSd, DrugDays * Math.Exp(mode[1]) / LogKillSd]);
        var sampler = new PosteriorSampler(mode, row.ToColumnMatrix() * row.ToRowMatrix(), PriorMean, Matrix<double>.Build.DenseOfDiagonalArray(PriorSd.Select(sd => 1 / (sd * sd)).ToArray()), [true, true]);

        var draws = sampler.Draw(20000, new RandomStream(11, "sampler"));

        var alphas = draws.Select(d => Math.Exp(d[0])).ToList();
        var kills = draws.Select(d => DosesGy * Math.Exp(d[0]) + DrugDays * Math.Exp(d[1])).ToList();
        output.WriteLine(FormattableString.Invariant(
            $"α {alphas.Average():0.00000} against {alpha:0.00000}, sd {Sd(alphas):0.00000} against {alphaSd:0.00000}; drug {draws.Average(d => Math.Exp(d[1])):0.0000} against {drug:0.0000}; kill {kills.Average():0.0000} ± {Sd(kills):0.0000} against {kill:0.0000} ± {killSd:0.0000}"));
        // A chain of 20,000 thinned draws: standard errors of about 2 % of a standard deviation; three of them, and the grid's own error of 0.2 %.
        Assert.Equal(alpha, alphas.Average(), 0.06 * alphaSd);
        Assert.Equal(alphaSd, Sd(alphas), 0.06 * alphaSd);
        Assert.Equal(drug, draws.Average(d => Math.Exp(d[1])), 0.06 * alphaSd * DosesGy / DrugDays);
        Assert.Equal(kill, kills.Average(), 0.06 * killSd);
        Assert.Equal(killSd, Sd(kills), 0.06 * killSd);
    }

    [Fact]
    public void The_same_seed_draws_the_same_points()
    {
        var sampler = new PosteriorSampler([-2.8, -1.6], Matrix<double>.Build.DenseOfArray(new[,] { { 40.0, 10 }, { 10, 30 } }), PriorMean, Matrix<double>.Build.DenseOfDiagonalArray(PriorSd.Select(sd => 1 / (sd * sd)).ToArray()), [true, false]);

        Assert.Equal(sampler.Draw(5, new RandomStream(3, "same")), sampler.Draw(5, new RandomStream(3, "same")));
        Assert.NotEqual(sampler.Draw(5, new RandomStream(3, "same")), sampler.Draw(5, new RandomStream(4, "same")));
    }

    /// <summary>Mode over the logarithms, mean and standard deviation of α, mean of the drug's sensitivity, mean and standard deviation of the kill.</summary>
    private static (double[] Mode, double Alpha, double AlphaSd, double Drug, double Kill, double KillSd) BySummation()
    {
        const int Points = 3000;
        var (best, mode) = (double.PositiveInfinity, new double[2]);
        var sums = new double[6];
        for (var i = 0; i < Points; i++)
        {
            for (var j = 0; j < Points; j++)
            {
                // The grid is even over the logarithms, where the priors are densities.
                var (a, s) = (-7.0 + 5.5 * i / Points, -9.0 + 8.5 * j / Points);
                var (alpha, drug) = (Math.Exp(a), Math.Exp(s));
                var kill = DosesGy * alpha + DrugDays * drug;
                var cost = 0.5 * (Square((kill - LogKill) / LogKillSd) + Square((a - PriorMean[0]) / PriorSd[0]) + Square((s - PriorMean[1]) / PriorSd[1]));
                if (cost < best)
                {
                    (best, mode) = (cost, [a, s]);
                }

                var weight = Math.Exp(-cost);
                double[] terms = [1, alpha, alpha * alpha, drug, kill, kill * kill];
                for (var t = 0; t < terms.Length; t++)
                {
                    sums[t] += weight * terms[t];
                }
            }
        }

        var mean = sums.Select(x => x / sums[0]).ToArray();
        return (mode, mean[1], Math.Sqrt(mean[2] - Square(mean[1])), mean[3], mean[4], Math.Sqrt(mean[5] - Square(mean[4])));
    }

    private static double Sd(List<double> values) => Math.Sqrt(values.Average(v => v * v) - Square(values.Average()));

    private static double Square(double x) => x * x;
}
