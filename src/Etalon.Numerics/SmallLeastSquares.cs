using System.Buffers;

namespace Etalon.Numerics;

/// <summary>Residuals of a model with few parameters and their derivatives.</summary>
public interface IResidualModel
{
    /// <summary>Number of parameters; <see cref="SmallLeastSquares"/> takes at most <see cref="SmallLeastSquares.MostParameters"/>.</summary>
    int Parameters { get; }

    /// <summary>Number of residuals.</summary>
    int Points { get; }

    /// <summary>Evaluates at a point within the bounds.</summary>
    /// <param name="parameters">The point.</param>
    /// <param name="residuals">Receives model minus data, weighted, length <see cref="Points"/>.</param>
    /// <param name="jacobian">Receives derivatives of the residuals, row by row: (points × parameters).</param>
    void Evaluate(scoped ReadOnlySpan<double> parameters, scoped Span<double> residuals, scoped Span<double> jacobian);
}

/// <summary>How a small fit ended.</summary>
/// <param name="Cost">Sum of squares.</param>
/// <param name="HasConverged">No step within the bounds lowers it any more, within rounding.</param>
/// <param name="Steps">Accepted steps.</param>
public readonly record struct SmallFit(double Cost, bool HasConverged, int Steps);

/// <summary>
/// Least squares within a box for a few parameters: Levenberg-Marquardt with an active set, on normal equations, which suffices for the cost and for
/// standard errors of well-scaled models. No allocation; the start decides which minimum is found.
/// </summary>
/// <remarks>Damping by gain ratio (Nielsen 1999). A parameter at a bound whose gradient points outwards is held there; steps are cut at the box.</remarks>
public static class SmallLeastSquares
{
    /// <summary>Most parameters.</summary>
    public const int MostParameters = 8;

    private const int MostSteps = 200;
    private const int StackPoints = 1024;

    /// <summary>Minimises from a start.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">The start, within the box; receives the end.</param>
    /// <param name="lower">Least values; −∞ for none.</param>
    /// <param name="upper">Greatest values; +∞ for none.</param>
    /// <param name="hessian">Receives JᵀJ at the end, row by row; empty: not asked for.</param>
    public static SmallFit Minimise<T>(ref T model, scoped Span<double> parameters, scoped ReadOnlySpan<double> lower, scoped ReadOnlySpan<double> upper, scoped Span<double> hessian = default)
        where T : IResidualModel, allows ref struct
    {
        var (n, m) = (model.Parameters, model.Points);
        var size = 2 * (m + m * n);
        var rented = size <= StackPoints ? null : ArrayPool<double>.Shared.Rent(size);
        Span<double> work = rented is null ? stackalloc double[StackPoints] : rented;
        try
        {
            return Minimise(ref model, parameters, lower, upper, hessian, work[..size]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<double>.Shared.Return(rented);
            }
        }
    }

    private static SmallFit Minimise<T>(ref T model, scoped Span<double> x, scoped ReadOnlySpan<double> lower, scoped ReadOnlySpan<double> upper, scoped Span<double> hessian, scoped Span<double> work)
        where T : IResidualModel, allows ref struct
    {
        var (n, m) = (model.Parameters, model.Points);
        var r = work[..m];
        var j = work.Slice(m, m * n);
        var rNew = work.Slice(m + m * n, m);
        var jNew = work.Slice(2 * m + m * n, m * n);
        Span<double> h = stackalloc double[MostParameters * MostParameters];
        Span<double> damped = stackalloc double[MostParameters * MostParameters];
        Span<double> g = stackalloc double[MostParameters];
        Span<double> step = stackalloc double[MostParameters];
        Span<double> next = stackalloc double[MostParameters];
        Span<bool> held = stackalloc bool[MostParameters];
        model.Evaluate(x, r, j);
        var cost = Squares(r);
        var (damping, growth, steps, hasConverged) = (1e-3, 2.0, 0, false);
        for (var tries = 0; tries < MostSteps; tries++)
        {
            Normal(r, j, n, h, g);
            Hold(x, g, lower, upper, held[..n]);
            var isAccepted = false;
            while (!isAccepted)
            {
                if (!Step(h, g, held[..n], damping, damped, step[..n]))
                {
                    damping = Math.Max(10 * damping, 1e-9);
                    if (damping > 1e12)
                    {
                        break;
                    }

                    continue;
                }

                var (largest, predicted, isCut) = (0.0, 0.0, false);
                for (var p = 0; p < n; p++)
                {
                    next[p] = Math.Clamp(x[p] + step[p], lower[p], upper[p]);
                    isCut |= next[p] != x[p] + step[p];
                    step[p] = next[p] - x[p];
                    largest = Math.Max(largest, Math.Abs(step[p]) / (Math.Abs(x[p]) + 1e-30));
                }

                for (var p = 0; p < n; p++)
                {
                    predicted -= 2 * g[p] * step[p];
                    for (var q = 0; q < n; q++)
                    {
                        predicted -= step[p] * h[p * n + q] * step[q];
                    }
                }

                if (isCut && largest >= 1e-12 && !(predicted > 1e-15 * cost) && damping <= 1e12)
                {
                    // What the box leaves of a step need not descend; of a shorter one, nearer to the gradient, it does.
                    damping = Math.Max(damping, 1e-9) * growth;
                    growth *= 2;
                    continue;
                }

                if (largest < 1e-12 || !(predicted > 1e-15 * cost))
                {
                    // Nothing left to gain but rounding, unless the damping alone made the step so small.
                    hasConverged = damping <= 1 || largest == 0;
                    if (hasConverged || damping > 1e12)
                    {
                        return End(cost, hasConverged, steps, h, hessian, n);
                    }
                }

                model.Evaluate(next[..n], rNew, jNew);
                var trial = Squares(rNew);
                var gain = (cost - trial) / predicted;
                if (trial < cost)
                {
                    next[..n].CopyTo(x);
                    rNew.CopyTo(r);
                    jNew.CopyTo(j);
                    damping *= Math.Max(1.0 / 3, 1 - Math.Pow(2 * Math.Min(gain, 1.2) - 1, 3));
                    (cost, growth, isAccepted) = (trial, 2, true);
                    steps++;
                }
                else
                {
                    damping = Math.Max(damping, 1e-9) * growth;
                    growth *= 2;
                    if (damping > 1e12)
                    {
                        break;
                    }
                }
            }

            if (!isAccepted)
            {
                // No descent at any damping: at the floor of rounding.
                hasConverged = true;
                break;
            }
        }

        Normal(r, j, n, h, g);
        return End(cost, hasConverged, steps, h, hessian, n);
    }

    private static SmallFit End(double cost, bool hasConverged, int steps, ReadOnlySpan<double> h, Span<double> hessian, int n)
    {
        if (hessian.Length > 0)
        {
            h[..(n * n)].CopyTo(hessian);
        }

        return new SmallFit(cost, hasConverged, steps);
    }

    /// <summary>
    /// Inverse of a symmetric positive definite matrix of few rows, those that are held left out (0 there). False where it is singular.
    /// </summary>
    /// <param name="hessian">JᵀJ, row by row.</param>
    /// <param name="held">Which parameters are at a bound; empty: none.</param>
    /// <param name="inverse">Receives the inverse; its size is that of the hessian.</param>
    public static bool TryInvert(ReadOnlySpan<double> hessian, ReadOnlySpan<bool> held, Span<double> inverse)
    {
        var n = (int)Math.Round(Math.Sqrt(hessian.Length));
        Span<double> factor = stackalloc double[MostParameters * MostParameters];
        Span<double> column = stackalloc double[MostParameters];
        Span<bool> none = stackalloc bool[MostParameters];
        Span<double> solved = stackalloc double[MostParameters];
        var fixedOnes = held.Length > 0 ? held : none[..n];
        inverse.Clear();
        for (var c = 0; c < n; c++)
        {
            if (fixedOnes[c])
            {
                continue;
            }

            column.Clear();
            column[c] = -1;
            if (!Step(hessian, column, fixedOnes, 0, factor, solved[..n]))
            {
                return false;
            }

            for (var p = 0; p < n; p++)
            {
                inverse[p * n + c] = solved[p];
            }
        }

        return true;
    }

    private static double Squares(ReadOnlySpan<double> r)
    {
        var sum = 0.0;
        foreach (var v in r)
        {
            sum += v * v;
        }

        return double.IsNaN(sum) ? double.PositiveInfinity : sum;
    }

    private static void Normal(ReadOnlySpan<double> r, ReadOnlySpan<double> j, int n, Span<double> h, Span<double> g)
    {
        h[..(n * n)].Clear();
        g[..n].Clear();
        for (var i = 0; i < r.Length; i++)
        {
            var row = j.Slice(i * n, n);
            for (var p = 0; p < n; p++)
            {
                g[p] += row[p] * r[i];
                for (var q = 0; q <= p; q++)
                {
                    h[p * n + q] += row[p] * row[q];
                }
            }
        }

        for (var p = 0; p < n; p++)
        {
            for (var q = p + 1; q < n; q++)
            {
                h[p * n + q] = h[q * n + p];
            }
        }
    }

    private static void Hold(ReadOnlySpan<double> x, ReadOnlySpan<double> g, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, Span<bool> held)
    {
        for (var p = 0; p < held.Length; p++)
        {
            held[p] = (x[p] <= lower[p] && g[p] >= 0) || (x[p] >= upper[p] && g[p] <= 0);
        }
    }

    /// <summary>Solves (H + λ diag H) s = −g over the free parameters by Cholesky on the matrix scaled to unit diagonal; held ones stay. False where it is singular.</summary>
    private static bool Step(ReadOnlySpan<double> h, ReadOnlySpan<double> g, ReadOnlySpan<bool> held, double damping, Span<double> factor, Span<double> step)
    {
        var n = held.Length;
        Span<double> scale = stackalloc double[MostParameters];
        for (var p = 0; p < n; p++)
        {
            var diagonal = h[p * n + p];
            if (!double.IsFinite(diagonal))
            {
                return false;
            }

            // A parameter that nothing depends on stays where it is.
            scale[p] = !held[p] && diagonal > 0 ? 1 / Math.Sqrt(diagonal) : 0;
        }

        for (var p = 0; p < n; p++)
        {
            for (var q = 0; q <= p; q++)
            {
                var sum = p == q ? (scale[p] > 0 ? 1 + damping : 1) : h[p * n + q] * scale[p] * scale[q];
                for (var k = 0; k < q; k++)
                {
                    sum -= factor[p * n + k] * factor[q * n + k];
                }

                if (p == q)
                {
                    if (!(sum > 1e-15))
                    {
                        return false;
                    }

                    factor[p * n + p] = Math.Sqrt(sum);
                }
                else
                {
                    factor[p * n + q] = sum / factor[q * n + q];
                }
            }
        }

        for (var p = 0; p < n; p++)
        {
            var sum = -g[p] * scale[p];
            for (var k = 0; k < p; k++)
            {
                sum -= factor[p * n + k] * step[k];
            }

            step[p] = sum / factor[p * n + p];
        }

        for (var p = n - 1; p >= 0; p--)
        {
            var sum = step[p];
            for (var k = p + 1; k < n; k++)
            {
                sum -= factor[k * n + p] * step[k];
            }

            step[p] = sum / factor[p * n + p];
        }

        for (var p = 0; p < n; p++)
        {
            step[p] *= scale[p];
        }

        return true;
    }
}
