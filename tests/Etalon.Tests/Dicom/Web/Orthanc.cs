using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Etalon.Dicom.Web;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Dicom.Web;

/// <summary>A real DICOM server of our own on loopback: free ports, an empty store, a password; gone with its folder at the end.</summary>
internal sealed class Orthanc : IDisposable
{
    public const string User = "ada";
    public const string Password = "correct horse";
    private const string Program = "/usr/sbin/Orthanc";
    private static readonly string Plugin = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so";

    private readonly TempFolder folder = new();
    private Process? process;

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    public int DicomPort { get; private set; }

    public static bool IsInstalled => File.Exists(Program) && File.Exists(Plugin);

    /// <summary>A client with the right password, patient enough for a busy machine.</summary>
    public DicomWebClient Client(DicomWebOptions? options = null) =>
        new(Address, (options ?? new DicomWebOptions()) with { Credentials = DicomWebCredentials.Basic(User, Password) });

    /// <summary>Starts a server and waits until it answers; a port that another took in between is no matter.</summary>
    public static async Task<Orthanc> StartAsync()
    {
        Assert.SkipUnless(IsInstalled, "Orthanc with its DICOMweb plugin is not installed (apt-get install orthanc orthanc-dicomweb).");
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var server = new Orthanc();
            if (await server.TryStartAsync())
            {
                return server;
            }

            server.Dispose();
        }

        throw new InvalidOperationException("Orthanc did not start in three tries.");
    }

    /// <summary>Sends files with DCMTK's storescu, as a scanner would.</summary>
    public async Task ReceiveAsync(string path)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/storescu"), "DCMTK is not installed (apt-get install dcmtk).");
        using var send = Process.Start(new ProcessStartInfo("/usr/bin/storescu", ["127.0.0.1", DicomPort.ToString(CultureInfo.InvariantCulture), "+sd", "+r", path]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = send.StandardError.ReadToEndAsync();
        await send.StandardOutput.ReadToEndAsync();
        await send.WaitForExitAsync();
        Assert.True(send.ExitCode == 0, await error);
    }

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process?.Dispose();
        folder.Dispose();
    }

    private async Task<bool> TryStartAsync()
    {
        var (http, dicom) = (FreePort(), FreePort());
        Address = new Uri($"http://127.0.0.1:{http}/dicom-web");
        DicomPort = dicom;
        var configuration = folder.Write("orthanc.json", JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["Name"] = "test",
            ["StorageDirectory"] = folder["store"],
            ["IndexDirectory"] = folder["store"],
            ["HttpPort"] = http,
            ["DicomPort"] = dicom,
            ["RemoteAccessAllowed"] = false,
            ["AuthenticationEnabled"] = true,
            ["RegisteredUsers"] = new Dictionary<string, string> { [User] = Password },
            ["DicomAlwaysAllowStore"] = true,
            ["DicomCheckCalledAet"] = false,
            ["Plugins"] = new[] { Plugin },
            ["DicomWeb"] = new Dictionary<string, object> { ["Enable"] = true, ["Root"] = "/dicom-web/" },
        }));
        process = Process.Start(new ProcessStartInfo(Program, [configuration]) { WorkingDirectory = folder.Path, RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        using var probe = new HttpClient();
        probe.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
        for (var tries = 0; tries < 300 && !process.HasExited; tries++)
        {
            try
            {
                using var answer = await probe.GetAsync(new Uri(Address + "/studies"));
                return answer.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
            }
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
