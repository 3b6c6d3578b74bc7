using Etalon.Assays;
using Etalon.Cases;
using Etalon.Dicom;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Dicom;
using Etalon.Tests.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study;

/// <summary>DICOM objects of whole runs, on series of real scanners.</summary>
public sealed class StudyObjectsTests
{
    [Theory]
    [InlineData("multimodal-sts002", "pm-suvbw", "g/mL")]
    [InlineData("dwi-siemens-xa30", "pm-adc", "mm2/s")]
    public void Objects_of_a_run_are_sound_hold_its_values_and_come_out_the_same_twice(string name, string map, string unit)
    {
        using var folder = new TempFolder();
        var result = Run(name, new DicomOutputOptions());
        var (first, noticed) = Write(folder, "a", result);
        Assert.Contains(noticed.Findings, f => f.Code == FindingCodes.ReferencesKept);
        Assert.DoesNotContain(noticed.Findings, f => f.Code == FindingCodes.DicomNotWritten);
        var names = first.Select(Path.GetFileNameWithoutExtension).ToList();
        Assert.Contains(map, names);
        Assert.Contains("sr", names);
        Assert.Contains(names, n => n!.StartsWith("seg", StringComparison.Ordinal));
        foreach (var path in first)
        {
            DicomValidators.AssertSound(path);
        }

        DicomValidators.AssertDumps("dsrdump", first.First(p => p.EndsWith("sr.dcm", StringComparison.Ordinal)));
        var read = ParametricMapReader.Read(DicomFile.Open(first.First(p => Path.GetFileNameWithoutExtension(p) == map)));
        Assert.Equal(Unit.Parse(unit), read.Values.Unit);
        var visit = result.Visits[0];
        var (expected, has) = map == "pm-adc"
            ? (visit.Adc!.Value, Array.ConvertAll(visit.Adc.Status, s => s == VoxelStatus.Ok))
            : (visit.Suv!.Value, Array.ConvertAll(visit.Suv.Value.Values, float.IsFinite));
        Assert.True(read.Values.Grid.IsSameAs(expected.Grid));
        Assert.Equal(has, read.HasValue);
        Assert.All(has.Index().Where(h => h.Item), h => Assert.Equal(expected.Values[h.Index], read.Values.Values[h.Index]));

        var (second, _) = Write(folder, "b", Run(name, new DicomOutputOptions()));
        Assert.Equal(first.Select(Path.GetFileName), second.Select(Path.GetFileName));
        Assert.All(first.Zip(second), p => Assert.Equal(File.ReadAllBytes(p.First), File.ReadAllBytes(p.Second)));
    }

    [Fact]
    public void Each_number_of_the_report_has_its_unit_its_standard_uncertainty_and_its_interval()
    {
        using var folder = new TempFolder();
        var result = Run("multimodal-sts002", new DicomOutputOptions());
        var (paths, _) = Write(folder, "a", result);
        var report = DicomFile.Open(paths.First(p => p.EndsWith("sr.dcm", StringComparison.Ordinal))).Dataset;
        var numbers = Items(report).Where(i => i.GetString(Tags.ValueType) == "NUM" && i.GetString(Tags.RelationshipType) == "CONTAINS").ToList();
        Assert.Equal(result.Measurements.Count(m => m.Visit == "1"), numbers.Count);
        foreach (var m in result.Measurements.Where(m => m.IsOk))
        {
            var own = numbers.Find(n => Value(n) == m.Value);
            Assert.NotNull(own);
            Assert.Equal(m.U, Value(Child(own, "STD-UNCERTAINTY")));
            Assert.Equal(m.Interval!.Value.Upper - m.Value!.Value, Value(Child(own, "371886008")));
            Assert.Equal(m.Value.Value - m.Interval.Value.Lower, Value(Child(own, "371885007")));
        }

        // Everything that is referred to is evidence.
        var evidence = report.GetSequence(new DicomTag(0x0040, 0xA375)).Concat(report.GetSequence(new DicomTag(0x0040, 0xA385))).SelectMany(s => s.GetSequence(Tags.ReferencedSeriesSequence))
            .SelectMany(s => s.GetSequence(Tags.ReferencedSopSequence)).Select(r => r.GetString(Tags.ReferencedSopInstanceUid)).ToHashSet();
        Assert.All(Items(report).SelectMany(i => i.GetSequence(Tags.ReferencedSopSequence)), r => Assert.Contains(r.GetString(Tags.ReferencedSopInstanceUid), evidence));
    }

    [Fact]
    public void Objects_carry_a_pseudonym_unless_the_patient_is_asked_for()
    {
        using var folder = new TempFolder();
        foreach (var path in Write(folder, "a", Run("multimodal-sts002", new DicomOutputOptions())).Paths)
        {
            Assert.DoesNotContain("STS_002", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(path)), StringComparison.OrdinalIgnoreCase);
        }

        foreach (var path in Write(folder, "b", Run("multimodal-sts002", new DicomOutputOptions { Identify = true, LabelMap = true })).Paths)
        {
            var data = DicomFile.Open(path).Dataset;
            Assert.Contains("STS_002", data.GetString(Tags.PatientId), StringComparison.Ordinal);
            Assert.False(data.Contains(Tags.PatientIdentityRemoved));
            Assert.Equal(path.Contains("labelmap", StringComparison.Ordinal), data.GetString(Tags.SegmentationType) == "LABELMAP");
        }
    }

    [Fact]
    public void Label_maps_stand_beside_segmentations_and_the_report_stays_readable_for_programs_that_do_not_know_them()
    {
        using var folder = new TempFolder();
        var plain = Write(folder, "plain", Run("multimodal-sts002", new DicomOutputOptions())).Paths;
        var asked = Write(folder, "asked", Run("multimodal-sts002", new DicomOutputOptions { LabelMap = true })).Paths;

        // All that is written without label maps comes out the same, the report included.
        Assert.All(plain, path => Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(asked.Single(p => Path.GetFileName(p) == Path.GetFileName(path)))));
        var maps = asked.Where(p => Path.GetFileName(p).StartsWith("labelmap-", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(maps);
        Assert.Equal(asked.Count, plain.Count + maps.Count);
        Dictionary<string, int> Voxels(IEnumerable<string> paths) => paths.SelectMany(p => SegmentationReader.Read(DicomFile.Open(p)).Segments).ToDictionary(s => s.TrackingUid!, s => s.Mask.Count);
        Assert.Equal(Voxels(plain.Where(p => Path.GetFileName(p).StartsWith("seg-", StringComparison.Ordinal))).OrderBy(v => v.Key), Voxels(maps).OrderBy(v => v.Key));
        DicomValidators.AssertSound(asked.Single(p => p.EndsWith("sr.dcm", StringComparison.Ordinal)));
        DicomValidators.AssertDumps("dsrdump", asked.Single(p => p.EndsWith("sr.dcm", StringComparison.Ordinal)));
    }

    [Fact]
    public void Other_input_gets_objects_only_where_asked_and_tracking_is_the_same_at_every_visit()
    {
        using var folder = new TempFolder();
        using var bids = new SmallBids(sessions: ["1", "2"]);
        var cancellation = TestContext.Current.CancellationToken;
        var patient = CaseReader.Read(bids.Folder, new CaseOptions(), cancellation);
        StudyResult Of(DicomOutputOptions dicom) => StudyRun.Execute(patient, new StudyOptions { WithTwin = false, Dicom = dicom }, null, cancellation);
        Assert.Empty(Write(folder, "none", Of(new DicomOutputOptions())).Paths);
        var (paths, _) = Write(folder, "asked", Of(new DicomOutputOptions { WithoutSource = true }));
        Assert.NotEmpty(paths);
        Assert.All(paths, DicomValidators.AssertSound);
        var tracking = paths.Where(p => p.EndsWith("sr.dcm", StringComparison.Ordinal)).Select(p => Items(DicomFile.Open(p).Dataset)
            .Where(i => NameOf(i) == "112040").Select(i => i.GetString(Tags.Uid)).First()).ToList();
        Assert.Single(tracking.Distinct());
    }

    [Fact]
    public void A_lesion_is_tracked_by_the_same_identifier_whether_or_not_the_patient_is_shown()
    {
        var path = SharedData.Path("dicom", "multimodal-sts002");
        var cancellation = TestContext.Current.CancellationToken;
        var (hidden, shown) = (CaseReader.Read(path, new CaseOptions(), cancellation), CaseReader.Read(path, new CaseOptions { Identify = true }, cancellation));
        Assert.NotEqual(hidden.Subject, shown.Subject);
        using var folder = new TempFolder();
        var uids = new[] { hidden, shown }.Select(patient => Write(folder, patient.Subject, StudyRun.Execute(patient, new StudyOptions { WithTwin = false }, null, cancellation)).Paths
            .Where(p => p.EndsWith("sr.dcm", StringComparison.Ordinal)).SelectMany(p => Items(DicomFile.Open(p).Dataset)).Where(i => NameOf(i) == "112040").Select(i => i.GetString(Tags.Uid)).First()).ToList();
        Assert.Equal(uids[0], uids[1]);
    }

    [Fact]
    public void Another_reader_finds_the_same_voxels()
    {
        var script = Path.Combine(Repository.Root, "tests", "dcmjs");
        Assert.SkipUnless(OtherProgram.IsInstalled("node") && Directory.Exists(Path.Combine(script, "node_modules", "dcmjs")), "node or dcmjs is not installed");
        using var folder = new TempFolder();
        foreach (var path in Write(folder, "a", Run("dwi-siemens-xa30", new DicomOutputOptions())).Paths)
        {
            var (status, output) = OtherProgram.Run("node", Path.Combine(script, "hash.mjs"), path);
            Assert.Equal(0, status);
            var data = DicomFile.Open(path).Dataset;
            if (data.TryGet(Tags.PixelData, out var pixels) || data.TryGet(Tags.FloatPixelData, out pixels))
            {
                var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(pixels.Bytes.Span));
                Assert.Contains(hash, output, StringComparison.Ordinal);
            }

            Assert.Contains(data.GetString(Tags.SopClassUid)!, output, StringComparison.Ordinal);
        }
    }

    private static StudyResult Run(string name, DicomOutputOptions dicom)
    {
        var cancellation = TestContext.Current.CancellationToken;
        return StudyRun.Execute(CaseReader.Read(ReferenceData.Path(name), new CaseOptions(), cancellation), new StudyOptions { Dicom = dicom }, null, cancellation);
    }

    private static (IReadOnlyList<string> Paths, StudyResult Result) Write(TempFolder folder, string name, StudyResult result)
    {
        using var output = AtomicOutput.Begin(folder[name], force: false);
        var noticed = StudyWriter.Write(result, output, TestContext.Current.CancellationToken);
        output.Commit();
        var dicom = Path.Combine(folder[name], "dicom");
        return (Directory.Exists(dicom) ? [.. Directory.EnumerateFiles(dicom, "*.dcm", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [], noticed);
    }

    private static IEnumerable<DicomDataset> Items(DicomDataset data) => data.GetSequence(Tags.ContentSequence).SelectMany(i => Items(i).Prepend(i));

    private static string? NameOf(DicomDataset item) => item.GetSequence(Tags.ConceptNameCodeSequence) is [var name, ..] ? name.GetString(Tags.CodeValue) : null;

    private static DicomDataset Child(DicomDataset item, string code) => item.GetSequence(Tags.ContentSequence).First(c => NameOf(c) == code);

    private static double? Value(DicomDataset item) => item.GetSequence(Tags.MeasuredValueSequence) is [var value, ..] ? value.GetDouble(Tags.FloatingPointValue) : null;
}
