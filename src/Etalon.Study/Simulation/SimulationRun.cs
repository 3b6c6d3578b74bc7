using System.Diagnostics;
using System.Text.Json;
using Etalon.Imaging;
using Etalon.Numerics;
using Etalon.Twin;

namespace Etalon.Study.Simulation;

/// <summary>One output of a simulation.</summary>
/// <param name="Day">Days from the start.</param>
/// <param name="Cells">Sum of density.</param>
/// <param name="VolumeMl">Volume with density above one half, mL.</param>
/// <param name="CellsError">Largest relative error of the sum from finite steps; null where the scheme states none.</param>
/// <param name="DensityError">The same for a voxel's density, absolute.</param>
public sealed record SimulationOutput(double Day, double Cells, double VolumeMl, double? CellsError, double? DensityError);

/// <summary>Simulates a SPEC and writes its folder.</summary>
public static class SimulationRun
{
    /// <summary>Name of the schema of summary.json.</summary>
    public const string Schema = "etalon-twin-simulation-1";

    /// <summary>Simulates and writes into a folder that takes its place when all is there.</summary>
    public static IReadOnlyList<SimulationOutput> Execute(SimulationSpec spec, AtomicOutput output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(output);
        var watch = Stopwatch.StartNew();
        var rows = new List<SimulationOutput>();
        var states = Run(spec, cancellation);
        var seconds = watch.Elapsed.TotalSeconds;
        for (var o = 0; o < states.Count; o++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (state, day) = (states[o].State, spec.OutputDays[o]);
            var dense = state.Count(n => n > 0.5) * spec.Grid.VoxelVolumeMl;
            var isExact = spec.Options.Scheme == TwinScheme.Exact;
            rows.Add(new SimulationOutput(day, FixedSum.Of(state), dense, isExact ? states[o].CellsError : null, isExact ? states[o].DensityError : null));
            output.Write(DensityFile.NameOf(day), NiftiWriter.Encode(new Volume(spec.Grid, spec.Model.Diffusion.ToGrid(state), null)));
        }

        output.Write("summary.json", Summary(spec, rows, seconds));
        output.Commit();
        return rows;
    }

    private static IReadOnlyList<TimedState> Run(SimulationSpec spec, CancellationToken cancellation)
    {
        if (spec.Options.Scheme == TwinScheme.Exact)
        {
            // What is written comes from the finer of two runs, whose steps are no longer than asked for.
            var coarse = spec.Options with { LargestStepDays = 2 * spec.Options.LargestStepDays };
            return TimeError.Simulate(spec.Model, spec.Initial, spec.Parameters, spec.Schedule, 0, spec.OutputDays, coarse, cancellation);
        }

        var states = new TimedState[spec.OutputDays.Count];
        spec.Model.Simulate(spec.Initial, spec.Parameters, spec.Schedule, 0, spec.OutputDays, (o, s) => states[o] = new TimedState(s.ToArray(), 0, 0), spec.Options, cancellation);
        return states;
    }

    private static byte[] Summary(SimulationSpec spec, List<SimulationOutput> rows, double seconds)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("etalon", ResultsJson.EtalonVersion);
            json.WriteString("scheme", TwinSchemes.NameOf(spec.Options.Scheme));
            ResultsJson.Number(json, "step_day", spec.Options.LargestStepDays);
            ResultsJson.List(json, "outputs", rows, (j, row) =>
            {
                ResultsJson.Number(j, "day", row.Day);
                j.WriteString("file", DensityFile.NameOf(row.Day));
                ResultsJson.Number(j, "cells_relative", row.Cells);
                ResultsJson.Number(j, "volume_ml", row.VolumeMl);
                ResultsJson.Number(j, "time_error", row.CellsError);
                ResultsJson.Number(j, "time_error_density", row.DensityError);
            });
            json.WriteStartObject("timings");
            ResultsJson.Number(json, "simulate_s", Math.Round(seconds, 4));
            json.WriteEndObject();
            json.WritePropertyName("findings");
            ResultsJson.Findings(json, spec.Findings);
            json.WriteEndObject();
        }

        return memory.ToArray();
    }
}
