using System.Text.Json.Nodes;
using Etalon.Cases;
using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Study.Report;

/// <summary>The rows of the table of measurements.</summary>
internal static class RowsModel
{
    public static JsonArray Build(StudyResult result) => ReportModel.Array(result.Measurements, m => Row(result, m));

    private static JsonObject Row(StudyResult result, Measurement m)
    {
        var info = Measurands.Get(m.Measurand);
        var statistic = m.Measurand.Split('.').ElementAtOrDefault(1);
        var changes = ChangeModel.EndingIn(result, m);
        var change = changes.Count > 0 ? changes[0] : null;
        var visit = result.Case.Visits.FirstOrDefault(v => v.Id == m.Visit);
        return new JsonObject
        {
            ["id"] = m.Id,
            ["visit"] = m.Visit,
            ["region"] = m.Region?.Name ?? "",
            ["measurand"] = m.Measurand,
            ["title"] = statistic is null ? info.Name : $"{info.Name}, {statistic}",
            ["shown"] = m.IsOk ? Shown.PlusMinus(m.Value!.Value, m.U!.Value, info.ShownFactor) : "",
            ["shownInterval"] = m.Interval is { } i ? Shown.Range(i, info.ShownFactor) : "",
            ["shownUnit"] = info.ShownUnit,
            ["grade"] = change?.Grade.ToString(),
            ["verdict"] = change is null ? null : result.Fitness?.WithheldText(change) ?? $"{change.Verdict.ToString().ToLowerInvariant()} since visit {change.From} ({Shown.Percent(change.LogRatio)})",
            ["status"] = m.Status,
            ["truth"] = Truth(result.Case, m.Visit, m.Measurand) is { } t ? Shown.Short(t * info.ShownFactor) : null,
            ["budget"] = ChangeModel.Parts(m.Components, info.ShownFactor),
            ["changes"] = ReportModel.Array(changes, c => ChangeModel.Build(c, result.Fitness?.WithheldText(c))),
            ["acquisition"] = ReportModel.Array(visit?.Acquisition.Attributes ?? [], a => new JsonObject
            {
                ["attribute"] = a.Name, ["value"] = a.Value, ["state"] = a.State.ToString().ToLowerInvariant(),
            }),
            ["method"] = m.Method,
            ["constants"] = Constants(result, m),
            ["inputs"] = ReportModel.Array(m.Inputs, sha => new JsonObject { ["name"] = m.Region?.Source ?? "input", ["sha256"] = sha }),
        };
    }

    /// <summary>The truth of a virtual patient for a measurand at a visit; null where there is none.</summary>
    public static double? Truth(PatientCase patient, string visit, string measurand) =>
        patient.Truth?.ByVisit.GetValueOrDefault(visit) is { } values && values.TryGetValue(measurand, out var truth) ? truth : null;

    private static JsonArray Constants(StudyResult result, Measurement m)
    {
        var constants = new JsonArray();
        var day = result.Case.Visits.FirstOrDefault(v => v.Id == m.Visit)?.Day;
        if (m.Method.Contains("+phantom-", StringComparison.Ordinal) && new StateCorrection(result.Calibrations).Of(m.ScannerState, day) is { } calibration)
        {
            constants.Add(new JsonObject
            {
                ["name"] = "gain of the scanner state", ["value"] = Shown.PlusMinus(calibration.Gain, calibration.U), ["source"] = $"{calibration.Readings} phantom sessions",
            });
        }

        foreach (var c in m.Components.Select(c => c.Constant).OfType<LiteratureConstant>())
        {
            constants.Add(new JsonObject
            {
                ["name"] = c.Name, ["value"] = Shown.Short(c.Value) + (c.Unit == "1" ? "" : " " + c.Unit), ["source"] = c.Source.Text + (c.Checked ? "" : " (not checked)"),
            });
        }

        return constants;
    }
}
