namespace Etalon.Assays.Diffusion;

/// <summary>
/// Interval of one parameter by the profile of the likelihood: all values at which the cost, with the other parameters fitted anew, exceeds the
/// least by no more than q² σ² (Venzon and Moolgavkar 1988; Bates and Watts, Nonlinear Regression Analysis, 1988, section 6.1: q is Student's where σ is
/// estimated, normal where it is known). It ends at a bound where the data do not exclude the bound.
/// </summary>
internal static class DecayProfile<TModel>
    where TModel : struct, IDecayModel
{
    /// <summary>Lower and upper end in scaled units.</summary>
    /// <param name="x">The samples.</param>
    /// <param name="best">The minimum.</param>
    /// <param name="cost">Its cost.</param>
    /// <param name="index">Which parameter.</param>
    /// <param name="step">A first guess of half the width; 0: none.</param>
    /// <param name="rise">q² σ² in scaled units, above 0.</param>
    /// <param name="others">Starts, one after another, from which the other parameters are fitted too; may be empty.</param>
    public static (double Lower, double Upper) Interval(
        in DecaySamples x, ReadOnlySpan<double> best, double cost, int index, double step, double rise, ReadOnlySpan<double> others)
    {
        var first = step > 0 ? step : 0.1 * (Math.Abs(best[index]) + 0.05);
        return (End(x, best, cost, index, -first, rise, others), End(x, best, cost, index, first, rise, others));
    }

    /// <summary>Where √(rise of the cost) reaches its limit; it is nearly linear, so that regula falsi (Illinois) needs few steps.</summary>
    private static double End(in DecaySamples x, ReadOnlySpan<double> best, double cost, int index, double step, double rise, ReadOnlySpan<double> others)
    {
        Span<double> warm = stackalloc double[TModel.Count];
        best.CopyTo(warm);
        var bound = step < 0 ? TModel.Lower[index] : TModel.Upper[index];
        var (inner, innerHeight, outer, outerHeight) = (best[index], -1.0, double.NaN, double.NaN);
        if (inner == bound)
        {
            return bound;
        }

        var at = Clamp(inner + step, step, bound);
        for (var n = 0; n < 40; n++)
        {
            var height = Math.Sqrt(Math.Max(0, Rise(x, at, index, warm, others) - cost) / rise) - 1;
            if (Math.Abs(height) < 1e-3)
            {
                return at;
            }

            if (height < 0)
            {
                if (at == bound)
                {
                    return bound;
                }

                (inner, innerHeight, outerHeight) = (at, height, outerHeight / (n > 2 ? 2 : 1));
            }
            else
            {
                (outer, outerHeight, innerHeight) = (at, height, n > 2 && !double.IsNaN(outer) ? innerHeight / 2 : innerHeight);
            }

            if (double.IsNaN(outer))
            {
                // Height grows from −1 at the best value; no more than fourfold at a time.
                var grown = (inner - best[index]) * Math.Min(4, 1.1 / Math.Max(1e-9, innerHeight + 1));
                at = Clamp(best[index] + grown, step, bound);
            }
            else
            {
                at = inner + ((outer - inner) * Math.Clamp(innerHeight / (innerHeight - outerHeight), 0.02, 0.98));
                if (Math.Abs(outer - inner) < 1e-9 * (1 + Math.Abs(inner)))
                {
                    return at;
                }
            }
        }

        return at;
    }

    private static double Clamp(double at, double step, double bound) => step < 0 ? Math.Max(at, bound) : Math.Min(at, bound);

    private static double Rise(in DecaySamples x, double value, int index, Span<double> warm, ReadOnlySpan<double> others)
    {
        var count = TModel.Count;
        Span<double> lower = stackalloc double[count], upper = stackalloc double[count], trial = stackalloc double[count];
        TModel.Lower.CopyTo(lower);
        TModel.Upper.CopyTo(upper);
        (lower[index], upper[index]) = (value, value);
        var (best, _) = DecayFit<TModel>.Refine(x, warm, lower, upper);
        for (var k = 0; k + count <= others.Length; k += count)
        {
            others.Slice(k, count).CopyTo(trial);
            var (cost, _) = DecayFit<TModel>.Refine(x, trial, lower, upper);
            if (cost < best)
            {
                best = cost;
                trial.CopyTo(warm);
            }
        }

        return best;
    }
}
