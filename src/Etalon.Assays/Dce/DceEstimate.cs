namespace Etalon.Assays.Dce;

/// <summary>One parameter of a fit.</summary>
/// <param name="Parameter">Which.</param>
/// <param name="Value">Rates and flows per s. Valid where the status is Ok or AtBound.</param>
/// <param name="U">Standard uncertainty; NaN where the residual does not tell it.</param>
/// <param name="Status">Ok, AtBound, NotIdentifiable, or NotPhysical (a volume above 1).</param>
public readonly record struct DceValue(DceParameter Parameter, double Value, double U, VoxelStatus Status);

/// <summary>One fitted curve.</summary>
public sealed record DceEstimate
{
    /// <summary>Ok, or why there is nothing.</summary>
    public required VoxelStatus Status { get; init; }

    /// <summary>Parameters in the order of <see cref="DceFit.Parameters"/>.</summary>
    public IReadOnlyList<DceValue> Values { get; init; } = [];

    /// <summary>Covariance of the parameters over the variance of noise, row by row; NaN rows where not identifiable.</summary>
    public IReadOnlyList<double> UnitCovariance { get; init; } = [];

    /// <summary>Sum of squared residuals, mM².</summary>
    public double Rss { get; init; }

    /// <summary>Samples less parameters.</summary>
    public int Dof { get; init; }

    /// <summary>Coefficients and rates as the fit found them: amplitude and x of each exponential, then vp.</summary>
    internal DceRaw Raw { get; init; }

    /// <summary>Akaike's criterion for small samples; the noise counts as a parameter.</summary>
    /// <param name="further">Parameters found beside those of the model, as a delay.</param>
    /// <returns>Null where nothing was fitted, or with too few samples.</returns>
    public double? Aicc(int further = 0)
    {
        var free = Values.Count(v => v.Parameter != DceParameter.Kep);
        var (samples, k) = (Dof + free, free + 1 + further);
        return free > 0 && samples > k + 1 ? samples * Math.Log(Math.Max(Rss, 1e-300) / samples) + 2 * k + 2.0 * k * (k + 1) / (samples - k - 1) : null;
    }

    /// <summary>A parameter; null where the model has none.</summary>
    public DceValue? Find(DceParameter parameter)
    {
        foreach (var value in Values)
        {
            if (value.Parameter == parameter)
            {
                return value;
            }
        }

        return null;
    }
}

/// <summary>The fit in the terms of its space: Σ a v(x) + vp cp.</summary>
/// <param name="A1">Amplitude of the first exponential.</param>
/// <param name="X1">Its place.</param>
/// <param name="A2">Amplitude of the second; 0 where there is none.</param>
/// <param name="X2">Its place.</param>
/// <param name="Vp">Coefficient of the plasma curve; 0 where there is none.</param>
/// <param name="Cost">Sum of squares within the space.</param>
internal readonly record struct DceRaw(double A1, double X1, double A2, double X2, double Vp, double Cost);
