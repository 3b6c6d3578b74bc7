namespace Etalon.Assays.Relaxation;

/// <summary>How the points of a linear fit of flip angles weigh.</summary>
public enum VfaWeights
{
    /// <summary>All alike (Fram 1987). Biased by noise: small angles are amplified.</summary>
    Equal,

    /// <summary>By the variance of a residual, (sin α/(1 − E cos α))², with E from the step before, until E stays (Deoni 2004; Chang 2008).</summary>
    Iterated,
}

/// <summary>T1 from flip angles by the straight line S/sin α = E S/tan α + M (1 − E).</summary>
/// <remarks>
/// Gupta, J Magn Reson 25:231–235 (1977); Fram et al., Magn Reson Imaging 5:201–208 (1987); Deoni, Peters and Rutt, Magn Reson Med 51:194–199 (2004);
/// Chang et al., Magn Reson Med 60:496–501 (2008). For those who compare with others; <see cref="VfaFit"/> is what has the least error.
/// </remarks>
public static class VfaLinear
{
    /// <summary>Fits one curve.</summary>
    /// <param name="flipDeg">Flip angles, degrees, at least two different ones, in (0, 180).</param>
    /// <param name="trS">Repetition time, s.</param>
    /// <param name="signal">Signals, as many.</param>
    /// <param name="b1">What the spins see of the flip angle, 1: all of it.</param>
    /// <param name="weights">How the points weigh.</param>
    /// <returns>T1, s, and M; the uncertainty is not known (NaN), the residual is that of the signals.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static RelaxationFit Fit(ReadOnlySpan<double> flipDeg, double trS, ReadOnlySpan<double> signal, double b1 = 1, VfaWeights weights = VfaWeights.Iterated)
    {
        if (flipDeg.Length != signal.Length)
        {
            throw new ArgumentException($"{flipDeg.Length} flip angles with {signal.Length} signals.");
        }

        const int MostSteps = 50;
        var dof = signal.Length - 2;
        var (e, intercept) = Line(flipDeg, signal, b1, weighted: false, 0);
        for (var step = 0; weights == VfaWeights.Iterated && step < MostSteps && e is > 0 and < 1; step++)
        {
            (var before, (e, intercept)) = (e, Line(flipDeg, signal, b1, weighted: true, e));
            if (Math.Abs(e - before) <= 1e-15)
            {
                break;
            }
        }

        if (!(e is > 0 and < 1) || !(intercept > 0))
        {
            return RelaxationFit.None(VoxelStatus.NotPhysical, dof);
        }

        var (t1, m, rss) = (-trS / Math.Log(e), intercept / (1 - e), 0.0);
        for (var i = 0; i < signal.Length; i++)
        {
            var r = signal[i] - SpoiledGradientEcho.Signal(m, t1, b1 * flipDeg[i], trS);
            rss += r * r;
        }

        return new RelaxationFit(t1, double.NaN, m, rss, dof, VoxelStatus.Ok);
    }

    private static (double Slope, double Intercept) Line(ReadOnlySpan<double> flipDeg, ReadOnlySpan<double> signal, double b1, bool weighted, double e)
    {
        var (sw, sx, sy) = (0.0, 0.0, 0.0);
        for (var pass = 0; ; pass++)
        {
            var (mx, my, sxx, sxy) = pass == 0 ? (0.0, 0.0, 0.0, 0.0) : (sx / sw, sy / sw, 0.0, 0.0);
            for (var i = 0; i < signal.Length; i++)
            {
                var (sin, cos) = Math.SinCos(double.DegreesToRadians(b1 * flipDeg[i]));
                var w = weighted ? sin / (1 - e * cos) * (sin / (1 - e * cos)) : 1;
                var (x, y) = (signal[i] * cos / sin - mx, signal[i] / sin - my);
                if (pass == 0)
                {
                    (sw, sx, sy) = (sw + w, sx + w * x, sy + w * y);
                }
                else
                {
                    (sxx, sxy) = (sxx + w * x * x, sxy + w * x * y);
                }
            }

            if (pass == 1)
            {
                return (sxy / sxx, my - sxy / sxx * mx);
            }
        }
    }
}
