namespace Etalon.Twin;

/// <summary>The residuals of one visit that count, with their derivatives.</summary>
/// <param name="At">Places in a state.</param>
/// <param name="Residual">(predicted − observed)/σ.</param>
/// <param name="Slope">Derivative of each residual to the density that the visit sees at its place.</param>
/// <param name="Columns">Derivatives to the parameters that are not zero; empty where only the cost was asked for.</param>
/// <param name="Shift">How the visit sees a state; null: as it is.</param>
internal sealed record VisitRows(int[] At, double[] Residual, double[] Slope, IReadOnlyList<(int Parameter, double[] Values)> Columns, StateShift? Shift)
{
    public double Cost
    {
        get
        {
            var sum = 0.0;
            foreach (var r in Residual)
            {
                sum += r * r;
            }

            return 0.5 * sum;
        }
    }

    /// <summary>Spreads Σ over residuals of slope · weight into a state.</summary>
    public double[] ToState(double[] weights, int length)
    {
        var state = new double[length];
        for (var i = 0; i < At.Length; i++)
        {
            state[At[i]] = Slope[i] * weights[i];
        }

        return Shift is null ? state : Shift.Transpose(state);
    }

    /// <summary>Change of the residuals with a change of the model's density.</summary>
    public double[] FromState(double[] state)
    {
        var rows = new double[At.Length];
        state = Shift is null ? state : Shift.Apply(state);
        for (var i = 0; i < At.Length; i++)
        {
            rows[i] = Slope[i] * state[At[i]];
        }

        return rows;
    }
}
