using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Biopsies;

/// <summary>What a map foretells of pathology, voxel by voxel.</summary>
/// <param name="Value">Foretold pathology; 0 where the status is not Ok.</param>
/// <param name="U">Standard uncertainty: line, scatter, patients, noise of the map.</param>
/// <param name="Status">Ok; <see cref="VoxelStatus.AtBound"/> where the map lies outside what the biopsies saw and nothing is foretold; else as in the map.</param>
/// <param name="Gain">Share by which a further biopsy aimed at the voxel would lower the mean variance of the line over the region, 0 to 1.</param>
/// <param name="Next">The voxel whose biopsy would teach most; null where no voxel has a value.</param>
public sealed record BiopsyPrediction(Volume Value, Volume U, VoxelStatus[] Status, Volume Gain, NextBiopsy? Next)
{
    /// <summary>Foretells.</summary>
    /// <param name="fit">The line.</param>
    /// <param name="map">A map of the same measurand.</param>
    /// <param name="region">Where, on the grid of the map.</param>
    /// <param name="next">How a further biopsy would be taken.</param>
    /// <exception cref="ArgumentException">The grids differ.</exception>
    public static BiopsyPrediction Of(BiopsyFit fit, ParametricMap map, Mask region, NextBiopsyOptions next)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(region);
        ArgumentNullException.ThrowIfNull(next);
        if (!region.Grid.IsSameAs(map.Value.Grid))
        {
            throw new ArgumentException($"A region on {region.Grid} is not one of a map on {map.Value.Grid}.");
        }

        var grid = map.Value.Grid;
        var (value, u, status, gain) = (new float[grid.Count], new float[grid.Count], new VoxelStatus[grid.Count], new float[grid.Count]);
        for (var n = 0; n < grid.Count; n++)
        {
            if (!region.Inside[n] || map.Status[n] != VoxelStatus.Ok)
            {
                status[n] = region.Inside[n] ? map.Status[n] : VoxelStatus.Outside;
                continue;
            }

            var (x, noise) = ((double)map.Value.Values[n], (double)map.U.Values[n]);
            if (x < fit.Support.Low || x > fit.Support.High)
            {
                status[n] = VoxelStatus.AtBound;
                continue;
            }

            status[n] = VoxelStatus.Ok;
            value[n] = (float)fit.Foretold(x);
            u[n] = (float)Math.Sqrt(fit.LineVariance(x) + fit.Slope * fit.Slope * noise * noise + fit.Scatter * fit.Scatter + fit.BetweenPatients * fit.BetweenPatients);
        }

        var best = Gains(fit, map, region, next, gain);
        Volume Of(float[] of) => new(grid, of, null);
        return new BiopsyPrediction(Of(value), Of(u), status, Of(gain), best);
    }

    /// <summary>
    /// One more reading (1, x) of variance s² takes P h hᵀ P/(s² + hᵀPh) from the covariance P of the line; averaged over the region by M, the mean of (1, x)(1, x)ᵀ there, that is hᵀPMPh/(s² + hᵀPh).
    /// </summary>
    private static NextBiopsy? Gains(BiopsyFit fit, ParametricMap map, Mask region, NextBiopsyOptions next, float[] gain)
    {
        var inside = Enumerable.Range(0, region.Inside.Length).Where(n => region.Inside[n] && map.Status[n] == VoxelStatus.Ok).ToArray();
        if (inside.Length == 0)
        {
            return null;
        }

        var m1 = inside.Average(n => map.Value.Values[n] - fit.Centre);
        var m2 = inside.Average(n => (map.Value.Values[n] - fit.Centre) * (map.Value.Values[n] - fit.Centre));
        var (p11, p12, p22) = (fit.LevelU * fit.LevelU, fit.Covariance, fit.SlopeU * fit.SlopeU);
        var before = p11 + 2 * m1 * p12 + m2 * p22;
        NextBiopsy? best = null;
        var grid = map.Value.Grid;
        // Places some voxels apart say where the best lies as well as all of them.
        var every = Math.Max(1, inside.Length / next.MostPlaces);
        foreach (var n in inside.Where((_, order) => order % every == 0))
        {
            var place = grid.ToPatient(n % grid.Nx, n / grid.Nx % grid.Ny, n / grid.Nx / grid.Ny);
            var cloud = BiopsyCloud.Of(map, new PointLocation([place.X, place.Y, place.Z], next.Covariance), next.VoxelsPerDraw);
            if (cloud is null || cloud.Inside < 0.5)
            {
                continue;
            }

            var x = cloud.Value - fit.Centre;
            var (a, b) = (p11 + x * p12, p12 + x * p22);
            var variance = fit.Slope * fit.Slope * (cloud.Spread * cloud.Spread + cloud.NoiseU * cloud.NoiseU) + fit.Scatter * fit.Scatter + fit.BetweenPatients * fit.BetweenPatients + next.PathologyU * next.PathologyU;
            var reduction = (a * a + 2 * m1 * a * b + m2 * b * b) / (variance + a + x * b) / before;
            gain[n] = (float)reduction;
            if (best is null || reduction > best.Gain)
            {
                best = new NextBiopsy(place, n, reduction, cloud.Value);
            }
        }

        return best;
    }
}

/// <summary>How a further biopsy would be taken.</summary>
/// <param name="Covariance">Of its place, mm², nine numbers.</param>
/// <param name="PathologyU">Standard uncertainty of its pathology.</param>
/// <param name="VoxelsPerDraw">Voxels that share one independent draw of noise.</param>
/// <param name="MostPlaces">Places that are tried at most. The default is 2000.</param>
public sealed record NextBiopsyOptions(IReadOnlyList<double> Covariance, double PathologyU, double VoxelsPerDraw, int MostPlaces = 2000);

/// <summary>Where a further biopsy would teach most.</summary>
/// <param name="Place">Patient position, mm, LPS.</param>
/// <param name="Voxel">Place in memory.</param>
/// <param name="Gain">Share by which the mean variance of the line over the region would fall.</param>
/// <param name="Value">Mean of the map over the cloud there.</param>
public sealed record NextBiopsy(Vector3 Place, int Voxel, double Gain, double Value);
