using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Relaxation;

/// <summary>Fits all voxels of a volume, curve by curve.</summary>
internal static class RelaxationVolume
{
    private const int Block = 1 << 12;

    /// <summary>Fits one curve.</summary>
    public delegate RelaxationFit CurveFit(ReadOnlySpan<double> signal);

    /// <summary>A map of a relaxation time, s.</summary>
    public static ParametricMap Fit(Grid grid, IReadOnlyList<float[]> frames, int dof, double? noiseSd, CurveFit fit, CancellationToken cancellation)
    {
        var (value, u, status) = (new float[grid.Count], new float[grid.Count], new VoxelStatus[grid.Count]);
        Parallel.For(0, (grid.Count + Block - 1) / Block, new ParallelOptions { CancellationToken = cancellation }, block =>
        {
            var signal = new double[frames.Count];
            for (var n = block * Block; n < Math.Min(grid.Count, (block + 1) * Block); n++)
            {
                for (var f = 0; f < signal.Length; f++)
                {
                    signal[f] = frames[f][n];
                }

                var one = fit(signal);
                status[n] = one.Status;
                if (one.Status == VoxelStatus.Ok)
                {
                    var inflation = noiseSd is { } sd ? RelaxationNoise.Inflation(one.Rss, dof, sd) : 1;
                    (value[n], u[n]) = ((float)one.TimeS, double.IsNaN(one.U) ? 0 : (float)(one.U * inflation));
                }
            }
        });
        var unit = Unit.Parse("s");
        return new ParametricMap(new Volume(grid, value, unit), new Volume(grid, u, unit), status, noiseSd) { IsUKnown = noiseSd is not null || dof > 0 };
    }

    /// <summary>The map of 1/x, u(1/x) = u(x)/x².</summary>
    public static ParametricMap Inverse(ParametricMap map, Unit unit)
    {
        var (value, u) = (new float[map.Status.Length], new float[map.Status.Length]);
        for (var n = 0; n < value.Length; n++)
        {
            if (map.Status[n] == VoxelStatus.Ok)
            {
                var x = map.Value.Values[n];
                (value[n], u[n]) = (1 / x, map.U.Values[n] / (x * x));
            }
        }

        return new ParametricMap(new Volume(map.Value.Grid, value, unit), new Volume(map.Value.Grid, u, unit), map.Status, map.NoiseSd) { IsUKnown = map.IsUKnown };
    }

    /// <summary>Numbers that came from outside the images.</summary>
    public static IReadOnlyList<MapConstant> Constants(RelaxationBounds bounds, string name, double? noiseSd)
    {
        var constants = new List<MapConstant>
        {
            new($"{name}LowestS", bounds.LowestS, "s", "docs/maps: bounds of the search"), new($"{name}HighestS", bounds.HighestS, "s", "docs/maps: bounds of the search"),
        };
        if (noiseSd is { } sd)
        {
            constants.Add(new MapConstant("NoiseSd", sd, "1", "user"));
        }

        return constants;
    }
}
