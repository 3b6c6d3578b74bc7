namespace Etalon.Assays.Diffusion;

/// <summary>
/// IVIM in two steps: D by a mono-exponential fit above a threshold, where blood has left no signal, then S0, f and D* over all b with D held. Its D is biased
/// where blood still counts above the threshold; the full fit is not.
/// </summary>
public static class IvimSegmented
{
    /// <summary>b from which blood is taken to have decayed, s/mm²: exp(−200 · 10⁻²) = 0.14 for the slowest usual D*. The usual choice in brain and abdomen (OSIPI's IVIM collection).</summary>
    public const double DefaultThreshold = 200;

    /// <summary>Whether there are enough b-values: two different ones from the threshold on, one below, four in all.</summary>
    public static bool CanFit(IReadOnlyList<double> bValues, double threshold)
    {
        ArgumentNullException.ThrowIfNull(bValues);
        return bValues.Distinct().Count() >= 4 && bValues.Where(b => b >= threshold).Distinct().Count() >= 2 && bValues.Any(b => b < threshold);
    }

    /// <summary>Fits one curve.</summary>
    /// <param name="bValues">s/mm²; see <see cref="CanFit"/>.</param>
    /// <param name="signal">As many signals.</param>
    /// <param name="noiseSd">Noise of each channel; null: from the residuals of the second step.</param>
    /// <param name="law">Of the noise.</param>
    /// <param name="threshold">s/mm².</param>
    /// <returns>Intervals are value ± q u within the bounds; u of S0, f and D* holds what comes from the uncertainty of D.</returns>
    /// <exception cref="ArgumentException">There are too few b-values, or lengths differ.</exception>
    public static DiffusionCurveFit Fit(IReadOnlyList<double> bValues, ReadOnlySpan<double> signal, double? noiseSd, NoiseLaw law, double threshold = DefaultThreshold)
    {
        if (!CanFit(bValues, threshold) || bValues.Count != signal.Length)
        {
            throw new ArgumentException($"{signal.Length} signals at {bValues.Count} b-values cannot be fitted in two steps at {threshold} s/mm².");
        }

        var high = Enumerable.Range(0, bValues.Count).Where(n => bValues[n] >= threshold).ToArray();
        var tail = new double[high.Length];
        for (var n = 0; n < high.Length; n++)
        {
            tail[n] = signal[high[n]];
        }

        var first = new DiffusionCurve(DiffusionModel.MonoExponential, [.. high.Select(n => bValues[n])]).Fit(tail, noiseSd, law);
        if (first.Status != VoxelStatus.Ok)
        {
            return first;
        }

        var d = first.Of("D");
        var solver = new DecaySolver<IvimModel>(bValues);
        double[] p = new double[4], up = new double[4], covariance = new double[16];
        var outcome = solver.SolveWithD(signal, noiseSd, law, Math.Min(d.Value * 1e3, 1e3 * DiffusionBounds.IvimDivide), p, covariance);
        if (outcome.Status != VoxelStatus.Ok)
        {
            return new DiffusionCurveFit { Status = outcome.Status, Dof = outcome.Dof, NoiseSd = outcome.NoiseSd };
        }

        var q = DiffusionCurve.Quantile(noiseSd is null ? Math.Max(1, outcome.Dof) : null);
        var step = Math.Min((d.U ?? 0) * 1e3, 0.1 * p[2]);
        _ = step > 0 ? solver.SolveWithD(signal, noiseSd, law, p[2] + step, up, []) : outcome;
        var parameters = new CurveParameter[4];
        (string Name, string Unit, double Factor)[] names = [("S0", "1", outcome.Scale), ("f", "1", 1), ("D", "mm2/s", 1e-3), ("DStar", "mm2/s", 1e-3)];
        Span<ParameterState> states = stackalloc ParameterState[4];
        covariance[10] = Math.Pow((d.U ?? 0) * 1e3, 2);
        DecaySolver<IvimModel>.States(p, outcome.ScaledVariance > 0 ? covariance : [], states);
        for (var i = 0; i < 4; i++)
        {
            var slope = step > 0 && i != 2 ? (up[i] - p[i]) / step : 0;
            var u = Math.Sqrt(covariance[(5 * i)] + (slope * slope * covariance[10])) * names[i].Factor;
            var value = p[i] * names[i].Factor;
            var isKnown = outcome.ScaledVariance > 0 && u > 0;
            parameters[i] = new CurveParameter(
                names[i].Name, names[i].Unit, value, isKnown ? u : null,
                isKnown ? Math.Max(value - (q * u), IvimModel.Lower[i] * names[i].Factor) : null, isKnown ? Math.Min(value + (q * u), IvimModel.Upper[i] * names[i].Factor) : null, states[i]);
        }

        return new DiffusionCurveFit { Status = VoxelStatus.Ok, Parameters = parameters, Rss = outcome.Rss, Dof = outcome.Dof, NoiseSd = outcome.NoiseSd };
    }
}
