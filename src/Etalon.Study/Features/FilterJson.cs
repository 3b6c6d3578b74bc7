using System.Text.Json;
using Etalon.Assays.Radiomics.Filters;
using Etalon.Cases;

namespace Etalon.Study.Features;

/// <summary>Filters within settings of features.</summary>
internal static class FilterJson
{
    private static readonly Dictionary<string, FilterBoundary> Boundaries = new(StringComparer.Ordinal)
    {
        ["mirror"] = FilterBoundary.Mirror, ["periodic"] = FilterBoundary.Periodic, ["nearest"] = FilterBoundary.Nearest, ["zero"] = FilterBoundary.Zero,
    };

    private static readonly Dictionary<string, FilterPooling> Poolings = new(StringComparer.Ordinal)
    {
        ["none"] = FilterPooling.None, ["mean"] = FilterPooling.Mean, ["max"] = FilterPooling.Max, ["min"] = FilterPooling.Min,
    };

    private static readonly Dictionary<string, WaveletKind> Wavelets = new(StringComparer.Ordinal)
    {
        ["haar"] = WaveletKind.Haar, ["db2"] = WaveletKind.Daubechies2, ["db3"] = WaveletKind.Daubechies3, ["coif1"] = WaveletKind.Coiflet1,
    };

    public static ImageFilter Of(JsonElement json, string about)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw FeatureSettingsJson.Invalid(about, json.ValueKind.ToString(), "an object with a kind");
        }

        string[] common = ["kind", "boundary", "in_slices"];
        var kind = json.TryGetProperty("kind", out var k) && k.ValueKind == JsonValueKind.String ? k.GetString()! : "nothing";
        JsonReading Reading(params string[] fields) => new(json, about, [.. common, .. fields]);
        double Need(JsonReading r, string name, double low, double high) => r.Number(name, low, high) ?? throw FeatureSettingsJson.Invalid($"{about}: {name}", "nothing", "a number");
        ImageFilter filter;
        JsonReading read;
        switch (kind)
        {
            case "mean":
                read = Reading("size");
                var size = (int)Need(read, "size", 1, 201);
                filter = size % 2 == 1 ? new MeanFilter(size) : throw FeatureSettingsJson.Invalid($"{about}: size", "an even number", "an odd number of voxels");
                break;
            case "log":
                read = Reading("sigma_mm", "cut_off");
                filter = new LaplacianOfGaussianFilter(Need(read, "sigma_mm", 0.05, 100), read.Number("cut_off", 1, 10) ?? 4);
                break;
            case "laws":
                read = Reading("kernels", "pooling", "energy_distance");
                filter = new LawsFilter(Kernels(read, about)) { Pooling = read.Word("pooling", Poolings) ?? FilterPooling.None, EnergyDistance = (int?)read.Whole("energy_distance", 1, 100) };
                break;
            case "gabor":
                read = Reading("sigma_mm", "wavelength_mm", "aspect_ratio", "theta", "theta_step", "pooling", "orthogonal_planes");
                filter = new GaborFilter(Need(read, "sigma_mm", 0.05, 100), Need(read, "wavelength_mm", 0.05, 1000), Need(read, "aspect_ratio", 0.01, 100), read.Number("theta", -10, 10) ?? 0)
                {
                    ThetaStep = read.Number("theta_step", 0.01, Math.PI), Pooling = read.Word("pooling", Poolings) ?? FilterPooling.Mean, OrthogonalPlanes = read.Flag("orthogonal_planes") ?? false,
                };
                break;
            case "wavelet":
                read = Reading("wavelet", "bands", "level", "pooling");
                var bands = read.Text("bands");
                filter = bands is { Length: 2 or 3 } && bands.All(b => b is 'L' or 'H') && read.Word("wavelet", Wavelets) is { } wavelet
                    ? new WaveletFilter(wavelet, bands, (int?)read.Whole("level", 1, 6) ?? 1) { Pooling = read.Word("pooling", Poolings) ?? FilterPooling.None }
                    : throw FeatureSettingsJson.Invalid(about, "a wavelet without its family or its bands", "wavelet: haar, db2, db3 or coif1; bands such as LLH");
                break;
            case "simoncelli":
                read = Reading("level");
                filter = new SimoncelliFilter((int?)read.Whole("level", 1, 6) ?? 1);
                break;
            case "riesz":
                read = Reading("inner", "order");
                var order = read.Has("order") ? read.Triple("order", 0, 8) : throw FeatureSettingsJson.Invalid($"{about}: order", "nothing", "three whole numbers");
                filter = new RieszFilter(Of(read.Has("inner") ? read.Object("inner") : default, $"{about}: inner"), (int)order.X, (int)order.Y, (int)order.Z);
                break;
            default:
                throw FeatureSettingsJson.Invalid($"{about}: kind", JsonInput.Short(kind), "mean, log, laws, gabor, wavelet, simoncelli or riesz");
        }

        filter = filter with { Boundary = read.Word("boundary", Boundaries) ?? filter.Boundary, InSlices = read.Flag("in_slices") ?? filter.InSlices };
        return Dimensions(filter) is { } n && n != (filter.InSlices ? 2 : 3) ? throw FeatureSettingsJson.Invalid(about, $"{n} kernels", filter.InSlices ? "two in slices" : "three in space") : filter;
    }

    public static void Write(Utf8JsonWriter json, string name, ImageFilter? filter)
    {
        if (filter is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        switch (filter)
        {
            case MeanFilter f:
                json.WriteString("kind", "mean");
                json.WriteNumber("size", f.Size);
                break;
            case LaplacianOfGaussianFilter f:
                json.WriteString("kind", "log");
                json.WriteNumber("sigma_mm", f.SigmaMm);
                json.WriteNumber("cut_off", f.CutOff);
                break;
            case LawsFilter f:
                json.WriteString("kind", "laws");
                json.WriteString("kernels", string.Concat(f.Kernels));
                json.WriteString("pooling", FeatureSettingsJson.Code(f.Pooling, Poolings));
                ResultsJson.Number(json, "energy_distance", f.EnergyDistance);
                break;
            case GaborFilter f:
                json.WriteString("kind", "gabor");
                json.WriteNumber("sigma_mm", f.SigmaMm);
                json.WriteNumber("wavelength_mm", f.WavelengthMm);
                json.WriteNumber("aspect_ratio", f.AspectRatio);
                json.WriteNumber("theta", f.Theta);
                ResultsJson.Number(json, "theta_step", f.ThetaStep);
                json.WriteString("pooling", FeatureSettingsJson.Code(f.Pooling, Poolings));
                json.WriteBoolean("orthogonal_planes", f.OrthogonalPlanes);
                break;
            case WaveletFilter f:
                json.WriteString("kind", "wavelet");
                json.WriteString("wavelet", FeatureSettingsJson.Code(f.Kind, Wavelets));
                json.WriteString("bands", f.Bands);
                json.WriteNumber("level", f.Level);
                json.WriteString("pooling", FeatureSettingsJson.Code(f.Pooling, Poolings));
                break;
            case SimoncelliFilter f:
                json.WriteString("kind", "simoncelli");
                json.WriteNumber("level", f.Level);
                break;
            case RieszFilter f:
                json.WriteString("kind", "riesz");
                Write(json, "inner", f.Inner);
                json.WriteStartArray("order");
                foreach (var order in new[] { f.OrderX, f.OrderY, f.OrderZ })
                {
                    json.WriteNumberValue(order);
                }

                json.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"There is no layout for {filter.GetType().Name}.", nameof(filter));
        }

        json.WriteString("boundary", FeatureSettingsJson.Code(filter.Boundary, Boundaries));
        json.WriteBoolean("in_slices", filter.InSlices);
        json.WriteEndObject();
    }

    private static int? Dimensions(ImageFilter filter) => filter switch { LawsFilter f => f.Kernels.Length, WaveletFilter f => f.Bands.Length, _ => null };

    private static string[] Kernels(JsonReading read, string about)
    {
        var text = read.Text("kernels") ?? "";
        var names = text.Chunk(2).Select(c => new string(c)).ToArray();
        return names.Length is 2 or 3 && names.All(LawsFilter.Knows) ? names : throw FeatureSettingsJson.Invalid($"{about}: kernels", JsonInput.Short(text), "two or three of L5, E5, S5, W5, R5, L3, E3, S3, such as E5L5S5");
    }
}
