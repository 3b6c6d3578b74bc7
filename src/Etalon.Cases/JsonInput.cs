using System.Text.Json;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Reads JSON of unknown origin within limits.</summary>
internal static class JsonInput
{
    private const long MaxBytes = 32 << 20;

    /// <summary>Parses a file: at most 32 MiB, 32 levels, no comments.</summary>
    /// <exception cref="CaseException">It is not JSON, or exceeds a limit.</exception>
    public static JsonDocument Read(string path, string name)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaxBytes)
            {
                throw Invalid(name, $"{length} bytes", $"at most {MaxBytes} bytes");
            }

            return JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException e)
        {
            throw Invalid(name, $"text that is not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}", "one JSON document, at most 32 levels deep");
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

    private static CaseException Invalid(string name, string found, string expected) => new(new Finding(
        FindingCodes.JsonInvalid, Severity.Error, name, found, expected, "Mend or replace the file."));
}
