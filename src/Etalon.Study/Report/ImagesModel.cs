using System.Text.Json.Nodes;
using Etalon.Imaging;

namespace Etalon.Study.Report;

/// <summary>The pictures of the page: layers as NIfTI, and a still for where WebGL is missing.</summary>
internal static class ImagesModel
{
    public static JsonArray Build(StudyResult result)
    {
        var pictures = result.Pictures;
        return ReportModel.Array(pictures, p =>
        {
            var layers = new JsonArray();
            void Add(string kind, string name, string unit, (double Low, double High) range, string colours, byte[] nifti, string? of = null)
            {
                var layer = new JsonObject
                {
                    ["kind"] = kind,
                    ["name"] = name,
                    ["shownUnit"] = unit,
                    ["range"] = new JsonArray(range.Low, range.High),
                    ["colormap"] = colours,
                    ["nifti"] = Convert.ToBase64String(nifti),
                };
                if (of is not null)
                {
                    layer["of"] = of;
                }

                layers.Add(layer);
            }

            if (p.Anatomy is { } anatomy)
            {
                var high = Top(anatomy);
                Add("anatomy", p.AnatomyName, "", (0, high), "gray", NiftiWriter.EncodeRounded(anatomy, Math.Max(high / 2000, 1e-6)));
            }

            foreach (var other in p.Others)
            {
                Add("anatomy", other.Name, "", other.Range, "gray", NiftiWriter.EncodeRounded(other.Value, Math.Max((other.Range.High - other.Range.Low) / 2000, 1e-6)));
            }

            foreach (var map in p.Maps)
            {
                Add("map", map.Name, map.ShownUnit, map.Range, map.Colours, NiftiWriter.EncodeRounded(map.Value, map.Step));
                if (map.U is { } u)
                {
                    Add("uncertainty", $"u({map.Name})", map.ShownUnit, (0, 0.1 * map.Range.High), "magma", NiftiWriter.EncodeRounded(u, map.Step / 10), map.Name);
                }
            }

            void AddMask(string name, Mask mask) => Add("mask", name, "", (0, 1), "red", NiftiWriter.Encode(mask.Grid, Array.ConvertAll(mask.Inside, x => x ? (byte)1 : (byte)0)));
            if (p.Regions.Count == 0 && p.Tumour is { } tumour)
            {
                AddMask("Tumour", tumour);
            }

            foreach (var (name, mask) in p.Regions)
            {
                AddMask(name, mask);
            }

            return new JsonObject
            {
                ["visit"] = p.Visit,
                ["layers"] = layers,
                ["still"] = Still.Draw(p) is { } png ? Convert.ToBase64String(png) : null,
                ["stillAlt"] = p.Others.Count + p.Regions.Count == 0
                    ? $"Visit {p.Visit}: {p.AnatomyName} and map in three directions through the middle of the tumour, tumour outlined"
                    : $"Visit {p.Visit}: {string.Join("; ", p.Others.Select(o => o.Name).Concat(p.Maps.Select(m => m.Name)))}, each in three directions through the middle of the region, regions outlined",
            };
        });
    }

    /// <summary>99.5 % quantile of the values above zero, as the top of the grey scale.</summary>
    internal static double Top(Volume volume)
    {
        var sorted = volume.Values.Where(v => v > 0).Select(v => (double)v).Order().ToArray();
        return sorted.Length == 0 ? 1 : Numerics.FixedSum.QuantileOfSorted(sorted, 0.995);
    }
}
