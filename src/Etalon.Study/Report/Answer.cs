using Etalon.Change;
using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Study.Report;

/// <summary>The answer: one sentence, its limit, and the seal.</summary>
/// <param name="Sentence">The sentence.</param>
/// <param name="Limit">What bounds it.</param>
/// <param name="Verdict">fit, fit with guard band, exploratory only, unfit.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Reasons">Why.</param>
/// <param name="RestsOn">Measurements that the sentence rests on.</param>
public sealed record Answer(string Sentence, string Limit, string Verdict, string Purpose, IReadOnlyList<string> Reasons, IReadOnlyList<string> RestsOn)
{
    private const string ChangePurpose = "telling whether this patient's tumour volume changed";

    /// <summary>The answer of a study.</summary>
    public static Answer Of(StudyResult result, string region)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Fitness is { } fitness)
        {
            return FitnessAnswer.Of(result, fitness);
        }

        var volumes = result.Measurements.Where(m => m.Measurand == "volume" && m.Region?.Id == region && m.IsOk).ToList();
        if (volumes.Count == 0)
        {
            return WithoutVolume(result);
        }

        return volumes.Count == 1 ? OneVisit(result, volumes[0]) : Changed(result, volumes, region);
    }

    private static Answer WithoutVolume(StudyResult result)
    {
        var other = result.Measurements.FirstOrDefault(m => m.IsOk);
        var sentence = other is null
            ? "Nothing could be measured in these images."
            : $"No tumour volume could be measured; the {Title(other)} of {other.Region?.Name.Split(" (")[0] ?? "the image"} was {Value(other)} (k = 2).";
        return new Answer(
            sentence, $"{Remarks(result)}The findings below say what is missing and what would mend it.", other is null ? "unfit" : "exploratory only",
            "measuring a tumour", [result.TwinRefusal ?? "No region was given."], other is null ? [] : [other.Id]);
    }

    private static Answer OneVisit(StudyResult result, Measurement volume)
    {
        var others = result.Measurements.Where(m => m.Visit == volume.Visit && m.IsOk && m.Measurand is "adc.mean" or "suvbw.max" or "suvbw.mean" && m.Region?.Id == volume.Region?.Id).ToList();
        var day = Shown.Day(result.Case.Visits.First(v => v.Id == volume.Visit).Time);
        var more = others.Count == 0 ? "" : $", {string.Join(", ", others.Select(m => $"{Title(m)} {Value(m)}"))}";
        return new Answer(
            $"On {day} the volume of {Name(volume)} was {Value(volume)}{more} (k = 2).",
            Remarks(result) + (result.Case.Visits.Count == 1
                ? "One visit tells no change and no growth: a second visit under a known scanner state would."
                : $"This is the only one of {result.Case.Visits.Count} visits with a tumour volume, so no change can be told; the findings say what the others lack."),
            "fit with guard band", "measuring the tumour at one visit", ["One volume: no change can be given."], [volume.Id, .. others.Select(m => m.Id)]);
    }

    private static Answer Changed(StudyResult result, List<Measurement> volumes, string region)
    {
        var (first, last) = (volumes[0], volumes[^1]);
        var change = result.Changes.First(c => c.Measurand == "volume" && c.Region == region && c.From == first.Visit && c.To == last.Visit);
        string When(Measurement m) => Shown.Day(result.Case.Visits.First(v => v.Id == m.Visit).Time);
        var between = $"between {When(first)} and {When(last)}";
        var numbers = $"{Shown.Percent(change.LogRatio)} (95 %: {Shown.PercentRange(change.Interval)})";
        var by = $"{Shown.PercentSize(change.LogRatio)} (95 %: {Shown.PercentSizeRange(change.Interval)})";
        var sentence = change.Verdict switch
        {
            Etalon.Change.Verdict.Increase => $"{Capital(Name(first))} grew in volume by {by} {between}; this is more than scanner and method can explain.",
            Etalon.Change.Verdict.Decrease => $"{Capital(Name(first))} shrank in volume by {by} {between}; this is more than scanner and method can explain.",
            Etalon.Change.Verdict.Equivalent => $"The volume of {Name(first)} stayed within the change that matters {between}: {numbers}.",
            _ => $"Whether {Name(first)} changed in volume {between} cannot be told: {numbers}. That does not mean it was stable.",
        };
        var comparison = result.Comparisons.First(c => c.Measurand == "volume" && c.Region == region && c.From == first.Visit && c.To == last.Visit);
        var verdict = comparison.Grade switch
        {
            Grade.A or Grade.B => "fit",
            Grade.C => "fit with guard band",
            Grade.D => "exploratory only",
            _ => "unfit",
        };
        var reasons = new List<string> { $"Comparability of the first and the last visit: grade {comparison.Grade}." };
        if (comparison.Lift is not null)
        {
            reasons.Add($"It would be better with: {comparison.Lift}");
        }

        return new Answer(sentence, Missing(result, volumes) + LimitOf(result, change), verdict, ChangePurpose, reasons, [first.Id, last.Id]);
    }

    /// <summary>Visits at which the region was drawn empty or could not be measured: the sentence does not speak of them.</summary>
    private static string Missing(StudyResult result, List<Measurement> volumes)
    {
        var without = result.Case.Visits.Where(v => volumes.All(m => m.Visit != v.Id)).Select(v => v.Id).ToList();
        return without.Count == 0 ? "" : $"No tumour volume at {(without.Count == 1 ? "visit" : "visits")} {string.Join(", ", without)}: if it was gone there, that is for a reader to state. ";
    }

    internal static string LimitOf(StudyResult result, MeasuredChange change)
    {
        var parts = new List<string>();
        var unknown = result.Case.Visits.Count(v => v.Acquisition.ScannerState() is null);
        if (unknown > 0)
        {
            parts.Add($"Scanner and protocol of {(unknown == result.Case.Visits.Count ? "all" : unknown.ToString(System.Globalization.CultureInfo.InvariantCulture))} visits are unknown, which widens every interval.");
        }

        var states = result.Case.Visits.Select(v => v.Acquisition.ScannerState()).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (states.Count > 1)
        {
            var calibrated = states.All(s => result.Calibrations.Any(c => c.State == s));
            var changed = IsUpgrade(result) ? "The scanner was upgraded between visits" : "Scanner or protocol changed between visits";
            parts.Add(calibrated
                ? $"{changed}; phantom scans of all states take their ADC scales out."
                : $"{changed} and at least one state has no phantom scan: ADC across the change tells its direction only.");
        }

        if (change.Grade == Grade.D)
        {
            parts.Add("Grade D: trust the direction of a change, not its size.");
        }

        parts.Add($"The largest part of the doubt is {LowerFirst(change.LimitingTerm)}.");
        return Remarks(result) + string.Join(" ", parts);
    }

    /// <summary>One machine throughout, with another software.</summary>
    private static bool IsUpgrade(StudyResult result)
    {
        List<string?> Values(string attribute) => result.Case.Visits.Select(v => v.Acquisition[attribute]).Distinct(StringComparer.Ordinal).ToList();
        return Values("DeviceSerialNumber") is [not null] && Values("SoftwareVersions").Count > 1;
    }

    /// <summary>The first sentence of each remark; the images' notes hold them whole.</summary>
    internal static string Remarks(StudyResult result) => string.Concat(result.Remarks.Select(r => FirstSentence(r) + " "));

    private static string FirstSentence(string text) => text.IndexOf(". ", StringComparison.Ordinal) is var end && end < 0 ? text : text[..(end + 1)];

    internal static string Name(Measurement m) => m.Region?.Id switch
    {
        "enhancing" => "the enhancing tumour",
        null => "the tumour",
        var id => $"{id}",
    };

    /// <summary>As a sentence says it: <c>mean apparent diffusion coefficient</c>, <c>maximum SUV (body weight)</c>.</summary>
    internal static string Title(Measurement m)
    {
        var name = Measurands.Get(m.Measurand).Name;
        var inside = name.Length > 1 && char.IsLower(name[1]) ? LowerFirst(name) : name;
        return m.Measurand.Split('.').ElementAtOrDefault(1) switch { null => inside, "max" => $"maximum {inside}", "min" => $"minimum {inside}", var statistic => $"{statistic} {inside}" };
    }

    internal static string Value(Measurement m)
    {
        var info = Measurands.Get(m.Measurand);
        // A power of ten multiplies; a plain unit follows.
        var times = info.ShownUnit.StartsWith("10", StringComparison.Ordinal) ? "× " : "";
        return $"({Shown.PlusMinus(m.Value!.Value, m.U!.Value, info.ShownFactor)}) {times}{info.ShownUnit}";
    }

    internal static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string LowerFirst(string text) => text.Length == 0 ? "not known" : char.ToLowerInvariant(text[0]) + text[1..];
}
