using Etalon.Cases;
using Etalon.Change;
using Etalon.Change.Serial;
using Etalon.Comparability;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study;

/// <summary>Compares every pair of visits and gives verdicts.</summary>
internal static class ChangeStage
{
    private static readonly string[] Judged = ["volume", "adc.mean", "suvbw.mean", "suvbw.max", "suvbw.peak"];

    /// <summary>All pairs compared; verdicts between neighbours in time and between first and last, among the visits that have a value.</summary>
    public static (List<VisitComparison> Comparisons, List<MeasuredChange> Changes) Run(
        PatientCase patient, List<Measurement> measurements, StudyOptions options, List<Finding> findings)
    {
        var comparisons = new List<VisitComparison>();
        var changes = new List<MeasuredChange>();
        var visits = patient.Visits.ToDictionary(v => v.Id, StringComparer.Ordinal);
        // A region drawn on another series was acquired as that series was.
        Acquisition Of(Measurement m) => visits[m.Visit].Images.Select(i => i.Acquisition).FirstOrDefault(a => a is not null && a.Id == m.Acquisition) ?? visits[m.Visit].Acquisition;
        var known = new Dictionary<(string, string, string), AcquisitionComparison>();
        // Statistics of one measurand and regions of one image share what their acquisitions do.
        AcquisitionComparison? Compared(Measurement from, Measurement to)
        {
            // A purpose may ask about a measurand of which no effect of acquiring is known.
            if (!AcquisitionLedger.Default.Knows(from.Measurand))
            {
                return null;
            }

            var (x, y) = (Of(from), Of(to));
            var key = (from.Measurand, $"{from.Visit} {x.Id}", $"{to.Visit} {y.Id}");
            return known.TryGetValue(key, out var comparison) ? comparison : known[key] = new AcquisitionComparer(from.Measurand).Compare(x, from.ScannerState, y, to.ScannerState);
        }

        foreach (var series in measurements.Where(m => Judged.Contains(m.Measurand) || options.Purpose?.IsAbout(m.Measurand) == true).GroupBy(m => (m.Measurand, Region: m.Region!.Id)))
        {
            var inTime = series.ToList();
            var measured = Enumerable.Range(0, inTime.Count).Where(n => inTime[n].Value > 0).ToList();
            for (var i = 0; i < inTime.Count; i++)
            {
                for (var j = i + 1; j < inTime.Count; j++)
                {
                    var comparison = VisitComparison.Between(inTime[i], inTime[j], Compared(inTime[i], inTime[j]));
                    comparisons.Add(comparison);
                    var (from, to) = (measured.IndexOf(i), measured.IndexOf(j));
                    if (from >= 0 && to >= 0 && (to == from + 1 || (from == 0 && to == measured.Count - 1)))
                    {
                        changes.Add(ChangeAnalysis.Between(inTime[i], inTime[j], comparison, options.MinimalImportantChange));
                    }
                }
            }
        }

        if (patient.Visits.Count < 2)
        {
            findings.Add(new Finding(
                FindingCodes.ChangeRefused, Severity.Warning, "change", $"{patient.Visits.Count} visit", "two or more visits",
                "A change needs a second visit; a growth model needs two or more."));
        }

        return (comparisons, changes);
    }

    /// <summary>Series of three or more visits with a value.</summary>
    public static IReadOnlyList<SerialResult> Series(PatientCase patient, IReadOnlyList<Measurement> measurements)
    {
        var days = patient.Visits.ToDictionary(v => v.Id, v => patient.DayOf(v.Time), StringComparer.Ordinal);
        return [.. measurements.Where(m => Judged.Contains(m.Measurand) && m.Value > 0).GroupBy(m => (m.Measurand, Region: m.Region!.Id)).Where(g => g.Count() >= 3)
            .Select(g => new SerialResult(g.Key.Measurand, g.Key.Region, SerialAnalysis.Of([.. g.Select(m => SerialReading.Of(m, days[m.Visit]))])))];
    }
}
