using Etalon.Assays.Suv;
using Etalon.Imaging.Dicom;
using Xunit;

namespace Etalon.Tests.Assays.Suv;

/// <summary>What other programs were reported to get wrong.</summary>
[Trait("Kind", "Numeric")]
public sealed class SuvTrapsTests
{
    private static readonly PetHeader Plain = new()
    {
        Units = "BQML", DecayCorrection = "START", WeightKg = 72.5, HeightM = 1.81, Sex = "F", Dose = 3.1e8, HalfLifeS = 6586.2,
        InjectionTime = new TimeSpan(9, 10, 11), Series = new DateTime(2024, 3, 12, 10, 14, 31), Acquisition = new DateTime(2024, 3, 12, 10, 14, 40), FrameReferenceTimeS = 75, FrameDurationS = 150,
    };

    [Fact]
    public void Decay_to_the_injection_is_not_corrected_a_second_time()
    {
        // 72 500 g / 3.1e8 Bq; a second correction would multiply by 2^(3860/6586.2) = 1.501.
        var factor = SuvRule.Of([Plain with { DecayCorrection = "ADMIN" }]).Factor!;
        Assert.Equal(72500 / 3.1e8, factor.Factors[0], 1e-16);
        Assert.Equal("injection", factor.RuleName);
    }

    [Fact]
    public void Slices_acquired_bed_after_bed_share_one_factor()
    {
        // By acquisition time the last bed would come out 2^(840/6586.2), 9 %, too high.
        var slices = Enumerable.Range(0, 7).Select(n => Plain with { Acquisition = Plain.Acquisition!.Value.AddSeconds(140 * n), FrameReferenceTimeS = 75 + 140 * n }).ToList();
        var factor = SuvRule.Of(slices).Factor!;
        Assert.Single(factor.Factors.Distinct());
        Assert.Equal("series-time", factor.RuleName);
    }

    [Theory]
    [InlineData(null, 75, 10 * 3600 + 14 * 60 + 40 - 0.0986645, "frame-reference-time")]
    [InlineData(null, 0, 10 * 3600 + 14 * 60 + 40, "earliest-acquisition")]
    [InlineData("10:14:33", 75, 10 * 3600 + 14 * 60 + 33, "ge-scan-start")]
    public void A_series_time_of_a_later_processing_gives_way(string? ge, double frameReference, double expectedSecondOfDay, string rule)
    {
        var processed = Plain with { Series = new DateTime(2024, 3, 12, 16, 2, 3), FrameReferenceTimeS = frameReference, GeScan = ge is null ? null : new DateTime(2024, 3, 12) + TimeSpan.Parse(ge, System.Globalization.CultureInfo.InvariantCulture) };
        var factor = SuvRule.Of([processed]).Factor!;
        var uptake = expectedSecondOfDay - (9 * 3600 + 10 * 60 + 11);
        Assert.Equal(rule, factor.RuleName);
        // The mean activity of 150 s stands 75 − 0.0986645 s after its start (see the rule's tests); 1e-7 of the factor is 1 ms.
        Assert.Equal(1, factor.Factors[0] * 3.1e8 * Math.Exp(-Math.Log(2) * uptake / 6586.2) / 72500, 1e-7);
    }

    [Fact]
    public void Injection_and_scan_on_two_sides_of_midnight_are_an_hour_apart()
    {
        var late = Plain with { InjectionTime = new TimeSpan(23, 40, 0), Series = new DateTime(2024, 3, 13, 0, 44, 20), Acquisition = new DateTime(2024, 3, 13, 0, 44, 29) };
        Assert.Equal(SuvRule.Of([Plain]).Factor!.Factors[0], SuvRule.Of([late]).Factor!.Factors[0], 1e-15);
        // The scan itself may run over midnight.
        var over = Plain with { InjectionTime = new TimeSpan(22, 54, 0), Series = new DateTime(2024, 3, 12, 23, 58, 20), Acquisition = new DateTime(2024, 3, 12, 23, 58, 29) };
        var factor = SuvRule.Of([over, over with { Acquisition = over.Acquisition!.Value.AddSeconds(200) }]).Factor!;
        Assert.Equal(SuvRule.Of([Plain]).Factor!.Factors[0], factor.Factors[1], 1e-15);
    }

    [Fact]
    public void A_dose_in_MBq_is_read_so_only_where_the_image_bears_it_out_and_then_with_a_word()
    {
        var small = Plain with { Dose = 310 };
        var borne = new SuvEvidence { HeldBq = 1.2e8, TakesMegabecquerels = true };
        var factor = SuvRule.Of([small], SuvKind.BodyWeight, borne).Factor!;
        Assert.Equal(SuvRule.Of([Plain]).Factor!.Factors[0], factor.Factors[0], 1e-15);
        Assert.Contains("MBq", Assert.Single(factor.Assumptions), StringComparison.Ordinal);
        // More than was ever injected is no evidence for MBq.
        Assert.Equal(SuvReason.DoseImplausible, SuvRule.Of([small], SuvKind.BodyWeight, borne with { HeldBq = 9e8 }).Refusal!.Reason);
        Assert.Equal(SuvReason.DoseImplausible, SuvRule.Of([Plain with { Dose = 1e-4 }], SuvKind.BodyWeight, borne with { HeldBq = 1.2e8 }).Refusal!.Reason);
        Assert.Equal(SuvReason.DoseImplausible, SuvRule.Of([small], SuvKind.BodyWeight, borne with { TakesMegabecquerels = false }).Refusal!.Reason);
    }

    [Fact]
    public void A_missing_half_life_is_that_of_the_stated_nuclide()
    {
        var factor = SuvRule.Of([Plain with { HalfLifeS = null, Nuclide = "F-18" }]).Factor!;
        Assert.Equal(SuvRule.Of([Plain]).Factor!.Factors[0], factor.Factors[0], 1e-15);
        Assert.Contains("F-18", Assert.Single(factor.Assumptions), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("C-111A1", null, "F-18")]
    [InlineData("77004003", "^18^Fluorine", "F-18")]
    [InlineData(null, "^68^Gallium", "Ga-68")]
    [InlineData(null, "C-11", "C-11")]
    [InlineData(null, "Technetium-99m", null)]
    [InlineData(null, null, null)]
    public void A_nuclide_is_known_by_code_or_meaning(string? code, string? meaning, string? expected) => Assert.Equal(expected, PetNuclide.Of(code, meaning));

    [Fact]
    public void Two_injections_of_one_nuclide_add_up()
    {
        // One half-life apart: at the scan the first has half of what the second has.
        var second = new PetInjection { Dose = 1e8, HalfLifeS = 6586.2, DateTime = Plain.Series!.Value };
        var two = Plain with { Dose = 1e8, InjectionDateTime = Plain.Series!.Value.AddSeconds(-6586.2), FurtherInjections = [second] };
        Assert.Equal(72500 / 1.5e8, SuvRule.Of([two]).Factor!.Factors[0], 1e-12);
    }

    [Fact]
    public void A_dynamic_scan_may_start_before_the_injection()
    {
        var slices = Enumerable.Range(0, 6).Select(n => Plain with { InjectionTime = new TimeSpan(10, 15, 1), Acquisition = Plain.Series!.Value.AddSeconds(60 * n) }).ToList();
        // Corrected back to 30 s before the injection, the dose counts as more than it was: 2^(30/6586.2).
        var factor = SuvRule.Of(slices, SuvKind.BodyWeight, new SuvEvidence { IsDynamic = true }).Factor!;
        Assert.Equal(72500 / (3.1e8 * Math.Pow(2, 30 / 6586.2)), factor.Factors[5], 1e-12);
        Assert.Contains("before the injection", factor.Rule, StringComparison.Ordinal);
        // A static scan may not.
        Assert.Equal(SuvReason.TimesContradict, SuvRule.Of(slices).Refusal!.Reason);
    }

    [Fact]
    public void What_CorrectedImage_says_against_DecayCorrection_is_told()
    {
        Assert.Contains("lacks DECY", Assert.Single(SuvRule.Of([Plain with { Corrections = ["ATTN", "SCAT"] }]).Factor!.Assumptions), StringComparison.Ordinal);
        Assert.Contains("holds DECY", Assert.Single(SuvRule.Of([Plain with { DecayCorrection = "NONE", Corrections = ["ATTN", "DECY"] }]).Factor!.Assumptions), StringComparison.Ordinal);
        Assert.Empty(SuvRule.Of([Plain with { Corrections = ["DECY", "ATTN"] }]).Factor!.Assumptions);
    }

    [Fact]
    public void The_factor_of_Philips_counts_for_counts_alone()
    {
        Assert.Equal(SuvRule.Of([Plain]).Factor!.Factors[0], SuvRule.Of([Plain with { PhilipsSuvFactor = 0.5, PhilipsActivityFactor = 3 }]).Factor!.Factors[0], 1e-15);
        Assert.Equal(0.5, SuvRule.Of([Plain with { Units = "CNTS", PhilipsSuvFactor = 0.5 }]).Factor!.Factors[0]);
        Assert.Equal(3, SuvRule.Of([Plain with { Units = "CNTS", PhilipsActivityFactor = 3 }]).Factor!.Factors[0] / SuvRule.Of([Plain]).Factor!.Factors[0], 1e-12);
        // Without decay correction the activity is corrected, the SUV factor is not used.
        var none = SuvRule.Of([Plain with { Units = "CNTS", DecayCorrection = "NONE", PhilipsSuvFactor = 0.5, PhilipsActivityFactor = 3 }]).Factor!;
        Assert.Equal("mean-activity", none.RuleName);
    }
}
