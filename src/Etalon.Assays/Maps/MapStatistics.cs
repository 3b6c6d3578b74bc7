using Etalon.Imaging;
using Etalon.Numerics;
using MathNet.Numerics.Distributions;

namespace Etalon.Assays.Maps;

/// <summary>A statistic of a region.</summary>
/// <param name="Name">Suffix of the measurand: <c>mean</c>, <c>median</c>, <c>p10</c>.</param>
/// <param name="Value">In the unit of the map.</param>
/// <param name="NoiseU">Standard uncertainty from the noise of voxels; null where that is not known.</param>
/// <param name="BroadeningU">How far noise pulls the statistic outwards, since it widens the distribution of voxels; 0 for the mean; null where noise is not known.</param>
public sealed record RegionStatistic(string Name, double Value, double? NoiseU, double? BroadeningU);

/// <summary>A histogram of a region whose counts know the noise of voxels.</summary>
/// <param name="Edges">Edges of bins in the unit of the map, one more than counts.</param>
/// <param name="Counts">Voxels in each bin; the first and the last hold all beyond the edges.</param>
/// <param name="CountsU">Standard uncertainty of each count from the noise of voxels; null where that is not known.</param>
public sealed record RegionHistogram(IReadOnlyList<double> Edges, IReadOnlyList<int> Counts, IReadOnlyList<double>? CountsU);

/// <summary>What a map says of a region: mean, percentiles and histogram, with uncertainty that knows that voxels share noise.</summary>
/// <param name="Voxels">Voxels with a value.</param>
/// <param name="WithoutValue">Voxels of the region without one.</param>
/// <param name="Statistics">Mean, median, then percentiles.</param>
/// <param name="Histogram">Of all voxels with a value.</param>
/// <remarks>
/// Noise of the mean: √(g Σuᵢ²)/n with g voxels to an independent one (<see cref="NoiseGrain"/>). Of a quantile q: the share of voxels below x is a sum of
/// independent yes and no with probabilities pᵢ = Φ((x − yᵢ)/uᵢ), so its variance is g Σpᵢ(1 − pᵢ)/n², and that of the quantile follows by the density f = Σφ((x − yᵢ)/uᵢ)/(n uᵢ).
/// Noise also widens the distribution: the same quantile of the values convolved once more with their noise differs from that of the values by about as much
/// as that one differs from the truth, and this is kept as a component.
/// </remarks>
public sealed record MapStatistics(int Voxels, int WithoutValue, IReadOnlyList<RegionStatistic> Statistics, RegionHistogram Histogram)
{
    private const int MostBins = 128;

    /// <summary>Beyond this many voxels every n-th one speaks for the noise of quantiles.</summary>
    private const int MostForQuantiles = 50_000;

    private static readonly (string Name, double Q)[] Quantiles = [("median", 0.5), ("p10", 0.1), ("p25", 0.25), ("p75", 0.75), ("p90", 0.9)];

    /// <summary>Measures; null where no voxel of the region has a value.</summary>
    /// <param name="map">Values, uncertainties and statuses.</param>
    /// <param name="region">On the same grid.</param>
    /// <param name="grain">How many voxels share noise.</param>
    /// <exception cref="ArgumentException">The grids differ.</exception>
    public static MapStatistics? Of(ParametricMap map, Mask region, NoiseGrain grain)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(region);
        ArgumentNullException.ThrowIfNull(grain);
        if (!region.Grid.IsSameAs(map.Value.Grid))
        {
            throw new ArgumentException($"A region on {region.Grid} is not one of a map on {map.Value.Grid}.");
        }

        var inside = Enumerable.Range(0, region.Inside.Length).Where(n => region.Inside[n] && map.Status[n] == VoxelStatus.Ok).ToArray();
        if (inside.Length == 0)
        {
            return null;
        }

        Array.Sort(Array.ConvertAll(inside, n => map.Value.Values[n]), inside);
        var values = Array.ConvertAll(inside, n => (double)map.Value.Values[n]);
        var noise = map.IsUKnown ? Array.ConvertAll(inside, n => (double)map.U.Values[n]) : null;
        var mean = new RegionStatistic("mean", FixedSum.Mean(values), noise is null ? null : Math.Sqrt(grain.Voxels * noise.Sum(u => u * u)) / values.Length, noise is null ? null : 0);
        var (thinned, thinnedNoise) = Thin(values, noise);
        return new MapStatistics(
            values.Length, region.Count - values.Length,
            [mean, .. Quantiles.Select(q => Quantile(q.Name, q.Q, values, thinned, thinnedNoise, grain))],
            HistogramOf(values, noise, grain));
    }

    private static (double[] Values, double[]? Noise) Thin(double[] values, double[]? noise)
    {
        var step = (values.Length + MostForQuantiles - 1) / MostForQuantiles;
        return step == 1 ? (values, noise) : ([.. values.Where((_, n) => n % step == 0)], noise is null ? null : [.. noise.Where((_, n) => n % step == 0)]);
    }

    private static RegionStatistic Quantile(string name, double q, double[] all, double[] values, double[]? noise, NoiseGrain grain)
    {
        var value = FixedSum.QuantileOfSorted(all, q);
        if (noise is null)
        {
            return new RegionStatistic(name, value, null, null);
        }

        if (noise.Max() == 0)
        {
            return new RegionStatistic(name, value, 0, 0);
        }

        var (variance, density) = (0.0, 0.0);
        for (var n = 0; n < values.Length; n++)
        {
            if (noise[n] > 0)
            {
                var z = (value - values[n]) / noise[n];
                var p = Normal.CDF(0, 1, z);
                variance += p * (1 - p);
                density += Normal.PDF(0, 1, z) / noise[n];
            }
        }

        // Of thinned voxels each stands for several, and all of these carry noise of their own.
        var u = density > 0 ? Math.Sqrt(grain.Voxels * variance * values.Length / all.Length) / density : 0;
        return new RegionStatistic(name, value, u, Math.Abs(WidenedQuantile(q, values, noise) - value));
    }

    /// <summary>The quantile of the values convolved with their noise, by bisection.</summary>
    private static double WidenedQuantile(double q, double[] values, double[] noise)
    {
        var widest = 8 * noise.Max();
        var (low, high) = (values[0] - widest, values[^1] + widest);
        for (var step = 0; step < 50 && high - low > 1e-9 * Math.Max(Math.Abs(low), Math.Abs(high)); step++)
        {
            var x = 0.5 * (low + high);
            var share = 0.0;
            for (var n = 0; n < values.Length; n++)
            {
                share += noise[n] > 0 ? Normal.CDF(0, 1, (x - values[n]) / noise[n]) : values[n] <= x ? 1 : 0;
            }

            (low, high) = share < q * values.Length ? (x, high) : (low, x);
        }

        return 0.5 * (low + high);
    }

    /// <summary>Bins of twice the interquartile range over the cube root of n (Freedman and Diaconis 1981), between the first and the last percent.</summary>
    private static RegionHistogram HistogramOf(double[] values, double[]? noise, NoiseGrain grain)
    {
        var (low, high) = (FixedSum.QuantileOfSorted(values, 0.01), FixedSum.QuantileOfSorted(values, 0.99));
        var width = 2 * (FixedSum.QuantileOfSorted(values, 0.75) - FixedSum.QuantileOfSorted(values, 0.25)) / Math.Cbrt(values.Length);
        if (!(high > low))
        {
            return new RegionHistogram([values[0], Math.Max(values[^1], Math.BitIncrement(values[0]))], [values.Length], noise is null ? null : [0.0]);
        }

        var bins = width > 0 ? (int)Math.Clamp(Math.Ceiling((high - low) / width), 1, MostBins) : MostBins;
        double[] edges = [.. Enumerable.Range(0, bins + 1).Select(b => low + (high - low) * b / bins)];
        var counts = new int[bins];
        var variance = new double[bins];
        for (var n = 0; n < values.Length; n++)
        {
            counts[Math.Clamp((int)((values[n] - low) / (high - low) * bins), 0, bins - 1)]++;
            if (noise is not null && noise[n] > 0)
            {
                AddVariance(variance, edges, values[n], noise[n]);
            }
        }

        return new RegionHistogram(edges, counts, noise is null ? null : [.. variance.Select(v => Math.Sqrt(grain.Voxels * v))]);
    }

    /// <summary>Adds p(1 − p) of one voxel to each bin that its noise reaches.</summary>
    private static void AddVariance(double[] variance, double[] edges, double value, double u)
    {
        var (step, bins) = (edges[1] - edges[0], variance.Length);
        var first = (int)Math.Clamp((value - 4 * u - edges[0]) / step, 0, bins - 1);
        var last = (int)Math.Clamp((value + 4 * u - edges[0]) / step, 0, bins - 1);
        for (var b = first; b <= last; b++)
        {
            var below = b == 0 ? 0 : Normal.CDF(0, 1, (edges[b] - value) / u);
            var above = b == bins - 1 ? 1 : Normal.CDF(0, 1, (edges[b + 1] - value) / u);
            var p = above - below;
            variance[b] += p * (1 - p);
        }
    }
}
