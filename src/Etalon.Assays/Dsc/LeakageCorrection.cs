using Etalon.Numerics;

namespace Etalon.Assays.Dsc;

/// <summary>
/// Leakage-corrected blood volume of curves that share one reference curve: the mean ΔR2* of voxels that do not enhance. Built once, then used for
/// every voxel; one instance may be used by several threads, each with its own <see cref="LeakageWorkspace"/>.
/// </summary>
/// <remarks>
/// Least squares on ΔR2*(t) = K1 r(t) + Σ cₘ sₘ(t) − K2 E(t), with sₘ the columns of zero area of <see cref="LeakageOptions.AdaptsShape"/> and E the
/// leakage curve of <see cref="LeakageModel"/>. The linear part is solved by orthogonal columns, kep by a search over a grid and golden section
/// (variable projection). The corrected area is ∫ΔR2* dt + K2 ∫E dt. Its variance, and those of K1, K2 and kep, follow from the weights with which
/// each frame enters (for kep: of the linearised problem), and take the noise of the baseline along.
/// </remarks>
public sealed class LeakageCorrection
{
    private const int KepSteps = 24;

    private readonly double[] _reference, _window, _shared, _sharedR, _kepGrid, _leakageOnGrid;
    private readonly double[] _oneWayLeakage, _oneWayColumn, _oneWayR, _otherColumn;
    private readonly double _otherAreaPerAlong, _shapeU;
    private readonly int _columns;
    private readonly LeakageModel _model;

    /// <summary>Prepares the columns.</summary>
    /// <param name="reference">Mean ΔR2* of voxels that do not enhance, 1/s, one value per frame.</param>
    /// <param name="frameS">Time from frame to frame, s.</param>
    /// <param name="arrival">First frame that may hold contrast.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">Fewer than 20 frames, a time not above 0, an arrival outside, a reference without area, or options out of range.</exception>
    public LeakageCorrection(ReadOnlySpan<double> reference, double frameS, int arrival, LeakageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (reference.Length < 20 || !(frameS > 0) || arrival < 1 || arrival > reference.Length - 5 || !(options.WindowS > 0)
            || !(options.LargestKepPerMin > 0) || !(options.AssumedKepPerMin >= 0) || !(options.ShapeRelativeU >= 0) || options.DispersionS.Any(d => !(d > 0)))
        {
            throw new ArgumentException($"{reference.Length} frames of {frameS} s with arrival at frame {arrival} cannot be a reference curve, or an option is out of range.");
        }

        var t = reference.Length;
        (FrameS, Arrival, Length, _model, _shapeU) = (frameS, arrival, t, options.Model, options.ShapeRelativeU);
        LastFrame = (int)Math.Min(t - 1, arrival - 1 + Math.Ceiling(options.WindowS / frameS));
        _reference = reference.ToArray();
        _window = LeakageBasis.Trapezoid(t, arrival - 1, LastFrame, frameS);
        ReferenceArea = Product.Dot(_window, _reference);
        if (!(ReferenceArea > 0))
        {
            throw new ArgumentException("A reference curve without area shows no bolus.");
        }

        (_shared, _sharedR, _columns) = SharedColumns(options);
        _kepGrid = new double[KepSteps + 1];
        for (var g = 1; g <= KepSteps; g++)
        {
            // From a hundredth of the largest, evenly in the logarithm; 0 is the one-way model.
            _kepGrid[g] = options.LargestKepPerMin / 60 * Math.Pow(0.01, 1 - (g - 1.0) / (KepSteps - 1));
        }

        _leakageOnGrid = new double[(KepSteps + 1) * t];
        var (e, f, r) = (new double[t], new double[t], new double[_columns + 1]);
        for (var g = 0; g <= KepSteps; g++)
        {
            ExponentialConvolution.Convolve(frameS, _reference, _kepGrid[g], e, f);
            LeakageBasis.Orthonormalise(e, _shared, _columns, r);
            e.CopyTo(_leakageOnGrid, g * t);
        }

        (_oneWayLeakage, _oneWayColumn, _oneWayR) = (new double[t], new double[t], new double[_columns + 1]);
        ExponentialConvolution.Convolve(frameS, _reference, options.AssumedKepPerMin / 60, _oneWayLeakage, f);
        _oneWayLeakage.CopyTo(_oneWayColumn, 0);
        LeakageBasis.Orthonormalise(_oneWayColumn, _shared, _columns, _oneWayR);
        _otherColumn = new double[t];
        ExponentialConvolution.Convolve(frameS, _reference, options.LargestKepPerMin / 60, _otherColumn, f);
        var otherArea = Product.Dot(_window, _otherColumn);
        LeakageBasis.Orthonormalise(_otherColumn, _shared, _columns, r);
        _otherAreaPerAlong = -otherArea / r[_columns];
    }

    /// <summary>Time from frame to frame, s.</summary>
    public double FrameS { get; }

    /// <summary>Number of frames.</summary>
    public int Length { get; }

    /// <summary>First frame that may hold contrast; the integral begins one frame before it, where there is none yet.</summary>
    public int Arrival { get; }

    /// <summary>Last frame of the integral.</summary>
    public int LastFrame { get; }

    /// <summary>Area of the reference curve over the window, 1.</summary>
    public double ReferenceArea { get; }

    /// <summary>Columns beside the leakage: r and those of its shape.</summary>
    internal int Columns => _columns;

    /// <summary>Corrects one curve.</summary>
    /// <param name="deltaR2Star">ΔR2* of each frame, 1/s.</param>
    /// <param name="sd">Standard deviation of each frame's own noise, 1/s; 0 where it is not known, and then uncertainties come from the residuals alone.</param>
    /// <param name="baseline">Frames that S0 is the mean of.</param>
    /// <param name="work">Memory of this thread.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public LeakageFit Fit(ReadOnlySpan<double> deltaR2Star, ReadOnlySpan<double> sd, BaselineFrames baseline, LeakageWorkspace work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (deltaR2Star.Length != Length || sd.Length != Length)
        {
            throw new ArgumentException($"{deltaR2Star.Length} frames do not fit a reference curve of {Length}.");
        }

        // What the shared columns leave of the curve, and the coefficients along them.
        deltaR2Star.CopyTo(work.Residual);
        for (var c = 0; c < _columns; c++)
        {
            var along = _shared.AsSpan(c * Length, Length);
            work.Along[c] = Product.Dot(deltaR2Star, along);
            Subtract(work.Residual, along, work.Along[c]);
        }

        var left = Product.Dot(work.Residual, work.Residual);
        var oneWay = Product.Dot(work.Residual, _oneWayColumn);
        var rssOneWay = left - oneWay * oneWay;
        var kep = 0.0;
        if (_model != LeakageModel.BoxermanSchmaindaWeisskoff)
        {
            (kep, var gain) = BestKep(work);
            var rssBoth = left - gain;
            if (_model == LeakageModel.ByEvidence && !(Akaike(rssBoth, _columns + 2) < Akaike(rssOneWay, _columns + 1)))
            {
                kep = 0;
            }
        }

        return kep > 0 ? WithBackflow(deltaR2Star, sd, baseline, kep, work) : OneWay(deltaR2Star, sd, baseline, oneWay, work);
    }

    /// <summary>The leakage curve of unit K2, 1: subtract −K2 times it from ΔR2* to leave blood.</summary>
    public void LeakageCurve(double kep, Span<double> curve, LeakageWorkspace work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (kep == 0)
        {
            _oneWayLeakage.CopyTo(curve);
        }
        else
        {
            ExponentialConvolution.Convolve(FrameS, _reference, kep, curve, work.Slope);
        }
    }

    private (double[] Columns, double[] R, int Count) SharedColumns(LeakageOptions options)
    {
        var t = Length;
        var most = 1 + (options.AdaptsShape ? 1 + options.DispersionS.Count : 0);
        var (columns, rs, count) = (new double[most * t], new double[most * (most + 1)], 0);
        var (e, f) = (new double[t], new double[t]);
        void Add(ReadOnlySpan<double> column)
        {
            var place = columns.AsSpan(count * t, t);
            column.CopyTo(place);
            count += LeakageBasis.Orthonormalise(place, columns, count, rs.AsSpan(count * (most + 1))) ? 1 : 0;
        }

        // The shape columns stand first, so that the coefficient of r is read from the last row alone.
        if (options.AdaptsShape)
        {
            LeakageBasis.Slope(_reference, FrameS, e);
            Add(e);
            foreach (var tau in options.DispersionS)
            {
                ExponentialConvolution.Convolve(FrameS, _reference, 1 / tau, e, f);
                for (var n = 0; n < t; n++)
                {
                    e[n] = e[n] / tau - _reference[n];
                }

                Add(e);
            }
        }

        Add(_reference);
        return (columns, [.. rs.AsSpan((count - 1) * (most + 1), count)], count);
    }

    private double Akaike(double rss, int parameters)
    {
        var n = (double)Length;
        var k = parameters + 1; // the variance is one more
        return n * Math.Log(Math.Max(rss, 1e-300) / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1);
    }

    /// <summary>kep of the largest drop of the residual: grid, then golden section between its neighbours.</summary>
    private (double Kep, double Gain) BestKep(LeakageWorkspace work)
    {
        var (best, at) = (-1.0, 0);
        for (var g = 0; g <= KepSteps; g++)
        {
            var dot = Product.Dot(work.Residual, _leakageOnGrid.AsSpan(g * Length, Length));
            (best, at) = dot * dot > best ? (dot * dot, g) : (best, at);
        }

        if (at == 0)
        {
            return (0, best);
        }

        var (low, high) = (_kepGrid[at - 1], _kepGrid[Math.Min(at + 1, KepSteps)]);
        const double Golden = 0.6180339887498949;
        var (a, b) = (high - Golden * (high - low), low + Golden * (high - low));
        var (ga, gb) = (Gain(a, work), Gain(b, work));
        for (var step = 0; step < 30 && high - low > 1e-6 * high; step++)
        {
            if (ga > gb)
            {
                (high, b, gb) = (b, a, ga);
                a = high - Golden * (high - low);
                ga = Gain(a, work);
            }
            else
            {
                (low, a, ga) = (a, b, gb);
                b = low + Golden * (high - low);
                gb = Gain(b, work);
            }
        }

        var kep = 0.5 * (low + high);
        return Gain(kep, work) is var gain && gain >= best ? (kep, gain) : (_kepGrid[at], best);
    }

    private double Gain(double kep, LeakageWorkspace work)
    {
        ExponentialConvolution.Convolve(FrameS, _reference, kep, work.Leakage, work.Slope);
        LeakageBasis.Orthonormalise(work.Leakage, _shared, _columns, work.R);
        var dot = Product.Dot(work.Residual, work.Leakage);
        return dot * dot;
    }

    private LeakageFit OneWay(ReadOnlySpan<double> y, ReadOnlySpan<double> sd, BaselineFrames baseline, double along, LeakageWorkspace work)
    {
        // y = Σ aᶜ qᶜ + along q_E; E = Σ Rᶜ qᶜ + R_E q_E, so −K2 = along/R_E.
        var k2 = -along / _oneWayR[_columns];
        var last = _columns - 1;
        var k1 = (work.Along[last] + k2 * _oneWayR[last]) / _sharedR[last];
        var otherCorrection = Product.Dot(work.Residual, _otherColumn) * _otherAreaPerAlong;
        Subtract(work.Residual, _oneWayColumn, along);
        // Weights of K2 and K1: rows of the pseudo-inverse.
        var lastColumn = _shared.AsSpan(last * Length, Length);
        for (var n = 0; n < Length; n++)
        {
            work.WeightsK2[n] = -_oneWayColumn[n] / _oneWayR[_columns];
            work.WeightsK1[n] = (lastColumn[n] + work.WeightsK2[n] * _oneWayR[last]) / _sharedR[last];
        }

        return Finish(y, sd, baseline, work, new LeakageFit { K1 = k1, K2 = k2, DegreesOfFreedom = Length - _columns - 1 }, _oneWayLeakage, 0, otherCorrection);
    }

    private LeakageFit WithBackflow(ReadOnlySpan<double> y, ReadOnlySpan<double> sd, BaselineFrames baseline, double kep, LeakageWorkspace work)
    {
        ExponentialConvolution.Convolve(FrameS, _reference, kep, work.Leakage, work.Slope);
        work.Leakage.CopyTo(work.Column);
        LeakageBasis.Orthonormalise(work.Column, _shared, _columns, work.R);
        var along = Product.Dot(work.Residual, work.Column);
        var last = _columns - 1;
        var (rLast, rE) = (work.R[last], work.R[_columns]);
        var k2 = -along / rE;
        var k1 = (work.Along[last] + k2 * rLast) / _sharedR[last];
        Subtract(work.Residual, work.Column, along);

        // The column of kep is ∂y/∂kep = −K2 ∂E/∂kep; what of it the others leave tells kep.
        for (var n = 0; n < Length; n++)
        {
            work.KepColumn[n] = -k2 * work.Slope[n];
        }

        LeakageBasis.Orthonormalise(work.KepColumn, _shared, _columns, work.RKep);
        var onLeakage = Product.Dot(work.KepColumn, work.Column) * work.RKep[_columns];
        var rest = 0.0;
        for (var n = 0; n < Length; n++)
        {
            work.KepColumn[n] = work.KepColumn[n] * work.RKep[_columns] - onLeakage * work.Column[n];
            rest += work.KepColumn[n] * work.KepColumn[n];
        }

        var isTold = rest > 1e-12 * Product.Dot(work.Slope, work.Slope) * k2 * k2 && rest > 0;
        var lastColumn = _shared.AsSpan(last * Length, Length);
        for (var n = 0; n < Length; n++)
        {
            var wKep = isTold ? work.KepColumn[n] / rest : 0;
            var wK2 = (-work.Column[n] + wKep * onLeakage) / rE;
            work.WeightsKep[n] = wKep;
            work.WeightsK2[n] = wK2;
            work.WeightsK1[n] = (lastColumn[n] + wK2 * rLast - wKep * work.RKep[last]) / _sharedR[last];
        }

        var fit = new LeakageFit { K1 = k1, K2 = k2, Kep = kep, HasBackflow = true, DegreesOfFreedom = Length - _columns - 2 };
        return Finish(y, sd, baseline, work, fit, work.Leakage, isTold ? k2 * Product.Dot(_window, work.Slope) : double.NaN, null);
    }

    private LeakageFit Finish(
        ReadOnlySpan<double> y, ReadOnlySpan<double> sd, BaselineFrames baseline, LeakageWorkspace work, LeakageFit fit, ReadOnlySpan<double> leakage, double areaByKep,
        double? otherCorrection)
    {
        var perK2 = Product.Dot(_window, leakage);
        var uncorrected = Product.Dot(_window, y);
        var told = !double.IsNaN(areaByKep) && fit.HasBackflow;
        for (var n = 0; n < Length; n++)
        {
            work.WeightsArea[n] = _window[n] + perK2 * work.WeightsK2[n] + (told ? areaByKep * work.WeightsKep[n] : 0);
        }

        var (noise, chi) = Scale(sd, work, fit.DegreesOfFreedom);
        double U(ReadOnlySpan<double> weights) => Math.Sqrt(RelaxationRateChange.Variance(weights, work.Sd, baseline)) * noise;
        var area = uncorrected + fit.K2 * perK2;
        // Backflow somewhere between none and the largest, evenly: about the value without it, a third of the squared difference.
        var (byNoise, byKep, byShape) = (U(work.WeightsArea), otherCorrection is { } other ? (other - fit.K2 * perK2) / Math.Sqrt(3) : 0, _shapeU * area);
        return fit with
        {
            Status = VoxelStatus.Ok,
            UncorrectedArea = uncorrected,
            Area = area,
            AreaU = Math.Sqrt(byNoise * byNoise + byKep * byKep + byShape * byShape),
            K1U = U(work.WeightsK1),
            K2U = U(work.WeightsK2),
            KepU = told ? U(work.WeightsKep) : null,
            ReducedChiSquared = chi,
        };
    }

    /// <summary>
    /// Noise of each frame into the workspace, and the factor on it: 1, or the root of reduced χ² where that is above 1 by more than 3 of its standard
    /// deviations (Birge, Phys Rev 40:207, 1932): then the model does not hold to the noise.
    /// </summary>
    private static (double Factor, double Chi) Scale(ReadOnlySpan<double> sd, LeakageWorkspace work, int dof)
    {
        var (chi, squares, known) = (0.0, 0.0, true);
        for (var n = 0; n < sd.Length; n++)
        {
            var r = work.Residual[n];
            known &= sd[n] > 0;
            squares += r * r;
            chi += known ? r * r / (sd[n] * sd[n]) : 0;
        }

        if (!known)
        {
            work.Sd.AsSpan().Fill(Math.Sqrt(squares / dof));
            return (1, 1);
        }

        sd.CopyTo(work.Sd);
        chi /= dof;
        return (chi > 1 + 3 * Math.Sqrt(2.0 / dof) ? Math.Sqrt(chi) : 1, chi);
    }

    private static void Subtract(Span<double> from, ReadOnlySpan<double> column, double times)
    {
        for (var n = 0; n < from.Length; n++)
        {
            from[n] -= times * column[n];
        }
    }
}
