using System.Numerics;
using System.Runtime.InteropServices;

namespace Etalon.Twin;

/// <summary>One grid of a multigrid cycle for (m − zL) x = b, in single precision: m is the number of fine voxels in a cell, L its couplings.</summary>
internal sealed class MultigridLevel
{
    // Chebyshev polynomial of degree 2 in D⁻¹A over [a, b]: its spectrum ends at 2, and what a coarser grid cannot show begins above 0.3.
    private const float Theta = 0.5f * (2f + 0.3f), Delta = 0.5f * (2f - 0.3f);
    private const float FirstRho = Delta / Theta, SecondRho = 1 / (2 * Theta / Delta - FirstRho);

    private readonly FluxKernel<float, FaceFlux<float>> _kernel;
    private readonly FaceFlux<float> _faces;
    private readonly float[] _mass, _total, _inverse, _other, _residual;
    private float _z;

    /// <summary>Prepares a level.</summary>
    /// <param name="size">Cells along x, y and z, a margin of one on each side included.</param>
    /// <param name="faces">Couplings along x, y and z.</param>
    /// <param name="mass">m; 0 outside.</param>
    public MultigridLevel((int X, int Y, int Z) size, double[][] faces, double[] mass)
    {
        Size = size;
        var (sy, sz) = (size.X, size.X * size.Y);
        _faces = new FaceFlux<float>(Array.ConvertAll(faces[0], w => (float)w), Array.ConvertAll(faces[1], w => (float)w), Array.ConvertAll(faces[2], w => (float)w), sy, sz);
        _mass = Array.ConvertAll(mass, m => (float)m);
        _total = new float[mass.Length];
        for (var n = 0; n < mass.Length; n++)
        {
            if (mass[n] > 0)
            {
                _total[n] = (float)(faces[0][n] + faces[0][n - 1] + faces[1][n] + faces[1][n - sy] + faces[2][n] + faces[2][n - sz]);
            }
        }

        Passed = Array.ConvertAll(mass, m => m > 0 ? 1f : 0f);
        Cells = mass.Count(m => m > 0);
        Stiffness = Enumerable.Range(0, mass.Length).Where(n => mass[n] > 0).Max(n => _total[n] / _mass[n]);
        _kernel = new FluxKernel<float, FaceFlux<float>>(_faces, Array.ConvertAll(mass, m => m > 0), sy, sz);
        (_inverse, _other, _residual) = (new float[mass.Length], new float[mass.Length], new float[mass.Length]);
        (Solution, Source, Before) = (new float[mass.Length], new float[mass.Length], new float[mass.Length]);
    }

    /// <summary>Cells along each axis, the margin included.</summary>
    public (int X, int Y, int Z) Size { get; }

    /// <summary>Cells of the domain.</summary>
    public int Cells { get; }

    /// <summary>Largest sum of a cell's couplings over its m.</summary>
    public float Stiffness { get; }

    /// <summary>1 where a cell has a part in the coarser grid, else 0.</summary>
    public float[] Passed { get; private set; }

    /// <summary>x.</summary>
    public float[] Solution { get; }

    /// <summary>b.</summary>
    public float[] Source { get; }

    /// <summary>b − Ax after <see cref="Residual"/>.</summary>
    public float[] Rest => _residual;

    /// <summary>Room for what an earlier cycle found.</summary>
    public float[] Before { get; }

    /// <summary>Number of blocks, which do not depend on threads.</summary>
    public int Blocks => _kernel.Blocks;

    /// <summary>The parts of a block's rows that hold cells.</summary>
    public ReadOnlySpan<(int Start, int Length)> Runs(int block) => _kernel.Runs(block);

    /// <summary>Says which cells have a part in the coarser grid: those above 0.</summary>
    public void PassOn(double[] cells) => Passed = Array.ConvertAll(cells, c => c > 0 ? 1f : 0f);

    /// <summary>Sets z.</summary>
    public void Prepare(double z)
    {
        _z = (float)z;
        for (var n = 0; n < _inverse.Length; n++)
        {
            _inverse[n] = _mass[n] > 0 ? 1 / (_mass[n] + _z * _total[n]) : 0;
        }
    }

    /// <summary>The matrix m − zL over the cells in order, densely; for a level of few cells.</summary>
    public double[,] Dense(double z, out int[] cells)
    {
        cells = Enumerable.Range(0, _mass.Length).Where(n => _mass[n] > 0).ToArray();
        var index = new int[_mass.Length];
        for (var c = 0; c < cells.Length; c++)
        {
            index[cells[c]] = c;
        }

        var matrix = new double[cells.Length, cells.Length];
        for (var c = 0; c < cells.Length; c++)
        {
            var n = cells[c];
            matrix[c, c] = _mass[n] + z * _total[n];
            foreach (var (weight, other) in new[] { (_faces.X[n], n + 1), (_faces.Y[n], n + _faces.StrideY), (_faces.Z[n], n + _faces.StrideZ) })
            {
                if (weight != 0)
                {
                    matrix[c, index[other]] = matrix[index[other], c] = -z * weight;
                }
            }
        }

        return matrix;
    }

    /// <summary>First smoothing from x = 0, its first of two passes: x = D⁻¹b/θ.</summary>
    public void Start(int block)
    {
        var (scale, factor) = (1 / Theta, new Vector<float>(1 / Theta));
        foreach (var (start, length) in _kernel.Runs(block))
        {
            var n = start;
            for (; n <= start + length - Vector<float>.Count; n += Vector<float>.Count)
            {
                (factor * new Vector<float>(_inverse, n) * new Vector<float>(Source, n)).CopyTo(_other, n);
            }

            for (; n < start + length; n++)
            {
                _other[n] = scale * _inverse[n] * Source[n];
            }
        }
    }

    /// <summary>Its second pass.</summary>
    public void StartAgain(int block) => Relax(block, _other, _other, Solution, 1 + SecondRho * FirstRho, 0, 2 * SecondRho / Delta);

    /// <summary>Second smoothing, its first pass.</summary>
    public void Polish(int block) => Relax(block, Solution, Solution, _other, 1, 0, 1 / Theta);

    /// <summary>Its second pass.</summary>
    public void PolishAgain(int block) => Relax(block, _other, Solution, Solution, 1 + SecondRho * FirstRho, -SecondRho * FirstRho, 2 * SecondRho / Delta);

    /// <summary>What is left: b − (m − zL) x.</summary>
    public void Residual(int block)
    {
        var (faces, z, width) = (_faces, new Vector<float>(_z), Vector<float>.Count);
        ref var x = ref MemoryMarshal.GetArrayDataReference(Solution);
        foreach (var (start, length) in _kernel.Runs(block))
        {
            var n = start;
            for (; n <= start + length - width; n += width)
            {
                (new Vector<float>(Source, n) - new Vector<float>(_mass, n) * new Vector<float>(Solution, n) + z * faces.Net(ref x, n)).CopyTo(_residual, n);
            }

            for (; n < start + length; n++)
            {
                _residual[n] = Source[n] - _mass[n] * Solution[n] + _z * faces.NetAt(ref x, n);
            }
        }
    }

    /// <summary>result = own·x + other·previous + step·D⁻¹(b − Ax); the result may be the same memory as previous, not as x.</summary>
    private void Relax(int block, float[] x, float[] previous, float[] result, float own, float other, float step)
    {
        var (faces, z, width) = (_faces, new Vector<float>(_z), Vector<float>.Count);
        var (vOwn, vOther, vStep) = (new Vector<float>(own), new Vector<float>(other), new Vector<float>(step));
        ref var from = ref MemoryMarshal.GetArrayDataReference(x);
        foreach (var (start, length) in _kernel.Runs(block))
        {
            var n = start;
            for (; n <= start + length - width; n += width)
            {
                var centre = new Vector<float>(x, n);
                var rest = new Vector<float>(Source, n) - new Vector<float>(_mass, n) * centre + z * faces.Net(ref from, n);
                (vOwn * centre + vOther * new Vector<float>(previous, n) + vStep * new Vector<float>(_inverse, n) * rest).CopyTo(result, n);
            }

            for (; n < start + length; n++)
            {
                var rest = Source[n] - _mass[n] * x[n] + _z * faces.NetAt(ref from, n);
                result[n] = own * x[n] + other * previous[n] + step * _inverse[n] * rest;
            }
        }
    }
}
