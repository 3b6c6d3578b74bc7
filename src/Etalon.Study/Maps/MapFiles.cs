using System.Globalization;
using System.Text.Json;
using Etalon.Assays;
using Etalon.Assays.Maps;
using Etalon.Imaging;

namespace Etalon.Study.Maps;

/// <summary>Writes maps of one origin as BIDS derivatives: value, standard uncertainty and status, each with a sidecar.</summary>
/// <param name="stem">Path and beginning of the names: <c>derivatives/etalon/sub-X/ses-Y/adc/sub-X_ses-Y</c>.</param>
internal sealed class MapFiles(string stem)
{
    /// <summary>Method and version.</summary>
    public required string Method { get; init; }

    /// <summary>SHA-256 of what it was made of.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Numbers from outside the images.</summary>
    public IReadOnlyList<MapConstant> Constants { get; init; } = [];

    /// <summary>Publications.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>What the standard uncertainty of a voxel holds.</summary>
    public string UncertaintyFrom { get; init; } = "of the map from voxel noise and storage";

    /// <summary>Writes one map.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="name">As FORMATS names it, <c>ADCmap</c>.</param>
    /// <param name="description">A sentence without its end.</param>
    /// <param name="map">The map.</param>
    public void Write(AtomicOutput output, string name, string description, ParametricMap map)
    {
        var unit = map.Value.Unit?.Code ?? "1";
        output.Write($"{stem}_{name}.nii.gz", NiftiWriter.Encode(map.Value));
        Sidecar(output, $"{stem}_{name}.json", unit, $"{description}; 0 where the status is not 1{(map.IsUKnown ? "" : ". The uncertainty of its voxels is not known")}", []);
        if (map.IsUKnown)
        {
            output.Write($"{stem}_desc-u_{name}.nii.gz", NiftiWriter.Encode(map.U));
            Sidecar(output, $"{stem}_desc-u_{name}.json", unit, $"Standard uncertainty (k = 1) {UncertaintyFrom}; 0 where the status is not 1", []);
        }

        output.Write($"{stem}_desc-status_{name}.nii.gz", NiftiWriter.Encode(map.Value.Grid, Array.ConvertAll(map.Status, s => (byte)s)));
        Sidecar(output, $"{stem}_desc-status_{name}.json", "1", "Status of each voxel", Enum.GetValues<VoxelStatus>());
    }

    private void Sidecar(AtomicOutput output, string path, string unit, string description, VoxelStatus[] levels) => output.Write(path, Derivatives.Json(j =>
    {
        j.WriteString("Units", unit);
        j.WriteString("Description", description);
        j.WriteString(nameof(Method), Method);
        Texts(j, nameof(Sources), Sources.Select(s => $"sha256:{s}"));
        j.WriteStartObject(nameof(Constants));
        foreach (var constant in Constants)
        {
            j.WriteNumber(constant.Name, constant.Value);
        }

        j.WriteEndObject();
        if (Constants.Any(c => c.Source.Length > 0))
        {
            j.WriteStartObject("ConstantSources");
            foreach (var constant in Constants.Where(c => c.Source.Length > 0))
            {
                j.WriteString(constant.Name, $"{constant.Unit}; {constant.Source}");
            }

            j.WriteEndObject();
        }

        if (References.Count > 0)
        {
            Texts(j, nameof(References), References);
        }

        if (levels.Length > 0)
        {
            j.WriteStartObject("Levels");
            foreach (var status in levels)
            {
                j.WriteString(((byte)status).ToString(CultureInfo.InvariantCulture), status.ToString());
            }

            j.WriteEndObject();
        }

        Derivatives.GeneratedBy(j);
    }));

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
