using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Etalon.Dicom.Web;

/// <content>STOW-RS: one object to the server.</content>
public sealed partial class DicomWebClient
{
    private const int SlowestUpload = 64 << 10;
    private static readonly DicomTag FailureReason = new(0x0008, 0x1197);
    private static readonly DicomTag FailedSopSequence = new(0x0008, 0x1198);

    /// <summary>Sends one object. That the server takes it does not mean that it keeps it as it is: read it back.</summary>
    /// <param name="instance">Which one it is.</param>
    /// <param name="open">Opens the Part 10 file, once for each try.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DicomWebException">The server did not take it, with the reason it gave.</exception>
    public Task StoreAsync(DicomWebInstance instance, Func<Stream> open, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(open);
        return RetryAsync(async () =>
        {
            await StoreOnceAsync(instance, open, cancellation).ConfigureAwait(false);
            return true;
        }, cancellation);
    }

    private async Task StoreOnceAsync(DicomWebInstance instance, Func<Stream> open, CancellationToken cancellation)
    {
        var about = instance.ToString();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(root, "studies"));
        var content = new StoreContent(instance.SopInstanceUid, open);
        request.Content = content;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/dicom+json"));
        var patience = Options.AnswerTimeout + TimeSpan.FromSeconds(content.Length / SlowestUpload);
        // 409: none stored, 202: some not, 400: Orthanc's word for none; each has its reasons in the body.
        using var response = await SendAsync(request, about, patience, status => status is HttpStatusCode.Conflict or HttpStatusCode.BadRequest, cancellation).ConfigureAwait(false);
        var answer = await AnswerAsync(response, about, cancellation).ConfigureAwait(false);
        if (answer is { } dataset && Failure(dataset, instance.SopInstanceUid) is { } reason)
        {
            throw NotStored(about, reason);
        }

        if (!response.IsSuccessStatusCode)
        {
            throw NotStored(about, $"status {(int)response.StatusCode}, no reason given");
        }
    }

    // Null where the answer is empty or in another form (XML): reading back will tell.
    private async Task<JsonElement?> AnswerAsync(HttpResponseMessage response, string about, CancellationToken cancellation)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        using var body = await BodyAsync(response, Options.MaxJsonBytes, about, cancellation).ConfigureAwait(false);
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, cancellation).ConfigureAwait(false);
        if (bytes.Length == 0 || (type is not null && !type.EndsWith("json", StringComparison.OrdinalIgnoreCase)))
        {
            return type?.Contains("html", StringComparison.OrdinalIgnoreCase) == true && response.IsSuccessStatusCode
                ? throw NotDicomWeb(Address, "a page for people (HTML)")
                : null;
        }

        // A refusal may explain itself in JSON of the server's own.
        var json = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        try
        {
            return DicomJson.Datasets(json, about) is [var dataset, ..] ? dataset : null;
        }
        catch (DicomWebException) when (!response.IsSuccessStatusCode)
        {
            return null;
        }
    }

    private static string? Failure(JsonElement dataset, string sopInstanceUid)
    {
        foreach (var item in DicomJson.Items(dataset, FailedSopSequence))
        {
            if ((DicomJson.Text(item, Tags.ReferencedSopInstanceUid) ?? sopInstanceUid) == sopInstanceUid)
            {
                return Reason(DicomJson.Number(item, FailureReason));
            }
        }

        return null;
    }

    // PS3.18 table I.2-2 and PS3.4 annex B.
    private static string Reason(int? code) => code switch
    {
        null => "failed, no reason given",
        272 => "failed: processing failure (0110H)",
        273 => "failed: another object has this identifier (0111H)",
        290 => "failed: its SOP class is not supported (0122H)",
        292 => "failed: not authorised (0124H)",
        >= 0xA700 and <= 0xA7FF => string.Create(CultureInfo.InvariantCulture, $"failed: out of resources ({code:X4}H)"),
        >= 0xA900 and <= 0xA9FF => string.Create(CultureInfo.InvariantCulture, $"failed: the data set does not match its SOP class ({code:X4}H)"),
        0xC122 => "failed: its transfer syntax is not supported (C122H)",
        >= 0xC000 and <= 0xCFFF => string.Create(CultureInfo.InvariantCulture, $"failed: cannot be understood ({code:X4}H)"),
        _ => string.Create(CultureInfo.InvariantCulture, $"failed, reason {code:X4}H"),
    };

    private static DicomWebException NotStored(string about, string found) => new(DicomWebErrorCode.ObjectNotStored, about, found, "the object stored",
        "Read the server's own log for this object; where its class or transfer syntax is not supported, allow it there");
}
