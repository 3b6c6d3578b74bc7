using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Numerics;
using Etalon.Treatment;

namespace Etalon.Phantoms;

/// <summary>
/// A whole study with known truth: one patient at several visits across a scanner upgrade, patients scanned twice and phantom scans in both
/// scanner states, written in Etalon's BIDS layout.
/// </summary>
public static class VirtualStudy
{
    /// <summary>Label of the patient.</summary>
    public const string PatientSubject = "demo";

    /// <summary>Label of the phantom.</summary>
    public const string PhantomSubject = "phantomA";

    private const int VisitsBeforeUpgrade = 2;

    /// <summary>Writes a study.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="folder">Is created; files of the same names are written over.</param>
    /// <param name="progress">Receives the fraction of sessions done, in [0, 1].</param>
    /// <param name="cancellation">Ends with <see cref="OperationCanceledException"/>; the folder is then incomplete.</param>
    /// <returns>What is true; truth.json says the same.</returns>
    public static VirtualTruth Write(
        VirtualPatientOptions options, string folder, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options.Validate();
        var bids = new BidsFolder(folder);
        var writer = new Writer(options, bids, progress, cancellation);
        var truth = writer.Patient();
        var phantomSessions = writer.Phantom();
        var retestSubjects = writer.TestRetest();
        bids.Json("dataset_description.json", StudyFiles.DatasetDescription("Etalon virtual study", isDerivative: false));
        bids.Json("derivatives/masks/dataset_description.json", StudyFiles.DatasetDescription("Outlines of a virtual reader", isDerivative: true));
        bids.Json("etalon.json", StudyFiles.Study(phantomSessions, retestSubjects, options.PhantomReferenceU));
        bids.Json("truth.json", StudyFiles.Truth(truth));
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

    private sealed class Writer(VirtualPatientOptions options, BidsFolder bids, IProgress<double>? progress, CancellationToken cancellation)
    {
        private readonly VirtualScanner _scanner = new(options.WhiteMatterSnr);
        private readonly ScannerState[] _states = [ScannerState.Before(options.GainOfState1), ScannerState.After(options.GainOfState2)];
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
                Done();
            }

            bids.Sessions(PatientSubject, visits.Select(v => (v.Session, v.Time)));
            bids.Json($"sub-{PatientSubject}/treatment.json", StudyFiles.Treatment(VirtualTreatment.Give(options.FirstVisit, options.TreatmentStartDay)));
            var first = positions[0].Inverse();
            var repositioning = Enumerable.Range(1, positions.Count - 1).ToDictionary(v => visits[v].Session, v => positions[v].After(first));
            return new VirtualTruth(visits, tumour.Seed.Growth, options.GainOfState1, options.GainOfState2, repositioning);
        }

        public List<string> Phantom()
        {
            var phantom = new DiffusionPhantom(options.Seed, options.PhantomReferenceU);
            var sessions = new List<(string, DateTimeOffset)>();
            for (var s = 0; s < _states.Length; s++)
            {
                for (var repeat = 0; repeat < options.PhantomScansPerState; repeat++)
                {
                    var label = FormattableString.Invariant($"s{s + 1}r{repeat + 1}");
                    var time = options.FirstVisit.AddDays(s == 0 ? -9 + 5 * repeat : 45 + 9 * repeat).AddMinutes(-173 + 11 * repeat);
                    var session = VirtualSession.Draw(options, _states[s], PhantomSubject + "/" + label);
                    var grid = _states[s].Slab(options.Size);
                    var sidecar = Sidecar.Diffusion(_states[s], time);
                    sidecar["PhantomTemperatureCelsius"] = 0.0;
                    bids.Diffusion(PhantomSubject, label, _scanner.Diffusion(phantom, session, grid, Noise(PhantomSubject, label)), sidecar);
                    for (var vial = 0; vial < DiffusionPhantom.Vials; vial++)
                    {
                        bids.Mask(PhantomSubject, label, DiffusionPhantom.Name(vial), DiffusionPhantom.Outline(vial, session.Position, grid));
                    }

                    sessions.Add((label, time));
                    Done();
                }
            }

            bids.Sessions(PhantomSubject, sessions);
            return sessions.Select(s => s.Item1).ToList();
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
            bids.Diffusion(PatientSubject, label, _scanner.Diffusion(subject, session, grid, noise), Sidecar.Diffusion(session.State, time));
            var anatomy = _scanner.Anatomy(subject, session, grid, noise);
            bids.Anatomy(PatientSubject, label, "T1w", anatomy.T1Weighted, Sidecar.T1Weighted(session.State, time));
            bids.Anatomy(PatientSubject, label, "FLAIR", anatomy.Flair, Sidecar.Flair(session.State, time));
            bids.Mask(PatientSubject, label, "enhancing", Read(subject.Density, distribution, session, grid, PatientSubject, label));
            bids.Mask(PatientSubject, label, "brain", VirtualReader.OutlineBrain(subject.Head, session.Position, grid));
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
                bids.Diffusion(subject, label, scan, Sidecar.Diffusion(state, at));
                bids.Mask(subject, label, "enhancing", Read(tumour.Visits[0], distribution, session, grid, subject, label));
                Done();
            }

            bids.Sessions(subject, sessions);
        }

        private Mask Read(
            DensityField density, DensityDistribution distribution, VirtualSession session, Grid grid, string subject, string label)
        {
            var error = options.ReaderSd * new RandomStream(options.Seed, $"reader/{subject}/{label}").NextNormal();
            return VirtualReader.OutlineTumour(density, distribution, session.Position, grid, error);
        }

        private RandomStream Noise(string subject, string label) => new(options.Seed, $"noise/{subject}/{label}");

        private void Done()
        {
            cancellation.ThrowIfCancellationRequested();
            var all = options.VisitDays.Count + 2 * options.PhantomScansPerState + 4 * options.TestRetestPairsPerState;
            progress?.Report(++_done / (double)all);
        }
    }
}
