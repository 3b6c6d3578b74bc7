using System.IO.Compression;
using System.Text.Json;
using Etalon.Tests.Dicom;
using Etalon.Tests.Imaging.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Inspection;

/// <summary>The list of objects that <c>etalon inspect</c> prints, as a user would run it.</summary>
public sealed class InspectObjectsTests
{
    private const string DoseThatDcmtkSwaps = "rt.zip!rtdose_expb.dcm"; // see ReferencePixelTests
    private const string CountOfFramesIsNoNumber = "malformed/badVR.dcm"; // NumberOfFrames is the text 1A: refused, not guessed

    [Fact]
    public void Pixels_of_the_reference_set_have_the_sums_that_other_decoders_gave()
    {
        var root = ReferenceData.Path();
        var objects = Objects(EtalonCommand.Run(root, ["inspect", ".", "--json", "--hash"]), 0);
        var rows = ReferenceData.Table("expected/pixels.tsv").Where(r => r[3] == "native" && r[0] != CountOfFramesIsNoNumber).ToList();
        Assert.True(rows.Count > 800);
        Assert.All(rows, row => Assert.Equal(("ok", row[2]), (Text(objects["./" + row[0]], "status"), Text(objects["./" + row[0]], "pixels_md5"))));
        // Compressed rows: the same pixels, or a refusal with its reason; never other pixels.
        Assert.All(ReferenceData.Table("expected/pixels.tsv").Where(r => r[3] is "dcmtk-decoded" or "gdcm-only" && r[0] != DoseThatDcmtkSwaps), row =>
        {
            var o = objects["./" + row[0]];
            Assert.Equal(Text(o, "status") == "ok" ? row[2] : null, Text(o, "pixels_md5"));
        });
        Assert.Equal(80, objects.Keys.Count(k => k.StartsWith("./fuzz/", StringComparison.Ordinal)));
        Assert.Contains(objects.Values, o => Text(o, "status") == "pixels-truncated");
    }

    [Fact]
    public void Every_entry_says_ok_or_what_was_found_where_and_what_to_do()
    {
        var root = ReferenceData.Path();
        var objects = Objects(EtalonCommand.Run(root, ["inspect", "malformed", "fuzz", "--json"]), 0);
        Assert.All(objects.Values, o =>
        {
            var error = o.GetProperty("error");
            Assert.Equal(Text(o, "status") == "ok", error.ValueKind == JsonValueKind.Null);
            Assert.Equal(JsonValueKind.Null, o.GetProperty("pixels_md5").ValueKind);
            if (error.ValueKind != JsonValueKind.Null)
            {
                Assert.Equal(Text(o, "status"), Text(error, "code"));
                Assert.All(["found", "expected", "remedy"], field => Assert.False(string.IsNullOrWhiteSpace(Text(error, field)), field));
                Assert.True(error.TryGetProperty("tag", out _) && error.TryGetProperty("offset", out _));
            }
        });
    }

    [Fact]
    public void Paths_are_as_given_and_entries_of_a_zip_stand_behind_a_mark()
    {
        using var folder = new TempFolder();
        folder.Write("a/one.dcm", new SyntheticObject().ToFile());
        folder.Write("a/notes.txt", "no object");
        folder.Write("plain.txt", "no object either, and long enough that its head holds no mark");
        using (var zip = ZipFile.Open(folder["b.zip"], ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("in/two").Open();
            entry.Write(new SyntheticObject { Uid = "1.2.3.4.2" }.ToFile());
        }

        var run = EtalonCommand.Run(folder.Path, ["inspect", "a", "b.zip", "plain.txt", "--json", "--hash"]);
        var objects = Objects(run, 0);
        Assert.Equal(["a/one.dcm", "b.zip!in/two", "plain.txt"], objects.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("ok", "ok", "not-dicom"), (Text(objects["a/one.dcm"], "status"), Text(objects["b.zip!in/two"], "status"), Text(objects["plain.txt"], "status")));
        Assert.Equal(Text(objects["a/one.dcm"], "pixels_md5"), Text(objects["b.zip!in/two"], "pixels_md5"));
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal(1, json.RootElement.GetProperty("counts").GetProperty("not_dicom").GetInt32());
    }

    [Fact]
    public void Where_nothing_could_be_read_the_exit_is_3_and_the_list_is_still_there()
    {
        using var folder = new TempFolder();
        folder.Write("cut.dcm", new SyntheticObject().ToFile()[..200]);
        Assert.Equal("truncated", Text(Objects(EtalonCommand.Run(folder.Path, ["inspect", "cut.dcm", "--json"]), 3)["cut.dcm"], "status"));
        Assert.Equal("unreadable", Text(Objects(EtalonCommand.Run(folder.Path, ["inspect", "nowhere", "--json"]), 3)["nowhere"], "status"));
    }

    [Fact]
    public void Pixels_cut_short_are_told_without_decoding_anything()
    {
        using var folder = new TempFolder();
        var whole = SyntheticObject.Pixels(new DicomBytes().Text(Etalon.Dicom.Tags.Modality, "CS", "MR"), new ushort[7]).ToFile(SyntheticObject.ExplicitLittle);
        folder.Write("short.dcm", whole);
        Assert.Equal("pixels-truncated", Text(Objects(EtalonCommand.Run(folder.Path, ["inspect", "short.dcm", "--json"]), 3)["short.dcm"], "status"));
    }

    private static Dictionary<string, JsonElement> Objects(CommandResult run, int exit)
    {
        Assert.True(run.Exit == exit && run.Error.Length == 0, run.ToString());
        return JsonDocument.Parse(run.Out).RootElement.GetProperty("objects").EnumerateArray().ToDictionary(o => Text(o, "path")!, StringComparer.Ordinal);
    }

    private static string? Text(JsonElement o, string name) => o.GetProperty(name).GetString();
}
