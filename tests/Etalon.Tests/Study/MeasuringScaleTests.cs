using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Study;
using Xunit;

namespace Etalon.Tests.Study;

/// <summary>What is said of a scale concerns the measurands that a case has.</summary>
public sealed class MeasuringScaleTests
{
    private static readonly Acquisition Known = new("series 4 (PT)", [
        new AcquisitionAttribute("DeviceSerialNumber", "77", AttributeState.Present), new AcquisitionAttribute("SoftwareVersions", "v1", AttributeState.Present)]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_case_without_diffusion_hears_nothing_of_it(bool isStateKnown)
    {
        var (findings, scale) = Of(isStateKnown ? Known : Acquisition.Unknown("x"), Image(ImageKind.Suv, "pet"), Image(ImageKind.Ct, "ct"), Image(ImageKind.RegionMask, "gtv"));

        Assert.DoesNotContain(findings, f => $"{f}".Contains("ADC", StringComparison.Ordinal) || $"{f}".Contains("diffusion", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(scale.Constants, c => c.Name.Contains("ADC", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, f => f.Code == FindingCodes.CalibrationMissing);
        Assert.Equal(!isStateKnown, findings.Exists(f => f.Code == FindingCodes.AcquisitionMissing && f.Remedy.Contains("% of volume", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_case_with_diffusion_and_a_region_hears_of_both()
    {
        var (findings, scale) = Of(Acquisition.Unknown("x"), Image(ImageKind.DiffusionSeries, "dwi"), Image(ImageKind.RegionMask, "gtv"));

        Assert.Contains(findings, f => f.Code == FindingCodes.AcquisitionMissing && f.Remedy.Contains("% of ADC and ", StringComparison.Ordinal) && f.Remedy.Contains("% of volume", StringComparison.Ordinal));
        Assert.Contains(scale.Constants, c => c.Name.Contains("ADC", StringComparison.Ordinal));
        Assert.Contains(Of(Known, Image(ImageKind.AdcMap, "map")).Findings, f => f.Code == FindingCodes.CalibrationMissing);
    }

    [Fact]
    public void A_region_on_an_image_of_unknown_scanner_widens_volume_alone()
    {
        var (findings, _) = Of(Known, Image(ImageKind.DiffusionSeries, "dwi"), Image(ImageKind.RegionMask, "gtv") with { Acquisition = Acquisition.Unknown("series 5 (CT)") });

        var finding = Assert.Single(findings, f => f.Code == FindingCodes.AcquisitionMissing);
        Assert.DoesNotContain("ADC", finding.Remedy, StringComparison.Ordinal);
        Assert.Contains("% of volume", finding.Remedy, StringComparison.Ordinal);
    }

    private static ImageReference Image(ImageKind kind, string name) => new(kind, name, null, _ => throw new InvalidOperationException("Nothing is loaded to say this."));

    private static (List<Finding> Findings, MeasuringScale Scale) Of(Acquisition acquisition, params ImageReference[] images)
    {
        var findings = new List<Finding>();
        var visit = new Visit { Id = "1", Time = new DateTimeOffset(2024, 2, 2, 10, 42, 30, TimeSpan.Zero), Images = images, Acquisition = acquisition };
        return (findings, MeasuringScale.Of(new PatientCase { Subject = "S", Layout = "dicom", Visits = [visit] }, null, findings, TestContext.Current.CancellationToken));
    }
}
