using System.IO.Compression;
using System.Text.Json;
using Etalon.Tests.Dicom;
using Etalon.Tests.Imaging.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Inspection;

/// <summary>Damaged input is told object by object; the command itself never fails over it.</summary>
public sealed class InspectDamagedTests
{
    private const int Mutants = 300;

    [Theory]
    [InlineData("inspect", ".", "--json")]
    [InlineData("inspect", ".", "--json", "--hash")]
    [InlineData("inspect", ".")]
    public void Three_hundred_damaged_objects_and_zips_end_the_command_as_sound_ones_do(params string[] arguments)
    {
        using var folder = new TempFolder();
        Damage(folder);
        var run = EtalonCommand.Run(folder.Path, arguments);
        Assert.True(run.Exit == 0 && run.Error.Length == 0, run.ToString());
        if (arguments.Contains("--json"))
        {
            using var json = JsonDocument.Parse(run.Out);
            using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/inspect.schema.json"));
            Assert.Empty(SchemaCheck.Violations(json.RootElement, schema.RootElement));
            Assert.True(json.RootElement.GetProperty("objects").GetArrayLength() > Mutants / 2);
        }
    }

    [Theory]
    [InlineData("fuzz")]
    [InlineData("malformed")]
    public void The_damaged_part_of_the_reference_set_does_not_fail_the_command(string part)
    {
        var run = EtalonCommand.Run(ReferenceData.Path(), ["inspect", part, "--hash"]);
        Assert.True(run.Exit == 0 && run.Error.Length == 0, run.ToString());
        Assert.Contains("refused", run.Out, StringComparison.Ordinal);
    }

    /// <summary>Sources of several kinds: a classic slice, an enhanced object, a mosaic's header, a segmentation, a dose; every fifth mutant is a zip of them.</summary>
    private static void Damage(TempFolder folder)
    {
        var random = new Random(20241);
        var sources = new List<byte[]> { new SyntheticObject { BValue = 850 }.ToFile(), DicomBytes.SmallMr().ToFile(SyntheticObject.ExplicitLittle) };
        foreach (var name in new[] { "enhanced/6_1.dcm", "codecs/MR_small_RLE.dcm", "derived/seg-dcmqi/liver.dcm", "codecs/liver_rle.dcm", "codecs/MR_small_jp2klossless.dcm", "malformed/rtdose_1frame.dcm" })
        {
            var path = Path.Combine(ReferenceData.Path(), name);
            if (File.Exists(path) && new FileInfo(path).Length < 400_000)
            {
                sources.Add(File.ReadAllBytes(path));
            }
        }

        for (var n = 0; n < Mutants; n++)
        {
            var whole = sources[n % sources.Count];
            if (n % 5 == 4)
            {
                folder.Write($"{n}.zip", Mutation.Of(Zip(whole), random, n % Mutation.Kinds));
            }
            else
            {
                folder.Write($"{n}.dcm", Mutation.Of(whole, random, n % Mutation.Kinds));
            }
        }
    }

    private static byte[] Zip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var k = 0; k < 2; k++)
            {
                using var entry = zip.CreateEntry($"{k}.dcm").Open();
                entry.Write(content);
            }
        }

        return memory.ToArray();
    }
}
