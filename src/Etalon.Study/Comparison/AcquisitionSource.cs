using System.Globalization;
using System.Text;
using Etalon.Cases;
using Etalon.Cases.Inspection;
using Etalon.Comparability;
using Etalon.Metrology;

namespace Etalon.Study.Comparison;

/// <summary>Reads how the visits of an input were acquired: DICOM objects, BIDS, a finished run, or an exported summary. No voxel is measured.</summary>
public static class AcquisitionSource
{
    private const string Expected = "DICOM objects, a BIDS data set, session or subject, the output of etalon run, or an acquisition summary";

    /// <summary>Visits of an input.</summary>
    /// <param name="input">A path; <c>PATH#VISIT</c> for one visit or the visits of one patient, by their ids or by the last part of an id.</param>
    /// <param name="findings">Receives what was noticed.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="CaseException">The input cannot be used.</exception>
    public static IReadOnlyList<AcquisitionVisit> Read(string input, List<Finding> findings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(findings);
        var (path, selection) = Split(input);
        var visits = Visits(path, findings, cancellation);
        if (visits.Count == 0)
        {
            throw Unusable(Shown(path), "no visit with an image", Expected, "Check the path.");
        }

        if (selection is null)
        {
            return visits;
        }

        var chosen = visits.Where(v => v.Id == selection || v.Patient == selection).ToList();
        chosen = chosen.Count > 0 ? chosen : [.. visits.Where(v => v.Id.EndsWith("/" + selection, StringComparison.Ordinal) || v.Id.EndsWith("/ses-" + selection, StringComparison.Ordinal))];
        return chosen.Count > 0 ? chosen : throw Unusable(
            Shown(path), $"no visit '{Short(selection)}'", $"one of {string.Join(", ", visits.Take(12).Select(v => v.Id))}{(visits.Count > 12 ? ", …" : "")}", "Name the visit as etalon inspect shows it.");
    }

    private static (string Path, string? Selection) Split(string input)
    {
        var at = input.LastIndexOf('#');
        return Path.Exists(input) || at < 1 ? (input, null) : (input[..at], input[(at + 1)..]);
    }

    private static IReadOnlyList<AcquisitionVisit> Visits(string path, List<Finding> findings, CancellationToken cancellation)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || !Path.Exists(path))
        {
            throw Unusable(Shown(path), "no such file or folder", Expected, "Check the path.");
        }

        if (File.Exists(path) && path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return AcquisitionSummary.Read(path, findings);
        }

        if (File.Exists(Path.Combine(path, "results.json")) && !BidsFolder.IsOne(path))
        {
            var summary = Path.Combine(path, AcquisitionSummary.FileName);
            return File.Exists(summary) ? AcquisitionSummary.Read(summary, findings) : throw Unusable(
                Shown(path), $"the output of a run without {AcquisitionSummary.FileName}", "a run that says how its visits were acquired", "Run it again with this version of Etalon, or give the images themselves.");
        }

        return BidsSessions.Find(path) is { } bids ? bids.Read(findings) : Dicom(path, findings, cancellation);
    }

    private static List<AcquisitionVisit> Dicom(string path, List<Finding> findings, CancellationToken cancellation)
    {
        var options = new InspectOptions();
        var (objects, taken) = (new ObjectInspection([path], options), new TreeInspection(options));
        InspectedObject? refused = null;
        foreach (var o in objects.Objects(taken.Take, cancellation))
        {
            refused ??= o.Error is null ? null : o;
        }

        if (objects.Read == 0)
        {
            throw refused is { Error: { } e } && refused.Status != "not-dicom"
                ? new CaseException(new Finding(FindingCodes.DicomUnreadable, Severity.Error, Shown(path), $"{objects.Refused} objects, none of which can be read; the first: {e.Found} ({e.Code})", e.Expected, e.Remedy + "."))
                : Unusable(Shown(path), "nothing that Etalon can read", Expected, "Give the folder or file that holds the images.");
        }

        if (objects.Refused > 0)
        {
            findings.Add(new Finding(
                FindingCodes.DicomUnreadable, Severity.Warning, Shown(path), string.Create(CultureInfo.InvariantCulture, $"{objects.Refused} objects that were refused"), "objects that can be read", "etalon inspect tells which, and why."));
        }

        var tree = taken.Build(cancellation);
        findings.AddRange(tree.Findings.Where(f => f.Code is FindingCodes.AttributeContradicted or FindingCodes.AttributeImplausible));
        return [.. tree.Visits.Select(v => new AcquisitionVisit(v.Id, v.Patient, [.. Series(v, tree)])).Where(v => v.Series.Count > 0)];
    }

    private static IEnumerable<AcquiredSeries> Series(InspectedVisit visit, InspectedTree tree)
    {
        foreach (var record in tree.Acquisitions.Where(a => a.Id.StartsWith(visit.Id + "/", StringComparison.Ordinal)))
        {
            yield return new AcquiredSeries(record, [.. tree.Missing.Where(m => m.Acquisition == record.Id).Select(m => m.Measurand).Distinct(StringComparer.Ordinal)], new Dictionary<string, string>());
        }
    }

    /// <summary>The last part of a path: those before it may name a person.</summary>
    private static string Shown(string path) => Short(Path.GetFileName(path.TrimEnd('/')) is { Length: > 0 } name ? name : path);

    private static string Short(string text)
    {
        var plain = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(new string([.. text.Where(c => !char.IsControl(c)).Take(80)])));
        return plain;
    }

    private static CaseException Unusable(string about, string found, string expected, string remedy) => new(new Finding(FindingCodes.ImageMissing, Severity.Error, about, found, expected, remedy));
}
