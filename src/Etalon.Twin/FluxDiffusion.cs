using System.Numerics;
using Etalon.Imaging;

namespace Etalon.Twin;

/// <summary>
/// Diffusion div(D grad N) inside a mask, in flux form: the flux through each face between two inside voxels is D/h²·(N' − N), and there
/// is none through the mask's boundary, so mass is kept to rounding. D is the same everywhere inside.
/// </summary>
/// <remarks>
/// State lives in a box around the mask with one voxel of zeros on every side. Since N is 0 outside,
/// L N = Σ_faces a (N' − m' N) = a_x (N_w + N_e) + a_y (N_s + N_n) + a_z (N_b + N_t) − w N, with w the sum of a over inside neighbours.
/// </remarks>
public sealed class FluxDiffusion : DiffusionOperator
{
    private readonly double[] _inside;
    private readonly double[] _neighbours;
    private readonly Lazy<FluxKernel<double, UniformFlux>> _kernel;
    private readonly Lazy<float[]> _singleWeights;
    private readonly Lazy<double[]> _doubleWeights;
    private readonly int _strideY, _strideZ;
    private readonly double _ax, _ay, _az;

    /// <summary>Prepares the stencil of a domain.</summary>
    /// <exception cref="ArgumentException">The domain is empty.</exception>
    public FluxDiffusion(Mask domain)
        : base(domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        (_strideY, _strideZ) = (StrideY, StrideZ);
        var h = domain.Grid.SpacingMm;
        (_ax, _ay, _az) = (1 / (h.X * h.X), 1 / (h.Y * h.Y), 1 / (h.Z * h.Z));
        _inside = Array.ConvertAll(Inside, i => i ? 1.0 : 0.0);
        _neighbours = new double[Length];
        for (var at = 0; at < Length; at++)
        {
            if (Inside[at])
            {
                _neighbours[at] = _ax * (_inside[at - 1] + _inside[at + 1]) + _ay * (_inside[at - _strideY] + _inside[at + _strideY])
                    + _az * (_inside[at - _strideZ] + _inside[at + _strideZ]);
            }
        }

        Rows = new (int, int)[BoxY * BoxZ];
        for (var row = 0; row < Rows.Length; row++)
        {
            var places = Inside.AsSpan(row * StrideY, StrideY);
            Rows[row] = places.IndexOf(true) is var first and >= 0 ? (first, places.LastIndexOf(true) + 1) : (0, 0);
        }

        _kernel = new Lazy<FluxKernel<double, UniformFlux>>(() => new FluxKernel<double, UniformFlux>(UniformFlux.Of(this), Inside, StrideY, StrideZ));
        (_singleWeights, _doubleWeights) = (new Lazy<float[]>(WeightsOf<float>), new Lazy<double[]>(WeightsOf<double>));
    }

    /// <summary>Upper bound of the operator's largest eigenvalue for D = 1, per mm² (Gershgorin: twice the diagonal).</summary>
    public override double SpectralBound => 4 * (_ax + _ay + _az);

    /// <inheritdoc/>
    internal override FluxKernel<double, UniformFlux> Kernel => _kernel.Value;

    /// <summary>1/h² along each axis, mm⁻².</summary>
    internal (double X, double Y, double Z) FaceCoefficients => (_ax, _ay, _az);

    /// <summary>For each row of the box the part [start, end) that holds inside voxels; empty where there is none.</summary>
    internal (int Start, int End)[] Rows { get; }

    /// <summary>Sum of the face coefficients of each voxel's inside neighbours, mm⁻²; 0 outside. A voxel without any has a weight too small to matter, which says that it is inside.</summary>
    internal T[] Weights<T>()
        where T : struct, INumber<T> =>
        typeof(T) == typeof(float) ? (T[])(object)_singleWeights.Value : typeof(T) == typeof(double) ? (T[])(object)_doubleWeights.Value : WeightsOf<T>();

    private T[] WeightsOf<T>()
        where T : struct, INumber<T>
    {
        var weights = new T[Length];
        for (var n = 0; n < Length; n++)
        {
            weights[n] = Inside[n] ? T.Max(T.CreateChecked(_neighbours[n]), T.CreateChecked(1e-30)) : T.Zero;
        }

        return weights;
    }

    /// <inheritdoc/>
    public override void Apply(ReadOnlySpan<double> u, Span<double> result, double factor)
    {
        for (var n = 0; n < Length; n++)
        {
            result[n] = Inside[n] ? factor * LaplacianAt(u, n) : 0;
        }
    }

    /// <summary>Two stages in a plain loop, which fast ones are compared with: one voxel at a time, no vectors.</summary>
    internal void StepPlainly(Span<double> state, Span<double> scratch, double hD, Reaction then)
    {
        for (var n = 0; n < Length; n++)
        {
            scratch[n] = _inside[n] == 0 ? 0 : state[n] + hD * LaplacianAt(state, n);
        }

        for (var n = 0; n < Length; n++)
        {
            var diffused = _inside[n] == 0 ? 0 : 0.5 * (state[n] + scratch[n] + hD * LaplacianAt(scratch, n));
            state[n] = then.Apply(diffused);
        }
    }

    private double LaplacianAt(ReadOnlySpan<double> u, int n) =>
        _ax * (u[n - 1] + u[n + 1]) + _ay * (u[n - _strideY] + u[n + _strideY]) + _az * (u[n - _strideZ] + u[n + _strideZ]) - _neighbours[n] * u[n];
}
