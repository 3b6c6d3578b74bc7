namespace Etalon.Assays.Dsc;

/// <summary>
/// The block-circulant matrix of an arterial curve in its own basis: a circulant matrix of N samples padded to L = 2N is diagonal in the discrete
/// Fourier transform, its singular values are |A_k| Δt, so that cutting singular values off (Wu et al. 2003) is keeping the strongest frequencies.
/// </summary>
internal sealed class ArterialSpectrum
{
    private const int MostFrequencies = 80;

    private readonly double[] _cos, _sin;

    /// <summary>Transforms the curve and orders its frequencies by strength.</summary>
    public ArterialSpectrum(ReadOnlySpan<double> arterial, double frameS)
    {
        var n = arterial.Length;
        (Samples, Length, FrameS) = (n, 2 * n, frameS);
        (_cos, _sin) = (new double[Length], new double[Length]);
        for (var j = 0; j < Length; j++)
        {
            (_sin[j], _cos[j]) = Math.SinCos(2 * Math.PI * j / Length);
        }

        var all = Enumerable.Range(0, n + 1).ToArray();
        var (re, im) = (new double[n + 1], new double[n + 1]);
        for (var k = 0; k <= n; k++)
        {
            (re[k], im[k]) = Transform(arterial, k);
        }

        var strength = all.Select(k => re[k] * re[k] + im[k] * im[k]).ToArray();
        Order = [.. all.OrderByDescending(k => strength[k]).ThenBy(k => k).Take(Math.Min(MostFrequencies, n + 1)).Where(k => strength[k] > 1e-20 * strength.Max())];
        (Re, Im) = ([.. Order.Select(k => re[k])], [.. Order.Select(k => im[k])]);
        Relative = [.. Order.Select(k => Math.Sqrt(strength[k] / strength.Max()))];
    }

    /// <summary>Samples of a curve.</summary>
    public int Samples { get; }

    /// <summary>Samples with padding.</summary>
    public int Length { get; }

    /// <summary>Time between samples, s.</summary>
    public double FrameS { get; }

    /// <summary>Frequencies, the strongest first.</summary>
    public int[] Order { get; }

    /// <summary>Singular values relative to the largest, in <see cref="Order"/>.</summary>
    public double[] Relative { get; }

    private double[] Re { get; }

    private double[] Im { get; }

    /// <summary>Σ yⱼ exp(−2πi jk/L).</summary>
    public (double Re, double Im) Transform(ReadOnlySpan<double> y, int k)
    {
        var (re, im, at) = (0.0, 0.0, 0);
        for (var j = 0; j < y.Length; j++)
        {
            re += y[j] * _cos[at];
            im -= y[j] * _sin[at];
            at += k;
            at -= at >= Length ? Length : 0;
        }

        return (re, im);
    }

    /// <summary>The quotient of a curve's transform and the artery's, over Δt, at one place of <see cref="Order"/>.</summary>
    public (double Re, double Im) Quotient((double Re, double Im) y, int place)
    {
        var (a, b) = (Re[place], Im[place]);
        var size = (a * a + b * b) * FrameS;
        return ((y.Re * a + y.Im * b) / size, (y.Im * a - y.Re * b) / size);
    }

    /// <summary>Adds what one frequency brings to a real series: c/L Re(z exp(2πi kj/L)), with c 2, or 1 at the ends of the spectrum.</summary>
    public void Add((double Re, double Im) z, int place, Span<double> series)
    {
        var k = Order[place];
        var factor = (k == 0 || k == Samples ? 1.0 : 2.0) / Length;
        var (re, im, at) = (z.Re * factor, z.Im * factor, 0);
        for (var j = 0; j < series.Length; j++)
        {
            series[j] += re * _cos[at] - im * _sin[at];
            at += k;
            at -= at >= Length ? Length : 0;
        }
    }

    /// <summary>What one frequency brings to a series at one place, which may be below 0.</summary>
    public double At((double Re, double Im) z, int place, int j)
    {
        var k = Order[place];
        var at = (int)((long)k * (((j % Length) + Length) % Length) % Length);
        return (k == 0 || k == Samples ? 1.0 : 2.0) / Length * (z.Re * _cos[at] - z.Im * _sin[at]);
    }

    /// <summary>OI = Σ |fⱼ − 2fⱼ₋₁ + fⱼ₋₂| / (L max f), Wu et al. (2003).</summary>
    public static double OscillationIndex(ReadOnlySpan<double> residue, double largest)
    {
        var sum = 0.0;
        for (var j = 2; j < residue.Length; j++)
        {
            sum += Math.Abs(residue[j] - 2 * residue[j - 1] + residue[j - 2]);
        }

        return largest > 0 ? sum / residue.Length / largest : double.PositiveInfinity;
    }
}
