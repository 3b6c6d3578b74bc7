using Etalon.Cases;
using Etalon.Change;
using Etalon.Comparability;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Report;
using Xunit;

namespace Etalon.Tests.Study.Report;

/// <summary>Changes as a row of measurements opens on them.</summary>
public sealed class ChangeModelTests
{
    [Fact]
    public void The_budget_of_a_change_is_in_percent_of_the_log_ratio_and_what_is_shared_has_cancelled()
    {
        // 3 % and 4 % that are independent make 5 %, with shares 0.36 and 0.64; 0.5 % that both share makes nothing.
        var (a, b) = (Adc("1", 1e-3, [Part("noise", 3e-5), Part("reference", 5e-6, "r")]), Adc("2", 2e-3, [Part("drawing", 8e-5), Part("reference", 1e-5, "r")]));
        var json = ChangeModel.Build(Change(a, b), null);
        Assert.Equal(5, json["u"]!.GetValue<double>(), 1e-9);
        var parts = json["budget"]!.AsArray().ToDictionary(p => p!["source"]!.GetValue<string>(), p => (Share: p!["share"]!.GetValue<double>(), U: p["u"]!.GetValue<double>()));
        Assert.Equal(0.64, parts["drawing"].Share, 1e-9);
        Assert.Equal(0.36, parts["noise"].Share, 1e-9);
        Assert.Equal(4, parts["drawing"].U, 1e-9);
        Assert.Equal(0, parts["reference"].Share, 1e-20);
        Assert.Equal("drawing", json["limitingTerm"]!.GetValue<string>());
        Assert.Equal("+100 %", json["shown"]!.GetValue<string>());
    }

    [Fact]
    public void A_minimal_important_change_is_said_in_percent_and_its_absence_is_no_number()
    {
        var (a, b) = (Adc("1", 1e-3, [Part("noise", 3e-5)]), Adc("2", 1.1e-3, [Part("noise", 3e-5)]));
        Assert.Equal("25 %", ChangeModel.Build(Change(a, b, 0.25), null)["minimalImportantChange"]!.GetValue<string>());
        Assert.Null(ChangeModel.Build(Change(a, b), null)["minimalImportantChange"]);
    }

    [Fact]
    public void A_row_holds_its_changes_nearest_first_and_none_that_end_elsewhere()
    {
        var all = new[] { "1", "2", "3" }.Select(v => Adc(v, 1e-3, [Part("noise", 3e-5)])).ToList();
        var result = Result(all, [Change(all[0], all[1]), Change(all[0], all[2]), Change(all[1], all[2])]);
        Assert.Equal(["2", "1"], ChangeModel.EndingIn(result, all[2]).Select(c => c.From));
        Assert.Equal(["1"], ChangeModel.EndingIn(result, all[1]).Select(c => c.From));
        Assert.Empty(ChangeModel.EndingIn(result, all[0]));
        var rows = RowsModel.Build(result);
        Assert.Equal([0, 1, 2], rows.Select(r => r!["changes"]!.AsArray().Count));
        Assert.Contains("since visit 2", rows[2]!["verdict"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_visit_without_a_value_does_not_hide_the_change_since_the_one_before_it()
    {
        var first = Adc("1", 1e-3, [Part("noise", 3e-5)]);
        var none = first with { Id = "2", Visit = "2", Status = "no-map", Value = null, U = null, Interval = null, Components = [] };
        var last = Adc("3", 1.2e-3, [Part("noise", 3e-5)]);
        var rows = RowsModel.Build(Result([first, none, last], [Change(first, last)]));
        Assert.Contains("since visit 1", rows[2]!["verdict"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("1", rows[2]!["changes"]![0]!["from"]!.GetValue<string>());
    }

    /// <summary>A mean ADC of one region, mm²/s.</summary>
    internal static Measurement Adc(string visit, double value, UncertaintyComponent[] components) => Measurement.Of(
        new Measurement
        {
            Id = $"{visit}/enhancing/adc.mean", Subject = "P", Visit = visit, Measurand = "adc.mean", Unit = "mm2/s", Region = new Region("enhancing", RegionKind.Mask, "enhancing", "mask"),
            Status = Measurement.StatusOk, Acquisition = visit, ScannerState = null, Method = "adc.nlls-rician/1", Inputs = [],
        },
        value, components, positive: false);

    private static UncertaintyComponent Part(string source, double u, string? group = null) => new(source, u, group, ComponentKind.B);

    private static MeasuredChange Change(Measurement a, Measurement b, double? least = null) => ChangeAnalysis.Between(
        a, b, new VisitComparison(a.Measurand, "enhancing", a.Visit, b.Visit, Grade.C, 1, [], null), least);

    private static StudyResult Result(IReadOnlyList<Measurement> measurements, IReadOnlyList<MeasuredChange> changes) => new()
    {
        Case = new PatientCase
        {
            Subject = "P",
            Layout = "bids",
            Visits = [.. measurements.Select((m, n) => new Visit { Id = m.Visit, Time = new DateTimeOffset(2025, 11, 3 + 9 * n, 13, 37, 0, TimeSpan.FromHours(1)), Images = [], Acquisition = Acquisition.Unknown(m.Visit) })],
        },
        Visits = [],
        Measurements = measurements,
        Calibrations = [],
        Comparisons = [],
        Changes = changes,
        Findings = [],
        Assumptions = [],
        Sources = [],
        StudyOptions = new StudyOptions(),
    };
}
