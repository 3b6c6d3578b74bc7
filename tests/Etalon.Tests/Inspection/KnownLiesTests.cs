using System.Text.Json;
using Etalon.Cases.Inspection;
using Etalon.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Dicom;
using Etalon.Tests.Imaging.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Inspection;

/// <summary>Headers and pixels that say what is not so: each has its code, and what is as it should be has none.</summary>
public sealed class KnownLiesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("dwi-ge-signapioneer-R2.zip", FindingCodes.DiffusionFramesIdentical, Severity.Error)]
    [InlineData("dwi-siemens-xa61-tracew.zip", FindingCodes.SliceTimingContradicted, Severity.Warning)]
    [InlineData("dwi-siemens-xa61-tracew.zip", FindingCodes.AttributeContradicted, Severity.Warning)]
    [InlineData("enhanced/6_1.dcm", FindingCodes.SliceTimingContradicted, Severity.Warning)]
    [InlineData("dwi-uih-session1-PA_rot.zip", FindingCodes.DateInvalid, Severity.Warning)]
    [InlineData("dwi-uih-session1-PA_rot.zip", FindingCodes.IdentifierInvalid, Severity.Warning)]
    [InlineData("geometry-failing/gantrytilt.zip", FindingCodes.GantryTilt, Severity.Warning)]
    [InlineData("geometry-failing/sliceincrement.zip", FindingCodes.SlicesMissing, Severity.Error)]
    [InlineData("geometry-failing/sliceorientation.zip", FindingCodes.OrientationsMixed, Severity.Info)]
    [InlineData("qt2-siemens-16echo.zip", FindingCodes.SlicesMissing, Severity.Error)]
    [InlineData("pet-ge-bqml-sts001.zip", FindingCodes.SlopesDiffer, Severity.Info)]
    [InlineData("adc-map-toshiba-cmb-crc-1.zip", FindingCodes.UnitNotStated, Severity.Warning)]
    [InlineData("dwi-siemens-xa30", FindingCodes.UnitNotStated, Severity.Warning)]
    [InlineData("dce-breast-ge", FindingCodes.UnitNotStated, Severity.Warning)]
    [InlineData("dce-breast-ge", FindingCodes.FieldStrengthInGauss, Severity.Info)]
    [InlineData("enhanced/emri_small.dcm", FindingCodes.SeriesNotAVolume, Severity.Warning)]
    public void A_known_lie_of_the_reference_set_has_its_code(string source, string code, Severity severity) =>
        Assert.Contains(Inspect(ReferenceData.Path(source)).Findings, f => f.Code == code && f.Severity == severity);

    [Theory]
    [InlineData("deidentified-ge.zip")]
    [InlineData("derived")]
    [InlineData("dwi-canon-galan-9000-ortho.zip")]
    [InlineData("dwi-ge-mr750")]
    [InlineData("dwi-philips")]
    [InlineData("enhanced/IM-0001-0001-0001.dcm")]
    [InlineData("enhanced/IM_0027_fMAP.dcm")]
    [InlineData("low-field-hyperfine.zip")]
    [InlineData("mosaic-siemens-transfer-syntaxes.zip")]
    [InlineData("multimodal-sts002")]
    [InlineData("pet-ge-bqml-sts001.zip")]
    [InlineData("pet-suv-dro")]
    [InlineData("repro-nih")]
    [InlineData("vendor-hitachi")]
    public void A_sound_series_of_the_reference_set_gives_no_warning(string source) =>
        Assert.DoesNotContain(Inspect(ReferenceData.Path(source)).Findings, f => f.Severity > Severity.Info);

    [Fact]
    public void A_dose_among_plans_and_contours_is_placed_and_a_relative_one_has_no_unit()
    {
        var tree = Inspect(ReferenceData.Path("rt.zip"));
        Assert.DoesNotContain(tree.Findings, f => f.Code == FindingCodes.SeriesNotAVolume);
        Assert.All(tree.Series.Where(s => s.Modality == "RTDOSE"), s => Assert.True(s.Stacks.Single().Stack is { Grid.Nz: 15, UnitCode: null }));
    }

    [Fact]
    public void One_object_in_several_encodings_is_repeated_and_not_contradicted()
    {
        var findings = Inspect(ReferenceData.Path("enhanced")).Findings;
        Assert.Contains(findings, f => f.Code == FindingCodes.ObjectRepeated);
        Assert.DoesNotContain(findings, f => f.Code == FindingCodes.ObjectContradicted);
    }

    [Theory]
    [InlineData((ushort)0x0123, false)]
    [InlineData((ushort)0x4123, true)]
    public void Junk_above_the_high_bit_is_told_by_default(ushort cell, bool isJunk)
    {
        Write(k => new SyntheticObject { Stored = [cell, .. Enumerable.Range(0, 19).Select(n => (ushort)(n + k))] }, InTwelveBits);
        Assert.Equal(isJunk, Codes().Contains(FindingCodes.BitsAboveHighBit));
    }

    [Fact]
    public void Time_points_that_repeat_one_volume_are_told_whatever_their_slices_are_called()
    {
        Write(k => new SyntheticObject { Stored = Voxels(k) });
        Write(k => new SyntheticObject { Uid = "1.2.8", Stored = Voxels(k), More = b => b.Text(Tags.AcquisitionNumber, "IS", "2") });
        Assert.Contains(FindingCodes.VolumesIdentical, Codes());
    }

    [Fact]
    public void Time_points_with_noise_of_their_own_give_no_warning()
    {
        Write(k => new SyntheticObject { Stored = Voxels(k) });
        Write(k => new SyntheticObject { Uid = "1.2.8", Stored = Voxels(k + 9), More = b => b.Text(Tags.AcquisitionNumber, "IS", "2") });
        Assert.DoesNotContain(Inspect(_folder.Path).Findings, f => f.Severity > Severity.Info);
    }

    [Fact]
    public void The_command_says_it_too_and_names_the_series_as_the_tree_does()
    {
        var run = EtalonCommand.Run("inspect", ReferenceData.Path("dwi-ge-signapioneer-R2.zip"), "--json");
        using var json = JsonDocument.Parse(run.Out);
        var finding = json.RootElement.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("code").GetString() == FindingCodes.DiffusionFramesIdentical);
        Assert.Equal(json.RootElement.GetProperty("series")[0].GetProperty("id").GetString(), finding.GetProperty("about").GetString());
    }

    private static ushort[] Voxels(int seed) => [.. Enumerable.Range(0, 20).Select(n => (ushort)(n * n + 7 * seed))];

    private void Write(Func<int, SyntheticObject> make, Func<byte[], byte[]>? change = null)
    {
        for (var k = 0; k < 3; k++)
        {
            var o = make(k);
            var file = (o with { Uid = $"{o.Uid}.{k}", Position = SyntheticObject.At(k) }).ToFile();
            _folder.Write($"{o.Uid}.{k}.dcm", change?.Invoke(file) ?? file);
        }
    }

    private static byte[] InTwelveBits(byte[] file)
    {
        foreach (var (tag, value) in new[] { (Tags.BitsStored, (byte)12), (Tags.HighBit, (byte)11) })
        {
            byte[] mark = [(byte)tag.Group, (byte)(tag.Group >> 8), (byte)tag.Element, (byte)(tag.Element >> 8), (byte)'U', (byte)'S', 2, 0];
            file[file.AsSpan().LastIndexOf(mark) + mark.Length] = value;
        }

        return file;
    }

    private List<string> Codes() => [.. Inspect(_folder.Path).Findings.Select(f => f.Code)];

    private static InspectedTree Inspect(string path)
    {
        var options = new InspectOptions();
        var tree = new TreeInspection(options);
        var refused = new ObjectInspection([path], options).Objects(tree.Take, TestContext.Current.CancellationToken).Count(o => o.Error is not null);
        Assert.Equal(0, refused);
        return tree.Build(TestContext.Current.CancellationToken);
    }
}
