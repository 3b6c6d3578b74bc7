using Etalon.Numerics;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>A state seen some millimetres off.</summary>
[Trait("Kind", "Numeric")]
public sealed class StateShiftTests
{
    private static readonly FluxDiffusion Operator = new(TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(15, 14, 9, 1.9, 2.7, 3.3)));
    private static readonly double[] Displacement = [0.7, -1.9, 4.1];

    [Fact]
    public void A_straight_field_moves_as_it_should_where_no_wall_is_near()
    {
        var box = new FluxDiffusion(TumourFixtures.Box(TumourFixtures.ObliqueGrid(15, 14, 11, 1.9, 2.7, 3.3)));
        var h = box.Domain.Grid.SpacingMm;
        double Field(double i, double j, double k) => 0.3 + 0.01 * i * h.X - 0.02 * j * h.Y + 0.005 * k * h.Z + 0.002 * i * h.X * j * h.Y;
        var state = box.ToState(Enumerable.Range(0, box.Domain.Grid.Count).Select(n => Field(n % 15, n / 15 % 14, n / 15 / 14)).ToArray());

        var seen = box.ToGrid(new StateShift(box, Displacement).Apply(state));

        for (var k = 3; k < 8; k++)
        {
            for (var j = 3; j < 11; j++)
            {
                for (var i = 3; i < 12; i++)
                {
                    // Catmull and Rom's interpolation is exact for these; ToGrid is single precision.
                    Assert.Equal(Field(i - 0.7 / h.X, j + 1.9 / h.Y, k - 4.1 / h.Z), seen[box.Domain.Grid.Index(i, j, k)], 1e-5);
                }
            }
        }
    }

    [Fact]
    public void The_transpose_is_the_transpose()
    {
        var random = new RandomStream(8, "shift");
        var (a, b) = (Random(random), Random(random));
        var shift = new StateShift(Operator, Displacement);

        Assert.Equal(StateAlgebra.Dot(b, shift.Apply(a)), StateAlgebra.Dot(shift.Transpose(b), a), 1e-11);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Derivatives_agree_with_differences(int axis)
    {
        var state = Random(new RandomStream(9, "shift"));
        double[] Moved(double by)
        {
            var at = Displacement.ToArray();
            at[axis] += by;
            return new StateShift(Operator, at).Apply(state);
        }

        var (up, down) = (Moved(1e-5), Moved(-1e-5));
        var derivative = new StateShift(Operator, Displacement).Derivative(state, axis);

        for (var n = 0; n < state.Length; n++)
        {
            Assert.Equal((up[n] - down[n]) / 2e-5, derivative[n], 1e-8);
        }
    }

    private static double[] Random(RandomStream random) => Operator.Inside.Select(i => i ? random.NextNormal() : 0).ToArray();
}
