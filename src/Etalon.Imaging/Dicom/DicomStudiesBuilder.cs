using System.Globalization;
using Etalon.Dicom;
using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>Sorts objects into patients, studies and series as they come; of each, a record of about a kilobyte is kept and the file let go.</summary>
public sealed class DicomStudiesBuilder
{
    private const string MediaDirectory = "1.2.840.10008.1.3.10";

    private readonly Dictionary<SeriesKey, SeriesParts> _series = [];
    private readonly SeenObjects<SeriesParts> _seen = new();
    private readonly Dictionary<string, string> _strings = new(StringComparer.Ordinal);
    private readonly List<DicomRefusal> _refused = [];

    /// <summary>Takes an entry of a source: an object, or one that was refused.</summary>
    public void Add(DicomEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Add(TakenObject.Of(entry));
    }

    /// <summary>Takes an object. What is damaged in it is told by <see cref="DicomStudies.Refused"/>.</summary>
    public void Add(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        Add(TakenObject.Of(file));
    }

    /// <summary>Takes what was read of an object.</summary>
    internal void Add(TakenObject taken)
    {
        if (taken.Refusal is { } refusal)
        {
            _refused.Add(refusal);
            return;
        }

        if (taken.File is not { } file || taken.Identity is not { } identity)
        {
            return;
        }

        try
        {
            var d = file.Dataset;
            var sopClass = Text(d, Tags.SopClassUid);
            var key = new SeriesKey(Pooled(identity.Key), Text(d, Tags.StudyInstanceUid), Text(d, Tags.SeriesInstanceUid));
            if (sopClass == MediaDirectory || (key.Study.Length == 0 && key.Patient.Length == 0 && !taken.HasPixels))
            {
                return;
            }

            if (!_series.TryGetValue(key, out var series))
            {
                _series[key] = series = new SeriesParts(key, d, Pooled);
            }

            series.Persons.UnionWith(taken.Persons ?? new NamedPersons());
            var uid = d.GetString(Tags.SopInstanceUid) ?? "";
            series.Identities.Add(identity);
            if (uid.Length == 0 || _seen.IsNew(uid, series, file, (taken.Header, taken.PixelBytes)))
            {
                series.Take(taken, uid, sopClass);
            }
        }
        catch (DicomException e)
        {
            _refused.Add(new DicomRefusal(file.Name, e));
        }
    }

    /// <summary>Builds the tree of what was taken.</summary>
    public DicomStudies Build(CancellationToken cancellation = default)
    {
        foreach (var (series, repeats) in _seen.Compare((name, e) => _refused.Add(new DicomRefusal(name, e)), cancellation))
        {
            series.Repeats = repeats;
        }

        JoinIssuers();
        var findings = new List<Finding>();
        var owners = _series.Keys.Where(k => k.Patient.Length > 0).GroupBy(k => k.Study, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(k => k.Patient).Distinct(StringComparer.Ordinal).ToList(), StringComparer.Ordinal);
        // An object without an identifier is of the one patient that its study names; where there is none, the study stands for one.
        string Owner(SeriesKey k) => k.Patient.Length > 0 ? k.Patient : owners.TryGetValue(k.Study, out var o) && o.Count == 1 && k.Study.Length > 0 ? o[0] : $"study:{k.Study}";
        var groups = _series.Values.GroupBy(s => Owner(s.Key), StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        var patients = new List<DicomPatient>();
        foreach (var group in groups)
        {
            cancellation.ThrowIfCancellationRequested();
            patients.Add(Patient(group.Key, [.. group], patients.Count + 1, groups.Count, findings));
        }

        foreach (var (study, shared) in owners.Where(o => o.Key.Length > 0 && o.Value.Count > 1))
        {
            var numbers = patients.Where(p => shared.Contains(p.Key)).Select(p => p.Number.ToString(CultureInfo.InvariantCulture));
            findings.Add(new Finding(
                FindingCodes.PatientIdentifiersDisagree, Severity.Error, $"patients {string.Join(" and ", numbers)}", "one StudyInstanceUID under several patients", "one patient for a study",
                "They were kept apart. Find out whose study it is; a study is never of two people."));
        }

        return new DicomStudies { Patients = patients, Refused = _refused, Findings = findings };
    }

    /// <summary>An identifier without its issuer is that of the one issuer that others name.</summary>
    private void JoinIssuers()
    {
        var joined = PatientIdentity.WithIssuer(_series.Values.SelectMany(s => s.Identities));
        foreach (var parts in _series.Values.Where(s => joined.ContainsKey(s.Key.Patient)).ToList())
        {
            _series.Remove(parts.Key);
            parts.Key = parts.Key with { Patient = joined[parts.Key.Patient] };
            if (_series.TryGetValue(parts.Key, out var whole))
            {
                whole.Join(parts);
            }
            else
            {
                _series[parts.Key] = parts;
            }
        }
    }

    private static DicomPatient Patient(string key, List<SeriesParts> series, int number, int patients, List<Finding> findings)
    {
        var identities = series.SelectMany(s => s.Identities).Distinct().ToList();
        PatientIdentity.TellContradictions(identities, $"patient {number}", findings);
        var studies = new List<DicomStudy>();
        var groups = series.GroupBy(s => s.Key.Study, StringComparer.Ordinal).OrderBy(g => g.Min(s => s.StudyTime) ?? DateTime.MaxValue).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        foreach (var group in groups)
        {
            var place = (patients > 1 ? $"patient {number}, " : "") + (groups.Count > 1 ? $"study {studies.Count + 1}, " : "");
            var names = new HashSet<string>(StringComparer.Ordinal);
            var members = new List<DicomSeries>();
            foreach (var parts in group.OrderBy(s => s.Number ?? int.MaxValue).ThenBy(s => s.Key.Series, StringComparer.Ordinal))
            {
                var name = SeriesName.Unique(names, parts.Number, parts.Modality);
                members.Add(parts.Build(place + name));
                findings.AddRange(members[^1].Findings);
            }

            studies.Add(new DicomStudy { Uid = group.Key, Time = group.Min(s => s.StudyTime), Description = group.First().StudyDescription, Series = members });
        }

        var persons = new NamedPersons();
        series.ForEach(s => persons.UnionWith(s.Persons));
        var first = identities.OrderByDescending(i => i.Id.Length > 0).ThenByDescending(i => i.Issuer.Length > 0).First();
        return new DicomPatient { Number = number, Key = key, Persons = persons, Keys = identities.Select(i => i.Key).ToHashSet(StringComparer.Ordinal), Id = first.Id, Issuer = first.Issuer, Names = [.. identities.Select(i => i.Name).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal)], Studies = studies };
    }

    private string Text(DicomDataset d, DicomTag tag) => Pooled(d.GetString(tag) ?? "");

    /// <summary>One copy of a text that many objects share.</summary>
    private string Pooled(string text) => _strings.TryGetValue(text, out var known) ? known : _strings[text] = text;
}
