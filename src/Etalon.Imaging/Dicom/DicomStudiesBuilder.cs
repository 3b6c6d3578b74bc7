using System.Globalization;
using System.Security.Cryptography;
using Etalon.Dicom;
using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>Sorts objects into patients, studies and series as they come; of each, a record of about a kilobyte is kept and the file let go.</summary>
public sealed class DicomStudiesBuilder
{
    private const string MediaDirectory = "1.2.840.10008.1.3.10";

    private readonly Dictionary<SeriesKey, SeriesParts> _series = [];
    private readonly Dictionary<string, (SeriesParts Series, string Name, string Syntax, ulong Header, long Pixels)> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _strings = new(StringComparer.Ordinal);
    private readonly List<DicomRefusal> _refused = [];
    private readonly List<(SeriesParts Series, string First, string Pixels)> _toCompare = [];

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
            if (uid.Length == 0 || IsNew(uid, series, taken))
            {
                series.Identities.Add(identity);
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
        ComparePixels(cancellation);
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
                var name = $"series {parts.Number?.ToString(CultureInfo.InvariantCulture) ?? "without number"} ({parts.Modality})";
                for (var n = 2; !names.Add(name); n++)
                {
                    name = $"{name.Split(", ")[0]}, {n}";
                }

                members.Add(parts.Build(place + name));
                findings.AddRange(members[^1].Findings);
            }

            studies.Add(new DicomStudy { Uid = group.Key, Time = group.Min(s => s.StudyTime), Description = group.First().StudyDescription, Series = members });
        }

        var persons = new NamedPersons();
        series.ForEach(s => persons.UnionWith(s.Persons));
        var first = identities.OrderByDescending(i => i.Id.Length > 0).First();
        return new DicomPatient { Number = number, Key = key, Id = first.Id, Issuer = first.Issuer, Persons = persons, Names = [.. identities.Select(i => i.Name).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal)], Studies = studies };
    }

    /// <summary>Whether an object was not there before. A second one of the same identifier is a repetition, or a contradiction where it holds something else.</summary>
    private bool IsNew(string uid, SeriesParts series, TakenObject taken)
    {
        var (file, header, pixels) = (taken.File!, taken.Header, taken.PixelBytes);
        if (_seen.TryAdd(uid, (series, file.Name, Pooled(file.TransferSyntaxUid), header, pixels)))
        {
            return true;
        }

        var before = _seen[uid];
        var isReencoded = before.Syntax != file.TransferSyntaxUid && !(DicomTransferSyntax.IsNative(before.Syntax) && DicomTransferSyntax.IsNative(file.TransferSyntaxUid));
        if (before.Header == header && ReferenceEquals(before.Series, series) && isReencoded)
        {
            // The same object, compressed or unpacked on its way: its pixels are not compared, since that would take a decoder.
            series.Repeated++;
        }
        else if (before.Header == header && before.Pixels == pixels && ReferenceEquals(before.Series, series))
        {
            _toCompare.Add((series, before.Name, PixelHash(file)));
        }
        else
        {
            series.Contradicted++;
        }

        return false;
    }

    /// <summary>Opens the first of each pair of like objects again: like headers may stand before unlike pixels.</summary>
    private void ComparePixels(CancellationToken cancellation)
    {
        var pairs = _toCompare.ToLookup(p => p.First, StringComparer.Ordinal);
        foreach (var entry in DicomObjects.Read(pairs.Select(p => p.Key)))
        {
            cancellation.ThrowIfCancellationRequested();
            if (entry.File is not { } file)
            {
                _refused.Add(new DicomRefusal(entry.Name, entry.Error!));
                continue;
            }

            try
            {
                var hash = PixelHash(file);
                foreach (var (series, _, other) in pairs[file.Name])
                {
                    series.Repeated += other == hash ? 1 : 0;
                    series.Contradicted += other == hash ? 0 : 1;
                }
            }
            catch (DicomException e)
            {
                _refused.Add(new DicomRefusal(file.Name, e));
            }
        }

        _toCompare.Clear();
    }

    /// <summary>Of stored values where they are plain, so that the order of bytes does not matter; else of the bytes as they stand.</summary>
    private static string PixelHash(DicomFile file)
    {
        if (!TakenObject.HasPixelsIn(file.Dataset))
        {
            return "";
        }

        try
        {
            if (DicomTransferSyntax.IsNative(file.TransferSyntaxUid))
            {
                return DicomPixelHash.Md5(DicomPixels.Read(file));
            }
        }
        catch (DicomException)
        {
            // Pixels that are too short or make no image are compared as bytes.
        }

        foreach (var tag in new[] { Tags.PixelData, Tags.FloatPixelData, Tags.DoubleFloatPixelData })
        {
            if (file.Dataset.TryGet(tag, out var pixels))
            {
                return Convert.ToHexStringLower(SHA256.HashData(pixels.Bytes.Span));
            }
        }

        return "";
    }

    private string Text(DicomDataset d, DicomTag tag) => Pooled(d.GetString(tag) ?? "");

    /// <summary>One copy of a text that many objects share.</summary>
    private string Pooled(string text) => _strings.TryGetValue(text, out var known) ? known : _strings[text] = text;
}
