using System.Text.Json;
using Etalon.Cases;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Tests.Dicom;
using Etalon.Tests.Imaging.Dicom;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>Records of acquisitions as BIDS sidecars and back.</summary>
public sealed class BidsRecordTests
{
    [Fact]
    public void A_record_survives_the_way_through_a_sidecar()
    {
        var record = DicomAcquisition.Read(With("MR", b => b
            .Text(Tags.Manufacturer, "LO", "GE MEDICAL SYSTEMS").Text(Tags.EchoTime, "DS", "81.7").Text(Tags.RepetitionTime, "DS", "9000").Text(Tags.MagneticFieldStrength, "DS", "15000")
            .Text(Tags.ScanningSequence, "CS", "EP\\SE").Text(Tags.AcquisitionDate, "DA", "20240312").Text(Tags.AcquisitionTime, "TM", "101431")), "x", [0, 850, 850]);
        using var json = JsonDocument.Parse(BidsRecord.ToJson(record).ToJsonString());
        Assert.Equal((0.0817, 1.5, "EP"), (json.RootElement.GetProperty("EchoTime").GetDouble(), json.RootElement.GetProperty("MagneticFieldStrength").GetDouble(), json.RootElement.GetProperty("ScanningSequence")[0].GetString()));
        var back = BidsRecord.FromJson(json.RootElement, "x");
        Assert.Equal(record.Attributes.Select(a => (a.Name, a.Value)), back.Attributes.Select(a => (a.Name, a.Value)));
        Assert.Equal(record.Attributes.Select(a => string.Join(" ", a.Numbers)), back.Attributes.Select(a => string.Join(" ", a.Numbers)));
        Assert.Equal(record.Find("AcquisitionDateTime")!.Instant, back.Find("AcquisitionDateTime")!.Instant);
        // The scanner state is of text that both ways share.
        Assert.Equal(record.ScannerState(), back.ScannerState());
    }

    [Fact]
    public void The_dose_of_a_tracer_is_in_MBq_in_a_sidecar()
    {
        var record = DicomAcquisition.Read(With("PT", b => b
            .Sequence(Tags.RadiopharmaceuticalInformationSequence, false, new DicomBytes().Text(Tags.RadionuclideTotalDose, "DS", "310250000").Text(Tags.RadionuclideHalfLife, "DS", "6586.2"))), "x", []);
        var json = BidsRecord.ToJson(record);
        Assert.Equal((310.25, 6586.2), ((double)json["InjectedRadioactivity"]!, (double)json["RadionuclideHalfLife"]!));
        using var document = JsonDocument.Parse(json.ToJsonString());
        Assert.Equal(310250000, BidsRecord.FromJson(document.RootElement, "x").Find("RadionuclideTotalDose")!.Number);
    }

    [Fact]
    public void Records_of_the_reference_set_survive_the_way_through_a_sidecar()
    {
        var files = DicomSource.Read(ReferenceData.Path("multimodal-sts002")).Concat(DicomSource.Read(ReferenceData.Path("repro-nih"))).Select(e => e.File).OfType<DicomFile>().Where(f => f.Dataset.Contains(Tags.Rows)).GroupBy(f => f.Dataset.GetString(Tags.SeriesInstanceUid)).Select(g => g.First()).ToList();
        Assert.True(files.Count >= 4);
        Assert.All(files, file =>
        {
            var record = DicomAcquisition.Read(file, "x", []);
            using var json = JsonDocument.Parse(BidsRecord.ToJson(record).ToJsonString());
            Assert.Equal(record.Attributes.Select(a => (a.Name, a.Value)), BidsRecord.FromJson(json.RootElement, "x").Attributes.Select(a => (a.Name, a.Value)));
        });
    }

    [Theory]
    [InlineData("""{"EchoTime":"soon","RepetitionTime":null,"ImageType":[1,2],"MagneticFieldStrength":-3,"FlipAngle":[]}""")]
    [InlineData("[]")]
    public void What_is_of_another_kind_in_a_sidecar_is_absent(string sidecar)
    {
        using var json = JsonDocument.Parse(sidecar);
        Assert.All(BidsRecord.FromJson(json.RootElement, "x").Attributes, a => Assert.Equal((AttributeState.Absent, null), (a.State, a.Value)));
    }

    private static DicomFile With(string modality, Action<DicomBytes> more) => new SyntheticObject { Modality = modality, More = b => more(b) }.Read();
}
