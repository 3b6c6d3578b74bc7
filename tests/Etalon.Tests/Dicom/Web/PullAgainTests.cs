using Etalon.Dicom.Web;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Dicom.Web;

/// <summary>Pulls that were killed, and servers whose studies go while they are asked.</summary>
public sealed class PullAgainTests
{
    private const string Lock = ".pull.etalon-partial";
    private static readonly byte[] Right = (Gateway.Slice(1) with { StudyUid = "1.2", SeriesUid = "1.3", Uid = "1.4" }).ToFile();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Lock)]
    [InlineData(Lock, ".1.4.etalon-partial")]
    [InlineData(Lock, "pull.json.etalon-partial")]
    public async Task A_pull_killed_before_its_first_object_is_gone_on_with(params string[] left)
    {
        using var folder = new TempFolder();
        foreach (var name in left)
        {
            folder.Write("p/" + name, "half");
        }

        using var server = Server();
        Assert.True((await PullAsync(server, folder["p"])).IsComplete);
        Assert.Equal(["p/1.2/1.3/1.4.dcm", "p/pull.json"], Names(folder));
    }

    [Fact]
    public async Task A_pull_killed_at_its_first_object_is_gone_on_with()
    {
        using var folder = new TempFolder();
        var state = new Dictionary<string, byte[]>();
        void Remember()
        {
            foreach (var name in Names(folder).Where(_ => state.Count < 3))
            {
                // What is held open (the lock, the object on its way) can be seen and not read.
                state[name] = name.EndsWith(".etalon-partial", StringComparison.Ordinal) ? [] : File.ReadAllBytes(folder[name]);
            }
        }

        using var server = Server(Remember);
        await PullAsync(server, folder["p"]);
        Assert.Equal(["p/.1.4.etalon-partial", "p/" + Lock, "p/pull.json"], state.Keys.Order(StringComparer.Ordinal));

        // What SIGKILL leaves then, and an object that the manifest does not know yet.
        using var killed = new TempFolder();
        foreach (var (name, bytes) in state)
        {
            killed.Write(name, bytes);
        }

        killed.Write("p/1.2/1.3/1.4.dcm", Right);
        var result = await PullAsync(server, killed["p"]);
        Assert.Equal((true, 1), (result.IsComplete, result.Fetched));
        Assert.Equal(["p/1.2/1.3/1.4.dcm", "p/pull.json"], Names(killed));
    }

    [Fact]
    public async Task A_folder_with_files_of_others_is_refused_and_left_as_it_was()
    {
        using var folder = new TempFolder();
        folder.Write("p/notes.txt", "mine");
        using var server = Server();
        Assert.Equal(DicomWebErrorCode.FolderUnusable, (await Assert.ThrowsAsync<DicomWebException>(() => PullAsync(server, folder["p"]))).Code);
        Assert.Equal(["p/notes.txt"], Names(folder));
    }

    [Fact]
    public async Task A_study_deleted_meanwhile_costs_itself_and_not_the_pull()
    {
        using var server = new HostileServer(request =>
            request.Contains("/studies/1.1/", StringComparison.Ordinal) ? HostileServer.Answer("404 Not Found")
            : request.Contains("/instances/", StringComparison.Ordinal) ? HostileServer.Answer("200 OK\r\nContent-Type: application/dicom", Right)
            : request.Contains("/dicom-web/studies?", StringComparison.Ordinal) && request.Contains("offset=0", StringComparison.Ordinal) ? HostileServer.Json("""[{"0020000D":{"vr":"UI","Value":["1.1"]}},{"0020000D":{"vr":"UI","Value":["1.2"]}}]""")
            : request.Contains("/dicom-web/studies?", StringComparison.Ordinal) ? HostileServer.Json("[]")
            : HostileServer.Listing(request));
        using var folder = new TempFolder();
        using var client = new DicomWebClient(server.Address);
        var result = await DicomPull.RunAsync(client, new DicomWebQuery(), folder["p"], null, Stop);
        var issue = Assert.Single(result.Issues);
        Assert.Equal((DicomWebErrorCode.ListIncomplete, "1.1", false), (issue.Code, issue.About, issue.IsFatal));
        Assert.Contains("404", issue.Found, StringComparison.Ordinal);
        Assert.Equal(["p/1.2/1.3/1.4.dcm", "p/pull.json"], Names(folder));
    }

    [Fact]
    public async Task A_study_that_nobody_asked_for_counts_once_though_it_is_listed_twice()
    {
        using var server = new HostileServer(request => HostileServer.Json(request.Contains("offset=0", StringComparison.Ordinal)
            ? """[{"0020000D":{"vr":"UI","Value":["1.2"]},"00100020":{"vr":"LO","Value":["A B"]},"00080020":{"vr":"DA","Value":["20190305"]}}]""" : "[]"));
        using var client = new DicomWebClient(server.Address);
        var listing = await client.FindAsync(new DicomWebQuery { PatientId = "A B", Since = new DateOnly(2024, 3, 1) }, Stop);
        Assert.Contains(server.Requests, request => request.Contains("PatientID=A?B", StringComparison.Ordinal));
        Assert.Equal((0, 1), (listing.Instances.Count, listing.Unasked));
    }

    private static HostileServer Server(Action? atObject = null) => new(request =>
    {
        if (!request.Contains("/instances/", StringComparison.Ordinal))
        {
            return HostileServer.Listing(request);
        }

        atObject?.Invoke();
        return HostileServer.Answer("200 OK\r\nContent-Type: application/dicom", Right);
    });

    private static async Task<DicomPullResult> PullAsync(HostileServer server, string path)
    {
        using var client = new DicomWebClient(server.Address);
        return await DicomPull.RunAsync(client, new DicomWebQuery(), path, null, Stop);
    }

    private static IEnumerable<string> Names(TempFolder folder) =>
        Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder.Path, f)).Order(StringComparer.Ordinal);
}
