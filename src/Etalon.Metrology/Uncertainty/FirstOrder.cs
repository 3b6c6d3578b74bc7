namespace Etalon.Metrology;

/// <summary>A measurement model y = f(x₁, …): takes the inputs in the order of their <see cref="InputSet"/>.</summary>
/// <param name="inputs">One value per input.</param>
/// <returns>The output; NaN or infinite where the model is not defined.</returns>
public delegate double MeasurementModel(ReadOnlySpan<double> inputs);

/// <summary>First-order propagation of a model given as a function (JCGM 100, 5.1 and 5.2).</summary>
public static class FirstOrder
{
    /// <summary>Step of the differences, in standard uncertainties: small against what the distribution spans.</summary>
    private const double StepPerU = 1e-3;

    /// <summary>Least step relative to the estimate, so that rounding does not swamp the difference; never more than u itself.</summary>
    private const double StepPerValue = 1e-7;

    /// <summary>
    /// The output with its contributions. Sensitivity coefficients are central differences, extrapolated once (error of the fourth order in the step,
    /// which is 10⁻³ u, or up to u where u is tiny against the estimate).
    /// </summary>
    /// <returns>Null where the model has no value or no finite derivative at the estimates.</returns>
    public static UncertainQuantity? Propagate(InputSet inputs, MeasurementModel model)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(model);
        var quantities = inputs.Quantities();
        var at = quantities.Select(q => q.Value).ToArray();
        var value = model(at);
        var terms = new (UncertainQuantity, double)[at.Length];
        for (var i = 0; i < at.Length; i++)
        {
            var sensitivity = quantities[i].U > 0 ? Sensitivity(model, at, i, Step(at[i], quantities[i].U)) : 0;
            if (!double.IsFinite(sensitivity))
            {
                return null;
            }

            terms[i] = (quantities[i], sensitivity);
        }

        return double.IsFinite(value) ? UncertainQuantity.Linear(value, terms) : null;
    }

    private static double Step(double x, double u) => Math.Max(StepPerU * u, Math.Min(u, StepPerValue * Math.Abs(x)));

    private static double Sensitivity(MeasurementModel model, double[] at, int i, double step)
    {
        var narrow = Difference(model, at, i, step);
        var wide = Difference(model, at, i, 2 * step);
        return narrow + (narrow - wide) / 3;
    }

    private static double Difference(MeasurementModel model, double[] at, int i, double step)
    {
        var x = at[i];
        // The step that is really taken, after rounding.
        var (up, down) = (x + step, x - step);
        at[i] = up;
        var above = model(at);
        at[i] = down;
        var below = model(at);
        at[i] = x;
        return (above - below) / (up - down);
    }
}
