using System.Globalization;
using System.Security.Cryptography;
using Etalon.Dicom;
using Etalon.Dicom.Deidentification;
using Etalon.Metrology;

namespace Etalon.Study.Deidentify;

/// <summary>De-identifies all objects of files, folders and zips into a folder. Names of files, and the report, come from pseudonyms and new UIDs alone.</summary>
public sealed class DeidentifyRun
{
    private readonly Deidentifier deidentifier;
    private readonly AtomicOutput output;
    private readonly Dictionary<string, string> written = new(StringComparer.Ordinal);
    private readonly SortedDictionary<ElementOutcome, int> counts = [];
    private readonly List<(DeidentificationNote Note, int Object, string Place)> notes = [];
    private readonly List<(int Object, string Code)> unreadable = [];
    private readonly HashSet<string> patients = new(StringComparer.Ordinal);

    /// <summary>Prepares a run.</summary>
    /// <param name="key">Pseudonyms follow from it.</param>
    /// <param name="options">Choices.</param>
    /// <param name="output">Where the objects go; the caller commits it.</param>
    public DeidentifyRun(DeidentificationKey key, DeidentificationOptions options, AtomicOutput output)
    {
        ArgumentNullException.ThrowIfNull(options);
        deidentifier = new Deidentifier(key, options);
        this.output = output;
        Options = options;
    }

    /// <summary>The choices of the run.</summary>
    public DeidentificationOptions Options { get; }

    /// <summary>Objects met, also those refused.</summary>
    public int Met { get; private set; }

    /// <summary>Objects written.</summary>
    public int Written => written.Count;

    /// <summary>Objects that were there twice with the same content.</summary>
    public int Repeated { get; private set; }

    /// <summary>Patients by pseudonym.</summary>
    public int Patients => patients.Count;

    /// <summary>Elements by what was done with them.</summary>
    public IReadOnlyDictionary<ElementOutcome, int> Counts => counts;

    /// <summary>Reads, de-identifies and writes.</summary>
    /// <param name="paths">Files, folders and zips.</param>
    /// <param name="leftOut">Is told the path and the finding of every object that is not written: for the person at the terminal, who knows these paths. Null: nobody.</param>
    /// <param name="cancellation">Ends the run between two objects.</param>
    public void Execute(IEnumerable<string> paths, Action<string, string>? leftOut, CancellationToken cancellation)
    {
        foreach (var entry in new DicomSource(paths).Read(cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            Met++;
            if (Treat(entry) is { } code)
            {
                leftOut?.Invoke(entry.Name, code);
            }
        }
    }

    /// <summary>All findings, those of one kind as one; none holds an identifier or a name of a file.</summary>
    public IReadOnlyList<Finding> Findings() =>
    [
        .. notes.GroupBy(n => n.Note).OrderBy(g => g.Key).Select(g => DeidentifyFindings.Of(g.Key, About(g.Select(n => n.Object)), Place(g.Select(n => n.Place)))),
        .. unreadable.GroupBy(u => u.Code, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => DeidentifyFindings.Unreadable(g.Key, About(g.Select(u => u.Object)))),
    ];

    /// <returns>The code of why the object was left out; null where it was written.</returns>
    private string? Treat(DicomEntry entry)
    {
        if (entry.File is not { } file)
        {
            return Unreadable(entry.Error!.CodeText);
        }

        DeidentifiedObject made;
        try
        {
            made = deidentifier.Apply(file);
        }
        catch (DicomException e)
        {
            return Unreadable(e.CodeText);
        }

        notes.AddRange(made.Notes.Select(note => (note, Met, made.Place)));
        return made.IsAccepted ? Write(made) : DeidentifyFindings.CodeOf(made.Notes[0]);
    }

    private string Unreadable(string code)
    {
        unreadable.Add((Met, code));
        return code;
    }

    private string? Write(DeidentifiedObject made)
    {
        var hash = Convert.ToHexString(SHA256.HashData(made.Bytes.Span));
        if (written.TryGetValue(made.SopUid, out var before))
        {
            if (before == hash)
            {
                Repeated++;
                return null;
            }

            return Unreadable(FindingCodes.ObjectContradicted);
        }

        written.Add(made.SopUid, hash);
        patients.Add(made.Patient);
        foreach (var (outcome, count) in made.Counts)
        {
            counts[outcome] = counts.GetValueOrDefault(outcome) + count;
        }

        output.Write(Path.Combine("dicom", made.Patient, Folder(made.StudyUid, "study"), Folder(made.SeriesUid, "series"), made.SopUid + ".dcm"), made.Bytes.Span);
        return null;
    }

    private static string Folder(string uid, string otherwise) => DicomUid.IsValid(uid) ? uid : otherwise;

    private static string About(IEnumerable<int> objects)
    {
        var all = objects.Distinct().ToList();
        var shown = string.Join(", ", all.Take(4).Select(n => n.ToString(CultureInfo.InvariantCulture)));
        return all.Count == 1 ? $"object {shown} of the input" : $"{all.Count} objects of the input: {shown}{(all.Count > 4 ? ", ..." : "")}";
    }

    private static string Place(IEnumerable<string> places) => string.Join(", ", places.Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).Take(4));
}
