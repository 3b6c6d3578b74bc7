using Etalon.Numerics;

namespace Etalon.Assays.Dsc;

/// <summary>
/// What residue functions of known flow and transit time look like after sampling, truncation and the filter of each number of frequencies: the height
/// of their maximum and their area, for three forms (<see cref="ResidueForm"/>). Built once for an arterial curve; turns height and area that were
/// measured into flow and volume.
/// </summary>
internal sealed class ResidueTable
{
    private const int Steps = 28;

    private readonly double[] _logMtt, _height, _area;
    private readonly int _levels;

    public ResidueTable(ArterialSpectrum artery, ReadOnlySpan<double> arterial, Convolution convolution, (int Low, int High) lags)
    {
        _levels = artery.Order.Length;
        _logMtt = new double[Steps];
        var forms = ResidueFunction.Forms.Length;
        (_height, _area) = (new double[forms * Steps * _levels], new double[forms * Steps]);
        // From half a sample to half of the series.
        var (low, high) = (Math.Log(0.5 * artery.FrameS), Math.Log(0.5 * artery.Samples * artery.FrameS));
        var (weights, curve, residue) = (new double[artery.Samples], new double[artery.Samples], new double[artery.Length]);
        var total = Product.Dot(arterial, Enumerable.Repeat(1.0, arterial.Length).ToArray());
        var driving = convolution == Convolution.Continuous ? ResidueFunction.Sharpened(arterial) : arterial.ToArray();
        for (var g = 0; g < Steps; g++)
        {
            _logMtt[g] = low + (high - low) * g / (Steps - 1);
            for (var f = 0; f < forms; f++)
            {
                ResidueFunction.Weights(ResidueFunction.Forms[f], Math.Exp(_logMtt[g]), artery.FrameS, convolution, weights);
                Tissue(driving, weights, artery.FrameS, curve);
                _area[f * Steps + g] = curve.Sum() / total;
                Array.Clear(residue);
                for (var level = 0; level < _levels; level++)
                {
                    artery.Add(artery.Quotient(artery.Transform(curve, artery.Order[level]), level), level, residue);
                    _height[(f * Steps + g) * _levels + level] = Peak(residue, lags).Height;
                }
            }
        }
    }

    /// <summary>Largest value among the lags, with the parabola through it and its neighbours; its place, samples.</summary>
    public static (double Height, int Lag, double Place) Peak(ReadOnlySpan<double> residue, (int Low, int High) lags)
    {
        double At(ReadOnlySpan<double> r, int j) => r[((j % r.Length) + r.Length) % r.Length];
        var best = lags.Low;
        for (var j = lags.Low; j <= lags.High; j++)
        {
            best = At(residue, j) > At(residue, best) ? j : best;
        }

        var (before, here, after) = (At(residue, best - 1), At(residue, best), At(residue, best + 1));
        var curvature = before - 2 * here + after;
        var shift = curvature < 0 ? Math.Clamp(0.5 * (before - after) / curvature, -0.5, 0.5) : 0;
        return (here - 0.25 * (before - after) * shift, best, best + shift);
    }

    /// <summary>Flow, volume and time of one form from height and area, in the units of the curve; Inside is false beyond the table.</summary>
    public (double Flow, double Volume, double Mtt, bool Inside) Invert(int form, int level, double height, double area)
    {
        var ratio = area / height;
        var (low, high) = (0, Steps - 1);
        double Ratio(int g) => _area[form * Steps + g] / Height(form, g, level);
        var inside = ratio >= Ratio(0) && ratio <= Ratio(Steps - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = Ratio(middle) <= ratio ? (middle, high) : (low, middle);
        }

        var (r0, r1) = (Math.Log(Ratio(low)), Math.Log(Ratio(high)));
        var part = r1 > r0 ? Math.Clamp((Math.Log(ratio) - r0) / (r1 - r0), 0, 1) : 0.5;
        var unit = Math.Exp((1 - part) * Math.Log(Height(form, low, level)) + part * Math.Log(Height(form, high, level)));
        var mtt = Math.Exp((1 - part) * _logMtt[low] + part * _logMtt[high]);
        var flow = height / unit;
        return (flow, flow * mtt, mtt, inside);
    }

    /// <summary>Tissue curve for flow 1: Δt Σ aⱼ wᵢ₋ⱼ.</summary>
    private static void Tissue(ReadOnlySpan<double> arterial, ReadOnlySpan<double> weights, double frameS, Span<double> curve)
    {
        for (var i = 0; i < curve.Length; i++)
        {
            var sum = 0.0;
            for (var j = 0; j <= i; j++)
            {
                sum += arterial[j] * weights[i - j];
            }

            curve[i] = sum * frameS;
        }
    }

    private double Height(int form, int g, int level) => _height[(form * Steps + g) * _levels + level];
}
