using Etalon.Assays;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Change.Maps;

/// <summary>Differences of two maps in the voxels of a region that have a value in both.</summary>
internal sealed record ChangeField
{
    /// <summary>Places in memory of the voxels, ascending.</summary>
    public required int[] Voxels { get; init; }

    /// <summary>Status of all voxels of the grid.</summary>
    public required VoxelStatus[] Status { get; init; }

    /// <summary>Change as read.</summary>
    public required double[] Change { get; init; }

    /// <summary>Standard uncertainty from the noise of both maps.</summary>
    public required double[] NoiseU { get; init; }

    /// <summary>Gradient of the mean of both maps on the scale of the change, per mm; empty where no displacement is looked at.</summary>
    public required Vector3[] Gradient { get; init; }

    public int Count => Voxels.Length;

    /// <summary>Gradient at a voxel, by its number in the field; 0 where no displacement is looked at.</summary>
    public Vector3 GradientAt(int n) => Gradient.Length == 0 ? default : Gradient[n];

    public static ChangeField Of(ParametricMap first, ParametricMap second, Mask region, VoxelChangeOptions options)
    {
        var isLog = options.Scale == ChangeScale.LogRatio;
        var status = new VoxelStatus[region.Grid.Count];
        var voxels = new List<int>();
        for (var n = 0; n < status.Length; n++)
        {
            status[n] = region.Inside[n] ? StatusOf(first, second, n, isLog) : VoxelStatus.Outside;
            if (status[n] == VoxelStatus.Ok)
            {
                voxels.Add(n);
            }
        }

        var (change, u) = (new double[voxels.Count], new double[voxels.Count]);
        for (var k = 0; k < voxels.Count; k++)
        {
            var n = voxels[k];
            var (a, b) = ((double)first.Value.Values[n], (double)second.Value.Values[n]);
            var (ua, ub) = ((double)first.U.Values[n], (double)second.U.Values[n]);
            (change[k], u[k]) = isLog ? (Math.Log(b / a), Math.Sqrt(ua / a * (ua / a) + ub / b * (ub / b))) : (b - a, Math.Sqrt(ua * ua + ub * ub));
        }

        return new ChangeField
        {
            Voxels = [.. voxels], Status = status, Change = change, NoiseU = u,
            Gradient = options.Displacement is null ? [] : [.. voxels.Select(n => GradientOf(first, second, region.Grid, n, isLog))],
        };
    }

    /// <summary>The field with noise multiplied by a factor; where the maps do not say theirs, the factor itself.</summary>
    public ChangeField Widened(double factor, bool isKnown) => this with { NoiseU = Array.ConvertAll(NoiseU, u => isKnown ? factor * u : factor) };

    /// <summary>Changes over their uncertainty from noise, or as they are where it is not known.</summary>
    public double[] Standardised(bool isKnown) => [.. Change.Select((d, n) => isKnown && NoiseU[n] > 0 ? d / NoiseU[n] : d)];

    /// <summary>Values of the voxels on the grid.</summary>
    public Volume Spread(Grid grid, double[] values, float elsewhere, Unit? unit)
    {
        var all = new float[grid.Count];
        Array.Fill(all, elsewhere);
        for (var n = 0; n < Voxels.Length; n++)
        {
            all[Voxels[n]] = (float)values[n];
        }

        return new Volume(grid, all, unit);
    }

    /// <summary>The voxels that satisfy a condition.</summary>
    public Mask Where(Grid grid, Func<int, bool> condition)
    {
        var inside = new bool[grid.Count];
        for (var n = 0; n < Voxels.Length; n++)
        {
            inside[Voxels[n]] = condition(n);
        }

        return new Mask(grid, inside);
    }

    private static VoxelStatus StatusOf(ParametricMap first, ParametricMap second, int n, bool isLog) =>
        StatusOf(first, n, isLog) is not VoxelStatus.Ok and var status ? status : StatusOf(second, n, isLog);

    private static VoxelStatus StatusOf(ParametricMap map, int n, bool isLog) =>
        map.Status[n] != VoxelStatus.Ok ? map.Status[n]
        : float.IsFinite(map.Value.Values[n]) && float.IsFinite(map.U.Values[n]) && !(isLog && map.Value.Values[n] <= 0) ? VoxelStatus.Ok : VoxelStatus.NotPhysical;

    /// <summary>Central differences of both maps' mean (one-sided at an edge, 0 along an index without neighbours): their noise is half that of one map.</summary>
    private static Vector3 GradientOf(ParametricMap first, ParametricMap second, Grid grid, int n, bool isLog)
    {
        var (i, j, k) = (n % grid.Nx, n / grid.Nx % grid.Ny, n / (grid.Nx * grid.Ny));
        double Along(int at, int size, int step)
        {
            var (low, high) = (at > 0 && IsOk(n - step) ? 1 : 0, at + 1 < size && IsOk(n + step) ? 1 : 0);
            return low + high == 0 ? 0 : (Value(n + high * step) - Value(n - low * step)) / (low + high);
        }

        bool IsOk(int m) => StatusOf(first, second, m, isLog) == VoxelStatus.Ok;
        double Value(int m) => isLog
            ? 0.5 * Math.Log((double)first.Value.Values[m] * second.Value.Values[m]) : 0.5 * ((double)first.Value.Values[m] + second.Value.Values[m]);

        var (di, dj, dk) = (Along(i, grid.Nx, 1), Along(j, grid.Ny, grid.Nx), Along(k, grid.Nz, grid.Nx * grid.Ny));
        var (a, b, c) = (grid.StepJ.Cross(grid.StepK), grid.StepK.Cross(grid.StepI), grid.StepI.Cross(grid.StepJ));
        return (di * a + dj * b + dk * c) / grid.StepI.Dot(a);
    }
}
