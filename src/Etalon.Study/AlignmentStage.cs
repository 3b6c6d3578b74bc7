using Etalon.Assays;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Metrology;

namespace Etalon.Study;

/// <summary>The visits on one grid, or why not.</summary>
/// <param name="Visits">In order of time.</param>
/// <param name="Domain">Where the tumour can live; null with a refusal.</param>
/// <param name="Refusal">Why there is no alignment.</param>
internal sealed record Alignment(IReadOnlyList<AlignedVisit> Visits, Mask? Domain, string? Refusal);

/// <summary>Brings the visits together on the grid of the first one: as they are where the case says so, else by a rigid registration of their anatomy.</summary>
internal sealed class AlignmentStage(StudyOptions options, PatientCase patient, MeasuringScale scale, List<Finding> findings, CancellationToken cancellation)
{
    /// <summary>Aligns all visits that have ADC and a tumour.</summary>
    public Alignment Run(IReadOnlyList<VisitImages> visits)
    {
        var usable = visits.Where(v => v.Adc is not null && StudyRun.Tumour(v) is not null).ToList();
        var brain = VisitLoader.LoadBrain(patient.Shared.FirstOrDefault(i => i.Kind == ImageKind.BrainMask), findings, cancellation) ?? usable[0].Brain;
        if (brain is null)
        {
            return new Alignment([], null, "There is no brain mask to bound the tumour's growth.");
        }

        var grid = usable[0].Adc!.Value.Grid;
        if (!brain.Grid.IsSameAs(grid))
        {
            return new Alignment([], null, $"The brain mask lies on {brain.Grid}, the first visit's ADC on {grid}.");
        }

        var aligned = patient.IsRegistered
            ? usable.Where(v => v.Adc!.Value.Grid.IsSameAs(grid)).Select(v => AlignedVisit.OnOwnGrid(v, StudyRun.TumourOnAdc(v), Gain(v))).ToList()
            : Registered(usable, grid);
        foreach (var left in usable.Where(v => aligned.All(a => a.Images != v)))
        {
            findings.Add(new Finding(
                FindingCodes.GridsDiffer, Severity.Warning, $"visit {left.Visit.Id}", $"{left.Adc!.Value.Grid}", $"the grid of the first visit, {grid}",
                "The visit was measured but takes no part in the twin. Resample it, or give the visits unregistered so that Etalon brings them together."));
        }

        return new Alignment(aligned, brain, aligned.Count < 2 ? "Fewer than two visits could be brought onto one grid." : null);
    }

    private double Gain(VisitImages visit) => scale.Correction.Of(visit.Visit.Acquisition.ScannerState(), visit.Visit.Day)?.Gain ?? 1;

    /// <summary>The first visit as it is, the others through a registration; two at a time, each on its own.</summary>
    private List<AlignedVisit> Registered(List<VisitImages> usable, Grid grid)
    {
        var results = new (AlignedVisit Visit, Finding? Finding)[usable.Count];
        results[0] = (AlignedVisit.OnOwnGrid(usable[0], StudyRun.TumourOnAdc(usable[0]), Gain(usable[0])) with { Anatomy = Anatomy(usable[0], grid) }, null);
        Parallel.For(1, usable.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation }, n =>
        {
            var (transform, uncertainty, finding) = Register(usable[0], usable[n]);
            results[n] = (AlignedVisit.Resampled(usable[n], StudyRun.TumourOnAdc(usable[n]), Gain(usable[n]), grid, transform, uncertainty), finding);
        });
        findings.AddRange(results.Select(r => r.Finding).OfType<Finding>());
        return results.Select(r => r.Visit).ToList();
    }

    private static Volume? Anatomy(VisitImages visit, Grid grid) =>
        visit.Anatomy is null ? null : visit.Anatomy.Grid.IsSameAs(grid) ? visit.Anatomy : Resampler.Trilinear(visit.Anatomy, grid, RigidTransform.Identity).Volume;

    private (RigidTransform Transform, RigidUncertainty? Uncertainty, Finding? Finding) Register(VisitImages first, VisitImages visit)
    {
        var about = $"visit {visit.Visit.Id}";
        if (!options.WithRegistration || first.Anatomy is null || visit.Anatomy is null)
        {
            return (RigidTransform.Identity, null, new Finding(
                FindingCodes.RegistrationMissing, Severity.Warning, about, options.WithRegistration ? "no anatomy to register" : "registration was switched off",
                "visits brought together by registration", "The visit was placed by its header alone; a shift of the head blurs the twin. Give a T1-weighted image of every visit."));
        }

        var result = new ElastixRegistration(options.Elastix).Run(first.Anatomy, visit.Anatomy, cancellation);
        return result.Status switch
        {
            RegistrationStatus.Ok => (result.Transform, result.Uncertainty, null),
            RegistrationStatus.WorseThanBefore => (RigidTransform.Identity, null, new Finding(
                FindingCodes.RegistrationWorse, Severity.Warning, about, result.Detail, "a registration that improves agreement", "It was not used; the visit was placed by its header. Look at the images.")),
            RegistrationStatus.NotInstalled => (RigidTransform.Identity, null, new Finding(
                FindingCodes.RegistrationMissing, Severity.Warning, about, result.Detail, "elastix 5", "The visit was placed by its header alone. Install it: apt-get install elastix.")),
            _ => (RigidTransform.Identity, null, new Finding(
                FindingCodes.RegistrationMissing, Severity.Warning, about, result.Detail, "a transform from elastix", "The visit was placed by its header alone. Look at the images.")),
        };
    }
}
