using System.Text.Json.Nodes;
using Etalon.Numerics;
using Etalon.Planning;
using Etalon.Twin;

namespace Etalon.Study.Report;

/// <summary>What the page shows of the twin and of the options.</summary>
internal static class TwinModel
{
    private const double Z90 = 1.6448536269514722;

    public static JsonObject? Build(StudyResult result)
    {
        if (result.Twin is not { } twin)
        {
            return null;
        }

        var p = twin.Fit.Posterior;
        var growth = Enumerable.Range(0, p.Priors.Count).ToList();
        return new JsonObject
        {
            ["summary"] = Summary(twin),
            ["parameters"] = ReportModel.Array(growth, i => Parameter(result, twin, i)),
            ["correlations"] = ReportModel.Array(
                growth.SelectMany(a => growth.Where(b => b > a).Select(b => (a, b))),
                c => new JsonObject { ["a"] = p.Priors[c.a].Title, ["b"] = p.Priors[c.b].Title, ["value"] = p.Correlation(c.a, c.b) }),
            ["fit"] = ReportModel.Array(Enumerable.Range(0, twin.Agreement.Count), n => new JsonObject
            {
                ["visit"] = twin.Observations[n + 1].Visit,
                ["role"] = n + 1 < twin.Fitted ? "fit" : "held-out",
                ["dice"] = twin.Agreement[n].Dice,
                ["ccc"] = twin.Agreement[n].Ccc,
                ["cellsErrorPercent"] = twin.Agreement[n].CellsErrorPercent,
                ["lower"] = ErrorQuantile(twin, n + 1, 0.025),
                ["upper"] = ErrorQuantile(twin, n + 1, 0.975),
            }),
            ["baselines"] = Baselines(twin),
            ["advice"] = ReportModel.Strings(Remedies(twin)),
        };
    }

    public static JsonObject? Options(StudyResult result)
    {
        if (result.Options.Count == 0)
        {
            return null;
        }

        var draws = result.Options[0].Forecast.Members.Count;
        return new JsonObject
        {
            ["draws"] = draws,
            ["reference"] = result.Options.First(o => o.Option.IsReference).Option.Name,
            ["caveat"] = Unlearned(result.Twin!.Fit.Posterior) + "These are simulations. A schedule with a simulated gain of 8 days did not do better in its phase I trial (median progression-free survival 3.88 months, "
                + "external controls 4.14): a gain in silico is no gain in a patient. Toxicity is not simulated here beyond the dose to late-reacting tissue. "
                + $"Probabilities and intervals are counted over {draws} draws of the twin's parameters and cannot be finer than that; P(benefit) counts draws with fewer cells on the last day than the reference, P(harm) those with more than 10 % more.",
            ["rows"] = ReportModel.Array(result.Options, o => new JsonObject
            {
                ["name"] = o.Option.Name,
                ["detail"] = o.Option.Detail,
                ["isReference"] = o.Option.IsReference,
                ["outcomes"] = ReportModel.Array(o.Outcomes, x => new JsonObject
                {
                    ["title"] = x.Title, ["shownUnit"] = x.Unit, ["median"] = x.Median, ["lower"] = x.Lower, ["upper"] = x.Upper, ["coverage"] = 0.95,
                    ["beyond"] = x.Beyond is { } b ? new JsonObject { ["limit"] = b.Limit, ["draws"] = b.Draws } : null,
                }),
                ["pBenefit"] = o.PFewerCells?.Value,
                ["pHarm"] = o.PMoreCells?.Value,
                ["worst5"] = $"{Shown.Short(o.WorstFivePercent)} voxels at capacity on the last day (mean of the worst {OptionComparison.WorstOf(draws)} of {draws} draws)",
                ["decidedBy"] = o.DecidedBy,
            }),
        };
    }

    /// <summary>Said first where no effect of treatment was seen in the fitted visits: options then differ by assumption alone.</summary>
    private static string Unlearned(TwinPosterior posterior)
    {
        const double Barely = 0.8;
        var effects = Enumerable.Range(0, posterior.Priors.Count).Where(p => p >= TwinFit.FirstKill).ToList();
        return effects.Count > 0 && effects.All(p => posterior.LogSd(p) > Barely * posterior.Priors[p].LogSd)
            ? "The fitted visits hold no effect of treatment: what the options differ in rests on assumed sensitivities alone. "
            : "";
    }

    /// <summary>Where a quantile of the ensemble lies from the measured number of cells, percent; null where nothing was measured.</summary>
    private static double? ErrorQuantile(TwinResult twin, int visit, double probability)
    {
        var observation = twin.Observations[visit];
        var day = twin.Forecast.Days.ToList().IndexOf(observation.Day);
        return day < 0 || !(observation.Cells > 0)
            ? null
            : 100 * (FixedSum.QuantileOfSorted(twin.Forecast.Sorted(day, b => b.VisibleCells), probability) / observation.Cells - 1);
    }

    private static string Summary(TwinResult twin)
    {
        var held = twin.Agreement.Skip(twin.Fitted - 1).ToList();
        var learned = Enumerable.Range(0, twin.Fit.Posterior.Priors.Count).Count(twin.Fit.Posterior.IsIdentifiable);
        var fit = $"Fitted to {twin.Fitted} visits; {learned} of {twin.Fit.Posterior.Priors.Count} parameters could be learned.";
        return held.Count == 0
            ? fit + " No visit was held out, so the forecast is not checked against a measurement."
            : fit + $" {Held(twin, held)} Intervals hold what the visits leave open about the parameters, not errors of the model itself.";
    }

    /// <summary>Two parameters that hide behind each other have one remedy.</summary>
    private static IEnumerable<string> Remedies(TwinResult twin) => twin.Advice
        .DistinctBy(a => string.CompareOrdinal(a.Parameter, a.Partner) < 0 ? (a.Parameter, a.Partner) : (a.Partner, a.Parameter))
        .Select(a => a.Remedy);

    private static string Held(TwinResult twin, List<FieldAgreement> held)
    {
        var dice = held.Select(h => h.Dice).OfType<double>().ToList();
        var errors = held.Select(h => h.CellsErrorPercent).OfType<double>().Select(Math.Abs).ToList();
        var inside = twin.HeldOut();
        var overlap = dice.Count == 0 ? "no voxel above one half to overlap" : dice.Min() == dice.Max() ? FormattableString.Invariant($"Dice {dice[0]:0.00}") : FormattableString.Invariant($"Dice {dice.Min():0.00} to {dice.Max():0.00}");
        var cells = errors.Count == 0 ? "no cells measured" : FormattableString.Invariant($"cells off by {errors.Max():0.0} %{(errors.Count > 1 ? " at most" : "")}, {inside.Count(i => i.IsInside)} of {inside.Count} within the 95 % interval");
        return $"At the {(held.Count == 1 ? "visit" : $"{held.Count} visits")} it was not shown: {overlap}, {cells}.";
    }

    private static JsonObject Parameter(StudyResult result, TwinResult twin, int i)
    {
        var (posterior, prior) = (twin.Fit.Posterior, twin.Fit.Posterior.Priors[i]);
        var (mean, sd, lower, upper) = twin.Fit.Marginals[i];
        var identifiable = posterior.IsIdentifiable(i);
        return new JsonObject
        {
            ["name"] = prior.Name,
            ["title"] = prior.Title,
            ["shownUnit"] = prior.Unit switch { "mm2/d" => "mm²/day", "/d" => "1/day", "/Gy" => "1/Gy", _ => prior.Unit },
            ["shown"] = Shown.PlusMinus(mean, sd),
            ["prior"] = new JsonObject
            {
                ["median"] = prior.Median, ["lower90"] = prior.Quantile(-Z90), ["upper90"] = prior.Quantile(Z90), ["source"] = prior.Source.Text,
            },
            ["posterior"] = new JsonObject { ["mean"] = mean, ["sd"] = sd, ["lower90"] = lower, ["upper90"] = upper },
            ["identifiable"] = identifiable,
            ["words"] = identifiable
                ? FormattableString.Invariant($"learned: the spread fell to {100 * posterior.LogSd(i) / prior.LogSd:0} % of the prior's")
                : twin.Advice.FirstOrDefault(a => a.Parameter == prior.Name)?.Found ?? "not identifiable from these visits",
            ["truth"] = result.Case.Truth?.Parameters.TryGetValue(prior.Name, out var truth) == true ? truth : null,
        };
    }

    /// <summary>What simple rules would have said at the held-out visits: no change since the last fitted visit, a straight line, and exponential growth.</summary>
    private static JsonArray Baselines(TwinResult twin)
    {
        var rows = new JsonArray();
        var last = twin.Observations[twin.Fitted - 1];
        var before = twin.Fitted > 1 ? twin.Observations[twin.Fitted - 2] : null;
        for (var n = twin.Fitted; n < twin.Observations.Count; n++)
        {
            var observation = twin.Observations[n];
            var measured = observation.Cells;
            if (!(measured > 0))
            {
                continue;
            }

            var candidates = new List<(string Name, double Value)>
            {
                ("Twin (best fit)", measured * (1 + (twin.Agreement[n - 1].CellsErrorPercent ?? 0) / 100)),
                ("Last value carried forward", last.Cells),
            };
            if (before is not null && before.Cells > 0 && last.Cells > 0)
            {
                var rate = Math.Log(last.Cells / before.Cells) / (last.Day - before.Day);
                var slope = (last.Cells - before.Cells) / (last.Day - before.Day);
                candidates.Add(("Straight line through the last two", Math.Max(0, last.Cells + slope * (observation.Day - last.Day))));
                candidates.Add(("Exponential through the last two", last.Cells * Math.Exp(rate * (observation.Day - last.Day))));
            }

            rows.Add(new JsonObject
            {
                ["visit"] = observation.Visit,
                ["measured"] = measured,
                ["rows"] = ReportModel.Array(candidates, c => new JsonObject { ["name"] = c.Name, ["value"] = c.Value, ["errorPercent"] = 100 * (c.Value / measured - 1) }),
            });
        }

        return rows;
    }
}
