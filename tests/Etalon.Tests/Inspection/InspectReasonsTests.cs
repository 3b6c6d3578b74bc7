using System.Text.Json;
using Etalon.Cases.Inspection;
using Etalon.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Dicom;
using Etalon.Tests.Imaging.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Inspection;

/// <summary>What is wrong with a series is told by its true cause, and what is no image is not blamed for being none.</summary>
public sealed class InspectReasonsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Contours_with_an_empty_pixel_element_have_no_pixels_and_need_no_place()
    {
        var tree = Inspect(SharedData.Path("rt", "nelms2015", "structures"), out var objects);
        Assert.True(objects.Count > 10);
        Assert.All(objects, o => Assert.Equal(InspectedObject.Ok, o.Status));
        Assert.DoesNotContain(tree.Findings, f => f.Code == FindingCodes.SeriesNotAVolume);
    }

    [Fact]
    public void An_image_that_lost_its_pixels_is_still_refused()
    {
        var bytes = SyntheticObject.Pixels(new DicomBytes().Text(Tags.ImageType, "CS", "ORIGINAL\\PRIMARY").Text(Tags.Modality, "CS", "MR"), []).ToFile(SyntheticObject.ExplicitLittle);
        _folder.Write("empty.dcm", bytes);
        Inspect(_folder.Path, out var objects);
        Assert.Equal("pixels-truncated", objects.Single().Status);
    }

    [Theory]
    [InlineData("FrameOfReferenceUID")]
    [InlineData("PixelSpacing")]
    [InlineData("ImageOrientationPatient")]
    public void A_gap_is_told_with_the_attribute_that_took_the_slice_elsewhere(string attribute)
    {
        Series(3, (o, bytes) => attribute switch
        {
            "FrameOfReferenceUID" => (o with { FrameOfReference = "1.2.99" }).ToFile(),
            "PixelSpacing" => Replaced(bytes, SyntheticObject.PixelSpacing, "1.25\\0.85"),
            _ => (o with { Row = new(SyntheticObject.AlongRow.X, -SyntheticObject.AlongRow.Y, 0) }).ToFile(),
        });
        var findings = Inspect(_folder.Path, out _).Findings;
        if (attribute != "ImageOrientationPatient")
        {
            Assert.Contains(findings, f => f.Code == FindingCodes.SlicesMissing && f.Found.Contains($"1 slice of the series lies in another stack, because its {attribute} differs", StringComparison.Ordinal));
            Assert.Contains(findings, f => f.Code == FindingCodes.SlicesApart && f.Severity == Severity.Warning && f.Found.Contains(attribute, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_gap_that_nothing_explains_has_no_such_cause()
    {
        Series(3, (_, _) => null);
        var findings = Inspect(_folder.Path, out _).Findings;
        Assert.Contains(findings, f => f.Code == FindingCodes.SlicesMissing && !f.Found.Contains("another stack", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, f => f.Code == FindingCodes.SlicesApart);
    }

    [Theory]
    [InlineData("RescaleSlope 0")]
    [InlineData("ImagePositionPatient 'nan")]
    public void A_header_that_cannot_be_is_a_warning_with_its_own_reason(string found)
    {
        Series(-1, (_, _) => null, o => found.StartsWith("Rescale", StringComparison.Ordinal) ? (o with { Slope = 0 }).ToFile()
            : Replaced(o.ToFile(), SyntheticObject.Vector(o.Position), ("nan\\" + SyntheticObject.Vector(o.Position))[..SyntheticObject.Vector(o.Position).Length]));
        var finding = Inspect(_folder.Path, out _).Findings.Single(f => f.Code == FindingCodes.SeriesNotAVolume);
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.StartsWith($"6 of 6 images with {found}", finding.Found, StringComparison.Ordinal);
        Assert.DoesNotContain("capture", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_with_a_slice_whose_pixels_were_refused_is_none()
    {
        Series(3, (o, _) => (o with { Stored = new ushort[7] }).ToFile());
        var run = EtalonCommand.Run(_folder.Path, ["inspect", ".", "--json"]);
        using var json = JsonDocument.Parse(run.Out);
        var stack = json.RootElement.GetProperty("series")[0].GetProperty("stacks")[0];
        Assert.Equal(("pixels-truncated", false), (stack.GetProperty("status").GetString(), stack.GetProperty("is_volume").GetBoolean()));
        Assert.Contains(json.RootElement.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == FindingCodes.DicomUnreadable && f.GetProperty("severity").GetString() == "error");
        var text = EtalonCommand.Run(_folder.Path, ["inspect", "."]).Out;
        Assert.Contains("6 frames of 5 x 4, no volume (pixels of 1 object refused: pixels-truncated)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("1 volume of", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_whose_pixels_are_all_there_says_ok()
    {
        Series(-1, (_, _) => null);
        using var json = JsonDocument.Parse(EtalonCommand.Run(_folder.Path, ["inspect", ".", "--json"]).Out);
        var stack = json.RootElement.GetProperty("series")[0].GetProperty("stacks")[0];
        Assert.Equal(("ok", true), (stack.GetProperty("status").GetString(), stack.GetProperty("is_volume").GetBoolean()));
    }

    /// <summary>Six slices; one of them otherwise, or left out.</summary>
    private void Series(int odd, Func<SyntheticObject, byte[], byte[]?> other, Func<SyntheticObject, byte[]>? each = null)
    {
        for (var k = 0; k < 6; k++)
        {
            var o = new SyntheticObject { Uid = $"1.2.3.4.{k + 1}", InstanceNumber = k + 1, Position = SyntheticObject.At(k) };
            var bytes = each?.Invoke(o) ?? o.ToFile();
            if ((k == odd ? other(o, bytes) : bytes) is { } file)
            {
                _folder.Write($"{k}.dcm", file);
            }
        }
    }

    /// <summary>A file with one text in the place of another of its length.</summary>
    private static byte[] Replaced(byte[] file, string text, string by)
    {
        Assert.Equal(text.Length, by.Length);
        var at = file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text));
        System.Text.Encoding.ASCII.GetBytes(by).CopyTo(file.AsSpan(at));
        return file;
    }

    private static InspectedTree Inspect(string path, out List<InspectedObject> objects)
    {
        var options = new InspectOptions();
        var tree = new TreeInspection(options);
        objects = [.. new ObjectInspection([path], options).Objects(tree.Take, TestContext.Current.CancellationToken)];
        return tree.Build(TestContext.Current.CancellationToken);
    }
}
