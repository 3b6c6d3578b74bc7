using Etalon.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Dicom;

/// <summary>Values that stay on disk until they are asked for.</summary>
public sealed class DicomOnDiskTests
{
    [Fact]
    public void A_file_holds_its_header_and_not_its_pixels()
    {
        using var folder = new TempFolder();
        var path = folder.Write("large.dcm", Large(3000, 1000));
        DicomFile.Open(path);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var file = DicomFile.Open(path);

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 10, $"{GC.GetAllocatedBytesForCurrentThread() - before} bytes for a header of a few hundred");
        Assert.Equal("MR", file.Dataset.GetString(Tags.Modality));
        var values = new int[3000 * 1000];
        DicomPixels.Read(file).ReadFrame(0, values);
        Assert.Equal([0, 1, 2], values[..3]);
        Assert.Equal((3000 * 1000 - 1) % 4096, values[^1]);
    }

    [Fact]
    public void An_element_behind_a_large_value_is_read_and_the_large_value_too()
    {
        using var folder = new TempFolder();
        var large = Enumerable.Range(0, 200_000).Select(n => (byte)(n * 7)).ToArray();
        var bytes = new DicomBytes().Text(Tags.Modality, "CS", "MR").Value(new DicomTag(0x0029, 0x1010), "OB", large)
            .Text(Tags.PatientPosition, "CS", "HFS").Sequence(Tags.ReferencedImageSequence, true, new DicomBytes().Value(new DicomTag(0x0029, 0x1011), "OB", large))
            .Text(new DicomTag(0x0040, 0x0254), "LO", "behind").ToFile(DicomTransferSyntax.ExplicitVrLittleEndian);

        var data = DicomFile.Open(folder.Write("icon.dcm", bytes)).Dataset;

        Assert.Equal("behind", data.GetString(new DicomTag(0x0040, 0x0254)));
        Assert.True(data.TryGet(new DicomTag(0x0029, 0x1010), out var first));
        Assert.Equal(large, first.Bytes.ToArray());
        Assert.True(data.GetSequence(Tags.ReferencedImageSequence)[0].TryGet(new DicomTag(0x0029, 0x1011), out var inner));
        Assert.Equal(large, inner.Bytes.ToArray());
    }

    [Fact]
    public void Pixels_of_a_file_that_changed_after_its_header_was_read_are_refused()
    {
        using var folder = new TempFolder();
        var whole = Large(300, 200);
        var path = folder.Write("1.dcm", whole);
        var file = DicomFile.Open(path);
        var pixels = DicomPixels.Read(file);

        File.WriteAllBytes(path, whole[..^2]);
        var cut = Assert.Throws<DicomException>(() => pixels.ReadFrame(0, new int[300 * 200]));
        File.WriteAllBytes(path, whole);
        File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        var rewritten = Assert.Throws<DicomException>(() => pixels.ReadFrame(0, new int[300 * 200]));
        File.Delete(path);
        var gone = Assert.Throws<DicomException>(() => pixels.ReadFrame(0, new int[300 * 200]));

        Assert.All([cut, rewritten, gone], error => Assert.Equal(("unreadable", path), (error.CodeText, error.FileName)));
        Assert.NotNull(cut.Offset);
    }

    [Fact]
    public void A_file_and_the_same_bytes_in_memory_have_the_same_header_and_pixels()
    {
        foreach (var path in Directory.EnumerateFiles(ReferenceData.Path("malformed")).Concat(Directory.EnumerateFiles(ReferenceData.Path("codecs"))).Order(StringComparer.Ordinal))
        {
            Assert.Equal(Told(() => DicomFile.Read(File.ReadAllBytes(path), path)), Told(() => DicomFile.Open(path)));
        }
    }

    private static string Told(Func<DicomFile> open)
    {
        try
        {
            var file = open();
            return string.Join('\n', file.Dataset.Elements.Select(e => $"{e} {e.Offset} {string.Join('|', e.ReadStrings() ?? [])} {e.ReadItems().Count} {Convert.ToHexString(e.Bytes.Span)}"));
        }
        catch (DicomException error)
        {
            return error.Message;
        }
    }

    private static byte[] Large(ushort rows, ushort columns) => new DicomBytes().Text(Tags.Modality, "CS", "MR")
        .UInt16(Tags.SamplesPerPixel, 1).UInt16(Tags.Rows, rows).UInt16(Tags.Columns, columns)
        .UInt16(Tags.BitsAllocated, 16).UInt16(Tags.BitsStored, 12).UInt16(Tags.HighBit, 11).UInt16(Tags.PixelRepresentation, 0)
        .Value(Tags.PixelData, "OW", [.. Enumerable.Range(0, rows * columns).SelectMany(n => new[] { (byte)n, (byte)((n >> 8) & 0x0F) })])
        .ToFile(DicomTransferSyntax.ExplicitVrLittleEndian);
}
