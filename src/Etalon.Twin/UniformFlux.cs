using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Etalon.Twin;

/// <summary>
/// The couplings of <see cref="FluxDiffusion"/>: one coefficient per axis, and <paramref name="Weights"/>, their sum over each voxel's inside neighbours,
/// which is 0 outside the domain.
/// </summary>
internal readonly record struct UniformFlux(double Ax, double Ay, double Az, double[] Weights, int StrideY, int StrideZ) : IFluxStencil<double>
{
    /// <summary>The stencil of a domain.</summary>
    public static UniformFlux Of(DiffusionOperator layout)
    {
        var h = layout.Domain.Grid.SpacingMm;
        // On a common grid of 2⁻⁴⁶ of the largest, so that a weight is the exact sum of its coefficients: else a constant state would have a flux of one sign
        // everywhere, which hundreds of stages add up.
        var unit = Math.ScaleB(1, Math.ILogB(1 / Math.Pow(Math.Min(h.X, Math.Min(h.Y, h.Z)), 2)) - 46);
        double Coefficient(double spacing) => Math.Round(1 / (spacing * spacing) / unit) * unit;
        var (ax, ay, az) = (Coefficient(h.X), Coefficient(h.Y), Coefficient(h.Z));
        var weights = new double[layout.Length];
        foreach (var (stride, coefficient) in new[] { (1, ax), (layout.StrideY, ay), (layout.StrideZ, az) })
        {
            for (var n = 0; n < weights.Length - stride; n++)
            {
                if (layout.Inside[n] && layout.Inside[n + stride])
                {
                    weights[n] += coefficient;
                    weights[n + stride] += coefficient;
                }
            }
        }

        return new UniformFlux(ax, ay, az, weights, layout.StrideY, layout.StrideZ);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<double> Net(ref double u, int n)
    {
        var weight = Vector.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Weights), (nuint)n);
        var sum = Ax * (Vector.LoadUnsafe(ref u, (nuint)(n + 1)) + Vector.LoadUnsafe(ref u, (nuint)(n - 1)))
            + Ay * (Vector.LoadUnsafe(ref u, (nuint)(n + StrideY)) + Vector.LoadUnsafe(ref u, (nuint)(n - StrideY)))
            + Az * (Vector.LoadUnsafe(ref u, (nuint)(n + StrideZ)) + Vector.LoadUnsafe(ref u, (nuint)(n - StrideZ)));
        // A place without weight is outside, or has no neighbour.
        return Vector.ConditionalSelect(Vector.GreaterThan(weight, Vector<double>.Zero), sum - weight * Vector.LoadUnsafe(ref u, (nuint)n), Vector<double>.Zero);
    }

    /// <inheritdoc/>
    public double NetAt(ref double u, int n)
    {
        var s = MemoryMarshal.CreateReadOnlySpan(ref u, Weights.Length);
        return Weights[n] > 0
            ? Ax * (s[n + 1] + s[n - 1]) + Ay * (s[n + StrideY] + s[n - StrideY]) + Az * (s[n + StrideZ] + s[n - StrideZ]) - Weights[n] * s[n]
            : 0;
    }

    /// <inheritdoc/>
    public (double Absolute, double Sum) Weight(int n) => (Weights[n], Weights[n]);
}
