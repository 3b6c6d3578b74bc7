using System.IO.Compression;
using Etalon.Assays;
using Etalon.Cases;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Tests.Dicom;
using Etalon.Tests.Imaging.Dicom;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>Cases from DICOM objects.</summary>
public sealed class DicomCaseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("etalon-dicom-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Objects_of_two_patients_are_refused_without_a_name()
    {
        Write(Stack("1.2.3.4", "T1w"));
        Write(Stack("1.2.3.5", "T1w").Select(o => o with { PatientId = "Q-Other-77", PatientName = "Roe^Richard" }));
        var finding = Assert.Throws<CaseException>(() => Read()).Finding;
        Assert.Equal(FindingCodes.PatientIdentifiersDisagree, finding.Code);
        Assert.DoesNotContain("Q-Other-77", finding.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Roe", finding.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_without_identifier_is_not_taken_for_the_patient_of_another()
    {
        Write(Stack("1.2.3.4", "T1w"));
        Write(Stack("1.2.3.5", "T1w").Select(o => o with { PatientId = "***", StudyDate = "20240501" }));
        Assert.Equal(FindingCodes.PatientIdentifiersDisagree, Assert.Throws<CaseException>(() => Read()).Finding.Code);
    }

    [Fact]
    public void The_subject_is_a_pseudonym_and_the_same_for_file_folder_and_zip()
    {
        Write(Stack("1.2.3.4", "T1w"));
        var zip = Path.Combine(_folder, "all.zip");
        using (var archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            foreach (var o in Stack("1.2.3.4", "T1w"))
            {
                using var stream = archive.CreateEntry(o.Uid + ".dcm").Open();
                stream.Write(o.ToFile());
            }
        }

        var (folder, zipped) = (Read(), DicomCase.Read(zip, new CaseOptions(), TestContext.Current.CancellationToken));
        Assert.Equal(Pseudonym.Of("P1"), folder.Subject);
        Assert.Equal(folder.Subject, zipped.Subject);
        // The zip within the folder holds the same objects again: each counts once.
        Assert.Single(folder.Visits[0].Images);
        Assert.Equal(folder.Visits[0].Images[0].Load(TestContext.Current.CancellationToken).Sha256, zipped.Visits[0].Images[0].Load(TestContext.Current.CancellationToken).Sha256);
    }

    [Fact]
    public void Study_days_are_visits_in_order_of_time()
    {
        Write(Stack("1.2.3.5", "T1w").Select(o => o with { StudyDate = "20240501" }));
        Write(Stack("1.2.3.4", "T1w"));
        var visits = Read().Visits;
        Assert.Equal(["1", "2"], visits.Select(v => v.Id));
        Assert.Equal(new DateTime(2024, 3, 12, 9, 30, 15), visits[0].Time.DateTime);
        Assert.Equal(50, (visits[1].Time - visits[0].Time).TotalDays);
    }

    [Fact]
    public void Studies_without_a_date_are_neither_one_visit_nor_the_baseline_of_those_with_one()
    {
        Write(Stack("1.2.3.5", "T1w").Select(o => o with { StudyDate = "20240501" }));
        Write(Stack("1.2.3.6", "T1w").Select(o => o with { StudyDate = "", StudyUid = "1.2.88", SeriesNumber = 21 }));
        Write(Stack("1.2.3.7", "T1w").Select(o => o with { StudyDate = "", StudyUid = "1.2.77", SeriesNumber = 22 }));
        var patient = Read();
        Assert.Equal(new DateTime(2024, 5, 1, 9, 30, 15), Assert.Single(patient.Visits).Time.DateTime);
        var left = patient.Findings.Where(f => f.Code == FindingCodes.VisitUndated).ToList();
        Assert.Equal(["series 22 (MR)", "series 21 (MR)"], left.Select(f => f.About));
        Assert.All(left, f => Assert.Equal(Severity.Error, f.Severity));
    }

    [Fact]
    public void Of_studies_that_are_all_undated_the_first_is_kept_and_the_others_are_named()
    {
        Write(Stack("1.2.3.6", "T1w").Select(o => o with { StudyDate = "", StudyUid = "1.2.88", SeriesNumber = 21 }));
        Write(Stack("1.2.3.7", "T1w").Select(o => o with { StudyDate = "", StudyUid = "1.2.77", SeriesNumber = 22 }));
        var patient = Read();
        Assert.Equal("series 22 (MR)", Assert.Single(Assert.Single(patient.Visits).Images).Name);
        Assert.Contains(patient.Findings, f => f is { Code: FindingCodes.VisitUndated, Severity: Severity.Error, About: "series 21 (MR)" });
        Assert.Contains(patient.Findings, f => f is { Code: FindingCodes.VisitUndated, Severity: Severity.Warning, About: "visit 1" });
    }

    [Fact]
    public void A_series_without_a_date_is_of_the_day_of_its_study()
    {
        Write(Stack("1.2.3.6", "T1w").Select(o => o with { StudyDate = "", StudyUid = "1.2.88", SeriesNumber = 21 }));
        Write(Stack("1.2.3.7", "T1w").Select(o => o with { StudyDate = "20240501", StudyUid = "1.2.88", SeriesNumber = 22 }));
        var patient = Read();
        Assert.Equal(2, Assert.Single(patient.Visits).Images.Count);
        Assert.Equal(2024, patient.Visits[0].Time.Year);
    }

    [Fact]
    public void An_unreadable_object_is_a_finding_and_the_rest_goes_on()
    {
        Write(Stack("1.2.3.4", "T1w"));
        var bytes = Stack("1.2.3.9", "T1w")[0].ToFile();
        File.WriteAllBytes(Path.Combine(_folder, "zz-cut.dcm"), bytes[..300]);
        var patient = Read();
        Assert.Contains(patient.Findings, f => f.Code == FindingCodes.DicomUnreadable && f.About.Contains("zz-cut.dcm", StringComparison.Ordinal));
        Assert.Single(patient.Visits);
    }

    [Theory]
    [InlineData("T1 MPRAGE sag", "T1")]
    [InlineData("ax t1w post", "T1Post")]
    [InlineData("Ax T2 FLAIR", "Flair")]
    [InlineData("ep2d_something", null)]
    [InlineData("PART1", null)]
    public void A_series_is_what_its_description_says_or_nothing(string description, string? kind)
    {
        Write(Stack("1.2.3.4", description));
        Write(Stack("1.2.3.5", "").Select(o => o with { Modality = "CT", SeriesNumber = 3 }));
        Assert.Equal(kind, Read().Visits[0].Images.SingleOrDefault(i => i.Kind != ImageKind.Ct)?.Kind.ToString());
    }

    [Fact]
    public void Diffusion_frames_and_the_scanners_map_are_told_apart_and_joined()
    {
        Write(from b in new[] { 0.0, 1000 } from o in Stack("1.2.3.4", "dwi") select o with { BValue = b, Uid = $"{o.Uid}.{b}" });
        Write(Stack("1.2.3.5", "adc").Select(o => o with
        {
            ImageType = "DERIVED\\PRIMARY\\DIFFUSION\\ADC",
            SeriesNumber = 8,
            More = bytes => bytes.Sequence(Tags.SourceImageSequence, false, new DicomBytes().Text(Tags.ReferencedSopInstanceUid, "UI", "1.2.3.4.0.1000")),
        }));
        var images = Read().Visits[0].Images;
        var series = images.Single(i => i.Kind == ImageKind.DiffusionSeries);
        var map = images.Single(i => i.Kind == ImageKind.AdcMap);
        Assert.Equal([0, 1000], series.Load(TestContext.Current.CancellationToken).BValues);
        Assert.Equal(series.Name, map.ComputedFrom);
        Assert.Null(map.Load(TestContext.Current.CancellationToken).Unit);
    }

    [Fact]
    public void A_scanners_map_is_as_uncertain_as_the_step_it_was_stored_with()
    {
        Write(Stack("1.2.3.5", "adc").Select(o => o with { ImageType = "DERIVED\\PRIMARY\\DIFFUSION\\ADC", Slope = 4, Intercept = 3 }));
        var options = new CaseOptions { AssumedUnits = new Dictionary<string, Unit> { ["adc"] = Unit.Parse("1e-6.mm2/s") } };
        var visit = DicomCase.Read(_folder, options, TestContext.Current.CancellationToken).Visits[0];
        var map = VisitLoader.Load(visit, [], TestContext.Current.CancellationToken).Adc!;
        Assert.True(map.IsUKnown);
        Assert.Equal(4e-6 / Math.Sqrt(12), map.U.Values.Max(), 1e-12);
    }

    [Fact]
    public void The_user_states_the_unit_of_a_dose_for_PET_alone()
    {
        Write(Stack("1.2.3.4", "").Select(o => o with { Modality = "PT" }));
        Write(Stack("1.2.3.5", "").Select(o => o with { Modality = "CT", SeriesNumber = 3 }));
        var options = new CaseOptions { AssumedUnits = new Dictionary<string, Unit> { ["dose"] = Unit.Parse("MBq") } };
        var images = DicomCase.Read(_folder, options, TestContext.Current.CancellationToken).Visits[0].Images;
        Assert.Equal("MBq", images.Single(i => i.Kind == ImageKind.Suv).Load(TestContext.Current.CancellationToken).DoseUnit?.Code);
        Assert.Null(images.Single(i => i.Kind == ImageKind.Ct).Load(TestContext.Current.CancellationToken).DoseUnit);
    }

    [Fact]
    public void An_image_of_another_day_within_a_study_is_told()
    {
        Write(Stack("1.2.3.4", "T1w").Select(o => o with { More = bytes => bytes.Text(Tags.SeriesDate, "DA", "20240211") }));
        var finding = Assert.Single(Read().Findings, f => f.Code == FindingCodes.AcquisitionDateDiffers);
        Assert.Contains("30 days before", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Contours_become_a_region_of_the_series_they_name()
    {
        Write(Stack("1.2.3.4", "T1w"));
        WriteContours("1.2.3.4", "1.2.9", "GTV <b>Doe</b>");
        var mask = Read().Visits[0].Images.Single(i => i.Kind == ImageKind.RegionMask);
        Assert.Equal("series 7 (MR)", mask.DrawnOn);
        // Columns 1 to 3, rows 1 to 2 of one slice.
        Assert.Equal(6, mask.Load(TestContext.Current.CancellationToken).Frames[0].Sum());
        Assert.DoesNotContain("Doe", mask.RegionId, StringComparison.OrdinalIgnoreCase);
        Assert.True(mask.RegionId!.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'));
    }

    [Fact]
    public void A_measurement_belongs_to_the_scan_of_the_image_it_was_made_on()
    {
        Write(Stack("1.2.3.4", "T1w").Select(o => o with { More = bytes => bytes.Text(Tags.SoftwareVersions, "LO", "v1").Text(Tags.DeviceSerialNumber, "LO", "77") }));
        Write(from b in new[] { 0.0, 1000 }
            from o in Stack("1.2.3.6", "dwi")
            select o with { BValue = b, Uid = $"{o.Uid}.{b}", SeriesNumber = 9, Stored = [.. o.Stored.Select(v => (ushort)(b == 0 ? 900 + 7 * v : 300 + 3 * v))] });
        WriteContours("1.2.3.4", "1.2.9", "GTV");
        var findings = new List<Finding>();
        var images = VisitLoader.Load(Assert.Single(Read().Visits), findings, TestContext.Current.CancellationToken);

        var measured = VisitAssay.Measure(images, "s", LiteraturePrecision.For, findings);

        Assert.Equal("series 9 (MR)", images.Visit.Acquisition.Id);
        Assert.All(measured.Where(m => m.Measurand == "volume"), m => Assert.Equal("series 7 (MR)", m.Acquisition));
        Assert.All(measured.Where(m => m.Measurand.StartsWith("adc", StringComparison.Ordinal)), m => Assert.Equal("series 9 (MR)", m.Acquisition));
        Assert.NotNull(measured.First(m => m.Measurand == "volume").ScannerState);
        Assert.Null(measured.First(m => m.Measurand == "adc.mean").ScannerState);
    }

    [Fact]
    public void Contours_of_a_series_that_is_not_here_fall_to_their_frame_of_reference_or_to_nothing()
    {
        Write(Stack("1.2.3.4", "T1w"));
        WriteContours("9.9.9", "1.2.9", "GTV");
        var near = Read();
        Assert.Contains(near.Findings, f => f is { Code: FindingCodes.FrameOfReferenceDiffers, Severity: Severity.Warning });
        Assert.Contains(near.Visits[0].Images, i => i.Kind == ImageKind.RegionMask);
        WriteContours("9.9.9", "8.8.8", "GTV");
        var nowhere = Read();
        Assert.Contains(nowhere.Findings, f => f is { Code: FindingCodes.FrameOfReferenceDiffers, Severity: Severity.Error });
        Assert.DoesNotContain(nowhere.Visits[0].Images, i => i.Kind == ImageKind.RegionMask);
    }

    [Fact]
    public void A_region_is_carried_to_the_diffusion_series_of_its_frame_of_reference()
    {
        Write(Stack("1.2.3.4", "T1w"));
        Write(from b in new[] { 0.0, 1000 } from o in Stack("1.2.3.6", "dwi") select o with { BValue = b, Uid = $"{o.Uid}.{b}", SeriesNumber = 9 });
        WriteContours("1.2.3.4", "1.2.9", "GTV");
        var masks = Read().Visits[0].Images.Where(i => i.Kind == ImageKind.RegionMask).ToList();
        Assert.Equal(["series 7 (MR)", "series 9 (MR)"], masks.Select(m => m.DrawnOn));
        Assert.Equal([false, true], masks.Select(m => m.IsTransferred));
        Assert.Equal(masks[0].RegionId, masks[1].RegionId);
    }

    [Fact]
    public void Of_two_diffusion_series_the_original_is_measured_and_the_other_told()
    {
        Write(from b in new[] { 0.0, 1000 } from o in Stack("1.2.3.4", "dwi") select o with { BValue = b, Uid = $"{o.Uid}.{b}", ImageType = "DERIVED\\PRIMARY\\DIFFUSION\\TRACEW" });
        Write(from b in new[] { 0.0, 1000 } from o in Stack("1.2.3.6", "dwi") select o with { BValue = b, Uid = $"{o.Uid}.{b}", SeriesNumber = 9 });
        var patient = Read();
        Assert.Equal("series 9 (MR)", patient.Visits[0].Image(ImageKind.DiffusionSeries)!.Name);
        Assert.Equal("series 9 (MR)", patient.Visits[0].Acquisition.Id);
        Assert.Contains(patient.Findings, f => f.Code == FindingCodes.SeriesNotMeasured && f.About.Contains("series 7", StringComparison.Ordinal));
    }

    [Fact]
    public void Diffusion_volumes_that_repeat_one_volume_are_not_measured()
    {
        Write(from b in new[] { 0.0, 1000 } from o in Stack("1.2.3.4", "dwi") select o with { BValue = b, Uid = $"{o.Uid}.{b}" });
        var findings = new List<Finding>();
        var visit = VisitLoader.Load(Read().Visits[0], findings, TestContext.Current.CancellationToken);
        Assert.Null(visit.Adc);
        Assert.Contains(findings, f => f.Code == FindingCodes.DiffusionFramesIdentical);
    }

    [Fact]
    public void A_copied_direction_is_left_out_and_told()
    {
        void Volume(int n, double b, Vector3 g, int seed) => Write(Stack("1.2.3.4", "dwi").Select((o, k) => o with
        {
            BValue = b, Uid = $"{o.Uid}.{n}", Stored = [.. Enumerable.Range(0, 20).Select(i => (ushort)(900 - b / 2 + 13 * seed + 7 * i + 31 * k + i * seed % 5))],
            More = bytes => bytes.Sequence(Tags.MrDiffusionSequence, false, new DicomBytes().Float64(Tags.DiffusionBValue, b)
                .Sequence(Tags.DiffusionGradientDirectionSequence, false, new DicomBytes().Float64(Tags.DiffusionGradientOrientation, g.X, g.Y, g.Z))),
        }));
        Volume(0, 0, new Vector3(0, 0, 0), 1);
        Volume(1, 1000, new Vector3(1, 0, 0), 2);
        Volume(2, 1000, new Vector3(0, 1, 0), 2);
        Volume(3, 1000, new Vector3(0, 0, 1), 3);
        var findings = new List<Finding>();
        var visit = VisitLoader.Load(Read().Visits[0], findings, TestContext.Current.CancellationToken);
        Assert.NotNull(visit.Adc);
        Assert.Equal("1 of 4 volumes that are copies of others of the same b-value", findings.Single(f => f.Code == FindingCodes.DiffusionFramesIdentical).Found);
    }

    [Fact]
    public void What_headers_of_measured_series_say_wrongly_is_told()
    {
        Write(from b in new[] { 0.0, 1000 } from o in Stack("1.2.3.4", "dwi")
              select o with { BValue = b, Uid = $"{o.Uid}.{b}", Stored = [.. o.Stored.Select(v => (ushort)(v + 500 - b / 4))], More = bytes => bytes.Text(Tags.RepetitionTime, "DS", "0") });
        var told = Read().Findings.Where(f => f.Code == FindingCodes.AttributeImplausible).ToList();
        Assert.Equal("series 7 (MR): RepetitionTime (6 objects)", Assert.Single(told).About);
    }

    [Fact]
    public void Reading_voxels_ends_when_it_is_told_to()
    {
        Write(Stack("1.2.3.4", "T1w"));
        var image = Assert.Single(Read().Visits[0].Images);
        Assert.Throws<OperationCanceledException>(() => image.Load(new CancellationToken(canceled: true)));
        Assert.Throws<OperationCanceledException>(() => VisitLoader.TryLoad(image, [], new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_directory_of_media_is_no_second_patient()
    {
        Write(Stack("1.2.3.4", "T1w"));
        File.WriteAllBytes(Path.Combine(_folder, "DICOMDIR"), new DicomBytes().Text(new DicomTag(0x0004, 0x1130), "CS", "DISC").ToFile(SyntheticObject.ExplicitLittle));
        Assert.Single(Read().Visits);
    }

    private PatientCase Read() => DicomCase.Read(_folder, new CaseOptions(), TestContext.Current.CancellationToken);

    private static List<SyntheticObject> Stack(string series, string description) =>
        [.. Enumerable.Range(0, 3).Select(k => new SyntheticObject { SeriesUid = series, Uid = $"{series}.{k}", Description = description, Position = SyntheticObject.At(k) })];

    private void Write(IEnumerable<SyntheticObject> objects)
    {
        foreach (var o in objects)
        {
            File.WriteAllBytes(Path.Combine(_folder, o.Uid + ".dcm"), o.ToFile());
        }
    }

    private void WriteContours(string series, string frame, string name)
    {
        static DicomBytes New() => new();
        Vector3 At(double i, double j) => SyntheticObject.At(1) + SyntheticObject.AlongRow * (0.75 * i) + SyntheticObject.AlongColumn * (1.25 * j);
        var points = string.Join('\\', new[] { At(0.5, 0.5), At(3.5, 0.5), At(3.5, 2.5), At(0.5, 2.5) }.Select(SyntheticObject.Vector));
        var bytes = New()
            .Text(Tags.SopClassUid, "UI", "1.2.840.10008.5.1.4.1.1.481.3")
            .Text(Tags.SopInstanceUid, "UI", "1.2.7")
            .Text(Tags.StudyDate, "DA", "20240312")
            .Text(Tags.Modality, "CS", "RTSTRUCT")
            .Text(Tags.PatientName, "PN", "Doe^Jane")
            .Text(Tags.PatientId, "LO", "P1")
            .Text(Tags.StudyInstanceUid, "UI", "1.2.3.20240312")
            .Text(Tags.SeriesInstanceUid, "UI", "1.2.3.77")
            .Sequence(Tags.ReferencedFrameOfReferenceSequence, false, New().Sequence(Tags.RtReferencedStudySequence, false, New().Sequence(
                Tags.RtReferencedSeriesSequence, false, New().Text(Tags.SeriesInstanceUid, "UI", series))))
            .Sequence(Tags.StructureSetRoiSequence, false, New().Text(Tags.RoiNumber, "IS", "4").Text(Tags.ReferencedFrameOfReferenceUid, "UI", frame).Text(Tags.RoiName, "LO", name))
            .Sequence(Tags.RoiContourSequence, true, New()
                .Sequence(Tags.ContourSequence, false, New().Text(Tags.ContourGeometricType, "CS", "CLOSED_PLANAR").Text(Tags.ContourData, "DS", points))
                .Text(Tags.ReferencedRoiNumber, "IS", "4"));
        File.WriteAllBytes(Path.Combine(_folder, "rs.dcm"), bytes.ToFile(SyntheticObject.ExplicitLittle));
    }
}
