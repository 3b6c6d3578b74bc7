using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Etalon.Dicom.Web;

/// <content>QIDO-RS: which objects are there.</content>
public sealed partial class DicomWebClient
{
    private static readonly DicomTag NumberOfSeriesRelatedInstances = new(0x0020, 0x1209);

    /// <summary>Finds objects: studies, their series, the objects of each.</summary>
    /// <remarks>What the server lists without having been asked for it is left out and counted.</remarks>
    /// <exception cref="DicomWebException">The server cannot be asked, or answers what is no answer.</exception>
    public async Task<DicomWebListing> FindAsync(DicomWebQuery query, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var listing = new Listing(query);
        foreach (var (study, series, stated) in await SeriesAsync(listing, cancellation).ConfigureAwait(false))
        {
            var before = listing.Instances.Count;
            var place = $"{study}/{series}";
            await PagesAsync(listing, $"studies/{study}/series/{series}/instances", "", Tags.SopInstanceUid, place, found =>
            {
                var uid = Uid(found, Tags.SopInstanceUid, place);
                listing.Instances.TryAdd(uid, new DicomWebInstance(study, series, uid));
                if (listing.Instances.Count > Options.MaxObjects)
                {
                    throw TooMany(place);
                }
            }, cancellation).ConfigureAwait(false);
            if (stated > listing.Instances.Count - before)
            {
                listing.Issues.Add(new DicomWebException(DicomWebErrorCode.ListIncomplete, place, $"{listing.Instances.Count - before} objects listed", $"{stated}, as the server states for this series",
                    "Run the command again; if it stays so, ask whoever runs the server what limits its lists"));
            }
        }

        return new DicomWebListing([.. listing.Instances.Values.OrderBy(i => i.Path, StringComparer.Ordinal)], listing.Unasked, listing.Issues);
    }

    // Study, series and the number of objects that the server states, in the order of their UIDs.
    private async Task<IReadOnlyList<(string Study, string Series, int? Count)>> SeriesAsync(Listing listing, CancellationToken cancellation)
    {
        var query = listing.Query;
        var result = new SortedDictionary<string, (string, string, int?)>(StringComparer.Ordinal);
        void Take(JsonElement found, string study, string place)
        {
            var series = Uid(found, Tags.SeriesInstanceUid, place);
            if (Listing.Fits(Tags.SeriesInstanceUid, found, query.SeriesUids) && Listing.Fits(Tags.Modality, found, query.Modalities))
            {
                result.TryAdd($"{study}/{series}", (study, series, DicomJson.Number(found, NumberOfSeriesRelatedInstances)));
            }

            if (result.Count > Options.MaxObjects)
            {
                throw TooMany(place);
            }
        }

        if (query is { StudyUids.Count: 0, SeriesUids.Count: > 0, PatientId: null, Since: null })
        {
            foreach (var series in query.SeriesUids)
            {
                await PagesAsync(listing, "series", $"SeriesInstanceUID={series}", Tags.SeriesInstanceUid, Address, found => Take(found, Uid(found, Tags.StudyInstanceUid, Address), Address), cancellation).ConfigureAwait(false);
            }

            return [.. result.Values];
        }

        foreach (var study in await StudiesAsync(listing, cancellation).ConfigureAwait(false))
        {
            var filter = query.Modalities.Count == 1 ? $"Modality={query.Modalities[0]}" : "";
            await PagesAsync(listing, $"studies/{study}/series", filter, Tags.SeriesInstanceUid, study, found => Take(found, study, study), cancellation).ConfigureAwait(false);
        }

        return [.. result.Values];
    }

    private async Task<IEnumerable<string>> StudiesAsync(Listing listing, CancellationToken cancellation)
    {
        if (listing.Query.PatientId is not { } patient)
        {
            return await StudiesAsync(listing, "", mustStatePatient: false, cancellation).ConfigureAwait(false);
        }

        var exact = Uri.EscapeDataString(patient);
        var studies = await StudiesAsync(listing, exact, mustStatePatient: false, cancellation).ConfigureAwait(false);
        // Orthanc's plugin 1.7 (Debian 12) takes escapes in a query for text. Where there are some, ask again with patterns of one
        // character in their places; the answer must then state the very identifier.
        var pattern = string.Concat(patient.Select(letter => char.IsAsciiLetterOrDigit(letter) || "-._~/:@".Contains(letter, StringComparison.Ordinal) ? letter : '?'));
        return studies.Count > 0 || exact == patient ? studies : await StudiesAsync(listing, pattern, mustStatePatient: true, cancellation).ConfigureAwait(false);
    }

    private async Task<SortedSet<string>> StudiesAsync(Listing listing, string patient, bool mustStatePatient, CancellationToken cancellation)
    {
        var query = listing.Query;
        List<string> conditions = patient.Length > 0 ? [$"PatientID={patient}"] : [];
        if (query.Since is { } since)
        {
            conditions.Add($"StudyDate={since.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}-");
        }

        var studies = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var asked in query.StudyUids.Count > 0 ? query.StudyUids : [""])
        {
            var filter = string.Join('&', asked.Length > 0 ? [$"StudyInstanceUID={asked}", .. conditions] : conditions);
            await PagesAsync(listing, "studies", filter, Tags.StudyInstanceUid, Address, found =>
            {
                var uid = Uid(found, Tags.StudyInstanceUid, Address);
                if (mustStatePatient ? DicomJson.Text(found, Tags.PatientId) == query.PatientId && listing.IsStudyAsked(found) : listing.IsStudyAsked(found))
                {
                    studies.Add(uid);
                }

                if (studies.Count > Options.MaxObjects)
                {
                    throw TooMany(Address);
                }
            }, cancellation).ConfigureAwait(false);
        }

        return studies;
    }

    /// <summary>Asks page after page until one brings nothing new, because servers differ in what they do with a limit.</summary>
    /// <remarks>What is not there any more (a study deleted meanwhile) is an issue of the listing; the rest is still asked for.</remarks>
    private async Task PagesAsync(Listing listing, string path, string filter, DicomTag key, string about, Action<JsonElement> take, CancellationToken cancellation)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var offset = seen.Count;
            var page = string.Create(CultureInfo.InvariantCulture, $"limit={Options.PageSize}&offset={offset}");
            var address = new Uri(root, $"{path}?{(filter.Length > 0 ? filter + "&" : "")}{page}");
            if (await RetryAsync(() => AskAsync(address, about, cancellation), cancellation).ConfigureAwait(false) is not { } answer)
            {
                listing.Issues.Add(new DicomWebException(DicomWebErrorCode.ListIncomplete, about, "status 404: what was listed before is not there any more", "the same objects until they are fetched",
                    "Run the command again; if it stays so, ask whoever runs the server"));
                return;
            }

            foreach (var found in answer)
            {
                if (seen.Add(Uid(found, key, about)))
                {
                    take(found);
                }
            }

            if (seen.Count == offset)
            {
                return;
            }

            if (seen.Count > Options.MaxObjects)
            {
                throw TooMany(about);
            }
        }
    }

    /// <summary>One answer; null where the server, which answered other questions, does not know the address.</summary>
    private async Task<IReadOnlyList<JsonElement>?> AskAsync(Uri address, string about, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/dicom+json"));
        using var response = await SendAsync(request, about, Options.AnswerTimeout, status => status == HttpStatusCode.NotFound, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return hasListed ? null : throw NotDicomWeb(about, "status 404: nothing to ask at this address");
        }

        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            hasListed = true;
            return [];
        }

        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (!type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            throw NotDicomWeb(about, type.Contains("html", StringComparison.OrdinalIgnoreCase) ? "a page for people (HTML)" : "an answer that is no JSON");
        }

        using var body = await BodyAsync(response, Options.MaxJsonBytes, about, cancellation).ConfigureAwait(false);
        using var json = new MemoryStream();
        await body.CopyToAsync(json, cancellation).ConfigureAwait(false);
        IReadOnlyList<JsonElement> datasets = json.Length == 0 ? [] : DicomJson.Datasets(json.GetBuffer().AsMemory(0, (int)json.Length), about);
        hasListed = true;
        return datasets;
    }

    private static string Uid(JsonElement found, DicomTag tag, string about) => DicomJson.Text(found, tag) is { } text && DicomWebInstance.IsUid(text)
        ? text
        : throw new DicomWebException(DicomWebErrorCode.AnswerInvalid, about, $"an entry without a valid {tag.Keyword}", "a UID: digits and single points, at most 64 characters",
            "Ask whoever runs the server; objects without valid UIDs cannot be fetched");

    private static DicomWebException NotDicomWeb(string about, string found) => new(DicomWebErrorCode.NotDicomWeb, about, found, "application/dicom+json",
        "Check that the address is the root of DICOMweb services, for Orthanc https://host:port/dicom-web");

    private DicomWebException TooMany(string about) => new(DicomWebErrorCode.AnswerTooLarge, about, $"more than {Options.MaxObjects} entries", $"at most {Options.MaxObjects}",
        "Ask for less: one patient, study or series");

    /// <summary>What a search has found so far.</summary>
    private sealed class Listing(DicomWebQuery query)
    {
        private readonly HashSet<string> unasked = new(StringComparer.Ordinal);

        public DicomWebQuery Query => query;

        public Dictionary<string, DicomWebInstance> Instances { get; } = new(StringComparer.Ordinal);

        public List<DicomWebException> Issues { get; } = [];

        /// <summary>Studies that were listed though nobody asked for them, however often.</summary>
        public int Unasked => unasked.Count;

        /// <summary>Whether an entry is among those asked for; what it does not state was for the server to match.</summary>
        public static bool Fits(DicomTag tag, JsonElement found, IReadOnlyList<string> asked) =>
            asked.Count == 0 || DicomJson.Text(found, tag) is not { } value || asked.Contains(value);

        public bool IsStudyAsked(JsonElement found)
        {
            var isLate = query.Since is not { } since || DicomJson.Text(found, Tags.StudyDate) is not { Length: 8 } date
                || string.CompareOrdinal(date, since.ToString("yyyyMMdd", CultureInfo.InvariantCulture)) >= 0;
            var isAsked = isLate && Fits(Tags.StudyInstanceUid, found, query.StudyUids) && Fits(Tags.PatientId, found, query.PatientId is { } patient ? [patient] : []);
            if (!isAsked && DicomJson.Text(found, Tags.StudyInstanceUid) is { } study)
            {
                unasked.Add(study);
            }

            return isAsked;
        }
    }
}
