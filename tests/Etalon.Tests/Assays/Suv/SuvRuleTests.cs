using Etalon.Assays.Suv;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Xunit;

namespace Etalon.Tests.Assays.Suv;

/// <summary>SUV from headers.</summary>
public sealed class SuvRuleTests
{
    private static readonly PetHeader Plain = new()
    {
        Units = "BQML",
        DecayCorrection = "START",
        WeightKg = 72.5,
        HeightM = 1.81,
        Sex = "F",
        Dose = 3.1e8,
        HalfLifeS = 6586.2,
        InjectionDateTime = new DateTime(2024, 3, 12, 9, 10, 11),
        InjectionTime = new TimeSpan(9, 10, 11),
        Series = new DateTime(2024, 3, 12, 10, 14, 31),
        Acquisition = new DateTime(2024, 3, 12, 10, 14, 40),
        FrameReferenceTimeS = 75,
        FrameDurationS = 150,
    };

    [Fact]
    [Trait("Kind", "Numeric")]
    public void Activity_is_divided_by_the_dose_that_is_left_per_gram()
    {
        // 3860 s from injection to series time: 3.1e8 × 2^(−3860/6586.2) = 206 507 518 Bq (by hand); 72 500 g over that.
        Assert.Equal(3.510768, Factor(Plain) * 1e4, 1e-6);
    }

    [Fact]
    public void An_injection_before_midnight_counts_from_the_day_before()
    {
        var late = Plain with { InjectionDateTime = null, InjectionTime = new TimeSpan(23, 40, 0), Series = new DateTime(2024, 3, 13, 0, 44, 20), Acquisition = new DateTime(2024, 3, 13, 0, 44, 29) };
        // 3860 s again.
        Assert.Equal(Factor(Plain), Factor(late), 1e-12);
    }

    [Fact]
    public void Dose_corrected_to_the_injection_does_not_decay() =>
        Assert.Equal(72500 / 3.1e8, Factor(Plain with { DecayCorrection = "ADMIN" }), 1e-15);

    [Fact]
    [Trait("Kind", "Numeric")]
    public void Uncorrected_frames_each_count_from_their_own_mean_activity()
    {
        var second = Plain with { DecayCorrection = "NONE", Acquisition = Plain.Acquisition!.Value.AddSeconds(6586.2) };
        var factors = SuvRule.Of([Plain with { DecayCorrection = "NONE" }, second]).Factor!.Factors;
        // One half-life later the same counts are twice the uptake.
        Assert.Equal(2, factors[1] / factors[0], 1e-9);
        // The mean activity of 150 s falls 0.1 s before its middle: ln(x/(1−e^−x)) = x/2 − x²/24 with x = λT = 0.0157865.
        var expected = 72500 / (3.1e8 * Math.Exp(-Math.Log(2) * (3869 + 75 - 0.0986645) / 6586.2));
        Assert.Equal(1, factors[0] / expected, 1e-7);
    }

    [Fact]
    public void A_series_time_later_than_the_acquisition_is_not_believed()
    {
        var stored = Plain with { Series = new DateTime(2024, 3, 12, 15, 0, 0) };
        // Reckoned back: acquisition + about 75 s − 75 s.
        Assert.Contains("FrameReferenceTime", SuvRule.Of([stored]).Factor!.Rule, StringComparison.Ordinal);
        Assert.Contains("GE", SuvRule.Of([stored with { GeScan = new DateTime(2024, 3, 12, 10, 14, 31) }]).Factor!.Rule, StringComparison.Ordinal);
        Assert.Equal(Factor(Plain), Factor(stored with { GeScan = new DateTime(2024, 3, 12, 10, 14, 31) }), 1e-15);
        Assert.Contains("earliest acquisition", SuvRule.Of([stored with { FrameReferenceTimeS = 0 }]).Factor!.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stated_day_after_the_scan_gives_way_to_the_time_of_day_and_says_so()
    {
        var shifted = SuvRule.Of([Plain with { InjectionDateTime = new DateTime(2024, 3, 13, 9, 10, 11) }]).Factor!;
        Assert.Equal(Factor(Plain), shifted.Factors[0], 1e-15);
        Assert.Single(shifted.Assumptions);
        Assert.Empty(SuvRule.Of([Plain]).Factor!.Assumptions);
    }

    [Fact]
    public void A_dose_that_the_image_refutes_is_refused_and_read_in_another_unit_only_where_the_user_says_so()
    {
        var small = Plain with { Dose = 310 };
        var refusal = SuvRule.Of([small], 1.2e8).Refusal!;
        Assert.Contains("RadionuclideTotalDose 310", refusal.Found, StringComparison.Ordinal);
        Assert.Contains("--assume dose=MBq", refusal.Remedy, StringComparison.Ordinal);
        var stated = SuvRule.Of([small], 1.2e8, Unit.Parse("MBq")).Factor!;
        Assert.Equal(Factor(Plain), stated.Factors[0], 1e-15);
        Assert.Contains("as the user states", Assert.Single(stated.Assumptions), StringComparison.Ordinal);
        // A unit that the image refutes helps nobody; without the image, what no scanner could see refutes it.
        Assert.NotNull(SuvRule.Of([small], 1.2e8, Unit.Parse("kBq")).Refusal);
        Assert.Equal(SuvReason.DoseImplausible, SuvRule.Of([small]).Refusal!.Reason);
        Assert.Empty(SuvRule.Of([Plain], 2.9e8).Factor!.Assumptions);
    }

    [Fact]
    public void Stored_values_by_body_weight_stay_as_they_are() => Assert.Equal(1, Factor(new PetHeader { Units = "GML", SuvType = "BW" }));

    [Fact]
    [Trait("Kind", "Numeric")]
    public void Body_surface_is_brought_to_body_weight()
    {
        // DuBois: 71.84 × 72.5^0.425 × 181^0.725 = 19 223 cm² (log by hand: 1.856366 + 0.425·1.860338 + 0.725·2.257679 = 4.283827).
        Assert.Equal(72500 / Math.Pow(10, 4.283827), Factor(Plain with { Units = "CM2ML", SuvType = "BSA" }), 1e-4);
    }

    [Theory]
    [InlineData("PROPCNTS")]
    [InlineData("CPS")]
    [InlineData("CNTS")]
    [InlineData(null)]
    public void Units_without_a_scale_are_refused(string? units) => Assert.NotNull(SuvRule.Of([Plain with { Units = units }]).Refusal);

    [Fact]
    public void What_is_missing_is_named()
    {
        Assert.Contains("PatientWeight", SuvRule.Of([Plain with { WeightKg = null }]).Refusal!.Found, StringComparison.Ordinal);
        Assert.Contains("RadionuclideTotalDose", SuvRule.Of([Plain with { Dose = 0 }]).Refusal!.Found, StringComparison.Ordinal);
        Assert.Contains("HalfLife", SuvRule.Of([Plain with { HalfLifeS = null }]).Refusal!.Found, StringComparison.Ordinal);
        Assert.Contains("DecayCorrection", SuvRule.Of([Plain with { DecayCorrection = null }]).Refusal!.Found, StringComparison.Ordinal);
        Assert.Contains("RadiopharmaceuticalStart", SuvRule.Of([Plain with { InjectionDateTime = null, InjectionTime = null }]).Refusal!.Found, StringComparison.Ordinal);
        Assert.Contains("ATTN", SuvRule.Of([Plain with { Corrections = ["DECY", "SCAT"] }]).Refusal!.Expected, StringComparison.Ordinal);
        Assert.Contains("disagree", SuvRule.Of([Plain, Plain with { WeightKg = 70 }]).Refusal!.Found, StringComparison.Ordinal);
    }

    private static double Factor(PetHeader header) => SuvRule.Of([header]).Factor!.Factors[0];
}
