using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Relaxation;

/// <summary>What the spins see of the flip angle, on the grid of a T1 map.</summary>
/// <param name="Series">The map it came from.</param>
/// <param name="Values">1: the nominal angle is reached. NaN where the map does not reach.</param>
internal sealed record RelaxationB1(MapSeries Series, float[] Values)
{
    /// <summary>Takes the B1 map of a visit, if it has one or one was named.</summary>
    /// <param name="input">The visit.</param>
    /// <param name="grid">Where values are needed.</param>
    /// <param name="options">Which map, and its factor.</param>
    /// <param name="findings">Receives why there is none.</param>
    /// <param name="isRefused">Whether a map is there that cannot be used, so that T1 must not be made without it.</param>
    public static RelaxationB1? Find(MapInput input, Grid grid, T1MapOptions options, List<Finding> findings, out bool isRefused)
    {
        isRefused = false;
        var maps = options.B1 is { } named ? [named] : options.UseB1 ? input.Series.Where(s => s.Content is "B1" or "TB1").ToList() : [];
        if (maps.Count == 0)
        {
            findings.Add(new Finding(FindingCodes.B1NotCorrected, Severity.Info, "the flip angles", "no map of the transmitted field", "one, since an error of 5 % in the angle makes about 10 % in T1",
                "Supply a B1 map (BIDS: TB1map) where the scanner made one."));
            return null;
        }

        if (maps.Count > 1)
        {
            findings.Add(new Finding(FindingCodes.RelaxationSeriesAmbiguous, Severity.Error, string.Join(", ", maps.Select(m => m.Name)), $"{maps.Count} maps of the transmitted field", "one", "Name the one to use."));
            isRefused = true;
            return null;
        }

        var map = maps[0];
        var factor = options.B1Factor ?? map.Unit?.ToString() switch { "1" => 1.0, "%" => 0.01, _ => (double?)null };
        if (factor is not { } scale || !(scale > 0) || map.Frames.Count != 1)
        {
            findings.Add(new Finding(FindingCodes.B1MapUnusable, Severity.Error, map.Name,
                map.Frames.Count != 1 ? $"{map.Frames.Count} volumes" : $"the unit {map.Unit?.ToString() ?? "not stated"}", "one volume in 1 or %", "State the unit in the sidecar, or give the factor that makes 1 of the nominal angle."));
            isRefused = true;
            return null;
        }

        return new RelaxationB1(map, Resample(map.Frames[0].Values, map.Grid, grid, scale));
    }

    /// <summary>Trilinear interpolation at the centre of each voxel; a value of 0 or below is none.</summary>
    private static float[] Resample(float[] values, Grid from, Grid to, double scale)
    {
        var result = new float[to.Count];
        var isSame = from.IsSameAs(to);
        for (var k = 0; k < to.Nz; k++)
        {
            for (var j = 0; j < to.Ny; j++)
            {
                for (var i = 0; i < to.Nx; i++)
                {
                    var n = to.Index(i, j, k);
                    var value = isSame ? values[n] : At(values, from, from.ToIndex(to.ToPatient(i, j, k)));
                    result[n] = value > 0 ? (float)(scale * value) : float.NaN;
                }
            }
        }

        return result;
    }

    private static double At(float[] values, Grid grid, Vector3 index)
    {
        var (sum, weights) = (0.0, 0.0);
        var (i0, j0, k0) = ((int)Math.Floor(index.X), (int)Math.Floor(index.Y), (int)Math.Floor(index.Z));
        for (var corner = 0; corner < 8; corner++)
        {
            var (i, j, k) = (i0 + (corner & 1), j0 + (corner >> 1 & 1), k0 + (corner >> 2));
            var w = (1 - Math.Abs(index.X - i)) * (1 - Math.Abs(index.Y - j)) * (1 - Math.Abs(index.Z - k));
            if (w > 0 && i >= 0 && j >= 0 && k >= 0 && i < grid.Nx && j < grid.Ny && k < grid.Nz && values[grid.Index(i, j, k)] is > 0 and var v)
            {
                (sum, weights) = (sum + w * v, weights + w);
            }
        }

        // At the rim the inner neighbours count alone; a point with less than half of its neighbours has no value.
        return weights >= 0.5 ? sum / weights : double.NaN;
    }
}
