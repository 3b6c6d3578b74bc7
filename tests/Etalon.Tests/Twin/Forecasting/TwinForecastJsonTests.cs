using System.Text.Json;
using Etalon.Numerics;
using Etalon.Phantoms.Tumours;
using Etalon.Study;
using Etalon.Study.Forecasts;
using Etalon.Tests.Support;
using Etalon.Tests.Twin.Validation;
using Etalon.Twin;
using Etalon.Twin.Forecasting;
using Xunit;

namespace Etalon.Tests.Twin.Forecasting;

/// <summary>forecast.json of a virtual patient whose last two visits were held out.</summary>
[Trait("Kind", "Numeric")]
public sealed class TwinForecastJsonTests
{
    private static readonly Lazy<TwinForecastResult> Forecast = new(() => Of(7));

    private static TwinForecastResult Of(ulong seed)
    {
        var patient = VirtualDensityPatient.Draw(TumourKind.ReactionDiffusion, 3);
        var options = new TwinFitOptions { VoxelsPerGrain = VirtualDensityPatient.VoxelsPerGrain };
        var fitted = patient.Observations.Count - 2;
        var fit = TwinFit.Run(patient.Model, patient.Schedule, patient.Observations.Take(fitted).ToList(), ForecastStudy.Population, VirtualDensityPatient.Reference, options);
        var days = new[] { patient.Observations[^1].Day + 7.5 };
        var forecast = PatientForecast.Run(
            fit, patient.Observations, fitted, days, VirtualDensityPatient.Reference, new PatientForecastOptions { Members = 40, Seed = seed, Fit = options, Hindcasts = new() { Most = 1, Members = 40 } });
        var twin = new TwinResult
        {
            Fit = fit, Observations = patient.Observations, Fitted = fitted, Agreement = [], TimeError = 0, Fields = [], Advice = [],
            Forecast = Forecaster.Run(fit, fit.Draw(2, new RandomStream(1, "two")), patient.Schedule, days, 0.1, options),
        };
        return new TwinForecastResult("virtual-3", twin, forecast, 40, seed, forecast.Findings, [new("adc-unit", "ADC is in mm2/s", "mm2/s", "a test")]);
    }

    [Fact]
    public void The_forecast_keeps_to_its_schema()
    {
        using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/twin-forecast.schema.json"));
        using var json = JsonDocument.Parse(TwinForecastJson.Write(Forecast.Value));

        Assert.Empty(SchemaCheck.Violations(json.RootElement, schema.RootElement));
    }

    [Fact]
    public void The_example_keeps_to_the_schema()
    {
        using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/twin-forecast.schema.json"));
        using var example = JsonDocument.Parse(Repository.Read("docs/examples/twin-forecast.json"));

        Assert.Empty(SchemaCheck.Violations(example.RootElement, schema.RootElement));
    }

    [Fact]
    public void One_seed_gives_the_same_bytes_and_another_seed_others()
    {
        var bytes = TwinForecastJson.Write(Forecast.Value);

        Assert.Equal(bytes, TwinForecastJson.Write(Of(7)));
        Assert.NotEqual(bytes, TwinForecastJson.Write(Of(8)));
    }

    [Fact]
    public void Intervals_nest_and_held_out_visits_stand_among_the_days()
    {
        var forecast = Forecast.Value.Forecast;

        Assert.Equal(3, forecast.Ensemble.Days.Count);
        Assert.Equal(2, forecast.Validation.Visits.Count);
        foreach (var sample in forecast.Ensemble.Days.Select(d => d.VisibleCells))
        {
            var (inner, middle, outer) = (sample.Middle(0.5), sample.Middle(0.9), sample.Middle(0.95));
            Assert.True(outer.Lower <= middle.Lower && middle.Lower < inner.Lower && inner.Lower < sample.Median && sample.Median < inner.Upper && inner.Upper < middle.Upper && middle.Upper <= outer.Upper);
        }

        Assert.All(forecast.Ensemble.Days, d => Assert.All(d.ProbabilityDense, p => Assert.InRange(p, 0f, 1f)));
        Assert.All(forecast.Validation.Baselines, b => Assert.Equal(b.LogCrps > forecast.Validation.TwinLogCrps, b.IsBeaten));
        Assert.InRange(forecast.VisibleDensity, 0.03, 0.4);
    }

    [Fact]
    public void The_edge_of_a_virtual_reader_is_found_again()
    {
        var patient = VirtualDensityPatient.Draw(TumourKind.ReactionDiffusion, 3);

        // Drawn at the limit times exp(0.05 z) on shifted states; voxels of some mm step over some percent of density.
        Assert.Equal(0, Math.Log(Etalon.Twin.Validation.DrawnEdge.Of(patient.States, patient.Observations)!.Value / patient.DetectionLimit), 0.12);
    }
}
