namespace Etalon.Twin;

/// <summary>
/// A symmetric multigrid cycle for (1 − zL) x = b on a domain of any shape: cells are joined in twos along the axes whose spacing is about the smallest,
/// so that anisotropic voxels become cubes first; a pair of polynomial smoothings goes down and up, and the smallest grid is solved.
/// </summary>
/// <remarks>
/// Galerkin with constants on cells makes couplings along a joined axis twice too strong (the distance has doubled, its steps have not), which is put right by a
/// factor ½ (Braess, Computing 55:379-393 (1995), corrects the step instead). Transfers are adjoint to each other and both smoothings are the same polynomial, so the
/// cycle is symmetric and positive, as conjugate gradients need. A cycle stops going down where z L is small against 1.
/// </remarks>
internal sealed class Multigrid
{
    private const int DenseCells = 64;

    // Loose voxels and small islands are solved by smoothing; joined with what lies beside them they would only spoil its coarse cells.
    private const int SmallestPart = 64;

    private readonly List<MultigridLevel> _levels = [];
    private readonly List<(int X, int Y, int Z)> _factors = [];
    private double _z = -1;
    private int _depth;
    private double[,]? _factor;
    private int[] _cells = [];

    /// <summary>Prepares the grids of an operator.</summary>
    /// <param name="diffusion">The operator.</param>
    /// <param name="faces">Its couplings along x, y and z.</param>
    /// <param name="part">Of each place the connected part that it belongs to, −1 outside.</param>
    /// <param name="partSize">Voxels of each part.</param>
    public Multigrid(DiffusionOperator diffusion, double[][] faces, int[] part, double[] partSize)
    {
        var spacing = diffusion.Domain.Grid.SpacingMm;
        var (size, h) = ((diffusion.BoxX, diffusion.BoxY, diffusion.BoxZ), new[] { spacing.X, spacing.Y, spacing.Z });
        var mass = Array.ConvertAll(diffusion.Inside, i => i ? 1.0 : 0.0);
        while (true)
        {
            var level = new MultigridLevel(size, faces, mass);
            _levels.Add(level);
            if (_levels.Count == 1)
            {
                var least = Math.Min(SmallestPart, partSize.Max());
                mass = Array.ConvertAll(part, p => p >= 0 && partSize[p] >= least ? 1.0 : 0);
                level.PassOn(mass);
            }

            if (level.Cells <= DenseCells)
            {
                break;
            }

            var extent = Extent(size, mass);
            // A single layer of cells cannot be joined across.
            var smallest = Enumerable.Range(0, 3).Where(a => extent[a] > 1).Min(a => h[a]);
            var factor = Enumerable.Range(0, 3).Select(a => extent[a] > 1 && h[a] <= 1.5 * smallest ? 2 : 1).ToArray();
            (size, faces, mass) = Join(size, extent, faces, mass, factor);
            _factors.Add((factor[0], factor[1], factor[2]));
            h = h.Zip(factor, (s, f) => s * f).ToArray();
        }
    }

    /// <summary>The finest grid, whose source and solution a cycle works on.</summary>
    public MultigridLevel Finest => _levels[0];

    /// <summary>Number of grids, and of those that the present z needs.</summary>
    public (int All, int Used) Depth => (_levels.Count, _depth + 1);

    /// <summary>Sets z.</summary>
    public void Prepare(double z)
    {
        if (z == _z)
        {
            return;
        }

        (_z, _depth, _factor) = (z, 0, null);
        // Where couplings are weaker than the diagonal, smoothing alone solves.
        while (_depth < _levels.Count - 1 && z * _levels[_depth].Stiffness > 0.5)
        {
            _depth++;
        }

        for (var l = 0; l <= _depth; l++)
        {
            _levels[l].Prepare(z);
        }

        if (_depth == _levels.Count - 1 && _levels[_depth].Cells <= DenseCells)
        {
            _factor = Cholesky(_levels[_depth].Dense(z, out _cells));
        }
    }

    /// <summary>One cycle from <see cref="MultigridLevel.Source"/> of the finest grid to its solution.</summary>
    /// <param name="everywhere">Does every block of a pass.</param>
    public void Cycle(Action<int, Action<int>> everywhere) => Cycle(0, everywhere);

    private void Cycle(int l, Action<int, Action<int>> everywhere)
    {
        var level = _levels[l];
        if (l == _depth && _factor is not null)
        {
            SolveDensely(level);
            return;
        }

        everywhere(level.Blocks, level.Start);
        everywhere(level.Blocks, level.StartAgain);
        if (l < _depth)
        {
            everywhere(level.Blocks, level.Residual);
            Array.Clear(_levels[l + 1].Source);
            // Blocks of planes may share a coarse plane, so one thread sums up.
            for (var block = 0; block < level.Blocks; block++)
            {
                Restrict(l, block);
            }

            Cycle(l + 1, everywhere);
            if (l + 1 < _depth)
            {
                CycleAgain(l + 1, everywhere);
            }

            everywhere(level.Blocks, block => Prolong(l, block));
        }

        everywhere(level.Blocks, level.Polish);
        everywhere(level.Blocks, level.PolishAgain);
    }

    /// <summary>A further cycle for what the first has left (together a W).</summary>
    private void CycleAgain(int l, Action<int, Action<int>> everywhere)
    {
        var level = _levels[l];
        everywhere(level.Blocks, level.Residual);
        level.Rest.CopyTo(level.Source, 0);
        level.Solution.CopyTo(level.Before, 0);
        Cycle(l, everywhere);
        for (var n = 0; n < level.Before.Length; n++)
        {
            level.Solution[n] += level.Before[n];
        }
    }

    private void Restrict(int l, int block)
    {
        var (fine, coarse) = (_levels[l].Rest, _levels[l + 1].Source);
        var half = _factors[l].X == 2;
        foreach (var (start, length) in _levels[l].Runs(block))
        {
            var (row, i) = CoarseRow(l, start);
            var target = coarse.AsSpan(row, _levels[l + 1].Size.X);
            var source = fine.AsSpan(start, Math.Min(length, (half ? 2 * target.Length - 1 : target.Length) - i));
            var mask = _levels[l].Passed.AsSpan(start, source.Length);
            for (var n = 0; n < source.Length; n++)
            {
                target[half ? (i + n + 1) >> 1 : i + n] += mask[n] * source[n];
            }
        }
    }

    private void Prolong(int l, int block)
    {
        var (fine, coarse) = (_levels[l].Solution, _levels[l + 1].Solution);
        var (half, inside) = (_factors[l].X == 2, _levels[l]);
        foreach (var (start, length) in inside.Runs(block))
        {
            var (row, i) = CoarseRow(l, start);
            var source = coarse.AsSpan(row, _levels[l + 1].Size.X);
            var target = fine.AsSpan(start, Math.Min(length, (half ? 2 * source.Length - 1 : source.Length) - i));
            for (var n = 0; n < target.Length; n++)
            {
                // Where nothing was passed on a coarse value may stand; its weight there is 0.
                target[n] += inside.Passed[start + n] * source[half ? (i + n + 1) >> 1 : i + n];
            }
        }
    }

    /// <summary>Start of the coarse row above a fine place, and the fine place's index along its row.</summary>
    private (int Row, int I) CoarseRow(int l, int place)
    {
        var ((x, y, _), (fy, fz), (coarseX, coarseY, _)) = (_levels[l].Size, (_factors[l].Y, _factors[l].Z), _levels[l + 1].Size);
        var (j, k) = (place / x % y, place / x / y);
        return (coarseX * ((j - 1) / fy + 1 + coarseY * ((k - 1) / fz + 1)), place % x);
    }

    private void SolveDensely(MultigridLevel level)
    {
        var (n, x) = (_cells.Length, new double[_cells.Length]);
        for (var i = 0; i < n; i++)
        {
            var sum = (double)level.Source[_cells[i]];
            for (var j = 0; j < i; j++)
            {
                sum -= _factor![i, j] * x[j];
            }

            x[i] = sum / _factor![i, i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            var sum = x[i];
            for (var j = i + 1; j < n; j++)
            {
                sum -= _factor![j, i] * x[j];
            }

            x[i] = sum / _factor![i, i];
            level.Solution[_cells[i]] = (float)x[i];
        }
    }

    /// <summary>Lower triangle of a positive definite matrix, in place.</summary>
    private static double[,] Cholesky(double[,] a)
    {
        for (var j = 0; j < a.GetLength(0); j++)
        {
            for (var i = j; i < a.GetLength(0); i++)
            {
                var sum = a[i, j];
                for (var k = 0; k < j; k++)
                {
                    sum -= a[i, k] * a[j, k];
                }

                a[i, j] = i == j ? Math.Sqrt(sum) : sum / a[j, j];
            }
        }

        return a;
    }

    /// <summary>Number of cells along each axis as far as the last one that holds any of the domain.</summary>
    private static int[] Extent((int X, int Y, int Z) size, double[] mass)
    {
        var extent = new int[3];
        for (var n = 0; n < mass.Length; n++)
        {
            if (mass[n] > 0)
            {
                extent[0] = Math.Max(extent[0], n % size.X);
                extent[1] = Math.Max(extent[1], n / size.X % size.Y);
                extent[2] = n / size.X / size.Y;
            }
        }

        return extent;
    }

    private static ((int, int, int) Size, double[][] Faces, double[] Mass) Join(
        (int X, int Y, int Z) size, int[] extent, double[][] faces, double[] mass, int[] factor)
    {
        int Coarse(int axis) => (extent[axis] + factor[axis] - 1) / factor[axis] + 2;
        var (nx, ny, nz) = (Coarse(0), Coarse(1), Coarse(2));
        int Parent(int n)
        {
            var (i, j, k) = (n % size.X, n / size.X % size.Y, n / size.X / size.Y);
            return (i - 1) / factor[0] + 1 + nx * ((j - 1) / factor[1] + 1 + ny * ((k - 1) / factor[2] + 1));
        }

        var (joined, joinedMass, strides) = (faces.Select(_ => new double[nx * ny * nz]).ToArray(), new double[nx * ny * nz], new[] { 1, size.X, size.X * size.Y });
        for (var n = 0; n < mass.Length; n++)
        {
            if (mass[n] == 0)
            {
                continue;
            }

            var parent = Parent(n);
            joinedMass[parent] += mass[n];
            for (var axis = 0; axis < 3; axis++)
            {
                if (faces[axis][n] > 0 && mass[n + strides[axis]] > 0 && Parent(n + strides[axis]) != parent)
                {
                    joined[axis][parent] += faces[axis][n] / factor[axis];
                }
            }
        }

        return ((nx, ny, nz), joined, joinedMass);
    }
}
