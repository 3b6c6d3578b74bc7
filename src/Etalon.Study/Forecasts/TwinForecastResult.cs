using Etalon.Metrology;
using Etalon.Twin.Forecasting;

namespace Etalon.Study.Forecasts;

/// <summary>A patient's forecast, ready to be written.</summary>
/// <param name="Subject">Pseudonym.</param>
/// <param name="Twin">The fit and its visits.</param>
/// <param name="Forecast">The forecast.</param>
/// <param name="Members">Draws.</param>
/// <param name="Seed">Of the draws.</param>
/// <param name="Findings">Of the case, the fit and the forecast.</param>
/// <param name="Assumptions">Taken as true without having been measured.</param>
public sealed record TwinForecastResult(
    string Subject, TwinResult Twin, PatientForecast Forecast, int Members, ulong Seed, IReadOnlyList<Finding> Findings, IReadOnlyList<Assumption> Assumptions);
