using System.Globalization;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;

namespace Etalon.Cases.Inspection;

/// <summary>Gathers the tree while objects pass; of each echo of a series one record is kept, and of each kind of finding one.</summary>
public sealed class TreeInspection(InspectOptions options)
{
    private readonly DicomStudiesBuilder _studies = new();
    private readonly Dictionary<(SeriesId Series, string Echo), Acquisition> _records = [];
    private readonly Dictionary<SeriesId, SortedSet<double>> _bValues = [];
    private const int MostSegments = 4096;
    private readonly Dictionary<(SeriesId Series, string Code, string About), (Finding Finding, int Count)> _findings = [];
    private readonly Dictionary<string, DicomFrameDigests> _digests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _withoutPixels = new(StringComparer.Ordinal);
    private readonly Dictionary<SeriesId, List<InspectedSegment>> _segments = [];

    /// <summary>Takes an object.</summary>
    /// <param name="file">The object.</param>
    /// <param name="digests">What is kept of its frames; null where there is nothing.</param>
    /// <param name="refusal">Why its pixels were refused; null where they were not.</param>
    /// <exception cref="DicomException">A sequence of the object is damaged.</exception>
    public void Take(DicomFile file, DicomFrameDigests? digests, DicomException? refusal)
    {
        ArgumentNullException.ThrowIfNull(file);
        var d = file.Dataset;
        if (refusal is not null)
        {
            _withoutPixels[file.Name] = refusal.CodeText;
        }

        if (d.GetInt(Tags.Rows) > 0)
        {
            var series = new SeriesId(PatientIdentity.Read(d).Key, d.GetString(Tags.StudyInstanceUid) ?? "", d.GetString(Tags.SeriesInstanceUid) ?? "");
            var record = Keep(file, series, 0);
            foreach (var finding in HeaderFindings.Of(file, record, ""))
            {
                var key = (series, finding.Code, finding.About);
                _findings[key] = _findings.TryGetValue(key, out var before) ? (before.Finding, before.Count + 1) : (finding, 1);
            }

            if (record.Find("DiffusionBValue")?.Number is { } b)
            {
                _bValues.TryAdd(series, []);
                _bValues[series].Add(b);
            }

            Echoes(file, series);
            if (digests is not null)
            {
                _digests[file.Name] = digests;
            }

            if (SegmentationReader.IsOne(file))
            {
                TakeSegments(file, series);
            }
        }

        _studies.Add(file);
    }

    /// <summary>The tree of what was taken.</summary>
    public InspectedTree Build(CancellationToken cancellation)
    {
        var studies = _studies.Build(cancellation);
        var (patients, visits, allSeries, records, missing) = (new List<InspectedPatient>(), new List<InspectedVisit>(), new List<InspectedSeries>(), new List<Acquisition>(), new List<MissingAttributes>());
        var ofSeries = studies.Series.SelectMany(s => s.Findings).ToHashSet(ReferenceEqualityComparer.Instance);
        var subjects = studies.Patients.Select(p => DicomIdentity.Of(p).Subject).ToList();
        var findings = studies.Findings.Where(f => !ofSeries.Contains(f)).Select(f => f with { About = Named(f.About, subjects) }).ToList();
        foreach (var patient in studies.Patients)
        {
            var identity = DicomIdentity.Of(patient);
            patients.Add(new InspectedPatient(identity.Subject, options.Identify ? patient.Id : null, options.Identify ? patient.Names : []));
            foreach (var (study, n) in patient.Studies.Select((s, n) => (s, n + 1)))
            {
                var visit = string.Create(CultureInfo.InvariantCulture, $"{identity.Subject}/{n}");
                visits.Add(new InspectedVisit(visit, identity.Subject, study.Time, options.Identify ? study.Uid : null));
                foreach (var series in study.Series)
                {
                    IReadOnlyList<SeriesId> ids = [.. patient.Keys.Select(k => new SeriesId(k, study.Uid, series.Uid))];
                    var inspected = Series(series, ids, visit, identity);
                    allSeries.Add(inspected);
                    findings.AddRange(series.Findings.Concat(DicomPixelChecks.Check(series, _digests.GetValueOrDefault)).Select(f => Cleaned(f, identity) with { About = $"{visit}/{Within(f.About)}" }));
                    findings.AddRange(Told(ids, inspected.Id).Select(f => Cleaned(f, identity)));
                    if (inspected.Stacks.Count == 0 && _records.FirstOrDefault(r => ids.Contains(r.Key.Series)).Value is { } unplaced)
                    {
                        records.Add(Cleaned(unplaced.WithVolumes([.. ids.SelectMany(i => _bValues.GetValueOrDefault(i) ?? []).Distinct().Order()], [], []), inspected.Id, identity));
                    }

                    findings.AddRange(inspected.Stacks.Select(WithoutPixels).OfType<Finding>());
                    foreach (var (stack, id, _) in inspected.Stacks)
                    {
                        var record = Record(stack, id, ids, identity);
                        records.Add(record);
                        var echoes = series.Stacks.Select(s => s.EchoTimeMs).OfType<double>().Distinct().Count();
                        // What cannot be measured for want of pixels lacks more than attributes.
                        if (inspected.Stacks.First(s => s.Acquisition == id).Refused.Count > 0)
                        {
                            continue;
                        }

                        missing.AddRange(MeasurandNeeds.ServedBy(stack, record, echoes).Select(m => new MissingAttributes(m, id, [.. MeasurandNeeds.Unmet(m, record)])));
                    }
                }
            }
        }

        return new InspectedTree
        {
            Patients = patients, Visits = visits, Series = allSeries, Acquisitions = records, Missing = missing,
            Findings = [.. findings.OrderByDescending(f => f.Severity)],
        };
    }

    private InspectedSeries Series(DicomSeries series, IReadOnlyList<SeriesId> ids, string visit, DicomIdentity identity)
    {
        // The tree names a patient and a study before the series where there are several; the visit says both.
        var id = $"{visit}/{Within(series.Name)}";
        var names = new HashSet<string>(StringComparer.Ordinal);
        var stacks = new List<InspectedStack>();
        foreach (var stack in series.Stacks)
        {
            var name = $"{visit}/{Within(stack.Name)}";
            for (var n = 2; !names.Add(name); n++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{name.Split(" #")[0]} #{n}");
            }

            var shown = options.Identify ? stack : stack with { UnitCode = Cleaned(stack.UnitCode, identity), PatientPosition = Cleaned(stack.PatientPosition, identity) };
            stacks.Add(new InspectedStack(shown, name, [.. stack.Frames.Select(f => f.Object).Distinct(StringComparer.Ordinal).Select(_withoutPixels.GetValueOrDefault).OfType<string>()]));
        }

        return new InspectedSeries(
            id, visit, series.Number, Term(series.Modality), options.Identify ? series.Description : identity.Clean(series.Description), series.Instances.Count, options.Identify ? series.Uid : null, stacks, Segments(ids, identity));
    }

    /// <summary>A volume with holes is none: nothing of it is converted or measured.</summary>
    private static Finding? WithoutPixels(InspectedStack s) => s.Refused.Count == 0 ? null : new Finding(
        FindingCodes.DicomUnreadable, Severity.Error, s.Acquisition,
        $"pixels of {s.Refused.Count} of {s.Stack.Frames.Select(f => f.Object).Distinct(StringComparer.Ordinal).Count()} objects that were refused ({string.Join(", ", s.Refused.Distinct(StringComparer.Ordinal))})", "pixels of every slice",
        "No volume can be read of it. Fetch these objects again; the list of objects names them.");

    private List<InspectedSegment> Segments(IReadOnlyList<SeriesId> ids, DicomIdentity identity) => [.. ids.SelectMany(i => _segments.GetValueOrDefault(i) ?? []).Select(s => options.Identify ? s : s with
    {
        Name = s.Name with { Label = identity.Clean(s.Name.Label), Category = s.Name.Category is { } c ? identity.Clean(c) : null, Type = s.Name.Type is { } t ? identity.Clean(t) : null },
    })];

    private void TakeSegments(DicomFile file, SeriesId series)
    {
        try
        {
            var list = SegmentList.Of(file);
            _segments.TryAdd(series, []);
            _segments[series].AddRange(list.Segments.Take(MostSegments - _segments[series].Count).Select(s => new InspectedSegment(s, list.Grid)));
        }
        catch (DicomGeometryException e)
        {
            _findings.TryAdd((series, FindingCodes.SeriesNotAVolume, ""), (new Finding(FindingCodes.SeriesNotAVolume, Severity.Warning, "", $"a segmentation without a grid: {e.Found}", e.Expected, "It cannot be laid over images. Export it again."), 1));
        }
    }

    /// <summary>Patients by their pseudonyms instead of their numbers.</summary>
    private static string Named(string about, List<string> subjects) => string.Join(' ', about.Split(' ').Select(w =>
        int.TryParse(w.TrimEnd(','), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= 1 && n <= subjects.Count ? subjects[n - 1] : w));

    private static string Within(string name) => name[Math.Max(0, name.IndexOf("series ", StringComparison.Ordinal))..];

    private Acquisition Record(DicomStack stack, string id, IReadOnlyList<SeriesId> ids, DicomIdentity identity)
    {
        var echo = stack.EchoTimeMs is { } te ? Echo(te) : "";
        var record = ids.Select(i => _records.GetValueOrDefault((i, echo))).FirstOrDefault(r => r is not null) ?? _records.FirstOrDefault(r => ids.Contains(r.Key.Series)).Value ?? Acquisition.Unknown(id);
        record = record.WithVolumes([.. stack.Volumes.Select(v => v.BValue).OfType<double>()], [.. stack.Volumes.Where(v => v.BValue > 0).Select(v => v.Gradient).OfType<Vector3>()], stack.Directionality);
        return Cleaned(record, id, identity);
    }

    private Acquisition Cleaned(Acquisition record, string id, DicomIdentity identity) => (options.Identify ? record : identity.Clean(record)) with { Id = id };

    private static string? Cleaned(string? text, DicomIdentity identity) => text is null ? null : identity.Clean(text);

    private Finding Cleaned(Finding finding, DicomIdentity identity) => options.Identify ? finding : identity.Clean(finding);

    private Acquisition Keep(DicomFile file, SeriesId series, int frame)
    {
        var record = DicomAcquisition.Read(file, series.Uid, [], frame);
        _records.TryAdd((series, record.Find("EchoTime")?.Number is { } te ? Echo(te * 1000) : ""), record);
        return record;
    }

    /// <summary>Further echoes within one enhanced object.</summary>
    private void Echoes(DicomFile file, SeriesId series)
    {
        var frames = file.Dataset.GetSequence(Tags.PerFrameFunctionalGroupsSequence);
        for (var n = 1; n < frames.Count; n++)
        {
            if (frames[n].GetSequence(Tags.MrEchoSequence) is [var echo, ..] && echo.GetDouble(Tags.EffectiveEchoTime) is { } te && !_records.ContainsKey((series, Echo(te))))
            {
                Keep(file, series, n);
            }
        }
    }

    private IEnumerable<Finding> Told(IReadOnlyList<SeriesId> ids, string about) => _findings.Where(f => ids.Contains(f.Key.Series)).GroupBy(f => (f.Key.Code, f.Key.About))
        .Select(g => (g.First().Value.Finding, Count: g.Sum(f => f.Value.Count))).Select(f => f.Finding with
    {
        About = about + f.Finding.About + (f.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({f.Count} objects)") : ""),
    });

    private static string Echo(double milliseconds) => milliseconds.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Term(string modality) => new([.. modality.Where(c => char.IsAsciiLetterOrDigit(c) || c == '_').Take(16)]);

    /// <summary>Two patients, or two studies, may use one SeriesInstanceUID, or have none.</summary>
    private readonly record struct SeriesId(string Patient, string Study, string Uid);
}
