using Etalon.Imaging;
using Etalon.Metrology;
using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Assays.Biopsies;

/// <summary>What a map shows where a biopsy may have been taken: the mean over the cloud of places where it may truly lie.</summary>
/// <param name="Value">Mean of the map over the cloud, in its unit.</param>
/// <param name="NoiseU">Standard uncertainty of that mean from the noise of voxels.</param>
/// <param name="Spread">Standard deviation of true values over the cloud: what the unknown place leaves open.</param>
/// <param name="AtPoint">The map at the stated place itself, as a naive reading takes it; null where it has no value there.</param>
/// <param name="Inside">Share of the cloud that falls on voxels with a value, 0 to 1.</param>
public sealed record BiopsyCloud(double Value, double NoiseU, double Spread, double? AtPoint, double Inside)
{
    /// <summary>Half-width of the cloud that is summed, in standard deviations.</summary>
    private const double Reach = 3;

    private const int MostPoints = 25;

    /// <summary>Reads a map over a cloud; null where no part of it has a value.</summary>
    /// <param name="map">The map.</param>
    /// <param name="location">Place and covariance, mm, LPS.</param>
    /// <param name="voxelsPerDraw">Voxels that share one independent draw of noise, at least 1.</param>
    /// <exception cref="ArgumentException">The covariance is not one.</exception>
    /// <remarks>
    /// The stated place is taken as an aim that was missed by the error (or a record of flat prior): the true place is then normal about it, the mean over the cloud is unbiased for what the needle took (Berkson's error), and the spread
    /// over the cloud is noise of the pathology's relation to it. Summed over a lattice along the principal axes, at steps of a voxel or half a standard deviation, by trilinear interpolation.
    /// </remarks>
    public static BiopsyCloud? Of(ParametricMap map, PointLocation location, double voxelsPerDraw)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(location);
        var sums = new CloudSums(map);
        var centre = new Vector3(location.Mm[0], location.Mm[1], location.Mm[2]);
        var axes = Axes(location.Covariance);
        var finest = Math.Min(map.Value.Grid.SpacingMm.X, Math.Min(map.Value.Grid.SpacingMm.Y, map.Value.Grid.SpacingMm.Z));
        var steps = axes.Select(a => Steps(a.Length, finest)).ToArray();
        foreach (var (a, wa) in steps[0])
        {
            foreach (var (b, wb) in steps[1])
            {
                foreach (var (c, wc) in steps[2])
                {
                    sums.Add(centre + a * axes[0] + b * axes[1] + c * axes[2], wa * wb * wc);
                }
            }
        }

        return sums.Cloud(centre, Math.Max(1, voxelsPerDraw));
    }

    /// <summary>Principal axes of a covariance, each as long as its standard deviation.</summary>
    private static Vector3[] Axes(IReadOnlyList<double> covariance)
    {
        if (covariance.Count != 9 || !covariance.All(double.IsFinite))
        {
            throw new ArgumentException("A covariance of a place has nine finite numbers.");
        }

        var matrix = Matrix<double>.Build.DenseOfRowMajor(3, 3, covariance);
        var parts = ((matrix + matrix.Transpose()) / 2).Evd(Symmetricity.Symmetric);
        if (parts.EigenValues.Any(v => v.Real < -1e-9))
        {
            throw new ArgumentException("A covariance has no negative variances.");
        }

        return [.. Enumerable.Range(0, 3).Select(e => Math.Sqrt(Math.Max(0, parts.EigenValues[e].Real)) * new Vector3(parts.EigenVectors[0, e], parts.EigenVectors[1, e], parts.EigenVectors[2, e]))];
    }

    private static List<(double At, double Weight)> Steps(double sdMm, double finestMm)
    {
        if (sdMm < 0.01 * finestMm)
        {
            return [(0, 1)];
        }

        var step = Math.Max(Math.Min(0.5, finestMm / sdMm), 2 * Reach / (MostPoints - 1));
        var half = (int)Math.Ceiling(Reach / step);
        var points = Enumerable.Range(-half, 2 * half + 1).Select(n => (At: n * step, Weight: Math.Exp(-0.5 * n * step * n * step))).ToList();
        var sum = points.Sum(p => p.Weight);
        return points.ConvertAll(p => (p.At, p.Weight / sum));
    }

    /// <summary>Sums over the points of a cloud.</summary>
    private sealed class CloudSums(ParametricMap map)
    {
        private readonly Dictionary<int, double> _voxels = [];
        private double _weight, _sum, _square, _noise;

        public void Add(Vector3 place, double weight)
        {
            Span<(int Voxel, double Weight)> corners = stackalloc (int, double)[8];
            if (Corners(place, corners) is not (> 0 and var count))
            {
                return;
            }

            var (value, noise) = (0.0, 0.0);
            foreach (var (voxel, w) in corners[..count])
            {
                value += w * map.Value.Values[voxel];
                noise += w * w * map.U.Values[voxel] * map.U.Values[voxel];
                _voxels[voxel] = _voxels.GetValueOrDefault(voxel) + weight * w;
            }

            _weight += weight;
            _sum += weight * value;
            _square += weight * value * value;
            _noise += weight * noise;
        }

        /// <summary>The map at a place; null where it has no value there.</summary>
        public double? At(Vector3 place)
        {
            Span<(int Voxel, double Weight)> corners = stackalloc (int, double)[8];
            var (count, value) = (Corners(place, corners), 0.0);
            foreach (var (voxel, w) in corners[..count])
            {
                value += w * map.Value.Values[voxel];
            }

            return count > 0 ? value : null;
        }

        /// <summary>Voxels with a value about a place and their weights, which sum to 1; none where they hold less than half of the place.</summary>
        private int Corners(Vector3 place, Span<(int Voxel, double Weight)> corners)
        {
            var g = map.Value.Grid;
            var at = g.ToIndex(place);
            var (i, j, k) = ((int)Math.Floor(at.X), (int)Math.Floor(at.Y), (int)Math.Floor(at.Z));
            var (count, total) = (0, 0.0);
            for (var c = 0; c < 8; c++)
            {
                var (x, y, z) = (i + (c & 1), j + ((c >> 1) & 1), k + (c >> 2));
                var w = ((c & 1) == 0 ? 1 - (at.X - i) : at.X - i) * (((c >> 1) & 1) == 0 ? 1 - (at.Y - j) : at.Y - j) * ((c >> 2) == 0 ? 1 - (at.Z - k) : at.Z - k);
                if (w > 1e-9 && (uint)x < (uint)g.Nx && (uint)y < (uint)g.Ny && (uint)z < (uint)g.Nz && map.Status[g.Index(x, y, z)] == VoxelStatus.Ok)
                {
                    corners[count++] = (g.Index(x, y, z), w);
                    total += w;
                }
            }

            if (total < 0.5)
            {
                return 0;
            }

            for (var c = 0; c < count; c++)
            {
                corners[c].Weight /= total;
            }

            return count;
        }

        public BiopsyCloud? Cloud(Vector3 centre, double grain)
        {
            if (!(_weight > 0))
            {
                return null;
            }

            var mean = _sum / _weight;
            var (noise, most) = (0.0, 0.0);
            foreach (var (voxel, w) in _voxels.OrderBy(v => v.Key))
            {
                var share = w / _weight;
                noise += share * share * map.U.Values[voxel] * map.U.Values[voxel];
                most = Math.Max(most, (double)map.U.Values[voxel] * map.U.Values[voxel]);
            }

            noise = Math.Min(grain * noise, most);
            // What is seen to vary over the cloud holds the noise of voxels, less what the mean itself took of it.
            var spread = Math.Max(0, _square / _weight - mean * mean - Math.Max(0, _noise / _weight - noise));
            return new BiopsyCloud(mean, Math.Sqrt(noise), Math.Sqrt(spread), At(centre), Math.Min(1, _weight));
        }
    }
}
