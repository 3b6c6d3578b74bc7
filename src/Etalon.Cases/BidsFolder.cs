using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>
/// Reads Etalon's own layout, BIDS: sub-X/ses-Y/{anat,dwi}/ with sidecars, masks in derivatives/masks, treatment in sub-X/treatment.json,
/// and etalon.json at the root, which names phantoms, test-retest sessions and what density means.
/// </summary>
public static class BidsFolder
{
    /// <summary>Whether a folder looks like BIDS.</summary>
    public static bool IsOne(string path) =>
        Directory.Exists(path)
        && (File.Exists(Path.Combine(path, "dataset_description.json")) || (File.Exists(Path.Combine(path, "etalon.json")) && (Directory.EnumerateDirectories(path, "sub-*").Any() || !DicomCase.IsOne(path))));

    /// <summary>Reads the one patient of a folder.</summary>
    /// <exception cref="CaseException">There is no patient, more than one, or none of its sessions can be used.</exception>
    public static PatientCase Read(string root, CaseOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Reader(root, options).Read();
    }

    /// <summary>Subjects that etalon.json names as scanned twice without a change, with their two sessions.</summary>
    /// <exception cref="CaseException">The file is no JSON.</exception>
    public static IReadOnlyList<(string Subject, string First, string Second)> RetestSessions(string root, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        using var study = StudyFile.Read(new CaseFolder(root, allowOutside: false, NiftiSpacingRule.Refuse), isBids: true, findings);
        return [.. study.TestRetest.Select(t => (t.Subject, t.Sessions[0], t.Sessions[1]))];
    }

    private sealed class Reader(string root, CaseOptions options)
    {
        private readonly List<Finding> _findings = [];
        private readonly List<Assumption> _assumptions = [];
        private readonly CaseFolder _folder = new(root, options.AllowOutside, NiftiSpacingRule.Refuse);

        public PatientCase Read()
        {
            using var study = StudyFile.Read(_folder, isBids: true, _findings);
            var phantoms = study.Phantoms.Select(p => p.Subject).ToHashSet(StringComparer.Ordinal);
            var retested = study.TestRetest.Select(t => t.Subject).ToHashSet(StringComparer.Ordinal);
            var people = Directory.EnumerateDirectories(root, "sub-*").Select(d => Path.GetFileName(d)[4..])
                .Where(s => !phantoms.Contains(s) && !s.StartsWith("phantom", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
            var subjects = people.Where(s => !retested.Contains(s)).ToList();
            // The patient may be the one who was scanned twice.
            subjects = subjects.Count == 0 ? people : subjects;
            if (subjects.Count != 1)
            {
                throw new CaseException(new Finding(
                    subjects.Count == 0 ? FindingCodes.ImageMissing : FindingCodes.PatientIdentifiersDisagree, Severity.Error, "the BIDS folder",
                    subjects.Count == 0 ? "no sub-* folder of a patient" : $"{subjects.Count} patients: {string.Join(", ", subjects.Take(5))}", "one patient",
                    "Give a folder with one patient; phantoms and test-retest subjects are named in etalon.json."));
            }

            var subject = subjects[0];
            if (!IsLabel(subject))
            {
                throw new CaseException(new Finding(
                    FindingCodes.FieldInvalid, Severity.Error, $"sub-{JsonInput.Short(subject)}", "a subject that is no BIDS label, and may be a person's name", "letters and digits",
                    "Rename the folder and its files to a pseudonym of letters and digits; it stands in the report."));
            }

            // A scan repeated at once to learn repeatability is no visit of its own.
            var repeats = study.TestRetest.Where(t => t.Subject == subject).Select(t => t.Sessions[1]).ToHashSet(StringComparer.Ordinal);
            var visits = Sessions(subject).Where(s => !repeats.Contains(s)).Select(s => Visit(subject, s)).OfType<Visit>().OrderBy(v => v.Time).ToList();
            var treatment = Treatment(subject);
            if (_findings.Any(f => f.Code == FindingCodes.TimeZoneNotStated))
            {
                _assumptions.Add(new Assumption("time-zone", "Times without an offset from UTC are read as one zone.", "UTC", "BIDS states no offset"));
            }

            return new PatientCase
            {
                Subject = subject,
                Layout = "bids",
                Visits = WithoutDuplicates(visits),
                Treatment = treatment,
                Density = study.Density,
                Phantoms = study.Phantoms.SelectMany(p => p.Sessions.Select(s => Phantom(p, s))).OfType<PhantomScan>().ToList(),
                TestRetest = study.TestRetest.Select(Pair).OfType<TestRetestPair>().ToList(),
                Truth = study.Truth(_folder, visits),
                IsRegistered = false,
                Findings = _findings,
                Assumptions = _assumptions,
            };
        }

        private List<string> Sessions(string subject)
        {
            var folder = Path.Combine(root, $"sub-{subject}");
            return Directory.Exists(folder)
                ? Directory.EnumerateDirectories(folder, "ses-*").Select(d => Path.GetFileName(d)[4..]).Order(StringComparer.Ordinal).ToList()
                : [];
        }

        private Visit? Visit(string subject, string session)
        {
            if (!IsLabel(session))
            {
                _findings.Add(new Finding(
                    FindingCodes.FieldInvalid, Severity.Error, $"ses-{JsonInput.Short(session)}", "a session that is no BIDS label", "letters and digits",
                    "The session was left out. Rename its folder and files; two labels that differ in other signs only would become one file name."));
                return null;
            }

            var stem = $"sub-{subject}_ses-{session}";
            var folder = $"sub-{subject}/ses-{session}";
            var images = new List<ImageReference>();
            var acquisition = Acquisition.Unknown(stem);
            DateTimeOffset? time = null;
            var dwi = $"{folder}/dwi/{stem}_dwi";
            if (Exists($"{dwi}.nii.gz"))
            {
                var sidecar = BidsSidecar.Read(_folder, $"{dwi}.json", stem, _findings);
                (acquisition, time) = (sidecar.Acquisition, sidecar.Time);
                images.Add(new ImageReference(ImageKind.DiffusionSeries, $"{dwi}.nii.gz", null, _ => Diffusion(dwi, stem)));
            }

            foreach (var (suffix, kind) in new[] { ("T1w", ImageKind.T1), ("ce-gd_T1w", ImageKind.T1Post), ("FLAIR", ImageKind.Flair) })
            {
                var name = $"{folder}/anat/{stem}_{suffix}.nii.gz";
                if (Exists(name))
                {
                    images.Add(new ImageReference(kind, name, null, _ => _folder.Read(name, stem, null)));
                }
            }

            var map = $"{folder}/dwi/{stem}_ADCmap.nii.gz";
            if (Exists(map))
            {
                var unit = BidsSidecar.UnitOf(_folder, map[..^7] + ".json", _findings) ?? Assumed(map);
                images.Add(new ImageReference(ImageKind.AdcMap, map, null, _ => _folder.Read(map, stem, unit)));
            }

            images.AddRange(Masks(subject, session, stem));
            time ??= SessionTime(subject, session);
            if (time is null)
            {
                _findings.Add(new Finding(
                    FindingCodes.FieldInvalid, Severity.Error, stem, "no readable AcquisitionDateTime or acq_time", "the instant of the scan (ISO 8601)",
                    "The session was left out. State the time in the DWI sidecar or in the sessions.tsv."));
                return null;
            }

            return new Visit { Id = session, Time = time.Value, Images = images, Acquisition = acquisition };
        }

        private Unit? Assumed(string map)
        {
            if (!options.AssumedUnits.TryGetValue("adc", out var unit))
            {
                return null;
            }

            _findings.Add(new Finding(
                FindingCodes.ValueAssumed, Severity.Info, map, "an ADC map whose sidecar states no unit", "a stated unit", $"Taken: {unit.Code} (user)."));
            if (_assumptions.All(a => a.Id != "adc-unit"))
            {
                _assumptions.Add(new Assumption("adc-unit", "ADC maps state no unit; the user gave one.", unit.Code, "user"));
            }

            return unit;
        }

        private IEnumerable<ImageReference> Masks(string subject, string session, string stem)
        {
            var folder = Path.Combine(root, "derivatives", "masks", $"sub-{subject}", $"ses-{session}");
            if (!Directory.Exists(folder))
            {
                yield break;
            }

            foreach (var path in Directory.EnumerateFiles(folder, $"{stem}_label-*_mask.nii.gz").Order(StringComparer.Ordinal))
            {
                var file = Path.GetFileName(path);
                var label = file[(file.IndexOf("label-", StringComparison.Ordinal) + 6)..^"_mask.nii.gz".Length];
                var name = $"derivatives/masks/sub-{subject}/ses-{session}/{file}";
                yield return new ImageReference(
                    label == "brain" ? ImageKind.BrainMask : ImageKind.RegionMask, name, label == "brain" ? null : label, _ => _folder.Read(name, stem, null));
            }
        }

        private LoadedImage Diffusion(string dwi, string about)
        {
            var image = _folder.Read($"{dwi}.nii.gz", about, null);
            var b = BidsGradients.BValues(_folder, dwi, about, image.Frames.Count);
            return image with { BValues = b, Gradients = BidsGradients.Directions(_folder, dwi, about, b.Count, _findings) };
        }

        private DateTimeOffset? SessionTime(string subject, string session)
        {
            var name = $"sub-{subject}/sub-{subject}_sessions.tsv";
            var rows = _folder.Text(name, name).Split('\n').Take(10_000).Select(l => l.TrimEnd('\r').Split('\t')).ToList();
            var at = rows.Count == 0 ? -1 : Array.IndexOf(rows[0], "acq_time");
            var row = rows.Skip(1).FirstOrDefault(r => r[0] == $"ses-{session}" || r[0] == session);
            if (at < 0 || row is null || row.Length <= at)
            {
                return null;
            }

            var time = CaseTime.Parse(row[at], out var hasOffset);
            if (time is not null && !hasOffset)
            {
                _findings.Add(CaseTime.WithoutZone($"{Path.GetFileName(name)}: acq_time"));
            }

            return time;
        }

        private PhantomScan? Phantom(NamedPhantom phantom, string session) =>
            Visit(phantom.Subject, session) is { } visit ? new PhantomScan(visit with { Id = $"{phantom.Subject}/{session}" }, phantom.Reference) : null;

        private TestRetestPair? Pair(NamedTestRetest pair)
        {
            var scans = pair.Sessions.Select(s => Visit(pair.Subject, s)).OfType<Visit>().Select(v => v with { Id = $"{pair.Subject}/{v.Id}" }).ToList();
            return scans.Count == 2 ? new TestRetestPair(pair.Subject, scans[0], scans[1]) : null;
        }

        private List<Visit> WithoutDuplicates(List<Visit> visits)
        {
            var result = new List<Visit>();
            foreach (var visit in visits)
            {
                if (result.Count > 0 && result[^1].Time == visit.Time)
                {
                    _findings.Add(new Finding(
                        FindingCodes.VisitsDuplicate, Severity.Error, $"ses-{visit.Id}", $"the same instant as ses-{result[^1].Id}", "one session per instant",
                        $"ses-{visit.Id} was left out. Correct its time, or take it out."));
                    continue;
                }

                result.Add(visit);
            }

            return result;
        }

        private TreatmentGiven Treatment(string subject)
        {
            if (options.TreatmentFile is { } given)
            {
                return TreatmentFile.Read(given, _findings, _assumptions);
            }

            var path = _folder.Resolve($"sub-{subject}/treatment.json", "treatment.json");
            return File.Exists(path) ? TreatmentFile.Read(path, _findings, _assumptions) : TreatmentGiven.None;
        }

        /// <summary>What BIDS allows as a label: it becomes part of file names and stands in the report.</summary>
        private static bool IsLabel(string text) => text.Length > 0 && text.All(char.IsAsciiLetterOrDigit);

        private bool Exists(string name) => File.Exists(Path.Combine(root, name));
    }
}
