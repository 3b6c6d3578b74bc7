using Etalon.Numerics;
using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>Diffusion that differs from voxel to voxel: laws, closed forms and its derivative to the field.</summary>
[Trait("Kind", "Numeric")]
public sealed class HeterogeneousDiffusionTests(ITestOutputHelper output)
{
    private static GrowthParameters Only(double diffusivity) => new() { DiffusivityMm2PerDay = diffusivity, ProliferationPerDay = 0, AlphaPerGy = 0 };

    [Fact]
    public void A_field_of_ones_is_uniform_diffusion()
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(29, 13, 11, 1.4, 2.6, 0.8));
        var (uniform, field) = (new FluxDiffusion(domain), new HeterogeneousDiffusion(domain, Enumerable.Repeat(1.0, domain.Grid.Count).ToArray()));
        var a = TumourFixtures.At(new TumourModel(uniform), uniform.ToState(TumourFixtures.Lumps(domain.Grid)), Only(0.3), TreatmentSchedule.None, 12.7, 0.05);
        var b = TumourFixtures.At(new TumourModel(field), field.ToState(TumourFixtures.Lumps(domain.Grid)), Only(0.3), TreatmentSchedule.None, 12.7, 0.05);
        for (var n = 0; n < a.Length; n++)
        {
            // Sums in another order over 254 steps.
            Assert.Equal(a[n], b[n], 1e-13);
        }

        // The irregular domain has voxels with all six neighbours, where Gershgorin's bound is that of the box.
        Assert.Equal(uniform.SpectralBound, field.SpectralBound, 1e-12);
    }

    [Fact]
    public void The_vector_step_equals_the_plain_loop_over_faces()
    {
        var diffusion = Patchy(31, 14, 9, 1.3, 2.2, 0.9);
        var fast = diffusion.ToState(TumourFixtures.Lumps(diffusion.Domain.Grid));
        var plain = fast.ToArray();
        var (scheme, b) = (new ChebyshevStepper(diffusion), new double[fast.Length]);
        var then = new Reaction(1.07, 0.06);
        for (var step = 0; step < 40; step++)
        {
            scheme.Step(fast, 0.05, then);
            diffusion.StepPlainly(plain, b, 0.05, then);
        }

        for (var n = 0; n < fast.Length; n++)
        {
            // Sums in another order: a few units in the last place per step.
            Assert.Equal(plain[n], fast[n], 40 * 1e-15);
        }
    }

    [Fact]
    public void Mass_is_kept_and_the_operator_is_its_own_adjoint()
    {
        var diffusion = Patchy(23, 31, 17, 1.5, 1.1, 3.2);
        var initial = diffusion.ToState(TumourFixtures.Lumps(diffusion.Domain.Grid));

        var final = TumourFixtures.At(new TumourModel(diffusion), initial, Only(0.2), TreatmentSchedule.None, 30.3);

        var drift = TumourFixtures.ExactSum(final) / TumourFixtures.ExactSum(initial) - 1;
        var (u, v) = (Noise(diffusion, "u"), Noise(diffusion, "v"));
        var (lu, lv) = (new double[u.Length], new double[u.Length]);
        diffusion.Apply(u, lu, 0.7);
        diffusion.Apply(v, lv, 0.7);
        var (one, other) = (Dot(v, lu), Dot(u, lv));
        output.WriteLine(FormattableString.Invariant($"mass drift {drift:E2}, asymmetry {one / other - 1:E2}"));
        // Rounding of some 10² steps; of sums of 10⁴ terms.
        Assert.InRange(Math.Abs(drift), 0, 1e-12);
        Assert.InRange(Math.Abs(one - other), 0, 1e-12 * Math.Sqrt(Dot(u, u) * Dot(lv, lv)));
    }

    [Fact]
    public void Layers_pass_the_flux_of_resistances_in_series()
    {
        // Steady state in two layers, d = 0.2 and 5, ends held by a source and a sink: the flux through every face is the same, and
        // N falls by flux·h/(harmonic mean); between the middles of the outermost voxels the resistance is Σ (thickness/d), exactly.
        var grid = TumourFixtures.ObliqueGrid(12, 2, 3, 1.7, 1.1, 2.3);
        var relative = Enumerable.Range(0, grid.Count).Select(n => n % 12 < 5 ? 0.2 : 5.0).ToArray();
        var diffusion = new HeterogeneousDiffusion(TumourFixtures.Box(grid), relative);
        var profile = new double[12];
        for (var i = 1; i < 12; i++)
        {
            profile[i] = profile[i - 1] + 0.5 * 1.7 / relative[i - 1] + 0.5 * 1.7 / relative[i];
        }

        var state = diffusion.ToState(Enumerable.Range(0, grid.Count).Select(n => profile[n % 12]).ToArray());
        var flow = new double[state.Length];
        diffusion.Apply(state, flow, 1);

        for (var n = 0; n < state.Length; n++)
        {
            var i = diffusion.GridIndex[n] is var at and >= 0 ? at % 12 : -1;
            // Unit flux enters at one end and leaves at the other (per voxel of length 1.7), and none stays between.
            Assert.Equal(i == 0 ? 1 / 1.7 : i == 11 ? -1 / 1.7 : 0, flow[n], 1e-13);
        }
    }

    [Fact]
    public void Nothing_enters_or_leaves_voxels_without_diffusion()
    {
        var diffusion = Patchy(17, 11, 9, 1.3, 2.2, 0.9);
        var initial = diffusion.ToState(TumourFixtures.Lumps(diffusion.Domain.Grid));

        var final = TumourFixtures.At(new TumourModel(diffusion), initial, Only(0.2), TreatmentSchedule.None, 5);

        var still = Enumerable.Range(0, final.Length).Where(n => diffusion.Inside[n] && diffusion.Relative[n] == 0).ToList();
        Assert.NotEmpty(still);
        Assert.All(still, n => Assert.Equal(initial[n], final[n]));
    }

    [Fact]
    public void The_slope_to_the_field_agrees_with_differences()
    {
        var diffusion = Patchy(9, 7, 5, 1.3, 2.2, 0.9, floor: 0.3);
        var (u, adjoint) = (Noise(diffusion, "u"), Noise(diffusion, "adjoint"));
        var gradient = new double[u.Length];
        diffusion.FaceSlope(u, adjoint, 0.7, gradient);

        double Value(double[] relative)
        {
            var result = new double[u.Length];
            diffusion.With(relative).Apply(u, result, 0.7);
            return Dot(adjoint, result);
        }

        var (worst, largest) = (0.0, gradient.Max(Math.Abs));
        for (var n = 0; n < u.Length; n += 3)
        {
            if (diffusion.Inside[n])
            {
                var (above, below) = (diffusion.Relative.ToArray(), diffusion.Relative.ToArray());
                (above[n], below[n]) = (above[n] + 1e-5, below[n] - 1e-5);
                worst = Math.Max(worst, Math.Abs((Value(above) - Value(below)) / 2e-5 - gradient[n]) / largest);
            }
        }

        output.WriteLine(FormattableString.Invariant($"worst difference {worst:E2} of the largest slope"));
        // Central differences at 1e-5 of values near 1: 1e-10 by curvature, 1e-11 by rounding.
        Assert.InRange(worst, 0, 1e-8);
    }

    [Fact]
    public void White_and_grey_matter_get_their_own_values_and_unknown_labels_are_refused()
    {
        var grid = TumourFixtures.ObliqueGrid(4, 3, 2, 1.1, 1.7, 2.9);
        var labels = Enumerable.Range(0, grid.Count).Select(n => (float)(n % 3)).ToArray();
        var domain = TumourFixtures.Box(grid);
        var tissue = HeterogeneousDiffusion.FromTissue(domain, labels, 1, 0.2);
        var shares = HeterogeneousDiffusion.FromShares(domain, Array.ConvertAll(labels, l => l == 1 ? 1f : 0), Array.ConvertAll(labels, l => l == 2 ? 1f : 0), 1, 0.2);
        for (var n = 0; n < tissue.Length; n++)
        {
            var expected = tissue.GridIndex[n] is var at and >= 0 ? new[] { 0, 1, 0.2 }[at % 3] : 0;
            Assert.Equal(expected, tissue.Relative[n]);
            Assert.Equal(expected, shares.Relative[n]);
        }

        labels[5] = 7;
        Assert.Contains("label 7", Assert.Throws<ArgumentException>(() => HeterogeneousDiffusion.FromTissue(domain, labels, 1, 0.2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new HeterogeneousDiffusion(domain, Enumerable.Repeat(double.NaN, grid.Count).ToArray()));
        Assert.Throws<ArgumentException>(() => new HeterogeneousDiffusion(domain, [1, 2]));
    }

    /// <summary>A field over a factor of 100 with holes in it.</summary>
    internal static HeterogeneousDiffusion Patchy(int nx, int ny, int nz, double hx, double hy, double hz, double floor = 0)
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(nx, ny, nz, hx, hy, hz));
        var random = new RandomStream(5, "field");
        var relative = new double[domain.Grid.Count];
        for (var n = 0; n < relative.Length; n++)
        {
            relative[n] = floor + (random.NextUniform() < 0.1 ? 0 : Math.Exp(-4.6 * random.NextUniform()));
        }

        return new HeterogeneousDiffusion(domain, relative);
    }

    /// <summary>Random values inside, 0 outside.</summary>
    internal static double[] Noise(DiffusionOperator diffusion, string name)
    {
        var random = new RandomStream(91, name);
        return diffusion.ToState(Enumerable.Range(0, diffusion.Domain.Grid.Count).Select(_ => random.NextUniform() - 0.4).ToArray());
    }

    internal static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
