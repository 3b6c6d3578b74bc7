using Etalon.Imaging;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>The implicit steps in particular: their linear solves.</summary>
[Trait("Kind", "Numeric")]
public sealed class ImplicitStepperTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(16, 18, 14, 1.1, 1.0, 0.9)]
    [InlineData(34, 38, 30, 1.1, 1.0, 0.9)]
    [InlineData(54, 60, 47, 1.1, 1.0, 0.9)]
    [InlineData(36, 50, 12, 1.5, 1.4, 5.2)]
    [InlineData(41, 5, 37, 0.7, 3.0, 0.9)]
    public void A_solve_takes_few_iterations_however_many_voxels_and_however_flat_they_are(int nx, int ny, int nz, double hx, double hy, double hz)
    {
        var diffusion = new FluxDiffusion(TumourFixtures.Box(TumourFixtures.ObliqueGrid(nx, ny, nz, hx, hy, hz)));
        var scheme = new ImplicitStepper(diffusion);
        var most = 0;
        foreach (var stiffness in new[] { 0.5, 20, 800, 5e3, 1e6 })
        {
            scheme.Step(HeterogeneousDiffusionTests.Noise(diffusion, "rough"), stiffness / diffusion.SpectralBound, Reaction.Identity);
            most = Math.Max(most, scheme.Solves.Max(s => s.Iterations));
            Assert.All(scheme.Solves, s => Assert.True(s.HasConverged && s.Residual <= 1e-10));
        }

        output.WriteLine(FormattableString.Invariant($"at most {most} iterations over {scheme.Depth.All} grids"));
        // Ten digits at 0.25 to 0.4 of the error left per iteration; plain conjugate gradients would need hundreds for the stiffest.
        Assert.InRange(most, 5, 25);
    }

    [Fact]
    public void Nothing_enters_a_room_without_cells()
    {
        var grid = TumourFixtures.ObliqueGrid(23, 12, 9, 1.3, 2.2, 0.9);
        // Two rooms with a wall at i = 4, which coarse cells reach across.
        var inside = Enumerable.Range(0, grid.Count).Select(n => n % 23 != 4).ToArray();
        var diffusion = new FluxDiffusion(new Mask(grid, inside));
        var state = diffusion.ToState(Enumerable.Range(0, grid.Count).Select(n => n % 23 < 4 ? 0.3 + 0.1 * Math.Sin(n) : 0).ToArray());
        new ImplicitStepper(diffusion).Step(state, 300, Reaction.Identity);
        for (var n = 0; n < state.Length; n++)
        {
            Assert.True((diffusion.GridIndex[n] >= 0 && diffusion.GridIndex[n] % 23 < 4) || state[n] == 0, $"place {n} holds {state[n]}");
        }
    }

    [Fact]
    public void Stages_too_many_to_pay_are_replaced_by_solves()
    {
        var diffusion = new FluxDiffusion(TumourFixtures.Box(TumourFixtures.ObliqueGrid(5, 4, 3, 1.1, 1.7, 2.9)));
        Assert.IsType<ChebyshevStepper>(DiffusionScheme.For(diffusion, 1e4 / diffusion.SpectralBound));
        Assert.IsType<ImplicitStepper>(DiffusionScheme.For(diffusion, 1e6 / diffusion.SpectralBound));
    }

    [Fact]
    public void A_step_of_no_length_changes_nothing()
    {
        var diffusion = new FluxDiffusion(TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(15, 14, 13, 1.1, 1.7, 2.9)));
        var initial = HeterogeneousDiffusionTests.Noise(diffusion, "any");
        var state = (double[])initial.Clone();
        new ImplicitStepper(diffusion).Step(state, 0, Reaction.Identity);
        Assert.Equal(initial, state);
    }
}
