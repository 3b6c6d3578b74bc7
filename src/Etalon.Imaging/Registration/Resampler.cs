namespace Etalon.Imaging.Registration;

/// <summary>Brings images onto another grid.</summary>
public static class Resampler
{
    /// <summary>Trilinear resampling of a volume.</summary>
    /// <param name="source">What is resampled.</param>
    /// <param name="grid">Where to.</param>
    /// <param name="toSource">From patient coordinates of the grid to those of the source.</param>
    /// <returns>Values (0 outside) and which voxels lie inside the source.</returns>
    public static (Volume Volume, Mask Inside) Trilinear(Volume source, Grid grid, ISpatialTransform toSource)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(toSource);
        var values = new float[grid.Count];
        var inside = new bool[grid.Count];
        ForEach(grid, source.Grid, toSource, (n, index) => inside[n] = TryInterpolate(source, index, out values[n]));
        return (new Volume(grid, values, source.Unit), new Mask(grid, inside));
    }

    /// <summary>A mask on another grid: inside where the interpolated coverage is at least one half.</summary>
    public static Mask Resample(Mask source, Grid grid, ISpatialTransform toSource)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(toSource);
        var coverage = new Volume(source.Grid, Array.ConvertAll(source.Inside, i => i ? 1f : 0f), null);
        var inside = new bool[grid.Count];
        ForEach(grid, source.Grid, toSource, (n, index) => inside[n] = TryInterpolate(coverage, index, out var c) && c >= 0.5f);
        return new Mask(grid, inside);
    }

    /// <summary>Voxels averaged in whole numbers along each axis until their edges are about as long as asked; the image itself where they are already.</summary>
    /// <param name="source">What is averaged. What is left over at the far end is dropped.</param>
    /// <param name="edgeMm">Edge aimed at, mm.</param>
    public static Volume Averaged(Volume source, double edgeMm)
    {
        ArgumentNullException.ThrowIfNull(source);
        var (g, h) = (source.Grid, source.Grid.SpacingMm);
        int Factor(double mm, int n) => Math.Clamp((int)Math.Round(edgeMm / mm), 1, n);
        var (fi, fj, fk) = (Factor(h.X, g.Nx), Factor(h.Y, g.Ny), Factor(h.Z, g.Nz));
        if (fi * fj * fk == 1)
        {
            return source;
        }

        var grid = new Grid(g.Nx / fi, g.Ny / fj, g.Nz / fk, g.ToPatient((fi - 1) / 2.0, (fj - 1) / 2.0, (fk - 1) / 2.0), fi * g.StepI, fj * g.StepJ, fk * g.StepK);
        var values = new float[grid.Count];
        Parallel.For(0, grid.Nz, k =>
        {
            for (var j = 0; j < grid.Ny; j++)
            {
                for (var i = 0; i < grid.Nx; i++)
                {
                    var sum = 0.0;
                    for (var n = 0; n < fi * fj * fk; n++)
                    {
                        sum += source[i * fi + n % fi, j * fj + n / fi % fj, k * fk + n / fi / fj];
                    }

                    values[grid.Index(i, j, k)] = (float)(sum / (fi * fj * fk));
                }
            }
        });
        return new Volume(grid, values, source.Unit);
    }

    private static void ForEach(Grid grid, Grid source, ISpatialTransform toSource, Action<int, Vector3> visit) => Parallel.For(0, grid.Nz, k =>
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
    internal static bool TryInterpolate(Volume v, Vector3 index, out float value)
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
