using System.Text;
using System.Text.Json;
using Etalon.Assays.Suv;
using Etalon.Dicom;
using Etalon.Dicom.Deidentification;
using Etalon.Imaging.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study;

public sealed class DeidentifyReferenceTests
{
    private static readonly DeidentificationKey Key = new("a key of thirty bytes and more"u8);
    private static readonly DeidentificationOptions All = new() { RetainPatientCharacteristics = true, AcceptBurnedIn = true };

    [Fact]
    public void Every_reference_object_goes_through_with_its_pixels_and_without_its_patient_or_is_refused_with_a_reason()
    {
        var deidentifier = new Deidentifier(Key, All);
        var written = 0;
        foreach (var file in DicomSource.Read(SharedData.Path("dicom")).Select(e => e.File).OfType<DicomFile>())
        {
            DeidentifiedObject made;
            try
            {
                made = deidentifier.Apply(file);
            }
            catch (DicomException)
            {
                continue;
            }

            if (!made.IsAccepted)
            {
                Assert.Contains(made.Notes[0], (DeidentificationNote[])[DeidentificationNote.InstanceNotStated, DeidentificationNote.DirectoryRefused, DeidentificationNote.DocumentRefused]);
                continue;
            }

            var again = DicomFile.Read(made.Bytes, file.Name).Dataset;
            AssertNoIdentifier(file.Dataset, made, file.Name);
            AssertSame(file.Dataset, again, file.Name);
            AssertSameValues(file, made.Bytes);
            written++;
        }

        Assert.True(written > 950, $"{written} objects were written");
    }

    [Theory]
    [InlineData("pet-suv-dro/DRO_2_4.zip")]
    [InlineData("pet-suv-dro/DRO_3_1.zip")]
    [InlineData("pet-suv-dro/DRO_4_1.zip")]
    [InlineData("pet-suv-dro/DRO_5_0.zip")]
    [InlineData("pet-ge-bqml-sts001.zip")]
    [InlineData("multimodal-sts002/PET.zip")]
    public void Uptake_factors_are_the_same_after_dates_have_moved(string zip)
    {
        var deidentifier = new Deidentifier(Key, All);
        var before = DicomSource.Read(SharedData.Path("dicom", zip)).Select(e => e.File!).Where(f => f.Dataset.GetString(Tags.Modality) == "PT").ToList();
        var after = before.Select(f => DicomFile.Read(deidentifier.Apply(f).Bytes, f.Name)).ToList();
        var (expected, refusal) = SuvRule.Of([.. before.Select(PetHeader.Read)]);
        var (factor, otherRefusal) = SuvRule.Of([.. after.Select(PetHeader.Read)]);
        Assert.Equal(refusal?.Found, otherRefusal?.Found);
        Assert.Equal(expected?.Factors, factor?.Factors);
        Assert.True(expected is not null || refusal is not null);
    }

    [Fact]
    public void The_command_wants_a_key_writes_a_report_without_names_and_the_same_objects_again()
    {
        using var temp = new TempFolder();
        var input = SharedData.Path("dicom", "dwi-ge-mr750");
        Assert.Equal(2, EtalonCommand.Run(null, ["deidentify", input, "-o", temp["none"]], new Dictionary<string, string> { ["ETALON_DEIDENTIFY_KEY"] = "" }).Exit);
        Assert.False(Directory.Exists(temp["none"]));
        var made = EtalonCommand.Run("deidentify", input, "-o", temp["a"], "--new-key", temp["key"]);
        Assert.True(made.Exit == 0, made.ToString());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(temp["key"]));
        }

        Assert.Equal(2, EtalonCommand.Run("deidentify", input, "-o", temp["b"], "--new-key", temp["key"]).Exit);
        Assert.Equal(0, EtalonCommand.Run("deidentify", input, "-o", temp["b"], "--key-file", temp["key"]).Exit);
        string[] Names(string folder) => [.. Directory.EnumerateFiles(temp[folder], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(temp[folder], f)).Order(StringComparer.Ordinal)];
        Assert.Equal(Names("a"), Names("b"));
        Assert.All(Names("a"), name => Assert.Equal(File.ReadAllBytes(Path.Combine(temp["a"], name)), File.ReadAllBytes(Path.Combine(temp["b"], name))));
        var report = File.ReadAllText(Path.Combine(temp["a"], "deidentified.json"));
        using var document = JsonDocument.Parse(report);
        using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/deidentified.schema.json"));
        Assert.Empty(SchemaCheck.Violations(document.RootElement, schema.RootElement));
        Assert.DoesNotContain("dicom2nifti", report);
        Assert.DoesNotContain(Names("a"), name => name.Contains("dicom2nifti", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void An_object_left_out_for_an_error_ends_with_status_3_and_the_others_are_written()
    {
        using var temp = new TempFolder();
        DicomDatasetBuilder Image(string uid, string modality) => new DicomDatasetBuilder().Set(Tags.SopClassUid, "1.2.840.10008.5.1.4.1.1.4").Set(Tags.SopInstanceUid, uid).Set(Tags.PatientId, "P-77")
            .Set(Tags.StudyInstanceUid, "1.2.1").Set(Tags.SeriesInstanceUid, "1.2.2").Set(Tags.Modality, modality).Set(Tags.Rows, 1).Set(Tags.Columns, 1).Set(Tags.SamplesPerPixel, 1).Set(Tags.BitsAllocated, 16)
            .Set(Tags.BitsStored, 16).Set(Tags.HighBit, 15).Set(Tags.PixelRepresentation, 0.0).SetBytes(Tags.PixelData, DicomVr.OW, new byte[2]);
        temp.Write("in/a.dcm", DicomWriter.ToBytes(Image("1.2.3", "MR")));
        Assert.Equal(0, EtalonCommand.Run("deidentify", temp["in"], "-o", temp["sound"], "--new-key", temp["key"]).Exit);
        temp.Write("in/b.dcm", DicomWriter.ToBytes(Image("1.2.4", "US")));
        foreach (var more in (string[][])[[], ["--json"]])
        {
            var ended = EtalonCommand.Run(["deidentify", temp["in"], "-o", temp["out"], "--key-file", temp["key"], "--force", .. more]);
            Assert.True(ended.Exit == 3, ended.ToString());
            Assert.Single(Directory.EnumerateFiles(temp["out/dicom"], "*.dcm", SearchOption.AllDirectories));
            Assert.True(File.Exists(temp["out/deidentified.json"]));
        }

        temp.Write("in/b.dcm", DicomWriter.ToBytes(Image("1.2.3", "MR").Set(Tags.Rows, 1).Set(Tags.EchoTime, 3.5)));
        var contradicted = EtalonCommand.Run("deidentify", temp["in"], "-o", temp["out"], "--key-file", temp["key"], "--force");
        Assert.True(contradicted.Exit == 3, contradicted.ToString());
        using var report = JsonDocument.Parse(File.ReadAllText(temp["out/deidentified.json"]));
        var finding = Assert.Single(report.RootElement.GetProperty("findings").EnumerateArray());
        Assert.Equal(("object-contradicted", "error"), (finding.GetProperty("code").GetString(), finding.GetProperty("severity").GetString()));
    }

    private static void AssertNoIdentifier(DicomDataset source, DeidentifiedObject made, string name)
    {
        foreach (var tag in new[] { Tags.PatientName, Tags.PatientId, Tags.AccessionNumber, new DicomTag(0x0008, 0x0090), new DicomTag(0x0008, 0x0081), new DicomTag(0x0008, 0x1050), new DicomTag(0x0040, 0x0253) })
        {
            foreach (var word in (source.GetString(tag) ?? "").Split(' ', '^', '=', '\\', ',').Where(w => w.Length >= 6 && !w.All(char.IsAsciiDigit)))
            {
                // Makers name phantoms after themselves; those words stay as the maker's.
                if (!new[] { "PHANTOM", "SIEMENS", "PHILIPS", "MEDICAL", "SCANNER", "SYSTEM" }.Contains(word.ToUpperInvariant()))
                {
                    Assert.True(made.Bytes.Span.IndexOf(Encoding.UTF8.GetBytes(word)) < 0, $"{name}: {tag} survives");
                }
            }
        }
    }

    /// <summary>What measurements are made of is what it was.</summary>
    private static void AssertSame(DicomDataset before, DicomDataset after, string name)
    {
        foreach (var tag in new[]
        {
            Tags.Rows, Tags.Columns, Tags.PixelSpacing, Tags.ImagePositionPatient, Tags.ImageOrientationPatient, Tags.RescaleSlope, Tags.RescaleIntercept, Tags.EchoTime, Tags.RepetitionTime,
            Tags.FlipAngle, Tags.MagneticFieldStrength, Tags.DiffusionBValue, Tags.PatientWeight, Tags.FrameReferenceTime, new DicomTag(0x0019, 0x100C), new DicomTag(0x0043, 0x1039), new DicomTag(0x2001, 0x1003),
        })
        {
            Assert.True((before.GetDoubles(tag) ?? []).SequenceEqual(after.GetDoubles(tag) ?? []), $"{name}: {tag}");
        }

        foreach (var sequence in new[] { Tags.SharedFunctionalGroupsSequence, Tags.PerFrameFunctionalGroupsSequence })
        {
            Assert.True(before.GetSequence(sequence).Count == after.GetSequence(sequence).Count, $"{name}: {sequence}");
        }

        if (before.TryGet(Tags.PixelData, out var pixels) && after.TryGet(Tags.PixelData, out var same))
        {
            var isSame = pixels.IsEncapsulated
                ? pixels.Fragments.Zip(same.Fragments).All(f => f.First.Span.SequenceEqual(f.Second.Span)) && pixels.Fragments.Count == same.Fragments.Count
                : true;
            Assert.True(isSame, $"{name}: pixels");
        }
    }

    /// <summary>Bits beside the values and bytes behind them may go; the stored values may not change.</summary>
    private static void AssertSameValues(DicomFile before, ReadOnlyMemory<byte> made)
    {
        if (!before.Dataset.TryGet(Tags.PixelData, out var element) || element.IsEncapsulated)
        {
            return;
        }

        DicomPixels expected;
        try
        {
            expected = DicomPixels.Read(before);
        }
        catch (DicomException)
        {
            return;
        }

        var actual = DicomPixels.Read(DicomFile.Read(made, before.Name));
        Assert.Equal((expected.Frames, expected.ValuesPerFrame), (actual.Frames, actual.ValuesPerFrame));
        var (stored, again) = (new double[expected.ValuesPerFrame], new double[expected.ValuesPerFrame]);
        for (var frame = 0; frame < expected.Frames && !(element.IsBigEndian && expected.BitsAllocated == 32); frame++)
        {
            expected.ReadFrame(frame, stored);
            actual.ReadFrame(frame, again);
            Assert.True(stored.AsSpan().SequenceEqual(again), $"{before.Name}: frame {frame}");
        }
    }
}
