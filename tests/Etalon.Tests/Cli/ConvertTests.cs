using System.Buffers.Binary;
using System.Text.Json;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Tests.Imaging.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cli;

/// <summary><c>etalon convert</c> as a user would run it.</summary>
public sealed class ConvertTests
{
    private const int Slices = 3;

    [Fact]
    public void Stored_integers_are_kept_with_their_slope_and_voxels_stay_where_they_lie()
    {
        using var folder = new TempFolder();
        Series(folder, "in", s => s with { Slope = 0.5, Intercept = -3 });
        var list = Converted(folder, "in");
        Assert.Equal(["series-007_MR.nii"], Names(list));
        var bytes = File.ReadAllBytes(folder["out/series-007_MR.nii"]);
        // uint16 with slope and intercept: all 16 bits are in use.
        Assert.Equal((512, 0.5f, -3f), (BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(70)), BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(112)), BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(116))));
        var image = NiftiReader.Read(folder["out/series-007_MR.nii"]);
        for (var k = 0; k < Slices; k++)
        {
            for (var j = 0; j < SyntheticObject.Rows; j++)
            {
                for (var i = 0; i < SyntheticObject.Columns; i++)
                {
                    Assert.Equal(0.5f * Value(i, j, k) - 3, image.Frames[0][image.Grid.Index(i, j, k)]);
                    var place = SyntheticObject.At(k) + SyntheticObject.AlongRow * (0.75 * i) + SyntheticObject.AlongColumn * (1.25 * j);
                    Assert.True((image.Grid.ToPatient(i, j, k) - place).Length < 2e-5, "single precision at 100 mm");
                }
            }
        }
    }

    [Fact]
    public void A_slope_for_each_slice_gives_real_values()
    {
        using var folder = new TempFolder();
        Series(folder, "in", (s, k) => s with { Slope = 0.25 * (k + 1) });
        var list = Converted(folder, "in");
        Assert.Contains(list.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == "slopes-differ");
        Assert.Equal(16, BinaryPrimitives.ReadInt16LittleEndian(File.ReadAllBytes(folder["out/series-007_MR.nii"]).AsSpan(70)));
        var image = NiftiReader.Read(folder["out/series-007_MR.nii"]);
        Assert.All(Enumerable.Range(0, Slices), k => Assert.Equal(0.25f * (k + 1) * Value(2, 3, k), image.Frames[0][image.Grid.Index(2, 3, k)]));
    }

    [Fact]
    public void Compressed_files_hold_the_same_voxels()
    {
        using var folder = new TempFolder();
        Series(folder, "in", s => s);
        Converted(folder, "in");
        var run = EtalonCommand.Run(folder.Path, ["convert", "in", "-o", "packed", "--gzip", "--json"]);
        Assert.True(run.Exit == 0, run.ToString());
        Assert.Equal(["convert.json", "series-007_MR.json", "series-007_MR.nii.gz"], Files(folder["packed"]));
        Assert.Equal(NiftiReader.Read(folder["out/series-007_MR.nii"]).Frames[0], NiftiReader.Read(folder["packed/series-007_MR.nii.gz"]).Frames[0]);
    }

    [Fact]
    public void Two_patients_in_one_folder_stay_two_and_nothing_names_them()
    {
        using var folder = new TempFolder();
        Series(folder, "in/a", s => s with { PatientId = "MRN4711", PatientName = "Curie^Marie", Description = "Curie head" });
        Series(folder, "in/b", s => s with { PatientId = "MRN4712", PatientName = "Noether^Emmy", StudyUid = "1.9", SeriesUid = "1.9.1", Uid = "1.9.1.1", Modality = "PT" });
        var list = Converted(folder, "in");
        Assert.Equal(["patient-1/series-007_MR.nii", "patient-2/series-007_PT.nii"], Names(list));
        foreach (var file in Directory.EnumerateFiles(folder["out"], "*", SearchOption.AllDirectories))
        {
            var text = file[folder["out"].Length..] + System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file));
            Assert.All(new[] { "Curie", "Marie", "Noether", "MRN471" }, name => Assert.DoesNotContain(name, text, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public void Names_and_identifiers_are_taken_out_of_texts_paths_and_reasons()
    {
        using var folder = new TempFolder();
        Series(folder, "in/a", s => s with
        {
            PatientId = "MRN4711", PatientName = "Curie^Marie", More = d => d.Text(new DicomTag(0x0008, 0x0090), "PN", "Quimby^Otto").Text(new DicomTag(0x0008, 0x1010), "SH", "MR-Curie").Text(new DicomTag(0x0008, 0x2111), "ST", "for Quimby, Otto")
                .Text(Tags.ContrastBolusAgent, "LO", "given by Otto Quimby 5 ml").Text(Tags.DeviceSerialNumber, "LO", "S4711 MRN4711").Text(Tags.SoftwareVersions, "LO", "XA30 curie"),
        });
        folder.Write("in/Curie_Marie.dcm", new byte[] { 1, 2, 3 });
        var list = Converted(folder, "in");
        var text = list.ToString() + File.ReadAllText(folder["out/series-007_MR.json"]);
        var inspected = EtalonCommand.Run(folder.Path, ["inspect", "in/a", "--json"]).Out + EtalonCommand.Run(folder.Path, ["inspect", "in/a"]).Out;
        foreach (var shown in new[] { text, inspected })
        {
            Assert.All(new[] { "Curie", "Marie", "Quimby", "Otto", "MRN4711" }, name => Assert.DoesNotContain(name, shown, StringComparison.OrdinalIgnoreCase));
            Assert.Contains("given by x x 5 ml", shown, StringComparison.Ordinal);
            Assert.Contains("XA30 x", shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Diffusion_has_b_values_directions_and_a_sidecar_in_seconds()
    {
        using var folder = new TempFolder();
        var direction = (SyntheticObject.AlongRow * 0.6 + SyntheticObject.Normal * 0.8).Normalised();
        foreach (var b in new[] { 0, 850 })
        {
            Series(folder, $"in/{b}", s => s with
            {
                BValue = b, Uid = $"1.2.3.4.{b}",
                More = d =>
                {
                    d.Text(Tags.EchoTime, "DS", "81.7").Text(Tags.RepetitionTime, "DS", "9000").Text(Tags.Manufacturer, "LO", "ACME");
                    if (b > 0)
                    {
                        d.Float64(Tags.DiffusionGradientOrientation, direction.X, direction.Y, direction.Z);
                    }
                },
            });
        }

        Converted(folder, "in");
        Assert.Equal("0 850\n", File.ReadAllText(folder["out/series-007_MR.bval"]));
        // Row, column and normal are right-handed, so the first component has the other sign (FSL).
        Assert.Equal("0 -0.6\n0 0\n0 0.8\n", File.ReadAllText(folder["out/series-007_MR.bvec"]));
        var sidecar = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(folder["out/series-007_MR.json"]));
        Assert.Equal((0.0817, 9.0, "ACME", "RescaleSlope and RescaleIntercept"),
            (sidecar.GetProperty("EchoTime").GetDouble(), sidecar.GetProperty("RepetitionTime").GetDouble(), sidecar.GetProperty("Manufacturer").GetString(), sidecar.GetProperty("ValueRule").GetString()));
    }

    [Fact]
    public void What_is_there_is_replaced_only_with_force()
    {
        using var folder = new TempFolder();
        Series(folder, "in", s => s);
        Converted(folder, "in");
        var again = EtalonCommand.Run(folder.Path, ["convert", "in", "-o", "out"]);
        Assert.True(again.Exit == 2, again.ToString());
        Assert.Equal(0, EtalonCommand.Run(folder.Path, ["convert", "in", "-o", "out", "--force"]).Exit);
        folder.Write("theirs/note.txt", "mine");
        Assert.Equal(2, EtalonCommand.Run(folder.Path, ["convert", "in", "-o", "theirs", "--force"]).Exit);
        Assert.Equal("mine", File.ReadAllText(folder["theirs/note.txt"]));
        // The second of two inputs counts too.
        Series(folder, "out/more", s => s with { SeriesUid = "1.7", Uid = "1.7.1" });
        Assert.Equal(2, EtalonCommand.Run(folder.Path, ["convert", "in", "out/more", "-o", "out", "--force"]).Exit);
    }

    [Fact]
    public void Input_that_holds_no_volume_is_told_with_its_reason()
    {
        using var folder = new TempFolder();
        folder.Write("in/notes.txt", "no DICOM");
        foreach (var path in new[] { "in", "in/notes.txt", "nowhere" })
        {
            var run = EtalonCommand.Run(folder.Path, ["convert", path, "-o", "out", "--json"]);
            Assert.True(run.Exit == 3, run.ToString());
            Assert.NotEqual(0, JsonSerializer.Deserialize<JsonElement>(run.Out).GetArrayLength());
        }

        Assert.Equal(["in"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_series_with_cut_pixels_is_left_out_and_the_others_are_written()
    {
        using var folder = new TempFolder();
        Series(folder, "in/good", s => s);
        Series(folder, "in/cut", s => s with { SeriesUid = "1.7", SeriesNumber = 8, Uid = "1.7.1", Stored = new ushort[7] });
        var list = Converted(folder, "in");
        Assert.Equal(["series-007_MR.nii"], Names(list));
        Assert.Contains(list.GetProperty("findings").EnumerateArray(), f => f.GetProperty("found").GetString()!.Contains("truncated", StringComparison.Ordinal) && f.GetProperty("severity").GetString() == "error");
        Assert.Equal(["convert.json", "series-007_MR.json", "series-007_MR.nii"], Files(folder["out"]));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(150)]
    [InlineData(300)]
    [InlineData(500)]
    public void Interrupted_it_leaves_nothing_or_all(int afterMs)
    {
        using var folder = new TempFolder();
        for (var n = 1; n <= 40; n++)
        {
            Series(folder, $"in/{n}", s => s with { SeriesUid = $"1.8.{n}", SeriesNumber = n, Uid = $"1.8.{n}.1" });
        }

        using var run = EtalonCommand.Start(folder.Path, ["convert", "in", "-o", "out"]);
        if (!run.EndsWithin(TimeSpan.FromMilliseconds(afterMs)))
        {
            run.Signal(2);
        }

        Assert.True(run.EndsWithin(TimeSpan.FromSeconds(20)), "still running 20 s after the signal");
        Assert.Contains(run.Result().Exit, new[] { 0, 130 });
        Assert.Equal(run.Result().Exit == 0 ? ["in", "out"] : ["in"], Directory.EnumerateFileSystemEntries(folder.Path).Select(e => Path.GetFileName(e)!).Order(StringComparer.Ordinal));
        Assert.Equal(run.Result().Exit == 0 ? 81 : 0, Directory.Exists(folder["out"]) ? Files(folder["out"]).Count : 0);
    }

    private static int Value(int i, int j, int k) => 100 * k + 10 * j + i;

    private static void Series(TempFolder folder, string name, Func<SyntheticObject, SyntheticObject> change) => Series(folder, name, (s, _) => change(s));

    /// <summary>Slices in scrambled order of names.</summary>
    private static void Series(TempFolder folder, string name, Func<SyntheticObject, int, SyntheticObject> change)
    {
        for (var k = 0; k < Slices; k++)
        {
            var stored = Enumerable.Range(0, SyntheticObject.Columns * SyntheticObject.Rows).Select(n => (ushort)Value(n % SyntheticObject.Columns, n / SyntheticObject.Columns, k)).ToArray();
            var one = change(new SyntheticObject { Position = SyntheticObject.At(k), InstanceNumber = 9 - k, Stored = stored }, k);
            folder.Write($"{name}/{(k + 1) % Slices}.dcm", (one with { Uid = $"{one.Uid}.{k}" }).ToFile());
        }
    }

    /// <summary>Converts to <c>out</c>; the list, which its schema allows and which stands in the folder too.</summary>
    private static JsonElement Converted(TempFolder folder, string input)
    {
        var run = EtalonCommand.Run(folder.Path, ["convert", input, "-o", "out", "--json"]);
        Assert.True(run.Exit == 0, run.ToString());
        Assert.Equal(run.Out, File.ReadAllText(folder["out/convert.json"]));
        var list = JsonSerializer.Deserialize<JsonElement>(run.Out);
        using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/convert.schema.json"));
        Assert.Empty(SchemaCheck.Violations(list, schema.RootElement));
        return list;
    }

    private static IEnumerable<string?> Names(JsonElement list) => list.GetProperty("files").EnumerateArray().Select(f => f.GetString());

    private static List<string> Files(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal)];
}
