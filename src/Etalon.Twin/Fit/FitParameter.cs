namespace Etalon.Twin;

/// <summary>What a parameter of a fit stands for.</summary>
public enum FitParameterKind
{
    /// <summary>Of the tumour.</summary>
    Growth,

    /// <summary>Factor of a visit's ADC.</summary>
    AdcScale,

    /// <summary>Error that is added to a visit's ADC.</summary>
    AdcOffset,

    /// <summary>Shift of a visit along one axis of the grid.</summary>
    Displacement,

    /// <summary>Factor by which density falls faster beyond what the first visit measured than was read from it.</summary>
    TailFall,

    /// <summary>Factor of the odds N/(1 − N) beyond what the first visit measured.</summary>
    TailOdds,
}

/// <summary>One parameter of a fit.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Name">As in results, e.g. <c>visit3.adc_scale</c>.</param>
/// <param name="Title">For people.</param>
/// <param name="Unit">UCUM unit of the parameter itself.</param>
/// <param name="IsLog">Whether the fit works with its logarithm.</param>
/// <param name="PriorSd">Standard deviation before the data, of the logarithm where the fit works with it.</param>
public sealed record FitParameter(FitParameterKind Kind, string Name, string Title, string Unit, bool IsLog, double PriorSd)
{
    /// <summary>The parameter itself from what the fit works with.</summary>
    public double Value(double coordinate) => IsLog ? Math.Exp(coordinate) : coordinate;
}
