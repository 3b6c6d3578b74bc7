namespace Etalon.Assays.Dce;

/// <summary>
/// Concentration of contrast agent from the signal of a spoiled gradient echo, inverted in closed form: S = M sin α (1 − E)/(1 − E cos α), E = exp(−TR R1),
/// R1 = 1/T1 + r1 C, the magnetisation M from the mean of the baseline. No T2* decay.
/// </summary>
/// <remarks>With q = S/S0 and the baseline's E0: E = (1 − q A)/(1 − q A cos α), A = (1 − E0)/(1 − E0 cos α). A signal that no R1 ≥ 0 gives has no concentration.</remarks>
public sealed class SignalToConcentration
{
    private readonly double _cosine;
    private readonly double _trS;
    private readonly double _relaxivity;

    /// <summary>Plans the conversion of one protocol.</summary>
    /// <param name="flipDeg">Flip angle, degrees, in (0, 180).</param>
    /// <param name="trS">Repetition time, s.</param>
    /// <param name="relaxivityPerMmS">r1, 1/(mM·s).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public SignalToConcentration(double flipDeg, double trS, double relaxivityPerMmS)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trS);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(relaxivityPerMmS);
        if (!(flipDeg is > 0 and < 180))
        {
            throw new ArgumentOutOfRangeException(nameof(flipDeg), flipDeg, "A flip angle lies between 0 and 180 degrees.");
        }

        (_cosine, _trS, _relaxivity) = (Math.Cos(double.DegreesToRadians(flipDeg)), trS, relaxivityPerMmS);
    }

    /// <summary>Converts a curve.</summary>
    /// <param name="signal">Signals.</param>
    /// <param name="baseline">Mean signal before contrast, above 0.</param>
    /// <param name="t1S">T1 before contrast, s.</param>
    /// <param name="concentrationMm">Receives the concentration, mM; NaN where the signal is beyond what any R1 gives.</param>
    /// <returns>How many samples have no concentration.</returns>
    public int Convert(ReadOnlySpan<double> signal, double baseline, double t1S, Span<double> concentrationMm)
    {
        var e0 = Math.Exp(-_trS / t1S);
        var a = -double.ExpM1(-_trS / t1S) / (1 - e0 * _cosine);
        var missing = 0;
        for (var i = 0; i < signal.Length; i++)
        {
            var q = signal[i] / baseline * a;
            var (over, under) = (1 - q, 1 - q * _cosine);
            if (!(over > 0) || !(under > 0))
            {
                concentrationMm[i] = double.NaN;
                missing++;
                continue;
            }

            // ln E = ln(1 − q) − ln(1 − q cos α), each without cancellation; R1 − R10 in one step.
            concentrationMm[i] = ((double.LogP1(-q * _cosine) - double.LogP1(-q)) / _trS - 1 / t1S) / _relaxivity;
        }

        return missing;
    }

    /// <summary>dC/dS of one sample, mM per unit of signal: what noise of the signal makes of the concentration.</summary>
    /// <param name="signal">The sample.</param>
    /// <param name="baseline">Mean signal before contrast.</param>
    /// <param name="t1S">T1 before contrast, s.</param>
    public double Slope(double signal, double baseline, double t1S)
    {
        var a = -double.ExpM1(-_trS / t1S) / (1 - Math.Exp(-_trS / t1S) * _cosine) / baseline;
        var q = a * signal;
        return a * (1 / (1 - q) - _cosine / (1 - q * _cosine)) / (_trS * _relaxivity);
    }
}
