using Etalon.Assays.Maps;
using Etalon.Assays.Suv;
using Etalon.Dicom;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Assays.Suv;

/// <summary>Headers of enhanced, converted and classic PET objects, written and read again.</summary>
public sealed class EnhancedPetTests
{
    private static readonly DicomTag UsageSequence = new(0x0018, 0x9737);
    private static readonly DicomTag AgentNumber = new(0x0018, 0x9729);

    [Fact]
    public void An_enhanced_object_states_its_dose_in_MBq_and_the_instant_of_its_decay_correction()
    {
        var header = Read(Enhanced("YES"), 1);
        Assert.Equal(("BQML", "START", 2.9e8, 6586.2), (header.Units, header.DecayCorrection, header.Dose, header.HalfLifeS));
        Assert.Equal(new DateTime(2024, 5, 6, 10, 14, 31), header.DecayCorrectedTo);
        Assert.Equal(new DateTime(2024, 5, 6, 10, 17, 40), header.Acquisition);
        Assert.Equal((150.0, 0.37, "F-18"), (header.FrameDurationS, header.Slope, header.Nuclide));
        Assert.Contains("ATTN", header.Corrections);
        var factor = SuvRule.Of([Read(Enhanced("YES"), 0), header]).Factor!;
        Assert.Equal("decay-correction-datetime", factor.RuleName);
        // 3860 s of decay from 9:10:11, which the header gives in another zone.
        Assert.Equal(68500 / (2.9e8 * Math.Pow(2, -3860 / 6586.2)), factor.Factors[1], 1e-12);
    }

    [Fact]
    public void An_enhanced_object_without_decay_correction_counts_each_frame_by_its_own_time()
    {
        var factors = SuvRule.Of([Read(Enhanced("NO"), 0), Read(Enhanced("NO"), 1)]).Factor!;
        Assert.Equal("mean-activity", factors.RuleName);
        Assert.Equal(Math.Pow(2, 180 / 6586.2), factors.Factors[1] / factors.Factors[0], 1e-9);
    }

    [Fact]
    public void Only_the_agents_that_a_frame_uses_count()
    {
        var used = Read(Enhanced("YES", agents: 2), 0);
        Assert.Empty(used.FurtherInjections);
        var all = Read(Enhanced("YES", agents: 2, usage: false), 0);
        Assert.Equal(1.1e8, Assert.Single(all.FurtherInjections).Dose);
    }

    [Fact]
    public void What_is_missing_in_an_enhanced_object_is_refused()
    {
        Assert.Equal(SuvReason.NoDecayCorrection, SuvRule.Of([Read(Enhanced(null), 0)]).Refusal!.Reason);
        Assert.Equal(SuvReason.NoUnits, SuvRule.Of([Read(Enhanced("YES", unit: null), 0)]).Refusal!.Reason);
    }

    [Theory]
    [InlineData("g/ml{SUVbw}", "GML", "BW")]
    [InlineData("{SUVlbm}g/ml", "BQML", null)]
    [InlineData("g/ml{SUVlbm(James128)}", "GML", "LBMJAMES128")]
    [InlineData("cm2/ml{SUVbsa}", "CM2ML", "BSA")]
    [InlineData("Bq/ml", "BQML", null)]
    public void Pixels_that_a_mapping_turns_into_SUV_are_not_converted_again(string code, string units, string? type)
    {
        var classic = new DicomDatasetBuilder().Set(Tags.SopClassUid, "1.2.840.10008.5.1.4.1.1.128").Set(Tags.Modality, "PT").Set(Tags.Units, "BQML").Set(Tags.RescaleSlope, 2.5).Set(Tags.RescaleIntercept, 0.0)
            .SetSequence(Tags.RealWorldValueMappingSequence, new DicomDatasetBuilder().Set(Tags.RealWorldValueSlope, 0.0021).Set(Tags.RealWorldValueIntercept, 0.0).SetSequence(Tags.MeasurementUnitsCodeSequence, Code(code, "UCUM", "unit")));
        var header = Read(classic, 0);
        // The annotation in front is that of a mapping for display, beside Units.
        Assert.Equal((units, type, code[0] == '{' ? 2.5 : 0.0021), (header.Units, header.SuvType, header.Slope));
    }

    [Theory]
    [InlineData("{SUVbw}g/ml", "GML", "BW")]
    [InlineData("{SUVlbm}g/ml", "GML", "LBM")]
    [InlineData("{SUVlbm(James128)}g/ml", "GML", "LBMJAMES128")]
    [InlineData("{SUVibw}g/ml", "GML", "IBW")]
    [InlineData("{SUVbsa}cm2/ml", "CM2ML", "BSA")]
    public void An_enhanced_object_may_hold_an_SUV_of_any_kind(string code, string units, string type)
    {
        var header = Read(Enhanced("YES", unit: code), 0);
        Assert.Equal((units, type, 0.37), (header.Units, header.SuvType, header.Slope));
    }

    [Fact]
    public void A_converted_object_keeps_what_no_functional_group_has_in_the_unassigned_ones()
    {
        var shared = new DicomDatasetBuilder().Set(Tags.Units, "BQML").Set(Tags.DecayCorrection, "START").Set(Tags.CorrectedImage, "DECY", "ATTN").SetSequence(
            Tags.RadiopharmaceuticalInformationSequence, new DicomDatasetBuilder().Set(Tags.RadionuclideTotalDose, 2.9e8).Set(Tags.RadionuclideHalfLife, 6586.2).Set(Tags.RadiopharmaceuticalStartTime, "091011"));
        var frames = Enumerable.Range(0, 2).Select(n => new DicomDatasetBuilder().SetSequence(
            new DicomTag(0x0020, 0x9171), new DicomDatasetBuilder().Set(Tags.FrameReferenceTime, 75000.0 + 180000 * n).Set(Tags.AcquisitionDate, "20240506").Set(Tags.AcquisitionTime, n == 0 ? "101440" : "101740").Set(Tags.ActualFrameDuration, 150000.0)));
        var converted = new DicomDatasetBuilder().Set(Tags.SopClassUid, "1.2.840.10008.5.1.4.1.1.128.1").Set(Tags.Modality, "PT").Set(Tags.PatientWeight, 68.5).Set(Tags.SeriesDate, "20240506").Set(Tags.SeriesTime, "101431")
            .SetSequence(Tags.SharedFunctionalGroupsSequence, new DicomDatasetBuilder().SetSequence(new DicomTag(0x0020, 0x9170), shared)).SetSequence(Tags.PerFrameFunctionalGroupsSequence, frames);
        var header = Read(converted, 1);
        Assert.Equal(("BQML", "START", 2.9e8, 255.0, 150.0), (header.Units, header.DecayCorrection, header.Dose, header.FrameReferenceTimeS, header.FrameDurationS));
        Assert.Equal(new DateTime(2024, 5, 6, 10, 17, 40), header.Acquisition);
        Assert.Equal(68500 / (2.9e8 * Math.Pow(2, -3860 / 6586.2)), SuvRule.Of([header]).Factor!.Factors[0], 1e-12);
    }

    [Fact]
    [Trait("Kind", "Numeric")]
    public void A_dynamic_enhanced_object_becomes_a_map_of_each_frame()
    {
        // Two time frames of three slices of 4 by 5, uncorrected: the second, 180 s later, counts 2^(180/6586.2) times as much.
        using var folder = new TempFolder();
        var frames = Enumerable.Range(0, 6).Select(n => (Slice: n % 3, Time: n / 3)).ToList();
        var d = Enhanced("NO").SetSequence(Tags.PerFrameFunctionalGroupsSequence, frames.Select(f => new DicomDatasetBuilder()
            .SetSequence(Tags.FrameContentSequence, new DicomDatasetBuilder().Set(Tags.FrameAcquisitionDateTime, f.Time == 0 ? "20240506101440" : "20240506101740").Set(Tags.FrameAcquisitionDuration, 150000.0)
                .Set(new DicomTag(0x0020, 0x9128), f.Time + 1.0))
            .SetSequence(Tags.PlanePositionSequence, new DicomDatasetBuilder().Set(Tags.ImagePositionPatient, -3, 7, 11 + 3.3 * f.Slice))));
        var shared = d.ItemsOf(Tags.SharedFunctionalGroupsSequence)[0];
        shared.SetSequence(Tags.PlaneOrientationSequence, new DicomDatasetBuilder().Set(Tags.ImageOrientationPatient, 1, 0, 0, 0, 1, 0))
            .SetSequence(Tags.PixelMeasuresSequence, new DicomDatasetBuilder().Set(Tags.PixelSpacing, 2.7, 2.1).Set(Tags.SliceThickness, 3.3));
        var pixels = new byte[6 * 20 * 2];
        for (var n = 0; n < 120; n++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(pixels.AsSpan(2 * n), (ushort)(5000 + 10 * (n % 60)));
        }

        d.Set(Tags.SopInstanceUid, "1.2.3.4.5").Set(Tags.StudyInstanceUid, "1.2.3.4").Set(Tags.SeriesInstanceUid, "1.2.3.4.1").Set(Tags.PatientId, "p").Set(Tags.ImageType, "ORIGINAL", "PRIMARY", "DYNAMIC", "NONE").Set(Tags.FrameOfReferenceUid, "1.2.3.9")
            .Set(Tags.NumberOfFrames, 6.0).Set(Tags.Rows, 5.0).Set(Tags.Columns, 4.0).Set(Tags.BitsAllocated, 16.0).Set(Tags.BitsStored, 16.0).Set(Tags.HighBit, 15.0).Set(Tags.PixelRepresentation, 0.0)
            .Set(Tags.SamplesPerPixel, 1.0).Set(Tags.PhotometricInterpretation, "MONOCHROME2").SetBytes(new DicomTag(0x7FE0, 0x0010), DicomVr.OW, pixels);
        folder.Write("pet.dcm", DicomWriter.ToBytes(d));
        var findings = new List<Finding>();
        var visit = Assert.Single(DicomMapReader.Read([folder.Path], findings, TestContext.Current.CancellationToken));
        var outcome = new SuvAssay().Measure(visit.Input, TestContext.Current.CancellationToken);
        Assert.Equal(["frame-001_SUVbwmap", "frame-002_SUVbwmap"], outcome.Maps.Select(m => m.Name));
        // Stored 5000 + 10 · 25 in the second slice, times 0.37 Bq/mL; the mean activity of 150 s stands 75 − 0.0986645 s after its start.
        var expected = 0.37 * 5250 * 68500 / (2.9e8 * Math.Pow(2, -(3869 + 75 - 0.0986645) / 6586.2));
        Assert.Equal(1, outcome.Maps[0].Map.Value.Values[25] / expected, 1e-6);
        Assert.Equal(Math.Pow(2, 180 / 6586.2), outcome.Maps[1].Map.Value.Values[25] / outcome.Maps[0].Map.Value.Values[25], 1e-6);
    }

    private static DicomDatasetBuilder Enhanced(string? corrected, int agents = 1, bool usage = true, string? unit = "Bq/ml")
    {
        var frames = Enumerable.Range(0, 2).Select(n => new DicomDatasetBuilder()
            .SetSequence(Tags.FrameContentSequence, new DicomDatasetBuilder().Set(Tags.FrameAcquisitionDateTime, n == 0 ? "20240506101440" : "20240506101740").Set(Tags.FrameAcquisitionDuration, 150000.0)));
        var mapping = new DicomDatasetBuilder().Set(Tags.RealWorldValueSlope, 0.37).Set(Tags.RealWorldValueIntercept, 0.0);
        if (unit is not null)
        {
            mapping.SetSequence(Tags.MeasurementUnitsCodeSequence, Code(unit, "UCUM", "unit"));
        }

        var shared = new DicomDatasetBuilder().SetSequence(Tags.RealWorldValueMappingSequence, mapping);
        if (usage)
        {
            shared.SetSequence(UsageSequence, new DicomDatasetBuilder().Set(AgentNumber, 1.0));
        }

        var drugs = Enumerable.Range(1, agents).Select(n => new DicomDatasetBuilder().Set(AgentNumber, (double)n).Set(Tags.RadionuclideTotalDose, n == 1 ? 290.0 : 110.0).Set(Tags.RadionuclideHalfLife, 6586.2)
            .Set(Tags.RadiopharmaceuticalStartDateTime, "20240506081011+0100").SetSequence(Tags.RadionuclideCodeSequence, Code("C-111A1", "SRT", "^18^Fluorine")));
        var d = new DicomDatasetBuilder().Set(Tags.SopClassUid, "1.2.840.10008.5.1.4.1.1.130").Set(Tags.Modality, "PT").Set(Tags.TimezoneOffsetFromUtc, "+0200").Set(Tags.PatientWeight, 68.5).Set(Tags.AttenuationCorrected, "YES")
            .SetSequence(Tags.RadiopharmaceuticalInformationSequence, drugs).SetSequence(Tags.SharedFunctionalGroupsSequence, shared).SetSequence(Tags.PerFrameFunctionalGroupsSequence, frames);
        if (corrected is not null)
        {
            d.Set(Tags.DecayCorrected, corrected);
        }

        return corrected == "YES" ? d.Set(Tags.DecayCorrectionDateTime, "20240506101431+0200") : d;
    }

    private static DicomDatasetBuilder Code(string value, string scheme, string meaning) => (value.Length <= 16 ? new DicomDatasetBuilder().Set(Tags.CodeValue, value) : new DicomDatasetBuilder().Set(new DicomTag(0x0008, 0x0119), value)).Set(Tags.CodingSchemeDesignator, scheme).Set(Tags.CodeMeaning, meaning);

    private static PetHeader Read(DicomDatasetBuilder d, int frame) =>
        PetHeader.ReadFrame(DicomFile.Read(DicomWriter.ToBytes(d.Set(Tags.SopInstanceUid, "1.2.3.4.5")), "pet"), frame);
}
