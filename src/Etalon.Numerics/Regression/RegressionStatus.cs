namespace Etalon.Numerics.Regression;

/// <summary>How the fit of a straight line ended.</summary>
public enum RegressionStatus
{
    /// <summary>The line is found.</summary>
    Converged,

    /// <summary>The steps ran out before the slope stood still.</summary>
    TooManySteps,

    /// <summary>The points define no line: too few, all at one x, or no association that tells the slope's sign.</summary>
    Degenerate,
}
