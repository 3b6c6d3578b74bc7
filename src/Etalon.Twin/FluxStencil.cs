using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Etalon.Twin;

/// <summary>The net flux into voxels of a state: Σ over coupled neighbours of coefficient · (u' − u). A struct, so that a kernel is compiled for each kind.</summary>
internal interface IFluxStencil<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Net flux into as many voxels along x as a vector has lanes.</summary>
    /// <param name="u">First place of a state.</param>
    /// <param name="n">Place of the first lane.</param>
    Vector<T> Net(ref T u, int n);

    /// <summary>Net flux into one voxel; the same formula.</summary>
    T NetAt(ref T u, int n);

    /// <summary>Sum of the absolute coefficients of one voxel, and their sum: Gershgorin's disc.</summary>
    (double Absolute, double Sum) Weight(int n);
}

/// <summary>Couplings through faces: <paramref name="X"/>[n] is that between n and n + 1, <paramref name="Y"/>[n] and <paramref name="Z"/>[n] those to the next row and plane.</summary>
internal readonly record struct FaceFlux<T>(T[] X, T[] Y, T[] Z, int StrideY, int StrideZ) : IFluxStencil<T>
    where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Net(ref T u, int n)
    {
        var centre = Vector.LoadUnsafe(ref u, (nuint)n);
        ref var x = ref MemoryMarshal.GetArrayDataReference(X);
        ref var y = ref MemoryMarshal.GetArrayDataReference(Y);
        ref var z = ref MemoryMarshal.GetArrayDataReference(Z);
        var (sy, sz) = (StrideY, StrideZ);
        var along = Vector.LoadUnsafe(ref x, (nuint)n) * (Vector.LoadUnsafe(ref u, (nuint)(n + 1)) - centre)
            + Vector.LoadUnsafe(ref x, (nuint)(n - 1)) * (Vector.LoadUnsafe(ref u, (nuint)(n - 1)) - centre);
        var across = Vector.LoadUnsafe(ref y, (nuint)n) * (Vector.LoadUnsafe(ref u, (nuint)(n + sy)) - centre)
            + Vector.LoadUnsafe(ref y, (nuint)(n - sy)) * (Vector.LoadUnsafe(ref u, (nuint)(n - sy)) - centre);
        var up = Vector.LoadUnsafe(ref z, (nuint)n) * (Vector.LoadUnsafe(ref u, (nuint)(n + sz)) - centre)
            + Vector.LoadUnsafe(ref z, (nuint)(n - sz)) * (Vector.LoadUnsafe(ref u, (nuint)(n - sz)) - centre);
        return along + across + up;
    }

    /// <inheritdoc/>
    public T NetAt(ref T u, int n)
    {
        var s = MemoryMarshal.CreateReadOnlySpan(ref u, X.Length);
        return X[n] * (s[n + 1] - s[n]) + X[n - 1] * (s[n - 1] - s[n])
            + (Y[n] * (s[n + StrideY] - s[n]) + Y[n - StrideY] * (s[n - StrideY] - s[n]))
            + (Z[n] * (s[n + StrideZ] - s[n]) + Z[n - StrideZ] * (s[n - StrideZ] - s[n]));
    }

    /// <inheritdoc/>
    public (double Absolute, double Sum) Weight(int n)
    {
        var sum = double.CreateChecked(X[n] + X[n - 1] + Y[n] + Y[n - StrideY] + Z[n] + Z[n - StrideZ]);
        return (sum, sum);
    }
}
