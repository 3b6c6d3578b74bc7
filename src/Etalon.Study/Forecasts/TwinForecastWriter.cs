using Etalon.Imaging;

namespace Etalon.Study.Forecasts;

/// <summary>Writes a forecast into a folder: forecast.json and a probability map for each day.</summary>
public static class TwinForecastWriter
{
    /// <summary>Writes; the folder is not put in place yet.</summary>
    public static void Write(TwinForecastResult result, AtomicOutput folder)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(folder);
        var grid = result.Twin.Fit.Model.Diffusion.Domain.Grid;
        foreach (var day in result.Forecast.Ensemble.Days)
        {
            folder.Write(TwinForecastJson.MapName(day.Day), NiftiWriter.Encode(grid, [day.ProbabilityDense]));
        }

        folder.Write("forecast.json", TwinForecastJson.Write(result));
    }
}
