using System.Text;
using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Report;
using Etalon.Tests.Dicom;
using Xunit;

namespace Etalon.Tests.Study;

/// <summary>Real people, one visit each.</summary>
public sealed class DicomStudyTests
{
    [Fact]
    [Trait("Kind", "Numeric")]
    public void A_sarcoma_in_PET_CT_and_MR_is_measured_on_each_and_nothing_is_said_of_change()
    {
        var result = Run("multimodal-sts002");
        var volumes = result.Measurements.Where(m => m.Measurand == "volume").Select(m => m.Value!.Value).ToList();
        Assert.Equal(3, volumes.Count);
        // One contour, carried by its author to three images: the volumes differ by their voxels alone, 3 % being one layer of a fifth of the surface.
        Assert.All(volumes, v => Assert.Equal(volumes[1], v, 0.03 * volumes[1]));
        Assert.All(result.Measurements, m => Assert.True(m.IsOk && m.U > 0));
        // Each value belongs to the image it was measured on, not to the visit's main series.
        var ofVolumes = result.Measurements.Where(m => m.Measurand == "volume").ToList();
        Assert.All(ofVolumes, m => Assert.EndsWith($" on {m.Acquisition}", m.Region!.Source, StringComparison.Ordinal));
        Assert.Equal(3, ofVolumes.Select(m => m.Acquisition).Distinct().Count());
        Assert.All(result.Measurements.Where(m => m.Measurand.StartsWith("suvbw", StringComparison.Ordinal)), m => Assert.Contains("(PT)", m.Acquisition, StringComparison.Ordinal));
        var suv = result.Measurements.Where(m => m.Measurand.StartsWith("suvbw", StringComparison.Ordinal)).ToDictionary(m => m.Measurand, m => m.Value!.Value);
        Assert.True(suv["suvbw.mean"] < suv["suvbw.peak"] && suv["suvbw.peak"] < suv["suvbw.max"]);
        Assert.Contains(result.Findings, f => f.Code == FindingCodes.ChangeRefused);
        Assert.Contains(result.Findings, f => f.Code == FindingCodes.TwinRefused);
        Assert.Contains("one visit", result.TwinRefusal, StringComparison.Ordinal);
        Assert.DoesNotContain("STS_002", Page(result), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Trait("Kind", "Numeric")]
    public void The_scanners_own_ADC_map_is_reproduced_by_the_geometric_mean()
    {
        var result = Run("dwi-siemens-xa30");
        var vendor = result.Visits[0].Vendor!;
        // The bar of the reference data: 1 % in 99 % of the scanner's voxels.
        Assert.True(vendor.WithinOnePercent >= 0.99, vendor.Remark);
        Assert.Equal(1, vendor.MedianRatio, 1e-3);
        Assert.Equal(1e-6, vendor.ScaleMm2PerS, 1e-18);
        // The arithmetic mean is off by more than a percent, as the reference says.
        Assert.True(vendor.ArithmeticRatio < 0.99);
        Assert.Contains(result.Findings, f => f.Code == FindingCodes.VendorMapWithoutUnit);
        Assert.Contains(result.Measurements, m => m is { Measurand: "adc.mean", IsOk: true, Region.Kind: RegionKind.Whole });
        var page = Page(result);
        Assert.DoesNotContain("hucheng", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("geometric mean", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes() =>
        Assert.Equal(ResultsJson.Write(Run("multimodal-sts002")), ResultsJson.Write(Run("multimodal-sts002")));

    private static StudyResult Run(string name)
    {
        var cancellation = TestContext.Current.CancellationToken;
        return StudyRun.Execute(CaseReader.Read(ReferenceData.Path(name), new CaseOptions(), cancellation), new StudyOptions(), null, cancellation);
    }

    private static string Page(StudyResult result) => Encoding.UTF8.GetString(ReportHtml.Render(ReportModel.Build(result)));
}
