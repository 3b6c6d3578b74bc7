using System.Buffers;
using System.Text.Json;

namespace Etalon.Study.Curves;

/// <summary>What a stream of curves gave.</summary>
/// <param name="Lines">Lines that were answered; empty ones are not counted.</param>
/// <param name="Unusable">Those that could not be used as input.</param>
/// <param name="FirstUnusable">Number of the first of them, from 1, and why; null where there is none.</param>
public sealed record CurveCount(long Lines, long Unusable, (long Line, string Why)? FirstUnusable);

/// <summary>JSON Lines in, JSON Lines out: every line gets one answer, in order, as soon as nothing more waits to be read.</summary>
public static class CurveFits
{
    /// <summary>Status of the answer to a line that cannot be used.</summary>
    public const string Invalid = "input-invalid";

    private const int LongestLine = 64 << 20;
    private const int LongestId = 4096;
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 16 };

    /// <summary>Answers all lines of a stream.</summary>
    /// <param name="model">Which fit.</param>
    /// <param name="input">JSON Lines, UTF-8.</param>
    /// <param name="output">Receives one line for each.</param>
    /// <param name="cancellation">Ends it between two lines; what was answered stands.</param>
    public static CurveCount Run(ICurveModel model, Stream input, Stream output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(output);
        var lines = new LineReader(input, LongestLine);
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        var (count, unusable) = (0L, 0L);
        (long, string)? first = null;
        while (lines.TryRead(out var line, beforeWaiting: () => Flush(buffer, output), cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            if (line.Span.Trim(" \t\r"u8).IsEmpty && !lines.IsTooLong)
            {
                continue;
            }

            count++;
            if (Answer(model, lines, line, json) is { } why)
            {
                unusable++;
                first ??= (lines.Number, why);
            }

            json.Flush();
            json.Reset();
            buffer.Write("\n"u8);
            if (buffer.WrittenCount > 1 << 16)
            {
                Flush(buffer, output);
            }
        }

        Flush(buffer, output);
        return new CurveCount(count, unusable, first);
    }

    /// <summary>Writes the answer to a line; gives the reason where the line cannot be used.</summary>
    private static string? Answer(ICurveModel model, LineReader lines, ReadOnlyMemory<byte> line, Utf8JsonWriter json)
    {
        if (lines.IsTooLong)
        {
            return Refuse(json, null, "line", $"more than {LongestLine} bytes", "one curve in a line");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(line, Json);
        }
        catch (JsonException e)
        {
            return Refuse(json, null, "line", $"no JSON at byte {e.BytePositionInLine ?? 0}", "one JSON object in a line");
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return Refuse(json, null, "line", $"a JSON {root.ValueKind.ToString().ToLowerInvariant()}", "a JSON object");
            }

            var id = root.TryGetProperty("id", out var given) && given.GetRawText().Length <= LongestId ? given : (JsonElement?)null;
            try
            {
                CurveJson.Write(json, id, model.Fit(new CurveQuestion(root)));
                return null;
            }
            catch (CurveException e)
            {
                return Refuse(json, id, e.Field, e.Found, e.Expected);
            }
        }
    }

    private static string Refuse(Utf8JsonWriter json, JsonElement? id, string field, string found, string expected)
    {
        CurveJson.WriteRefusal(json, id, Invalid, field, found, expected);
        return $"{field}: found {found}; expected {expected}";
    }

    private static void Flush(ArrayBufferWriter<byte> buffer, Stream output)
    {
        output.Write(buffer.WrittenSpan);
        output.Flush();
        buffer.ResetWrittenCount();
    }
}
