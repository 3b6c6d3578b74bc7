using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin;

/// <summary>Density from ADC, and how fields are compared.</summary>
[Trait("Kind", "Numeric")]
public sealed class DensityTests
{
    private static readonly DensityReference Reference = new(3e-3, 0.6e-3, "a test");

    [Theory]
    [InlineData(3e-3, 0)]
    [InlineData(0.6e-3, 1)]
    [InlineData(1.8e-3, 0.5)]
    [InlineData(3.4e-3, 0)]
    [InlineData(0.1e-3, 1)]
    public void Density_is_linear_between_water_and_capacity(double adc, double expected) => Assert.Equal(expected, CellDensity.FromAdc(adc, Reference), 1e-12);

    [Fact]
    public void Agreement_has_the_values_of_a_calculation_by_hand()
    {
        var observed = new DensityObservation
        {
            Visit = "1", Day = 0, Density = [0.9, 0.6, 0.2, 0.7, 0.8], IsTumour = [true, true, true, true, false], IsMeasured = [true, true, true, true, false],
            IsBelowLimit = new bool[5], DetectionLimit = 0.1, VoxelU = 0.01, ScaleU = 0.01,
        };

        var agreement = FieldAgreement.Between([0.8, 0.4, 0.3, 0.9, 0.05], observed, observed.DetectionLimit);

        // Above one half: predicted voxels 1 and 4, observed 1, 2 and 4 (the fifth is not tumour): 2·2/(2 + 3).
        Assert.Equal(0.8, agreement.Dice!.Value, 1e-12);
        // Lin 1989 over the first four: means 0.6 and 0.6, variances 0.065 and 0.065, covariance 0.0525.
        Assert.Equal(0.0525 / 0.065, agreement.Ccc!.Value, 1e-12);
        // 2.4 visible of 2.4.
        Assert.Equal(0, agreement.CellsErrorPercent!.Value, 1e-10);
        Assert.Equal(2.4, observed.Cells, 1e-12);
    }

    [Fact]
    public void A_field_agrees_with_itself_completely()
    {
        double[] n = [0.9, 0.6, 0.2, 0.7, 0];
        var observed = new DensityObservation
        {
            Visit = "1", Day = 0, Density = n, IsTumour = [true, true, true, true, false], IsMeasured = [true, true, true, true, false],
            IsBelowLimit = new bool[5], DetectionLimit = 0.1, VoxelU = 0.01, ScaleU = 0.01,
        };

        var agreement = FieldAgreement.Between(n, observed, observed.DetectionLimit);

        Assert.Equal((1.0, 1.0), (agreement.Dice!.Value, Math.Round(agreement.Ccc!.Value, 12)));
    }

    [Fact]
    public void The_tail_beyond_the_drawn_tumour_continues_its_own_decay()
    {
        // N = 0.8 exp(−x/λ) along x with λ = 5.2 mm, drawn for x up to 18 mm; outside, ADC is free water's.
        var grid = TumourFixtures.ObliqueGrid(40, 12, 10, 1.0, 1.4, 2.3);
        const double Lambda = 5.2;
        var drawn = new Mask(grid, Enumerable.Range(0, grid.Count).Select(n => n % 40 <= 18).ToArray());
        var adc = Enumerable.Range(0, grid.Count).Select(n => (float)(3e-3 - 2.4e-3 * (n % 40 <= 18 ? 0.8 * Math.Exp(-(n % 40) / Lambda) : 0))).ToArray();
        var hasAdc = Enumerable.Repeat(true, grid.Count).ToArray();

        var reading = DensityReader.Read(adc, hasAdc, drawn, TumourFixtures.Box(grid), Reference, 1);

        Assert.False(reading.HasInterface);
        // Without noise the fall is read nearly as it is; a little of the bend that a tumour usually has is left.
        Assert.Equal(Lambda, reading.TailMm, 0.1 * Lambda);
        for (var n = 0; n < grid.Count; n++)
        {
            var x = n % 40;
            var exact = 0.8 * Math.Exp(-x / Lambda);
            // Within: single precision of ADC. Beyond: the bend that is left, and the fall 6 % too steep, over four lengths.
            Assert.Equal(exact, reading.Density[n], x <= 18 ? 1e-6 : 0.35 * exact);
            Assert.Equal(x > 19, reading.IsBelowLimit[n]);
        }
    }

    [Fact]
    public void A_tumour_too_thin_to_have_an_inside_still_shows_how_its_density_falls()
    {
        // As above, but two slices thick: no voxel has six measured neighbours. The tail was then a voxel long, and the limit beside it far too low.
        var grid = TumourFixtures.ObliqueGrid(40, 12, 10, 1.0, 1.4, 2.3);
        const double Lambda = 5.2;
        bool IsDrawn(int n) => n % 40 <= 18 && n / 480 is (4 or 5);
        var adc = Enumerable.Range(0, grid.Count).Select(n => (float)(3e-3 - 2.4e-3 * (IsDrawn(n) ? 0.8 * Math.Exp(-(n % 40) / Lambda) : 0))).ToArray();
        var drawn = new Mask(grid, Enumerable.Range(0, grid.Count).Select(IsDrawn).ToArray());

        var reading = DensityReader.Read(adc, Enumerable.Repeat(true, grid.Count).ToArray(), drawn, TumourFixtures.Box(grid), Reference, 1);

        // Two slices have no profile across their edge: the slope along them is all that is known, and is known as such.
        Assert.Equal(Lambda, reading.TailMm, 0.3 * Lambda);
        Assert.True(reading.Tail!.FallU > 0.25);
    }

    [Fact]
    public void Edges_that_mix_with_dense_tissue_are_not_measured()
    {
        // Tumour reads 0.5, tissue around it 0.95.
        var grid = TumourFixtures.ObliqueGrid(20, 18, 14, 1.5, 1.4, 2.3);
        var drawn = new Mask(grid, Enumerable.Range(0, grid.Count).Select(n => n % 20 is >= 5 and < 15 && n / 20 % 18 is >= 4 and < 13 && n / 360 is >= 3 and < 10).ToArray());
        var adc = drawn.Inside.Select(d => (float)(3e-3 - 2.4e-3 * (d ? 0.5 : 0.95))).ToArray();

        var reading = DensityReader.Read(adc, Enumerable.Repeat(true, grid.Count).ToArray(), drawn, TumourFixtures.Box(grid), Reference, 1);

        Assert.True(reading.HasInterface);
        // 10 x 9 x 7 drawn, 8 x 7 x 5 left.
        Assert.Equal(280, reading.IsMeasured.Count(m => m));
        Assert.Equal(630, reading.IsTumour.Count(t => t));
        Assert.All(Enumerable.Range(0, grid.Count).Where(n => !reading.IsMeasured[n]), n => Assert.InRange(reading.Density[n], 0, 0.5 + 1e-6));
    }
}
