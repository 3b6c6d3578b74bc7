using Etalon.Assays;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Imaging.Registration;
using Etalon.Metrology;

namespace Etalon.Study;

/// <summary>
/// Brings the images of one visit together where they lie in different frames of reference: outlines drawn on another image than the one that shows ADC
/// are carried over by a rigid registration of the two. Where the frames of reference are one, the case has done so already.
/// </summary>
internal sealed class WithinVisitStage(StudyOptions options, List<Finding> findings, CancellationToken cancellation)
{
    /// <summary>The visit with its outlines on the grid of its ADC too; as it was where none is missing there, or where nothing can be done.</summary>
    public VisitImages Run(VisitImages visit)
    {
        if (visit.Adc is not { } adc || visit.Regions.Any(r => r.Mask.Grid.IsSameAs(adc.Value.Grid)))
        {
            return visit;
        }

        // One image that outlines were drawn on: the first, as the case orders them.
        var drawn = visit.Regions.Where(r => r is { Kind: RegionKind.Mask, IsTransferred: false } && r.Mask.Count > 0 && r.DrawnOn is not null).GroupBy(r => r.DrawnOn!, StringComparer.Ordinal).FirstOrDefault();
        var reference = drawn is null ? null : visit.Visit.Images.FirstOrDefault(i => i.Name == drawn.Key && i.Kind is not (ImageKind.RegionMask or ImageKind.BrainMask));
        if (reference is null || VisitLoader.TryLoad(reference, findings, cancellation) is not { } image || Target(visit) is not { } target)
        {
            return visit;
        }

        var about = $"visit {visit.Visit.Id}: outlines on {drawn!.Key}";
        var result = options.WithRegistration ? new ElastixRegistration(options.Elastix).Run(target, VisitLoader.ToAnatomy(image), cancellation) : null;
        if (result is not { Status: RegistrationStatus.Ok })
        {
            findings.Add(new Finding(
                result?.Status == RegistrationStatus.WorseThanBefore ? FindingCodes.RegistrationWorse : FindingCodes.RegistrationMissing, Severity.Warning, about,
                $"another frame of reference than that of {visit.AdcInput.Name}, and {(result is null ? "registration was switched off" : result.Detail)}", "images of one frame of reference, or a registration of them",
                "ADC was not measured in these outlines; their volume was. Draw them on the diffusion images, or install elastix."));
            return visit;
        }

        findings.Add(new Finding(
            FindingCodes.RegisteredWithinVisit, Severity.Warning, about, $"another frame of reference than that of {visit.AdcInput.Name}", "outlines in the frame of reference of what is measured",
            FormattableString.Invariant($"They were carried over by a rigid registration ({result.Detail}; a coordinate is uncertain by {result.Assessment!.UncertaintyMm:0.##} mm). Look at them in the pictures.")));
        return Carried(visit, drawn, adc.Value.Grid, image.Grid, result);
    }

    private static VisitImages Carried(VisitImages visit, IGrouping<string, VisitRegion> drawn, Grid grid, Grid from, RegistrationResult registration)
    {
        var (toDrawn, toAdc) = (registration.Transform, registration.Uncertainty?.Inverse());
        var carried = drawn.Select(r => r with
        {
            Mask = Resampler.Resample(r.Mask, grid, toDrawn), Source = $"{r.Source}, registered to {visit.AdcInput.Name}", DrawnOn = visit.AdcInput.Name, IsTransferred = true,
            Placement = toAdc is null ? null : new RegionPlacement(r.Mask, toAdc),
        });
        var brain = visit.Brain is { } b && visit.Visit.Image(ImageKind.BrainMask)?.DrawnOn == drawn.Key ? Resampler.Resample(b, grid, toDrawn) : visit.Brain;
        // Visits are brought together by their anatomy, which must then lie where the ADC does.
        var anatomy = visit.Anatomy is { } a && a.Grid.IsSameAs(from) ? Resampler.Trilinear(a, grid, toDrawn).Volume : visit.Anatomy;
        return visit with { Regions = [.. visit.Regions, .. carried], Brain = brain, Anatomy = anatomy };
    }

    /// <summary>What lies where the ADC does and shows most: the frame with the least diffusion weighting, else the map itself.</summary>
    private Volume? Target(VisitImages visit)
    {
        if (visit.Visit.Image(ImageKind.DiffusionSeries) is { } series && series.Name == visit.AdcInput.Name && VisitLoader.TryLoad(series, [], cancellation) is { } frames)
        {
            var low = Enumerable.Range(0, frames.Frames.Count).MinBy(f => frames.BValues[f]);
            return VisitLoader.ToAnatomy(frames with { Frames = [frames.Frames[low]] });
        }

        return visit.Adc?.Value;
    }
}
