using System.Text.Json;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>A BIDS sidecar as an acquisition record.</summary>
/// <param name="Acquisition">The attributes.</param>
/// <param name="Time">AcquisitionDateTime; null where it is not there.</param>
internal sealed record BidsSidecar(Acquisition Acquisition, DateTimeOffset? Time)
{
    /// <summary>Reads a sidecar; a missing one gives a record in which all is absent.</summary>
    public static BidsSidecar Read(CaseFolder folder, string name, string id, List<Finding> findings)
    {
        try
        {
            var path = folder.Resolve(name, name);
            if (!File.Exists(path))
            {
                return new BidsSidecar(Acquisition.Unknown(id), null);
            }

            using var document = JsonInput.Read(path, name);
            var json = document.RootElement;
            // A document that states an attribute as text where a number is meant is read as ever: the text counts.
            var whole = BidsRecord.FromJson(json, id);
            var attributes = Acquisition.DiffusionAttributes.Select(a => whole.Find(a) is { Value: not null, Numbers.Count: > 0 } typed ? typed : Attribute(json, a)).ToList();
            var distinct = folder.Text(Path.ChangeExtension(name, ".bval"), name).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct().Take(64).ToList();
            if (distinct.Count > 0)
            {
                attributes[attributes.FindIndex(a => a.Name == "DiffusionBValue")] =
                    new AcquisitionAttribute("DiffusionBValue", string.Join(" ", distinct), AttributeState.Present);
            }

            var time = attributes.First(a => a.Name == "AcquisitionDateTime").Value;
            var hasOffset = true;
            var instant = time is null ? null : CaseTime.Parse(time, out hasOffset);
            if (instant is not null && !hasOffset)
            {
                findings.Add(CaseTime.WithoutZone($"{name}: AcquisitionDateTime"));
            }

            var leftOut = whole.Attributes.Where(a => a.Value is not null && !Acquisition.DiffusionAttributes.Contains(a.Name)).Select(a => a.Name).ToList();
            return new BidsSidecar(new Acquisition(id, attributes) { LeftOut = leftOut }, instant);
        }
        catch (CaseException e)
        {
            findings.Add(e.Finding);
            return new BidsSidecar(Acquisition.Unknown(id), null);
        }
    }

    /// <summary>The unit that a map's sidecar states; null where it states none that Etalon knows. A sidecar that cannot be read is a finding.</summary>
    public static Unit? UnitOf(CaseFolder folder, string name, List<Finding> findings)
    {
        try
        {
            var path = folder.Resolve(name, name);
            if (!File.Exists(path))
            {
                return null;
            }

            using var document = JsonInput.Read(path, name);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("Units", out var u) && u.ValueKind == JsonValueKind.String
                && Unit.TryParse(u.GetString(), out var unit) ? unit : null;
        }
        catch (CaseException e)
        {
            findings.Add(e.Finding);
            return null;
        }
    }

    private static AcquisitionAttribute Attribute(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var v))
        {
            return new AcquisitionAttribute(name, null, AttributeState.Absent);
        }

        var text = v.ValueKind == JsonValueKind.String ? v.GetString() : v.ValueKind == JsonValueKind.Number ? v.GetRawText() : null;
        return string.IsNullOrWhiteSpace(text)
            ? new AcquisitionAttribute(name, null, AttributeState.Absent)
            : new AcquisitionAttribute(name, JsonInput.Short(text), AttributeState.Present);
    }
}
