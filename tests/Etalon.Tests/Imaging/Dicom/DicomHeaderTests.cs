using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Tests.Dicom;
using Xunit;

namespace Etalon.Tests.Imaging.Dicom;

/// <summary>What headers say of acquisition, diffusion and dose.</summary>
public sealed class DicomHeaderTests
{
    [Fact]
    public void Times_of_a_sequence_are_seconds_and_gauss_become_tesla()
    {
        var acquisition = DicomAcquisition.Read(With(b => b
            .Text(Tags.Manufacturer, "LO", "GE MEDICAL SYSTEMS").Text(Tags.DeviceSerialNumber, "LO", "S1").Text(Tags.SoftwareVersions, "LO", "V2")
            .Text(Tags.EchoTime, "DS", "81.7").Text(Tags.RepetitionTime, "DS", "9000").Text(Tags.MagneticFieldStrength, "DS", "15000")), "series 7", [0, 1000, 1000]);
        Assert.Equal(("0.0817", "9", "1.5"), (acquisition["EchoTime"], acquisition["RepetitionTime"], acquisition["MagneticFieldStrength"]));
        Assert.Equal(AttributeState.Derived, acquisition.Attributes.Single(a => a.Name == "MagneticFieldStrength").State);
        Assert.Equal("0 1000", acquisition["DiffusionBValue"]);
        Assert.NotNull(acquisition.ScannerState());
    }

    [Fact]
    public void Without_a_serial_number_the_scanner_state_is_unknown() =>
        Assert.Null(DicomAcquisition.Read(With(b => b.Text(Tags.SoftwareVersions, "LO", "V2")), "series 7", []).ScannerState());

    [Theory]
    [InlineData(true, "GE MEDICAL SYSTEMS", 850.0)]
    [InlineData(false, "GE MEDICAL SYSTEMS", 850.0)]
    [InlineData(false, "SIEMENS", null)]
    public void GE_writes_b_with_a_flag_of_billions_in_its_own_block(bool hasCreator, string manufacturer, double? expected)
    {
        var file = With(b =>
        {
            b.Text(Tags.Manufacturer, "LO", manufacturer);
            if (hasCreator)
            {
                b.Text(new DicomTag(0x0043, 0x0010), "LO", "GEMS_PARM_01");
            }

            b.Text(new DicomTag(0x0043, 0x1039), "IS", "1000000850\\8\\0\\0");
        });
        Assert.Equal(expected, DicomImageReader.Read(file).Frames[0].BValue);
    }

    [Fact]
    public void The_standard_b_value_counts_before_a_private_one()
    {
        var file = With(b => b.Float64(Tags.DiffusionBValue, 700).Text(new DicomTag(0x0019, 0x0010), "LO", "SIEMENS MR HEADER").Text(new DicomTag(0x0019, 0x100C), "IS", "850"));
        Assert.Equal(700, DicomImageReader.Read(file).Frames[0].BValue);
    }

    [Fact]
    public void A_PET_header_is_read_with_its_private_parts()
    {
        var header = PetHeader.Read(With(b => b
            .Text(Tags.Units, "CS", "CNTS").Text(Tags.DecayCorrection, "CS", "START").Text(Tags.PatientWeight, "DS", "72.5")
            .Text(Tags.SeriesDate, "DA", "20240312").Text(Tags.SeriesTime, "TM", "101431.5").Text(Tags.FrameReferenceTime, "DS", "75000")
            .Text(new DicomTag(0x7053, 0x0010), "LO", "Philips PET Private Group").Text(new DicomTag(0x7053, 0x1000), "DS", "0.000728")
            .Text(new DicomTag(0x0009, 0x0010), "LO", "GEMS_PETD_01").Text(new DicomTag(0x0009, 0x100D), "DT", "20240312101430.00")
            .Sequence(Tags.RadiopharmaceuticalInformationSequence, false, new DicomBytes().Text(Tags.RadionuclideTotalDose, "DS", "310000000").Text(Tags.RadiopharmaceuticalStartDateTime, "DT", "20240312091011.25+0100"))));
        Assert.Equal(("CNTS", 72.5, 75.0, 0.000728), (header.Units, header.WeightKg, header.FrameReferenceTimeS, header.PhilipsSuvFactor));
        Assert.Equal(new DateTime(2024, 3, 12, 10, 14, 31).AddSeconds(0.5), header.Series);
        Assert.Equal(new DateTime(2024, 3, 12, 10, 14, 30), header.GeScan);
        Assert.Equal((3.1e8, new DateTime(2024, 3, 12, 9, 10, 11).AddSeconds(0.25)), (header.Dose!.Value, header.InjectionDateTime!.Value));
        Assert.Null(header.HalfLifeS);
    }

    [Theory]
    [InlineData("mm2/s", "mm2/s")]
    [InlineData("US", null)]
    public void A_unit_is_read_where_it_is_one(string rescaleType, string? expected) =>
        Assert.Equal(expected, DicomImageReader.Read(With(b => b.Text(Tags.RescaleType, "LO", rescaleType))).Frames[0].UnitCode);

    [Theory]
    [InlineData(null, "[hnsf'U]")]
    [InlineData("", "[hnsf'U]")]
    [InlineData("HU", "[hnsf'U]")]
    [InlineData("Z_EFF", null)]
    [InlineData("US", null)]
    public void A_CT_is_in_Hounsfield_units_unless_it_says_that_it_is_not(string? rescaleType, string? expected) => Assert.Equal(
        expected, DicomImageReader.Read(new SyntheticObject { Modality = "CT", More = b => { if (rescaleType is not null) { b.Text(Tags.RescaleType, "LO", rescaleType); } } }.Read()).Frames[0].UnitCode);

    private static DicomFile With(Action<DicomBytes> more) => new SyntheticObject { More = more }.Read();
}
