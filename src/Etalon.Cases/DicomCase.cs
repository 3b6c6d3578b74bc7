using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>
/// Reads folders, zips or files of DICOM objects as the case of one patient: every study day is a visit; series become images, outlines become regions.
/// Nothing depends on the names of objects or their order. etalon.json and treatment.json at the root of a folder mean what they mean in BIDS.
/// </summary>
public static class DicomCase
{
    /// <summary>Whether a path holds DICOM: a zip, a DICOM file, or a folder in which at least one object can be read.</summary>
    public static bool IsOne(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return File.Exists(path)
            ? path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) || DicomSource.Read(path).Any(e => e.Kind == DicomEntryKind.Object)
            : Directory.Exists(path) && DicomSource.Read(path).Any(e => e.Kind == DicomEntryKind.Object);
    }

    /// <summary>Why nothing can be read of a path that is not <see cref="IsOne"/>; null where it does not even claim to be DICOM.</summary>
    public static Finding? Refusal(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var refused = DicomSource.Read(path).Select(e => e.Error).OfType<DicomException>().ToList();
        return refused.Find(e => e.Code != DicomErrorCode.NotDicom) is { } first ? Unusable(path, refused.Count, first) : null;
    }

    /// <summary>Reads the case of one path.</summary>
    /// <inheritdoc cref="Read(IReadOnlyList{string}, CaseOptions, CancellationToken)"/>
    public static PatientCase Read(string path, CaseOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Read([path], options, cancellation);
    }

    /// <summary>Reads the case of several paths together; an object that stands in two counts once.</summary>
    /// <param name="paths">Folders, zips and files; at least one.</param>
    /// <param name="options">How; <see cref="CaseOptions.SamePatient"/> joins what states different identifiers, path by path.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="CaseException">There is no usable image, or more than one patient.</exception>
    public static PatientCase Read(IReadOnlyList<string> paths, CaseOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(options);
        return new Reader(paths, options).Read(cancellation);
    }

    /// <summary>Names of entries may hold a name, and no identity is known by which to clean them.</summary>
    private static Finding Unusable(string path, int count, DicomException first) => new(
        FindingCodes.DicomUnreadable, Severity.Error, Path.GetFileName(path.TrimEnd('/')),
        (count > 1 ? $"{count} objects, none of which can be read; the first: " : "") + $"{first.Found} ({first.CodeText})", first.Expected, first.Remedy + ".");

    private sealed class Reader(IReadOnlyList<string> paths, CaseOptions options)
    {
        private readonly List<Finding> _findings = [];
        private readonly List<Assumption> _assumptions = [];
        private readonly List<string> _roots = [.. paths.Where(Directory.Exists)];

        public PatientCase Read(CancellationToken cancellation)
        {
            var scan = DicomScan.Of(paths, cancellation);
            if (scan.Items.Count == 0)
            {
                throw new CaseException(scan.Refused.Count > 0
                    ? Unusable(paths[0], scan.Refused.Count, scan.Refused[0].Error)
                    : new Finding(FindingCodes.ImageMissing, Severity.Error, Path.GetFileName(paths[0].TrimEnd('/')), "no DICOM object", "the DICOM objects of one patient", "Check the path."));
            }

            var folders = _roots.Select(r => new CaseFolder(r, allowOutside: false, NiftiSpacingRule.Refuse)).ToList();
            var studies = folders.Select(f => StudyFile.Read(f, isBids: false, _findings)).ToList();
            try
            {
                return Case(scan, folders, studies);
            }
            finally
            {
                studies.ForEach(s => s.Dispose());
            }
        }

        private PatientCase Case(DicomScan scan, List<CaseFolder> folders, List<StudyFile> studies)
        {
            var roles = DicomRoles.Of(scan, studies);
            var identity = DicomIdentity.Of(roles.Patient, roles.Owners, roles.Others, scan.Persons, options);
            _findings.AddRange(scan.Refused.Select(r => Unreadable(identity.Clean(r.Name, 200), r.Error)).Select(f => f with { Found = identity.Clean(f.Found, 300) }));
            _findings.AddRange(scan.Repeats.Select(f => f with { About = identity.Clean(f.About) }));
            TellJoined(identity);
            TellResults(scan.Results);
            var visits = Visits(identity).Of(roles.Patient, scan.Shapeless, [.. _roots.SelectMany(MaskFile.Below)]);
            if (visits.Count == 0)
            {
                throw Nothing(roles.Patient.Count);
            }

            return new PatientCase
            {
                Subject = identity.Subject,
                Pseudonym = identity.Pseudonym == identity.Subject ? null : identity.Pseudonym,
                Layout = "dicom",
                Visits = visits,
                Treatment = Treatment(),
                Density = studies.Select(s => s.Density).FirstOrDefault(d => d is not null),
                Phantoms = [.. roles.Phantoms.SelectMany((p, n) => p.Sessions.Select((s, k) => Visit(identity, s, $"{n + 1}/{k + 1}")).OfType<Visit>().Select(v => new PhantomScan(v, p.Named.Reference)))],
                TestRetest = [.. roles.TestRetest.Select((p, n) => Pair(identity, p, n + 1)).OfType<TestRetestPair>()],
                Truth = folders.Zip(studies, (f, s) => s.Truth(f, visits)).FirstOrDefault(t => t is not null),
                Findings = _findings,
                Assumptions = _assumptions,
            };
        }

        private DicomVisits Visits(DicomIdentity identity) => new(options, identity, _findings, _assumptions);

        /// <summary>One study as a visit; null where it holds no image that is measured. What is only worth knowing of it is not told.</summary>
        private Visit? Visit(DicomIdentity identity, IReadOnlyList<DicomItem> study, string id)
        {
            var noticed = new List<Finding>();
            var visits = new DicomVisits(options, identity, noticed, _assumptions).Of(study, new Dictionary<string, Imaging.Dicom.DicomGeometryException>(), []);
            _findings.AddRange(noticed.Where(f => f.Severity > Severity.Info).Select(f => f with { About = $"{id}: {f.About}" }));
            return visits is [var visit, ..] ? visit with { Id = id } : null;
        }

        private TestRetestPair? Pair(DicomIdentity identity, DicomPair pair, int number)
        {
            var subject = $"test-retest {number}";
            var scans = new[] { (pair.First, "first"), (pair.Second, "second") }.Select(s => Visit(identity, s.Item1, $"{subject}/{s.Item2}")).OfType<Visit>().ToList();
            return scans.Count == 2 ? new TestRetestPair(subject, scans[0], scans[1]) : null;
        }

        private void TellJoined(DicomIdentity identity)
        {
            if (options.SamePatient is not { } reason || identity.Joined < 2)
            {
                return;
            }

            var why = identity.Clean(reason, 200);
            _assumptions.Add(new Assumption("same-patient", $"{identity.Joined} identifiers are taken as those of one person, because the user says so.", why, "user"));
            _findings.Add(new Finding(
                FindingCodes.SamePatientAsserted, Severity.Warning, "the patient", $"{identity.Joined} different identifiers in {paths.Count} inputs, joined by the user's word: {why}", "one identifier, or a link between two that somebody can check",
                "If it is not one person, every comparison between their visits is wrong. Check name, date of birth and the images themselves."));
        }

        private void TellResults(int results)
        {
            if (results > 0)
            {
                _findings.Add(new Finding(
                    FindingCodes.OwnResultsSkipped, Severity.Info, "the DICOM objects", $"{results} segmentations, maps or reports that a run of Etalon wrote", "images, and what readers drew on them",
                    "They were left out, or each region would be measured twice."));
            }
        }

        private TreatmentGiven Treatment()
        {
            var files = options.TreatmentFile is { } given ? [given] : _roots.Select(r => Path.Combine(r, "treatment.json")).Where(File.Exists).ToList();
            if (files.Count > 1 && files.Skip(1).Any(f => new FileInfo(f).Length != new FileInfo(files[0]).Length || !File.ReadAllBytes(f).AsSpan().SequenceEqual(File.ReadAllBytes(files[0]))))
            {
                _findings.Add(new Finding(
                    FindingCodes.FieldInvalid, Severity.Error, "treatment.json", $"{files.Count} treatment files that differ", "one record of what was given",
                    "None was used, since a dose that stands in both would count twice. Put them together in one file and name it with --treatment."));
                return TreatmentGiven.None;
            }

            return files.Count == 0 ? TreatmentGiven.None : TreatmentFile.Read(files[0], _findings, _assumptions);
        }

        private CaseException Nothing(int objects)
        {
            var why = _findings.Where(f => f.Code is FindingCodes.SlicesMissing or FindingCodes.SlicesDuplicate or FindingCodes.SlicesUneven or FindingCodes.ValueTableNotApplied or FindingCodes.SeriesNotAVolume or FindingCodes.DicomUnreadable).MaxBy(f => f.Severity);
            return new CaseException(new Finding(
                FindingCodes.ImageMissing, Severity.Error, "the DICOM objects", $"{objects} objects and no image that Etalon measures" + (why is null ? "" : $" ({why.Code}: {why.About}: {why.Found})"),
                "PET, CT, or MR images with positions; diffusion series with two or more b-values", why?.Remedy ?? "Check that all series were exported."));
        }

        private static Finding Unreadable(string name, DicomException e) =>
            new(FindingCodes.DicomUnreadable, Severity.Warning, name, $"{e.Found} ({e.CodeText})", e.Expected, e.Remedy + ". The other objects were used.");
    }
}
