using System.Globalization;

namespace Etalon.Cases;

/// <summary>Studies of a phantom that etalon.json names.</summary>
internal sealed record DicomPhantom(NamedPhantom Named, IReadOnlyList<IReadOnlyList<DicomItem>> Sessions);

/// <summary>Two studies of one subject that etalon.json names.</summary>
internal sealed record DicomPair(IReadOnlyList<DicomItem> First, IReadOnlyList<DicomItem> Second);

/// <summary>Whose objects are whose: the patient's, phantoms', and those of people who were scanned twice.</summary>
internal sealed record DicomRoles
{
    public required IReadOnlyList<DicomItem> Patient { get; init; }

    /// <summary>Of the patient's objects.</summary>
    public required IReadOnlyList<DicomOwner> Owners { get; init; }

    public required IReadOnlyList<DicomItem> Others { get; init; }

    public required IReadOnlyList<DicomPhantom> Phantoms { get; init; }

    public required IReadOnlyList<DicomPair> TestRetest { get; init; }

    public static DicomRoles Of(DicomScan scan, IReadOnlyList<StudyFile> files)
    {
        var phantoms = files.SelectMany(f => f.Phantoms).ToList();
        var pairs = files.SelectMany(f => f.TestRetest).ToList();
        var subjects = phantoms.Select(p => p.Subject).ToHashSet(StringComparer.Ordinal);
        var retested = pairs.Select(t => t.Subject).ToHashSet(StringComparer.Ordinal);
        bool IsPhantom(string id) => subjects.Contains(id) || DicomIdentity.IsPhantom(id);
        var people = scan.Items.Where(i => !IsPhantom(i.PatientId)).ToList();
        var patient = people.Where(i => !retested.Contains(i.PatientId)).ToList();
        if (patient.Count == 0 && people.Count > 0)
        {
            // The patient may be the one who was scanned twice: a scan repeated at once is no visit of its own.
            var repeats = pairs.SelectMany(p => Study(scan.Items, p.Subject, p.Sessions[1])).ToHashSet();
            patient = people.Where(i => !repeats.Contains(i)).ToList();
        }

        // Where there are phantoms alone, one is measured as if it were a patient.
        patient = patient.Count == 0 ? [.. scan.Items] : patient;
        var studies = patient.Select(i => i.StudyUid).ToHashSet(StringComparer.Ordinal);
        var identifiers = patient.Select(i => i.PatientId).ToHashSet(StringComparer.Ordinal);
        return new DicomRoles
        {
            Patient = patient,
            Owners = [.. scan.Owners.Where(o => identifiers.Contains(o.PatientId) || (studies.Contains(o.StudyUid) && !IsPhantom(o.PatientId)))],
            Others = [.. scan.Items.Except(patient)],
            Phantoms = [.. phantoms.Select(p => new DicomPhantom(p, [.. p.Sessions.Select(s => Study(scan.Items, p.Subject, s)).Where(s => s.Count > 0)]))],
            TestRetest = [.. pairs.Select(p => new DicomPair(Study(scan.Items, p.Subject, p.Sessions[0]), Study(scan.Items, p.Subject, p.Sessions[1]))).Where(p => p.First.Count > 0 && p.Second.Count > 0)],
        };
    }

    /// <summary>The objects of a study that is named by its StudyID, its StudyInstanceUID or its day.</summary>
    private static List<DicomItem> Study(IReadOnlyList<DicomItem> items, string subject, string session) => items.Where(i => i.PatientId == subject
        && (i.StudyId == session || i.StudyUid == session || i.Study?.ToString("yyyyMMdd", CultureInfo.InvariantCulture) == session)).ToList();
}
