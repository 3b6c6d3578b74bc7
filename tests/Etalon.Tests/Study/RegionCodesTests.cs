using Etalon.Assays;
using Etalon.Cases;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Metrology;
using Etalon.Study.Dicom;
using Etalon.Tests.Imaging.Dicom;
using Xunit;

namespace Etalon.Tests.Study;

/// <summary>What regions are called in objects that are written.</summary>
public sealed class RegionCodesTests
{
    [Theory]
    [InlineData("Lung_L", "ORGAN", "113343008")]
    [InlineData("Tongue", "", "85756007")]
    [InlineData("Stump", "", "85756007")]
    [InlineData("Lungs-GTV", "", "85756007")]
    [InlineData("region", "GTV", "108369006")]
    [InlineData("whatever", "CTV", "85756007")]
    [InlineData("GTV_primary", "", "108369006")]
    [InlineData("tumor", "", "108369006")]
    [InlineData("enhancing", "", "C113842")]
    public void A_region_is_a_tumour_only_where_something_says_so(string name, string interpreted, string code) =>
        Assert.Equal(code, DicomCodes.Region(Region(name, new RegionMeaning { InterpretedType = interpreted })).Type.Value);

    [Fact]
    public void Codes_and_tracking_of_a_segment_reach_the_region_without_the_name_in_them()
    {
        var liver = new DicomCode("10200004", "SCT", "Liver of Quisling");
        var segment = new SegmentItem(1, "Quisling tumor", SegmentCodes.AnatomicalStructure, liver) { TrackingId = "Quisling 1", TrackingUid = "1.2.3.99" };
        var persons = new NamedPersons();
        persons.Take(new SyntheticObject { PatientName = "Quisling^Anna" }.Read().Dataset);
        var identity = DicomIdentity.Of([], [new DicomOwner(0, "Q-77", "", "1.2.3")], [], persons, new CaseOptions());
        var meaning = RegionMeaning.Of(segment, identity);
        var (category, type) = DicomCodes.Region(Region("tumor", meaning));
        Assert.Equal((SegmentCodes.AnatomicalStructure, "10200004", "SCT"), (category, type.Value, type.Scheme));
        Assert.Equal("1.2.3.99", meaning.Tracking!.Value.Uid);
        Assert.DoesNotContain("Quisling", type.Meaning + meaning.Tracking.Value.Id, StringComparison.Ordinal);
        // A private code, or an identifier that is none, says nothing to others.
        Assert.Null(RegionMeaning.Of(segment with { Type = liver with { Scheme = "99QUISLING" } }, identity).Type);
        Assert.Null(RegionMeaning.Of(segment with { TrackingUid = "Quisling" }, identity).Tracking);
    }

    private static VisitRegion Region(string id, RegionMeaning meaning) =>
        new(id, new Mask(Grid, new bool[Grid.Count]), "drawn", "") { Kind = RegionKind.Mask, Meaning = meaning };

    private static Grid Grid { get; } = new(7, 6, 5, new Vector3(1, 2, 3), new Vector3(3.1, 0, 0), new Vector3(0, 3.7, 0), new Vector3(0, 0, 4.3));
}
