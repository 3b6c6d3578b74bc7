using Etalon.Comparability.Calibration;
using Etalon.Metrology;

namespace Etalon.Study.Changes;

/// <summary>A row of the table of scans.</summary>
/// <param name="Patient">The patient.</param>
/// <param name="Visit">The visit as the table calls it.</param>
/// <param name="Date">The day.</param>
/// <param name="Station">The scanner.</param>
/// <param name="State">Station and software; null where the software is not stated.</param>
/// <param name="Value">The reading, above 0.</param>
public sealed record ScanRow(string Patient, string Visit, DateOnly Date, string Station, string? State, double Value);

/// <summary>Reads the tables of a study of changes. A row that cannot be used becomes a finding and is left out.</summary>
public static class StudyTables
{
    private const string ReadingPrefix = "roi_mean_";

    /// <summary>Measurand of the table's readings: what follows <c>roi_mean_</c> in the name of its column; null, with a finding, where there is not one such column.</summary>
    public static string? Measurand(CsvTable table, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(findings);
        var columns = table.Columns.Where(c => c.StartsWith(ReadingPrefix, StringComparison.Ordinal) && c.Length > ReadingPrefix.Length).ToList();
        if (columns is [var one])
        {
            return one[ReadingPrefix.Length..];
        }

        findings.Add(new Finding(
            FindingCodes.ColumnMissing, Severity.Error, table.Name, columns.Count == 0 ? $"no column of readings among {CsvTable.Short(string.Join(", ", table.Columns))}" : $"the columns {string.Join(", ", columns)}",
            "one column of readings, named roi_mean_ and the measurand (roi_mean_adc)",
            table.IsOtherwiseSeparated ? "Export the table with commas between the cells and points in the numbers." : "Name the column of readings so, letter by letter, and give one measurand at a time."));
        return null;
    }

    /// <summary>All patients that the table names, in its order, also those whose rows cannot be used.</summary>
    public static IReadOnlyList<string> Patients(CsvTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Has("patient") ? [.. table.Rows.Select(r => r["patient"]).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal)] : [];
    }

    /// <summary>The scans.</summary>
    /// <param name="table">With the columns patient, visit, date, station, software and that of the readings.</param>
    /// <param name="measurand">As <see cref="Measurand"/> gives it.</param>
    /// <param name="findings">Receives trouble.</param>
    public static IReadOnlyList<ScanRow> Scans(CsvTable table, string measurand, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(findings);
        if (!table.Requires(findings, "patient", "visit", "date", "station", "software"))
        {
            return [];
        }

        var rows = new List<ScanRow>(table.Rows.Count);
        var seen = new HashSet<(string, string)>();
        foreach (var row in table.Rows)
        {
            var (patient, visit, date) = (row.Text("patient", findings), row.Text("visit", findings), row.Date("date", findings));
            var (station, value) = (row.Text("station", findings), row.PositiveNumber(ReadingPrefix + measurand, findings));
            if (patient is null || visit is null || date is null || station is null || value is null)
            {
                continue;
            }

            if (!seen.Add((patient, visit)))
            {
                findings.Add(new Finding(
                    FindingCodes.VisitsDuplicate, Severity.Error, row.Place, $"visit {visit} of patient {patient} a second time", "one row for each visit of a patient",
                    "The row was not used. Give the two visits different names, or take one out."));
                continue;
            }

            rows.Add(new ScanRow(patient, visit, date.Value, station, TableState.Key(station, row["software"]), value.Value));
        }

        TellUnknownStates(table, rows, findings);
        return rows;
    }

    private static void TellUnknownStates(CsvTable table, List<ScanRow> rows, ICollection<Finding> findings)
    {
        var unknown = rows.Where(r => r.State is null).ToList();
        if (unknown.Count > 0)
        {
            findings.Add(new Finding(
                FindingCodes.AcquisitionMissing, Severity.Warning, table.Name,
                $"{unknown.Count} scans without software, on {string.Join(", ", unknown.Select(r => r.Station).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(5))}",
                "the software version of every scan, from SoftwareVersions (0018,1020)",
                "Their scanner state is not known: no calibration holds for them, and their changes are graded D. Read the version from the images."));
        }
    }
}
