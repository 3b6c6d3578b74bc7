using System.Numerics;
using System.Runtime.InteropServices;

namespace Etalon.Twin;

/// <summary>
/// The passes over memory that the steppers of a diffusion operator are made of. A state is cut into blocks of whole planes which do not
/// depend on how many threads there are; each method works on one block, so that sums by block are the same for every number of threads.
/// </summary>
internal abstract class FluxKernel<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Number of blocks.</summary>
    public abstract int Blocks { get; }

    /// <summary>Length of a state.</summary>
    public abstract int Length { get; }

    /// <summary>result = factor · L u; not the same memory.</summary>
    public abstract void Apply(int block, ReadOnlySpan<T> u, Span<T> result, T factor);

    /// <summary>result = u + factor · L u; not the same memory.</summary>
    public abstract void Advance(int block, ReadOnlySpan<T> u, Span<T> result, T factor);

    /// <summary>u = then(½(u + first + factor · L first)), the second of two stages.</summary>
    public abstract void Finish(int block, Span<T> u, ReadOnlySpan<T> first, T factor, Reaction then);

    /// <summary>
    /// result = then(own·y + other·previous + rest·start + lasting·slope + factor·L y): a stage of a three-term recursion. The result may be the same
    /// memory as any of the others but y.
    /// </summary>
    public abstract void Recur(
        int block, Recurrence<T> by, ReadOnlySpan<T> y, ReadOnlySpan<T> previous, ReadOnlySpan<T> start, ReadOnlySpan<T> slope, Span<T> result, Reaction then);

    /// <summary>result = own·u − factor·L u; returns Σ u·result of the block.</summary>
    public abstract double Shifted(int block, ReadOnlySpan<T> u, Span<T> result, T factor);
}

/// <summary>Coefficients of <see cref="FluxKernel{T}.Recur"/>.</summary>
internal readonly record struct Recurrence<T>(T Own, T Other, T Rest, T Lasting, T Factor)
    where T : unmanaged, INumber<T>;

/// <summary>Passes over one kind of stencil. Outside the domain all coefficients and states are 0, so what a vector takes in there stays 0.</summary>
internal sealed class FluxKernel<T, TStencil> : FluxKernel<T>
    where T : unmanaged, INumber<T>
    where TStencil : struct, IFluxStencil<T>
{
    /// <summary>Voxels that a block has at least, if there are as many: some 0.1 ms of work.</summary>
    private const int BlockSize = 16384;

    private readonly TStencil _stencil;
    private readonly (int Start, int Length)[][] _runs;

    /// <summary>Prepares the passes over a box.</summary>
    /// <param name="stencil">The couplings.</param>
    /// <param name="inside">Which places lie in the domain.</param>
    /// <param name="strideY">Length of a row.</param>
    /// <param name="strideZ">Length of a plane.</param>
    public FluxKernel(TStencil stencil, bool[] inside, int strideY, int strideZ)
    {
        (_stencil, Length) = (stencil, inside.Length);
        var blocks = new List<(int, int)[]>();
        var (runs, held) = (new List<(int, int)>(), 0);
        for (var plane = 0; plane < inside.Length; plane += strideZ)
        {
            for (var row = plane; row < plane + strideZ; row += strideY)
            {
                var places = inside.AsSpan(row, strideY);
                if (places.IndexOf(true) is var first and >= 0)
                {
                    var length = Rounded(inside, row + first, places.LastIndexOf(true) - first + 1, inside.Length - strideZ - strideY);
                    runs.Add((row + first, length));
                    held += length;
                }
            }

            if (held >= BlockSize || (plane + strideZ >= inside.Length && runs.Count > 0))
            {
                blocks.Add([.. runs]);
                runs.Clear();
                held = 0;
            }
        }

        _runs = [.. blocks];
    }

    /// <inheritdoc/>
    public override int Blocks => _runs.Length;

    /// <inheritdoc/>
    public override int Length { get; }

    /// <summary>The couplings.</summary>
    public TStencil Stencil => _stencil;

    /// <summary>The parts of a block's rows that hold voxels of the domain.</summary>
    public ReadOnlySpan<(int Start, int Length)> Runs(int block) => _runs[block];

    /// <inheritdoc/>
    public override void Apply(int block, ReadOnlySpan<T> u, Span<T> result, T factor)
    {
        Check(u.Length, result.Length);
        var (stencil, scale, width) = (_stencil, new Vector<T>(factor), Vector<T>.Count);
        ref var from = ref MemoryMarshal.GetReference(u);
        ref var to = ref MemoryMarshal.GetReference(result);
        foreach (var (start, length) in _runs[block])
        {
            var n = start;
            for (; n <= start + length - width; n += width)
            {
                (scale * stencil.Net(ref from, n)).StoreUnsafe(ref to, (nuint)n);
            }

            for (; n < start + length; n++)
            {
                result[n] = factor * stencil.NetAt(ref from, n);
            }
        }
    }

    /// <inheritdoc/>
    public override void Advance(int block, ReadOnlySpan<T> u, Span<T> result, T factor)
    {
        Check(u.Length, result.Length);
        var (stencil, scale, width) = (_stencil, new Vector<T>(factor), Vector<T>.Count);
        ref var from = ref MemoryMarshal.GetReference(u);
        ref var to = ref MemoryMarshal.GetReference(result);
        foreach (var (start, length) in _runs[block])
        {
            var n = start;
            for (; n <= start + length - width; n += width)
            {
                (Vector.LoadUnsafe(ref from, (nuint)n) + scale * stencil.Net(ref from, n)).StoreUnsafe(ref to, (nuint)n);
            }

            for (; n < start + length; n++)
            {
                result[n] = u[n] + factor * stencil.NetAt(ref from, n);
            }
        }
    }

    /// <inheritdoc/>
    public override void Finish(int block, Span<T> u, ReadOnlySpan<T> first, T factor, Reaction then)
    {
        Check(u.Length, first.Length);
        var (stencil, scale, width) = (_stencil, new Vector<T>(factor), Vector<T>.Count);
        var (a, b, half) = (T.CreateChecked(then.A), T.CreateChecked(then.B), T.CreateChecked(0.5));
        var (va, vb, vhalf) = (new Vector<T>(a), new Vector<T>(b), new Vector<T>(half));
        ref var state = ref MemoryMarshal.GetReference(u);
        ref var from = ref MemoryMarshal.GetReference(first);
        foreach (var (start, length) in _runs[block])
        {
            var n = start;
            for (; n <= start + length - width; n += width)
            {
                var moved = Vector.LoadUnsafe(ref from, (nuint)n) + scale * stencil.Net(ref from, n);
                var value = vhalf * (Vector.LoadUnsafe(ref state, (nuint)n) + moved);
                (va * value / (Vector<T>.One + vb * value)).StoreUnsafe(ref state, (nuint)n);
            }

            for (; n < start + length; n++)
            {
                var value = half * (u[n] + (first[n] + factor * stencil.NetAt(ref from, n)));
                u[n] = a * value / (T.One + b * value);
            }
        }
    }

    /// <inheritdoc/>
    public override void Recur(
        int block, Recurrence<T> by, ReadOnlySpan<T> y, ReadOnlySpan<T> previous, ReadOnlySpan<T> start, ReadOnlySpan<T> slope, Span<T> result, Reaction then)
    {
        Check(y.Length, previous.Length);
        Check(start.Length, slope.Length);
        Check(result.Length, y.Length);
        var (stencil, width) = (_stencil, Vector<T>.Count);
        var (own, other, rest, lasting, factor) = (new Vector<T>(by.Own), new Vector<T>(by.Other), new Vector<T>(by.Rest), new Vector<T>(by.Lasting), new Vector<T>(by.Factor));
        var (a, b) = (T.CreateChecked(then.A), T.CreateChecked(then.B));
        var (va, vb) = (new Vector<T>(a), new Vector<T>(b));
        ref var from = ref MemoryMarshal.GetReference(y);
        ref var before = ref MemoryMarshal.GetReference(previous);
        ref var to = ref MemoryMarshal.GetReference(result);
        ref var u0 = ref MemoryMarshal.GetReference(start);
        ref var f0 = ref MemoryMarshal.GetReference(slope);
        foreach (var (first, length) in _runs[block])
        {
            var n = first;
            for (; n <= first + length - width; n += width)
            {
                var value = own * Vector.LoadUnsafe(ref from, (nuint)n) + other * Vector.LoadUnsafe(ref before, (nuint)n)
                    + (rest * Vector.LoadUnsafe(ref u0, (nuint)n) + lasting * Vector.LoadUnsafe(ref f0, (nuint)n)) + factor * stencil.Net(ref from, n);
                (va * value / (Vector<T>.One + vb * value)).StoreUnsafe(ref to, (nuint)n);
            }

            for (; n < first + length; n++)
            {
                var value = by.Own * y[n] + by.Other * previous[n] + (by.Rest * start[n] + by.Lasting * slope[n]) + by.Factor * stencil.NetAt(ref from, n);
                result[n] = a * value / (T.One + b * value);
            }
        }
    }

    /// <inheritdoc/>
    public override double Shifted(int block, ReadOnlySpan<T> u, Span<T> result, T factor)
    {
        Check(u.Length, result.Length);
        var (stencil, scale, width) = (_stencil, new Vector<T>(factor), Vector<T>.Count);
        var (sums, sum) = (Vector<T>.Zero, T.Zero);
        ref var from = ref MemoryMarshal.GetReference(u);
        ref var to = ref MemoryMarshal.GetReference(result);
        foreach (var (start, length) in _runs[block])
        {
            var n = start;
            for (; n <= start + length - width; n += width)
            {
                var centre = Vector.LoadUnsafe(ref from, (nuint)n);
                var value = centre - scale * stencil.Net(ref from, n);
                sums += centre * value;
                value.StoreUnsafe(ref to, (nuint)n);
            }

            for (; n < start + length; n++)
            {
                result[n] = u[n] - factor * stencil.NetAt(ref from, n);
                sum += u[n] * result[n];
            }
        }

        return double.CreateChecked(sum + Vector.Sum(sums));
    }

    /// <summary>Gershgorin's bound of the largest eigenvalue of −L.</summary>
    public double SpectralBound()
    {
        var bound = 0.0;
        foreach (var (start, length) in _runs.SelectMany(r => r))
        {
            for (var n = start; n < start + length; n++)
            {
                var (absolute, sum) = _stencil.Weight(n);
                bound = Math.Max(bound, sum + absolute);
            }
        }

        return bound;
    }

    /// <summary>A run made as long as whole vectors, if only places outside the domain are taken in; else as it was.</summary>
    private static int Rounded(bool[] inside, int start, int length, int end)
    {
        var rounded = (length + Vector<T>.Count - 1) / Vector<T>.Count * Vector<T>.Count;
        return start + rounded <= end && inside.AsSpan(start + length, rounded - length).IndexOf(true) < 0 ? rounded : length;
    }

    private void Check(int a, int b)
    {
        if (a != Length || b != Length)
        {
            throw new ArgumentException($"States of {a} and {b} places do not fit a box of {Length}.");
        }
    }
}
