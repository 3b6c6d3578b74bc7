using Etalon.Treatment;
using Etalon.Twin;

namespace Etalon.Planning;

/// <summary>An option beside the reference.</summary>
/// <param name="Option">The option.</param>
/// <param name="Outcomes">The same outcomes in the same order for every option.</param>
/// <param name="PFewerCells">Share of draws with fewer tumour cells at the horizon than under the reference; null for the reference.</param>
/// <param name="PMoreCells">Share of draws with more than 10 % more tumour cells at the horizon than under the reference; null for the reference.</param>
/// <param name="WorstFivePercent">Mean cells at the horizon over the worst 5 % of draws.</param>
/// <param name="DecidedBy">The parameter whose value decides most (largest rank correlation with the difference), or empty.</param>
/// <param name="Forecast">Burden over days.</param>
public sealed record OptionResult(
    TreatmentOption Option, IReadOnlyList<OptionOutcome> Outcomes, DrawShare? PFewerCells, DrawShare? PMoreCells, double WorstFivePercent, string DecidedBy,
    Forecast Forecast);

/// <summary>Runs options through one posterior with the same draws.</summary>
public static class OptionComparison
{
    /// <summary>α/β of late damage to the brain, Gy; the common assumption (QUANTEC brain 2010 uses 2 to 3), remembered, not checked.</summary>
    public const double LateAlphaBetaGy = 2;

    /// <summary>Compares options; the reference must be among them.</summary>
    /// <param name="options">What is compared.</param>
    /// <param name="simulate">Forecast of a schedule with the common draws.</param>
    /// <param name="draws">The draws, for what decides.</param>
    /// <param name="priors">Names of the parameters.</param>
    /// <param name="treatmentStartDay">Day of the first fraction or drug dose.</param>
    public static IReadOnlyList<OptionResult> Compare(
        IReadOnlyList<TreatmentOption> options, Func<TreatmentSchedule, Forecast> simulate, IReadOnlyList<double[]> draws,
        IReadOnlyList<ParameterPrior> priors, double treatmentStartDay)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(simulate);
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentNullException.ThrowIfNull(priors);
        var forecasts = options.Select(o => simulate(o.Schedule)).ToList();
        var reference = forecasts[options.ToList().FindIndex(o => o.IsReference)];
        var last = reference.Days.Count - 1;
        return options.Select((option, n) =>
        {
            var forecast = forecasts[n];
            var cells = forecast.Sorted(last, b => b.Cells);
            var ratio = forecast.Members.Zip(reference.Members, (a, b) => a[last].Cells / Math.Max(b[last].Cells, 1e-12)).ToArray();
            var regrowth = forecast.Members.Select(m => RegrowthDays(forecast.Days, m, treatmentStartDay)).ToArray();
            var late = LinearQuadratic.EquivalentDoseIn2Gy(
                option.Schedule.Fractions.Sum(f => LinearQuadratic.BiologicallyEffectiveDose(1, f.DoseGy, LateAlphaBetaGy)), LateAlphaBetaGy);
            var worst = cells[^WorstOf(cells.Length)..].Average();
            return new OptionResult(
                option,
                [
                    OptionOutcome.Of("Tumour cells on the last day", "voxels at capacity", cells.Select(c => (double?)c).ToList(), double.MaxValue),
                    OptionOutcome.Of("Days from start of treatment until as many cells as then", "d", regrowth, forecast.Days[last] - treatmentStartDay),
                    new OptionOutcome("Dose to late-reacting tissue in the target (EQD2, α/β = 2 Gy)", "Gy", late, late, late),
                ],
                option.IsReference ? null : new DrawShare(ratio.Count(r => r < 1), ratio.Length),
                option.IsReference ? null : new DrawShare(ratio.Count(r => r > 1.1), ratio.Length),
                worst, option.IsReference ? "" : Decides(draws, priors, ratio), forecast);
        }).ToList();
    }

    /// <summary>How many of so many draws are the worst 5 %.</summary>
    public static int WorstOf(int draws) => Math.Max(1, draws / 20);

    /// <summary>
    /// Days after the start of treatment until the cells are again as many as at the start: 0 where they never fall below, null where they
    /// have not returned on the last day.
    /// </summary>
    public static double? RegrowthDays(IReadOnlyList<double> days, IReadOnlyList<TumourBurden> burden, double startDay)
    {
        ArgumentNullException.ThrowIfNull(days);
        ArgumentNullException.ThrowIfNull(burden);
        var start = 0;
        while (start + 1 < days.Count && days[start + 1] <= startDay)
        {
            start++;
        }

        var level = burden[start].Cells;
        for (var d = days.Count - 1; d > start; d--)
        {
            if (burden[d].Cells < level)
            {
                if (d == days.Count - 1)
                {
                    return null;
                }

                var (low, high) = (Math.Log(burden[d].Cells), Math.Log(burden[d + 1].Cells));
                return days[d] + (days[d + 1] - days[d]) * (Math.Log(level) - low) / (high - low) - startDay;
            }
        }

        return 0;
    }

    private static string Decides(IReadOnlyList<double[]> draws, IReadOnlyList<ParameterPrior> priors, double[] ratio)
    {
        var ranked = Ranks(ratio);
        var best = priors.Select((p, i) => (p.Title, Rank: Math.Abs(Correlation(Ranks(draws.Select(d => d[i]).ToArray()), ranked)))).MaxBy(x => x.Rank);
        return best.Rank > 0.3 ? best.Title : "no single parameter";
    }

    private static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Length];
        for (var r = 0; r < order.Length; r++)
        {
            ranks[order[r]] = r;
        }

        return ranks;
    }

    private static double Correlation(double[] a, double[] b)
    {
        var (ma, mb) = (a.Average(), b.Average());
        var (aa, bb, ab) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            (aa, bb, ab) = (aa + (a[i] - ma) * (a[i] - ma), bb + (b[i] - mb) * (b[i] - mb), ab + (a[i] - ma) * (b[i] - mb));
        }

        return aa > 0 && bb > 0 ? ab / Math.Sqrt(aa * bb) : 0;
    }
}
