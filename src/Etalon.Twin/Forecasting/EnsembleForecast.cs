using System.Numerics;
using Etalon.Treatment;
using Etalon.Twin.Validation;

namespace Etalon.Twin.Forecasting;

/// <summary>What to forecast.</summary>
public sealed record EnsembleRequest
{
    /// <summary>Domain and stencil.</summary>
    public required TumourModel Model { get; init; }

    /// <summary>Treatment on the model's clock, past and planned.</summary>
    public required TreatmentSchedule Schedule { get; init; }

    /// <summary>Day of the members' initial states.</summary>
    public required double StartDay { get; init; }

    /// <summary>Gives a member by its index; called from several threads.</summary>
    public required Func<int, ForecastMember> Member { get; init; }

    /// <summary>Number of members, at least 2.</summary>
    public required int Members { get; init; }

    /// <summary>Days asked for, ascending, none before the start.</summary>
    public required IReadOnlyList<double> Days { get; init; }

    /// <summary>Last visit that the members have seen: the model's own error grows from here.</summary>
    public required double LastSeenDay { get; init; }

    /// <summary>Density above which a scan counts cells.</summary>
    public required double VisibleDensity { get; init; }

    /// <summary>The model's own error; null: none is added.</summary>
    public ModelDiscrepancy? Discrepancy { get; init; }

    /// <summary>What progression means.</summary>
    public ProgressionRule Progression { get; init; } = new();

    /// <summary>Days between looks for progression. The default is 4.</summary>
    public double LookEveryDays { get; init; } = 4;

    /// <summary>Threads, one member each; the result does not depend on it. The default is 2.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Steps.</summary>
    public SimulationOptions Simulation { get; init; } = new();

    /// <summary>Of the model's error.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>What the members say at one day.</summary>
/// <param name="Day">Days on the model's clock.</param>
/// <param name="Cells">All cells of the domain, relative to capacity.</param>
/// <param name="VisibleCells">Those above the visible density: what a scan would count.</param>
/// <param name="DenseMl">Volume with density above one half, mL.</param>
/// <param name="VisibleMl">Volume above the visible density, mL.</param>
/// <param name="MeanDensity">Mean density of the visible volume; 0 where nothing is visible.</param>
/// <param name="PeakDensity">Largest density.</param>
/// <param name="ProbabilityDense">Share of members with density above one half, on the domain's grid; the model's own error takes no part.</param>
public sealed record ForecastDay(
    double Day, PredictiveSample Cells, PredictiveSample VisibleCells, PredictiveSample DenseMl, PredictiveSample VisibleMl, PredictiveSample MeanDensity,
    PredictiveSample PeakDensity, float[] ProbabilityDense);

/// <summary>Distributions of the tumour at asked days, from many runs of the model.</summary>
/// <param name="Days">In order.</param>
/// <param name="Progression">When the tumour progresses.</param>
public sealed record EnsembleForecast(IReadOnlyList<ForecastDay> Days, TimeToProgression Progression)
{
    private readonly record struct Look(double Cells, double VisibleCells, int Dense, int Visible, double Peak);

    /// <summary>Runs all members, one per thread.</summary>
    /// <exception cref="ArgumentException">Fewer than two members, no day, or days that do not ascend from the start.</exception>
    public static EnsembleForecast Run(EnsembleRequest request, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Members < 2 || request.Days.Count == 0 || !(request.LookEveryDays > 0))
        {
            throw new ArgumentException($"A forecast needs two members ({request.Members}), a day ({request.Days.Count}) and looks some time apart ({request.LookEveryDays} days).");
        }

        var from = request.Progression.FromDay ?? FirstTreatment(request.Schedule, request.StartDay) ?? request.StartDay;
        var days = AllDays(request, from);
        var asked = request.Days.Select(d => days.IndexOf(d)).ToArray();
        var looks = new Look[request.Members][];
        var dense = new int[request.Days.Count][];
        var done = 0;
        Parallel.For(
            0, request.Members, new ParallelOptions { MaxDegreeOfParallelism = request.Threads, CancellationToken = cancellation },
            () => request.Days.Select(_ => new int[request.Model.Diffusion.Length]).ToArray(),
            (m, _, counts) =>
            {
                looks[m] = OfMember(request, request.Member(m), days, asked, counts, cancellation);
                progress?.Report(Interlocked.Increment(ref done) / (double)request.Members);
                return counts;
            },
            counts =>
            {
                // Sums of whole numbers do not depend on their order.
                lock (dense)
                {
                    for (var d = 0; d < dense.Length; d++)
                    {
                        dense[d] = dense[d] is null ? counts[d] : dense[d].Zip(counts[d], (a, b) => a + b).ToArray();
                    }
                }
            });
        return Collect(request, days, asked, looks, dense, from);
    }

    private static Look[] OfMember(
        EnsembleRequest request, ForecastMember member, List<double> days, int[] asked, int[][] counts, CancellationToken cancellation)
    {
        var row = new Look[days.Count];
        // Rounding of single precision is some 1e-6 of a density, far below what members differ by.
        request.Model.SimulateSingle(
            member.Initial, member.Parameters, request.Schedule, request.StartDay, days,
            (output, state) =>
            {
                var map = Array.IndexOf(asked, output);
                // Between the days asked for only the visible volume is looked at.
                row[output] = map >= 0 ? At(state, request.VisibleDensity) : new Look(0, 0, 0, CountAbove(state, request.VisibleDensity), 0);
                for (var n = 0; map >= 0 && n < state.Length; n++)
                {
                    counts[map][n] += state[n] > 0.5 ? 1 : 0;
                }
            },
            request.Simulation, cancellation);
        return row;
    }

    private static Look At(ReadOnlySpan<float> state, double visibleDensity)
    {
        var (sum, visible, dense, seen, peak) = (0.0, 0.0, 0, 0, 0.0);
        foreach (var n in state)
        {
            sum += n;
            dense += n > 0.5 ? 1 : 0;
            peak = n > peak ? n : peak;
            if (n > (float)visibleDensity)
            {
                (visible, seen) = (visible + n, seen + 1);
            }
        }

        return new Look(sum, visible, dense, seen, peak);
    }

    /// <summary>Voxels above a density; whole numbers, so that lanes change nothing.</summary>
    private static int CountAbove(ReadOnlySpan<float> state, double density)
    {
        var (n, width, single) = (0, Vector<float>.Count, (float)density);
        var (limit, lanes) = (new Vector<float>(single), Vector<int>.Zero);
        for (; n <= state.Length - width; n += width)
        {
            // True is −1 in every lane.
            lanes -= Vector.GreaterThan(new Vector<float>(state[n..]), limit);
        }

        var count = Vector.Sum(lanes);
        for (; n < state.Length; n++)
        {
            count += state[n] > single ? 1 : 0;
        }

        return count;
    }

    private static EnsembleForecast Collect(EnsembleRequest request, List<double> days, int[] asked, Look[][] looks, int[][] dense, double from)
    {
        var ml = request.Model.Diffusion.Domain.Grid.VoxelVolumeMl;
        var horizon = days.Select(d => d - request.LastSeenDay).ToList();
        var factors = Enumerable.Range(0, request.Members).Select(m => request.Discrepancy is { } error
            ? Array.ConvertAll(error.Path(m, request.Members, horizon, request.Seed), Math.Exp)
            : Enumerable.Repeat(1.0, days.Count).ToArray()).ToArray();
        var watched = Enumerable.Range(0, days.Count).Where(d => days[d] >= from).ToArray();
        var progression = new List<double>();
        for (var m = 0; m < request.Members; m++)
        {
            var volumes = watched.Select(d => looks[m][d].Visible * ml * factors[m][d]).ToArray();
            if (request.Progression.FirstIn(volumes) is { } first)
            {
                progression.Add(days[watched[first]]);
            }
        }

        progression.Sort();
        var results = new List<ForecastDay>();
        for (var a = 0; a < asked.Length; a++)
        {
            var d = asked[a];
            PredictiveSample Of(Func<Look, double> value, bool scaled) => new(looks.Select((l, m) => value(l[d]) * (scaled ? factors[m][d] : 1)));
            results.Add(new ForecastDay(
                days[d], Of(l => l.Cells, true), Of(l => l.VisibleCells, true), Of(l => l.Dense * ml, true), Of(l => l.Visible * ml, true),
                Of(l => l.Visible == 0 ? 0 : l.VisibleCells / l.Visible, false), Of(l => l.Peak, false),
                request.Model.Diffusion.ToGrid(Array.ConvertAll(dense[a], c => c / (double)request.Members))));
        }

        return new EnsembleForecast(results, new TimeToProgression(request.Progression, from, days[^1], request.LookEveryDays, progression, request.Members));
    }

    private static double? FirstTreatment(TreatmentSchedule schedule, double start)
    {
        var days = schedule.Fractions.Select(f => f.Day).Concat(schedule.Drugs.SelectMany(d => d.Doses.Select(x => x.Day))).Where(d => d >= start).ToList();
        return days.Count == 0 ? null : days.Min();
    }

    /// <summary>The days asked for and, from the watch's start to the last of them, looks for progression.</summary>
    private static List<double> AllDays(EnsembleRequest request, double from)
    {
        var last = request.Days[^1];
        var looks = new List<double>();
        for (var n = 0; from + n * request.LookEveryDays < last; n++)
        {
            looks.Add(from + n * request.LookEveryDays);
        }

        return request.Days.Concat(looks).Distinct().Order().ToList();
    }
}
