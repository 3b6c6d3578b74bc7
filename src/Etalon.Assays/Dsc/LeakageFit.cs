namespace Etalon.Assays.Dsc;

/// <summary>What the leakage correction of one curve gave. Valid where <see cref="Status"/> is Ok. Standard uncertainties are k = 1.</summary>
public readonly record struct LeakageFit
{
    /// <summary>Whether the numbers are valid.</summary>
    public VoxelStatus Status { get; init; }

    /// <summary>Corrected area ∫ΔR2* dt + K2 ∫E dt over the window, 1, where E is the model's leakage curve of unit K2.</summary>
    public double Area { get; init; }

    /// <summary>Standard uncertainty of <see cref="Area"/>.</summary>
    public double AreaU { get; init; }

    /// <summary>Area before the correction, 1.</summary>
    public double UncorrectedArea { get; init; }

    /// <summary>Blood volume relative to the reference tissue, the factor of its curve, 1.</summary>
    public double K1 { get; init; }

    /// <summary>Standard uncertainty of <see cref="K1"/>.</summary>
    public double K1U { get; init; }

    /// <summary>Leakage, 1/s: above 0 where T1 shortening prevails, below where T2* shortening does.</summary>
    public double K2 { get; init; }

    /// <summary>Standard uncertainty of <see cref="K2"/>.</summary>
    public double K2U { get; init; }

    /// <summary>Backflow, 1/s; 0 in the model without it.</summary>
    public double Kep { get; init; }

    /// <summary>Standard uncertainty of <see cref="Kep"/>; null where it was not fitted or the data do not tell it.</summary>
    public double? KepU { get; init; }

    /// <summary>Whether backflow is part of the model that counts.</summary>
    public bool HasBackflow { get; init; }

    /// <summary>Squared residuals over their variance and the degrees of freedom; about 1 where the model holds. Where it is significantly above, all uncertainties carry its root.</summary>
    public double ReducedChiSquared { get; init; }

    /// <summary>Degrees of freedom of the residual.</summary>
    public int DegreesOfFreedom { get; init; }
}
