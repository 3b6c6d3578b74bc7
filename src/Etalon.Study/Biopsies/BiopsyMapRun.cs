using System.Globalization;
using Etalon.Assays;
using Etalon.Assays.Biopsies;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study.Biopsies;

/// <summary>Where a further biopsy would teach most, by visit.</summary>
/// <param name="Visit">Visit.</param>
/// <param name="Region">Region.</param>
/// <param name="Next">The place; null where there is none.</param>
/// <param name="Voxels">Voxels of the region with a foretold value, and those without because the map is outside what the biopsies saw.</param>
public sealed record NextBiopsyOfVisit(string Visit, string Region, NextBiopsy? Next, (int Foretold, int OutsideSupport) Voxels);

/// <summary>Maps of foretold pathology: <c>etalon biopsy map</c>.</summary>
public static class BiopsyMapRun
{
    /// <summary>Name of the layout of biopsy-map.json.</summary>
    public const string Schema = "etalon-biopsy-map-1";

    /// <summary>Makes the maps and writes them into a folder that is not in place yet; no visits where nothing could be made.</summary>
    public static (IReadOnlyList<NextBiopsyOfVisit> Visits, IReadOnlyList<Finding> Findings, byte[] Json) Execute(
        IReadOnlyList<string> paths, BiopsyModel model, BiopsyRunOptions options, StudyOptions study, AtomicOutput output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(output);
        var (visits, findings) = BiopsyRun.Map(paths, model, options, study, cancellation);
        var next = visits.Select(v => new NextBiopsyOfVisit(v.Id, v.Region, v.Prediction.Next, (v.Prediction.Status.Count(s => s == VoxelStatus.Ok), v.Prediction.Status.Count(s => s == VoxelStatus.AtBound)))).ToList();
        var json = Json(visits.Count > 0 ? visits[0].Subject : "", model, next, findings);
        output.Write("derivatives/etalon/dataset_description.json", Derivatives.Description());
        foreach (var visit in visits)
        {
            cancellation.ThrowIfCancellationRequested();
            Write(output, visit, model);
        }

        output.Write("biopsy-map.json", json);
        output.Write("results.json", StageResults.Write(visits.Count > 0 ? visits[0].Subject : "", [], [], [], findings, [], "biopsy map"));
        output.Write("findings.json", ResultsJson.WriteFindings(findings));
        return (next, findings, json);
    }

    private static void Write(AtomicOutput output, ForetoldVisit visit, BiopsyModel model)
    {
        var (subject, session) = (Derivatives.Label(visit.Subject), Derivatives.Label(visit.Id));
        var stem = $"derivatives/etalon/sub-{subject}/ses-{session}/biopsy/sub-{subject}_ses-{session}_label-{Derivatives.Label(visit.Region)}";
        var p = visit.Prediction;
        void Image(string name, Volume map, string description)
        {
            output.Write($"{stem}_{name}.nii.gz", NiftiWriter.Encode(map));
            Sidecar($"{stem}_{name}.json", model.PathologyUnit ?? "1", description, []);
        }

        void Sidecar(string path, string unit, string description, VoxelStatus[] levels) => output.Write(path, Derivatives.Json(j =>
        {
            j.WriteString("Units", unit);
            j.WriteString("Description", description);
            j.WriteString("Method", BiopsyRegression.Method);
            j.WriteStartArray("Sources");
            foreach (var source in visit.Sources.Where(s => s.Length > 0))
            {
                j.WriteStringValue($"sha256:{source}");
            }

            j.WriteEndArray();
            if (levels.Length > 0)
            {
                j.WriteStartObject("Levels");
                foreach (var status in levels)
                {
                    j.WriteString(((byte)status).ToString(CultureInfo.InvariantCulture), status == VoxelStatus.AtBound ? "OutsideSupport" : status.ToString());
                }

                j.WriteEndObject();
            }

            Derivatives.GeneratedBy(j);
        }));
        var name = Derivatives.Label(model.Pathology);
        Image($"{name}map", p.Value, $"{model.Pathology} foretold from {model.Map}; 0 where the status is not 1");
        Image($"desc-u_{name}map", p.U, $"Standard uncertainty (k = 1) of a new biopsy's {model.Pathology} there: line, scatter, patients, noise of the map");
        Image($"desc-gain_{name}map", p.Gain, "Share by which a further biopsy aimed at the voxel would lower the mean variance of the line over the region; 0 where it was not tried");
        output.Write($"{stem}_desc-status_{name}map.nii.gz", NiftiWriter.Encode(p.Value.Grid, Array.ConvertAll(p.Status, s => (byte)s)));
        Sidecar($"{stem}_desc-status_{name}map.json", "1", "Status of each voxel", Enum.GetValues<VoxelStatus>());
    }

    private static byte[] Json(string subject, BiopsyModel model, List<NextBiopsyOfVisit> visits, IReadOnlyList<Finding> findings) => Derivatives.Json(j =>
    {
        j.WriteString("schema", Schema);
        j.WriteString("etalon", ResultsJson.EtalonVersion);
        j.WriteString("subject", subject);
        j.WriteString("map", model.Map);
        j.WriteString("pathology", model.Pathology);
        j.WriteString("pathology_unit", model.PathologyUnit);
        ResultsJson.List(j, "visits", visits, (w, v) =>
        {
            w.WriteString("visit", v.Visit);
            w.WriteString("region", v.Region);
            w.WriteNumber("voxels_foretold", v.Voxels.Foretold);
            w.WriteNumber("voxels_outside_support", v.Voxels.OutsideSupport);
            if (v.Next is not { } next)
            {
                w.WriteNull("next_biopsy");
                return;
            }

            w.WriteStartObject("next_biopsy");
            w.WriteStartArray("mm");
            foreach (var c in new[] { next.Place.X, next.Place.Y, next.Place.Z })
            {
                w.WriteNumberValue(c);
            }

            w.WriteEndArray();
            ResultsJson.Number(w, "map_value", next.Value);
            ResultsJson.Number(w, "gain", next.Gain);
            w.WriteEndObject();
        });
        j.WritePropertyName("findings");
        ResultsJson.Findings(j, findings);
    });
}
