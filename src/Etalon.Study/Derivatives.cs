using System.Text.Json;
using Etalon.Assays;
using Etalon.Assays.Maps;
using Etalon.Assays.Suv;
using Etalon.Imaging;
using Etalon.Study.Maps;

namespace Etalon.Study;

/// <summary>Writes maps as BIDS derivatives: value, standard uncertainty and status, each with a sidecar.</summary>
internal static class Derivatives
{
    /// <summary>Writes all maps of a study.</summary>
    public static void Write(AtomicOutput output, StudyResult result)
    {
        output.Write("derivatives/etalon/dataset_description.json", Description());
        var subject = Label(result.Case.Subject);
        foreach (var visit in result.Visits.Where(v => v.Adc is not null))
        {
            var map = visit.Adc!;
            Write(output, subject, visit, "adc", "ADCmap", map, visit.AdcMethod);
        }

        foreach (var visit in result.Visits.Where(v => v.Suv is not null))
        {
            var session = Label(visit.Visit.Id);
            var suv = visit.Suv!;
            var (grid, isNumber) = (suv.Value.Grid, Array.ConvertAll(suv.Value.Values, float.IsFinite));
            var map = new ParametricMap(
                new Volume(grid, Array.ConvertAll(suv.Value.Values, v => float.IsFinite(v) ? v : 0), suv.Value.Unit),
                new Volume(grid, Array.ConvertAll(isNumber, v => v ? (float)suv.StorageU : 0), suv.Value.Unit),
                Array.ConvertAll(isNumber, v => v ? VoxelStatus.Ok : VoxelStatus.Outside), null);
            new MapFiles($"derivatives/etalon/sub-{subject}/ses-{session}/pet/sub-{subject}_ses-{session}")
            {
                Method = $"{SuvMap.Method}: {suv.Rule}",
                Sources = [suv.Sha256],
                UncertaintyFrom = "from the rounding of stored values alone; the noise of a voxel is not known from one image",
            }.Write(output, "SUVbwmap", "Standardised uptake value by body weight", map);
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

    /// <summary>The description of the derived data set.</summary>
    internal static byte[] Description() => Json(j =>
    {
        j.WriteString("Name", "Etalon derivatives");
        j.WriteString("BIDSVersion", "1.9.0");
        j.WriteString("DatasetType", "derivative");
        GeneratedBy(j);
    });

    private static void Write(AtomicOutput output, string subject, VisitImages visit, string kind, string name, ParametricMap map, string method)
    {
        var session = Label(visit.Visit.Id);
        new MapFiles($"derivatives/etalon/sub-{subject}/ses-{session}/{kind}/sub-{subject}_ses-{session}")
        {
            Method = method,
            Sources = [visit.AdcInput.Sha256],
            Constants = map.NoiseSd is { } noise ? [new MapConstant("NoiseSd", noise, "1", "")] : [],
        }.Write(output, name, "Apparent diffusion coefficient as read from this scanner, before any calibration", map);
    }

    /// <summary>A BIDS label: letters and digits only, so that no name from outside becomes a path.</summary>
    internal static string Label(string text)
    {
        var label = new string(text.Where(char.IsAsciiLetterOrDigit).ToArray());
        return label.Length == 0 ? "x" : label;
    }

    internal static void GeneratedBy(Utf8JsonWriter json)
    {
        json.WriteStartArray("GeneratedBy");
        json.WriteStartObject();
        json.WriteString("Name", "Etalon");
        json.WriteString("Version", ResultsJson.EtalonVersion);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>An object as an indented document.</summary>
    internal static byte[] Json(Action<Utf8JsonWriter> write)
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
