using Etalon.Assays;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Study;

/// <summary>The visits on one grid, or why not.</summary>
/// <param name="Visits">In order of time.</param>
/// <param name="Domain">Where the tumour can live; null with a refusal.</param>
/// <param name="Refusal">Why there is no alignment.</param>
internal sealed record Alignment(IReadOnlyList<AlignedVisit> Visits, Mask? Domain, string? Refusal);

/// <summary>Brings the visits together on the grid of the first one.</summary>
internal sealed class AlignmentStage(StudyOptions options, PatientCase patient, MeasuringScale scale, List<Finding> findings, CancellationToken cancellation)
{
    /// <summary>Aligns all visits that have ADC and a tumour.</summary>
    public Alignment Run(IReadOnlyList<VisitImages> visits)
    {
        var usable = visits.Where(v => v.Adc is not null && StudyRun.Tumour(v) is not null).ToList();
        var brain = VisitLoader.LoadBrain(patient.Shared.FirstOrDefault(i => i.Kind == ImageKind.BrainMask), findings) ?? usable[0].Brain;
        if (brain is null)
        {
            return new Alignment([], null, "There is no brain mask to bound the tumour's growth.");
        }

        var grid = usable[0].Adc!.Value.Grid;
        if (!brain.Grid.IsSameAs(grid))
        {
            return new Alignment([], null, $"The brain mask lies on {brain.Grid}, the first visit's ADC on {grid}.");
        }

        var aligned = new List<AlignedVisit>();
        foreach (var visit in usable)
        {
            cancellation.ThrowIfCancellationRequested();
            var gain = scale.Correction.Of(visit.Visit.Acquisition.ScannerState())?.Gain ?? 1;
            var tumour = StudyRun.Tumour(visit)!.Mask;
            if (patient.IsRegistered && visit.Adc!.Value.Grid.IsSameAs(grid))
            {
                aligned.Add(AlignedVisit.OnOwnGrid(visit, tumour, gain));
            }
        }

        _ = options;
        return new Alignment(aligned, brain, aligned.Count < 2 ? "Fewer than two visits lie on one grid." : null);
    }
}
