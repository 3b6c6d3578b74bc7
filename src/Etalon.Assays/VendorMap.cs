using Etalon.Assays.Diffusion;
using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Numerics;

namespace Etalon.Assays;

/// <summary>A scanner's own ADC map held against ours, voxel by voxel.</summary>
public sealed record VendorMapComparison
{
    /// <summary>Name of the scanner's map.</summary>
    public required string Name { get; init; }

    /// <summary>Voxels in which the scanner's map is not 0.</summary>
    public required int VendorVoxels { get; init; }

    /// <summary>Of these, voxels that have a value in ours too.</summary>
    public required int Compared { get; init; }

    /// <summary>Of the scanner's voxels, the share in which the geometric mean is within 1 %, where a stored 0 counts as one stored step.</summary>
    public required double WithinOnePercent { get; init; }

    /// <summary>Of the voxels with a value in ours too, the share in which ours is within 1 %.</summary>
    public required double WithinOnePercentOfOurs { get; init; }

    /// <summary>Median of the geometric mean's ADC over the scanner's, over the scanner's voxels.</summary>
    public required double MedianRatio { get; init; }

    /// <summary>The same with the arithmetic mean over directions; null where there are not just two b-values.</summary>
    public double? ArithmeticRatio { get; init; }

    /// <summary>The same with our Rician least squares.</summary>
    public double? RicianRatio { get; init; }

    /// <summary>
    /// Ours (geometric mean) less the scanner's, in steps of its map, over its voxels: quantiles 2.5, 50 and 97.5 %, and the largest magnitude. Rounding to whole
    /// steps alone gives −0.475, 0, 0.475 and 0.5.
    /// </summary>
    public (double Low, double Median, double High, double Largest) DifferenceSteps { get; init; }

    /// <summary>
    /// Share of the scanner's voxels in which the difference is within two standard deviations of what whole numbers explain: half a step of the map, and half a step
    /// of each signal. Rounding alone gives 95 to 100 %. Null where the images do not state their step.
    /// </summary>
    public double? WithinRounding { get; init; }

    /// <summary>One step of the scanner's map, mm²/s.</summary>
    public required double ScaleMm2PerS { get; init; }

    /// <summary>Whether the scale was estimated (the power of ten that brings the median ratio nearest to 1) because the map states no unit.</summary>
    public required bool IsScaleEstimated { get; init; }

    /// <summary>In sentences, for the report.</summary>
    public string Remark
    {
        get
        {
            var scale = IsScaleEstimated
                ? FormattableString.Invariant($"It states no unit; a scale of {ScaleMm2PerS:0.#e0} mm²/s was estimated as the power of ten that fits best, and is no measurement.")
                : FormattableString.Invariant($"Its stated unit is {ScaleMm2PerS:0.###e0} mm²/s.");
            var arithmetic = ArithmeticRatio is { } a ? FormattableString.Invariant($"; with the arithmetic mean over directions the median ratio would be {a:0.0000}") : "";
            var rician = RicianRatio is { } r ? FormattableString.Invariant($"; with a fit that takes the noise floor out (Rician least squares), {r:0.0000}") : "";
            return FormattableString.Invariant($"The scanner's own ADC map ({Name}) against ours: within 1 % in {100 * WithinOnePercent:0.00} % of its {VendorVoxels} non-zero voxels, median ratio ours/scanner {MedianRatio:0.0000}. {scale} ")
                + $"Ours is the log-linear fit, that is the geometric mean over directions{arithmetic}{rician}. "
                + FormattableString.Invariant($"Ours less the scanner's, in its steps: 95 % between {DifferenceSteps.Low:0.00} and {DifferenceSteps.High:0.00}, median {DifferenceSteps.Median:0.00}, at most {DifferenceSteps.Largest:0.0}; rounding of the map alone would give ±0.475. {Rounding}")
                + FormattableString.Invariant($"In {VendorVoxels - Compared} of these voxels a signal is 0 or lost in noise: for this comparison alone a stored 0 counts as one step; Etalon's map has no value there. Where it has one, {100 * WithinOnePercentOfOurs:0.00} % are within 1 %. {Why}");
        }
    }

    private string Rounding => WithinRounding is { } share ? FormattableString.Invariant($"Rounding of the map and of the signals explains (two standard deviations) {100 * share:0.0} % of the differences. ") : "";

    private string Why =>
        Math.Abs(MedianRatio - 1) <= 0.002 ? "The scanner takes the geometric mean too; most of what remains is the rounding of whole numbers."
        : ArithmeticRatio is { } a && Math.Abs(a - 1) <= 0.002 ? "The difference is the mean over directions: the scanner takes the arithmetic one."
        : "The difference is explained by neither mean over directions; filtering, a noise threshold or another choice of b-values in the scanner could be the cause.";
}

/// <summary>Compares a scanner's ADC map with the diffusion series that it came from.</summary>
public static class VendorMap
{
    /// <summary>Compares; null with a finding where the two cannot be laid on each other.</summary>
    /// <param name="map">The scanner's map.</param>
    /// <param name="name">Its name.</param>
    /// <param name="ours">Our log-linear fit.</param>
    /// <param name="frames">The diffusion series.</param>
    /// <param name="about">For findings.</param>
    /// <param name="findings">Receives the outcome.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    public static VendorMapComparison? Compare(
        LoadedImage map, string name, ParametricMap ours, LoadedImage frames, string about, List<Finding> findings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(ours);
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(findings);
        if (!map.Grid.IsSameAs(frames.Grid))
        {
            findings.Add(new Finding(FindingCodes.GridsDiffer, Severity.Info, about, $"a map on {map.Grid}", $"the grid of the diffusion series, {frames.Grid}", "The scanner's map was not compared."));
            return null;
        }

        var vendor = map.Frames[0];
        var geometric = Geometric(frames);
        var both = Enumerable.Range(0, vendor.Length).Where(n => vendor[n] > 0 && geometric[n] > 0).ToArray();
        if (both.Length == 0)
        {
            findings.Add(new Finding(FindingCodes.GridsDiffer, Severity.Info, about, "no voxel with a value in both maps", "two maps of one place", "The scanner's map was not compared."));
            return null;
        }

        var raw = Median(both, n => geometric[n] / vendor[n]);
        var scale = map.Unit?.FactorTo(Unit.Parse("mm2/s")) ?? Math.Pow(10, Math.Round(Math.Log10(raw)));
        bool IsNear(double adc, double theirs) => Math.Abs(adc / scale - theirs) <= 0.01 * theirs;
        var total = vendor.Count(v => v != 0);
        var inOurs = both.Where(n => ours.Status[n] == VoxelStatus.Ok).ToArray();
        var comparison = new VendorMapComparison
        {
            Name = name,
            VendorVoxels = total,
            Compared = inOurs.Length,
            WithinOnePercent = both.Count(n => IsNear(geometric[n], vendor[n])) / (double)total,
            WithinOnePercentOfOurs = inOurs.Length == 0 ? 0 : inOurs.Count(n => IsNear(ours.Value.Values[n], vendor[n])) / (double)inOurs.Length,
            MedianRatio = raw / scale,
            ArithmeticRatio = Arithmetic(frames) is { } mean ? Median(both.Where(n => mean[n] > 0).ToArray(), n => mean[n] / vendor[n]) / scale : null,
            RicianRatio = Rician(frames, both, vendor, cancellation) / scale,
            DifferenceSteps = Differences(both, n => geometric[n] / scale - vendor[n]),
            WithinRounding = frames.StorageU > 0 ? both.Count(n => Math.Abs(geometric[n] / scale - vendor[n]) <= 2 * RoundingU(frames, n, scale)) / (double)both.Length : null,
            ScaleMm2PerS = scale,
            IsScaleEstimated = map.Unit is null,
        };
        findings.Add(new Finding(
            FindingCodes.VendorMapCompared, Severity.Info, about, comparison.Remark, "within 1 % in 99 % of the scanner's non-zero voxels, where both take the same mean over directions",
            "Our value stands; use one rule over directions for all visits and scanners that are compared."));
        return comparison;
    }

    /// <summary>ADC by a linear fit of ln S, equal weights, where a signal below one stored step counts as that step.</summary>
    private static double[] Geometric(LoadedImage image)
    {
        var step = Math.Max(image.StorageU * Math.Sqrt(12), double.Epsilon);
        var b = image.BValues;
        var mean = b.Average();
        var square = b.Sum(x => (x - mean) * (x - mean));
        return [.. Enumerable.Range(0, image.Frames[0].Length).Select(n =>
        {
            var sum = 0.0;
            for (var f = 0; f < b.Count; f++)
            {
                sum += (b[f] - mean) * Math.Log(Math.Max(image.Frames[f][n], step));
            }

            return -sum / square;
        })];
    }

    /// <summary>ADC from the arithmetic mean over frames of one b; null where there are not just two b-values.</summary>
    private static double[]? Arithmetic(LoadedImage image)
    {
        var b = image.BValues.Distinct().Order().ToList();
        if (b.Count != 2)
        {
            return null;
        }

        var low = Enumerable.Range(0, image.Frames.Count).Where(f => image.BValues[f] == b[0]).ToList();
        var high = Enumerable.Range(0, image.Frames.Count).Where(f => image.BValues[f] == b[1]).ToList();
        return [.. Enumerable.Range(0, image.Frames[0].Length).Select(n =>
        {
            var (s0, s1) = (low.Average(f => (double)image.Frames[f][n]), high.Average(f => (double)image.Frames[f][n]));
            return s0 > 0 && s1 > 0 ? Math.Log(s0 / s1) / (b[1] - b[0]) : 0;
        })];
    }

    private static double? Rician(LoadedImage image, int[] voxels, float[] vendor, CancellationToken cancellation)
    {
        var map = AdcFit.Fit(image.Grid, image.BValues, image.Frames, AdcMethod.RicianLeastSquares, image.Gradients, cancellation);
        var ok = voxels.Where(n => map.Status[n] == VoxelStatus.Ok).ToArray();
        return ok.Length == 0 ? null : Median(ok, n => map.Value.Values[n] / vendor[n]);
    }

    private static (double Low, double Median, double High, double Largest) Differences(int[] voxels, Func<int, double> of)
    {
        var sorted = voxels.Select(of).Order().ToArray();
        return (FixedSum.QuantileOfSorted(sorted, 0.025), FixedSum.QuantileOfSorted(sorted, 0.5), FixedSum.QuantileOfSorted(sorted, 0.975), Math.Max(Math.Abs(sorted[0]), Math.Abs(sorted[^1])));
    }

    /// <summary>Standard deviation of the difference that rounding makes, in steps of the map: that of the map 1/√12, and of ln S, u/S, through the slope of the line.</summary>
    private static double RoundingU(LoadedImage image, int voxel, double scale)
    {
        var b = image.BValues;
        var mean = b.Average();
        var (square, sum) = (0.0, 0.0);
        for (var f = 0; f < b.Count; f++)
        {
            square += (b[f] - mean) * (b[f] - mean);
            var u = image.StorageU / Math.Max(image.Frames[f][voxel], image.StorageU * Math.Sqrt(12));
            sum += (b[f] - mean) * (b[f] - mean) * u * u;
        }

        return Math.Sqrt((1.0 / 12) + (sum / (square * square * scale * scale)));
    }

    private static double Median(int[] voxels, Func<int, double> of)
    {
        var sorted = voxels.Select(of).Order().ToArray();
        return sorted.Length == 0 ? 0 : FixedSum.QuantileOfSorted(sorted, 0.5);
    }
}
