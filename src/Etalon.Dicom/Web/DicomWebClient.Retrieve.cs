using System.Net.Http.Headers;

namespace Etalon.Dicom.Web;

/// <content>WADO-RS: one object as the server holds it.</content>
public sealed partial class DicomWebClient
{
    private const string DicomType = "application/dicom";

    /// <summary>Fetches one object, in the transfer syntax that the server holds, while it arrives.</summary>
    /// <param name="instance">Which one.</param>
    /// <param name="sink">Receives the Part 10 file; after an exception it holds part of it.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DicomWebException">It was not had. Nothing is asked again: the sink would hold two beginnings.</exception>
    public async Task FetchAsync(DicomWebInstance instance, Stream sink, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(sink);
        var about = instance.ToString();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, $"studies/{instance.StudyUid}/series/{instance.SeriesUid}/instances/{instance.SopInstanceUid}"));
        request.Headers.TryAddWithoutValidation("Accept", $"multipart/related; type=\"{DicomType}\"; transfer-syntax=*");
        using var response = await SendAsync(request, about, Options.AnswerTimeout, _ => false, cancellation).ConfigureAwait(false);
        var type = response.Content.Headers.ContentType;
        // Room for the headers and delimiters around the object.
        using var body = await BodyAsync(response, Options.MaxObjectBytes + (64 << 10), about, cancellation).ConfigureAwait(false);
        if (IsType(type, DicomType))
        {
            await body.CopyToAsync(sink, cancellation).ConfigureAwait(false);
            return;
        }

        if (!IsType(type, "multipart/related") || MultipartReader.BoundaryOf(type!) is not { } boundary)
        {
            throw Invalid(about, IsType(type, "text/html") ? "a page for people (HTML)" : "an answer of another type", "multipart/related of application/dicom with a boundary");
        }

        await CopyOnlyPartAsync(new MultipartReader(body, boundary, about), about, sink, cancellation).ConfigureAwait(false);
    }

    private static async Task CopyOnlyPartAsync(MultipartReader reader, string about, Stream sink, CancellationToken cancellation)
    {
        switch (await reader.NextAsync(cancellation).ConfigureAwait(false))
        {
            case null:
                throw Invalid(about, "an answer without a part", "one object");
            case not (DicomType or ""):
                throw Invalid(about, "a part of another type", "a part of type application/dicom");
        }

        await reader.CopyPartAsync(sink, cancellation).ConfigureAwait(false);
        if (await reader.NextAsync(cancellation).ConfigureAwait(false) is not null)
        {
            throw Invalid(about, "more than one part", "the one object that was asked for");
        }
    }

    private static bool IsType(MediaTypeHeaderValue? type, string expected) => expected.Equals(type?.MediaType, StringComparison.OrdinalIgnoreCase);

    private static DicomWebException Invalid(string about, string found, string expected) =>
        new(DicomWebErrorCode.AnswerInvalid, about, found, expected, "Ask whoever runs the server, or look whether something stands between that changes answers");
}
