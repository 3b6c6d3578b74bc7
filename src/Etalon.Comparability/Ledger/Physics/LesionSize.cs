using System.Globalization;
using System.Text.RegularExpressions;
using Etalon.Imaging;
using MathNet.Numerics;

namespace Etalon.Comparability;

/// <summary>What voxels and blur do to a sphere.</summary>
internal static partial class LesionSize
{
    private const double UsualPlaneMm = 1;
    private const double UsualSliceMm = 3;

    /// <summary>
    /// Volume by adding up slices: the area of a sphere at the middle of each slice times the spacing, for all positions of the slices; and an edge that the reader puts
    /// <c>boundary</c> voxels (standard deviation) outward or inward, the same at both visits: 3 × displacement / radius.
    /// </summary>
    public static LogEffect Volume(EffectQuestion q)
    {
        var (a, b) = (Voxel.Of(q.A), Voxel.Of(q.B));
        var share = q.Measurand.StartsWith("diameter", StringComparison.Ordinal) ? 1.0 / 3 : 1;
        var (means, variance, count) = (new List<double>(), 0.0, 0);
        foreach (var diameter in q.LesionMm.Nodes(6))
        {
            var radius = 0.5 * diameter;
            var (meanA, sdA) = Slices(radius, a.Z);
            var (meanB, sdB) = Slices(radius, b.Z);
            var edge = 3 * q.Row["boundary"].Middle * (b.AcrossEdge - a.AcrossEdge) / radius;
            means.Add(share * (meanB - meanA));
            // Where the spacing is the same, where the slices lie is part of repeating the scan.
            variance += share * share * ((a.Z == b.Z ? 0 : sdA * sdA + sdB * sdB) + edge * edge);
            count++;
        }

        var between = LogEffect.Of(means);
        return between with { Sd = Math.Sqrt(between.Sd * between.Sd + variance / count), Shape = EffectShape.Normal };
    }

    /// <summary>
    /// Mean of a region: voxels across its edge mix in what lies beside it. A ramp from one half at the edge to nothing half a voxel inside mixes in 3 h / (8 R) of the
    /// contrast, whose sign is not known.
    /// </summary>
    public static LogEffect MixedMean(EffectQuestion q)
    {
        var (a, b) = (Voxel.Of(q.A), Voxel.Of(q.B));
        var values = q.LesionMm.Nodes(6).SelectMany(d => q.Row["contrast"].Nodes(6).Select(c => c * 0.375 * (b.AcrossEdge - a.AcrossEdge) / (0.5 * d))).ToList();
        return LogEffect.Of(values);
    }

    /// <summary>
    /// Peak of a sphere under another filter: erf(x) − 2 x exp(−x²)/√π with x = R / (√2 σ), σ² the sum of the scanner's and the filter's. Where a text states no width in mm,
    /// the spread <c>sd</c>.
    /// </summary>
    public static LogEffect Recovery(EffectQuestion q)
    {
        if (Width(q.ValueA) is not { } a || Width(q.ValueB) is not { } b)
        {
            return LogEffect.Spread(q.Row["sd"].Middle);
        }

        var values = q.LesionMm.Nodes(6).SelectMany(d => q.Row["FWHM"].Nodes(3).Select(w => Math.Log(Peak(0.5 * d, w, b) / Peak(0.5 * d, w, a)))).ToList();
        return LogEffect.Of(values);
    }

    private static double Peak(double radius, double scannerMm, double filterMm)
    {
        var sigma = Math.Sqrt(scannerMm * scannerMm + filterMm * filterMm) / (2 * Math.Sqrt(2 * Math.Log(2)));
        var x = radius / (Math.Sqrt(2) * sigma);
        return SpecialFunctions.Erf(x) - 2 * x * Math.Exp(-x * x) / Math.Sqrt(Math.PI);
    }

    /// <summary>Mean and standard deviation of ln(measured / true volume) over positions of the slices; a sphere that every slice may miss counts as one third of a slice.</summary>
    private static (double Mean, double Sd) Slices(double radius, double spacing)
    {
        const int Positions = 24;
        var truth = 4 * Math.PI / 3 * radius * radius * radius;
        var logs = new List<double>();
        for (var n = 0; n < Positions; n++)
        {
            var sum = 0.0;
            var first = -Math.Ceiling(radius / spacing) - 1;
            for (var k = first; k <= -first; k++)
            {
                var z = (k + (n + 0.5) / Positions) * spacing;
                sum += Math.PI * Math.Max(0, radius * radius - z * z) * spacing;
            }

            logs.Add(Math.Log(Math.Max(sum / truth, 1.0 / 3)));
        }

        var mean = logs.Average();
        return (mean, Math.Sqrt(logs.Average(l => (l - mean) * (l - mean))));
    }

    private static double? Width(AcquisitionAttribute of) =>
        Millimetres().Match(of.Value ?? "") is { Success: true } m && double.TryParse(m.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var w) && w <= 20 ? w : null;

    [GeneratedRegex(@"gauss\D{0,8}(\d+(?:\.\d+)?)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Millimetres();

    /// <summary>Sides and slice spacing, mm.</summary>
    private readonly record struct Voxel(double X, double Y, double Thickness, double Z)
    {
        /// <summary>Extent across an edge, averaged over its directions: half of each side.</summary>
        public double AcrossEdge => 0.5 * (X + Y + Thickness);

        public static Voxel Of(Acquisition of)
        {
            var plane = of.Find("PixelSpacing")?.Numbers ?? [];
            var spacing = of.Find("SpacingBetweenSlices")?.Number is { } s and > 0 ? s : (double?)null;
            var thickness = of.Find("SliceThickness")?.Number is { } t and > 0 ? t : spacing ?? UsualSliceMm;
            return new Voxel(plane.Count > 0 ? plane[0] : UsualPlaneMm, plane.Count > 1 ? plane[1] : plane.Count > 0 ? plane[0] : UsualPlaneMm, thickness, spacing ?? thickness);
        }
    }
}
