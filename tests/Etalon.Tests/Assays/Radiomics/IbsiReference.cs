using System.Globalization;
using Etalon.Assays.Radiomics;
using Etalon.Imaging;
using Etalon.Tests.Support;

namespace Etalon.Tests.Assays.Radiomics;

/// <summary>A reference value of IBSI.</summary>
internal sealed record IbsiValue(string Family, string Tag, string Feature, string Aggregation, double Value, double Tolerance);

/// <summary>The tables and images of IBSI in the reference data.</summary>
internal static class IbsiReference
{
    /// <summary>Values of the first part for one image or configuration.</summary>
    public static List<IbsiValue> Values(string data)
    {
        var rows = File.ReadLines(SharedData.Path("metrology", "ibsi1", "reference_values.csv")).Skip(1).Select(Cells).Where(r => r[4] == data && r[6].Length > 0).ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return rows.ConvertAll(r =>
        {
            // The table gives one tag to two features here; the second of them is the one at 90 %, and the 10th percentile.
            var tag = r[1] == "ih_min" && r[2].StartsWith("10th", StringComparison.Ordinal) ? "ih_P10" : seen.Add(r[1] + r[5]) ? r[1] : r[1].Replace("10", "90", StringComparison.Ordinal);
            var value = double.Parse(r[6], CultureInfo.InvariantCulture);
            // Without a tolerance the table's three digits are one.
            var digits = value == 0 ? 0.0005 : 0.5 * Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 2);
            return new IbsiValue(r[0], tag, r[2], r[5], value, r[7].Length > 0 ? double.Parse(r[7], CultureInfo.InvariantCulture) : digits);
        });
    }

    /// <summary>Those of the values that the features miss, in words.</summary>
    public static List<string> Misses(IReadOnlyList<IbsiValue> values, IReadOnlyList<FeatureValue> features) =>
    [
        .. values.Select(v => (Expected: v, Found: features.SingleOrDefault(f => f.Feature.Tag == v.Tag && f.Feature.Family.Code() == v.Family && f.Aggregation.Code() == v.Aggregation)))
            // One part in ten million: the bounds are sums of decimal numbers.
            .Where(p => !(Math.Abs((p.Found?.Value ?? double.NaN) - p.Expected.Value) <= p.Expected.Tolerance * (1 + 1e-7)))
            .Select(p => FormattableString.Invariant($"{p.Expected.Tag} {p.Expected.Aggregation}: {p.Found?.Value} for {p.Expected.Value} ± {p.Expected.Tolerance}")),
    ];

    public static VoxelBox DigitalPhantom() => VoxelBox.Cut(Image("metrology", "ibsi1", "digital_phantom_image.nii.gz"), Mask.FromNonZero(Image("metrology", "ibsi1", "digital_phantom_mask.nii.gz")));

    /// <summary>The CT of the lung cancer patient, which may not be handed on; skips where it is not at hand.</summary>
    public static VoxelBox CtPhantom(RadiomicsSettings settings)
    {
        string[] folder = ["metrology", "ibsi1", "ibsi_1_ct_radiomics_phantom", "nifti"];
        var image = Image([.. folder, "image", "phantom.nii.gz"]);
        var mask = Image([.. folder, "mask", "mask.nii.gz"]);
        // The manual asks for rounding of both: they are whole numbers stored otherwise.
        var rounded = new Volume(image.Grid, Array.ConvertAll(image.Values, v => MathF.Round(v)), null);
        return VoxelBox.Cut(rounded, new Mask(mask.Grid, Array.ConvertAll(mask.Values, v => MathF.Round(v) != 0)), settings.Filter is null ? 0 : double.PositiveInfinity);
    }

    public static Volume Image(params string[] parts)
    {
        var image = NiftiReader.Read(SharedData.Path(parts));
        return new Volume(image.Grid, image.Frames[0], null);
    }

    public static string[] Cells(string line)
    {
        var (cells, quoted, cell) = (new List<string>(), false, new System.Text.StringBuilder());
        foreach (var c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        cells.Add(cell.ToString());
        return [.. cells];
    }
}
