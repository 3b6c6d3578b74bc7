using System.Globalization;
using Etalon.Cases.Inspection;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;

namespace Etalon.Cli;

/// <summary>Prints an inspection as a tree for people.</summary>
internal static class InspectPrinter
{
    private static readonly string[] Shown = ["MagneticFieldStrength", "EchoTime", "RepetitionTime", "FlipAngle", "KVP", "Radiopharmaceutical", "Units"];

    public static void Print(InspectedTree tree)
    {
        foreach (var patient in tree.Patients)
        {
            Line(0, $"patient {patient.Id}{(patient.PatientId is { } id ? $" ({id}{string.Concat(patient.Names.Select(n => ", " + n))})" : "")}");
            foreach (var visit in tree.Visits.Where(v => v.Patient == patient.Id))
            {
                Line(1, $"visit {visit.Id.Split('/')[^1]}, {visit.Time?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "no date"}");
                foreach (var series in tree.Series.Where(s => s.Visit == visit.Id))
                {
                    Print(series, tree);
                }
            }
        }
    }

    public static void PrintFindings(InspectedTree tree)
    {
        foreach (var f in tree.Findings)
        {
            Line(0, $"{f.Severity.ToString().ToLowerInvariant(),-7} {f.Code}: {f.About}: {f.Found}; expected {f.Expected}. {f.Remedy}");
        }
    }

    private static void Print(InspectedSeries series, InspectedTree tree)
    {
        var description = series.Description.Length > 0 ? $" '{series.Description}'" : "";
        Line(2, $"{series.Id.Split('/')[^1]}{description}, {series.Objects} {(series.Objects == 1 ? "object" : "objects")}");
        PrintSegments(series);
        foreach (var (stack, id, refused) in series.Stacks)
        {
            var record = tree.Acquisitions.First(a => a.Id == id);
            Line(3, $"{Kind(stack)}{Shape(stack, refused)}{Attributes(record)}");
            foreach (var missing in tree.Missing.Where(m => m.Acquisition == id))
            {
                var grave = missing.Needs.Where(n => n.Severity is "X" or "3").Select(n => string.Join(" or ", n.Attributes)).ToList();
                Line(4, grave.Count == 0 ? $"{missing.Measurand}: nothing grave is missing" : $"{missing.Measurand}: missing {string.Join(", ", grave)}");
            }
        }
    }

    private static void PrintSegments(InspectedSeries series)
    {
        foreach (var s in series.Segments)
        {
            Line(3, FormattableString.Invariant($"segment {s.Name.Number} '{s.Name.Label}' ({s.Name.Type ?? "not coded"}), {s.Grid.Nx} x {s.Grid.Ny} x {s.Grid.Nz}, {s.Grid.StepI.Length:0.###} x {s.Grid.StepJ.Length:0.###} x {s.Grid.StepK.Length:0.###} mm"));
        }
    }

    private static string Kind(DicomStack stack) => string.Concat(
        stack.Content.Length > 0 ? stack.Content + " " : "", stack.Component == ImageComponent.Magnitude ? "" : stack.Component.ToString().ToLowerInvariant() + " ");

    private static string Shape(DicomStack stack, IReadOnlyList<string> refused)
    {
        if (stack.Grid is not { } grid)
        {
            return $"{stack.Frames.Count} frames of {stack.Columns} x {stack.Rows}, no volume";
        }

        if (refused.Count > 0)
        {
            return $"{stack.Frames.Count} frames of {stack.Columns} x {stack.Rows}, no volume (pixels of {refused.Count} {(refused.Count == 1 ? "object" : "objects")} refused: {string.Join(", ", refused.Distinct(StringComparer.Ordinal))})";
        }

        var volumes = stack.Volumes.Count == 1 ? "1 volume" : $"{stack.Volumes.Count} volumes";
        return FormattableString.Invariant($"{volumes} of {grid.Nx} x {grid.Ny} x {grid.Nz}, {grid.StepI.Length:0.###} x {grid.StepJ.Length:0.###} x {grid.StepK.Length:0.###} mm");
    }

    private static string Attributes(Acquisition record)
    {
        var b = record["DiffusionBValueCounts"] is { } counts ? $", b {counts}" : record["DiffusionBValue"] is { } one ? $", b {one} s/mm2" : "";
        return b + string.Concat(Shown.Select(record.Find).Where(a => a?.Value is not null).Select(a => $", {a!.Name} {a.Value}{(a.Unit is null ? "" : " " + a.Unit)}"));
    }

    private static void Line(int depth, string text) => Console.WriteLine(new string(' ', 2 * depth) + Session.Safe(text));
}
