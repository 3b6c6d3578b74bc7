using System.Net;
using System.Security.Authentication;

namespace Etalon.Dicom.Web;

/// <summary>What the network or a status says, as a typed error.</summary>
internal static class DicomWebFailure
{
    /// <summary>No answer came.</summary>
    /// <param name="failure">What the network said.</param>
    /// <param name="authority">Host and port.</param>
    /// <param name="about">The place.</param>
    /// <param name="hasAnswered">Whether the server answered before, so that its silence may pass.</param>
    public static DicomWebException Of(HttpRequestException failure, string authority, string about, bool hasAnswered) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new(DicomWebErrorCode.HostUnknown, about, $"the name of {authority} is not known", "a host that the name service knows",
            "Check the spelling of the address, and the network", failure),
        HttpRequestError.ConnectionError => new(DicomWebErrorCode.Unreachable, about, $"nothing answers at {authority}", "a server that accepts connections",
            "Check host and port, whether the server runs, and whether a firewall stands between", failure) { IsTransient = hasAnswered },
        HttpRequestError.SecureConnectionError => new(DicomWebErrorCode.TlsFailed, about, $"no protected connection to {authority} ({Reason(failure)})",
            "a server that speaks TLS with a certificate that this machine trusts",
            "Check that the port speaks https and that the certificate names this host and is in date; name the certificate authority of your hospital by SSL_CERT_FILE", failure),
        HttpRequestError.ResponseEnded or HttpRequestError.Unknown => Broken(about, failure),
        _ => new(DicomWebErrorCode.AnswerInvalid, about, $"no HTTP answer ({failure.HttpRequestError})", "an answer as HTTP prescribes",
            "Check host and port: another service may live there", failure),
    };

    /// <summary>The connection broke.</summary>
    public static DicomWebException Broken(string about, Exception failure) => new(DicomWebErrorCode.Interrupted, about, "the connection broke", "an answer",
        "Check the network and run the command again", failure) { IsTransient = true };

    /// <summary>The status of an answer is none of success.</summary>
    public static DicomWebException Of(HttpResponseMessage response, Uri root, string about, bool hasCredentials)
    {
        var status = (int)response.StatusCode;
        var found = $"status {status}";
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => new(DicomWebErrorCode.Unauthorized, about, hasCredentials ? $"{found}: the credentials are wrong" : $"{found}: no credentials were given",
                "credentials that the server accepts", "Give the right user and password, or token"),
            HttpStatusCode.Forbidden => new(DicomWebErrorCode.Forbidden, about, $"{found}: these credentials may not do this", "credentials with the right to read, or to store",
                "Ask whoever runs the server for the right"),
            HttpStatusCode.NotFound => new(DicomWebErrorCode.NotFound, about, $"{found}: the server does not have it", "an object that the server has",
                "Check the address and what was asked for"),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new(DicomWebErrorCode.Redirected, about, $"{found}: the server points to {Target(response, root)}",
                "an answer from the address itself", "If you trust that address, give it instead; redirects are not followed"),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => new(
                DicomWebErrorCode.ServerFailed, about, found, "a status of success", "Run the command again later; if it stays so, ask whoever runs the server")
            {
                IsTransient = response.StatusCode is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported or HttpStatusCode.InsufficientStorage),
                RetryAfter = response.Headers.RetryAfter?.Delta,
            },
            _ => new(DicomWebErrorCode.Rejected, about, found, "a status of success", "Check that the address is the root of DICOMweb services and that they are switched on"),
        };
    }

    // Host and scheme only: a path of the server's own may hold anything.
    private static string Target(HttpResponseMessage response, Uri root) =>
        response.Headers.Location is { } location && Uri.TryCreate(root, location, out var target) && target.Scheme is "http" or "https"
            ? target.Authority == root.Authority ? $"another place on {target.Scheme}://{target.Authority}" : $"{target.Scheme}://{target.Authority}"
            : "no address";

    private static string Reason(HttpRequestException failure) => failure.InnerException switch
    {
        AuthenticationException { InnerException: { } inner } => inner.GetType().Name,
        AuthenticationException e => e.Message.TrimEnd('.'),
        { } e => e.GetType().Name,
        _ => "no reason given",
    };
}
