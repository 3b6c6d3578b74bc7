using System.IO.Compression;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>Archives that are no case, or are meant to fill disk and memory.</summary>
public sealed class BadArchiveTests
{
    private static readonly Dictionary<string, string> LittleMemory = new() { ["DOTNET_GCHeapHardLimit"] = "0xC800000" };

    [Fact]
    public void An_archive_that_expands_a_thousandfold_is_refused_in_little_memory()
    {
        using var folder = new TempFolder();
        using (var archive = new ZipArchive(File.Create(folder["bomb.zip"]), ZipArchiveMode.Create))
        {
            var zeros = new byte[1 << 20];
            using var entry = archive.CreateEntry("IM0001", CompressionLevel.Fastest).Open();
            for (var n = 0; n < 600; n++)
            {
                entry.Write(zeros);
            }
        }

        StudyOutput.Of(folder["bomb.zip"], LittleMemory).Exits(3);
    }

    [Theory]
    [InlineData("../../escaped.dcm")]
    [InlineData("/escaped.dcm")]
    [InlineData("a\\..\\..\\escaped.dcm")]
    public void An_entry_that_leads_out_of_its_archive_writes_nothing(string name)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["in/deep"]);
        using (var archive = new ZipArchive(File.Create(folder["in/deep/slip.zip"]), ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry(name).Open();
            entry.Write("not DICOM"u8);
        }

        StudyOutput.Of(folder["in/deep/slip.zip"]).Exits(3);
        Assert.Equal([folder["in/deep/slip.zip"]], Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
        Assert.False(File.Exists("/escaped.dcm"));
    }

    [Theory]
    [InlineData("PK\u0003\u0004")]
    [InlineData("")]
    [InlineData("no archive")]
    public void What_only_calls_itself_an_archive_is_refused(string content)
    {
        using var folder = new TempFolder();
        StudyOutput.Of(folder.Write("a.zip", content)).Exits(3);
    }
}
