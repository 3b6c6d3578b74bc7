namespace Etalon.Assays.Biopsies;

/// <summary>A straight line with known variances, scatter and levels of groups.</summary>
/// <param name="Level">At x = 0.</param>
/// <param name="Slope">Slope.</param>
/// <param name="LevelVariance">Variance of the level.</param>
/// <param name="SlopeVariance">Variance of the slope.</param>
/// <param name="Covariance">Of both.</param>
/// <param name="WithinVariance">Scatter beyond what is known.</param>
/// <param name="BetweenVariance">Of groups' levels.</param>
/// <param name="Dof">Of the slope (Satterthwaite).</param>
internal sealed record MixedLineSolution(double Level, double Slope, double LevelVariance, double SlopeVariance, double Covariance, double WithinVariance, double BetweenVariance, double Dof);

/// <summary>Generalised least squares of a line whose points have known variances beside a common scatter, and whose groups have levels of their own; the two variances by restricted maximum likelihood.</summary>
internal sealed class MixedLine(double[] x, double[] y, int[] groups)
{
    private readonly int _groups = groups.Max() + 1;

    public MixedLineSolution Solve(double[] known)
    {
        var scale = Scale(known);
        var (within, between) = (0.5 * scale, _groups > 1 ? 0.2 * scale : 0);
        var best = Criterion(known, within, between);
        // Turn by turn along each standard deviation; the surface has one hill for these models, and its top may lie at 0.
        for (var turn = 0; turn < 12; turn++)
        {
            var before = best;
            within = Climb(v => Criterion(known, v, between), scale);
            between = _groups > 1 && _groups < x.Length ? Climb(v => Criterion(known, within, v), scale) : 0;
            best = Criterion(known, within, between);
            if (Math.Abs(best - before) < 1e-10)
            {
                break;
            }
        }

        var s = Sums.Of(x, y, groups, known, within, between, _groups);
        var (level, slope) = s.Line();
        var (vLevel, vSlope, covariance) = s.Covariance();
        return new MixedLineSolution(level, slope, vLevel, vSlope, covariance, within, between, Dof(known, within, between, scale, vSlope));
    }

    private double Scale(double[] known)
    {
        var s = Sums.Of(x, y, groups, known, 1e-300 + known.Max() + Spread(y), 0, _groups);
        var (level, slope) = s.Line();
        return Math.Max(y.Select((v, i) => (v - level - slope * x[i]) * (v - level - slope * x[i])).Average(), 1e-12 * Spread(y));
    }

    private static double Spread(double[] values) => values.Max() - values.Min() is > 0 and var range ? range * range : 1;

    private double Criterion(double[] known, double within, double between) => Sums.Of(x, y, groups, known, within, between, _groups).Restricted();

    /// <summary>The variance of the greatest criterion, by golden section over its root from 0 to four times the root of the scale.</summary>
    private static double Climb(Func<double, double> criterion, double scale)
    {
        var ratio = (Math.Sqrt(5) - 1) / 2;
        var (low, high) = (0.0, 4 * Math.Sqrt(scale));
        var (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        var (fa, fb) = (criterion(a * a), criterion(b * b));
        for (var step = 0; step < 50; step++)
        {
            if (fa > fb)
            {
                (high, b, fb) = (b, a, fa);
                a = high - ratio * (high - low);
                fa = criterion(a * a);
            }
            else
            {
                (low, a, fa) = (a, b, fb);
                b = low + ratio * (high - low);
                fb = criterion(b * b);
            }
        }

        var middle = 0.5 * (low + high);
        return criterion(0) >= criterion(middle * middle) ? 0 : middle * middle;
    }

    /// <summary>2V²/Var(V), with the variance of the slope's variance V from the curvature of the criterion; a variance at 0 counts as known.</summary>
    private double Dof(double[] known, double within, double between, double scale, double variance)
    {
        var h = 1e-3 * scale;
        double V(double w, double b) => Sums.Of(x, y, groups, known, w, b, _groups).Covariance().Slope;
        double F(double w, double b) => -Criterion(known, Math.Max(0, w), Math.Max(0, b));
        var useWithin = within > 2 * h;
        var useBetween = between > 2 * h;
        var gw = useWithin ? (V(within + h, between) - V(within - h, between)) / (2 * h) : 0;
        var gb = useBetween ? (V(within, between + h) - V(within, between - h)) / (2 * h) : 0;
        var ww = useWithin ? (F(within + h, between) - 2 * F(within, between) + F(within - h, between)) / (h * h) : 1;
        var bb = useBetween ? (F(within, between + h) - 2 * F(within, between) + F(within, between - h)) / (h * h) : 1;
        var wb = useWithin && useBetween ? (F(within + h, between + h) - F(within + h, between - h) - F(within - h, between + h) + F(within - h, between - h)) / (4 * h * h) : 0;
        var determinant = ww * bb - wb * wb;
        if (!(determinant > 0) || !(ww > 0))
        {
            return Math.Max(1, x.Length - 2);
        }

        var spread = (gw * gw * bb - 2 * gw * gb * wb + gb * gb * ww) / determinant;
        return spread > 0 ? Math.Clamp(2 * variance * variance / spread, Math.Min(2, x.Length - 2), x.Length - 2) : x.Length - 2;
    }

    /// <summary>Weighted sums with the groups' common levels taken out (Sherman and Morrison, group by group).</summary>
    private readonly record struct Sums(double S1, double Sx, double Sxx, double Sy, double Sxy, double Syy, double LogDeterminant)
    {
        public static Sums Of(double[] x, double[] y, int[] groups, double[] known, double within, double between, int count)
        {
            Span<double> w = new double[count], wx = new double[count], wy = new double[count];
            var (s1, sx, sxx, sy, sxy, syy, log) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
            for (var i = 0; i < x.Length; i++)
            {
                var variance = Math.Max(known[i] + within, 1e-300);
                var p = 1 / variance;
                log += Math.Log(variance);
                s1 += p;
                sx += p * x[i];
                sxx += p * x[i] * x[i];
                sy += p * y[i];
                sxy += p * x[i] * y[i];
                syy += p * y[i] * y[i];
                w[groups[i]] += p;
                wx[groups[i]] += p * x[i];
                wy[groups[i]] += p * y[i];
            }

            for (var g = 0; between > 0 && g < count; g++)
            {
                var f = between / (1 + between * w[g]);
                log += Math.Log(1 + between * w[g]);
                s1 -= f * w[g] * w[g];
                sx -= f * w[g] * wx[g];
                sxx -= f * wx[g] * wx[g];
                sy -= f * w[g] * wy[g];
                sxy -= f * wx[g] * wy[g];
                syy -= f * wy[g] * wy[g];
            }

            return new Sums(s1, sx, sxx, sy, sxy, syy, log);
        }

        private double Determinant => S1 * Sxx - Sx * Sx;

        public (double Level, double Slope) Line() => ((Sxx * Sy - Sx * Sxy) / Determinant, (S1 * Sxy - Sx * Sy) / Determinant);

        public (double Level, double Slope, double Both) Covariance() => (Sxx / Determinant, S1 / Determinant, -Sx / Determinant);

        /// <summary>Logarithm of the restricted likelihood, without constants.</summary>
        public double Restricted()
        {
            var (level, slope) = Line();
            var misfit = Syy - level * Sy - slope * Sxy;
            var value = -0.5 * (LogDeterminant + Math.Log(Determinant) + misfit);
            return double.IsFinite(value) ? value : double.NegativeInfinity;
        }
    }
}
