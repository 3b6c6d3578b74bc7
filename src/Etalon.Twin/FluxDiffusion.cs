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
/// Only the runs of each row that hold inside voxels are visited; outside voxels within a run are multiplied by the mask (0).
/// </remarks>
public sealed class FluxDiffusion : DiffusionOperator
{
    private readonly double[] _inside;
    private readonly double[] _neighbours;
    private readonly (int Start, int Length)[] _runs;
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

        _runs = Runs(BoxX, BoxY, BoxZ);
        Rows = new (int, int)[BoxY * BoxZ];
        foreach (var (start, length) in _runs)
        {
            Rows[start / StrideY] = (start % StrideY, start % StrideY + length);
        }

        (_singleWeights, _doubleWeights) = (new Lazy<float[]>(WeightsOf<float>), new Lazy<double[]>(WeightsOf<double>));
    }

    /// <summary>Upper bound of the operator's largest eigenvalue for D = 1, per mm² (Gershgorin: twice the diagonal).</summary>
    public override double SpectralBound => 4 * (_ax + _ay + _az);

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

    /// <summary>
    /// One step of the two-stage method N + hDLN + ½(hDL)²N (order 2; stable for h·D·<see cref="SpectralBound"/> ≤ 2), then the map
    /// N → aN/(1 + bN) of everything that happens in place: growth, drugs and fractions (<see cref="Reaction"/>).
    /// </summary>
    /// <param name="state">In: N. Out: the new N.</param>
    /// <param name="scratch">Same length; overwritten. Must be 0 outside the domain, as a fresh array is.</param>
    /// <param name="hD">Step times diffusivity, mm².</param>
    /// <param name="then">What follows in place.</param>
    public override void Step(Span<double> state, Span<double> scratch, double hD, Reaction then)
    {
        FirstStage(state, scratch, hD);
        SecondStage(state, scratch, hD, then);
    }

    /// <summary>The plain loop that <see cref="Step"/> is compared with: one voxel at a time, no vectors.</summary>
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

    private void FirstStage(ReadOnlySpan<double> u, Span<double> result, double hD)
    {
        var width = Vector<double>.Count;
        var (ax, ay, az) = (hD * _ax, hD * _ay, hD * _az);
        foreach (var (start, length) in _runs)
        {
            var n = start;
            for (; n <= start + length - width; n += width)
            {
                var centre = new Vector<double>(u[n..]);
                var sum = Neighbours(u, n, ax, ay, az);
                var value = centre + (sum - hD * new Vector<double>(_neighbours, n) * centre);
                (value * new Vector<double>(_inside, n)).CopyTo(result[n..]);
            }

            for (; n < start + length; n++)
            {
                result[n] = _inside[n] * (u[n] + hD * LaplacianAt(u, n));
            }
        }
    }

    private void SecondStage(Span<double> u, ReadOnlySpan<double> first, double hD, Reaction then)
    {
        var width = Vector<double>.Count;
        var (ax, ay, az) = (hD * _ax, hD * _ay, hD * _az);
        var (a, b, one) = (new Vector<double>(then.A), new Vector<double>(then.B), Vector<double>.One);
        foreach (var (start, length) in _runs)
        {
            var n = start;
            for (; n <= start + length - width; n += width)
            {
                var centre = new Vector<double>(first[n..]);
                var lap = Neighbours(first, n, ax, ay, az) - hD * new Vector<double>(_neighbours, n) * centre;
                var value = 0.5 * (new Vector<double>(u[n..]) + centre + lap) * new Vector<double>(_inside, n);
                (a * value / (one + b * value)).CopyTo(u[n..]);
            }

            for (; n < start + length; n++)
            {
                u[n] = then.Apply(_inside[n] * 0.5 * (u[n] + first[n] + hD * LaplacianAt(first, n)));
            }
        }
    }

    /// <summary>Lanes are consecutive voxels along x; unaligned loads fetch the six neighbours.</summary>
    private Vector<double> Neighbours(ReadOnlySpan<double> u, int n, double ax, double ay, double az) =>
        ax * (new Vector<double>(u[(n - 1)..]) + new Vector<double>(u[(n + 1)..]))
        + ay * (new Vector<double>(u[(n - _strideY)..]) + new Vector<double>(u[(n + _strideY)..]))
        + az * (new Vector<double>(u[(n - _strideZ)..]) + new Vector<double>(u[(n + _strideZ)..]));

    private (int Start, int Length)[] Runs(int nx, int ny, int nz)
    {
        var runs = new List<(int, int)>();
        for (var row = 0; row < ny * nz; row++)
        {
            var inside = _inside.AsSpan(row * nx, nx);
            var first = inside.IndexOf(1.0);
            if (first >= 0)
            {
                runs.Add((row * nx + first, inside.LastIndexOf(1.0) - first + 1));
            }
        }

        return [.. runs];
    }
}
