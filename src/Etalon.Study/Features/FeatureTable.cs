using System.Globalization;
using System.Text;
using Etalon.Assays.Radiomics;

namespace Etalon.Study.Features;

/// <summary>Writes features as CSV, a row a feature.</summary>
public static class FeatureTable
{
    private const string Columns =
        "subject,visit,image,region,settings,family,ibsi_id,tag,feature,aggregation,value,unit,u,u_noise,u_contour,u_resampling,status,repeatability,wcv_percent,rc,retest_pairs";

    /// <summary>The table as UTF-8. Numbers are round-trip exact; an empty cell means that there is none.</summary>
    public static byte[] Write(FeaturesResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder(Columns).Append('\n');
        foreach (var region in result.Regions)
        {
            var p = region.Place;
            var place = string.Join(',', new[] { p.Subject, p.Visit, p.Image, p.Region, p.Settings }.Select(Name));
            foreach (var f in region.Measurement.Features)
            {
                var repeats = result.Repeatability.GetValueOrDefault((p.Image, p.Region, p.Settings, f.Feature.Tag, f.Aggregation));
                text.Append(place).Append(',')
                    .AppendJoin(',', f.Feature.Family.Code(), f.Feature.IbsiId, f.Feature.Tag, Cell(f.Feature.Name), Cell(f.Aggregation.Code()), Number(f.Value), Cell(f.Unit), Number(f.U), Number(f.NoiseU), Number(f.ContourU), Number(f.ResamplingU))
                    .Append(',').Append(f.Status.ToString().ToLowerInvariant()).Append(',')
                    .AppendJoin(',', repeats?.Class.ToString().ToLowerInvariant() ?? "", Number(100 * repeats?.Wcv), Number(repeats?.Rc), repeats is null ? "" : repeats.Pairs.ToString(CultureInfo.InvariantCulture))
                    .Append('\n');
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A name from the input: a spreadsheet must not take it for a formula, so an apostrophe goes before the signs that begin one.</summary>
    private static string Name(string text) => Cell(text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? $"'{text}" : text);

    private static string Cell(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
