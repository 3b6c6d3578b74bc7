using Etalon.Dicom;
using Etalon.Tests.Phantoms;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study;

/// <summary>Runs on objects that name several persons, and on their own results.</summary>
public sealed class PersonsInTextsTests(VirtualDicomTests.Study study) : IClassFixture<VirtualDicomTests.Study>
{
    private static readonly DicomTag ReferringPhysicianName = new(0x0008, 0x0090);

    [Fact]
    public void Whom_the_objects_name_stands_nowhere_in_what_a_run_leaves()
    {
        using var folder = new TempFolder();
        Copy(folder["p"], (b, d) =>
        {
            b.Set(Tags.PatientName, "Hitchens^Alma").Set(ReferringPhysicianName, "Quimby^Otto");
            Rename(b, d, Tags.SegmentSequence, Tags.SegmentLabel);
            Rename(b, d, Tags.StructureSetRoiSequence, Tags.RoiName);
        });
        var run = EtalonCommand.Run(folder.Path, ["run", "p", "-o", "out", "--json", "--no-twin"]);
        Assert.True(run.Exit == 0, run.ToString());
        Assert.Contains("GTV_x_by_x", run.Out.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Quimby", run.Out + run.Error, StringComparison.OrdinalIgnoreCase);
        foreach (var file in Directory.EnumerateFiles(folder["out"], "*", SearchOption.AllDirectories))
        {
            var text = Path.GetRelativePath(folder.Path, file) + System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file));
            Assert.All(new[] { "Quimby", "Hitchens" }, name => Assert.DoesNotContain(name, text, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Results_of_an_earlier_run_beside_the_images_are_not_measured_again(bool identified)
    {
        using var folder = new TempFolder();
        Copy(folder["p"], (_, _) => { });
        string[] identify = identified ? ["--identify"] : [];
        var first = EtalonCommand.Run(folder.Path, ["run", "p", "-o", "out", "--no-twin", .. identify]);
        Assert.True(first.Exit == 0, first.ToString());
        var written = Directory.GetFiles(folder["out/dicom"], "*.dcm", SearchOption.AllDirectories);
        Assert.NotEmpty(written);
        var alone = StudyOutput.Of(folder["p"]).Exits(0);
        foreach (var file in written)
        {
            File.Copy(file, folder[$"p/{Guid.CreateVersion7():N}.dcm"]);
        }

        var both = StudyOutput.Of(folder["p"]).Exits(0).Says("own-results-skipped", $"{written.Length} ");
        Assert.Equal(alone.Measurements.Select(m => m.GetProperty("id").GetString()), both.Measurements.Select(m => m.GetProperty("id").GetString()));
        Assert.Equal(alone.Json.GetProperty("subject").GetString(), both.Json.GetProperty("subject").GetString());
    }

    private void Copy(string to, Action<DicomDatasetBuilder, DicomDataset> change)
    {
        Directory.CreateDirectory(to);
        var number = 0;
        foreach (var path in Directory.GetFiles(Path.Combine(study.Dicom, "demo", "1"), "*.dcm", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var dataset = DicomFile.Read(File.ReadAllBytes(path), path).Dataset;
            var builder = DicomDatasetBuilder.From(dataset);
            change(builder, dataset);
            File.WriteAllBytes(Path.Combine(to, $"{number++}.dcm"), DicomWriter.ToBytes(builder));
        }
    }

    /// <summary>Calls an outline after two persons; the brain keeps its name.</summary>
    private static void Rename(DicomDatasetBuilder builder, DicomDataset data, DicomTag sequence, DicomTag name)
    {
        if (data.GetSequence(sequence) is { Count: > 0 } items)
        {
            builder.SetSequence(sequence, items.Select(i => i.GetString(name) == "brain" ? DicomDatasetBuilder.From(i) : DicomDatasetBuilder.From(i).Set(name, "GTV Hitchens by Quimby")));
        }
    }
}
