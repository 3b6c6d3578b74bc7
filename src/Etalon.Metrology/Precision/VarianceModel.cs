namespace Etalon.Metrology.Precision;

/// <summary>How the standard deviation of repeated readings depends on the size x of what is measured.</summary>
public enum VarianceModel
{
    /// <summary>The same everywhere: e.</summary>
    ConstantSd,

    /// <summary>In proportion: f·x.</summary>
    ConstantCv,

    /// <summary>Both: e + f·x.</summary>
    Linear,
}

/// <summary>On which scale the errors of a reading are normal.</summary>
public enum ErrorScale
{
    /// <summary>
    /// The logarithm of the reading is normal with standard deviation (e + f·x) / x. For quantities above 0, whose changes are told as ratios; the
    /// limits of a percent change are exact.
    /// </summary>
    Logarithm,

    /// <summary>The reading itself is normal with standard deviation e + f·x. For quantities that may be 0 or below it, and for small errors.</summary>
    Absolute,
}
