using System.Text.Json.Nodes;
using Etalon.Change;
using Etalon.Metrology;

namespace Etalon.Study.Report;

/// <summary>A change as a row of measurements opens on it: what can be said of it, and what its uncertainty comes from.</summary>
internal static class ChangeModel
{
    /// <summary>The changes that end in a measurement: since the nearest visit with a value first, then since earlier ones.</summary>
    public static IReadOnlyList<MeasuredChange> EndingIn(StudyResult result, Measurement m)
    {
        var visits = result.Measurements.Where(x => x.Measurand == m.Measurand && x.Region?.Id == m.Region?.Id).Select(x => x.Visit).ToList();
        return result.Changes.Where(c => c.To == m.Visit && c.Measurand == m.Measurand && c.Region == (m.Region?.Id ?? ""))
            .OrderByDescending(c => visits.IndexOf(c.From)).ToList();
    }

    /// <summary>One change; u of its budget is the standard uncertainty of the log ratio in percent.</summary>
    /// <param name="c">The change.</param>
    /// <param name="withheld">What stands in place of a verdict that the stated purpose withholds; null: it does not.</param>
    public static JsonObject Build(MeasuredChange c, string? withheld) => new()
    {
        ["from"] = c.From,
        ["to"] = c.To,
        ["shown"] = Shown.Percent(c.LogRatio),
        ["shownInterval"] = Shown.PercentRange(c.Interval),
        ["verdict"] = withheld ?? c.Verdict.ToString().ToLowerInvariant(),
        ["grade"] = c.Grade.ToString(),
        ["pIncrease"] = c.PIncrease,
        ["pTrueChange"] = c.PTrueChange,
        ["pWrongDirection"] = c.PWrongDirection,
        ["minimalImportantChange"] = c.MinimalImportantChange is { } least ? Shown.PercentSize(least) : null,
        ["u"] = 100 * c.U,
        ["limitingTerm"] = c.LimitingTerm,
        ["budget"] = Parts(c.Components, 100),
    };

    /// <summary>Components as parts of a budget.</summary>
    /// <param name="components">The components.</param>
    /// <param name="factor">From the unit of their u to the unit shown.</param>
    public static JsonArray Parts(IReadOnlyList<UncertaintyComponent> components, double factor)
    {
        var shares = Budget.VarianceShares(components);
        return new JsonArray([.. components.Select((c, n) => (JsonNode)new JsonObject
        {
            ["source"] = c.Source, ["share"] = shares[n], ["u"] = c.U * factor, ["kind"] = c.Kind.ToString(), ["group"] = c.Group,
        })]);
    }
}
