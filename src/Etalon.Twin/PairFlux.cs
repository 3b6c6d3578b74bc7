using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Etalon.Twin;

/// <summary>Couplings between pairs of voxels: <paramref name="Weights"/>[o][n] is that between n and n + <paramref name="Offsets"/>[o].</summary>
internal readonly record struct PairFlux(double[][] Weights, int[] Offsets) : IFluxStencil<double>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<double> Net(ref double u, int n)
    {
        var (centre, net) = (Vector.LoadUnsafe(ref u, (nuint)n), Vector<double>.Zero);
        var (weights, offsets) = (Weights, Offsets);
        for (var o = 0; o < offsets.Length && o < weights.Length; o++)
        {
            var offset = offsets[o];
            ref var weight = ref MemoryMarshal.GetArrayDataReference(weights[o]);
            net += Vector.LoadUnsafe(ref weight, (nuint)n) * (Vector.LoadUnsafe(ref u, (nuint)(n + offset)) - centre)
                + Vector.LoadUnsafe(ref weight, (nuint)(n - offset)) * (Vector.LoadUnsafe(ref u, (nuint)(n - offset)) - centre);
        }

        return net;
    }

    /// <inheritdoc/>
    public double NetAt(ref double u, int n)
    {
        var s = MemoryMarshal.CreateReadOnlySpan(ref u, Weights[0].Length);
        var net = 0.0;
        for (var o = 0; o < Offsets.Length; o++)
        {
            var offset = Offsets[o];
            net += Weights[o][n] * (s[n + offset] - s[n]) + Weights[o][n - offset] * (s[n - offset] - s[n]);
        }

        return net;
    }

    /// <inheritdoc/>
    public (double Absolute, double Sum) Weight(int n)
    {
        var (absolute, sum) = (0.0, 0.0);
        for (var o = 0; o < Offsets.Length; o++)
        {
            var (ahead, behind) = (Weights[o][n], Weights[o][n - Offsets[o]]);
            (absolute, sum) = (absolute + Math.Abs(ahead) + Math.Abs(behind), sum + ahead + behind);
        }

        return (absolute, sum);
    }
}
