using System.Globalization;
using System.Text.Json.Nodes;

namespace Etalon.Study.Report;

/// <summary>Makes the object that the page shows (ui/src/model.ts, schema etalon-report-1) from a study.</summary>
public static class ReportModel
{
    /// <summary>Builds the model.</summary>
    public static JsonObject Build(StudyResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var region = MainRegion(result);
        var answer = Answer.Of(result, region);
        return new JsonObject
        {
            ["schema"] = "etalon-report-1",
            ["etalon"] = ResultsJson.EtalonVersion,
            ["subject"] = result.Case.Subject,
            ["answer"] = new JsonObject
            {
                ["sentence"] = answer.Sentence,
                ["limit"] = answer.Limit,
                ["seal"] = new JsonObject { ["verdict"] = answer.Verdict, ["purpose"] = answer.Purpose, ["reasons"] = Strings(answer.Reasons) },
                ["restsOn"] = Strings(answer.RestsOn),
            },
            ["visits"] = Array(result.Case.Visits, v => new JsonObject
            {
                ["id"] = v.Id,
                ["label"] = $"Visit {v.Id}",
                ["time"] = Iso(v.Time),
                ["day"] = result.Case.DayOf(v.Time),
                ["scannerState"] = v.Acquisition.ScannerState(),
                ["role"] = Role(result, v.Id),
            }),
            ["treatment"] = Treatment(result),
            ["breaks"] = Breaks(result),
            ["series"] = SeriesModel.Build(result),
            ["images"] = ImagesModel.Build(result),
            ["imageNotice"] = Strings(ImageNotices(result)),
            ["rows"] = RowsModel.Build(result),
            ["comparability"] = Array(result.Comparisons.Where(c => c.Region == region), c => new JsonObject
            {
                ["from"] = c.From,
                ["to"] = c.To,
                ["measurand"] = c.Measurand,
                ["grade"] = c.Grade.ToString(),
                ["summary"] = double.IsFinite(c.Q)
                    ? FormattableString.Invariant($"mismatch is {c.Q:0.00} times the repeatability")
                    : "no value at one of the visits",
                ["differences"] = Array(c.Differences, d => new JsonObject
                {
                    ["attribute"] = d.Attribute, ["from"] = d.From, ["to"] = d.To, ["effect"] = d.Effect, ["share"] = d.Share,
                }),
                ["lift"] = c.Lift,
            }),
            ["calibration"] = CalibrationModel.Build(result),
            ["rano"] = Array(Rano.Of(result.Case, result.Measurements, [.. result.ClaimedChanges]), r => new JsonObject
            {
                ["visit"] = r.Visit,
                ["day"] = r.Day,
                ["diametersMm"] = r.LongestMm is { } a && r.PerpendicularMm is { } b ? new JsonArray(a, b) : null,
                ["productMm2"] = r.LongestMm * r.PerpendicularMm,
                ["category"] = r.Category,
                ["basis"] = r.Basis,
                ["ours"] = r.Ours,
            }),
            ["twin"] = TwinModel.Build(result),
            ["twinRefusal"] = result.TwinRefusal,
            ["options"] = TwinModel.Options(result),
            ["optionsRefusal"] = result.Options.Count > 0 ? null : result.TwinRefusal ?? result.OptionsRefusal ?? "No treatment is recorded, so there is nothing to compare with.",
            ["notices"] = Strings(Notices(result)),
            ["methods"] = Methods(result),
            ["results"] = JsonNode.Parse(ResultsJson.Write(result)),
        };
    }

    /// <summary>The region that the answer is about: enhancing where there is one with a value, else the first with a volume.</summary>
    public static string MainRegion(StudyResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var regions = result.Measurements.Where(m => m.Measurand == "volume" && m.IsOk).Select(m => m.Region!.Id).Distinct(StringComparer.Ordinal).ToList();
        return regions.Contains("enhancing") ? "enhancing" : regions.FirstOrDefault() ?? "";
    }

    internal static JsonArray Strings(IEnumerable<string> items) => new([.. items.Select(i => (JsonNode)i)]);

    internal static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode> make) => new([.. items.Select(make)]);

    internal static string Iso(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static string Role(StudyResult result, string visit)
    {
        if (result.Twin is not { } twin)
        {
            return "other";
        }

        var at = twin.Observations.ToList().FindIndex(o => o.Visit == visit);
        return at < 0 ? "other" : at < twin.Fitted ? "fit" : "held-out";
    }

    private static JsonObject Treatment(StudyResult result)
    {
        var (c, t) = (result.Case, result.Case.Treatment);
        return new JsonObject
        {
            ["fractions"] = Array(t.Fractions, f => new JsonObject { ["time"] = Iso(f.Time), ["day"] = c.DayOf(f.Time), ["doseGy"] = f.DoseGy }),
            ["drugs"] = Array(t.Drugs, d => new JsonObject
            {
                ["name"] = d.Name,
                ["unit"] = d.Unit,
                ["doses"] = Array(d.Doses, x => new JsonObject { ["time"] = Iso(x.Time), ["day"] = c.DayOf(x.Time), ["amount"] = x.Amount }),
            }),
            ["surgery"] = Array(t.Surgeries, s => new JsonObject { ["time"] = Iso(s.Time), ["day"] = c.DayOf(s.Time), ["region"] = s.Region }),
        };
    }

    private static JsonArray Breaks(StudyResult result)
    {
        var breaks = new JsonArray();
        var visits = result.Case.Visits;
        for (var i = 1; i < visits.Count; i++)
        {
            var (a, b) = (visits[i - 1].Acquisition.ScannerState(), visits[i].Acquisition.ScannerState());
            if (a is not null && b is not null && a != b)
            {
                var calibrated = result.Calibrations.Any(c => c.State == a) && result.Calibrations.Any(c => c.State == b);
                breaks.Add(new JsonObject
                {
                    ["day"] = 0.5 * (result.Case.DayOf(visits[i - 1].Time) + result.Case.DayOf(visits[i].Time)),
                    // When it happened nobody recorded; it is drawn half way.
                    ["text"] = $"the scanner state changed at some time between {Shown.Day(visits[i - 1].Time)} and {Shown.Day(visits[i].Time)}; {(calibrated ? "both states are calibrated by phantom" : "the calibration chain is broken")}",
                });
            }
        }

        return breaks;
    }

    private static List<string> ImageNotices(StudyResult result)
    {
        var notices = new List<string> { "Images of a head can show a face; treat this file as you treat the images." };
        notices.AddRange(result.Remarks);
        if (result.Case.Visits.Count > 1 && !result.Case.IsRegistered)
        {
            notices.Add("Visits are shown on the grid of the first one, resampled; measurements are made on each visit's own grid.");
        }

        if (result.Alignments.Count > 0)
        {
            notices.Add(FormattableString.Invariant(
                $"Rigid registration (elastix) brought {(result.Alignments.Count == 1 ? "one visit" : $"{result.Alignments.Count} visits")} to the first. A coordinate in the tumour is uncertain by at most {result.Alignments.Values.Max():0.00} mm (k = 1); what is not rigid, a shift of the brain, is not in it."));
        }

        return notices;
    }

    private static List<string> Notices(StudyResult result)
    {
        var notices = new List<string> { "Research software, not for clinical use." };
        if (result.Case.Truth is not null)
        {
            notices.Add("This is a virtual patient: no person. The truth is known and stands beside every estimate.");
        }

        return notices;
    }

    private static JsonArray Methods(StudyResult result)
    {
        var methods = new JsonArray();
        void Add(string name, string text, params string[] sources) =>
            methods.Add(new JsonObject { ["name"] = name, ["text"] = text, ["sources"] = Strings(sources) });
        Add("Volume", "Voxels of the mask times the volume of a voxel. Uncertainty: voxel size, and how well drawing and scanning repeat.", "gum");
        if (result.Visits.Any(v => v.Suv is not null))
        {
            Add(
                "Standardised uptake value (body weight)",
                string.Join(" ", result.Visits.Where(v => v.Suv is not null).Select(v => $"Visit {v.Visit.Id}, {v.Suv!.Name}: {v.Suv.Rule}."))
                + " Mean and largest voxel of the region; peak: the highest mean over a sphere of 1 mL centred in the region. Uncertainty: rounding of stored values, and repeatability from the literature (FDG), which holds noise, dose, weight and scanner.",
                "suv-two-earl-scanners");
        }

        if (result.Visits.Any(v => v.AdcMethod.StartsWith("adc.log-linear", StringComparison.Ordinal)))
        {
            Add(
                "ADC of the scanner's own frames",
                "Linear fit of ln S on b over all frames with equal weights, which for two b-values is (ln S0 − mean over directions of ln Sb) / Δb: the geometric mean over directions, as scanners do. "
                + "It is biased low where the signal nears the noise. Each voxel has its standard uncertainty from the noise between directions.", "gum");
        }

        Add(
            "Apparent diffusion coefficient",
            "Non-linear least squares on magnitudes with the Rician second moment, each voxel with its standard uncertainty; or a map that was given, with its stated or assumed unit. "
            + "Regions: mean over voxels with a value. Corrected by the gain of the scanner state where phantom scans exist.", "gum");
        Add("Change", "Logarithm of the ratio of two values, interval by Student's t with Welch-Satterthwaite degrees of freedom; errors that both visits share cancel. P(true change): spike and slab, one half each, slab sd 0.3.", "gum");
        if (result.Twin is { } twin)
        {
            Add(
                "Growth model",
                "dN/dt = div(D grad N) + kN(1 − N) − Σ s C(t) N inside the brain mask, no flux through its boundary; a fraction multiplies N by its linear-quadratic survival at its own clock time. "
                + FormattableString.Invariant($"Strang splitting; time error of the burden {twin.TimeError:0.0e0} (relative). Fit: Gauss-Newton with log-normal priors and one ADC scale per visit; posterior by Laplace. The forecast's band holds what is unknown of the parameters, not errors of the model itself."),
                "strang", "lq");
        }

        return methods;
    }
}
