using System.Text.Json;
using Etalon.Assays.Radiomics;
using Etalon.Cases;
using Etalon.Metrology;

namespace Etalon.Study.Features;

/// <summary>Settings of features as JSON (schema etalon-feature-settings-1, docs/schemas/feature-settings.schema.json): what is written can be read again.</summary>
public static class FeatureSettingsJson
{
    /// <summary>Name of the layout.</summary>
    public const string Schema = "etalon-feature-settings-1";

    private static readonly string[] Fields =
    [
        "schema", "name", "base", "unit", "in_slices", "spacing_mm", "interpolation", "mask_interpolation", "mask_threshold", "round_intensities", "range", "outlier_sigmas", "levels",
        "lowest_bin", "volume_histogram_levels", "aggregations", "families", "filter", "fewest_voxels",
    ];

    /// <summary>Reads a settings file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CaseException">It is no JSON, or a field is unknown or does not hold what it should: settings are not guessed.</exception>
    public static RadiomicsSettings Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var name = Path.GetFileName(path);
        if (!File.Exists(path))
        {
            throw Invalid(name, "no such file, and no preset of that name", $"a JSON file, or one of {string.Join(", ", RadiomicsPresets.All.Select(p => p.Name))}");
        }

        using var document = JsonInput.Read(path, name);
        return Of(document.RootElement, name);
    }

    internal static RadiomicsSettings Of(JsonElement json, string about)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Invalid(about, json.ValueKind.ToString(), "an object");
        }

        var r = new JsonReading(json, about, Fields);
        if (r.Text("schema") is { } schema && schema != Schema)
        {
            throw Invalid($"{about}: schema", JsonInput.Short(schema), Schema);
        }

        var basis = r.Text("base") is { } preset
            ? RadiomicsPresets.Find(preset) ?? throw Invalid($"{about}: base", JsonInput.Short(preset), $"one of {string.Join(", ", RadiomicsPresets.All.Select(p => p.Name))}")
            : new RadiomicsSettings { Name = "", Levels = Discretisation.Number(32), VolumeHistogramLevels = Discretisation.Number(1000) };
        var inSlices = r.Flag("in_slices") ?? basis.InSlices;
        return basis with
        {
            Name = r.Text("name") ?? Path.GetFileNameWithoutExtension(about),
            ForUnit = r.Has("unit") ? r.Unit("unit") : basis.ForUnit,
            InSlices = inSlices,
            SpacingMm = r.Has("spacing_mm") ? r.IsNull("spacing_mm") ? null : r.Triple("spacing_mm", 0.05, 100) : basis.SpacingMm,
            Interpolation = r.Word("interpolation", Interpolations) ?? basis.Interpolation,
            MaskInterpolation = r.Word("mask_interpolation", Interpolations) ?? basis.MaskInterpolation,
            MaskThreshold = r.Number("mask_threshold", 0.01, 1) ?? basis.MaskThreshold,
            RoundsIntensities = r.Flag("round_intensities") ?? basis.RoundsIntensities,
            Range = r.Has("range") ? r.Bounds("range") : basis.Range,
            OutlierSigmas = r.Has("outlier_sigmas") ? r.Number("outlier_sigmas", 0.1, 100) : basis.OutlierSigmas,
            Levels = r.Has("levels") ? Bins(r.Object("levels"), $"{about}: levels") : basis.Levels,
            LowestBin = r.Has("lowest_bin") ? r.Number("lowest_bin", double.MinValue, double.MaxValue) : basis.LowestBin,
            VolumeHistogramLevels = r.Has("volume_histogram_levels") ? Bins(r.Object("volume_histogram_levels"), $"{about}: volume_histogram_levels") : basis.VolumeHistogramLevels,
            Aggregations = r.Has("aggregations") ? r.Words("aggregations", Aggregations) : r.Has("in_slices") && inSlices != basis.InSlices ? inSlices ? RadiomicsSettings.OfSlices : RadiomicsSettings.InSpace : basis.Aggregations,
            Families = r.Has("families") ? r.Words("families", Families) : basis.Families,
            Filter = r.Has("filter") ? r.IsNull("filter") ? null : FilterJson.Of(r.Object("filter"), $"{about}: filter") : basis.Filter,
            FewestVoxels = (int?)r.Whole("fewest_voxels", 2, int.MaxValue) ?? basis.FewestVoxels,
        };
    }

    /// <summary>The settings as fields of an open object.</summary>
    public static void Write(Utf8JsonWriter json, RadiomicsSettings settings)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(settings);
        json.WriteString("schema", Schema);
        json.WriteString("name", settings.Name);
        json.WriteString("unit", settings.ForUnit);
        json.WriteBoolean("in_slices", settings.InSlices);
        if (settings.SpacingMm is { } s)
        {
            json.WriteStartArray("spacing_mm");
            json.WriteNumberValue(s.X);
            json.WriteNumberValue(s.Y);
            json.WriteNumberValue(s.Z);
            json.WriteEndArray();
        }
        else
        {
            json.WriteNull("spacing_mm");
        }

        json.WriteString("interpolation", Code(settings.Interpolation, Interpolations));
        json.WriteString("mask_interpolation", Code(settings.MaskInterpolation, Interpolations));
        json.WriteNumber("mask_threshold", settings.MaskThreshold);
        json.WriteBoolean("round_intensities", settings.RoundsIntensities);
        json.WriteStartArray("range");
        Bound(json, settings.Range.Low);
        Bound(json, settings.Range.High);
        json.WriteEndArray();
        ResultsJson.Number(json, "outlier_sigmas", settings.OutlierSigmas);
        Bins(json, "levels", settings.Levels);
        ResultsJson.Number(json, "lowest_bin", settings.LowestBin);
        Bins(json, "volume_histogram_levels", settings.VolumeHistogramLevels);
        Words(json, "aggregations", settings.Aggregations.Select(a => Code(a, Aggregations)));
        Words(json, "families", settings.Families.Select(f => f.Code()));
        FilterJson.Write(json, "filter", settings.Filter);
        json.WriteNumber("fewest_voxels", settings.FewestVoxels);
    }

    internal static string Code<T>(T value, IReadOnlyDictionary<string, T> words) => words.First(w => Equals(w.Value, value)).Key;

    internal static CaseException Invalid(string about, string found, string expected) => new(new Finding(
        FindingCodes.FeatureSettingsInvalid, Severity.Error, about, found, expected, "Correct the settings; a preset can be changed field by field with \"base\"."));

    private static Dictionary<string, InterpolationKind> Interpolations { get; } = new(StringComparer.Ordinal)
    {
        ["linear"] = InterpolationKind.Linear, ["cubic"] = InterpolationKind.Cubic, ["nearest"] = InterpolationKind.Nearest,
    };

    private static Dictionary<string, FeatureAggregation> Aggregations { get; } =
        Enum.GetValues<FeatureAggregation>().Where(a => a != FeatureAggregation.None).ToDictionary(a => a.Code(), StringComparer.Ordinal);

    private static Dictionary<string, FeatureFamily> Families { get; } = Enum.GetValues<FeatureFamily>().ToDictionary(f => f.Code(), StringComparer.Ordinal);

    private static Discretisation Bins(JsonElement json, string about)
    {
        var r = new JsonReading(json, about, "kind", "bins", "width");
        return r.Text("kind") switch
        {
            "none" => Discretisation.AsTheyAre,
            "fixed_bin_number" => Discretisation.Number((int)(r.Whole("bins", 2, 1_000_000) ?? throw Invalid($"{about}: bins", "nothing", "a whole number from 2"))),
            "fixed_bin_size" => Discretisation.Size(r.Number("width", double.Epsilon, double.MaxValue) ?? throw Invalid($"{about}: width", "nothing", "a number above 0")),
            var other => throw Invalid($"{about}: kind", JsonInput.Short(other ?? "nothing"), "none, fixed_bin_number or fixed_bin_size"),
        };
    }

    private static void Bins(Utf8JsonWriter json, string name, Discretisation bins)
    {
        json.WriteStartObject(name);
        json.WriteString("kind", bins.Kind switch { DiscretisationKind.FixedBinNumber => "fixed_bin_number", DiscretisationKind.FixedBinSize => "fixed_bin_size", _ => "none" });
        if (bins.Kind == DiscretisationKind.FixedBinNumber)
        {
            json.WriteNumber("bins", bins.Bins);
        }
        else if (bins.Kind == DiscretisationKind.FixedBinSize)
        {
            json.WriteNumber("width", bins.Width);
        }

        json.WriteEndObject();
    }

    private static void Bound(Utf8JsonWriter json, double? bound)
    {
        if (bound is { } b)
        {
            json.WriteNumberValue(b);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void Words(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }
}
