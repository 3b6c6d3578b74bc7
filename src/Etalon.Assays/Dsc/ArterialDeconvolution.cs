namespace Etalon.Assays.Dsc;

/// <summary>
/// Flow, volume and mean transit time of curves that share one arterial curve, by block-circulant deconvolution (Wu et al., Magn Reson Med 50:164–174,
/// 2003). Built once, then used for every voxel; several threads may use one instance, each with its own <see cref="DeconvolutionWorkspace"/>.
/// </summary>
/// <remarks>
/// The filter that keeps some frequencies of the residue function lowers its maximum, and sampling changes its area. With
/// <see cref="DeconvolutionOptions.UndoesFilter"/> flow and volume are those for which a residue function, sent through the same samples and filter,
/// shows the height and area found; the mean over three forms of residue function counts, and a uniform distribution over their span is part of the
/// uncertainty. The rest of it is noise of tissue and artery, carried through the filter as it is for this curve.
/// </remarks>
public sealed class ArterialDeconvolution
{
    private readonly ArterialSpectrum _artery;
    private readonly ResidueTable _table;
    private readonly DeconvolutionOptions _options;
    private readonly (int Low, int High) _lags;
    private readonly double _total, _arterialSd;

    /// <summary>Prepares filter and tables.</summary>
    /// <param name="arterial">Arterial curve, baseline 0, in the unit of the tissue curves.</param>
    /// <param name="arterialSd">Standard deviation of its noise; 0 where it is not known or does not matter.</param>
    /// <param name="frameS">Time between samples, s.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">Fewer than 10 samples, a time not above 0, a curve without area, or options out of range.</exception>
    public ArterialDeconvolution(ReadOnlySpan<double> arterial, double arterialSd, double frameS, DeconvolutionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var total = 0.0;
        foreach (var a in arterial)
        {
            total += a;
        }

        if (arterial.Length < 10 || !(frameS > 0) || !(total > 0) || !(arterialSd >= 0) || !(options.HaematocritFactor > 0) || !(options.LargestDelayS >= 0)
            || !(options.Threshold is > 0 and < 1) || !(options.OscillationIndex > 0))
        {
            throw new ArgumentException($"{arterial.Length} samples of {frameS} s with a sum of {total} cannot be an arterial curve, or an option is out of range.");
        }

        (_options, _total, _arterialSd) = (options, total, arterialSd);
        _artery = new ArterialSpectrum(arterial, frameS);
        _lags = (-Math.Min((int)Math.Ceiling(options.LargestDelayS / 3 / frameS), arterial.Length / 4), Math.Min((int)Math.Ceiling(options.LargestDelayS / frameS), arterial.Length / 2));
        _table = new ResidueTable(_artery, arterial, options.Convolution, _lags);
    }

    /// <summary>Samples of a curve.</summary>
    public int Samples => _artery.Samples;

    internal int Padded => _artery.Length;

    internal int Levels => _artery.Order.Length;

    /// <summary>Finds flow, volume and transit time.</summary>
    /// <param name="tissue">Curve, baseline 0, in the unit of the arterial one.</param>
    /// <param name="sd">Standard deviation of the noise of each sample, in that unit.</param>
    /// <param name="baseline">Samples whose mean was subtracted as baseline, whose noise all samples share; null where there is none.</param>
    /// <param name="work">Memory of this thread.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public PerfusionFit Fit(ReadOnlySpan<double> tissue, ReadOnlySpan<double> sd, BaselineFrames? baseline, DeconvolutionWorkspace work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (tissue.Length != Samples || sd.Length != Samples)
        {
            throw new ArgumentException($"{tissue.Length} samples do not fit an arterial curve of {Samples}.");
        }

        var (sum, squares) = (0.0, 0.0);
        for (var n = 0; n < tissue.Length; n++)
        {
            (sum, squares) = (sum + tissue[n], squares + sd[n] * sd[n]);
        }

        var area = sum / _total;
        var noise = Math.Sqrt(squares / tissue.Length);
        if (!(area > 0))
        {
            return new PerfusionFit { Status = VoxelStatus.SignalTooLow };
        }

        var found = Filter(tissue, work);
        return found.Height > 0 ? Answer(found, area, sd, baseline, noise, work) : new PerfusionFit { Status = VoxelStatus.SignalTooLow };
    }

    private readonly record struct Found(int Level, double Height, int Lag)
    {
        public double Place { get; init; }

        public double Index { get; init; }
    }

    /// <summary>Residue function by the number of frequencies that the method asks for.</summary>
    private Found Filter(ReadOnlySpan<double> tissue, DeconvolutionWorkspace work)
    {
        var residue = work.Residue.AsSpan();
        residue.Clear();
        var chosen = new Found(0, 0, 0);
        for (var level = 0; level < Levels; level++)
        {
            work.Quotient[level] = _artery.Quotient(_artery.Transform(tissue, _artery.Order[level]), level);
            _artery.Add(work.Quotient[level], level, residue);
            var peak = ResidueTable.Peak(residue, _lags);
            var oscillation = ArterialSpectrum.OscillationIndex(residue, peak.Height);
            if (level > 2 && _options.Method != DeconvolutionMethod.Circular && oscillation > _options.OscillationIndex)
            {
                break;
            }

            chosen = new Found(level, peak.Height, peak.Lag) { Place = peak.Place, Index = oscillation };
            if (_options.Method == DeconvolutionMethod.Circular && (level + 1 == Levels || _artery.Relative[level + 1] < _options.Threshold))
            {
                return chosen;
            }
        }

        return chosen;
    }

    private PerfusionFit Answer(Found found, double area, ReadOnlySpan<double> sd, BaselineFrames? baseline, double noise, DeconvolutionWorkspace work)
    {
        var (flow, volume, mtt, inside) = Mean(found.Level, found.Height, area);
        if (!inside)
        {
            return new PerfusionFit { Status = VoxelStatus.AtBound };
        }

        Weights(found, work);
        // Slopes of flow, volume and time in height and area, by small steps.
        var (dh, da) = (1e-3 * found.Height, 1e-3 * area);
        var (ph, mh) = (Mean(found.Level, found.Height + dh, area), Mean(found.Level, found.Height - dh, area));
        var (pa, ma) = (Mean(found.Level, found.Height, area + da), Mean(found.Level, found.Height, area - da));
        var flowU = Variance((ph.Flow - mh.Flow) / (2 * dh), (pa.Flow - ma.Flow) / (2 * da), area, sd, baseline, work);
        var volumeU = Variance((ph.Volume - mh.Volume) / (2 * dh), (pa.Volume - ma.Volume) / (2 * da), area, sd, baseline, work);
        var mttU = Variance((ph.Mtt - mh.Mtt) / (2 * dh), (pa.Mtt - ma.Mtt) / (2 * da), area, sd, baseline, work);
        var (flowForm, volumeForm, mttForm) = Spread(found, area);
        var toVolume = 100 * _options.HaematocritFactor;
        return new PerfusionFit
        {
            Status = VoxelStatus.Ok,
            Cbv = toVolume * volume,
            CbvU = toVolume * Math.Sqrt(volumeU + volumeForm * volumeForm),
            Cbf = 60 * toVolume * flow,
            CbfU = 60 * toVolume * Math.Sqrt(flowU + flowForm * flowForm),
            MttS = mtt,
            MttU = Math.Sqrt(mttU + mttForm * mttForm),
            CbfShapeU = 60 * toVolume * flowForm,
            DelayS = found.Place * _artery.FrameS,
            Frequencies = found.Level + 1,
            OscillationIndex = found.Index,
            NoiseSd = noise,
        };
    }

    /// <summary>Flow (curve unit per artery unit and second), volume and time: the mean over the forms, or as found where the filter is not undone.</summary>
    private (double Flow, double Volume, double Mtt, bool Inside) Mean(int level, double height, double area)
    {
        if (!_options.UndoesFilter)
        {
            return (height, area, area / height, true);
        }

        var (flow, volume, inside) = (0.0, 0.0, true);
        var forms = ResidueFunction.Forms.Length;
        for (var f = 0; f < forms; f++)
        {
            var one = _table.Invert(f, level, height, area);
            (flow, volume, inside) = (flow + one.Flow / forms, volume + one.Volume / forms, inside && one.Inside);
        }

        return (flow, volume, volume / flow, inside);
    }

    /// <summary>Standard uncertainties by the span of the forms, span/√12.</summary>
    private (double Flow, double Volume, double Mtt) Spread(Found found, double area)
    {
        if (!_options.UndoesFilter)
        {
            return (0, 0, 0);
        }

        Span<double> least = [double.MaxValue, double.MaxValue, double.MaxValue];
        Span<double> most = [double.MinValue, double.MinValue, double.MinValue];
        for (var f = 0; f < ResidueFunction.Forms.Length; f++)
        {
            var one = _table.Invert(f, found.Level, found.Height, area);
            ReadOnlySpan<double> values = [one.Flow, one.Volume, one.Mtt];
            for (var n = 0; n < 3; n++)
            {
                (least[n], most[n]) = (Math.Min(least[n], values[n]), Math.Max(most[n], values[n]));
            }
        }

        var root = Math.Sqrt(12);
        return ((most[0] - least[0]) / root, (most[1] - least[1]) / root, (most[2] - least[2]) / root);
    }

    /// <summary>How the height at the found lag follows from each tissue sample, and from each arterial one.</summary>
    private void Weights(Found found, DeconvolutionWorkspace work)
    {
        Array.Clear(work.TissueWeights);
        Array.Clear(work.ArterialWeights);
        for (var level = 0; level <= found.Level; level++)
        {
            var kernel = _artery.Quotient((1, 0), level);
            var (b, a) = (work.Quotient[level], kernel);
            // ∂R̂/∂aⱼ: −B/A, and 1/A is the kernel times Δt.
            var slope = (-(b.Re * a.Re - b.Im * a.Im) * _artery.FrameS, -(b.Re * a.Im + b.Im * a.Re) * _artery.FrameS);
            for (var n = 0; n < Samples; n++)
            {
                work.TissueWeights[n] += _artery.At(kernel, level, found.Lag - n);
                work.ArterialWeights[n] += _arterialSd > 0 ? _artery.At(slope, level, found.Lag - n) : 0;
            }
        }
    }

    private double Variance(double byHeight, double byArea, double area, ReadOnlySpan<double> sd, BaselineFrames? baseline, DeconvolutionWorkspace work)
    {
        var arterial = 0.0;
        for (var n = 0; n < Samples; n++)
        {
            work.Combined[n] = byHeight * work.TissueWeights[n] + byArea / _total;
            var a = byHeight * work.ArterialWeights[n] - byArea * area / _total;
            arterial += a * a;
        }

        var tissue = 0.0;
        if (baseline is { } frames)
        {
            tissue = RelaxationRateChange.Variance(work.Combined, sd, frames);
        }
        else
        {
            for (var n = 0; n < Samples; n++)
            {
                tissue += work.Combined[n] * work.Combined[n] * sd[n] * sd[n];
            }
        }

        return tissue + arterial * _arterialSd * _arterialSd;
    }
}

/// <summary>Memory of one thread for <see cref="ArterialDeconvolution"/>.</summary>
public sealed class DeconvolutionWorkspace
{
    /// <summary>Rents memory for the curves of one deconvolution.</summary>
    public DeconvolutionWorkspace(ArterialDeconvolution deconvolution)
    {
        ArgumentNullException.ThrowIfNull(deconvolution);
        (Residue, Quotient) = (new double[deconvolution.Padded], new (double, double)[deconvolution.Levels]);
        (TissueWeights, ArterialWeights, Combined) = (new double[deconvolution.Samples], new double[deconvolution.Samples], new double[deconvolution.Samples]);
    }

    internal double[] Residue { get; }

    internal (double Re, double Im)[] Quotient { get; }

    internal double[] TissueWeights { get; }

    internal double[] ArterialWeights { get; }

    internal double[] Combined { get; }
}
