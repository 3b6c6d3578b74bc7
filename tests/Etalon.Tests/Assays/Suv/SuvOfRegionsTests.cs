using Etalon.Assays;
using Etalon.Assays.Suv;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;
using Xunit;

namespace Etalon.Tests.Assays.Suv;

/// <summary>SUV of regions as measurements: what cannot be measured is said, never left out.</summary>
public sealed class SuvOfRegionsTests
{
    private static readonly Grid Fine = new(9, 8, 7, new Vector3(1, 2, 3), new Vector3(3.1, 0, 0), new Vector3(0, 3.7, 0), new Vector3(0, 0, 4.3));

    private static readonly Grid Coarse = new(9, 8, 7, new Vector3(1, 2, 3), new Vector3(8, 0, 0), new Vector3(0, 8.5, 0), new Vector3(0, 0, 9));

    private readonly List<Finding> _findings = [];

    [Fact]
    public void A_peak_that_no_sphere_holds_is_missing_with_its_reason()
    {
        var measured = Measure(Coarse, _ => 2.5f);
        var peak = Assert.Single(measured, m => m.Measurand == "suvbw.peak");
        Assert.Equal((null, FindingCodes.SuvPeakNotPossible), (peak.Value, peak.Status));
        Assert.Contains(_findings, f => f.Code == FindingCodes.SuvPeakNotPossible && f.Found.Contains("0.612 mL", StringComparison.Ordinal));
        Assert.Equal(2.5, measured.Single(m => m.Measurand == "suvbw.mean").Value!.Value, 1e-6);
    }

    [Fact]
    public void A_peak_that_can_be_measured_is()
    {
        var measured = Measure(Fine, _ => 2.5f);
        Assert.All(measured.Where(m => m.Measurand.StartsWith("suvbw", StringComparison.Ordinal)), m => Assert.Equal(2.5, m.Value!.Value, 1e-5));
        Assert.Equal(3, measured.Count(m => m.Measurand.StartsWith("suvbw", StringComparison.Ordinal)));
        Assert.Empty(_findings);
    }

    [Fact]
    public void Voxels_that_are_no_numbers_take_no_part_and_are_counted()
    {
        var at = Fine.Index(4, 4, 3);
        var measured = Measure(Fine, n => n == at ? float.NaN : 2.5f);
        Assert.Equal(2.5, measured.Single(m => m.Measurand == "suvbw.mean").Value!.Value, 1e-6);
        Assert.Contains(_findings, f => f.Code == FindingCodes.SignalTooLow && f.Found.StartsWith("1 of ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_region_without_activity_has_no_SUV_and_says_so()
    {
        var suv = Measure(Fine, _ => 0).Where(m => m.Measurand.StartsWith("suvbw", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, suv.Count);
        Assert.All(suv, m => Assert.Equal((null, FindingCodes.SignalTooLow), (m.Value, m.Status)));
        Assert.Contains(_findings, f => f.Code == FindingCodes.SignalTooLow);
    }

    private IReadOnlyList<Measurement> Measure(Grid grid, Func<int, float> value)
    {
        var inside = new bool[grid.Count];
        foreach (var (i, j, k) in from i in Enumerable.Range(3, 3) from j in Enumerable.Range(3, 2) from k in Enumerable.Range(2, 3) select (i, j, k))
        {
            inside[grid.Index(i, j, k)] = true;
        }

        var visit = new Visit { Id = "1", Time = new DateTimeOffset(2024, 2, 2, 10, 42, 30, TimeSpan.Zero), Images = [], Acquisition = Acquisition.Unknown("a") };
        var map = new SuvMap(new Volume(grid, [.. Enumerable.Range(0, grid.Count).Select(value)], Unit.Parse("g/mL")), 0.01, "test", "pet", "0");
        return VisitAssay.Measure(
            new VisitImages { Visit = visit, Suv = map, Regions = [new VisitRegion("GTV", new Mask(grid, inside), "drawn", "1") { DrawnOn = "pet" }] }, "s", LiteraturePrecision.For, _findings);
    }
}
