using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Etalon.Dicom.Web;

/// <summary>Asks one DICOMweb server (PS3.18): finds objects (QIDO-RS), fetches them (WADO-RS), sends them (STOW-RS).</summary>
/// <remarks>Speaks to the host it was given and to no other: no redirect is followed, no proxy, cookie, certificate download or
/// address inside an answer is used. May be used from several threads.</remarks>
public sealed partial class DicomWebClient : IDisposable
{
    private readonly HttpClient http;
    private readonly Uri root;
    private volatile bool hasAnswered;
    private volatile bool hasListed;

    /// <summary>Names the server; nothing is sent yet.</summary>
    /// <param name="address">Root of its DICOMweb services, such as <c>https://host:8042/dicom-web</c>.</param>
    /// <param name="options">Limits and credentials; null for the defaults.</param>
    /// <exception cref="DicomWebException">The address is not http or https, holds a user, a query or a fragment, or is http to
    /// another machine, which <see cref="DicomWebOptions.AllowInsecure"/> did not allow.</exception>
    public DicomWebClient(Uri address, DicomWebOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        Options = options ?? new DicomWebOptions();
        root = Checked(address, Options);
        Address = root.GetLeftPart(UriPartial.Path).TrimEnd('/');
        http = new HttpClient(NewHandler(Options)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The address without a slash at its end; it holds no credentials.</summary>
    public string Address { get; }

    /// <summary>Limits and credentials.</summary>
    public DicomWebOptions Options { get; }

    /// <summary>Whether an address leads to this machine by its own words: localhost or a loopback number.</summary>
    public static bool IsLoopback(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var number) && IPAddress.IsLoopback(number));
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static Uri Checked(Uri address, DicomWebOptions options)
    {
        DicomWebException Refused(string found, string expected, string remedy) => new(DicomWebErrorCode.AddressRefused, "address of the server", found, expected, remedy);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) || address.Host.Length == 0)
        {
            throw Refused("no address of the form https://host/path", "https://host:port/dicom-web", "Give the root of the server's DICOMweb services");
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw Refused("an address with a user, a query or a fragment", "host, port and path only", "Give credentials apart from the address, where no log keeps them");
        }

        if (address.Scheme == Uri.UriSchemeHttp && !options.AllowInsecure && !IsLoopback(address))
        {
            throw Refused($"http to the machine {address.Host}: images and credentials would travel unprotected", "https, or this machine itself",
                "Use https; on a network that you trust as you trust this machine, plain http can be allowed");
        }

        return new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
    }

    private static SocketsHttpHandler NewHandler(DicomWebOptions options) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        Credentials = null,
        ConnectTimeout = options.ConnectTimeout,
        MaxConnectionsPerServer = options.Parallel,
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 64 << 10,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
        },
    };

    /// <summary>Sends a request and gives the answer once its head is there and says success.</summary>
    /// <param name="request">Disposed by the caller.</param>
    /// <param name="about">The place, for errors.</param>
    /// <param name="patience">How long the head may take.</param>
    /// <param name="accept">Statuses that are answers too, beside those of success.</param>
    /// <param name="cancellation">Stops the work.</param>
    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, string about, TimeSpan patience, Func<HttpStatusCode, bool> accept, CancellationToken cancellation)
    {
        request.Headers.Authorization = Options.Credentials?.Header;
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("etalon", null));
        using var clock = new CancellationTokenSource(patience, Options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, clock.Token);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new DicomWebException(DicomWebErrorCode.TimedOut, about, "no answer in time", $"an answer within {patience.TotalSeconds:0.###} s",
                "Check the network and the server's load, and run the command again") { IsTransient = true };
        }
        catch (HttpRequestException e)
        {
            throw DicomWebFailure.Of(e, root.Authority, about, hasAnswered);
        }
        catch (IOException e)
        {
            throw DicomWebFailure.Broken(about, e);
        }

        hasAnswered = true;
        if (response.IsSuccessStatusCode || accept(response.StatusCode))
        {
            return response;
        }

        using (response)
        {
            throw DicomWebFailure.Of(response, root, about, Options.Credentials is not null);
        }
    }

    private Task<T> RetryAsync<T>(Func<Task<T>> action, CancellationToken cancellation) => RetryPolicy.RunAsync(Options, e => e.IsTransient, action, cancellation);

    private async Task<GuardedStream> BodyAsync(HttpResponseMessage response, long maxBytes, string about, CancellationToken cancellation) =>
        new(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), maxBytes, about, Options);
}
