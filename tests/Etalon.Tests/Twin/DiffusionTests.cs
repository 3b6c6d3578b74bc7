using Etalon.Imaging;
using Etalon.Treatment;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>Diffusion alone against laws and closed forms.</summary>
[Trait("Kind", "Numeric")]
public sealed class DiffusionTests(ITestOutputHelper output)
{
    private static GrowthParameters Only(double diffusivity) => new() { DiffusivityMm2PerDay = diffusivity, ProliferationPerDay = 0, AlphaPerGy = 0 };

    [Theory]
    [InlineData(23, 31, 17, 1.5, 1.1, 3.2, 0.5)]
    [InlineData(41, 26, 33, 0.94, 2.1, 1.3, 0.09)]
    [InlineData(18, 19, 52, 4.1, 4.4, 1.0, 2.0)]
    public void Diffusion_alone_keeps_mass_over_30_days(int nx, int ny, int nz, double hx, double hy, double hz, double diffusivity)
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(nx, ny, nz, hx, hy, hz));
        var model = new TumourModel(new FluxDiffusion(domain));
        var initial = model.Diffusion.ToState(TumourFixtures.Lumps(domain.Grid));

        var final = TumourFixtures.At(model, initial, Only(diffusivity), TreatmentSchedule.None, 30.3);

        var drift = TumourFixtures.ExactSum(final) / TumourFixtures.ExactSum(initial) - 1;
        output.WriteLine(FormattableString.Invariant($"mass drift {drift:E2}"));
        // Rounding of some 10² to 10³ steps of 1.1e-16 each, which do not all go one way.
        Assert.InRange(Math.Abs(drift), 0, 1e-12);
    }

    [Fact]
    public void Nothing_diffuses_out_of_the_domain_or_across_a_gap()
    {
        var grid = TumourFixtures.ObliqueGrid(11, 6, 5, 1.3, 2.2, 0.9);
        var inside = new bool[grid.Count];
        var density = new double[grid.Count];
        for (var n = 0; n < grid.Count; n++)
        {
            // Two rooms with a wall at i = 4.
            inside[n] = n % grid.Nx != 4;
            density[n] = n % grid.Nx < 4 ? 0.3 + 0.1 * Math.Sin(n) : 0;
        }

        var model = new TumourModel(new FluxDiffusion(new Mask(grid, inside)));
        var final = TumourFixtures.At(model, model.Diffusion.ToState(density), Only(0.7), TreatmentSchedule.None, 90);

        var index = model.Diffusion.GridIndex;
        for (var n = 0; n < final.Length; n++)
        {
            var isFar = index[n] < 0 || index[n] % grid.Nx > 4;
            Assert.True(!isFar || final[n] == 0, $"place {n} holds {final[n]}");
        }
    }

    [Fact]
    public void A_cosine_between_walls_decays_at_the_rate_of_the_discrete_operator()
    {
        // cos(π m (i + ½)/n) is an eigenvector of the no-flux second difference: λ = 2(1 − cos(π m/n))/h² (Strang, SIAM Rev 41:135, 1999).
        var grid = TumourFixtures.ObliqueGrid(14, 9, 23, 1.9, 1.2, 2.7);
        var model = new TumourModel(new FluxDiffusion(TumourFixtures.Box(grid)));
        var s = grid.SpacingMm;
        var mode = new double[grid.Count];
        for (var n = 0; n < mode.Length; n++)
        {
            var (i, j, k) = (n % 14, n / 14 % 9, n / 14 / 9);
            mode[n] = Math.Cos(Math.PI * 2 * (i + 0.5) / 14) * Math.Cos(Math.PI * (j + 0.5) / 9) * Math.Cos(Math.PI * 3 * (k + 0.5) / 23);
        }

        var lambda = 2 * (1 - Math.Cos(Math.PI * 2 / 14)) / (s.X * s.X) + 2 * (1 - Math.Cos(Math.PI / 9)) / (s.Y * s.Y) + 2 * (1 - Math.Cos(Math.PI * 3 / 23)) / (s.Z * s.Z);
        var (diffusivity, days, step) = (0.4, 10.0, 0.01);

        var final = TumourFixtures.At(model, model.Diffusion.ToState(Array.ConvertAll(mode, m => 0.5 + 0.4 * m)), Only(diffusivity), TreatmentSchedule.None, days, step);

        var decay = Math.Exp(-diffusivity * lambda * days);
        // The two-stage method errs by (hDλ)²/6 of the exponent: hDλ = 0.0025 and the exponent 2.5 give 2.6e-6.
        var worst = 0.0;
        for (var n = 0; n < final.Length; n++)
        {
            worst = model.Diffusion.GridIndex[n] is var at and >= 0 ? Math.Max(worst, Math.Abs(final[n] - 0.5 - 0.4 * mode[at] * decay)) : worst;
        }

        output.WriteLine(FormattableString.Invariant($"exponent {diffusivity * lambda * days:0.000}, worst error {worst:E2}"));
        Assert.InRange(worst, 0, 1e-6);
    }

    [Fact]
    public void A_Gaussian_spreads_as_the_heat_kernel()
    {
        var grid = TumourFixtures.ObliqueGrid(71, 57, 41, 1.3, 1.6, 2.3);
        var model = new TumourModel(new FluxDiffusion(TumourFixtures.Box(grid)));
        var (s, width, diffusivity, days) = (grid.SpacingMm, 7.0, 0.5, 30.0);
        double Square(int n) => Math.Pow((n % 71 - 35.3) * s.X, 2) + Math.Pow((n / 71 % 57 - 28.2) * s.Y, 2) + Math.Pow((n / 71 / 57 - 20.1) * s.Z, 2);
        var initial = Enumerable.Range(0, grid.Count).Select(n => 0.8 * Math.Exp(-0.5 * Square(n) / (width * width))).ToArray();

        var final = TumourFixtures.At(model, model.Diffusion.ToState(initial), Only(diffusivity), TreatmentSchedule.None, days, 0.5);

        var wide = width * width + 2 * diffusivity * days;
        var peak = 0.8 * Math.Pow(width * width / wide, 1.5);
        var (worst, sum, second) = (0.0, 0.0, 0.0);
        for (var n = 0; n < final.Length; n++)
        {
            if (model.Diffusion.GridIndex[n] is var at and >= 0)
            {
                worst = Math.Max(worst, Math.Abs(final[n] - peak * Math.Exp(-0.5 * Square(at) / wide)));
                (sum, second) = (sum + final[n], second + final[n] * Math.Pow((at % 71 - 35.3) * s.X, 2));
            }
        }

        output.WriteLine(FormattableString.Invariant($"worst error {worst / peak:E2} of the peak, variance along x {second / sum:0.000000} for {wide}"));
        // Second differences err by h²/12 · ∂⁴N per axis, at the peak 3/wide² of it: 15 · (1.3² + 1.6² + 2.3²)/12 · 3/79² = 0.573 %.
        Assert.InRange(worst / peak, 5.2e-3, 6.3e-3);
        // The second moment of the discrete equation grows by exactly 2D per day; walls are 6.5 widths away (1e-5 of the mass times 45²/79).
        Assert.Equal(wide, second / sum, 0.01);
    }

    [Fact]
    public void The_vector_step_equals_the_plain_loop()
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(29, 13, 11, 1.4, 2.6, 0.8));
        var diffusion = new FluxDiffusion(domain);
        var fast = diffusion.ToState(TumourFixtures.Lumps(domain.Grid));
        var plain = fast.ToArray();
        var (scheme, b) = (new ChebyshevStepper(diffusion), new double[fast.Length]);
        var then = new Reaction(1.07, 0.06);
        for (var step = 0; step < 40; step++)
        {
            scheme.Step(fast, 0.1, then);
            diffusion.StepPlainly(plain, b, 0.1, then);
        }

        for (var n = 0; n < fast.Length; n++)
        {
            // Sums in another order: a few units in the last place per step.
            Assert.Equal(plain[n], fast[n], 40 * 1e-15);
        }
    }

    [Fact]
    public void Swapping_axes_of_domain_and_spacing_swaps_the_result()
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(21, 17, 13, 1.2, 1.9, 2.8));
        var (g, density) = (domain.Grid, TumourFixtures.Lumps(domain.Grid));
        // New axes (k, i, j); a mirrored index as well, so that the turn is no plain cycle.
        var turned = new Grid(g.Nz, g.Nx, g.Ny, g.Origin, -1 * g.StepK, g.StepI, g.StepJ);
        int Source(int n) => g.Index(n / turned.Nx % turned.Ny, n / turned.Nx / turned.Ny, g.Nz - 1 - n % turned.Nx);
        var turnedDomain = new Mask(turned, Enumerable.Range(0, g.Count).Select(n => domain.Inside[Source(n)]).ToArray());
        var parameters = new GrowthParameters { DiffusivityMm2PerDay = 0.3, ProliferationPerDay = 0.05, AlphaPerGy = 0.04, SensitivityPerDay = [0.3] };
        var schedule = new TreatmentSchedule([new(9.34, 2), new(10.34, 1.7)], [new DrugOnDays("drug", 0.7, [new(5.21, 1), new(6.9, 0.4)])]);

        double[] Run(Mask mask, double[] start)
        {
            var model = new TumourModel(new FluxDiffusion(mask));
            var final = TumourFixtures.At(model, model.Diffusion.ToState(start), parameters, schedule, 25.5);
            var onGrid = new double[mask.Grid.Count];
            for (var n = 0; n < final.Length; n++)
            {
                if (model.Diffusion.GridIndex[n] is var at and >= 0)
                {
                    onGrid[at] = final[n];
                }
            }

            return onGrid;
        }

        var straight = Run(domain, density);
        var swapped = Run(turnedDomain, Enumerable.Range(0, g.Count).Select(n => density[Source(n)]).ToArray());
        for (var n = 0; n < g.Count; n++)
        {
            // Rounding of sums taken in another order over 27 steps.
            Assert.Equal(straight[Source(n)], swapped[n], 1e-13);
        }
    }
}
