using Etalon.Numerics;

namespace Etalon.Imaging.Registration;

/// <summary>Carries the error of a registration into what is measured with it.</summary>
public static class RegistrationPropagation
{
    /// <summary>Default number of transforms drawn: the standard deviation of 200 draws is known to 5 %.</summary>
    public const int DefaultDraws = 200;

    /// <summary>
    /// The mean of a map over a region of the other image, and its standard uncertainty from the registration: the region's voxels are carried to the map by
    /// transforms drawn from its errors (JCGM 101), which moves the region as a whole and lets its edge run into what lies beside it.
    /// </summary>
    /// <param name="map">The moving image's map.</param>
    /// <param name="hasValue">Which voxels of the map have a value, x fastest; null: all.</param>
    /// <param name="region">In the patient coordinates of the fixed image.</param>
    /// <param name="registration">From the fixed image to the moving one.</param>
    /// <param name="draws">Transforms drawn, at least 2.</param>
    /// <param name="seed">Fixes them.</param>
    /// <returns>Null where no voxel of the region falls on a value of the map.</returns>
    public static RegionMeanUncertainty? OfRegionMean(
        Volume map, IReadOnlyList<bool>? hasValue, Mask region, IRegistrationUncertainty registration, int draws = DefaultDraws, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(region);
        ArgumentNullException.ThrowIfNull(registration);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 2);
        if (hasValue is not null && hasValue.Count != map.Values.Length)
        {
            throw new ArgumentException($"{hasValue.Count} flags do not fill {map.Grid}.");
        }

        // Value over weight, so that voxels without a value take no part.
        var weight = new Volume(map.Grid, Array.ConvertAll(Enumerable.Range(0, map.Values.Length).ToArray(), n => hasValue is null || hasValue[n] ? 1f : 0f), null);
        var weighted = new Volume(map.Grid, map.Values.Zip(weight.Values, (v, w) => w > 0 ? v : 0).ToArray(), map.Unit);
        var points = Points(region);
        if (Mean(weighted, weight, points, registration.Estimate) is not { } mean)
        {
            return null;
        }

        var random = new RandomStream(seed, "registration/region");
        var means = new List<double>(draws);
        for (var d = 0; d < draws; d++)
        {
            // A draw that carries the region off the map says nothing of its mean there.
            if (Mean(weighted, weight, points, registration.Draw(random)) is { } drawn)
            {
                means.Add(drawn);
            }
        }

        if (means.Count < 2)
        {
            return null;
        }

        var average = means.Average();
        var u = Math.Sqrt(means.Sum(m => (m - average) * (m - average)) / (means.Count - 1));
        return new RegionMeanUncertainty(mean, u, FirstOrder(weighted, weight, points, registration), average - mean, means.Count);
    }

    private static Vector3[] Points(Mask region)
    {
        var g = region.Grid;
        // Twenty thousand voxels know their mean far better than a registration does.
        var every = Math.Max(1, region.Count / 20_000);
        var inside = Enumerable.Range(0, region.Inside.Length).Where(n => region.Inside[n]);
        return inside.Where((_, place) => place % every == 0).Select(n => g.ToPatient(n % g.Nx, n / g.Nx % g.Ny, n / g.Nx / g.Ny)).ToArray();
    }

    private static double? Mean(Volume weighted, Volume weight, Vector3[] points, ISpatialTransform transform)
    {
        var (sum, total) = (0.0, 0.0);
        foreach (var point in points)
        {
            var index = weight.Grid.ToIndex(transform.Apply(point));
            if (Resampler.TryInterpolate(weight, index, out var w) && w > 0 && Resampler.TryInterpolate(weighted, index, out var v))
            {
                sum += v;
                total += w;
            }
        }

        return total > 0 ? sum / total : null;
    }

    /// <summary>
    /// The mean's derivative by a shift at every point, g, with the errors of all points taken as one: the mean of √(gᵀ Σ g) would forget that
    /// slopes of opposite sign cancel, so the mean gradient is taken with the covariance at the middle of the region.
    /// </summary>
    private static double FirstOrder(Volume weighted, Volume weight, Vector3[] points, IRegistrationUncertainty registration)
    {
        var h = weighted.Grid.SpacingMm;
        var step = Math.Min(h.X, Math.Min(h.Y, h.Z)) / 2;
        double Slope(Vector3 direction)
        {
            var (ahead, behind) = (Mean(weighted, weight, points, new Shifted(registration.Estimate, step * direction)), Mean(weighted, weight, points, new Shifted(registration.Estimate, -step * direction)));
            return ahead is { } a && behind is { } b ? (a - b) / (2 * step) : 0;
        }

        var middle = points.Aggregate(default(Vector3), (sum, p) => sum + p) / points.Length;
        return registration.At(middle).UncertaintyAlong(new Vector3(Slope(new(1, 0, 0)), Slope(new(0, 1, 0)), Slope(new(0, 0, 1))));
    }

    private sealed class Shifted(ISpatialTransform transform, Vector3 by) : ISpatialTransform
    {
        public Vector3 Apply(Vector3 point) => transform.Apply(point) + by;
    }
}
