using System.Text.Json;

namespace Etalon.Dicom.Web;

/// <summary>Reads and writes <c>pull.json</c>: what a pull has fetched so far, from where.</summary>
internal static class PullManifest
{
    public const string FileName = "pull.json";
    private const string Schema = "etalon-pull-1";
    private const long MaxBytes = 1L << 30;

    /// <summary>Reads a manifest.</summary>
    /// <returns>Null where it is no manifest that can be believed.</returns>
    public static (string Server, IReadOnlyList<PulledObject> Objects)? Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                return null;
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 8 });
            var json = document.RootElement;
            return json.GetProperty("schema").GetString() == Schema && json.GetProperty("server").GetString() is { } server
                ? (server, [.. json.GetProperty("objects").EnumerateArray().Select(ReadObject)])
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Writes a manifest: the old file or the new one, never half.</summary>
    public static void Write(string path, string server, IEnumerable<PulledObject> objects)
    {
        var partial = path + PullFolder.PartialSuffix;
        using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write))
        using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("server", server);
            json.WriteStartArray("objects");
            foreach (var item in objects.OrderBy(item => item.Instance.Path, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("study_instance_uid", item.Instance.StudyUid);
                json.WriteString("series_instance_uid", item.Instance.SeriesUid);
                json.WriteString("sop_instance_uid", item.Instance.SopInstanceUid);
                json.WriteString("path", item.Instance.Path);
                json.WriteNumber("bytes", item.Bytes);
                json.WriteString("sha256", item.Sha256);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        File.Move(partial, path, overwrite: true);
    }

    private static PulledObject ReadObject(JsonElement json)
    {
        string Text(string name) => json.GetProperty(name).GetString() ?? throw new FormatException(name);
        var instance = new DicomWebInstance(Text("study_instance_uid"), Text("series_instance_uid"), Text("sop_instance_uid"));
        var (bytes, hash) = (json.GetProperty("bytes").GetInt64(), Text("sha256"));
        return Text("path") == instance.Path && bytes >= 0 && hash.Length == 64 && hash.All(letter => char.IsAsciiHexDigitLower(letter))
            ? new PulledObject(instance, bytes, hash)
            : throw new FormatException("object");
    }
}
