using System.Text;
using System.Text.Json;
using Etalon.Cases.Inspection;

namespace Etalon.Study;

/// <summary>Writes what <c>etalon inspect --json</c> prints (docs/schemas/inspect.schema.json) as it is found, so that nothing piles up.</summary>
public sealed class InspectJson : IDisposable
{
    private const int FlushAbove = 1 << 15;
    private readonly Utf8JsonWriter _json;
    private readonly Stream _stream;

    /// <summary>Begins the document.</summary>
    /// <param name="stream">Receives UTF-8; is not closed.</param>
    public InspectJson(Stream stream)
    {
        _stream = stream;
        _json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        _json.WriteStartObject();
        _json.WriteString("schema", "etalon-inspect-1");
        _json.WriteString("etalon", ResultsJson.EtalonVersion);
        _json.WriteStartArray("objects");
    }

    /// <summary>One object.</summary>
    public void Object(InspectedObject o)
    {
        ArgumentNullException.ThrowIfNull(o);
        _json.WriteStartObject();
        _json.WriteString("path", Whole(o.Path));
        _json.WriteString("status", o.Status);
        if (o.Error is { } e)
        {
            _json.WriteStartObject("error");
            _json.WriteString("code", e.Code);
            _json.WriteString("found", Whole(e.Found));
            _json.WriteString("expected", Whole(e.Expected));
            _json.WriteString("tag", e.Tag);
            if (e.Offset is { } offset)
            {
                _json.WriteNumber("offset", offset);
            }
            else
            {
                _json.WriteNull("offset");
            }

            _json.WriteString("remedy", Whole(e.Remedy));
            _json.WriteEndObject();
        }
        else
        {
            _json.WriteNull("error");
        }

        _json.WriteString("pixels_md5", o.PixelsMd5);
        _json.WriteEndObject();
        if (_json.BytesPending > FlushAbove)
        {
            _json.Flush();
        }
    }

    /// <summary>Ends the document.</summary>
    /// <param name="objects">The inspection, for its counts.</param>
    /// <param name="tree">What the objects hold together.</param>
    public void End(ObjectInspection objects, InspectedTree tree)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(tree);
        _json.WriteEndArray();
        _json.WriteStartObject("counts");
        _json.WriteNumber("read", objects.Read);
        _json.WriteNumber("refused", objects.Refused);
        _json.WriteNumber("not_dicom", objects.Skipped);
        _json.WriteEndObject();
        InspectTreeJson.Write(_json, tree);
        _json.WriteEndObject();
        _json.Flush();
        _stream.WriteByte((byte)'\n');
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    /// <summary>Text without halves of characters, which names of files may hold and JSON may not.</summary>
    internal static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
