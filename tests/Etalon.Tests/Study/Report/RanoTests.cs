using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Study.Report;
using Xunit;

namespace Etalon.Tests.Study.Report;

/// <summary>Categories by diameters, against what the criteria say of worked cases.</summary>
public sealed class RanoTests
{
    private static readonly DateTimeOffset Start = new(2024, 3, 1, 9, 40, 0, TimeSpan.FromHours(1));

    [Fact]
    public void Without_radiotherapy_the_first_visit_is_the_baseline_and_the_smallest_product_decides_progression()
    {
        // Products 800, 380, 420, 480 mm²: -52.5 %; +10.5 % above 380; +26.3 % above 380.
        var rows = Of([], (0, 40, 20), (30, 20, 19), (60, 21, 20), (90, 24, 20));

        Assert.Equal(["baseline", "PR", "SD", "PD"], rows);
    }

    [Fact]
    public void With_radiotherapy_the_baseline_is_the_first_visit_after_it_and_12_weeks_must_pass_before_progression()
    {
        // The last fraction is on day 65: day 60 is before it, days 90 and 120 within 12 weeks of it, day 150 beyond.
        var rows = Of([26.2, 65.1], (0, 30, 20), (60, 40, 20), (90, 42, 20), (120, 60, 20), (150.5, 60, 20));

        Assert.Equal(["before baseline", "before baseline", "baseline", "not assessable", "PD"], rows);
    }

    [Fact]
    public void A_lesion_below_10_mm_gives_no_category()
    {
        Assert.Equal(["not measurable", "not measurable"], Of([], (0, 12, 9.9), (30, 9, 3)));
    }

    [Fact]
    public void Another_region_has_no_category() => Assert.Empty(Rano.Of(Patient([], 0), [Diameter("GTV", "1", "diameter.longest", 40)], []));

    private static List<string> Of(double[] fractionDays, params (double Day, double LongestMm, double PerpendicularMm)[] visits)
    {
        var measurements = visits.SelectMany((v, n) => new[]
        {
            Diameter("enhancing", $"{n + 1}", "diameter.longest", v.LongestMm), Diameter("enhancing", $"{n + 1}", "diameter.perpendicular", v.PerpendicularMm),
        }).ToList();
        return Rano.Of(Patient(fractionDays, [.. visits.Select(v => v.Day)]), measurements, []).Select(r => r.Category).ToList();
    }

    private static PatientCase Patient(double[] fractionDays, params double[] visitDays) => new()
    {
        Subject = "P",
        Layout = "bids",
        Visits = visitDays.Select((d, n) => new Visit { Id = $"{n + 1}", Time = Start.AddDays(d), Images = [], Acquisition = Acquisition.Unknown($"{n + 1}") }).ToList(),
        Treatment = new TreatmentGiven([.. fractionDays.Select(d => new Fraction(Start.AddDays(d), 2))], [], []),
    };

    private static Measurement Diameter(string region, string visit, string measurand, double mm) => Measurement.Of(
        new Measurement
        {
            Id = $"{visit}/{region}/{measurand}", Subject = "P", Visit = visit, Measurand = measurand, Unit = "mm", Region = new Region(region, RegionKind.Mask, region, "mask"),
            Status = Measurement.StatusOk, Acquisition = visit, ScannerState = null, Method = "diameter.in-slice/1", Inputs = [],
        },
        mm, [new UncertaintyComponent("voxel size", 0.5, null, ComponentKind.B)], positive: true);
}
