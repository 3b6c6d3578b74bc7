using Etalon.Dicom;
using Etalon.Dicom.Deidentification;
using Xunit;

namespace Etalon.Tests.Dicom;

public sealed class DeidentifyTableTests
{
    [Fact]
    public void The_table_has_every_row_of_the_edition_that_it_names()
    {
        // PS3.15 2026d, table E.1-1: 657 rows, of which 653 name one attribute.
        Assert.Equal(657, ConfidentialityProfile.RowCount);
        Assert.Equal(653, ConfidentialityProfile.Attributes.Count);
    }

    [Theory]
    [InlineData("00100030", ProfileAction.Empty)]
    [InlineData("00080090", ProfileAction.Empty)]
    [InlineData("00101000", ProfileAction.Remove)]
    [InlineData("00080080", ProfileAction.Remove)]
    [InlineData("00080020", ProfileAction.ShiftDate)]
    [InlineData("00181078", ProfileAction.ShiftDate)]
    [InlineData("0008103E", ProfileAction.CleanText)]
    [InlineData("30060026", ProfileAction.CleanText)]
    [InlineData("00181000", ProfileAction.Keep)]
    [InlineData("0020000E", ProfileAction.MapUid)]
    [InlineData("00081140", ProfileAction.MapUid)]
    [InlineData("00101030", ProfileAction.Remove)]
    [InlineData("00102110", ProfileAction.Remove)]
    [InlineData("0040A123", ProfileAction.Replace)]
    [InlineData("60023000", ProfileAction.Remove)]
    [InlineData("50100010", ProfileAction.Remove)]
    public void Options_rank_before_the_basic_profile(string tag, ProfileAction expected) =>
        Assert.Equal(expected, ConfidentialityProfile.ActionFor(Tag(tag), retainPatientCharacteristics: false));

    [Fact]
    public void Weight_stays_only_with_its_option_and_technical_attributes_have_no_row()
    {
        Assert.Equal(ProfileAction.Keep, ConfidentialityProfile.ActionFor(Tags.PatientWeight, retainPatientCharacteristics: true));
        Assert.Null(ConfidentialityProfile.ActionFor(Tags.EchoTime, retainPatientCharacteristics: false));
        Assert.Null(ConfidentialityProfile.ActionFor(Tags.PixelSpacing, retainPatientCharacteristics: false));
    }

    private static DicomTag Tag(string number) => DicomTag.FromNumber(Convert.ToUInt32(number, 16));
}
