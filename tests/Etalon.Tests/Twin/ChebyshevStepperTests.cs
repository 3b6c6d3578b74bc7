using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>The Runge-Kutta-Chebyshev steps in particular.</summary>
[Trait("Kind", "Numeric")]
public sealed class ChebyshevStepperTests(ITestOutputHelper output)
{
    [Fact]
    public void Two_stages_are_the_two_stage_method()
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(29, 13, 11, 1.4, 2.6, 0.8));
        var diffusion = new FluxDiffusion(domain);
        var plain = diffusion.ToState(TumourFixtures.Lumps(domain.Grid));
        var state = (double[])plain.Clone();
        new ChebyshevStepper(diffusion).Step(state, 1.9 / diffusion.SpectralBound, new Reaction(1.07, 0.06));
        diffusion.StepPlainly(plain, new double[plain.Length], 1.9 / diffusion.SpectralBound, new Reaction(1.07, 0.06));
        for (var n = 0; n < state.Length; n++)
        {
            // Coefficients of 1/h² are on a grid of 2⁻⁴⁶ = 1.4e-14 of the largest.
            Assert.Equal(plain[n], state[n], 2e-14);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(100)]
    public void The_polynomial_is_of_second_order_and_stays_between_nothing_and_one_as_far_as_its_bound(int stages)
    {
        var by = new ChebyshevCoefficients(stages);
        double P(double z)
        {
            var (older, newer) = (1.0, 1 + by.First * z);
            for (var j = 2; j <= stages; j++)
            {
                var (mu, nu, own, lasting) = by.Stage[j];
                (older, newer) = (newer, 1 - mu - nu + mu * newer + nu * older + own * z * newer + lasting * z);
            }

            return newer;
        }

        var (lowest, highest) = (1.0, 0.0);
        for (var i = 1; i <= 20000; i++)
        {
            var value = P(-by.Bound * i / 20000);
            (lowest, highest) = (Math.Min(lowest, value), -by.Bound * i / 20000 < -by.Bound / 10 ? Math.Max(highest, value) : highest);
        }

        output.WriteLine(FormattableString.Invariant(
            $"{stages} stages: bound {by.Bound:0.000} = {by.Bound / (stages * stages):0.0000} s², P between {lowest:0.0000} and {highest:0.0000} beyond a tenth of it"));
        // P(z) = 1 + z + z²/2 + O(z³): a third difference of values near 1.
        foreach (var z in new[] { -1e-3, 1e-3 })
        {
            Assert.Equal(1 + z + z * z / 2, P(z), 2e-10);
        }

        // Sommeijer, Shampine and Verwer: about 0.65 s² (two stages: 2 but for the damping).
        Assert.InRange(by.Bound / (stages * stages), stages < 3 ? 0.48 : 0.57, 0.66);
        Assert.InRange(lowest, 0.3, 0.51);
        // Damped at the far end; two stages reach 1 only at 2.
        Assert.InRange(highest, 0.5, 0.98);
    }

    [Fact]
    public void As_many_stages_are_taken_as_the_step_needs()
    {
        Assert.Equal(2, ChebyshevStepper.StagesFor(0));
        Assert.Equal(2, ChebyshevStepper.StagesFor(1.9));
        for (var stiffness = 2.5; stiffness < 3e4; stiffness *= 1.37)
        {
            var stages = ChebyshevStepper.StagesFor(stiffness);
            Assert.True(new ChebyshevCoefficients(stages).Bound >= stiffness);
            Assert.True(new ChebyshevCoefficients(stages - 1).Bound < stiffness);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => ChebyshevStepper.StagesFor(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChebyshevStepper.StagesFor(-1));
    }

    [Fact]
    public void Hundreds_of_stages_keep_mass()
    {
        var domain = TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(29, 23, 11, 1.5, 1.1, 3.2));
        var diffusion = new FluxDiffusion(domain);
        var initial = diffusion.ToState(TumourFixtures.Lumps(domain.Grid));
        var (state, scheme) = ((double[])initial.Clone(), new ChebyshevStepper(diffusion));
        for (var step = 0; step < 20; step++)
        {
            scheme.Step(state, 4e4 / diffusion.SpectralBound, Reaction.Identity);
        }

        var drift = TumourFixtures.ExactSum(state) / TumourFixtures.ExactSum(initial) - 1;
        output.WriteLine(FormattableString.Invariant($"mass drift {drift:E2} in 20 steps of {ChebyshevStepper.StagesFor(4e4)} stages"));
        // A bias of one unit in the last place of a coefficient would give 1e-16 · 4e4 · 20 = 8e-11.
        Assert.InRange(Math.Abs(drift), 0, 1e-12);
    }
}
