using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Etalon.Dicom.Web;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Dicom.Web;

/// <summary>Servers that fail, lie or attack: a typed error, nothing kept, and nothing sent elsewhere.</summary>
public sealed class HostileServerTests
{
    private static readonly DicomWebOptions Quick = new()
    {
        Retries = 2, FirstDelay = TimeSpan.FromMilliseconds(5), IdleTimeout = TimeSpan.FromMilliseconds(300), AnswerTimeout = TimeSpan.FromSeconds(2),
        MaxJsonBytes = 1 << 20, MaxObjectBytes = 1 << 20, Credentials = DicomWebCredentials.Basic("ada", "secret"),
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("401 Unauthorized", "", "Unauthorized")]
    [InlineData("403 Forbidden", "", "Forbidden")]
    [InlineData("404 Not Found", "", "NotDicomWeb")]
    [InlineData("500 Oops", "", "ServerFailed")]
    [InlineData("418 Teapot", "", "Rejected")]
    [InlineData("302 Found\r\nLocation: https://elsewhere.example/x", "", "Redirected")]
    [InlineData("200 OK\r\nContent-Type: text/html", "<html>", "NotDicomWeb")]
    [InlineData("200 OK\r\nContent-Type: application/json", "[\"a\"]", "NotDicomWeb")]
    [InlineData("200 OK\r\nContent-Type: application/dicom+json", "[{", "AnswerInvalid")]
    [InlineData("200 OK\r\nContent-Type: application/dicom+json", "[{\"0020000D\":{\"Value\":[\"../../etc\"]}}]", "AnswerInvalid")]
    [InlineData("200 OK\r\nContent-Type: application/dicom+json", "[{\"0020000D\":{\"Value\":[7.5,[]]}},{}]", "AnswerInvalid")]
    public async Task A_listing_that_is_none_is_a_typed_error(string head, string body, string expected)
    {
        using var server = new HostileServer(_ => HostileServer.Answer(head, Encoding.UTF8.GetBytes(body)));
        using var folder = new TempFolder();
        using var client = new DicomWebClient(server.Address, Quick);
        var error = await Assert.ThrowsAsync<DicomWebException>(() => DicomPull.RunAsync(client, new DicomWebQuery { PatientId = "SECRET7" }, folder["p"], null, Stop));
        Assert.Equal(expected, error.Code.ToString());
        Assert.DoesNotContain("SECRET7", error.Message, StringComparison.Ordinal);
        Assert.Equal(expected == "ServerFailed" ? 3 : 1, server.Requests.Count);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Deep_large_and_endless_listings_are_given_up()
    {
        var deep = new string('[', 100_000);
        var filler = HostileServer.Json("[" + new string(' ', 2 << 20) + "]");
        var page = 0;
        foreach (var (answer, code) in new (Func<string, byte[]>, DicomWebErrorCode)[]
        {
            (_ => HostileServer.Json(deep), DicomWebErrorCode.AnswerInvalid),
            (_ => filler, DicomWebErrorCode.AnswerTooLarge),
            (_ => HostileServer.Json($"[{{\"0020000D\":{{\"Value\":[\"1.{page++}\"]}}}}]"), DicomWebErrorCode.AnswerTooLarge),
        })
        {
            using var server = new HostileServer(answer);
            using var client = new DicomWebClient(server.Address, Quick with { MaxObjects = 20 });
            Assert.Equal(code, (await Assert.ThrowsAsync<DicomWebException>(() => client.FindAsync(new DicomWebQuery(), Stop))).Code);
        }
    }

    [Theory]
    [InlineData("another object", "ObjectWrong")]
    [InlineData("no object", "ObjectWrong")]
    [InlineData("cut object", "ObjectWrong")]
    [InlineData("two parts", "AnswerInvalid")]
    [InlineData("wrong boundary", "AnswerInvalid")]
    [InlineData("no end", "Interrupted")]
    [InlineData("html", "AnswerInvalid")]
    [InlineData("too large", "AnswerTooLarge")]
    public async Task What_is_not_the_object_that_was_asked_for_is_not_kept(string what, string expected)
    {
        byte[] Part(byte[] content) => [.. "--b\r\nContent-Type: application/dicom\r\n\r\n"u8, .. content, .. "\r\n"u8];
        var right = (Gateway.Slice(1) with { StudyUid = "1.2", SeriesUid = "1.3", Uid = "1.4" }).ToFile();
        byte[] body = what switch
        {
            "another object" => [.. Part((Gateway.Slice(1) with { StudyUid = "1.2", SeriesUid = "1.3", Uid = "1.5" }).ToFile()), .. "--b--"u8],
            "no object" => [.. Part("hello world"u8.ToArray()), .. "--b--"u8],
            "cut object" => [.. Part(right[..^5]), .. "--b--"u8],
            "two parts" => [.. Part(right), .. Part(right), .. "--b--"u8],
            "wrong boundary" => Encoding.ASCII.GetBytes("--c" + new string('x', 9000) + "\r\n--c--"),
            "too large" => [.. Part(new byte[3 << 20]), .. "--b--"u8],
            _ => Part(right),
        };
        var type = what == "html" ? "text/html" : "multipart/related; type=\"application/dicom\"; boundary=\"b\"";
        using var server = new HostileServer(request => request.Contains("/instances/", StringComparison.Ordinal) ? HostileServer.Answer($"200 OK\r\nContent-Type: {type}", body) : HostileServer.Listing(request));
        using var folder = new TempFolder();
        using var client = new DicomWebClient(server.Address, Quick);
        var result = await DicomPull.RunAsync(client, new DicomWebQuery(), folder["p"], null, Stop);
        Assert.Equal(expected, Assert.Single(result.Issues).Code.ToString());
        Assert.False(result.IsComplete);
        Assert.Equal(["pull.json"], Directory.GetFiles(folder["p"], "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_failure_that_passes_is_tried_again_and_a_body_that_stands_still_is_not_waited_for()
    {
        var right = (Gateway.Slice(1) with { StudyUid = "1.2", SeriesUid = "1.3", Uid = "1.4" }).ToFile();
        var tries = 0;
        using var server = new HostileServer(async (request, connection) =>
        {
            if (!request.Contains("/instances/", StringComparison.Ordinal))
            {
                await connection.WriteAsync(HostileServer.Listing(request), Stop);
            }
            else if (++tries == 1)
            {
                await connection.WriteAsync(HostileServer.Answer("503 Busy"), Stop);
            }
            else if (tries == 2)
            {
                await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/dicom\r\nContent-Length: 5000\r\n\r\nx"u8.ToArray(), Stop);
                await Task.Delay(1500, Stop);
            }
            else
            {
                await connection.WriteAsync(HostileServer.Answer("200 OK\r\nContent-Type: application/dicom", right), Stop);
            }
        });
        using var folder = new TempFolder();
        using var client = new DicomWebClient(server.Address, Quick);
        var result = await DicomPull.RunAsync(client, new DicomWebQuery(), folder["p"], null, Stop);
        Assert.Empty(result.Issues);
        Assert.Equal((3, true), (tries, result.IsComplete));
        Assert.Equal(right, await File.ReadAllBytesAsync(Path.Combine(folder["p"], "1.2/1.3/1.4.dcm"), Stop));
    }

    [Fact]
    public async Task A_push_tells_the_reason_of_the_server_and_believes_no_success_it_cannot_read_back()
    {
        using var folder = new TempFolder();
        folder.Write("a.dcm", Gateway.Slice(1).ToFile());
        var failed = Encoding.ASCII.GetBytes($$$"""{"00081198":{"vr":"SQ","Value":[{"00081155":{"vr":"UI","Value":["{{{Gateway.Slice(1).Uid}}}"]},"00081197":{"vr":"US","Value":[49442]}}]}}""");
        foreach (var (answer, said) in new[] { (HostileServer.Answer("409 Conflict\r\nContent-Type: application/dicom+json", failed), "C122H"), (HostileServer.Json("{}"), "404") })
        {
            using var server = new HostileServer(request => request.StartsWith("POST", StringComparison.Ordinal) ? answer : HostileServer.Answer("404 Not Found"));
            using var client = new DicomWebClient(server.Address, Quick);
            var result = await DicomPush.RunAsync(client, [folder.Path], null, Stop);
            Assert.Equal(PushedStatus.Failed, Assert.Single(result.Objects).Status);
            Assert.Contains(said, Assert.Single(result.Issues).Found, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent()
    {
        using var key = RSA.Create(2048);
        using var own = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2120, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var received = Task.Run(async () =>
        {
            using var connection = await listener.AcceptTcpClientAsync(Stop);
            using var tls = new SslStream(connection.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(own, false, SslProtocols.None, false);
                return await tls.ReadAsync(new byte[100], Stop);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                return 0;
            }
        }, Stop);
        using var client = new DicomWebClient(new Uri($"https://127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}/x"), Quick with { IdleTimeout = TimeSpan.FromSeconds(30), AnswerTimeout = TimeSpan.FromSeconds(60) }); // a busy machine may take seconds over a handshake
        Assert.Equal(DicomWebErrorCode.TlsFailed, (await Assert.ThrowsAsync<DicomWebException>(() => client.FindAsync(new DicomWebQuery(), Stop))).Code);
        Assert.Equal(0, await received);
    }

    [Theory]
    [InlineData("http://example.org/dicom-web", false)]
    [InlineData("http://127.0.0.1.example.org/", false)]
    [InlineData("https://ada:secret@example.org/", false)]
    [InlineData("https://example.org/?a=b", false)]
    [InlineData("ftp://127.0.0.1/", false)]
    [InlineData("https://example.org/dicom-web", true)]
    [InlineData("http://localhost:8042/dicom-web", true)]
    [InlineData("http://[::1]:8042/", true)]
    public void Plain_http_leaves_this_machine_only_when_told_so(string address, bool isAllowed)
    {
        if (!isAllowed)
        {
            Assert.Equal(DicomWebErrorCode.AddressRefused, Assert.Throws<DicomWebException>(() => new DicomWebClient(new Uri(address))).Code);
            return;
        }

        using var client = new DicomWebClient(new Uri(address));
        Assert.DoesNotContain("secret", client.Address, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pull http://example.org/dicom-web -o p", 2, "--insecure")]
    [InlineData("pull nonsense -o p", 2, "https://")]
    [InlineData("pull http://127.0.0.1:1/dicom-web -o p --patient SECRET*", 2, "control characters")]
    [InlineData("pull http://127.0.0.1:1/dicom-web -o p", 3, "server-unreachable")]
    [InlineData("push nowhere http://127.0.0.1:1/dicom-web", 3, "dicom-unreadable")]
    [InlineData("push nowhere", 2, "argument")]
    public void The_verbs_end_with_a_status_and_a_reason(string arguments, int exit, string reason)
    {
        using var folder = new TempFolder();
        var run = EtalonCommand.Run(folder.Path, arguments.Split(' '));
        Assert.Equal(exit, run.Exit);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
