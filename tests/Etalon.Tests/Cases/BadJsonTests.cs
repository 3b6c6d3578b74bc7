using System.Text;
using System.Text.Json.Nodes;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>A patient file that is no JSON, or JSON that is meant to hurt.</summary>
public sealed class BadJsonTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"visits\": [] /* none */}")]
    [InlineData("<html></html>")]
    [InlineData("{\"visits\": [NaN]}")]
    [InlineData("{\"visits\": [], \"visits\": [{}]}")]
    public void Text_that_is_not_JSON_is_refused(string text) => Of(text).Says("json-invalid", "patient.json");

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("{}")]
    [InlineData("{\"visits\": 3}")]
    public void JSON_of_another_shape_is_refused(string text) => Of(text).Says("field-invalid", "patient file");

    [Theory]
    [InlineData("[]")]
    [InlineData("[null, 3, [], {}]")]
    public void A_patient_without_a_usable_visit_is_refused(string visits) => Of($"{{\"visits\": {visits}}}");

    [Fact]
    public void JSON_that_is_too_deep_is_refused() => Of("{\"visits\": " + new string('[', 100_000) + new string(']', 100_000) + "}").Says("json-invalid", "patient.json");

    [Fact]
    public void JSON_that_is_too_large_is_refused_before_it_is_read()
    {
        using var patient = new SmallPatient(1);
        var path = patient.Save("{\"visits\": []}");
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(3L << 30); // sparse: costs no disk
        }

        StudyOutput.Of(path).Exits(3).Says("json-invalid", "patient.json");
    }

    [Theory]
    [InlineData("{\"patient\": \"\\ud800\"}")]
    [InlineData("{\"\\udc00\": 1}")]
    [InlineData("{\"visits\": [{\"time\": \"\\ud800\"}]}")]
    public void Half_a_character_is_refused(string text) => Of(text).Says("json-invalid", "patient.json");

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused()
    {
        using var patient = new SmallPatient(1);
        StudyOutput.Of(patient.Save([.. "{\"patient\": \""u8, 0xC3, 0x28, .. "\", \"visits\": []}"u8])).Exits(3).Says("json-invalid", "patient.json");
    }

    [Fact]
    public void A_file_that_begins_with_a_byte_order_mark_is_read()
    {
        using var patient = new SmallPatient(1);
        StudyOutput.Of(patient.Save([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(patient.Json.ToJsonString())])).Exits(0).Has("volume", "1");
    }

    [Fact]
    public void Numbers_beyond_all_doubles_are_no_doses()
    {
        using var patient = new SmallPatient(1);
        patient.Json["radiotherapy"] = JsonNode.Parse("""[{"time":"2024-03-02T08:00:00+01:00","dose":1e999,"units":"Gy"}]""");
        StudyOutput.Of(patient.Save()).Exits(0).Says("field-invalid", "radiotherapy, entry 1").Has("volume", "1");
    }

    private static StudyOutput Of(string text)
    {
        using var patient = new SmallPatient(1);
        return StudyOutput.Of(patient.Save(text)).Exits(3);
    }
}
