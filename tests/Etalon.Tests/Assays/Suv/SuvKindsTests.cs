using Etalon.Assays.Suv;
using Etalon.Imaging.Dicom;
using Xunit;

namespace Etalon.Tests.Assays.Suv;

/// <summary>Sizes of the body, and SUV of any kind from any kind.</summary>
[Trait("Kind", "Numeric")]
public sealed class SuvKindsTests
{
    private static readonly PetHeader Body = new() { WeightKg = 75, HeightM = 1.85, Sex = "M" };

    public static TheoryData<SuvKind, string, double, double> Published => new()
    {
        // Published by calculate-suv for 75 kg and 1.85 m, to all digits given.
        { SuvKind.LeanMorgan120, "M", 62777.57487216947, 1e-8 },
        { SuvKind.LeanMorgan120, "F", 55925.67567567568, 1e-8 },
        { SuvKind.LeanJanmahasatian, "M", 60915.335886519744, 1e-8 },
        { SuvKind.LeanJanmahasatian, "F", 49214.37996837613, 1e-8 },
        // By hand: 1.10·75 − 128·5625/34225 kg; 48 + 1.06·33 kg; 45.5 + 0.91·33 kg.
        { SuvKind.LeanJames128, "M", 61462.7465, 1e-4 },
        { SuvKind.LeanJames128, "F", 55925.6757, 1e-4 },
        { SuvKind.IdealBodyWeight, "M", 82980, 1e-8 },
        { SuvKind.IdealBodyWeight, "F", 75530, 1e-8 },
        { SuvKind.BodyWeight, "O", 75000, 1e-8 },
        // log10: 1.8563663 + 0.425·1.8750613 + 0.725·2.2671717 = 4.2969669 (Du Bois, cm²).
        { SuvKind.BodySurface, "O", 19813.7, 0.2 },
        // Sex O: the mean of the two.
        { SuvKind.LeanMorgan120, "O", (62777.57487216947 + 55925.67567567568) / 2, 1e-8 },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void A_body_has_its_published_size(SuvKind kind, string sex, double expected, double tolerance) =>
        Assert.Equal(expected, BodySize.Of(kind, Body with { Sex = sex }).Size!.Value, tolerance);

    [Fact]
    public void James_and_Morgan_are_2_percent_apart()
    {
        var morgan = BodySize.Of(SuvKind.LeanMorgan120, Body).Size!.Value;
        Assert.Equal(0.021, morgan / BodySize.Of(SuvKind.LeanJames128, Body).Size!.Value - 1, 0.001);
    }

    [Fact]
    public void From_any_kind_to_any_other_and_back_nothing_changes()
    {
        foreach (var from in SuvKindInfo.All)
        {
            var stored = Body with { Units = from.Unit == "cm2/mL" ? "CM2ML" : "GML", SuvType = from.Stored, Sex = "F" };
            foreach (var to in SuvKindInfo.All)
            {
                var there = SuvRule.Of([stored], to.Kind, new SuvEvidence()).Factor!;
                var back = SuvRule.Of([stored with { Units = to.Unit == "cm2/mL" ? "CM2ML" : "GML", SuvType = to.Stored }], from.Kind, new SuvEvidence()).Factor!;
                Assert.Equal(1, there.Factors[0] * back.Factors[0], 1e-12);
                Assert.Equal(to.Kind, there.Kind);
                Assert.Equal("stored-suv", there.RuleName);
                Assert.Equal(from != to, there.Rule.Contains("brought to", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void Activity_gives_each_kind_in_proportion_to_its_size()
    {
        var bq = Body with { Units = "BQML", DecayCorrection = "ADMIN", Dose = 3e8 };
        foreach (var kind in SuvKindInfo.All)
        {
            Assert.Equal(BodySize.Of(kind.Kind, bq).Size!.Value / 3e8, SuvRule.Of([bq], kind.Kind, new SuvEvidence()).Factor!.Factors[0], 1e-15);
        }
    }

    [Fact]
    public void A_sex_that_no_formula_is_for_widens_the_uncertainty_and_is_told()
    {
        var stored = Body with { Units = "GML", SuvType = "IBW", Sex = "O" };
        var factor = SuvRule.Of([stored], SuvKind.BodyWeight, new SuvEvidence()).Factor!;
        Assert.Equal(75.0 / ((82.98 + 75.53) / 2), factor.Factors[0], 1e-12);
        Assert.Contains(factor.Assumptions, a => a.Contains("PatientSex is O", StringComparison.Ordinal));
        // Half of 82.98 − 75.53 over √3 and the mean 79.255.
        Assert.Equal(7.45 / 2 / Math.Sqrt(3) / 79.255, factor.BodyRelativeU, 1e-9);
        Assert.True(SuvUncertainty.Of(factor).RelativeU > SuvUncertainty.Of(factor with { BodyRelativeU = 0 }).RelativeU);
    }

    [Fact]
    public void The_shared_uncertainty_is_the_root_sum_of_its_parts()
    {
        var factor = SuvRule.Of([Body with { Units = "BQML", DecayCorrection = "ADMIN", Dose = 3e8 }], SuvKind.BodyWeight, new SuvEvidence()).Factor!;
        // (10² + 3² + 2.5²)/3 per cent squared.
        Assert.Equal(Math.Sqrt((100 + 9 + 6.25) / 3) / 100, SuvUncertainty.Of(factor).RelativeU, 1e-12);
        Assert.All(SuvUncertainty.Of(factor).Components, c => Assert.Contains("assumption", c.Source, StringComparison.Ordinal));
    }
}
