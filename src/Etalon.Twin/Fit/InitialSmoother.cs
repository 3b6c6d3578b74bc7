using Etalon.Numerics;

namespace Etalon.Twin;

/// <summary>
/// Takes noise out of the density that a run starts from: at each measured voxel a local polynomial of second degree in the logit of density,
/// weighted by a Gaussian of the distance, whose width the visit itself chooses.
/// </summary>
/// <remarks>
/// <para>
/// A noisy start biases a fit: diffusion smooths noise away, so that the more of it there is, the larger a D the later visits ask for, and the surer
/// they seem of it. A smoother that adds diffusion of its own would trade one bias for the other; a local polynomial of second degree keeps the
/// second derivatives that diffusion works on (Fan and Gijbels, Local Polynomial Modelling, 1996, section 3.2), and in the logit it keeps the
/// Gaussian of a tumour that grew from a few cells.
/// </para>
/// <para>The width is the one of least expected error by Mallows' Cp, the noise as the visit states it or smaller where the visit shows less.</para>
/// </remarks>
internal sealed class InitialSmoother
{
    /// <summary>Widths of the Gaussian that are tried, in voxels; the first one also tells the noise.</summary>
    private static readonly double[] Widths = [1, 1.4, 1.9, 2.5];

    private const double Reach = 2.2;
    private const int Terms = 10, Rounds = 4;

    /// <summary>A visit whose residuals show less of its stated noise than this is smooth already.</summary>
    private const double LeastShare = 0.25;

    /// <summary>Density as the logistic function sees it: room below 0 and above 1 for errors of the ADC's scale.</summary>
    private const double Floor = -0.1, Span = 1.2;

    private const double LargestLogit = 6, LargestStep = 2;

    /// <summary>Weak bounds on slopes and curvatures (logits per width), which keep a voxel with few neighbours determined.</summary>
    private const double SlopeSd = 4, CurvatureSd = 3;

    private readonly DensityObservation _visit;
    private readonly DiffusionOperator _diffusion;
    private readonly double _grain;
    private readonly int[] _places;
    private readonly double[] _values;
    private readonly int _threads;

    private InitialSmoother(DensityObservation visit, DiffusionOperator diffusion, double voxelsPerGrain, int threads)
    {
        (_visit, _diffusion, _grain, _threads) = (visit, diffusion, voxelsPerGrain, threads);
        _places = Enumerable.Range(0, visit.IsMeasured.Length).Where(n => visit.IsMeasured[n]).ToArray();
        _values = visit.Unbounded ?? visit.Density;
    }

    /// <summary>The visit with less noise, and what is left of it; the visit itself where there is none to take out.</summary>
    /// <param name="visit">The first one.</param>
    /// <param name="diffusion">Layout of states.</param>
    /// <param name="voxelsPerGrain">Voxels that share noise as one reading.</param>
    /// <param name="threads">The result does not depend on them.</param>
    public static (DensityObservation Visit, InitialNoise Noise) Smooth(DensityObservation visit, DiffusionOperator diffusion, double voxelsPerGrain, int threads)
    {
        if (!(visit.VoxelU > 0) || visit.IsMeasured.Count(m => m) < 4 * Terms)
        {
            return (visit, new InitialNoise(visit.IsMeasured, diffusion, visit.VoxelU, voxelsPerGrain, null));
        }

        var smoother = new InitialSmoother(visit, diffusion, voxelsPerGrain, threads);
        var (best, lowest, variance, chosen) = ((double[]?)null, double.PositiveInfinity, visit.VoxelU * visit.VoxelU, 0.0);
        foreach (var width in Widths)
        {
            var (smooth, misfit, penalty) = smoother.At(width, null);
            if (width == Widths[0])
            {
                var shown = misfit / Math.Max(1, smoother._places.Length - penalty);
                variance = Math.Min(variance, shown);
                if (variance < LeastShare * LeastShare * visit.VoxelU * visit.VoxelU)
                {
                    break;
                }

                lowest = 2 * variance * smoother._places.Length;
            }

            var risk = misfit + 2 * variance * penalty;
            (best, lowest, chosen) = risk < lowest ? (smooth, risk, width) : (best, lowest, chosen);
        }

        if (best is null)
        {
            return (visit, new InitialNoise(visit.IsMeasured, diffusion, Math.Sqrt(variance), voxelsPerGrain, null));
        }

        var rows = new (int[] From, float[] Weight)[smoother._places.Length];
        smoother.At(chosen, rows);
        return (smoother.With(best), new InitialNoise(visit.IsMeasured, diffusion, Math.Sqrt(variance), voxelsPerGrain, rows));
    }

    private DensityObservation With(double[] smooth)
    {
        var (density, unbounded) = (_visit.Density.ToArray(), _values.ToArray());
        for (var i = 0; i < _places.Length; i++)
        {
            unbounded[_places[i]] = smooth[i];
            density[_places[i]] = Math.Clamp(smooth[i], 0, 1);
        }

        return _visit with { Density = density, Unbounded = unbounded };
    }

    /// <summary>The smoothed density of each measured place, the sum of squared residuals, and Σ of what noise of a place leaves in its own smoothed value, per variance.</summary>
    /// <param name="width">Of the Gaussian, voxels.</param>
    /// <param name="rows">Receives what each smoothed value takes from which place; null: not asked for.</param>
    private (double[] Smooth, double Misfit, double Penalty) At(double width, (int[] From, float[] Weight)[]? rows)
    {
        var neighbours = Neighbours(width);
        var (smooth, penalties) = (new double[_places.Length], new double[_places.Length]);
        Parallel.For(0, _places.Length, new ParallelOptions { MaxDegreeOfParallelism = _threads }, i =>
        {
            (smooth[i], penalties[i], var row) = AtPlace(_places[i], neighbours, rows is not null);
            if (rows is not null)
            {
                rows[i] = row;
            }
        });
        var misfit = 0.0;
        for (var i = 0; i < smooth.Length; i++)
        {
            misfit += Math.Pow(_values[_places[i]] - smooth[i], 2);
        }

        return (smooth, misfit, FixedSum.Of(penalties));
    }

    private readonly record struct Neighbour(int Step, int I, int J, int K, double Weight, double Correlation, double X, double Y, double Z);

    private List<Neighbour> Neighbours(double width)
    {
        var h = _diffusion.Domain.Grid.SpacingMm;
        var mm = width * Math.Cbrt(h.X * h.Y * h.Z);
        int Span(double spacing) => Math.Max(1, (int)(Reach * mm / spacing));
        var (a, b, c) = (Span(h.X), Span(h.Y), Span(h.Z));
        var list = new List<Neighbour>();
        for (var k = -c; k <= c; k++)
        {
            for (var j = -b; j <= b; j++)
            {
                for (var i = -a; i <= a; i++)
                {
                    var (x, y, z) = (i * h.X / mm, j * h.Y / mm, k * h.Z / mm);
                    var squared = x * x + y * y + z * z;
                    if (squared <= Reach * Reach || Math.Abs(i) + Math.Abs(j) + Math.Abs(k) <= 1)
                    {
                        list.Add(new Neighbour(
                            i + j * _diffusion.StrideY + k * _diffusion.StrideZ, i, j, k, Math.Exp(-0.5 * squared), Correlation(i) * Correlation(j) * Correlation(k), x, y, z));
                    }
                }
            }
        }

        return list;
    }

    /// <summary>Correlation of the noise along one axis.</summary>
    private double Correlation(int lag)
    {
        var side = InitialNoise.SideWeight(_grain);
        return Math.Abs(lag) switch { 0 => 1, 1 => 2 * side, 2 => side * side, _ => 0 } / (lag == 0 ? 1 : 1 + 2 * side * side);
    }

    private (double Value, double Penalty, (int[] From, float[] Weight) Row) AtPlace(int n, List<Neighbour> neighbours, bool withRow)
    {
        Span<double> x = stackalloc double[Terms];
        Span<double> basis = stackalloc double[Terms];
        Span<double> gradient = stackalloc double[Terms];
        Span<double> matrix = stackalloc double[Terms * Terms];
        Span<double> row = stackalloc double[Terms];
        var noise = _grain * _visit.VoxelU * _visit.VoxelU;
        x.Clear();
        x[0] = Start(n, neighbours);
        for (var round = 0; ; round++)
        {
            gradient.Clear();
            matrix.Clear();
            for (var t = 1; t < Terms; t++)
            {
                var sd = t < 4 ? SlopeSd : CurvatureSd;
                matrix[t * Terms + t] = 1 / (sd * sd);
                gradient[t] = x[t] / (sd * sd);
            }

            foreach (var at in neighbours)
            {
                if (!IsMeasured(n, at))
                {
                    continue;
                }

                Basis(at, basis);
                var (p, slope) = Link(x, basis);
                var (weight, residual) = (at.Weight * slope * slope / noise, at.Weight * slope * (p - _values[n + at.Step]) / noise);
                for (var t = 0; t < Terms; t++)
                {
                    gradient[t] += residual * basis[t];
                    var w = weight * basis[t];
                    for (var u = 0; u <= t; u++)
                    {
                        matrix[t * Terms + u] += w * basis[u];
                    }
                }
            }

            Factor(matrix);
            if (round == Rounds)
            {
                break;
            }

            Solve(matrix, gradient);
            for (var t = 0; t < Terms; t++)
            {
                x[t] -= Math.Clamp(gradient[t], -LargestStep, LargestStep);
            }

            x[0] = Math.Clamp(x[0], -LargestLogit, LargestLogit);
        }

        row.Clear();
        row[0] = 1;
        Solve(matrix, row);
        basis.Clear();
        basis[0] = 1;
        var (value, own) = Link(x, basis);
        var penalty = 0.0;
        var (from, shares) = (new List<int>(), new List<float>());
        foreach (var at in neighbours)
        {
            if ((at.Correlation == 0 && !withRow) || !IsMeasured(n, at))
            {
                continue;
            }

            Basis(at, basis);
            var (_, slope) = Link(x, basis);
            var product = 0.0;
            for (var t = 0; t < Terms; t++)
            {
                product += row[t] * basis[t];
            }

            var share = own * at.Weight * slope * product / noise;
            penalty += share * at.Correlation;
            if (withRow)
            {
                from.Add(n + at.Step);
                shares.Add((float)share);
            }
        }

        return (value, penalty, ([.. from], [.. shares]));
    }

    /// <summary>Whether a neighbour was measured. What was measured lies inside the padded box, and so do its nearest neighbours; farther ones may not.</summary>
    private bool IsMeasured(int n, Neighbour at)
    {
        var to = n + at.Step;
        return to >= 0 && to < _visit.IsMeasured.Length && _visit.IsMeasured[to] && IsWithinBox(n, at);
    }

    /// <summary>Whether a step stays in its row and slice.</summary>
    private bool IsWithinBox(int n, Neighbour at)
    {
        var (i, j) = (n % _diffusion.StrideY + at.I, n % _diffusion.StrideZ / _diffusion.StrideY + at.J);
        return i >= 0 && i < _diffusion.StrideY && j >= 0 && j < _diffusion.StrideZ / _diffusion.StrideY;
    }

    /// <summary>Logit of the mean of the nearest, where a fit begins.</summary>
    private double Start(int n, List<Neighbour> neighbours)
    {
        var (sum, weights) = (0.0, 0.0);
        foreach (var at in neighbours)
        {
            if (IsMeasured(n, at) && at.X * at.X + at.Y * at.Y + at.Z * at.Z < 1.5)
            {
                (sum, weights) = (sum + at.Weight * _values[n + at.Step], weights + at.Weight);
            }
        }

        var p = Math.Clamp((sum / weights - Floor) / Span, 0.02, 0.98);
        return Math.Log(p / (1 - p));
    }

    private static void Basis(Neighbour at, Span<double> basis)
    {
        (basis[0], basis[1], basis[2], basis[3]) = (1, at.X, at.Y, at.Z);
        (basis[4], basis[5], basis[6]) = (at.X * at.X, at.Y * at.Y, at.Z * at.Z);
        (basis[7], basis[8], basis[9]) = (at.X * at.Y, at.X * at.Z, at.Y * at.Z);
    }

    private static (double Value, double Slope) Link(ReadOnlySpan<double> x, ReadOnlySpan<double> basis)
    {
        var y = 0.0;
        for (var t = 0; t < Terms; t++)
        {
            y += x[t] * basis[t];
        }

        var p = 1 / (1 + Math.Exp(-y));
        return (Floor + Span * p, Span * p * (1 - p));
    }

    /// <summary>Cholesky's factor in place of the lower triangle; positive definite since a weak bound stands on the diagonal of all terms but the first, which has weights.</summary>
    private static void Factor(Span<double> a)
    {
        for (var j = 0; j < Terms; j++)
        {
            for (var i = j; i < Terms; i++)
            {
                var sum = a[i * Terms + j];
                for (var k = 0; k < j; k++)
                {
                    sum -= a[i * Terms + k] * a[j * Terms + k];
                }

                a[i * Terms + j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / a[j * Terms + j];
            }
        }
    }

    private static void Solve(ReadOnlySpan<double> factor, Span<double> b)
    {
        for (var i = 0; i < Terms; i++)
        {
            for (var k = 0; k < i; k++)
            {
                b[i] -= factor[i * Terms + k] * b[k];
            }

            b[i] /= factor[i * Terms + i];
        }

        for (var i = Terms - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < Terms; k++)
            {
                b[i] -= factor[k * Terms + i] * b[k];
            }

            b[i] /= factor[i * Terms + i];
        }
    }
}
