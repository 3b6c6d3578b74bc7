using Etalon.Metrology;

namespace Etalon.Assays;

/// <summary>Measures volume and ADC of every region of a visit.</summary>
public static class VisitAssay
{
    /// <summary>Measurements of one visit; a region without a value gives a measurement with a status, and a finding.</summary>
    /// <param name="images">The visit in memory.</param>
    /// <param name="subject">Pseudonym.</param>
    /// <param name="precision">Repeatability by measurand.</param>
    /// <param name="findings">Receives trouble.</param>
    public static IReadOnlyList<Measurement> Measure(
        VisitImages images, string subject, Func<string, Precision> precision, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(precision);
        ArgumentNullException.ThrowIfNull(findings);
        var result = new List<Measurement>();
        foreach (var region in images.Regions)
        {
            var about = $"visit {images.Visit.Id}: {region.Source}";
            if (region.Mask.Count == 0 && region.IsTransferred)
            {
                continue;
            }

            if (region.Mask.Count == 0)
            {
                findings.Add(new Finding(
                    FindingCodes.MaskEmpty, Severity.Warning, about, "no voxel inside", "a drawn region",
                    $"Region '{region.Id}' was not measured at this visit. If nothing is there, that is a result for a reader to state."));
                result.Add(Measurement.Missing(Template(images, subject, region, "volume", "mL", "volume.voxel-count/1"), FindingCodes.MaskEmpty));
                continue;
            }

            if (region.Kind == RegionKind.Whole || region.IsTransferred)
            {
                // Nobody drew a volume here: only what the image shows within it is measured.
                result.AddRange(OfImages(images, subject, region, precision, findings));
                continue;
            }

            if (RegionShape.TouchesEdge(region.Mask))
            {
                findings.Add(new Finding(
                    FindingCodes.MaskAtEdge, Severity.Warning, about, "a mask that touches the edge of the image", "a region inside the field of view",
                    "The volume is a lower limit; scan or crop wider."));
            }

            result.Add(Volume(images, subject, region, precision("volume")));
            result.AddRange(Diameters(images, subject, region, precision("volume")));
            result.AddRange(OfImages(images, subject, region, precision, findings));
        }

        return result;
    }

    /// <summary>What the quantitative images on the region's own grid show.</summary>
    private static IEnumerable<Measurement> OfImages(
        VisitImages images, string subject, VisitRegion region, Func<string, Precision> precision, List<Finding> findings)
    {
        var adc = images.Adc is { } map && (region.DrawnOn is null || region.Mask.Grid.IsSameAs(map.Value.Grid)) ? Adc(images, subject, region, precision("adc.mean"), findings) : [];
        var suv = images.Suv is { } pet && region.Mask.Grid.IsSameAs(pet.Value.Grid) ? Suv(images, pet, subject, region, precision) : [];
        return adc.Concat(suv);
    }

    private static IEnumerable<Measurement> Suv(VisitImages images, SuvMap suv, string subject, VisitRegion region, Func<string, Precision> precision)
    {
        // Of a whole image, with air and all, only the highest voxel says anything.
        if ((region.Kind == RegionKind.Whole ? new SuvStatistics(region.Mask.Count, 0, suv.Value.Values.Max(), null) : SuvStatistics.Of(suv.Value, region.Mask)) is not { } s)
        {
            yield break;
        }

        foreach (var (name, value, method) in new[] { ("suvbw.mean", s.Mean, "mean"), ("suvbw.max", s.Max, "max"), ("suvbw.peak", s.Peak ?? 0, "peak-1mL-sphere") })
        {
            if (!(value > 0))
            {
                continue;
            }

            var repeat = precision(name);
            yield return Measurement.Of(
                Template(images, subject, region, name, "g/mL", $"{SuvMap.Method}+{method}: {suv.Rule}") with { Inputs = [suv.Sha256, region.Sha256] }, value,
                [
                    new UncertaintyComponent("rounding of stored values", suv.StorageU, null, ComponentKind.B),
                    new UncertaintyComponent($"repeatability of scanning, dose and weight ({repeat.Text})", repeat.RelativeSd * value, null, repeat.Kind, repeat.Dof) { Constant = repeat.Literature },
                ],
                positive: true);
        }
    }

    private static Measurement Volume(VisitImages images, string subject, VisitRegion region, Precision precision)
    {
        var value = RegionShape.VolumeMl(region.Mask);
        return Measurement.Of(
            Template(images, subject, region, "volume", "mL", "volume.voxel-count/1"), value,
            [
                new UncertaintyComponent("voxel size (boundary voxels are in or out)", RegionShape.DiscretisationUMl(region.Mask), null, ComponentKind.B),
                new UncertaintyComponent($"repeatability of drawing and scanning ({precision.Text})", precision.RelativeSd * value, null, precision.Kind, precision.Dof) { Constant = precision.Literature },
            ],
            positive: true);
    }

    /// <summary>Diameters; relative uncertainty a third of the volume's (V ∝ d³) beside half a voxel at either end.</summary>
    private static IEnumerable<Measurement> Diameters(VisitImages images, string subject, VisitRegion region, Precision precision)
    {
        if (RegionShape.Diameters(region.Mask) is not { } d)
        {
            yield break;
        }

        var spacing = region.Mask.Grid.SpacingMm;
        var voxel = 0.5 * (spacing.X + spacing.Y) / Math.Sqrt(6);
        foreach (var (name, value) in new[] { ("diameter.longest", d.LongestMm), ("diameter.perpendicular", d.PerpendicularMm) })
        {
            yield return Measurement.Of(
                Template(images, subject, region, name, "mm", "diameter.in-slice/1"), value,
                [
                    new UncertaintyComponent("voxel size (two ends)", voxel, null, ComponentKind.B),
                    new UncertaintyComponent($"repeatability of drawing and scanning ({precision.Text})", precision.RelativeSd / 3 * value, null, precision.Kind, precision.Dof) { Constant = precision.Literature },
                ],
                positive: true);
        }
    }

    private static List<Measurement> Adc(VisitImages images, string subject, VisitRegion region, Precision precision, List<Finding> findings)
    {
        var result = new List<Measurement>();
        var statistics = RegionStatistics.Of(images.Adc!, region.Mask);
        if ((statistics is null ? region.Mask.Count : statistics.WithoutValue) is > 0 and var without)
        {
            findings.Add(new Finding(
                FindingCodes.SignalTooLow, Severity.Warning, $"visit {images.Visit.Id}: {images.AdcInput.Name}", $"{without} of {region.Mask.Count} voxels of region '{region.Id}' without a value of ADC",
                "a value above 0 in every voxel", "They take no part in the region's ADC. Look at the map there: noise, air, or voxels that are not numbers."));
        }

        foreach (var (name, value) in new[] { ("adc.mean", statistics?.Mean), ("adc.median", statistics?.Median) })
        {
            var template = Template(images, subject, region, name, "mm2/s", images.AdcMethod) with
            {
                Inputs = [images.AdcInput.Sha256, region.Sha256],
            };
            result.Add(statistics is null || !(value > 0)
                ? Measurement.Missing(template, FindingCodes.SignalTooLow)
                : Measurement.Of(
                    template, value.Value,
                    [
                        .. statistics.NoiseU is { } noise ? new[] { new UncertaintyComponent("voxel noise", noise, null, ComponentKind.A) } : [],
                        new UncertaintyComponent($"repeatability of scanning ({precision.Text})", precision.RelativeSd * value.Value, null, precision.Kind, precision.Dof) { Constant = precision.Literature },
                    ],
                    positive: false));
        }

        return result;
    }

    private static Measurement Template(VisitImages images, string subject, VisitRegion region, string measurand, string unit, string method) => new()
    {
        Id = $"{images.Visit.Id}/{region.Id}/{measurand}",
        Subject = subject,
        Visit = images.Visit.Id,
        Measurand = measurand,
        Unit = unit,
        Region = new Region(region.Id, region.Kind, region.Name == region.Id ? NameOf(region.Id) : region.Name, region.Source),
        Status = Measurement.StatusOk,
        Acquisition = images.Visit.Acquisition.Id,
        ScannerState = images.Visit.Acquisition.ScannerState(),
        Method = method,
        Inputs = [region.Sha256],
    };

    /// <summary>What people call the regions whose names the layouts fix; any other keeps its own.</summary>
    private static string NameOf(string id) => id switch
    {
        "enhancing" => "enhancing tumour",
        "non-enhancing" => "non-enhancing tumour",
        "whole" => "whole tumour",
        _ => id,
    };
}
