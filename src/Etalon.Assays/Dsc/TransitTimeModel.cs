using Etalon.Numerics;

namespace Etalon.Assays.Dsc;

/// <summary>
/// Flow, volume and mean transit time of curves that share one arterial curve, by a model of the residue function: gamma-distributed transit times
/// and a delay, C = CBF · Ca ⊗ R(t − delay; MTT, λ), the model of Mouridsen et al. (NeuroImage 33:570–579, 2006). Built once, used for every voxel.
/// </summary>
/// <remarks>
/// Least squares in (ln CBF, ln MTT, ln λ, delay) with normal priors on ln MTT and ln λ, from the best of a grid of curves, by Levenberg's method with
/// finite differences; the covariance is that of the posterior at its maximum, σ²(JᵀJ + prior)⁻¹, which holds what is not known of the form of the
/// residue function. Where several ways of sampling are allowed their estimates are averaged by likelihood, and their spread is part of the uncertainty.
/// </remarks>
public sealed class TransitTimeModel
{
    private const int MttSteps = 14;
    private static readonly double[] StartForms = [1, 3];

    private readonly double[] _arterial, _sharpened;
    private readonly double _arterialSd, _total, _square;
    private readonly TransitTimeOptions _options;
    private readonly List<Start> _starts = [];

    private sealed record Start(Convolution Convolution, double LogMtt, double LogForm, double Delay, double[] Curve, double Square);

    /// <summary>Prepares the grid.</summary>
    /// <param name="arterial">Arterial curve, baseline 0, in the unit of the tissue curves.</param>
    /// <param name="arterialSd">Standard deviation of its noise; 0 where it is not known or does not matter.</param>
    /// <param name="frameS">Time between samples, s.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">Fewer than 10 samples, a time not above 0, a curve without area, or options out of range.</exception>
    public TransitTimeModel(ReadOnlySpan<double> arterial, double arterialSd, double frameS, TransitTimeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _arterial = arterial.ToArray();
        _sharpened = ResidueFunction.Sharpened(arterial);
        (_total, _square) = (_arterial.Sum(), Product.Dot(arterial, arterial));
        if (arterial.Length < 10 || !(frameS > 0) || !(_total > 0) || !(arterialSd >= 0) || !(options.HaematocritFactor > 0) || options.Convolutions.Count == 0
            || !(options.LatestS >= options.EarliestS) || !(options.PriorForm > 0) || !(options.PriorLogFormSd > 0) || !(options.PriorMttS > 0) || !(options.PriorLogMttSd > 0))
        {
            throw new ArgumentException($"{arterial.Length} samples of {frameS} s with a sum of {_total} cannot be an arterial curve, or an option is out of range.");
        }

        (FrameS, _arterialSd, _options) = (frameS, arterialSd, options);
        (LeastMtt, LargestMtt) = (0.3 * frameS, 0.6 * frameS * arterial.Length);
        From = Math.Min(0, (int)Math.Floor(options.EarliestS / frameS) - 1);
        var weights = new double[arterial.Length - From];
        foreach (var convolution in options.Convolutions)
        {
            var step = convolution == Convolution.Sum ? frameS : 0.5 * frameS;
            var first = Math.Ceiling(options.EarliestS / step - 1e-9) * step;
            for (var delay = first; delay <= options.LatestS + 1e-9; delay += step)
            {
                for (var m = 0; m < MttSteps; m++)
                {
                    foreach (var form in StartForms)
                    {
                        var logMtt = Math.Log(LeastMtt) + (m + 0.5) / MttSteps * Math.Log(LargestMtt / LeastMtt);
                        var curve = new double[arterial.Length];
                        Curve(convolution, logMtt, Math.Log(form), delay, curve, weights);
                        _starts.Add(new Start(convolution, logMtt, Math.Log(form), delay, curve, Product.Dot(curve, curve)));
                    }
                }
            }
        }
    }

    /// <summary>Samples of a curve.</summary>
    public int Samples => _arterial.Length;

    /// <summary>Time between samples, s.</summary>
    public double FrameS { get; }

    internal double LeastMtt { get; }

    internal double LargestMtt { get; }

    internal int From { get; }

    /// <summary>Relative standard uncertainty of all volumes by the noise of the artery, which all curves share; for a transit time as believed before.</summary>
    public double SharedRelativeU => ByArtery(Width(_arterial) + 2 * _options.PriorMttS / FrameS);

    /// <summary>
    /// What the artery's noise does to the factor between it and a tissue curve W samples wide, fitted by least squares: σₐ √W/Σa. For a box much wider
    /// than the artery it is √(2W/3) exactly; what the noise does to the fitted times makes it more.
    /// </summary>
    private double ByArtery(double width) => _arterialSd * Math.Sqrt(width) / _total;

    /// <summary>Effective width, samples: (Σx)²/Σx².</summary>
    private static double Width(ReadOnlySpan<double> curve)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var x in curve)
        {
            (sum, squares) = (sum + x, squares + x * x);
        }

        return squares > 0 ? sum * sum / squares : 0;
    }

    /// <summary>Finds flow, volume and transit time.</summary>
    /// <param name="tissue">Curve, baseline 0, in the unit of the arterial one.</param>
    /// <param name="noiseSd">Standard deviation of the noise of a sample, in that unit, above 0.</param>
    /// <param name="work">Memory of this thread.</param>
    /// <param name="offsetFirst">First sample after the baseline that was taken off.</param>
    /// <param name="offsetSd">Standard deviation of that baseline, which lifts all samples from there on; 0 where it is not known or does not matter.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the noise is not above 0.</exception>
    public PerfusionFit Fit(ReadOnlySpan<double> tissue, double noiseSd, TransitTimeWorkspace work, int offsetFirst = 0, double offsetSd = 0)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (tissue.Length != Samples || !(noiseSd > 0))
        {
            throw new ArgumentException($"{tissue.Length} samples of noise {noiseSd} do not fit an arterial curve of {Samples}.");
        }

        (work.Count, work.OffsetFirst, work.OffsetSd) = (0, offsetFirst, offsetSd);
        foreach (var convolution in _options.Convolutions)
        {
            if (Best(tissue, convolution, null) is not { } start)
            {
                continue;
            }

            // A sum keeps its delay, so that the neighbours, a sample earlier and later, are tried too.
            for (var shift = convolution == Convolution.Sum ? -1 : 0; shift <= (convolution == Convolution.Sum ? 1 : 0); shift++)
            {
                if (Best(tissue, convolution, start.Delay + shift * FrameS) is { } near && Refine(tissue, noiseSd, near, work) is { } candidate)
                {
                    work.Candidates[work.Count++] = candidate;
                }
            }
        }

        return work.Count == 0 ? new PerfusionFit { Status = VoxelStatus.SignalTooLow } : Average(work, noiseSd);
    }

    /// <summary>Start of least squares among the grid with flow above 0, of one delay or of any.</summary>
    private Start? Best(ReadOnlySpan<double> tissue, Convolution convolution, double? delay)
    {
        var (best, most) = (default(Start), 0.0);
        foreach (var start in _starts)
        {
            if (start.Convolution == convolution && (delay is not { } at || Math.Abs(start.Delay - at) < 1e-6)
                && Product.Dot(tissue, start.Curve) is > 0 and var dot && dot * dot / start.Square > most)
            {
                (best, most) = (start, dot * dot / start.Square);
            }
        }

        return best;
    }

    /// <summary>Levenberg's method in (ln CBF, ln MTT, ln λ, delay); the delay stays where sampling is a sum.</summary>
    private Candidate? Refine(ReadOnlySpan<double> tissue, double noiseSd, Start start, TransitTimeWorkspace work)
    {
        var free = start.Convolution == Convolution.Sum ? 3 : 4;
        Span<double> p = [Math.Log(Product.Dot(tissue, start.Curve) / start.Square), start.LogMtt, start.LogForm, start.Delay];
        Span<double> trial = stackalloc double[4];
        var (damping, cost) = (1e-3, Cost(tissue, noiseSd, start.Convolution, p, work));
        for (var step = 0; step < 40; step++)
        {
            Normal(noiseSd, start.Convolution, p, free, work);
            var (before, moved) = (cost, false);
            for (var attempt = 0; attempt < 8 && !moved; attempt++)
            {
                if (!work.Solve(free, damping))
                {
                    damping = Math.Max(10 * damping, 1e-3);
                    continue;
                }

                for (var n = 0; n < 4; n++)
                {
                    trial[n] = n < free ? p[n] + Math.Clamp(work.Step[n], -1, 1) : p[n];
                }

                Bound(trial);
                var next = Cost(tissue, noiseSd, start.Convolution, trial, work);
                moved = next < cost;
                (damping, cost) = moved ? (0.2 * damping, next) : (10 * damping, cost);
                if (moved)
                {
                    trial.CopyTo(p);
                }
            }

            // The residual in the workspace must belong to p.
            cost = Cost(tissue, noiseSd, start.Convolution, p, work);
            if (!moved || before - cost < 1e-7 * before + 1e-5)
            {
                break;
            }
        }

        Normal(noiseSd, start.Convolution, p, free, work);
        return Judge(p, free, cost, start.Convolution, noiseSd, work);
    }

    private void Bound(Span<double> p)
    {
        p[1] = Math.Clamp(p[1], Math.Log(LeastMtt), Math.Log(LargestMtt));
        p[2] = Math.Clamp(p[2], Math.Log(TransitTimes.LeastForm), Math.Log(TransitTimes.LargestForm));
        p[3] = Math.Clamp(p[3], _options.EarliestS, _options.LatestS);
    }

    /// <summary>χ² with the priors; leaves model and residual in the workspace.</summary>
    private double Cost(ReadOnlySpan<double> tissue, double noiseSd, Convolution convolution, ReadOnlySpan<double> p, TransitTimeWorkspace work)
    {
        Curve(convolution, p[1], p[2], p[3], work.Model, work.Weights);
        var (flow, squares) = (Math.Exp(p[0]), 0.0);
        for (var n = 0; n < Samples; n++)
        {
            work.Model[n] *= flow;
            work.Residual[n] = tissue[n] - work.Model[n];
            squares += work.Residual[n] * work.Residual[n];
        }

        var (m, f) = Prior(p);
        return squares / (noiseSd * noiseSd) + m * m + f * f;
    }

    private (double Mtt, double Form) Prior(ReadOnlySpan<double> p) =>
        ((p[1] - Math.Log(_options.PriorMttS)) / _options.PriorLogMttSd, (p[2] - Math.Log(_options.PriorForm)) / _options.PriorLogFormSd);

    /// <summary>JᵀJ and Jᵀr, with the priors, in units of the noise.</summary>
    private void Normal(double noiseSd, Convolution convolution, ReadOnlySpan<double> p, int free, TransitTimeWorkspace work)
    {
        Span<double> q = stackalloc double[4];
        work.Model.CopyTo(work.Slopes[0], 0);
        ReadOnlySpan<double> steps = [0, 1e-3, 1e-3, 1e-3 * FrameS];
        for (var n = 1; n < free; n++)
        {
            p.CopyTo(q);
            // A step that stays inside the bounds.
            var step = steps[n];
            q[n] += step;
            Bound(q);
            step = q[n] - p[n] is var taken && Math.Abs(taken) > 0.5 * steps[n] ? taken : -steps[n];
            q[n] = p[n] + step;
            Curve(convolution, q[1], q[2], q[3], work.Slopes[n], work.Weights);
            var flow = Math.Exp(p[0]);
            for (var t = 0; t < Samples; t++)
            {
                work.Slopes[n][t] = (flow * work.Slopes[n][t] - work.Model[t]) / step;
            }
        }

        var weight = 1 / (noiseSd * noiseSd);
        for (var a = 0; a < free; a++)
        {
            for (var b = 0; b <= a; b++)
            {
                work.Matrix[a, b] = work.Matrix[b, a] = weight * Product.Dot(work.Slopes[a], work.Slopes[b]);
            }

            work.Gradient[a] = weight * Product.Dot(work.Slopes[a], work.Residual);
        }

        var (m, f) = Prior(p);
        work.Matrix[1, 1] += 1 / (_options.PriorLogMttSd * _options.PriorLogMttSd);
        work.Matrix[2, 2] += 1 / (_options.PriorLogFormSd * _options.PriorLogFormSd);
        work.Gradient[1] -= m / _options.PriorLogMttSd;
        work.Gradient[2] -= f / _options.PriorLogFormSd;
    }

    private static Candidate? Judge(ReadOnlySpan<double> p, int free, double cost, Convolution convolution, double noiseSd, TransitTimeWorkspace work)
    {
        if (!work.Invert(free))
        {
            return null;
        }

        // The baseline's offset moves the parameters by (JᵀJ + prior)⁻¹Jᵀ of it.
        var c = work.Inverse;
        var (flow, mtt) = (0.0, 0.0);
        for (var a = 0; a < free && work.OffsetSd > 0; a++)
        {
            var lift = 0.0;
            foreach (var slope in work.Slopes[a].AsSpan(work.OffsetFirst))
            {
                lift += slope;
            }

            lift *= work.OffsetSd / (noiseSd * noiseSd);
            (flow, mtt) = (flow + c[0, a] * lift, mtt + c[1, a] * lift);
        }

        return new Candidate(cost, p[0], p[1])
        {
            Form = Math.Exp(p[2]),
            Delay = p[3],
            Convolution = convolution,
            FlowVariance = c[0, 0] + flow * flow,
            MttVariance = c[1, 1] + mtt * mtt,
            Covariance = c[0, 1] + flow * mtt,
            Width = Width(work.Model),
        };
    }

    /// <summary>Averages what each way of sampling gives, by exp(−χ²/2).</summary>
    private PerfusionFit Average(TransitTimeWorkspace work, double noiseSd)
    {
        var best = work.Candidates[0];
        for (var n = 1; n < work.Count; n++)
        {
            best = work.Candidates[n].Cost < best.Cost ? work.Candidates[n] : best;
        }

        var (weight, flow, mtt) = (0.0, 0.0, 0.0);
        for (var n = 0; n < work.Count; n++)
        {
            var w = Math.Exp(-0.5 * (work.Candidates[n].Cost - best.Cost));
            (weight, flow, mtt) = (weight + w, flow + w * work.Candidates[n].LogFlow, mtt + w * work.Candidates[n].LogMtt);
        }

        (flow, mtt) = (flow / weight, mtt / weight);
        var (vf, vm, cov) = (0.0, 0.0, 0.0);
        for (var n = 0; n < work.Count; n++)
        {
            var c = work.Candidates[n];
            var w = Math.Exp(-0.5 * (c.Cost - best.Cost)) / weight;
            var (df, dm) = (c.LogFlow - flow, c.LogMtt - mtt);
            (vf, vm, cov) = (vf + w * (c.FlowVariance + df * df), vm + w * (c.MttVariance + dm * dm), cov + w * (c.Covariance + df * dm));
        }

        // The artery's own noise: its area for the volume, its strength for the flow.
        var (byArea, byStrength) = (ByArtery(best.Width) * ByArtery(best.Width), _arterialSd * _arterialSd / _square);
        var (f, m) = (Math.Exp(flow), Math.Exp(mtt));
        var scale = 100 * _options.HaematocritFactor;
        return new PerfusionFit
        {
            Status = best.LogMtt <= Math.Log(LeastMtt) + 1e-6 || best.LogMtt >= Math.Log(LargestMtt) - 1e-6 ? VoxelStatus.AtBound : VoxelStatus.Ok,
            Cbf = 60 * scale * f,
            CbfU = 60 * scale * f * Math.Sqrt(vf + byStrength),
            Cbv = scale * f * m,
            CbvU = scale * f * m * Math.Sqrt(Math.Max(0, vf + vm + 2 * cov) + byArea),
            MttS = m,
            MttU = m * Math.Sqrt(vm + byArea),
            DelayS = best.Delay,
            Form = best.Form,
            Convolution = best.Convolution,
            NoiseSd = noiseSd,
        };
    }

    /// <summary>Curve of flow 1.</summary>
    private void Curve(Convolution convolution, double logMtt, double logForm, double delay, Span<double> curve, Span<double> weights)
    {
        TransitTimes.Table.Weights(Math.Exp(logMtt), logForm, delay, FrameS, convolution, weights, From);
        // Weights die out: what is below 1e-7 adds nothing that matters.
        var (first, last) = (0, weights.Length - 1);
        while (first < last && weights[first] == 0)
        {
            first++;
        }

        while (last > first && weights[last] < 1e-7)
        {
            last--;
        }

        var driving = convolution == Convolution.Continuous ? _sharpened : _arterial;
        for (var i = 0; i < curve.Length; i++)
        {
            var sum = 0.0;
            for (var n = Math.Max(first, i - From - curve.Length + 1); n <= Math.Min(last, i - From); n++)
            {
                sum += driving[i - From - n] * weights[n];
            }

            curve[i] = sum * FrameS;
        }
    }
}
