using System.IO.Compression;
using Etalon.Dicom;
using Xunit;

namespace Etalon.Tests.Dicom;

public sealed class DicomSourceTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("etalon-dicom-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Files_folders_and_zips_come_in_the_ordinal_order_of_their_names()
    {
        Write("b/2.dcm", Small());
        Write("B/1.dcm", Small());
        Zip("a.zip", ("x/2", Small()), ("x/10", Small()), ("notes.txt", "hello"u8.ToArray()));

        var names = DicomSource.Read(root).Select(entry => entry.Name[(root.Length + 1)..]);

        Assert.Equal(["B/1.dcm", "a.zip!x/10", "a.zip!x/2", "b/2.dcm"], names);
    }

    [Fact]
    public void Other_files_are_passed_over_in_folders_reported_on_request_and_refused_when_named()
    {
        Write("readme.txt", "hello"u8.ToArray());
        Write("empty", []);

        Assert.Empty(DicomSource.Read(root));
        Assert.Equal(
            [DicomEntryKind.Skipped, DicomEntryKind.Skipped],
            DicomSource.Read(root, new DicomSourceOptions { ReportSkipped = true }).Select(entry => entry.Kind));
        Assert.Equal("not-dicom", DicomSource.Read($"{root}/readme.txt").Single().Error!.CodeText);
        Assert.Equal("not-dicom", DicomSource.Read($"{root}/empty").Single().Error!.CodeText);
        Assert.Equal("unreadable", DicomSource.Read($"{root}/absent").Single().Error!.CodeText);
    }

    [Fact]
    public void A_file_named_twice_is_read_once()
    {
        Write("1.dcm", Small());

        Assert.Single(new DicomSource([$"{root}/1.dcm", root, $"{root}/./1.dcm"]).Read(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Links_out_of_the_folder_are_not_followed_and_links_inside_are()
    {
        Write("outside/1.dcm", Small());
        Write("inside/real/1.dcm", Small());
        Directory.CreateDirectory($"{root}/inside/links");
        File.CreateSymbolicLink($"{root}/inside/links/in.dcm", $"{root}/inside/real/1.dcm");
        File.CreateSymbolicLink($"{root}/inside/links/out.dcm", $"{root}/outside/1.dcm");
        Directory.CreateSymbolicLink($"{root}/inside/folder", $"{root}/outside");
        Directory.CreateSymbolicLink($"{root}/inside/loop", $"{root}/inside");
        File.CreateSymbolicLink($"{root}/inside/links/detour.dcm", $"{root}/inside/folder/1.dcm");

        var names = DicomSource.Read($"{root}/inside").Select(entry => entry.Name[(root.Length + 1)..]);

        Assert.Equal(["inside/links/in.dcm", "inside/real/1.dcm"], names);
    }

    [Fact]
    public void An_entry_that_grows_without_measure_is_refused_and_the_others_are_read()
    {
        Zip("bomb.zip", ("1.dcm", [.. Small(), .. new byte[64 << 20]]), ("2.dcm", Small()));

        var entries = DicomSource.Read($"{root}/bomb.zip").ToArray();

        Assert.Equal("zip-bomb", entries[0].Error!.CodeText);
        Assert.Equal($"{root}/bomb.zip!2.dcm", entries[1].File!.Name);
    }

    [Fact]
    public void A_zip_of_too_many_entries_or_bytes_is_refused()
    {
        Zip("many.zip", ("1", Small()), ("2", Small()), ("3", Small()));

        var few = DicomSource.Read($"{root}/many.zip", new DicomSourceOptions { MaxZipEntries = 2 }).ToArray();
        var small = DicomSource.Read($"{root}/many.zip", new DicomSourceOptions { MaxZipBytes = 1000 }).ToArray();

        Assert.Equal("zip-bomb", few.Single().Error!.CodeText);
        Assert.Equal("zip-bomb", small[^1].Error!.CodeText);
        Assert.True(small.Length < 4);
    }

    [Fact]
    public void A_damaged_zip_is_refused_wherever_it_is_damaged()
    {
        Zip("whole.zip", ("1.dcm", Small()), ("../../2.dcm", Small()));
        var whole = File.ReadAllBytes($"{root}/whole.zip");
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[random.Next(4, bytes.Length)] ^= (byte)(1 << random.Next(8));
            Write("broken.zip", i % 3 == 0 ? bytes[..random.Next(4, bytes.Length)] : bytes);

            Assert.All(DicomSource.Read($"{root}/broken.zip"), entry => Assert.True(entry.File is not null ^ entry.Error is not null));
        }
    }

    [Fact]
    public void Bytes_that_differ_from_the_checksum_of_the_zip_are_refused()
    {
        using (var archive = ZipFile.Open($"{root}/stored.zip", ZipArchiveMode.Create))
        {
            using var stream = archive.CreateEntry("1.dcm", CompressionLevel.NoCompression).Open();
            stream.Write(Small());
        }

        var bytes = File.ReadAllBytes($"{root}/stored.zip");
        var pixel = bytes.AsSpan().LastIndexOf("OW\0\0"u8) + 10;
        bytes[pixel] ^= 1;
        Write("flipped.zip", bytes);

        Assert.Equal("zip-invalid", DicomSource.Read($"{root}/flipped.zip").Single().Error!.CodeText);
    }

    private static byte[] Small() => DicomBytes.SmallMr().ToFile(DicomTransferSyntax.ExplicitVrLittleEndian);

    private void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName($"{root}/{name}")!);
        File.WriteAllBytes($"{root}/{name}", bytes);
    }

    private void Zip(string name, params (string Name, byte[] Bytes)[] entries)
    {
        using var archive = ZipFile.Open($"{root}/{name}", ZipArchiveMode.Create);
        foreach (var (entry, bytes) in entries)
        {
            using var stream = archive.CreateEntry(entry).Open();
            stream.Write(bytes);
        }
    }
}
