using System.Text.Json;
using Etalon.Assays.Radiomics;

namespace Etalon.Study.Features;

/// <summary>Writes what stands behind a table of features, for machines (schema etalon-features-1, docs/schemas/features.schema.json).</summary>
public static class FeaturesJson
{
    /// <summary>Name of the layout.</summary>
    public const string Schema = "etalon-features-1";

    private static readonly (string Id, string Text, string For)[] Publications =
    [
        ("ibsi-1", "Zwanenburg et al., Radiology 295:328 (2020), and the reference manual of the Image Biomarker Standardisation Initiative, arXiv:1612.07003", "features"),
        ("ibsi-2", "Whybra et al., Radiology 310:e231319 (2024), and the reference manual on filters, arXiv:2006.05470", "filters"),
        ("within-subject", "Bland and Altman, BMJ 312:1654 (1996); Raunig et al., Stat Methods Med Res 24:27 (2015)", "repeatability"),
    ];

    /// <summary>The sidecar as UTF-8.</summary>
    public static byte[] Write(FeaturesResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Derivatives.Json(json =>
        {
            json.WriteString("schema", Schema);
            json.WriteString("etalon", ResultsJson.EtalonVersion);
            json.WriteString("method", RadiomicsAssay.Method);
            ResultsJson.List(json, "settings", result.Regions.Select(r => r.Measurement.Settings).DistinctBy(s => s.Name), FeatureSettingsJson.Write);
            Uncertainty(json, result.Request.Options);
            ResultsJson.List(json, "regions", result.Regions, Region);
            json.WriteStartObject("repeatability");
            json.WriteNumber("pairs", result.Pairs);
            json.WriteString("classes", "within-subject coefficient of variation: high to 5 %, good to 10 %, moderate to 20 %, low above; undetermined where values lie on both sides of 0");
            json.WriteEndObject();
            ResultsJson.Assumptions(json, result.Regions.SelectMany(r => r.Measurement.Assumptions).Distinct());
            json.WritePropertyName("findings");
            ResultsJson.Findings(json, result.Findings);
            ResultsJson.List(json, "sources", Publications, (j, s) =>
            {
                j.WriteString("id", s.Id);
                j.WriteString("text", s.Text);
                j.WriteString("used_for", s.For);
            });
        });
    }

    private static void Uncertainty(Utf8JsonWriter json, RadiomicsOptions options)
    {
        json.WriteStartObject("uncertainty");
        json.WriteNumber("replicates", options.Replicates);
        json.WriteNumber("seed", options.Seed);
        json.WriteString("u", "root mean square of the departures from the value over the replicates of each source, the sources added in squares; hidden: 2 u is at least the modulus of the value");
        json.WriteString("noise", "the image with its noise once more");
        json.WriteString("contour", FormattableString.Invariant($"the region drawn anew: its surface further out or in, as a whole and again over {RadiomicsOptions.ContourWidthMm} mm (FWHM)"));
        json.WriteString("resampling", "the grid of voxels elsewhere, uniform within one voxel");
        json.WriteEndObject();
    }

    private static void Region(Utf8JsonWriter json, MeasuredRegion region)
    {
        json.WriteString("subject", region.Place.Subject);
        json.WriteString("visit", region.Place.Visit);
        json.WriteString("image", region.Place.Image);
        json.WriteString("image_source", region.ImageSource);
        json.WriteString("image_sha256", region.ImageSha256);
        json.WriteString("image_unit", region.ImageUnit);
        json.WriteString("region", region.Place.Region);
        json.WriteString("region_sha256", region.RegionSha256);
        json.WriteString("settings", region.Place.Settings);
        json.WriteNumber("voxels", region.Measurement.Voxels);
        json.WriteNumber("grey_levels", region.Measurement.GreyLevels);
        foreach (var status in Enum.GetValues<FeatureStatus>())
        {
            json.WriteNumber(status.ToString().ToLowerInvariant(), region.Measurement.Features.Count(f => f.Status == status));
        }
    }
}
