using Etalon.Imaging;

namespace Etalon.Phantoms;

/// <summary>
/// A tumour's density relative to capacity as a continuous field: values on a grid along the head's axes, trilinear between them, 0 outside.
/// </summary>
public sealed class DensityField
{
    private readonly float[] _values;
    private readonly Vector3 _origin;
    private readonly double _perMm;
    private readonly int _nx, _ny, _nz;

    /// <summary>Takes over values on a grid.</summary>
    /// <param name="grid">Cubic voxels along the axes of the head.</param>
    /// <param name="values">N in [0, 1], x fastest.</param>
    /// <exception cref="ArgumentException">The grid is not along the axes or its voxels are not cubes, or the numbers do not fill it.</exception>
    public DensityField(Grid grid, float[] values)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(values);
        var h = grid.StepI.X;
        if (!(h > 0) || grid.StepI != new Vector3(h, 0, 0) || grid.StepJ != new Vector3(0, h, 0) || grid.StepK != new Vector3(0, 0, h))
        {
            throw new ArgumentException($"A density lives on cubic voxels along the head's axes, not on {grid}.");
        }

        if (values.Length != grid.Count)
        {
            throw new ArgumentException($"{values.Length} values do not fill {grid}.");
        }

        (Grid, _values, _origin, _perMm, _nx, _ny, _nz) = (grid, values, grid.Origin, 1 / h, grid.Nx, grid.Ny, grid.Nz);
    }

    /// <summary>Where the values lie.</summary>
    public Grid Grid { get; }

    /// <summary>∫ N dV, mL.</summary>
    public double CellsRelativeMl
    {
        get
        {
            var sum = 0.0;
            foreach (var v in _values)
            {
                sum += v;
            }

            return sum * Grid.VoxelVolumeMl;
        }
    }

    /// <summary>N at a point of the head.</summary>
    public double At(Vector3 point)
    {
        var (x, y, z) = ((point.X - _origin.X) * _perMm, (point.Y - _origin.Y) * _perMm, (point.Z - _origin.Z) * _perMm);
        if (!(x >= 0 && y >= 0 && z >= 0 && x < _nx - 1 && y < _ny - 1 && z < _nz - 1))
        {
            return 0;
        }

        var (i, j, k) = ((int)x, (int)y, (int)z);
        var (u, v, w) = (x - i, y - j, z - k);
        var at = i + _nx * (j + _ny * k);
        var plane = _nx * _ny;
        double Row(int n) => _values[n] + u * (_values[n + 1] - _values[n]);
        var low = Row(at) + v * (Row(at + _nx) - Row(at));
        var high = Row(at + plane) + v * (Row(at + plane + _nx) - Row(at + plane));
        return low + w * (high - low);
    }

    /// <summary>How much volume lies above each density, by fine sampling between the grid's points.</summary>
    public DensityDistribution Distribution() => DensityDistribution.Of(this, _values);
}
