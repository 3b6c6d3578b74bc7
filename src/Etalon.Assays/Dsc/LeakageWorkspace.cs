namespace Etalon.Assays.Dsc;

/// <summary>Memory of one thread for <see cref="LeakageCorrection"/>.</summary>
public sealed class LeakageWorkspace
{
    /// <summary>Rents memory for the curves of one correction.</summary>
    public LeakageWorkspace(LeakageCorrection correction)
    {
        ArgumentNullException.ThrowIfNull(correction);
        var (t, c) = (correction.Length, correction.Columns + 2);
        (Residual, Leakage, Slope, Column, KepColumn) = (new double[t], new double[t], new double[t], new double[t], new double[t]);
        (WeightsK1, WeightsK2, WeightsKep, WeightsArea, Sd) = (new double[t], new double[t], new double[t], new double[t], new double[t]);
        (Along, R, RKep) = (new double[c], new double[c], new double[c]);
    }

    internal double[] Residual { get; }

    internal double[] Leakage { get; }

    /// <summary>Derivative of the leakage curve to kep.</summary>
    internal double[] Slope { get; }

    internal double[] Column { get; }

    internal double[] KepColumn { get; }

    internal double[] WeightsK1 { get; }

    internal double[] WeightsK2 { get; }

    internal double[] WeightsKep { get; }

    internal double[] WeightsArea { get; }

    internal double[] Sd { get; }

    internal double[] Along { get; }

    internal double[] R { get; }

    internal double[] RKep { get; }
}
