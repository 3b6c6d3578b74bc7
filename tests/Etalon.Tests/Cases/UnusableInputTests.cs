using Etalon.Tests.Imaging.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>What <c>run</c> says of a path of which nothing can be used.</summary>
public sealed class UnusableInputTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_path_that_is_not_there_is_said_not_to_be_there() => Says(_folder["nowhere"], "no such file or folder");

    [Fact]
    public void An_empty_file_is_called_empty() => Says(_folder.Write("a.dcm", []), "an empty file");

    [Fact]
    public void A_file_beyond_the_limit_is_told_with_the_limit_and_no_remedy_that_nobody_can_follow()
    {
        var path = _folder.Write("a.dcm", new SyntheticObject().ToFile());
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(10L << 30);
        }

        Says(path, "too-large");
    }

    [Fact]
    public void One_damaged_object_and_nothing_else_is_an_error_that_speaks_of_no_others()
    {
        var path = _folder.Write("a.dcm", new SyntheticObject().ToFile()[..300]);
        Says(path, "truncated");
        Says(_folder.Path, "truncated");
    }

    [Fact]
    public void A_zip_of_damaged_objects_counts_them()
    {
        using (var zip = System.IO.Compression.ZipFile.Open(_folder["a.zip"], System.IO.Compression.ZipArchiveMode.Create))
        {
            foreach (var name in new[] { "one", "two" })
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(new SyntheticObject().ToFile().AsSpan(0, 300));
            }
        }

        Says(_folder["a.zip"], "2 objects, none of which can be read");
    }

    private static void Says(string path, string found)
    {
        var output = StudyOutput.Of(path);
        Assert.Equal(3, output.Command.Exit);
        var finding = Assert.Single(output.Findings);
        Assert.Equal("error", finding.GetProperty("severity").GetString());
        Assert.Contains(found, finding.GetProperty("found").GetString(), StringComparison.Ordinal);
        Assert.Equal(Path.GetFileName(path), finding.GetProperty("about").GetString());
        var remedy = finding.GetProperty("remedy").GetString()!;
        Assert.All(["The other objects", "options"], word => Assert.DoesNotContain(word, remedy, StringComparison.Ordinal));
    }
}
