using System.Text.Json;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Reads JSON of unknown origin within limits.</summary>
public static class JsonInput
{
    private const long MaxBytes = 32 << 20;
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>Parses a file: at most 32 MiB, 32 levels, no comments, no field twice, and text that is whole Unicode.</summary>
    /// <exception cref="CaseException">It is not JSON, or exceeds a limit.</exception>
    public static JsonDocument Read(string path, string name)
    {
        try
        {
            var bytes = ReadBytes(path, name).AsMemory();
            if (bytes.Span.StartsWith(ByteOrderMark))
            {
                bytes = bytes[ByteOrderMark.Length..];
            }

            var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            CheckText(document.RootElement);
            return document;
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? $" at line {line + 1}, byte {e.BytePositionInLine + 1}" : " (a field stands twice in one object)";
            throw Invalid(name, $"text that is not JSON{place}", "one JSON document, at most 32 levels deep, each field once");
        }
        catch (InvalidOperationException)
        {
            throw Invalid(name, "text that is not Unicode (half a character, or bytes that are not UTF-8)", "JSON in UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid(name, $"a file that cannot be read ({e.GetType().Name})", "a readable JSON file");
        }
    }

    /// <summary>The fields of an object that a layout does not know, each as a finding.</summary>
    public static IEnumerable<Finding> UnknownFields(JsonElement element, string about, params string[] known) =>
        element.EnumerateObject().Where(p => !known.Contains(p.Name, StringComparer.Ordinal)).Select(p => new Finding(
            FindingCodes.FieldUnknown, Severity.Warning, about, $"field '{Short(p.Name)}'", $"one of {string.Join(", ", known)}",
            "It was not used. Check the spelling, or take it out."));

    /// <summary>Text shortened for a message.</summary>
    public static string Short(string text) => text.Length <= 80 ? text : text[..77] + "...";

    /// <summary>Reads as much as is allowed and no more: what a device or a pipe says of its length is not believed.</summary>
    private static byte[] ReadBytes(string path, string name)
    {
        if (new FileInfo(path).Length == 0)
        {
            throw Invalid(name, "an empty file, or a pipe or device", "a JSON file");
        }

        using var file = File.OpenRead(path);
        if (file.CanSeek && file.Length > MaxBytes)
        {
            throw Invalid(name, $"{file.Length} bytes", $"at most {MaxBytes} bytes");
        }

        using var memory = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int got; (got = file.Read(buffer)) > 0;)
        {
            memory.Write(buffer, 0, got);
            if (memory.Length > MaxBytes)
            {
                throw Invalid(name, $"more than {MaxBytes} bytes", $"at most {MaxBytes} bytes");
            }
        }

        return memory.ToArray();
    }

    /// <summary>Reads every text once, so that none can throw later, in the middle of something.</summary>
    private static void CheckText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    CheckText(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    CheckText(property.Value);
                }

                break;
        }
    }

    private static CaseException Invalid(string name, string found, string expected) => new(new Finding(
        FindingCodes.JsonInvalid, Severity.Error, name, found, expected, "Mend or replace the file."));
}
