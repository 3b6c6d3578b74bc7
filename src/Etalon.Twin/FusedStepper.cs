using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Etalon.Twin;

/// <summary>
/// Two-stage diffusion of one D with the reaction that follows, in one pass over memory and only where there is tumour: plane by plane the
/// first stage runs one plane ahead of the second, so that what lies between them never leaves the cache.
/// </summary>
/// <typeparam name="T">double, or float where the ensemble's spread is far above single precision.</typeparam>
/// <remarks>
/// Planes are shared out among threads; values do not depend on how. Lanes are consecutive voxels along x; the layout's margin
/// (<see cref="DiffusionOperator"/>) takes what a last vector writes beyond its row, where the weight is 0 and so is the result.
/// </remarks>
internal sealed class FusedStepper<T> : Stepper<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Largest hDλ for which two stages are taken: they are stable up to 2 and keep every mode's sign.</summary>
    public const double LargestStiffness = 1.9;

    /// <summary>Steps between two looks at how far the tumour reaches.</summary>
    private const int LookEvery = 4;

    /// <summary>Voxels kept free around it meanwhile: two stages a step reach two voxels further.</summary>
    private const int Margin = 8;

    private readonly FluxDiffusion _diffusion;
    private readonly T[] _weight, _first;
    private readonly (int Start, int End)[] _rows;
    private readonly int _strideY, _strideZ, _boxY, _boxZ;
    private readonly T _seen;
    private int _x0, _x1, _y0, _y1, _z0, _z1;
    private int _sinceLook;

    /// <summary>Takes the initial state.</summary>
    public FusedStepper(FluxDiffusion diffusion, T[] initial, ReactionField reactions)
        : base(initial, reactions)
    {
        _diffusion = diffusion;
        (_strideY, _strideZ, _boxY, _boxZ) = (diffusion.StrideY, diffusion.StrideZ, diffusion.BoxY, diffusion.BoxZ);
        (_weight, _rows) = (diffusion.Weights<T>(), diffusion.Rows);
        _first = new T[initial.Length];
        // Below this a density is nothing: a thousandth of a cell in a voxel of ten million.
        _seen = T.CreateChecked(1e-12);
        (_x0, _x1, _y0, _y1, _z0, _z1) = (int.MaxValue, -1, int.MaxValue, -1, int.MaxValue, -1);
        FindTumour();
    }

    /// <inheritdoc/>
    public override int[] Cuts(int parts)
    {
        var cuts = new int[parts + 1];
        if (_z1 < 0)
        {
            return cuts;
        }

        (cuts[0], cuts[parts]) = (_z0, _z1 + 1);

        var total = 0L;
        for (var z = _z0; z <= _z1; z++)
        {
            total += PlaneSize(z);
        }

        var (sum, next) = (0L, 1);
        for (var z = _z0; z <= _z1 && next < parts; z++)
        {
            sum += PlaneSize(z);
            while (next < parts && sum * parts >= total * next)
            {
                cuts[next++] = z + 1;
            }
        }

        return cuts;
    }

    /// <inheritdoc/>
    public override bool Look()
    {
        if (++_sinceLook < LookEvery)
        {
            return false;
        }

        FindTumour();
        return true;
    }

    /// <summary>Finds where there is tumour and keeps a margin around it; what was once within stays.</summary>
    private void FindTumour()
    {
        _sinceLook = 0;
        var (x0, x1, y0, y1, z0, z1) = (int.MaxValue, -1, int.MaxValue, -1, int.MaxValue, -1);
        var found = false;
        for (var row = 0; row < _rows.Length; row++)
        {
            var (start, end) = _rows[row];
            var origin = row * _strideY;
            var (first, last) = (start, end - 1);
            while (first <= last && !(State[origin + first] > _seen))
            {
                first++;
            }

            if (first > last)
            {
                continue;
            }

            while (!(State[origin + last] > _seen))
            {
                last--;
            }

            var (y, z) = (row % _boxY, row / _boxY);
            found = true;
            (x0, x1, y0, y1, z0, z1) = (Math.Min(x0, first), Math.Max(x1, last), Math.Min(y0, y), Math.Max(y1, y), Math.Min(z0, z), Math.Max(z1, z));
        }

        if (!found)
        {
            return;
        }

        (_x0, _x1) = (Math.Min(_x0, Math.Max(1, x0 - Margin)), Math.Max(_x1, x1 + Margin));
        (_y0, _y1) = (Math.Min(_y0, Math.Max(1, y0 - Margin)), Math.Max(_y1, Math.Min(_boxY - 2, y1 + Margin)));
        (_z0, _z1) = (Math.Min(_z0, Math.Max(1, z0 - Margin)), Math.Max(_z1, Math.Min(_boxZ - 2, z1 + Margin)));
    }

    /// <inheritdoc/>
    protected override (int Start, int Length) Places(int from, int to) => (from * _strideZ, Math.Max(0, to - from) * _strideZ);

    /// <summary>First stage of the planes of one part whose neighbours belong to another: before any plane is written.</summary>
    public override void Begin(int from, int to, double hD)
    {
        if (from < to)
        {
            FirstStage(from, hD);
            if (to - 1 > from)
            {
                FirstStage(to - 1, hD);
            }
        }
    }

    /// <summary>The rest of one part; every part must have begun.</summary>
    public override void Finish(int from, int to, double hD, Reaction then)
    {
        for (var z = from; z < to; z++)
        {
            if (z + 1 < to - 1)
            {
                FirstStage(z + 1, hD);
            }

            SecondStage(z, hD, then);
        }
    }

    // Compiled at full effort at once: a whole run is shorter than the wait for a second compilation.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FirstStage(int z, double hD)
    {
        var (ax, ay, az) = Coefficients(hD);
        var step = new Vector<T>(T.CreateChecked(hD));
        ref var u = ref MemoryMarshal.GetArrayDataReference(State);
        ref var weight = ref MemoryMarshal.GetArrayDataReference(_weight);
        ref var result = ref MemoryMarshal.GetArrayDataReference(_first);
        for (var y = _y0; y <= _y1; y++)
        {
            var (start, end) = Clip(y, z);
            for (var n = start; n < end; n += Vector<T>.Count)
            {
                var w = Vector.LoadUnsafe(ref weight, (nuint)n);
                var centre = Vector.LoadUnsafe(ref u, (nuint)n);
                var value = centre + (Neighbours(ref u, n, ax, ay, az) - step * w * centre);
                Vector.ConditionalSelect(Vector.GreaterThan(w, Vector<T>.Zero), value, Vector<T>.Zero).StoreUnsafe(ref result, (nuint)n);
            }
        }
    }

    // Compiled at full effort at once: a whole run is shorter than the wait for a second compilation.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SecondStage(int z, double hD, Reaction then)
    {
        var (ax, ay, az) = Coefficients(hD);
        var (step, half) = (new Vector<T>(T.CreateChecked(hD)), new Vector<T>(T.CreateChecked(0.5)));
        var (a, b) = (new Vector<T>(T.CreateChecked(then.A)), new Vector<T>(T.CreateChecked(then.B)));
        ref var u = ref MemoryMarshal.GetArrayDataReference(State);
        ref var weight = ref MemoryMarshal.GetArrayDataReference(_weight);
        ref var first = ref MemoryMarshal.GetArrayDataReference(_first);
        for (var y = _y0; y <= _y1; y++)
        {
            var (start, end) = Clip(y, z);
            for (var n = start; n < end; n += Vector<T>.Count)
            {
                var w = Vector.LoadUnsafe(ref weight, (nuint)n);
                var centre = Vector.LoadUnsafe(ref first, (nuint)n);
                var change = Neighbours(ref first, n, ax, ay, az) - step * w * centre;
                var value = half * (Vector.LoadUnsafe(ref u, (nuint)n) + centre + change);
                value = Vector.ConditionalSelect(Vector.GreaterThan(w, Vector<T>.Zero), value, Vector<T>.Zero);
                (a * value / (Vector<T>.One + b * value)).StoreUnsafe(ref u, (nuint)n);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<T> Neighbours(ref T u, int n, Vector<T> ax, Vector<T> ay, Vector<T> az) =>
        ax * (Vector.LoadUnsafe(ref u, (nuint)(n - 1)) + Vector.LoadUnsafe(ref u, (nuint)(n + 1)))
        + ay * (Vector.LoadUnsafe(ref u, (nuint)(n - _strideY)) + Vector.LoadUnsafe(ref u, (nuint)(n + _strideY)))
        + az * (Vector.LoadUnsafe(ref u, (nuint)(n - _strideZ)) + Vector.LoadUnsafe(ref u, (nuint)(n + _strideZ)));

    private (Vector<T> X, Vector<T> Y, Vector<T> Z) Coefficients(double hD)
    {
        var (ax, ay, az) = _diffusion.FaceCoefficients;
        return (new Vector<T>(T.CreateChecked(hD * ax)), new Vector<T>(T.CreateChecked(hD * ay)), new Vector<T>(T.CreateChecked(hD * az)));
    }

    /// <summary>The part of a row that lies in the domain and near the tumour.</summary>
    private (int Start, int End) Clip(int y, int z)
    {
        var row = y + _boxY * z;
        var (start, end) = _rows[row];
        return (row * _strideY + Math.Max(start, _x0), row * _strideY + Math.Min(end, _x1 + 1));
    }

    private int PlaneSize(int z)
    {
        var size = 1;
        for (var y = _y0; y <= _y1; y++)
        {
            var (start, end) = Clip(y, z);
            size += Math.Max(0, end - start);
        }

        return size;
    }
}
