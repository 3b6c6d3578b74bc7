using Etalon.Assays.Suv;
using Etalon.Imaging.Dicom;
using Xunit;

namespace Etalon.Tests.Assays.Suv;

/// <summary>Headers that cannot support an SUV, each refused for its own reason and no other.</summary>
public sealed class SuvBadHeadersTests
{
    private static readonly PetHeader Good = new()
    {
        Units = "BQML", DecayCorrection = "START", Corrections = ["DECY", "ATTN", "SCAT"], WeightKg = 68.5, HeightM = 1.71, Sex = "F", Dose = 2.9e8, HalfLifeS = 6586.2, Nuclide = "F-18",
        InjectionDateTime = new DateTime(2024, 5, 6, 9, 10, 11), InjectionTime = new TimeSpan(9, 10, 11), Series = new DateTime(2024, 5, 6, 10, 14, 31), Acquisition = new DateTime(2024, 5, 6, 10, 14, 40),
        FrameReferenceTimeS = 75, FrameDurationS = 150,
    };

    public static TheoryData<string, string, string> Crafted => new()
    {
        { "weight missing", SuvReason.NoWeight, "PatientWeight" },
        { "weight in grams", SuvReason.WeightImplausible, "68500" },
        { "dose missing", SuvReason.NoDose, "RadionuclideTotalDose" },
        { "dose zero", SuvReason.NoDose, "RadionuclideTotalDose 0" },
        { "dose in MBq", SuvReason.DoseImplausible, "RadionuclideTotalDose 290" },
        { "half-life missing", SuvReason.NoHalfLife, "RadionuclideHalfLife" },
        { "half-life in minutes", SuvReason.HalfLifeContradicted, "109.77" },
        { "half-life of another nuclide", SuvReason.HalfLifeContradicted, "4062.6" },
        { "decay correction missing", SuvReason.NoDecayCorrection, "absent" },
        { "decay correction unknown", SuvReason.NoDecayCorrection, "END" },
        { "injection time missing", SuvReason.NoInjectionTime, "RadiopharmaceuticalStart" },
        { "no time at all", SuvReason.NoReferenceTime, "SeriesTime" },
        { "injection a month before", SuvReason.TimesContradict, "before the scan" },
        { "not corrected for attenuation", SuvReason.NotAttenuationCorrected, "DECY SCAT" },
        { "proportional to counts", SuvReason.CountsNotCalibrated, "PROPCNTS" },
        { "counts per second", SuvReason.CountsNotCalibrated, "CPS" },
        { "counts without a factor", SuvReason.CountsNotCalibrated, "7053,1000" },
        { "counts, not decay-corrected, SUV factor alone", SuvReason.CountsNotCalibrated, "which instant" },
        { "attenuation map", SuvReason.UnitsNotUptake, "1CM" },
        { "metabolic rate", SuvReason.UnitsNotUptake, "UMOLMINML" },
        { "units missing", SuvReason.NoUnits, "0054,1001" },
        { "SUV of an unknown kind", SuvReason.SuvTypeUnknown, "FFM" },
        { "surface in g/mL", SuvReason.SuvTypeUnknown, "GML with SUVType BSA" },
        { "lean SUV without height", SuvReason.NoHeight, "PatientSize" },
        { "lean SUV, height in cm", SuvReason.HeightImplausible, "171" },
        { "lean SUV without sex", SuvReason.NoSex, "PatientSex" },
        { "lean SUV of a body its formula is not for", SuvReason.BodySizeNotPositive, "kg" },
        { "intercept", SuvReason.InterceptNotZero, "-12" },
        { "slices of two patients", SuvReason.SlicesDisagree, "disagree" },
        { "two nuclides", SuvReason.InjectionsContradict, "different radionuclides" },
        { "two injections, corrected to one", SuvReason.InjectionsContradict, "ADMIN" },
        { "no slice", SuvReason.NoHeader, "no PET header" },
    };

    [Theory]
    [MemberData(nameof(Crafted))]
    public void A_bad_header_is_refused_for_the_right_reason(string what, string reason, string found)
    {
        var (factor, refusal) = SuvRule.Of(Headers(what));
        Assert.Null(factor);
        Assert.Equal(reason, refusal!.Reason);
        Assert.Contains(found, refusal.Found, StringComparison.Ordinal);
        Assert.NotEmpty(refusal.Expected);
        Assert.NotEmpty(refusal.Remedy);
    }

    [Fact]
    public void The_same_header_without_its_fault_is_not_refused() => Assert.Null(SuvRule.Of([Good]).Refusal);

    [Fact]
    public void Every_reason_is_reached_by_a_crafted_header()
    {
        var all = typeof(SuvReason).GetFields().Select(f => (string)f.GetValue(null)!);
        Assert.Empty(all.Except(Crafted.Select(row => row.Data.Item2)));
    }

    private static PetHeader[] Headers(string what)
    {
        var lean = Good with { Units = "GML", SuvType = "LBM" };
        return what switch
        {
            "weight missing" => [Good with { WeightKg = null }],
            "weight in grams" => [Good with { WeightKg = 68500 }],
            "dose missing" => [Good with { Dose = null }],
            "dose zero" => [Good with { Dose = 0 }],
            "dose in MBq" => [Good with { Dose = 290 }],
            "half-life missing" => [Good with { HalfLifeS = null, Nuclide = null }],
            "half-life in minutes" => [Good with { HalfLifeS = 109.77 }],
            "half-life of another nuclide" => [Good with { HalfLifeS = 4062.6 }],
            "decay correction missing" => [Good with { DecayCorrection = null }],
            "decay correction unknown" => [Good with { DecayCorrection = "END" }],
            "injection time missing" => [Good with { InjectionDateTime = null, InjectionTime = null }],
            "no time at all" => [Good with { Series = null, Acquisition = null }],
            // Without the time of day apart, the day stands: nothing says that it is wrong but the decay.
            "injection a month before" => [Good with { HalfLifeS = 75.5, Nuclide = "Rb-82", InjectionDateTime = new DateTime(2024, 4, 6, 9, 10, 11) }],
            "not corrected for attenuation" => [Good with { Corrections = ["DECY", "SCAT"] }],
            "proportional to counts" => [Good with { Units = "PROPCNTS" }],
            "counts per second" => [Good with { Units = "CPS" }],
            "counts without a factor" => [Good with { Units = "CNTS" }],
            "counts, not decay-corrected, SUV factor alone" => [Good with { Units = "CNTS", DecayCorrection = "NONE", PhilipsSuvFactor = 7e-4 }],
            "attenuation map" => [Good with { Units = "1CM" }],
            "metabolic rate" => [Good with { Units = "UMOLMINML" }],
            "units missing" => [Good with { Units = null }],
            "SUV of an unknown kind" => [lean with { SuvType = "FFM" }],
            "surface in g/mL" => [lean with { SuvType = "BSA" }],
            "lean SUV without height" => [lean with { HeightM = null }],
            "lean SUV, height in cm" => [lean with { HeightM = 171 }],
            "lean SUV without sex" => [lean with { Sex = null }],
            "lean SUV of a body its formula is not for" => [lean with { WeightKg = 260, HeightM = 1.55 }],
            "intercept" => [Good, Good with { Intercept = -12 }],
            "slices of two patients" => [Good, Good with { WeightKg = 81 }],
            "two nuclides" => [Good with { FurtherInjections = [new PetInjection { Dose = 1e8, HalfLifeS = 4062.6, Nuclide = "Ga-68", Time = new TimeSpan(9, 0, 0) }] }],
            "two injections, corrected to one" => [Good with { DecayCorrection = "ADMIN", FurtherInjections = [new PetInjection { Dose = 1e8, HalfLifeS = 6586.2, Time = new TimeSpan(9, 30, 0) }] }],
            "no slice" => [],
            _ => throw new ArgumentException(what),
        };
    }
}
