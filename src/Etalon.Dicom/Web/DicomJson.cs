using System.Globalization;
using System.Text.Json;

namespace Etalon.Dicom.Web;

/// <summary>Reads the few attributes needed from the DICOM JSON model (PS3.18 annex F).</summary>
internal static class DicomJson
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 32 };

    /// <summary>The data sets of an answer: an array of objects, or one object.</summary>
    /// <exception cref="DicomWebException">The bytes are no JSON, or not of this model.</exception>
    public static IReadOnlyList<JsonElement> Datasets(ReadOnlyMemory<byte> json, string about)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Limits);
            var element = document.RootElement.Clone();
            IReadOnlyList<JsonElement> list = element.ValueKind switch
            {
                JsonValueKind.Array => [.. element.EnumerateArray()],
                JsonValueKind.Object => [element],
                _ => throw NotTheModel(about),
            };
            return list.All(e => e.ValueKind == JsonValueKind.Object) ? list : throw NotTheModel(about);
        }
        catch (JsonException e)
        {
            throw new DicomWebException(DicomWebErrorCode.AnswerInvalid, about, $"no JSON that can be read (line {e.LineNumber + 1})", "JSON at most 32 levels deep",
                "Ask whoever runs the server", e);
        }
    }

    /// <summary>The first value of an attribute as text; null where it is absent, empty or no text or number.</summary>
    public static string? Text(JsonElement dataset, DicomTag tag)
    {
        if (Values(dataset, tag) is not { } values || values.GetArrayLength() == 0)
        {
            return null;
        }

        return values[0].ValueKind switch
        {
            JsonValueKind.String => values[0].GetString()!.Trim(' ', '\0'),
            JsonValueKind.Number => values[0].GetRawText(),
            _ => null,
        };
    }

    /// <summary>The first value as a whole number, or null.</summary>
    public static int? Number(JsonElement dataset, DicomTag tag) =>
        int.TryParse(Text(dataset, tag), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Items of a sequence; empty where it is absent or none.</summary>
    public static IReadOnlyList<JsonElement> Items(JsonElement dataset, DicomTag tag) =>
        Values(dataset, tag) is { } values ? [.. values.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)] : [];

    private static JsonElement? Values(JsonElement dataset, DicomTag tag) =>
        dataset.TryGetProperty(tag.Number.ToString("X8", CultureInfo.InvariantCulture), out var attribute) && attribute.ValueKind == JsonValueKind.Object
            && attribute.TryGetProperty("Value", out var values) && values.ValueKind == JsonValueKind.Array ? values : null;

    private static DicomWebException NotTheModel(string about) => new(DicomWebErrorCode.NotDicomWeb, about, "JSON that is no list of DICOM data sets",
        "the DICOM JSON model of PS3.18", "Check that the address is the root of DICOMweb services, for Orthanc https://host:port/dicom-web");
}
