using Etalon.Phantoms.Tumours;
using Etalon.Twin;
using Xunit;

namespace Etalon.Tests.Twin.Validation;

/// <summary>Forecasts of virtual patients.</summary>
[Trait("Kind", "Study")]
public sealed class ForecastStudyTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(TumourKind.ReactionDiffusion)]
    [InlineData(TumourKind.TwoSpecies)]
    [InlineData(TumourKind.Tensor)]
    [InlineData(TumourKind.MassEffect)]
    public void Try(TumourKind kind)
    {
        var n = int.Parse(Environment.GetEnvironmentVariable("N") ?? "12");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var priors = Environment.GetEnvironmentVariable("COHORT_PRIOR") == "1" ? ForecastStudy.Population : TwinPrior.Default(["temozolomide"]);
        var patients = ForecastStudy.Run(kind, n, 1, priors, TestContext.Current.CancellationToken);
        output.WriteLine($"{kind}: {watch.Elapsed.TotalSeconds:0} s");
        for (var p = 0; p < 4; p++)
        {
            output.WriteLine($" par {p}: cover90 {patients.Average(x => x.Covered[p] ? 1 : 0.0):0.00} meanZ {patients.Average(x => x.Z[p]):0.00} rmsZ {Math.Sqrt(patients.Average(x => x.Z[p] * x.Z[p])):0.00} known {patients.Average(x => x.Known[p] ? 1 : 0.0):0.00}");
        }

        for (var h = 0; h < 2; h++)
        {
            var held = patients.Select(x => x.HeldOut[h]).ToList();
            output.WriteLine($" held {h}: horizon {held.Average(x => x.HorizonDays):0} d truth cover90 {held.Average(x => x.OfTruth(null).Covers(x.Truth, 0.9) ? 1 : 0.0):0.00} measured {held.Average(x => x.OfMeasurement(null).Covers(x.Measured, 0.9) ? 1 : 0.0):0.00}"
                + $" u {held.Average(x => x.MeasurementU):0.00} bias {held.Average(x => Math.Log(x.Truth) - x.LogMembers.Average()):0.00} rms {Math.Sqrt(held.Average(x => Math.Pow(Math.Log(x.Truth) - x.LogMembers.Average(), 2))):0.00} sd {Math.Sqrt(held.Average(x => Math.Pow(x.LogMembers.StdDev(), 2))):0.00}"
                + $" logCRPS twin {held.Average(x => x.OfMeasurement(null).LogScore(x.Measured, 1)):0.000} base {string.Join(", ", Enumerable.Range(0, 3).Select(b => held.Average(x => x.Baselines[b].LogScore(x.Measured, 1)).ToString("0.000")))}"
                + $" CRPS/cells twin {held.Average(x => x.OfMeasurement(null).Score(x.Measured) / x.Measured):0.000} base {string.Join(", ", Enumerable.Range(0, 3).Select(b => held.Average(x => x.Baselines[b].Score(x.Measured) / x.Measured).ToString("0.000")))}");
        }

        output.WriteLine($" chi2 {string.Join(" ", patients.Select(p => p.ReducedChiSquared.ToString("0.0")).Take(30))}");
        output.WriteLine($" hind z {string.Join(" ", patients.Select(p => string.Join("/", p.Hindcasts.Select(r => $"{r.LogError:0.00}({Math.Sqrt(r.Variance):0.00})"))).Take(20))}");
    }
}

internal static class Spread
{
    public static double StdDev(this double[] v) => Math.Sqrt(v.Average(x => (x - v.Average()) * (x - v.Average())));
}
