using Etalon.Imaging.Registration;

namespace Etalon.Imaging.Fusion;

/// <summary>Brings maps of several images onto one grid with one point spread, each voxel with a value and the uncertainties that the way there adds.</summary>
/// <remarks>
/// A map that is sharper than the widest is smeared by what is left between the two (variances of Gaussians add), so that a voxel of the one and of the other are means over the same tissue. Then it is interpolated at where its
/// registration puts the voxel. With Σ the covariance of that place, g the gradient and H the second derivatives of the map there, the variance of the value is gᵀΣg + ½ tr(HΣHΣ) (second order, normal errors). The partial-volume term is
/// |½ Σ s² ∂²| along the axes with s² the variance of the point spread: what a smearing of that width does to a map as smooth as this one, to first order.
/// </remarks>
public static class MapFusion
{
    /// <summary>Beyond this share of its weight on voxels without a value, a voxel has none.</summary>
    private const double LeastWeight = 0.5;

    /// <summary>Fuses maps.</summary>
    /// <param name="maps">At least one.</param>
    /// <param name="grid">The common grid.</param>
    /// <param name="isMatched">Whether all maps are smeared to the widest point spread; else each keeps its own.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static IReadOnlyList<FusedMap> Fuse(IReadOnlyList<MapToFuse> maps, Grid grid, bool isMatched, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(grid);
        var widest = maps.Select(m => m.Spread.On(m.Value.Grid, grid)).Aggregate((a, b) => a.Widest(b));
        return [.. maps.Select(m =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Bring(m, grid, isMatched ? widest : m.Spread.On(m.Value.Grid, grid));
        })];
    }

    private static FusedMap Bring(MapToFuse map, Grid grid, PointSpread spread)
    {
        var source = map.Value.Grid;
        var left = map.Spread.LeftTo(spread.On(grid, source));
        var (value, u, weight) = GaussianSmear.Of(map, left);
        var transform = map.Registration?.Estimate ?? RigidTransform.Identity;
        var count = grid.Count;
        var (values, noise, displaced, partial, has) = (new float[count], new float[count], new float[count], new float[count], new bool[count]);
        Parallel.For(0, grid.Nz, k =>
        {
            for (var j = 0; j < grid.Ny; j++)
            {
                for (var i = 0; i < grid.Nx; i++)
                {
                    var (n, place) = (grid.Index(i, j, k), grid.ToPatient(i, j, k));
                    var index = source.ToIndex(transform.Apply(place));
                    if (!Resampler.TryInterpolate(weight, index, out var w) || w < LeastWeight || !Resampler.TryInterpolate(value, index, out var v) || !Resampler.TryInterpolate(u, index, out var s))
                    {
                        continue;
                    }

                    (has[n], values[n], noise[n]) = (true, v / w, s / w);
                    var slopes = LocalSlopes.At(value, weight, index, v / w);
                    displaced[n] = (float)(map.Registration is { } registration ? slopes.Spread(registration.At(place)) : 0);
                    partial[n] = (float)slopes.Smeared(spread.On(grid, source));
                }
            }
        });
        Volume Of(float[] of) => new(grid, of, map.Value.Unit);
        return new FusedMap(map.Name, Of(values), Of(noise), Of(displaced), Of(partial), has, spread);
    }
}
