namespace Etalon.Assays.Diffusion;

/// <summary>Samples of one voxel in scaled units (see <see cref="IDecayModel"/>).</summary>
/// <param name="b">b, 10³ s/mm².</param>
/// <param name="signal">Signals as shares of the strongest.</param>
/// <param name="frames">How many frames a sample is the mean of: its noise variance is that of one frame over this number.</param>
/// <param name="sd">Noise of one frame where the law is Rician, as a share of the strongest; 0: the law is Gaussian, and the fit does not need the noise.</param>
internal readonly ref struct DecaySamples(ReadOnlySpan<double> b, ReadOnlySpan<double> signal, ReadOnlySpan<double> frames, double sd)
{
    public readonly ReadOnlySpan<double> B = b;

    public readonly ReadOnlySpan<double> Signal = signal;

    public readonly ReadOnlySpan<double> Frames = frames;

    public readonly double Sd = sd;

    public int Length => B.Length;
}

/// <summary>
/// Least squares, or greatest likelihood of magnitudes, within bounds: Levenberg-Marquardt on the free parameters. The cost is Σ n (S − A)², for
/// magnitudes Σ n ((S − A)² − 2 s² (ln I₀(z) − z)) with s² = σ²/n, z = SA/s²: in both cases −2σ² ln(likelihood) but for a constant.
/// </summary>
internal static class DecayFit<TModel>
    where TModel : struct, IDecayModel
{
    private const int Most = 4;

    /// <summary>The cost at a point.</summary>
    public static double Cost(in DecaySamples x, ReadOnlySpan<double> p)
    {
        Span<double> a = stackalloc double[x.Length];
        TModel.Evaluate(x.B, p, a, []);
        return Cost(x, a, []);
    }

    /// <summary>Goes down to the nearest minimum.</summary>
    /// <param name="x">The samples.</param>
    /// <param name="p">Start, replaced by the minimum.</param>
    /// <param name="lower">Bounds; a parameter whose bounds are equal is fixed.</param>
    /// <param name="upper">Bounds.</param>
    /// <param name="tolerance">Relative fall of the cost below which a step counts as the last but few.</param>
    /// <returns>The cost, and whether the steps have ended.</returns>
    public static (double Cost, bool Converged) Refine(in DecaySamples x, Span<double> p, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, double tolerance = 1e-13)
    {
        var count = TModel.Count;
        Span<double> a = stackalloc double[x.Length], pull = stackalloc double[x.Length], jacobian = stackalloc double[x.Length * count], trial = stackalloc double[Most];
        Span<double> h = stackalloc double[Most * Most], g = stackalloc double[Most], step = stackalloc double[Most];
        Span<bool> free = stackalloc bool[Most];
        trial = trial[..count];
        for (var i = 0; i < count; i++)
        {
            p[i] = Math.Clamp(p[i], lower[i], upper[i]);
        }

        TModel.Evaluate(x.B, p, a, jacobian);
        var cost = Cost(x, a, pull);
        var (damping, small) = (1e-3, 0);
        for (var iteration = 0; iteration < 1000; iteration++)
        {
            Normal(x, a, pull, jacobian, h, g);
            var any = false;
            for (var i = 0; i < count; i++)
            {
                free[i] = lower[i] < upper[i] && !(p[i] <= lower[i] && g[i] <= 0) && !(p[i] >= upper[i] && g[i] >= 0);
                any |= free[i];
            }

            if (!any)
            {
                return (cost, true);
            }

            var accepted = false;
            while (!accepted)
            {
                Step(h, g, free[..count], damping, step);
                var (moved, largest) = (false, 0.0);
                for (var i = 0; i < count; i++)
                {
                    trial[i] = free[i] ? Math.Clamp(p[i] + step[i], lower[i], upper[i]) : p[i];
                    largest = Math.Max(largest, Math.Abs(trial[i] - p[i]) / (Math.Abs(p[i]) + 1e-3));
                    moved |= trial[i] != p[i];
                }

                if (!moved || largest < 1e-11)
                {
                    return (cost, true);
                }

                TModel.Evaluate(x.B, trial, a, jacobian);
                var next = Cost(x, a, pull);
                if (next <= cost)
                {
                    // Along a flat valley steps stay long while the cost stands still: five such steps end it too.
                    small = cost - next > tolerance * Math.Abs(cost) ? 0 : small + (largest < 1e-5 ? 3 : 1);
                    (cost, accepted, damping) = (next, true, Math.Max(1e-14, damping / 8));
                    trial.CopyTo(p);
                    if (small >= (tolerance > 1e-9 ? 2 : 5))
                    {
                        return (cost, true);
                    }
                }
                else if (damping > 1e9)
                {
                    // No step down can be told from rounding.
                    return (cost, true);
                }
                else
                {
                    damping *= 6;
                }
            }
        }

        return (cost, false);
    }

    /// <summary>Inverse of the information on the parameters that are not at a bound, in units of the noise variance of one frame; rows and columns of the others are 0.</summary>
    /// <param name="x">The samples.</param>
    /// <param name="p">The minimum.</param>
    /// <param name="free">Which parameters count.</param>
    /// <param name="covariance">Receives the inverse, row by row, shape (Count, Count).</param>
    /// <returns>False where the information is singular.</returns>
    public static bool Covariance(in DecaySamples x, ReadOnlySpan<double> p, ReadOnlySpan<bool> free, Span<double> covariance)
    {
        var count = TModel.Count;
        Span<double> a = stackalloc double[x.Length], jacobian = stackalloc double[x.Length * count], h = stackalloc double[Most * Most], g = stackalloc double[Most], unit = stackalloc double[Most];
        TModel.Evaluate(x.B, p, a, jacobian);
        Normal(x, a, [], jacobian, h, g);
        covariance.Clear();
        for (var i = 0; i < count; i++)
        {
            if (!free[i])
            {
                continue;
            }

            g.Clear();
            g[i] = 1;
            if (!Step(h, g, free, 0, unit))
            {
                return false;
            }

            for (var j = 0; j < count; j++)
            {
                covariance[(j * count) + i] = free[j] ? unit[j] : 0;
            }
        }

        return true;
    }

    /// <summary>Σ of the cost; <paramref name="pull"/> receives what each sample pulls its A to: S, or S I₁/I₀(z).</summary>
    private static double Cost(in DecaySamples x, ReadOnlySpan<double> a, Span<double> pull)
    {
        var sum = 0.0;
        for (var n = 0; n < a.Length; n++)
        {
            var (s, r) = (x.Signal[n], x.Signal[n] - a[n]);
            if (x.Sd == 0)
            {
                sum += x.Frames[n] * r * r;
                if (!pull.IsEmpty)
                {
                    pull[n] = s;
                }

                continue;
            }

            var variance = x.Sd * x.Sd / x.Frames[n];
            var (log, ratio) = RicianLaw.Bessel(s * a[n] / variance);
            sum += x.Frames[n] * ((r * r) - (2 * variance * log));
            if (!pull.IsEmpty)
            {
                pull[n] = s * ratio;
            }
        }

        return sum;
    }

    /// <summary>Information and half the gradient downwards.</summary>
    private static void Normal(in DecaySamples x, ReadOnlySpan<double> a, ReadOnlySpan<double> pull, ReadOnlySpan<double> jacobian, Span<double> h, Span<double> g)
    {
        var count = TModel.Count;
        h.Clear();
        g.Clear();
        for (var n = 0; n < a.Length; n++)
        {
            var information = x.Frames[n] * (x.Sd == 0 ? 1 : RicianLaw.Information(a[n] * Math.Sqrt(x.Frames[n]) / x.Sd));
            var force = pull.IsEmpty ? 0 : x.Frames[n] * (pull[n] - a[n]);
            for (var i = 0; i < count; i++)
            {
                var ji = jacobian[(n * count) + i];
                g[i] += force * ji;
                for (var j = 0; j <= i; j++)
                {
                    h[(i * Most) + j] += information * ji * jacobian[(n * count) + j];
                }
            }
        }
    }

    /// <summary>Solves (H + λ diag H) x = g on the free parameters by Cholesky's factors; false where H has no full rank.</summary>
    private static bool Step(ReadOnlySpan<double> h, ReadOnlySpan<double> g, ReadOnlySpan<bool> free, double damping, Span<double> step)
    {
        Span<double> l = stackalloc double[Most * Most];
        step.Clear();
        for (var i = 0; i < free.Length; i++)
        {
            if (!free[i])
            {
                continue;
            }

            var sum = g[i];
            for (var j = 0; j < i; j++)
            {
                if (free[j])
                {
                    var c = h[(i * Most) + j];
                    for (var k = 0; k < j; k++)
                    {
                        c -= l[(i * Most) + k] * l[(j * Most) + k];
                    }

                    l[(i * Most) + j] = c / l[(j * Most) + j];
                    sum -= l[(i * Most) + j] * step[j];
                }
            }

            var diagonal = h[(i * Most) + i] * (1 + damping);
            var pivot = diagonal + (damping > 0 ? 1e-30 : 0);
            for (var k = 0; k < i; k++)
            {
                pivot -= l[(i * Most) + k] * l[(i * Most) + k];
            }

            if (!(pivot > 1e-14 * diagonal))
            {
                if (damping == 0)
                {
                    return false;
                }

                pivot = (1e-12 * diagonal) + 1e-30;
            }

            l[(i * Most) + i] = Math.Sqrt(pivot);
            step[i] = sum / l[(i * Most) + i];
        }

        for (var i = free.Length - 1; i >= 0; i--)
        {
            if (!free[i])
            {
                continue;
            }

            for (var k = i + 1; k < free.Length; k++)
            {
                step[i] -= free[k] ? l[(k * Most) + i] * step[k] : 0;
            }

            step[i] /= l[(i * Most) + i];
        }

        return true;
    }
}
