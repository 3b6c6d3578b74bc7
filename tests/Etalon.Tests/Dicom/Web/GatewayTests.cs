using System.Text.Json;
using Etalon.Dicom;
using Etalon.Dicom.Web;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Dicom.Web;

/// <summary>In and out through a real server on loopback.</summary>
public sealed class GatewayTests(Gateway gateway) : IClassFixture<Gateway>
{
    private static readonly DicomWebQuery Made = new() { StudyUids = [Gateway.Study] };

    [Fact]
    public async Task What_a_scanner_sent_is_pulled_with_the_same_pixels()
    {
        using var folder = new TempFolder();
        using var client = gateway.Server.Client();
        var result = await DicomPull.RunAsync(client, new DicomWebQuery(), folder["p"], null, TestContext.Current.CancellationToken);
        Assert.Empty(result.Issues);
        var sent = Pixels(gateway.Sent);
        Assert.Equal(sent.Count, result.Fetched);
        Assert.Equal(sent, Pixels(folder["p"]));
    }

    [Theory]
    [InlineData("MR", 8)]
    [InlineData("PT", 4)]
    [InlineData("CT", 0)]
    public async Task A_query_by_patient_modality_and_date_finds_those_and_no_others(string modality, int count)
    {
        using var client = gateway.Server.Client();
        var query = new DicomWebQuery { PatientId = Gateway.PatientId, Modalities = [modality], Since = new DateOnly(2024, 3, 12) };
        var listing = await client.FindAsync(query, TestContext.Current.CancellationToken);
        Assert.Equal((count, 0, 0), (listing.Instances.Count, listing.Unasked, listing.Issues.Count));
        Assert.Empty((await client.FindAsync(query with { Since = new DateOnly(2024, 3, 13) }, TestContext.Current.CancellationToken)).Instances);
        Assert.Empty((await client.FindAsync(query with { PatientId = "G" }, TestContext.Current.CancellationToken)).Instances);
    }

    [Fact]
    public async Task Pages_smaller_than_a_series_find_the_same_objects()
    {
        using var whole = gateway.Server.Client();
        using var paged = gateway.Server.Client(new DicomWebOptions { PageSize = 3 });
        var expected = await whole.FindAsync(new DicomWebQuery { SeriesUids = [Gateway.Study + ".2"] }, TestContext.Current.CancellationToken);
        Assert.Equal(8, expected.Instances.Count);
        Assert.Equal(expected.Instances, (await paged.FindAsync(new DicomWebQuery { SeriesUids = [Gateway.Study + ".2"] }, TestContext.Current.CancellationToken)).Instances);
    }

    [Fact]
    public async Task A_pull_that_was_stopped_half_way_leaves_whole_objects_and_goes_on()
    {
        using var folder = new TempFolder();
        using var client = gateway.Server.Client(new DicomWebOptions { Parallel = 1 });
        using var stop = new CancellationTokenSource();
        var afterFive = new StopAfter(5, stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DicomPull.RunAsync(client, Made, folder["p"], afterFive, stop.Token));
        var left = Directory.GetFiles(folder["p"], "*.dcm", SearchOption.AllDirectories).Order().ToList();
        Assert.InRange(left.Count, 5, Gateway.Slices - 1);
        Assert.Equal(left.Count, Manifest(folder["p"]).Count);
        Assert.Empty(Directory.GetFiles(folder["p"], "*etalon-partial*", SearchOption.AllDirectories));
        var written = left.ToDictionary(f => f, File.GetLastWriteTimeUtc);

        var rest = await DicomPull.RunAsync(client, Made, folder["p"], null, TestContext.Current.CancellationToken);
        Assert.Equal((Gateway.Slices - left.Count, left.Count), (rest.Fetched, rest.Kept));
        Assert.True(rest.IsComplete);
        Assert.Empty(rest.Issues);
        Assert.All(written, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
        Assert.Equal(Pixels(Path.Combine(gateway.Sent, "made")), Pixels(folder["p"]));
    }

    [Fact]
    public async Task Files_that_changed_or_vanished_since_are_fetched_again_with_a_word_about_it()
    {
        using var folder = new TempFolder();
        using var client = gateway.Server.Client();
        var first = await DicomPull.RunAsync(client, Made, folder["p"], null, TestContext.Current.CancellationToken);
        var flipped = Path.Combine(folder["p"], first.Objects[3].Instance.Path);
        var bytes = await File.ReadAllBytesAsync(flipped, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(flipped, bytes, TestContext.Current.CancellationToken);
        File.Delete(Path.Combine(folder["p"], first.Objects[7].Instance.Path));

        var second = await DicomPull.RunAsync(client, Made, folder["p"], null, TestContext.Current.CancellationToken);
        Assert.Equal((2, Gateway.Slices - 2), (second.Fetched, second.Kept));
        Assert.Equal([first.Objects[3].Instance.Path, first.Objects[7].Instance.Path], second.Issues.Select(i => i.About));
        Assert.All(second.Issues, issue => Assert.Equal(DicomWebErrorCode.FileDamaged, issue.Code));
        Assert.Equal(first.Objects, second.Objects);
    }

    [Fact]
    public async Task What_is_pushed_to_an_empty_server_can_be_read_back_from_it()
    {
        using var folder = new TempFolder();
        using var other = await Orthanc.StartAsync();
        using var client = other.Client();
        System.IO.Compression.ZipFile.CreateFromDirectory(Path.Combine(gateway.Sent, "made"), folder["made.zip"]);
        folder.Write("notes.txt", "no object");
        folder.Write("damaged.dcm", Gateway.Slice(2, "1.2.3.778").ToFile()[..^7]);
        // The same object again, and another one under its UID.
        var twin = Gateway.Slice(5);
        folder.Write("z/again.dcm", twin.ToFile());

        var result = await DicomPush.RunAsync(client, [folder.Path], null, TestContext.Current.CancellationToken);
        Assert.Empty(result.Issues);
        Assert.Equal("damaged.dcm", Path.GetFileName(Assert.Single(result.Unreadable).FileName));
        Assert.False(result.IsComplete);
        Assert.Equal((Gateway.Slices, 1), (result.Objects.Count(o => o.Status == PushedStatus.Stored), result.Objects.Count(o => o.Status == PushedStatus.Repeated)));
        await DicomPull.RunAsync(client, new DicomWebQuery(), folder["back"], null, TestContext.Current.CancellationToken);
        Assert.Equal(Pixels(Path.Combine(gateway.Sent, "made")), Pixels(folder["back"]));

        // The server keeps the older object of a UID and still says that all is well: reading back tells.
        folder.Write("changed/pixels.dcm", (twin with { Stored = [.. twin.Stored.Select(v => (ushort)(v + 1))] }).ToFile());
        folder.Write("changed/text.dcm", (Gateway.Slice(6) with { Description = "another word" }).ToFile());
        var changed = await DicomPush.RunAsync(client, [folder["changed"]], null, TestContext.Current.CancellationToken);
        Assert.Equal([PushedStatus.Failed, PushedStatus.Changed], changed.Objects.Select(o => o.Status));
        Assert.Equal([DicomWebErrorCode.ObjectNotStored, DicomWebErrorCode.ObjectChanged], changed.Issues.Select(i => i.Code));
        Assert.Contains("SeriesDescription", changed.Issues[1].Found, StringComparison.Ordinal);
        Assert.DoesNotContain("another word", changed.Issues[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_verbs_pull_and_push_say_what_they_did_and_refuse_a_wrong_password()
    {
        using var folder = new TempFolder();
        var url = gateway.Server.Address.ToString();
        var right = new Dictionary<string, string> { ["ETALON_DICOMWEB_USER"] = Orthanc.User, ["ETALON_DICOMWEB_PASSWORD"] = Orthanc.Password };
        var wrong = new Dictionary<string, string> { ["ETALON_DICOMWEB_USER"] = Orthanc.User, ["ETALON_DICOMWEB_PASSWORD"] = "wrong battery" };

        var pull = EtalonCommand.Run(folder.Path, ["pull", url, "-o", "p", "--patient", Gateway.PatientId, "--json"], right);
        Assert.True(pull.Exit == 0, pull.ToString());
        using var json = JsonDocument.Parse(pull.Out);
        Assert.Equal((Gateway.Slices, 0), (json.RootElement.GetProperty("fetched").GetInt32(), json.RootElement.GetProperty("findings").GetArrayLength()));

        var push = EtalonCommand.Run(folder.Path, ["push", "p", url], right);
        Assert.True(push is { Exit: 0, Error: "" }, push.ToString());
        Assert.Contains($"{Gateway.Slices} objects on the server and read back: {Gateway.Slices} as sent", push.Out, StringComparison.Ordinal);

        var refused = EtalonCommand.Run(folder.Path, ["pull", url, "-o", "q"], wrong);
        Assert.Equal((3, ""), (refused.Exit, refused.Out));
        Assert.Contains("server-credentials-refused", refused.Error, StringComparison.Ordinal);
        Assert.Contains("ETALON_DICOMWEB_PASSWORD", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("battery", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["q"]));
    }

    /// <summary>SHA-256 of the pixel data by UID.</summary>
    private static SortedDictionary<string, string> Pixels(string folder)
    {
        var pixels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in DicomSource.Read(folder).Where(e => e.File is not null))
        {
            Assert.True(entry.File!.Dataset.TryGet(Tags.PixelData, out var element), entry.Name);
            pixels.Add(entry.File.Dataset.GetString(Tags.SopInstanceUid)!, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(element.Bytes.Span)));
        }

        Assert.NotEmpty(pixels);
        return pixels;
    }

    private static List<JsonElement> Manifest(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "pull.json")));
        Assert.Equal("etalon-pull-1", json.RootElement.GetProperty("schema").GetString());
        return [.. json.RootElement.Clone().GetProperty("objects").EnumerateArray()];
    }

    private sealed class StopAfter(int count, CancellationTokenSource stop) : IProgress<DicomTransferProgress>
    {
        public void Report(DicomTransferProgress value)
        {
            if (value.Done == count)
            {
                stop.Cancel();
            }
        }
    }
}
