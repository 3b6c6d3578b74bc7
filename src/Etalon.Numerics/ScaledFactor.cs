namespace Etalon.Numerics;

/// <summary>
/// A Jacobian over the free parameters as Q R by Householder reflections with column pivoting, and R as U Σ Vᵀ by one-sided Jacobi rotations, columns scaled
/// first. The normal matrix, whose condition is the square, is never formed.
/// </summary>
/// <remarks>Golub and Van Loan, Matrix Computations, 4th ed. (2013), alg. 5.4.1; Demmel and Veselić, SIAM J Matrix Anal Appl 13:1204–1245 (1992).</remarks>
internal sealed class ScaledFactor
{
    private readonly int[] _free;
    private readonly double[] _scale;
    private readonly double[][] _v;
    private readonly double[] _sigma;
    private readonly double[] _projected;

    /// <summary>Factors.</summary>
    /// <param name="jacobian">(points × parameters), row by row.</param>
    /// <param name="residuals">Length points.</param>
    /// <param name="scale">Each column is divided by this, all above 0, length parameters.</param>
    /// <param name="free">Which columns take part.</param>
    public ScaledFactor(ReadOnlySpan<double> jacobian, ReadOnlySpan<double> residuals, ReadOnlySpan<double> scale, ReadOnlySpan<int> free)
    {
        var (m, n, k) = (residuals.Length, scale.Length, free.Length);
        _free = free.ToArray();
        _scale = [.. Scaled(scale, free)];
        var columns = new double[k][];
        for (var c = 0; c < k; c++)
        {
            // Fewer points than parameters: rows of zeros.
            columns[c] = new double[Math.Max(m, k)];
            for (var i = 0; i < m; i++)
            {
                columns[c][i] = jacobian[i * n + free[c]] / _scale[c];
            }
        }

        var right = new double[Math.Max(m, k)];
        residuals.CopyTo(right);
        var order = Triangularise(columns, right);

        // R's rows as columns of Rᵀ: rotations from the right of Rᵀ act on the rows of R, largest first, which is what pivoting prepared.
        var u = Rotations(columns, k, out var w);
        _sigma = new double[k];
        _v = new double[k][];
        _projected = new double[k];
        for (var s = 0; s < k; s++)
        {
            var norm = Math.Sqrt(w[s].Sum(a => a * a));
            _sigma[s] = norm;
            _v[s] = new double[k];
            for (var c = 0; c < k; c++)
            {
                _v[s][order[c]] = norm > 0 ? w[s][c] / norm : 0;
            }

            for (var i = 0; i < k; i++)
            {
                _projected[s] += u[s][i] * right[i];
            }
        }
    }

    /// <summary>Largest over smallest singular value; +∞ for a matrix of less than full rank.</summary>
    public double Condition => _sigma.Length == 0 ? 1 : _sigma.Min() > 0 ? _sigma.Max() / _sigma.Min() : double.PositiveInfinity;

    /// <summary>Length of the part of the residual that the columns explain.</summary>
    public double Explained
    {
        get
        {
            var floor = Floor;
            return Math.Sqrt(_sigma.Zip(_projected, (s, q) => s > floor ? q * q : 0).Sum());
        }
    }

    private double Floor => _sigma.Length == 0 ? 0 : 1e-15 * _sigma.Max();

    /// <summary>The step that minimises |r + J s| with |scale × s| at most a radius.</summary>
    /// <param name="radius">Radius; +∞: the Gauss-Newton step.</param>
    /// <param name="step">Receives the step, length parameters; 0 where a parameter is not free.</param>
    /// <returns>The damping λ of (JᵀJ + λ scale²) s = −Jᵀr.</returns>
    public double Step(double radius, Span<double> step)
    {
        var damping = Length(0) <= radius ? 0 : Damping(radius);
        step.Clear();
        for (var s = 0; s < _sigma.Length; s++)
        {
            var along = Along(s, damping);
            for (var c = 0; c < _free.Length; c++)
            {
                step[_free[c]] -= along * _v[s][c] / _scale[c];
            }
        }

        return damping;
    }

    /// <summary>(JᵀJ)⁻¹ over the free parameters, 0 elsewhere.</summary>
    /// <param name="parameters">Number of all parameters.</param>
    public double[,] Inverse(int parameters)
    {
        var inverse = new double[parameters, parameters];
        for (var a = 0; a < _free.Length; a++)
        {
            for (var b = 0; b <= a; b++)
            {
                var sum = 0.0;
                for (var s = 0; s < _sigma.Length; s++)
                {
                    sum += _v[s][a] / _sigma[s] * (_v[s][b] / _sigma[s]);
                }

                inverse[_free[a], _free[b]] = inverse[_free[b], _free[a]] = sum / _scale[a] / _scale[b];
            }
        }

        return inverse;
    }

    private static double[] Scaled(ReadOnlySpan<double> scale, ReadOnlySpan<int> free)
    {
        var result = new double[free.Length];
        for (var c = 0; c < free.Length; c++)
        {
            result[c] = scale[free[c]];
        }

        return result;
    }

    private double Along(int s, double damping) => _sigma[s] > Floor ? _sigma[s] * _projected[s] / (_sigma[s] * _sigma[s] + damping) : 0;

    private double Length(double damping)
    {
        var sum = 0.0;
        for (var s = 0; s < _sigma.Length; s++)
        {
            sum += Math.Pow(Along(s, damping), 2);
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Bisection of the length in log λ: monotone, so it cannot fail, and within a tenth of the radius it suffices (Moré 1978).</summary>
    private double Damping(double radius)
    {
        var high = Math.Sqrt(_sigma.Zip(_projected, (s, q) => s * s * q * q).Sum()) / radius;
        var low = high * 1e-40;
        for (var n = 0; n < 60; n++)
        {
            var middle = Math.Sqrt(low) * Math.Sqrt(high);
            var length = Length(middle);
            if (Math.Abs(length - radius) <= 0.05 * radius)
            {
                return middle;
            }

            (low, high) = length > radius ? (middle, high) : (low, middle);
        }

        return high;
    }

    private static int[] Triangularise(double[][] columns, double[] right)
    {
        var k = columns.Length;
        var order = Enumerable.Range(0, k).ToArray();
        for (var j = 0; j < k; j++)
        {
            var pivot = j;
            for (var c = j + 1; c < k; c++)
            {
                pivot = Tail(columns[c], j) > Tail(columns[pivot], j) ? c : pivot;
            }

            (columns[j], columns[pivot]) = (columns[pivot], columns[j]);
            (order[j], order[pivot]) = (order[pivot], order[j]);
            var column = columns[j];
            var norm = Tail(column, j);
            if (norm == 0)
            {
                continue;
            }

            var alpha = column[j] > 0 ? -norm : norm;
            var reflector = column[j..];
            reflector[0] -= alpha;
            var square = reflector.Sum(v => v * v);
            for (var c = j + 1; c <= k; c++)
            {
                var target = c < k ? columns[c] : right;
                var dot = 0.0;
                for (var i = 0; i < reflector.Length; i++)
                {
                    dot += reflector[i] * target[j + i];
                }

                dot *= 2 / square;
                for (var i = 0; i < reflector.Length; i++)
                {
                    target[j + i] -= dot * reflector[i];
                }
            }

            column[j] = alpha;
            column.AsSpan(j + 1).Clear();
        }

        return order;
    }

    private static double Tail(double[] column, int from)
    {
        var sum = 0.0;
        for (var i = from; i < column.Length; i++)
        {
            sum += column[i] * column[i];
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Orthogonalises the rows of R: R = Uᵀ-rotations times rows w, whose lengths are the singular values.</summary>
    private static double[][] Rotations(double[][] columns, int k, out double[][] rows)
    {
        var w = Enumerable.Range(0, k).Select(i => Enumerable.Range(0, k).Select(c => i <= c ? columns[c][i] : 0).ToArray()).ToArray();
        var u = Enumerable.Range(0, k).Select(i => Enumerable.Range(0, k).Select(c => i == c ? 1.0 : 0).ToArray()).ToArray();
        for (var (sweep, isDone) = (0, false); sweep < 40 && !isDone; sweep++)
        {
            isDone = true;
            for (var a = 0; a < k; a++)
            {
                for (var b = a + 1; b < k; b++)
                {
                    var (aa, bb, ab) = (Product.Dot(w[a], w[a]), Product.Dot(w[b], w[b]), Product.Dot(w[a], w[b]));
                    if (Math.Abs(ab) <= 1e-16 * Math.Sqrt(aa) * Math.Sqrt(bb) || !double.IsFinite(ab))
                    {
                        continue;
                    }

                    isDone = false;
                    var zeta = (bb - aa) / (2 * ab);
                    var t = (zeta >= 0 ? 1 : -1) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
                    var cos = 1 / Math.Sqrt(1 + t * t);
                    Rotate(w[a], w[b], cos, cos * t);
                    Rotate(u[a], u[b], cos, cos * t);
                }
            }
        }

        rows = w;
        return u;
    }

    private static void Rotate(double[] a, double[] b, double cos, double sin)
    {
        for (var i = 0; i < a.Length; i++)
        {
            (a[i], b[i]) = (cos * a[i] - sin * b[i], sin * a[i] + cos * b[i]);
        }
    }
}
