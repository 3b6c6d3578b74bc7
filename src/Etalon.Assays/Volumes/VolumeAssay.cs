using Etalon.Assays.Maps;
using Etalon.Metrology;

namespace Etalon.Assays.Volumes;

/// <summary>Volumes of drawn regions, with the uncertainty of the voxels' place and of the contour.</summary>
public sealed class VolumeAssay : IMapAssay
{
    /// <summary>Method and version.</summary>
    public const string Method = "volume.voxel-count/2";

    /// <summary>
    /// Standard deviation by which the contour of one reader stands further out or in as a whole, mm: the 8.2 % by which enhancing glioblastoma volumes repeat, brought to a displacement for a sphere of 20 mL
    /// (relative volume = 3 × displacement / radius). The source gives the 8.2 %; that it scales with the surface, and the 20 mL, are assumptions.
    /// </summary>
    public static LiteratureConstant ContourDisplacement { get; } = new(
        "Standard deviation of the displacement of a contour, one reader", Math.Round(LiteraturePrecision.VolumeRepeatability.Value * Math.Cbrt(3 * 20_000 / (4 * Math.PI)) / 3, 3), "mm",
        LiteraturePrecision.VolumeRepeatability.Source, false);

    /// <summary>Displacement that the user states instead, mm; null: <see cref="ContourDisplacement"/>.</summary>
    public double? ContourDisplacementMm { get; init; }

    /// <inheritdoc/>
    public string Kind => "volume";

    /// <inheritdoc/>
    public MapOutcome Measure(MapInput input, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        var findings = new List<Finding>();
        if (input.Masks.Count == 0)
        {
            findings.Add(new Finding(FindingCodes.MaskEmpty, Severity.Error, "volume", "no mask", "at least one drawn region", "Supply a mask, a segmentation or contours."));
        }

        var measured = new List<Measurement>();
        foreach (var mask in input.Masks)
        {
            cancellation.ThrowIfCancellationRequested();
            measured.Add(Of(mask, findings));
        }

        return new MapOutcome
        {
            Measurements = measured,
            Method = Method,
            Constants = [Displacement()],
            Sources = ["Kendall and Rankin, Proc Edinburgh Math Soc 9 (1953): lattice points in a body placed at random", ContourDisplacement.Source.Text],
            Facts = [.. input.Masks.Where(m => m.Mask.Count > 0).Select(m => ($"Surface of {m.Name}", FormattableString.Invariant($"{VolumeUncertainty.SurfaceMm2(m.Mask):0.0} mm2")))],
            Findings = findings,
        };
    }

    private MapConstant Displacement() => ContourDisplacementMm is { } stated
        ? new MapConstant("ContourDisplacement", stated, "mm", "user")
        : new MapConstant("ContourDisplacement", ContourDisplacement.Value, "mm", $"assumption: {ContourDisplacement.Source.Text}, as the displacement of the surface of a sphere of 20 mL");

    private Measurement Of(MapMask mask, List<Finding> findings)
    {
        var template = new Measurement
        {
            Id = $"{mask.Name}/volume", Subject = "", Visit = "", Measurand = "volume", Unit = "mL", Region = new Region(mask.Name, RegionKind.Mask, mask.Name, mask.Name), Status = Measurement.StatusOk, Method = Method, Inputs = [mask.Sha256],
        };
        if (mask.Mask.Count == 0)
        {
            findings.Add(new Finding(FindingCodes.MaskEmpty, Severity.Warning, mask.Name, "no voxel inside", "a drawn region", "It was not measured. If nothing is there, that is a result for a reader to state."));
            return Measurement.Missing(template, FindingCodes.MaskEmpty);
        }

        if (RegionShape.TouchesEdge(mask.Mask))
        {
            findings.Add(new Finding(FindingCodes.MaskAtEdge, Severity.Warning, mask.Name, "a mask that touches the edge of the image", "a region inside the field of view", "The volume is a lower limit; scan or crop wider."));
        }

        var displacement = Displacement();
        return Measurement.Of(
            template, RegionShape.VolumeMl(mask.Mask),
            [
                new UncertaintyComponent("place of the voxels under the contour (partial volume at the boundary)", VolumeUncertainty.PlacementUMl(mask.Mask), null, ComponentKind.B),
                new UncertaintyComponent(
                    FormattableString.Invariant($"contour further out or in by {displacement.Value:0.###} mm ({(ContourDisplacementMm is null ? "literature and assumption" : "user")})"),
                    VolumeUncertainty.ContourUMl(mask.Mask, displacement.Value), null, ComponentKind.B) { Constant = ContourDisplacementMm is null ? ContourDisplacement : null },
            ],
            positive: true);
    }
}
