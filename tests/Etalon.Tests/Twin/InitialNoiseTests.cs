using Etalon.Numerics;
using Etalon.Phantoms.Tumours;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>Noise of the density that a run starts from: taken out where there is some, and its effect on a fit.</summary>
[Trait("Kind", "Numeric")]
public sealed class InitialNoiseTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3.4)]
    [InlineData(8)]
    public void As_many_voxels_share_the_noise_as_is_said(double voxelsPerGrain)
    {
        var a = InitialNoise.SideWeight(voxelsPerGrain);

        Assert.Equal(Math.Cbrt(voxelsPerGrain), Math.Pow(1 + 2 * a, 2) / (1 + 2 * a * a), 1e-12);
    }

    [Fact]
    public void Smoothing_takes_noise_out_of_a_tumour_and_leaves_its_form()
    {
        var patient = VirtualDensityPatient.Draw(TumourKind.ReactionDiffusion, 6);
        var (first, diffusion) = (patient.Observations[0], patient.Model.Diffusion);
        var truth = patient.States[0];
        var random = new RandomStream(3, "noise");
        var noise = new InitialNoise(first.IsMeasured, diffusion, 0.04, 8, null).Draw(random);
        var noisy = first with { Unbounded = truth.Zip(noise, (t, e) => t + e).ToArray(), VoxelU = 0.04 };

        var (smooth, left) = InitialSmoother.Smooth(noisy, diffusion, 8, 2);

        var inside = Enumerable.Range(0, truth.Length).Where(n => first.IsMeasured[n]).ToArray();
        double Rms(Func<int, double> error) => Math.Sqrt(inside.Average(n => error(n) * error(n)));
        var (before, after, said) = (Rms(n => noise[n]), Rms(n => smooth.Unbounded![n] - truth[n]), Rms(n => left.Draw(new RandomStream(4, "left"))[n]));
        output.WriteLine(FormattableString.Invariant($"rms error {before:0.0000} before, {after:0.0000} after, {said:0.0000} as drawn"));
        Assert.Equal(0.04, before, 0.004);
        Assert.InRange(after, 0, 0.6 * before);
        // What is drawn is the noise alone; a smoother that bends the form would leave more.
        Assert.Equal(said, after, 0.25 * after);
        // The Laplacian, which diffusion works on, has lost nearly all of its noise.
        double[] Laplacian(double[] f)
        {
            var result = new double[f.Length];
            diffusion.Apply(f, result, 1);
            return result;
        }

        var error = inside.Aggregate(new double[truth.Length], (s, n) =>
        {
            s[n] = smooth.Unbounded![n] - truth[n];
            return s;
        });
        var deep = inside.Where(n => new[] { 1, diffusion.StrideY, diffusion.StrideZ }.All(s => first.IsMeasured[n - s] && first.IsMeasured[n + s])).ToArray();
        double RmsDeep(double[] f) => Math.Sqrt(deep.Average(n => f[n] * f[n]));
        Assert.InRange(RmsDeep(Laplacian(error)), 0, 0.35 * RmsDeep(Laplacian(noise)));
    }

    [Fact]
    public void A_visit_without_the_noise_that_it_states_is_left_as_it_is()
    {
        var patient = VirtualDensityPatient.Draw(TumourKind.ReactionDiffusion, 6);
        var clean = patient.Observations[0] with { Unbounded = patient.States[0], Density = patient.States[0], VoxelU = 0.04 };

        var (same, left) = InitialSmoother.Smooth(clean, patient.Model.Diffusion, 8, 2);

        Assert.Same(clean, same);
        Assert.InRange(left.Sd, 0, 0.01);
    }

    [Fact]
    public void What_noise_in_the_start_adds_to_the_misfit_and_to_the_scatter_is_that_of_many_draws()
    {
        var fixture = new FitFixture();
        var observations = fixture.Observe(0.02, 0, new RandomStream(2, "effect"), 0.02, 0);
        var options = new TwinFitOptions { VoxelsPerGrain = 1, Threads = 2 };
        var layout = new FitLayout(FitFixture.Priors(1.2), observations, withNuisance: true);
        var problem = new TwinFitProblem(fixture.Model, FitFixture.Schedule, observations, layout, FitFixture.Water, options, false, TestContext.Current.CancellationToken);
        var noise = new InitialNoise(observations[0].IsMeasured, fixture.Model.Diffusion, 0.02, 1, null);
        var x = FitFixture.Truth.Select(t => Math.Log(t)).ToArray();

        var effect = InitialNoiseEffect.Of(problem, FitEquations.Of(problem, problem.Try(x, []), null), noise.Draw);

        // The same by brute force: half the difference of runs from starts with opposite noise, at D and a little beside it.
        var random = new RandomStream(77, "brute force");
        var draws = Enumerable.Range(0, 24).Select(_ => noise.Draw(random)).ToList();
        double Q(double logD)
        {
            double[] at = [logD, x[1], x[2]];
            var clean = problem.Try(at, []);
            var rows = problem.Rows(clean, []);
            double[][] Run(double[] e, double sign) => problem.WithFirst(e, sign).Try(at, []).States;
            // Both signs, since the floor of the lumps lies within the noise of 0, where it is cut.
            return draws.Average(e => Run(e, 1).Zip(Run(e, -1), (s, c) => s.Zip(c, (p, q) => 0.5 * (p - q)).ToArray())
                .Select((moved, v) => 0.5 * rows[v].FromState(moved).Sum(r => r * r)).Sum());
        }

        Assert.Equal(Q(x[0]), effect.Misfit, 0.15 * effect.Misfit);
        var slope = (Q(x[0] + 0.02) - Q(x[0] - 0.02)) / 0.04;
        output.WriteLine(FormattableString.Invariant($"Q {Q(x[0]):0.00} and {effect.Misfit:0.00}, its slope to ln D {slope:0.00} and {effect.Gradient[0]:0.00}"));
        Assert.True(effect.Gradient[0] < 0, "More diffusion smooths more noise away.");
        Assert.Equal(slope, effect.Gradient[0], 0.25 * Math.Abs(slope));
    }
}
