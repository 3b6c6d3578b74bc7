using Etalon.Assays.Diffusion;

namespace Etalon.Assays.Maps;

/// <summary>How diffusion maps are made.</summary>
public enum AdcMapMethod
{
    /// <summary>Greatest likelihood of magnitudes (<see cref="NoiseLaw.Rician"/>), mono-exponential.</summary>
    Rician,

    /// <summary>Exact least squares, mono-exponential.</summary>
    Exact,

    /// <summary>Line through ln S, weights S².</summary>
    Weighted,

    /// <summary>Line through ln S, equal weights: what scanners do.</summary>
    Linear,

    /// <summary>IVIM, all parameters at once.</summary>
    Ivim,

    /// <summary>IVIM, D above a threshold first.</summary>
    IvimSegmented,

    /// <summary>Kurtosis.</summary>
    Kurtosis,
}

/// <summary>How frames of one b-value, of different gradient directions, become one signal.</summary>
public enum DirectionMean
{
    /// <summary>Mean of ln S: gives a third of the trace of the diffusion tensor exactly where diffusion is Gaussian.</summary>
    Geometric,

    /// <summary>Mean of S: reads low where diffusion is anisotropic (1.6 % over a whole head at b = 2500 s/mm², reference series XA30).</summary>
    Arithmetic,
}

/// <summary>Choices of a diffusion map.</summary>
public sealed record AdcMapOptions
{
    /// <summary>How.</summary>
    public AdcMapMethod Method { get; init; } = AdcMapMethod.Rician;

    /// <summary>Rule over directions.</summary>
    public DirectionMean Directions { get; init; } = DirectionMean.Geometric;

    /// <summary>Smallest b that counts, s/mm²; above 0 it keeps blood out of an ADC.</summary>
    public double BMin { get; init; }

    /// <summary>Largest b that counts, s/mm².</summary>
    public double BMax { get; init; } = double.PositiveInfinity;

    /// <summary>Noise of each channel, in the unit of the signals; null: estimated from the series.</summary>
    public double? NoiseSd { get; init; }

    /// <summary>b from which on the segmented fit takes blood to have decayed, s/mm².</summary>
    public double IvimThreshold { get; init; } = IvimSegmented.DefaultThreshold;
}
