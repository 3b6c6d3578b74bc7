using Etalon.Numerics;

namespace Etalon.Assays.Dce;

/// <summary>The delay of the tissue against the input function that fits best.</summary>
public sealed record DelayedFit
{
    /// <summary>Delays are looked for from so many seconds before the input function ...</summary>
    public const double Earliest = -5;

    /// <summary>... to so many after it.</summary>
    public const double Latest = 20;

    /// <summary>The delay, s; positive: the tissue is later.</summary>
    public required double DelayS { get; init; }

    /// <summary>Its standard uncertainty, from the curvature of the profile, s; NaN where the residual does not tell it.</summary>
    public required double U { get; init; }

    /// <summary>Looks for the delay.</summary>
    /// <param name="model">Model of the tissue.</param>
    /// <param name="timesS">Times, s.</param>
    /// <param name="plasmaMm">Input at the times.</param>
    /// <param name="tissueMm">Tissue at the times.</param>
    /// <param name="noiseSd">Noise, mM; null: from the residual.</param>
    public static DelayedFit Of(DceModel model, double[] timesS, double[] plasmaMm, double[] tissueMm, double? noiseSd = null)
    {
        ArgumentNullException.ThrowIfNull(timesS);
        var step = Math.Clamp((timesS[^1] - timesS[0]) / (timesS.Length - 1), 0.1, 2.5);
        var profile = new Profile(model, timesS, plasmaMm, tissueMm);
        // The cost of a shifted input that is straight between samples has a kink at every sample: points half a step apart see every valley.
        var lowest = ProfileSearch.Minimise(ref profile, new SearchRange(Earliest, Latest, (int)Math.Ceiling(2 * (Latest - Earliest) / step) + 1), worthwhile: 0);
        var free = timesS.Length - DceFit.FreeOf(model) - 1;
        var sd = noiseSd ?? (free > 0 ? Math.Sqrt(lowest.Cost / free) : double.NaN);
        var h = 0.25 * step;
        var bend = (profile.Cost(lowest.X + h) - 2 * lowest.Cost + profile.Cost(lowest.X - h)) / (h * h);
        return new DelayedFit { DelayS = lowest.X, U = bend > 0 ? sd * Math.Sqrt(2 / bend) : double.NaN };
    }

    /// <summary>
    /// An input function later by a delay, at the same times: between samples by cubics that keep to their slopes and never overshoot (Fritsch and Carlson 1980), since straight
    /// lines would make every shift by part of a sample a smoother curve; before its first sample 0.
    /// </summary>
    public static double[] Shifted(double[] timesS, double[] plasmaMm, double delayS)
    {
        ArgumentNullException.ThrowIfNull(timesS);
        ArgumentNullException.ThrowIfNull(plasmaMm);
        if (delayS == 0)
        {
            return plasmaMm;
        }

        var slopes = Slopes(timesS, plasmaMm);
        var shifted = new double[timesS.Length];
        var n = 0;
        for (var i = 0; i < shifted.Length; i++)
        {
            var t = timesS[i] - delayS;
            while (n < timesS.Length - 2 && timesS[n + 1] < t)
            {
                n++;
            }

            if (t <= timesS[0] || t >= timesS[^1])
            {
                shifted[i] = t == timesS[0] ? plasmaMm[0] : t < timesS[0] ? 0 : plasmaMm[^1];
                continue;
            }

            var width = timesS[n + 1] - timesS[n];
            var u = (t - timesS[n]) / width;
            var (u2, u3) = (u * u, u * u * u);
            shifted[i] = (2 * u3 - 3 * u2 + 1) * plasmaMm[n] + (u3 - 2 * u2 + u) * width * slopes[n] + (3 * u2 - 2 * u3) * plasmaMm[n + 1] + (u3 - u2) * width * slopes[n + 1];
        }

        return shifted;
    }

    /// <summary>Slopes at the samples: the weighted harmonic mean of those beside, 0 at peaks.</summary>
    private static double[] Slopes(double[] t, double[] y)
    {
        var slopes = new double[t.Length];
        for (var i = 1; i < t.Length - 1; i++)
        {
            var (h0, h1) = (t[i] - t[i - 1], t[i + 1] - t[i]);
            var (d0, d1) = ((y[i] - y[i - 1]) / h0, (y[i + 1] - y[i]) / h1);
            slopes[i] = d0 * d1 > 0 ? 3 * (h0 + h1) / ((2 * h1 + h0) / d0 + (h1 + 2 * h0) / d1) : 0;
        }

        (slopes[0], slopes[^1]) = ((y[1] - y[0]) / (t[1] - t[0]), (y[^1] - y[^2]) / (t[^1] - t[^2]));
        return slopes;
    }

    private readonly struct Profile(DceModel model, double[] times, double[] plasma, double[] tissue) : IProfile
    {
        public double Cost(double delay)
        {
            var shifted = Shifted(times, plasma, delay);
            return Array.TrueForAll(shifted, v => v == 0) ? Product.Dot(tissue, tissue) : new DceFit(model, times, shifted, isPlain: true).Fit(tissue).Rss;
        }
    }
}
