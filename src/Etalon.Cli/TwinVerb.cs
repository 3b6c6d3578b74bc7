using System.CommandLine;

namespace Etalon.Cli;

/// <summary><c>etalon twin ...</c>: the tumour twin by itself.</summary>
internal static class TwinVerb
{
    public static Command Create() => new("twin", "The tumour twin by itself.")
    {
        TwinSimulateVerb.Create(),
        TwinFitVerb.Create(),
        TwinForecastVerb.Create(),
        TwinPriorVerb.Create(),
    };
}
