namespace Etalon.Assays.Dce;

/// <summary>
/// Convolution of an input function, linear between its samples, with exp(−k t): exact, one step per sample. This is the plain form to which everything
/// faster is compared.
/// </summary>
/// <remarks>
/// I(t) = ∫ c(τ) exp(−k (t − τ)) dτ from the first sample on. Over a step Δ with c from a to b and x = kΔ: I ← e⁻ˣ I + Δ (a (E0 − E1) + b E1),
/// E0 = (1 − e⁻ˣ)/x, E1 = (x − 1 + e⁻ˣ)/x² (Flouri, Lesnic and Sourbron, Magn Reson Med 76:998-1006, 2016). Before the first sample the input is 0, after the last it
/// stays at its last value. k = 0 gives the integral; k slightly below 0 is allowed.
/// </remarks>
public static class ExponentialConvolution
{
    /// <summary>Convolves and samples, with derivatives where asked for.</summary>
    /// <param name="times">Times of the samples of the input, rising; the result is sampled at the same times.</param>
    /// <param name="input">Input at these times.</param>
    /// <param name="rate">k, per unit of time.</param>
    /// <param name="delay">How much later the input arrives: the result at t is I(t − delay).</param>
    /// <param name="result">Receives I.</param>
    /// <param name="byRate">Receives dI/dk; empty: not asked for.</param>
    /// <param name="shifted">Receives the input itself at t − delay; empty: not asked for.</param>
    public static void Convolve(ReadOnlySpan<double> times, ReadOnlySpan<double> input, double rate, double delay, Span<double> result, Span<double> byRate = default, Span<double> shifted = default)
    {
        if (input.Length != times.Length || result.Length != times.Length || times.Length == 0)
        {
            throw new ArgumentException("Lengths differ.");
        }

        // State at knot j, and the point asked for between it and the next.
        var (j, value, derivative) = (0, 0.0, 0.0);
        var last = times.Length - 1;
        var step = new Step(0, rate);
        for (var i = 0; i < times.Length; i++)
        {
            var s = times[i] - delay;
            if (s < times[0])
            {
                result[i] = 0;
                Set(byRate, i, 0);
                Set(shifted, i, 0);
                continue;
            }

            while (j < last && times[j + 1] <= s)
            {
                step = step.Of(times[j + 1] - times[j], rate);
                derivative = step.Derivative(value, derivative, input[j], input[j + 1]);
                value = step.Value(value, input[j], input[j + 1]);
                j++;
            }

            var rest = s - times[j];
            if (rest == 0)
            {
                result[i] = value;
                Set(byRate, i, derivative);
                Set(shifted, i, input[j]);
                continue;
            }

            var end = j == last ? input[j] : input[j] + (input[j + 1] - input[j]) * rest / (times[j + 1] - times[j]);
            var part = new Step(rest, rate);
            result[i] = part.Value(value, input[j], end);
            Set(byRate, i, part.Derivative(value, derivative, input[j], end));
            Set(shifted, i, end);
        }
    }

    private static void Set(Span<double> to, int i, double value)
    {
        if (to.Length > 0)
        {
            to[i] = value;
        }
    }

    /// <summary>One step of the recursion: its coefficients.</summary>
    private readonly struct Step
    {
        private readonly double _length;
        private readonly double _decay;
        private readonly double _first;
        private readonly double _second;
        private readonly double _firstSlope;
        private readonly double _secondSlope;

        public Step(double length, double rate)
        {
            _length = length;
            var x = rate * length;
            _decay = Math.Exp(-x);
            double e0, e1, d0, d1;
            if (Math.Abs(x) < 0.5)
            {
                (e0, e1, d0, d1) = Series(x);
            }
            else
            {
                e0 = (1 - _decay) / x;
                e1 = (1 - e0) / x;
                d0 = (_decay - e0) / x;
                d1 = -(d0 + e1) / x;
            }

            (_first, _second) = (length * (e0 - e1), length * e1);
            (_firstSlope, _secondSlope) = (length * length * (d0 - d1), length * length * d1);
        }

        public Step Of(double length, double rate) => length == _length ? this : new Step(length, rate);

        public double Value(double value, double a, double b) => _decay * value + _first * a + _second * b;

        public double Derivative(double value, double derivative, double a, double b) => _decay * (derivative - _length * value) + _firstSlope * a + _secondSlope * b;

        /// <summary>E0 = Σ (−x)ⁿ/(n + 1)!, E1 = Σ (−x)ⁿ/(n + 2)! and their derivatives.</summary>
        private static (double E0, double E1, double D0, double D1) Series(double x)
        {
            var (e0, e1, d0, d1) = (0.0, 0.0, 0.0, 0.0);
            var (power, before, factorial) = (1.0, 0.0, 1.0);
            for (var n = 0; n < 17; n++)
            {
                factorial *= n + 1;
                e0 += power / factorial;
                e1 += power / (factorial * (n + 2));
                d0 -= n * before / factorial;
                d1 -= n * before / (factorial * (n + 2));
                (before, power) = (power, -power * x);
            }

            return (e0, e1, d0, d1);
        }
    }
}
