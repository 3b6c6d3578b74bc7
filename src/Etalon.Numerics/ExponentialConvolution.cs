namespace Etalon.Numerics;

/// <summary>
/// ∫ a(s) exp(−k (t − s)) ds from the first sample to each sample, exact for an input that is straight between its samples: one pass, whatever the rate.
/// </summary>
/// <remarks>Recursion over the intervals (Flouri, Lesnic and Sourbron, Magn Reson Med 76:998–1006, 2016). With x = k Δ the ends of an interval weigh
/// w1 = (x − 1 + e^−x)/x² and w0 = (1 − e^−x)/x − w1; both by series for small x.</remarks>
public static class ExponentialConvolution
{
    /// <summary>Convolves.</summary>
    /// <param name="times">Rising.</param>
    /// <param name="input">a at the times.</param>
    /// <param name="rate">k, in the inverse unit of the times; 0 gives the integral.</param>
    /// <param name="output">Receives the result at the times, in the unit of the input times that of the times.</param>
    public static void Convolve(ReadOnlySpan<double> times, ReadOnlySpan<double> input, double rate, Span<double> output)
    {
        var (sum, step, decay, w0, w1) = (0.0, double.NaN, 0.0, 0.0, 0.0);
        output[0] = 0;
        for (var i = 1; i < times.Length; i++)
        {
            var width = times[i] - times[i - 1];
            if (Math.Abs(width - step) > 1e-12 * width || double.IsNaN(step))
            {
                step = width;
                (decay, w0, w1) = Weights(rate * width);
            }

            sum = decay * sum + width * (w0 * input[i - 1] + w1 * input[i]);
            output[i] = sum;
        }
    }

    /// <summary>Convolves, and gives the derivative of the result to the rate.</summary>
    /// <param name="times">As for <see cref="Convolve(ReadOnlySpan{double}, ReadOnlySpan{double}, double, Span{double})"/>.</param>
    /// <param name="input">As there.</param>
    /// <param name="rate">As there.</param>
    /// <param name="output">As there.</param>
    /// <param name="derivative">Receives d(output)/dk.</param>
    public static void Convolve(ReadOnlySpan<double> times, ReadOnlySpan<double> input, double rate, Span<double> output, Span<double> derivative)
    {
        var (sum, slope, step) = (0.0, 0.0, double.NaN);
        var (decay, w0, w1, d0, d1) = (0.0, 0.0, 0.0, 0.0, 0.0);
        (output[0], derivative[0]) = (0, 0);
        for (var i = 1; i < times.Length; i++)
        {
            var width = times[i] - times[i - 1];
            if (Math.Abs(width - step) > 1e-12 * width || double.IsNaN(step))
            {
                step = width;
                (decay, w0, w1) = Weights(rate * width);
                (d0, d1) = Slopes(rate * width);
            }

            slope = decay * (slope - width * sum) + width * width * (d0 * input[i - 1] + d1 * input[i]);
            sum = decay * sum + width * (w0 * input[i - 1] + w1 * input[i]);
            (output[i], derivative[i]) = (sum, slope);
        }
    }

    /// <summary>Convolves at samples of one distance, with the derivative.</summary>
    /// <param name="step">Distance of the samples.</param>
    /// <param name="input">a at the samples.</param>
    /// <param name="rate">k, in the inverse unit of the distance; 0 gives the integral.</param>
    /// <param name="output">Receives the result, in the unit of the input times that of the distance.</param>
    /// <param name="derivative">Receives d(output)/dk.</param>
    public static void Convolve(double step, ReadOnlySpan<double> input, double rate, Span<double> output, Span<double> derivative)
    {
        var (decay, w0, w1) = Weights(rate * step);
        var (d0, d1) = Slopes(rate * step);
        var (sum, slope) = (0.0, 0.0);
        (output[0], derivative[0]) = (0, 0);
        for (var i = 1; i < input.Length; i++)
        {
            slope = decay * (slope - step * sum) + step * step * (d0 * input[i - 1] + d1 * input[i]);
            sum = decay * sum + step * (w0 * input[i - 1] + w1 * input[i]);
            (output[i], derivative[i]) = (sum, slope);
        }
    }

    /// <summary>e^−x and the weights of the first and the last sample of an interval.</summary>
    private static (double Decay, double W0, double W1) Weights(double x)
    {
        if (Math.Abs(x) < 0.02)
        {
            var w1 = 0.5 + x * (-1.0 / 6 + x * (1.0 / 24 + x * (-1.0 / 120 + x * (1.0 / 720 - x / 5040))));
            var whole = 1 + x * (-0.5 + x * (1.0 / 6 + x * (-1.0 / 24 + x * (1.0 / 120 - x / 720))));
            return (Math.Exp(-x), whole - w1, w1);
        }

        var decay = Math.Exp(-x);
        var last = (x - 1 + decay) / (x * x);
        return (decay, (1 - decay) / x - last, last);
    }

    /// <summary>Derivatives of the weights to x.</summary>
    private static (double D0, double D1) Slopes(double x)
    {
        if (Math.Abs(x) < 0.1)
        {
            // dw1/dx = Σ (−1)ⁿ n xⁿ⁻¹/(n + 2)!, d(w0 + w1)/dx = Σ (−1)ⁿ n xⁿ⁻¹/(n + 1)!, n = 1, 2 ...
            var (d1, whole, power, factorial) = (0.0, 0.0, -1.0, 2.0);
            for (var n = 1; n < 14; n++)
            {
                // factorial is (n + 1)!
                whole += power * n / factorial;
                d1 += power * n / (factorial * (n + 2));
                power *= -x;
                factorial *= n + 2;
            }

            return (whole - d1, d1);
        }

        var decay = Math.Exp(-x);
        var last = ((1 - decay) * x - 2 * (x - 1 + decay)) / (x * x * x);
        var all = (decay * (x + 1) - 1) / (x * x);
        return (all - last, last);
    }
}
