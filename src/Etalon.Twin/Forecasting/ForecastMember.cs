namespace Etalon.Twin.Forecasting;

/// <summary>One tumour that the visits allow: where it starts and how it grows.</summary>
/// <param name="Initial">State of the model's domain at the start.</param>
/// <param name="Parameters">Its parameters.</param>
public sealed record ForecastMember(double[] Initial, GrowthParameters Parameters);
