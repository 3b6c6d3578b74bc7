using System.Globalization;
using System.Text.Json;
using Etalon.Assays;
using Etalon.Assays.Suv;
using Etalon.Imaging;

namespace Etalon.Study;

/// <summary>Writes maps as BIDS derivatives: value, standard uncertainty and status, each with a sidecar.</summary>
internal static class Derivatives
{
    /// <summary>Writes all maps of a study.</summary>
    public static void Write(AtomicOutput output, StudyResult result)
    {
        output.Write("derivatives/etalon/dataset_description.json", Json(j =>
        {
            j.WriteString("Name", "Etalon derivatives");
            j.WriteString("BIDSVersion", "1.9.0");
            j.WriteString("DatasetType", "derivative");
            GeneratedBy(j);
        }));
        var subject = Label(result.Case.Subject);
        foreach (var visit in result.Visits.Where(v => v.Adc is not null))
        {
            var map = visit.Adc!;
            Write(output, subject, visit, "adc", "ADCmap", map, visit.AdcMethod);
        }

        foreach (var visit in result.Visits.Where(v => v.Suv is not null))
        {
            var session = Label(visit.Visit.Id);
            var stem = $"derivatives/etalon/sub-{subject}/ses-{session}/pet/sub-{subject}_ses-{session}";
            var suv = visit.Suv!;
            void Sidecar(string path, string units, string description, IReadOnlyList<VoxelStatus>? levels = null) => output.Write(path, Json(j =>
            {
                j.WriteString("Units", units);
                j.WriteString("Description", description);
                j.WriteString("Method", $"{SuvMap.Method}: {suv.Rule}");
                j.WriteStartArray("Sources");
                j.WriteStringValue($"sha256:{suv.Sha256}");
                j.WriteEndArray();
                j.WriteStartObject("Constants");
                j.WriteEndObject();
                Levels(j, levels ?? []);
                GeneratedBy(j);
            }));
            output.Write($"{stem}_SUVbwmap.nii.gz", NiftiWriter.Encode(new Volume(suv.Value.Grid, Array.ConvertAll(suv.Value.Values, v => float.IsFinite(v) ? v : 0), suv.Value.Unit)));
            Sidecar($"{stem}_SUVbwmap.json", "g/mL", "Standardised uptake value by body weight; 0 where the status is not 1");
            var u = Array.ConvertAll(suv.Value.Values, v => float.IsFinite(v) ? (float)suv.StorageU : 0);
            output.Write($"{stem}_desc-u_SUVbwmap.nii.gz", NiftiWriter.Encode(new Volume(suv.Value.Grid, u, null)));
            Sidecar($"{stem}_desc-u_SUVbwmap.json", "g/mL", "Standard uncertainty (k = 1) from the rounding of stored values alone; the noise of a voxel is not known from one image; 0 where the status is not 1");
            var status = Array.ConvertAll(suv.Value.Values, v => (byte)(float.IsFinite(v) ? VoxelStatus.Ok : VoxelStatus.Outside));
            output.Write($"{stem}_desc-status_SUVbwmap.nii.gz", NiftiWriter.Encode(suv.Value.Grid, status));
            Sidecar($"{stem}_desc-status_SUVbwmap.json", "1", "Status of each voxel; Outside is where the image holds no number", [VoxelStatus.Outside, VoxelStatus.Ok]);
        }

        if (result.Twin is { } twin)
        {
            var grid = twin.Fit.Model.Diffusion.Domain.Grid;
            for (var n = 0; n < twin.Fields.Count; n++)
            {
                var visit = twin.Observations[n + 1];
                var stem = $"derivatives/etalon/sub-{subject}/ses-{Label(visit.Visit)}/twin/sub-{subject}_ses-{Label(visit.Visit)}_desc-{(n + 1 < twin.Fitted ? "fit" : "forecast")}_density";
                output.Write(stem + ".nii.gz", NiftiWriter.Encode(new Volume(grid, twin.Fields[n], null)));
                output.Write(stem + ".json", Json(j =>
                {
                    j.WriteString("Units", "1");
                    j.WriteString("Description", "Cell density relative to capacity, best fit of the growth model");
                    j.WriteString("Method", "twin.strang/1");
                    j.WriteStartArray("Sources");
                    foreach (var used in twin.Observations.Take(twin.Fitted))
                    {
                        j.WriteStringValue($"sha256:{result.Visits.First(v => v.Visit.Id == used.Visit).AdcInput.Sha256}");
                    }

                    j.WriteEndArray();
                    j.WriteStartObject("Constants");
                    j.WriteNumber("FreeWaterMm2PerS", result.Case.Density!.FreeWaterMm2PerS);
                    j.WriteNumber("CapacityMm2PerS", result.Case.Density.CapacityMm2PerS);
                    j.WriteEndObject();
                    GeneratedBy(j);
                }));
            }
        }
    }

    private static void Write(AtomicOutput output, string subject, VisitImages visit, string kind, string name, ParametricMap map, string method)
    {
        var session = Label(visit.Visit.Id);
        var stem = $"derivatives/etalon/sub-{subject}/ses-{session}/{kind}/sub-{subject}_ses-{session}";
        void Sidecar(string path, string description) => output.Write(path, Json(j =>
        {
            j.WriteString("Units", description == "status" ? "1" : map.Value.Unit!.Code);
            j.WriteString("Description", description switch
            {
                "value" => "Apparent diffusion coefficient as read from this scanner, before any calibration; 0 where the status is not 1" + (map.IsUKnown ? "" : ". The uncertainty of its voxels is not known"),
                "u" => "Standard uncertainty (k = 1) of the map from voxel noise and storage; 0 where the status is not 1",
                _ => "Status of each voxel",
            });
            j.WriteString("Method", method);
            j.WriteStartArray("Sources");
            j.WriteStringValue($"sha256:{visit.AdcInput.Sha256}");
            j.WriteEndArray();
            j.WriteStartObject("Constants");
            if (map.NoiseSd is { } noise)
            {
                j.WriteNumber("NoiseSd", noise);
            }

            j.WriteEndObject();
            Levels(j, description == "status" ? Enum.GetValues<VoxelStatus>() : []);
            GeneratedBy(j);
        }));
        output.Write($"{stem}_{name}.nii.gz", NiftiWriter.Encode(map.Value));
        Sidecar($"{stem}_{name}.json", "value");
        if (map.IsUKnown)
        {
            output.Write($"{stem}_desc-u_{name}.nii.gz", NiftiWriter.Encode(map.U));
            Sidecar($"{stem}_desc-u_{name}.json", "u");
        }

        output.Write($"{stem}_desc-status_{name}.nii.gz", NiftiWriter.Encode(map.Value.Grid, Array.ConvertAll(map.Status, s => (byte)s)));
        Sidecar($"{stem}_desc-status_{name}.json", "status");
    }

    /// <summary>What the codes of a status map mean; nothing for other maps.</summary>
    private static void Levels(Utf8JsonWriter json, IReadOnlyList<VoxelStatus> levels)
    {
        if (levels.Count == 0)
        {
            return;
        }

        json.WriteStartObject("Levels");
        foreach (var status in levels)
        {
            json.WriteString(((byte)status).ToString(CultureInfo.InvariantCulture), status.ToString());
        }

        json.WriteEndObject();
    }

    /// <summary>A BIDS label: letters and digits only, so that no name from outside becomes a path.</summary>
    internal static string Label(string text)
    {
        var label = new string(text.Where(char.IsAsciiLetterOrDigit).ToArray());
        return label.Length == 0 ? "x" : label;
    }

    private static void GeneratedBy(Utf8JsonWriter json)
    {
        json.WriteStartArray("GeneratedBy");
        json.WriteStartObject();
        json.WriteString("Name", "Etalon");
        json.WriteString("Version", ResultsJson.EtalonVersion);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return [.. buffer.ToArray(), .. "\n"u8.ToArray()];
    }
}
