using System.Text.Json.Nodes;
using Etalon.Cases;
using Etalon.Comparability;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Report;
using Xunit;

namespace Etalon.Tests.Study.Report;

/// <summary>The chain of calibration as the page is given it.</summary>
public sealed class CalibrationModelTests
{
    private static readonly DateTimeOffset Start = new(2025, 11, 3, 13, 37, 0, TimeSpan.FromHours(1));

    [Fact]
    public void An_upgrade_ends_the_segment_and_only_the_state_with_a_phantom_is_tied()
    {
        var (before, after) = (Known("a", "E11"), Known("a", "XA30"));
        var chain = CalibrationModel.Build(Result(
            [Visit("1", 0, before), Visit("2", 20, before), Visit("3", 41, after)], [Phantom("p/1", -3, before), Phantom("p/2", 24, before)],
            [new ScannerCalibration(before.ScannerState()!, 1.02, 0.01, 10, 0.005, 2)]));
        var segments = chain["scanners"]!.AsArray().Single()!["segments"]!.AsArray();
        Assert.Equal([(-3.0, 24.0), (41.0, 41.0)], segments.Select(s => (Number(s!["from"]), Number(s["to"]))));
        Assert.Equal(["calibrated", "broken"], States(chain).Select(s => s["status"]!.GetValue<string>()));
        Assert.Equal(["1", "2"], States(chain)[0]["visits"]!.AsArray().Select(v => v!.GetValue<string>()));
        Assert.Contains("broken", States(chain)[1]["words"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(States(chain)[1]["gain"]);
    }

    [Fact]
    public void The_interval_of_a_gain_is_that_of_Students_t()
    {
        var state = Known("a", "E11");
        var chain = CalibrationModel.Build(Result([Visit("1", 0, state)], [Phantom("p/1", 1, state)], [new ScannerCalibration(state.ScannerState()!, 1.02, 0.01, 10, 0.005, 3)]));
        var gain = States(chain).Single()["gain"]!;
        // t of 10 degrees of freedom at 97.5 % is 2.228 (JCGM 100, table G.2 gives 2.23); the table's digit times u.
        Assert.Equal(1.02 - 0.0223, Number(gain["lower"]), 5e-5);
        Assert.Equal(1.02 + 0.0223, Number(gain["upper"]), 5e-5);
        Assert.Equal("1.020 ± 0.020", gain["shown"]!.GetValue<string>());
        Assert.Equal("0.50 %", chain["reference"]!["shown"]!.GetValue<string>());
    }

    [Fact]
    public void Two_visits_whose_scanner_is_unknown_are_never_joined()
    {
        var chain = CalibrationModel.Build(Result([Visit("1", 0, Acquisition.Unknown("1")), Visit("2", 30, Acquisition.Unknown("2"))], [], []));
        Assert.Equal(2, chain["scanners"]!.AsArray().Single()!["segments"]!.AsArray().Count);
        Assert.Equal("unknown", States(chain).Single()["status"]!.GetValue<string>());
        Assert.Null(chain["reference"]);
    }

    [Fact]
    public void A_state_that_comes_back_is_drawn_as_two_segments_and_told_once()
    {
        var (a, b) = (Known("a", "E11"), Known("a", "XA30"));
        var chain = CalibrationModel.Build(Result([Visit("1", 0, a), Visit("2", 10, b), Visit("3", 25, a)], [], []));
        Assert.Equal([a.ScannerState(), b.ScannerState(), a.ScannerState()], chain["scanners"]!.AsArray().Single()!["segments"]!.AsArray().Select(s => s!["state"]!.GetValue<string>()));
        Assert.Equal(2, States(chain).Count);
    }

    [Fact]
    public void A_phantom_session_that_was_left_out_is_not_drawn_as_a_link()
    {
        var state = Known("a", "E11");
        var left = new Finding(FindingCodes.CalibrationInconsistent, Severity.Error, "phantom p/2", "a reading of 2 times the reference value", "1", "Check the unit.");
        var widened = left with { Severity = Severity.Warning, About = "phantom p/3" };
        var chain = CalibrationModel.Build(Result(
            [Visit("1", 0, state)], [Phantom("p/1", 1, state), Phantom("p/2", 2, state), Phantom("p/3", 3, state)],
            [new ScannerCalibration(state.ScannerState()!, 1.02, 0.01, 10, 0.005, 2)], left, widened));
        Assert.Equal([true, false, true], States(chain).Single()["sessions"]!.AsArray().Select(s => s!["used"]!.GetValue<bool>()));
    }

    [Fact]
    public void A_state_in_which_no_ADC_was_measured_needs_no_gain()
    {
        var result = Result([Visit("1", 0, Known("a", "E11"))], [], []) with { Measurements = [] };
        Assert.Equal("not needed", States(CalibrationModel.Build(result)).Single()["status"]!.GetValue<string>());
    }

    private static List<JsonNode> States(JsonObject chain) => [.. chain["states"]!.AsArray().Select(s => s!)];

    private static double Number(JsonNode? node) => node!.GetValue<double>();

    private static Acquisition Known(string serial, string software) => new(
        "x", [new("DeviceSerialNumber", serial, AttributeState.Present), new("SoftwareVersions", software, AttributeState.Present), new("Manufacturer", "Maker", AttributeState.Present)]);

    private static Visit Visit(string id, double day, Acquisition acquisition) => new() { Id = id, Time = Start.AddDays(day), Images = [], Acquisition = acquisition };

    private static PhantomScan Phantom(string id, double day, Acquisition acquisition) => new(Visit(id, day, acquisition), new Dictionary<string, (double, double)>());

    private static StudyResult Result(Visit[] visits, PhantomScan[] phantoms, ScannerCalibration[] calibrations, params Finding[] findings) => new()
    {
        Case = new PatientCase { Subject = "P", Layout = "bids", Visits = visits, Phantoms = phantoms },
        Visits = [],
        Measurements = [.. visits.Select(v => ChangeModelTests.Adc(v.Id, 1e-3, []))],
        Calibrations = calibrations,
        Comparisons = [],
        Changes = [],
        Findings = findings,
        Assumptions = [],
        Sources = [],
        StudyOptions = new StudyOptions(),
    };
}
