using Etalon.Assays.Suv;
using Etalon.Imaging.Registration;
using Etalon.Metrology;

namespace Etalon.Assays;

/// <summary>Measures volume and ADC of every region of a visit.</summary>
public static class VisitAssay
{
    /// <summary>Beyond this share the voxels that happen to have a value are a selection, and their mean says nothing of the region.</summary>
    private const double LargestShareWithoutValue = 0.5;

    // Free water at body temperature has 3.0 × 10⁻³ mm²/s; pulsation and perfusion raise it. The densest tissue stays well above 0.1.
    private const double SmallestAdc = 0.05e-3;
    private const double LargestAdc = 5e-3;

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
                result.Add(Measurement.Missing(Template(images, subject, region, ("volume", "mL"), "volume.voxel-count/1"), FindingCodes.MaskEmpty));
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
        var suv = images.Suv is { } pet && region.Mask.Grid.IsSameAs(pet.Value.Grid) ? Suv(images, pet, subject, region, precision, findings) : [];
        return adc.Concat(suv);
    }

    private static List<Measurement> Suv(
        VisitImages images, SuvMap suv, string subject, VisitRegion region, Func<string, Precision> precision, List<Finding> findings)
    {
        var about = $"visit {images.Visit.Id}: {suv.Name}";
        var s = SuvStatistics.Of(suv.Value, region.Mask, withPeak: region.Kind != RegionKind.Whole);
        if (region.Mask.Count - (s?.Voxels ?? 0) is > 0 and var without)
        {
            findings.Add(new Finding(
                FindingCodes.SignalTooLow, Severity.Warning, about, $"{without} of {region.Mask.Count} voxels of region '{region.Id}' that are not numbers", "a number in every voxel",
                "They take no part in the region's SUV. Look at the image there."));
        }

        // Of a whole image, with air and all, only the highest voxel says anything.
        (string Name, double? Value, string Method)[] wanted = region.Kind == RegionKind.Whole
            ? [("suvbw.max", s?.Max, "max")]
            : [("suvbw.mean", s?.Mean, "mean"), ("suvbw.max", s?.Max, "max"), ("suvbw.peak", s?.Peak, "peak-1mL-sphere")];
        return [.. wanted.Select(w =>
        {
            var template = Template(images, subject, region, (w.Name, "g/mL"), $"{SuvMap.Method}+{w.Method}: {suv.Rule}", suv.Name) with { Inputs = [suv.Sha256, region.Sha256] };
            if (w.Value is not > 0)
            {
                return Measurement.Missing(template, WhyNot(w.Name, w.Value, suv, region, about, findings));
            }

            var (value, repeat) = (w.Value.Value, precision(w.Name));
            return Measurement.Of(
                template, value,
                [
                    new UncertaintyComponent("rounding of stored values", suv.StorageU, null, ComponentKind.B),
                    new UncertaintyComponent($"repeatability of scanning, dose and weight ({repeat.Text})", repeat.RelativeSd * value, null, repeat.Kind, repeat.Dof) { Constant = repeat.Literature },
                ],
                positive: true);
        })];
    }

    /// <summary>Tells why an SUV of a region has no value; gives the status.</summary>
    private static string WhyNot(string name, double? value, SuvMap suv, VisitRegion region, string about, List<Finding> findings)
    {
        var isPeak = name == "suvbw.peak" && value is null;
        var voxelMl = suv.Value.Grid.VoxelVolumeMl;
        findings.Add(!isPeak
            ? new Finding(
                FindingCodes.SignalTooLow, Severity.Warning, about, $"{name} of region '{region.Id}' that is {(value is null ? "no number" : "not above 0")}", "activity in the region", "It was not measured. Check the mask and the image.")
            : new Finding(
                FindingCodes.SuvPeakNotPossible, Severity.Warning, about,
                voxelMl > SuvStatistics.LargestVoxelMl ? FormattableString.Invariant($"voxels of {voxelMl:0.###} mL") : $"no sphere of 1 mL about a voxel of region '{region.Id}' that lies within the image and holds numbers alone",
                FormattableString.Invariant($"voxels of at most {SuvStatistics.LargestVoxelMl} mL and a region that is not at the very edge"),
                "The peak was not measured; mean and maximum were. Reconstruct on a finer matrix, or supply all slices."));
        return isPeak ? FindingCodes.SuvPeakNotPossible : FindingCodes.SignalTooLow;
    }

    private static Measurement Volume(VisitImages images, string subject, VisitRegion region, Precision precision)
    {
        var value = RegionShape.VolumeMl(region.Mask);
        return Measurement.Of(
            Template(images, subject, region, ("volume", "mL"), "volume.voxel-count/1"), value,
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
                Template(images, subject, region, (name, "mm"), "diameter.in-slice-component/1"), value,
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
                "a value above 0 in every voxel", statistics is null || without > LargestShareWithoutValue * region.Mask.Count
                    ? "Those that have one are not the region: its ADC was not measured. Look at the map there: noise, air, or voxels that are not numbers."
                    : "They take no part in the region's ADC. Look at the map there: noise, air, or voxels that are not numbers."));
        }

        var missing = statistics is null || statistics.WithoutValue > LargestShareWithoutValue * region.Mask.Count ? FindingCodes.SignalTooLow : null;
        if (missing is null && statistics!.Mean is < SmallestAdc or > LargestAdc)
        {
            missing = FindingCodes.AdcImplausible;
            findings.Add(new Finding(
                FindingCodes.AdcImplausible, Severity.Error, $"visit {images.Visit.Id}: {images.AdcInput.Name}",
                FormattableString.Invariant($"a mean of {statistics.Mean:0.###e+0} mm²/s in region '{region.Id}'"), FormattableString.Invariant($"between {SmallestAdc * 1e3} and {LargestAdc * 1e3} × 10⁻³ mm²/s"),
                "No tissue and no fluid has such an ADC: check the unit of the map (--assume adc=UNIT) or the b-values. It was not measured."));
        }

        var placement = missing is null ? PlacementU(images.Adc!, region) : null;
        foreach (var (name, value) in new[] { ("adc.mean", statistics?.Mean), ("adc.median", statistics?.Median) })
        {
            var template = Template(images, subject, region, (name, "mm2/s"), images.AdcMethod, images.AdcInput.Name) with
            {
                Inputs = [images.AdcInput.Sha256, region.Sha256],
            };
            result.Add(missing is not null || !(value > 0)
                ? Measurement.Missing(template, missing ?? FindingCodes.SignalTooLow)
                : Measurement.Of(
                    template, value.Value,
                    [
                        .. statistics!.NoiseU is { } noise ? new[] { new UncertaintyComponent("voxel noise", noise, null, ComponentKind.A) } : [],
                        new UncertaintyComponent($"repeatability of scanning ({precision.Text})", precision.RelativeSd * value.Value, null, precision.Kind, precision.Dof) { Constant = precision.Literature },
                        .. placement is null ? [] : new[] { placement },
                    ],
                    positive: false));
        }

        return result;
    }

    /// <summary>What the registration that brought a region to the map does to its mean; null where none did. A median moves as the mean does.</summary>
    private static UncertaintyComponent? PlacementU(ParametricMap map, VisitRegion region) => region.Placement is { } placement
        ? RegistrationPropagation.OfRegionMean(map.Value, Array.ConvertAll(map.Status, s => s == VoxelStatus.Ok), placement.Drawn, placement.Registration)?.ToComponent()
        : null;

    /// <remarks>The acquisition is that of the image the value comes from: the one named, else the one the region was drawn on, else the visit's.</remarks>
    private static Measurement Template(
        VisitImages images, string subject, VisitRegion region, (string Code, string Unit) measurand, string method, string? measuredOn = null)
    {
        var image = measuredOn ?? region.DrawnOn;
        var acquisition = images.Visit.Images.FirstOrDefault(i => i.Name == image)?.Acquisition ?? images.Visit.Acquisition;
        return new Measurement
        {
            Id = $"{images.Visit.Id}/{region.Id}/{measurand.Code}",
            Subject = subject,
            Visit = images.Visit.Id,
            Measurand = measurand.Code,
            Unit = measurand.Unit,
            Region = new Region(region.Id, region.Kind, region.Name == region.Id ? NameOf(region.Id) : region.Name, region.Source),
            Status = Measurement.StatusOk,
            Acquisition = acquisition.Id,
            ScannerState = acquisition.ScannerState(),
            Method = method,
            Inputs = [region.Sha256],
        };
    }

    /// <summary>What people call the regions whose names the layouts fix; any other keeps its own.</summary>
    private static string NameOf(string id) => id switch
    {
        "enhancing" => "enhancing tumour",
        "non-enhancing" => "non-enhancing tumour",
        "whole" => "whole tumour",
        _ => id,
    };
}
