using System.Text.Json.Nodes;
using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Numerics;
using Etalon.Phantoms.Dicom;
using Etalon.Treatment;

namespace Etalon.Phantoms;

/// <summary>
/// A whole study with known truth: one patient at several visits across a scanner upgrade, patients scanned twice and phantom scans in both
/// scanner states, written in Etalon's BIDS layout, as DICOM objects, or both.
/// </summary>
public static class VirtualStudy
{
    /// <summary>Label of the patient.</summary>
    public const string PatientSubject = "demo";

    /// <summary>Label of the phantom.</summary>
    public const string PhantomSubject = "phantomA";

    private const int VisitsBeforeUpgrade = 2;

    /// <summary>Writes a study as BIDS.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="folder">Is created; files of the same names are written over.</param>
    /// <param name="progress">Receives the fraction of sessions done, in [0, 1].</param>
    /// <param name="cancellation">Ends with <see cref="OperationCanceledException"/>; the folder is then incomplete.</param>
    /// <returns>What is true; truth.json says the same.</returns>
    public static VirtualTruth Write(
        VirtualPatientOptions options, string folder, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Write(options, new VirtualStudyPlaces(folder, null), progress, cancellation);
    }

    /// <summary>Writes one study in one or two layouts: the same voxels, to the rounding of DICOM's whole numbers.</summary>
    /// <inheritdoc cref="Write(VirtualPatientOptions, string, IProgress{double}?, CancellationToken)"/>
    /// <param name="options">What it is made of.</param>
    /// <param name="places">Where each layout goes.</param>
    /// <param name="progress">Receives the fraction of sessions done, in [0, 1].</param>
    /// <param name="cancellation">Ends with <see cref="OperationCanceledException"/>; the folders are then incomplete.</param>
    public static VirtualTruth Write(
        VirtualPatientOptions options, VirtualStudyPlaces places, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(places);
        options.Validate();
        IStudyFolder[] folders = [.. places.Bids is { } bids ? new[] { new BidsFolder(bids) } : [], .. places.Dicom is { } dicom ? new IStudyFolder[] { new DicomStudyFolder(dicom, options) } : []];
        var writer = new Writer(options, folders, progress, cancellation);
        var truth = writer.Patient();
        var phantomSessions = writer.Phantom();
        var retestSubjects = writer.TestRetest();
        writer.Close(StudyFiles.Study(phantomSessions, retestSubjects, options.PhantomReferenceU), StudyFiles.Truth(truth));
        return truth;
    }

    /// <summary>Edge of the tumour model's voxels, mm: below the images' finest spacing.</summary>
    public static double TruthSpacingMm(StudySize size) => size == StudySize.Small ? 3.0 : 1.5;

    /// <summary>The scanner's state at a visit counted from 0.</summary>
    public static ScannerState StateAt(VirtualPatientOptions options, int visit)
    {
        ArgumentNullException.ThrowIfNull(options);
        return visit < VisitsBeforeUpgrade ? ScannerState.Before(options.GainOfState1) : ScannerState.After(options.GainOfState2);
    }

    /// <summary>The patient's tumour at all visits.</summary>
    public static VirtualTumour GrowPatient(VirtualPatientOptions options, VirtualHead head, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var given = VirtualTreatment.Give(options.FirstVisit, options.TreatmentStartDay);
        // Truth runs on the very instants that the files state, to the second.
        var times = VisitTimes(options);
        var schedule = TreatmentSchedule.From(given, times[0], _ => VirtualTreatment.TemozolomideDecayPerDay);
        var days = times.Select(t => (t - times[0]).Ticks / (double)TimeSpan.TicksPerDay).ToList();
        return VirtualTumour.Grow(head, TumourSeed.Demo(options.Seed), TruthSpacingMm(options.Size), schedule, days, cancellation);
    }

    /// <summary>When each visit is, whole seconds.</summary>
    public static IReadOnlyList<DateTimeOffset> VisitTimes(VirtualPatientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.VisitDays.Select(day => options.FirstVisit.AddSeconds(Math.Round(day * 86400))).ToList();
    }

    private sealed class Writer(VirtualPatientOptions options, IStudyFolder[] folders, IProgress<double>? progress, CancellationToken cancellation)
    {
        private readonly VirtualScanner _scanner = new(options.WhiteMatterSnr);
        private readonly ScannerState[] _states = [ScannerState.Before(options.GainOfState1), ScannerState.After(options.GainOfState2)];
        private readonly List<(string Subject, string Session, DateTimeOffset Time)> _sessions = [];
        private int _done;

        public VirtualTruth Patient()
        {
            var head = new VirtualHead(options.Seed, PatientSubject);
            var tumour = GrowPatient(options, head, cancellation);
            var times = VisitTimes(options);
            var visits = new List<VisitTruth>();
            var positions = new List<RigidTransform>();
            for (var v = 0; v < times.Count; v++)
            {
                var label = FormattableString.Invariant($"{v + 1}");
                var session = VirtualSession.Draw(options, StateAt(options, v), PatientSubject + "/" + label);
                var distribution = tumour.Visits[v].Distribution();
                visits.Add(new VisitTruth(
                    label, times[v], distribution.VolumeMl(VirtualTumour.VisibleDensity),
                    VirtualSubject.MeanAdcMm2PerS(distribution, VirtualTumour.VisibleDensity), tumour.Visits[v].CellsRelativeMl));
                positions.Add(session.Position);
                PatientSession(new VirtualSubject(head, tumour.Visits[v]), distribution, session, label, times[v]);
            }

            var first = positions[0].Inverse();
            var repositioning = Enumerable.Range(1, positions.Count - 1).ToDictionary(v => visits[v].Session, v => positions[v].After(first));
            return new VirtualTruth(visits, tumour.Seed.Growth, options.GainOfState1, options.GainOfState2, repositioning);
        }

        public List<string> Phantom()
        {
            var phantom = new DiffusionPhantom(options.Seed, options.PhantomReferenceU);
            var sessions = new List<string>();
            for (var s = 0; s < _states.Length; s++)
            {
                for (var repeat = 0; repeat < options.PhantomScansPerState; repeat++)
                {
                    var label = FormattableString.Invariant($"s{s + 1}r{repeat + 1}");
                    var time = options.FirstVisit.AddDays(s == 0 ? -9 + 5 * repeat : 45 + 9 * repeat).AddMinutes(-173 + 11 * repeat);
                    var session = VirtualSession.Draw(options, _states[s], PhantomSubject + "/" + label);
                    var grid = _states[s].Slab(options.Size);
                    Put(new SessionImages
                    {
                        Subject = PhantomSubject, Session = label, State = _states[s], Time = time, IsPhantom = true,
                        Diffusion = _scanner.Diffusion(phantom, session, grid, Noise(PhantomSubject, label)),
                        Masks = [.. Enumerable.Range(0, DiffusionPhantom.Vials).Select(v => (DiffusionPhantom.Name(v), DiffusionPhantom.Outline(v, session.Position, grid)))],
                    });
                    sessions.Add(label);
                }
            }

            return sessions;
        }

        public List<string> TestRetest()
        {
            var subjects = new List<string>();
            for (var n = 0; n < _states.Length * options.TestRetestPairsPerState; n++)
            {
                var state = n / options.TestRetestPairsPerState;
                var subject = FormattableString.Invariant($"retest{n + 1:00}");
                var time = options.FirstVisit.AddDays(state == 0 ? -30 + n : 40 + n).AddMinutes(127 + 3 * n);
                Volunteer(subject, _states[state], time);
                subjects.Add(subject);
            }

            return subjects;
        }

        private void PatientSession(
            VirtualSubject subject, DensityDistribution distribution, VirtualSession session, string label, DateTimeOffset time)
        {
            var grid = session.State.WholeHead(options.Size);
            var noise = Noise(PatientSubject, label);
            Put(new SessionImages
            {
                Subject = PatientSubject, Session = label, State = session.State, Time = time,
                Diffusion = _scanner.Diffusion(subject, session, grid, noise),
                Anatomy = _scanner.Anatomy(subject, session, grid, noise),
                Masks =
                [
                    ("enhancing", Read(subject.Density, distribution, session, grid, PatientSubject, label)),
                    ("brain", VirtualReader.OutlineBrain(subject.Head, session.Position, grid)),
                ],
            });
        }

        private void Volunteer(string subject, ScannerState state, DateTimeOffset time)
        {
            var head = new VirtualHead(options.Seed, subject);
            var seed = TumourSeed.Volunteer(options.Seed, subject);
            var tumour = VirtualTumour.Grow(head, seed, TruthSpacingMm(options.Size), TreatmentSchedule.None, [0], cancellation);
            var distribution = tumour.Visits[0].Distribution();
            var grid = state.Around(seed.Centre, options.Size);
            var sessions = new[] { ("test", time), ("retest", time.AddMinutes(46)) };
            foreach (var (label, at) in sessions)
            {
                var session = VirtualSession.Draw(options, state, subject + "/" + label);
                var scan = _scanner.Diffusion(new VirtualSubject(head, tumour.Visits[0]), session, grid, Noise(subject, label));
                Put(new SessionImages
                {
                    Subject = subject, Session = label, State = state, Time = at, Diffusion = scan,
                    Masks = [("enhancing", Read(tumour.Visits[0], distribution, session, grid, subject, label))],
                });
            }
        }

        public void Close(JsonObject study, JsonObject truth)
        {
            var description = new StudyDescription(study, truth, StudyFiles.Treatment(VirtualTreatment.Give(options.FirstVisit, options.TreatmentStartDay)), _sessions);
            foreach (var folder in folders)
            {
                folder.Close(description);
            }
        }

        /// <summary>Writes a session in all layouts, each on its own thread.</summary>
        private void Put(SessionImages images)
        {
            _sessions.Add((images.Subject, images.Session, images.Time));
            Parallel.ForEach(folders, folder => folder.Write(images));
            cancellation.ThrowIfCancellationRequested();
            var all = options.VisitDays.Count + 2 * options.PhantomScansPerState + 4 * options.TestRetestPairsPerState;
            progress?.Report(++_done / (double)all);
        }

        private Mask Read(
            DensityField density, DensityDistribution distribution, VirtualSession session, Grid grid, string subject, string label)
        {
            var error = options.ReaderSd * new RandomStream(options.Seed, $"reader/{subject}/{label}").NextNormal();
            return VirtualReader.OutlineTumour(density, distribution, session.Position, grid, error);
        }

        private RandomStream Noise(string subject, string label) => new(options.Seed, $"noise/{subject}/{label}");
    }
}
