using System.Numerics;

namespace Etalon.Twin;

/// <summary>
/// Implicit diffusion steps for very large D or very fine voxels: the L-stable singly diagonally implicit Runge-Kutta method of order 2, γ = 1 − 1/√2,
/// with its two linear systems solved by conjugate gradients behind a multigrid cycle.
/// </summary>
/// <remarks>
/// Alexander, SIAM J Numer Anal 14:1006-1021 (1977). For a linear operator its stages are (1 − γzL) Y = N and (1 − γzL) N' = N + (1 − γ)/γ (Y − N). Its stability function (1 + (1 − 2γ)z)/(1 − γz)²
/// is negative beyond z = −2.4 (least −0.21 at −8.2): modes that stiff change their sign while they vanish, and beside a peak much narrower than √(hD) a step undershoots.
/// A solve ends at a residual of 1e-10. What is missing of each connected part's mass is then spread over it, so that mass is kept to rounding whatever the residual.
/// </remarks>
internal sealed class ImplicitStepper : DiffusionScheme
{
    private const double Gamma = 0.29289321881345248;
    private const double Tolerance = 1e-10;
    private const int MostIterations = 500;

    private readonly Multigrid _multigrid;
    private readonly int[] _part;
    private readonly double[] _partSize;
    private readonly double[] _stage, _source, _rest, _direction, _image;
    private readonly Action<int, Action<int>> _everywhere;

    /// <summary>Prepares steps.</summary>
    /// <param name="diffusion">The operator.</param>
    /// <param name="threads">Threads of one step; the result does not depend on it.</param>
    public ImplicitStepper(DiffusionOperator diffusion, int threads = 1)
        : base(diffusion, threads)
    {
        var couplings = Couplings.Of(diffusion);
        _part = couplings.Parts(diffusion.Inside, out var parts);
        _partSize = new double[parts];
        foreach (var part in _part.Where(p => p >= 0))
        {
            _partSize[part]++;
        }

        _multigrid = new Multigrid(diffusion, couplings.Faces, _part, _partSize);
        var length = diffusion.Length;
        (_stage, _source, _rest, _direction, _image) = (new double[length], new double[length], new double[length], new double[length], new double[length]);
        _everywhere = Everywhere;
    }

    /// <summary>The solves of the latest call, in order.</summary>
    public List<LinearSolve> Solves { get; } = [];

    /// <summary>Number of grids, and of those that the latest step needed.</summary>
    public (int All, int Used) Depth => _multigrid.Depth;

    /// <inheritdoc/>
    public override void Step(double[] state, double hD, Reaction then)
    {
        Solves.Clear();
        if (hD > 0)
        {
            state.CopyTo(_stage, 0);
            Solve(hD, state, _stage);
            Blend(state, _stage, _source);
            _stage.CopyTo(state, 0);
            Solve(hD, _source, state);
        }

        then.Apply(state.AsSpan());
    }

    /// <inheritdoc/>
    /// <remarks>Differentiated: (1 − γzL) Y′ = γLY and (1 − γzL) N″ = γLN' + (1 − γ)/γ Y′.</remarks>
    public override void StepWithSlope(double[] state, double hD, double[] slope)
    {
        Solves.Clear();
        var (before, stage, stageSlope) = ((double[])state.Clone(), (double[])state.Clone(), new double[state.Length]);
        Solve(hD, before, stage);
        Everywhere(block => Kernel.Apply(block, stage, _source, Gamma));
        Solve(hD, _source, stageSlope);
        Blend(before, stage, _source);
        stage.CopyTo(state, 0);
        Solve(hD, _source, state);
        Everywhere(block => Kernel.Apply(block, state, _source, Gamma));
        for (var n = 0; n < state.Length; n++)
        {
            _source[n] += (1 - Gamma) / Gamma * stageSlope[n];
        }

        Array.Clear(slope);
        Solve(hD, _source, slope);
    }

    /// <inheritdoc/>
    /// <remarks>With p = (1 − γzL)⁻¹λ and q = (1 − γzL)⁻¹(1 − γ)/γ p it is γz (pᵀ(dL)N' + qᵀ(dL)Y).</remarks>
    public override void FieldSlope(double[] before, double[] adjoint, double hD, double[] gradient)
    {
        Solves.Clear();
        var (field, stage, after) = (Field, (double[])before.Clone(), new double[before.Length]);
        Solve(hD, before, stage);
        Blend(before, stage, _source);
        stage.CopyTo(after, 0);
        Solve(hD, _source, after);
        var (p, q) = ((double[])adjoint.Clone(), new double[before.Length]);
        Solve(hD, adjoint, p);
        p.CopyTo(_source, 0);
        Solve(hD, _source, q);
        field.FaceSlope(after, p, Gamma * hD, gradient);
        field.FaceSlope(stage, q, (1 - Gamma) * hD, gradient);
    }

    private static void Blend(double[] before, double[] stage, double[] result)
    {
        for (var n = 0; n < before.Length; n++)
        {
            result[n] = before[n] + (1 - Gamma) / Gamma * (stage[n] - before[n]);
        }
    }

    /// <summary>x = (1 − γ hD L)⁻¹ b by preconditioned conjugate gradients from the x given.</summary>
    private void Solve(double hD, double[] b, double[] x)
    {
        var z = Gamma * hD;
        _multigrid.Prepare(z);
        var scale = Math.Sqrt(Sum(block => Dot(block, b, b)));
        Everywhere(block => Kernel.Shifted(block, x, _rest, z));
        var norm = Math.Sqrt(Sum(block => Subtracted(block, b, _rest)));
        var (iterations, previous) = (0, 0.0);
        for (; norm > Tolerance * scale && iterations < MostIterations; iterations++)
        {
            Everywhere(block => Load(block, _rest, _multigrid.Finest.Source));
            _multigrid.Cycle(_everywhere);
            var product = Sum(block => Dot(block, _rest, _multigrid.Finest.Solution));
            var keep = iterations == 0 ? 0 : product / previous;
            Everywhere(block => Turn(block, keep));
            var step = product / Sum(block => Kernel.Shifted(block, _direction, _image, z));
            norm = Math.Sqrt(Sum(block => Move(block, x, step)));
            previous = product;
        }

        Conserve(b, x);
        Solves.Add(new LinearSolve(iterations, scale > 0 ? norm / scale : 0, norm <= Tolerance * scale));
    }

    /// <summary>Gives each connected part the mass of the right-hand side, which (1 − zL) keeps; a part without any gets none.</summary>
    private void Conserve(double[] b, double[] x)
    {
        var (sums, lost, isEmpty) = (new double[_partSize.Length], new double[_partSize.Length], new bool[_partSize.Length]);
        Array.Fill(isEmpty, true);
        for (var n = 0; n < b.Length; n++)
        {
            if (_part[n] is var part and >= 0)
            {
                // Compensated (Neumaier): the sum's own rounding would be a drift.
                var (value, sum) = (b[n] - x[n], sums[part]);
                var next = sum + value;
                lost[part] += Math.Abs(sum) >= Math.Abs(value) ? sum - next + value : value - next + sum;
                sums[part] = next;
                isEmpty[part] &= b[n] == 0;
            }
        }

        for (var n = 0; n < b.Length; n++)
        {
            if (_part[n] is var part and >= 0)
            {
                x[n] = isEmpty[part] ? 0 : x[n] + (sums[part] + lost[part]) / _partSize[part];
            }
        }
    }

    /// <summary>A block's part of a state.</summary>
    private (int Start, int End) Range(int block)
    {
        var (length, blocks) = (Kernel.Length, Kernel.Blocks);
        return ((int)((long)length * block / blocks), (int)((long)length * (block + 1) / blocks));
    }

    private double Dot(int block, double[] a, double[] b)
    {
        var (n, end) = Range(block);
        var (sums, sum) = (Vector<double>.Zero, 0.0);
        for (; n <= end - Vector<double>.Count; n += Vector<double>.Count)
        {
            sums += new Vector<double>(a, n) * new Vector<double>(b, n);
        }

        for (; n < end; n++)
        {
            sum += a[n] * b[n];
        }

        return sum + Vector.Sum(sums);
    }

    private double Dot(int block, double[] a, float[] b)
    {
        var (n, end) = Range(block);
        var (sums, sum, width) = (Vector<double>.Zero, 0.0, Vector<double>.Count);
        for (; n <= end - 2 * width; n += 2 * width)
        {
            Vector.Widen(new Vector<float>(b, n), out var low, out var high);
            sums += new Vector<double>(a, n) * low + new Vector<double>(a, n + width) * high;
        }

        for (; n < end; n++)
        {
            sum += a[n] * b[n];
        }

        return sum + Vector.Sum(sums);
    }

    /// <summary>rest = b − rest; returns its square.</summary>
    private double Subtracted(int block, double[] b, double[] rest)
    {
        var (n, end) = Range(block);
        var sum = 0.0;
        for (; n < end; n++)
        {
            rest[n] = b[n] - rest[n];
            sum += rest[n] * rest[n];
        }

        return sum;
    }

    private void Load(int block, double[] from, float[] to)
    {
        var (n, end) = Range(block);
        for (; n <= end - Vector<float>.Count; n += Vector<float>.Count)
        {
            Vector.Narrow(new Vector<double>(from, n), new Vector<double>(from, n + Vector<double>.Count)).CopyTo(to, n);
        }

        for (; n < end; n++)
        {
            to[n] = (float)from[n];
        }
    }

    /// <summary>direction = solution of the cycle + keep · direction.</summary>
    private void Turn(int block, double keep)
    {
        var (n, end) = Range(block);
        var (solution, factor, width) = (_multigrid.Finest.Solution, new Vector<double>(keep), Vector<double>.Count);
        for (; n <= end - 2 * width; n += 2 * width)
        {
            Vector.Widen(new Vector<float>(solution, n), out var low, out var high);
            (low + factor * new Vector<double>(_direction, n)).CopyTo(_direction, n);
            (high + factor * new Vector<double>(_direction, n + width)).CopyTo(_direction, n + width);
        }

        for (; n < end; n++)
        {
            _direction[n] = solution[n] + keep * _direction[n];
        }
    }

    /// <summary>x += step · direction, rest −= step · image; returns the square of the rest.</summary>
    private double Move(int block, double[] x, double step)
    {
        var (n, end) = Range(block);
        var (factor, sums, sum) = (new Vector<double>(step), Vector<double>.Zero, 0.0);
        for (; n <= end - Vector<double>.Count; n += Vector<double>.Count)
        {
            (new Vector<double>(x, n) + factor * new Vector<double>(_direction, n)).CopyTo(x, n);
            var rest = new Vector<double>(_rest, n) - factor * new Vector<double>(_image, n);
            rest.CopyTo(_rest, n);
            sums += rest * rest;
        }

        for (; n < end; n++)
        {
            x[n] += step * _direction[n];
            _rest[n] -= step * _image[n];
            sum += _rest[n] * _rest[n];
        }

        return sum + Vector.Sum(sums);
    }
}
