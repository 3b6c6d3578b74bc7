using Etalon.Metrology;
using Xunit;

namespace Etalon.Tests.Metrology;

/// <summary>Units are read or refused, and conversions are known equalities.</summary>
[Trait("Kind", "Numeric")]
public sealed class UnitTests
{
    [Theory]
    [InlineData("mm2/s", "m2/s", 1e-6)]
    [InlineData("1e-6.mm2/s", "mm2/s", 1e-6)]
    [InlineData("10*-6.mm2/s", "mm2/s", 1e-6)]
    [InlineData("10^-3.mm2/s", "um2/ms", 1)]
    [InlineData("um2/ms", "mm2/s", 1e-3)]
    [InlineData("mm2.s-1", "mm2/s", 1)]
    [InlineData("/min", "/s", 1.0 / 60)]
    [InlineData("/d", "/h", 1.0 / 24)]
    [InlineData("mL/(100.mL.min)", "/s", 1.0 / 6000)]
    [InlineData("mL/(100.mL)", "%", 1)]
    [InlineData("cm3", "mL", 1)]
    [InlineData("mm3", "uL", 1)]
    [InlineData("L", "dm3", 1)]
    [InlineData("mmol/L", "mM", 1)]
    [InlineData("mol/m3", "mmol/L", 1)]
    [InlineData("cGy", "Gy", 0.01)]
    [InlineData("kBq/mL", "Bq/L", 1e6)]
    [InlineData("g/mL", "kg/L", 1)]
    [InlineData("cm2/mL", "/m", 100)]
    [InlineData("mm2/d", "mm2/s", 1.0 / 86400)]
    [InlineData("deg", "1", Math.PI / 180)]
    [InlineData("mT/m", "T/km", 1)]
    public void Conversions_are_the_known_equalities(string from, string to, double factor)
    {
        // Products of a handful of factors, each rounded once.
        Assert.Equal(factor, Unit.Parse(from).FactorTo(Unit.Parse(to)), factor * 1e-15);
    }

    [Theory]
    [InlineData("mm2/s", "mm2")]
    [InlineData("Gy", "g")]
    [InlineData("mm", "min")]
    [InlineData("mL/(100.mL.min)", "mL/min")]
    [InlineData("g/mL", "1")]
    [InlineData("T", "Gy")]
    public void Different_kinds_of_quantity_do_not_convert(string a, string b)
    {
        var (from, to) = (Unit.Parse(a), Unit.Parse(b));
        Assert.False(from.IsCommensurableWith(to));
        Assert.Throws<ArgumentException>(() => from.FactorTo(to));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("mm2 / s")]
    [InlineData("mm²/s")]
    [InlineData("µm2/ms")]
    [InlineData("10-6 mm2/s")]
    [InlineData("x10-6mm2/s")]
    [InlineData("mm2/s/")]
    [InlineData("(mm2/s")]
    [InlineData("mm2/s)")]
    [InlineData("mm2..s")]
    [InlineData("MM2/S")]
    [InlineData("sec")]
    [InlineData("kmin")]
    [InlineData("um^2/ms")]
    [InlineData("mm2//s")]
    [InlineData("GY")]
    [InlineData("1e-6mm2/s")]
    [InlineData("((((((((((m))))))))))")]
    [InlineData("m999999999999")]
    [InlineData("none")]
    [InlineData("J")]
    [InlineData("Cel")]
    public void What_is_no_unit_is_refused(string code)
    {
        Assert.False(Unit.TryParse(code, out var unit));
        Assert.Null(unit);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.mm")]
    [InlineData("mm2/0")]
    [InlineData("10*99.10*99.10*99.10*99.m")]
    [InlineData("10*-99.10*-99.10*-99.10*-99.m")]
    public void A_unit_whose_scale_is_nothing_or_infinite_is_refused(string code) => Assert.False(Unit.TryParse(code, out _));

    [Theory]
    [InlineData("mm3", "uL")]
    [InlineData("um2/ms", "10*-3.mm2/s")]
    [InlineData("cm3", "mL")]
    public void Two_spellings_of_one_unit_are_equal_and_hash_alike(string a, string b)
    {
        Assert.Equal(Unit.Parse(a), Unit.Parse(b));
        Assert.Equal(Unit.Parse(a).GetHashCode(), Unit.Parse(b).GetHashCode());
    }

    [Fact]
    public void Every_measurand_has_a_unit_that_parses_and_is_shown_by_its_factor()
    {
        foreach (var measurand in Measurands.All)
        {
            Assert.True(Unit.TryParse(measurand.Unit, out _), measurand.Code);
            Assert.Same(measurand, Measurands.Get(measurand.Code + ".median"));
        }

        Assert.Equal(1.1, 1.1e-3 * Measurands.Get("adc.mean").ShownFactor, 1e-15);
        Assert.Throws<ArgumentException>(() => Measurands.Get("adcs"));
    }
}
