using Etalon.Comparability.Calibration;
using Etalon.Metrology;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Comparability.Calibration;

/// <summary>Reference values of phantoms against published ones.</summary>
public sealed class DiffusionReferenceTests
{
    [Theory]
    // Holz, Heil and Sacco 2000, table of self-diffusion of water (10⁻³ mm²/s), fitted within 1 %.
    [InlineData(0, 1.099)]
    [InlineData(5, 1.313)]
    [InlineData(20, 2.025)]
    [InlineData(25, 2.299)]
    [InlineData(50, 3.956)]
    public void Water_diffuses_as_it_was_measured(double celsius, double expected) => Assert.Equal(expected, DiffusionReference.Water(celsius, 0).Value, 0.01 * expected);

    [Theory]
    // Values of the law worked out with the reference data: 1.0990 at 0 °C and 1.9965 at 19.5 °C; last printed digit.
    [InlineData(0, 1.0990)]
    [InlineData(19.5, 1.9965)]
    public void The_law_of_water_has_its_worked_digits(double celsius, double expected) => Assert.Equal(expected, DiffusionReference.Water(celsius, 0).Value, 5e-5);

    [Fact]
    public void The_law_of_PVP_must_not_be_carried_to_zero_degrees_and_says_so()
    {
        // The law gives 0.644 and 0.458 where 0.58 and 0.42 are tabulated at 0 °C.
        var (twenty, thirty) = (DiffusionReference.Pvp(20, 0, 0), DiffusionReference.Pvp(30, 0, 0));
        Assert.Equal(0.644, twenty.Value, 5e-4);
        Assert.Equal(0.458, thirty.Value, 5e-4);
        Assert.False(twenty.IsInRange || thirty.IsInRange);
        Assert.True(DiffusionReference.Pvp(20, 19.5, 0).IsInRange);
        Assert.False(DiffusionReference.Pvp(20, 26.5, 0).IsInRange);
        Assert.False(DiffusionReference.Pvp(55, 22, 0).IsInRange);
    }

    [Fact]
    public void A_doubtful_temperature_is_in_the_uncertainty()
    {
        // Free water changes by 8.1 % from 20 to 23 °C: ln(1.081)/3 a degree in the middle.
        var (sure, doubtful) = (DiffusionReference.Water(21.5, 0), DiffusionReference.Water(21.5, 1));
        Assert.Equal(Math.Log(1.081) / 3, Math.Sqrt(doubtful.U * doubtful.U - sure.U * sure.U) / sure.Value, 2e-4);
        Assert.Throws<ArgumentOutOfRangeException>(() => DiffusionReference.Water(double.NaN, 0));
    }

    [Fact]
    public void A_field_that_repeats_another_is_noticed_in_the_table_of_the_system_phantom()
    {
        var findings = new List<Finding>();
        var table = CsvTable.Read(SharedData.Path("metrology", "phantoms", "nist_ismrm_system_phantom_20C.csv"), "phantom.csv", findings)!;
        var spheres = SystemPhantomTable.Read(table, findings);
        Assert.Equal(112, spheres.Count);
        Assert.NotEmpty(findings);
        Assert.All(findings, f => Assert.Contains("PLL2020", f.About, StringComparison.Ordinal));
        Assert.Equal(1.883965, spheres[0].T1Seconds, 1e-12);
    }
}
