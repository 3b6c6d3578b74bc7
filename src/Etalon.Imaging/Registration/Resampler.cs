namespace Etalon.Imaging.Registration;

/// <summary>Brings images onto another grid.</summary>
public static class Resampler
{
    /// <summary>Trilinear resampling of a volume.</summary>
    /// <param name="source">What is resampled.</param>
    /// <param name="grid">Where to.</param>
    /// <param name="toSource">From patient coordinates of the grid to those of the source.</param>
    /// <returns>Values (0 outside) and which voxels lie inside the source.</returns>
    public static (Volume Volume, Mask Inside) Trilinear(Volume source, Grid grid, RigidTransform toSource)
    {
        ArgumentNullException.ThrowIfNull(source);
        var values = new float[grid.Count];
        var inside = new bool[grid.Count];
        ForEach(grid, source.Grid, toSource, (n, index) => inside[n] = TryInterpolate(source, index, out values[n]));
        return (new Volume(grid, values, source.Unit), new Mask(grid, inside));
    }

    /// <summary>A mask on another grid: inside where the interpolated coverage is at least one half.</summary>
    public static Mask Resample(Mask source, Grid grid, RigidTransform toSource)
    {
        ArgumentNullException.ThrowIfNull(source);
        var coverage = new Volume(source.Grid, Array.ConvertAll(source.Inside, i => i ? 1f : 0f), null);
        var inside = new bool[grid.Count];
        ForEach(grid, source.Grid, toSource, (n, index) => inside[n] = TryInterpolate(coverage, index, out var c) && c >= 0.5f);
        return new Mask(grid, inside);
    }

    private static void ForEach(Grid grid, Grid source, RigidTransform toSource, Action<int, Vector3> visit) => Parallel.For(0, grid.Nz, k =>
    {
        for (var j = 0; j < grid.Ny; j++)
        {
            for (var i = 0; i < grid.Nx; i++)
            {
                visit(grid.Index(i, j, k), source.ToIndex(toSource.Apply(grid.ToPatient(i, j, k))));
            }
        }
    });

    /// <summary>Interpolates at a fractional index; false outside the centres of the outermost voxels (with a rounding tolerance).</summary>
    private static bool TryInterpolate(Volume v, Vector3 index, out float value)
    {
        const double Tolerance = 1e-6;
        var g = v.Grid;
        value = 0;
        if (!(index.X >= -Tolerance && index.X <= g.Nx - 1 + Tolerance && index.Y >= -Tolerance && index.Y <= g.Ny - 1 + Tolerance
            && index.Z >= -Tolerance && index.Z <= g.Nz - 1 + Tolerance))
        {
            return false;
        }

        var (i, fx) = Split(index.X, g.Nx);
        var (j, fy) = Split(index.Y, g.Ny);
        var (k, fz) = Split(index.Z, g.Nz);
        var (i1, j1, k1) = (Math.Min(i + 1, g.Nx - 1), Math.Min(j + 1, g.Ny - 1), Math.Min(k + 1, g.Nz - 1));
        double Row(int y, int z) => v[i, y, z] + fx * (v[i1, y, z] - v[i, y, z]);
        var near = Row(j, k) + fy * (Row(j1, k) - Row(j, k));
        var far = Row(j, k1) + fy * (Row(j1, k1) - Row(j, k1));
        value = (float)(near + fz * (far - near));
        return true;
    }

    private static (int Whole, double Fraction) Split(double x, int n)
    {
        var clamped = Math.Clamp(x, 0, n - 1);
        var whole = Math.Min((int)clamped, Math.Max(0, n - 2));
        return (whole, clamped - whole);
    }
}
