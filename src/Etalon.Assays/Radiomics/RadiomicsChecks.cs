using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Radiomics;

/// <summary>What makes features of a region impossible or doubtful.</summary>
internal static class RadiomicsChecks
{
    /// <summary>Why an image and a region cannot be measured; null where they can.</summary>
    public static Finding? Refusal(RadiomicsImage image, RadiomicsRegion region, RadiomicsSettings settings, string about, List<Finding> findings)
    {
        var (grid, mask) = (image.Image.Grid, region.Mask);
        if (mask.Count == 0)
        {
            return Error(FindingCodes.MaskEmpty, about, "no voxel inside", "a drawn region", "It was not measured. If nothing is there, that is a result for a reader to state.");
        }

        if (!mask.Grid.IsSameAs(grid))
        {
            return Overlap(mask.Grid, grid)
                ? Error(FindingCodes.GridsDiffer, about, $"a region on {mask.Grid}", $"the grid of the image, {grid}", "Draw it on this image, or resample the mask onto its grid. It was not measured.")
                : Error(FindingCodes.MaskOutsideImage, about, $"a region on {mask.Grid} that lies outside the image", $"a region within {grid}", "Check which image it was drawn on. It was not measured.");
        }

        if (mask.Count == grid.Count)
        {
            return Error(
                FindingCodes.MaskOneClass, about, $"a mask that holds all {grid.Count} voxels of the image", "a region and what is not of it",
                "A region without a border has no shape, and its mask is often one written with the wrong label. Crop the image less, or draw the region. It was not measured.");
        }

        if (!RadiomicsAssay.IsRectangular(grid))
        {
            return Error(FindingCodes.GridNotRectangular, about, "axes that are not at right angles", "a grid of boxes", "Resample the image onto a grid of boxes (a tilted gantry makes such series). It was not measured.");
        }

        if (image.Image.Unit is not { } unit)
        {
            return Error(
                FindingCodes.UnitNotStated, about, "an image that states no unit", "a stated unit, for example mm2/s",
                $"State it with --assume {image.Name}=UNIT if you know it; for intensities that have none, [arb'U]. It was not measured.");
        }

        if (settings.ForUnit is { } wanted && !unit.IsCommensurableWith(Unit.Parse(wanted)))
        {
            return Error(FindingCodes.SettingsUnitDiffers, about, $"an image in {unit.Code}", $"an image in {wanted}, for which the settings '{settings.Name}' are made", "Choose other settings with --settings. It was not measured.");
        }

        var wrong = 0;
        for (var n = 0; n < mask.Inside.Length; n++)
        {
            wrong += mask.Inside[n] && (image.HasValue?[n] ?? true) && !float.IsFinite(image.Image.Values[n]) ? 1 : 0;
        }

        if (wrong > 0)
        {
            return Error(FindingCodes.VoxelsNotFinite, about, $"{wrong} of {mask.Count} voxels of the region that are no finite number", "a number in each voxel", "Find out what wrote them, or leave them out of the region. It was not measured.");
        }

        return mask.Count < settings.FewestVoxels ? TooSmall(about, $"{mask.Count} voxels", settings) : Touches(mask, about, findings);
    }

    /// <summary>Why a processed region cannot be measured; null where it can.</summary>
    public static Finding? Refusal(RegionBox region, RadiomicsSettings settings, string about) => region.Count < settings.FewestVoxels
        ? TooSmall(about, $"{region.Count} voxels after interpolation and re-segmentation ({region.ShapeCount} by shape)", settings)
        : null;

    /// <summary>Image in the unit of the settings, with 0 where it is no number, and the region without voxels that have no value.</summary>
    public static (Volume Image, Mask Mask) Usable(RadiomicsImage image, RadiomicsRegion region, double factor, Unit unit, string about, List<Finding> findings)
    {
        var (values, mask) = (image.Image.Values, region.Mask);
        if (image.HasValue is { } has && mask.Inside.Where((inside, n) => inside && !has[n]).Count() is > 0 and var without)
        {
            findings.Add(new Finding(
                FindingCodes.VoxelsWithoutValue, Severity.Warning, about, $"no value in {without} of {mask.Count} voxels", "a value in each voxel of the region",
                "They were taken out of the region, which changes its shape too."));
            mask = new Mask(mask.Grid, [.. mask.Inside.Zip(has, (inside, h) => inside && h)]);
        }

        var clean = factor == 1 && Array.TrueForAll(values, float.IsFinite) ? values : Array.ConvertAll(values, v => float.IsFinite(v) ? (float)(v * factor) : 0);
        if (Array.Exists(values, v => !float.IsFinite(v)))
        {
            findings.Add(new Finding(
                FindingCodes.VoxelsNotFinite, Severity.Warning, about, "voxels outside the region that are no finite number", "a number in each voxel", "They count as 0, which interpolation and local peaks see at the border of the region."));
        }

        return (new Volume(image.Image.Grid, clean, unit), mask);
    }

    /// <summary>Number of grey levels; 0, with a finding, where there can be none.</summary>
    public static int Levels(RegionBox region, RadiomicsSettings settings, string about, List<Finding> findings)
    {
        if (region.Least == region.Largest)
        {
            findings.Add(new Finding(
                FindingCodes.RegionOneIntensity, Severity.Warning, about, FormattableString.Invariant($"one intensity, {region.Least:R}, in all voxels"), "intensities that differ",
                "What is not defined for one intensity has no value. Check that this is an image and no mask."));
        }

        if (!settings.Families.Any(f => f is FeatureFamily.IntensityHistogram or >= FeatureFamily.Glcm))
        {
            return 0;
        }

        if (settings.Levels.Kind == DiscretisationKind.FixedBinSize && settings.LowestBin is null && settings.Range.Low is null)
        {
            findings.Add(new Finding(
                FindingCodes.ValueAssumed, Severity.Warning, about, FormattableString.Invariant($"bins of a fixed size that begin at the least intensity of the region, {region.Least:R}"), "a lower bound that all regions share",
                "Levels of different regions do not mean the same. State lowest_bin or a range in the settings."));
        }

        if (region.Levels(settings) is { } box)
        {
            return box.GreyLevels;
        }

        findings.Add(new Finding(
            FindingCodes.GreyLevelsUnusable, Severity.Error, about,
            FormattableString.Invariant($"intensities from {region.Least:R} to {region.Largest:R}, which '{settings.Levels}' makes levels below 1 or above {Textures.Neighbourhoods.MostLevels}"),
            $"levels from 1 to {Textures.Neighbourhoods.MostLevels}", "Choose other bins in the settings. Histogram and textures have no value."));
        return 0;
    }

    private static Finding? Touches(Mask mask, string about, List<Finding> findings)
    {
        if (RegionShape.TouchesEdge(mask))
        {
            findings.Add(new Finding(FindingCodes.MaskAtEdge, Severity.Warning, about, "a mask that touches the edge of the image", "a region inside the field of view", "Its shape and size are those of the part that is seen; scan or crop wider."));
        }

        return null;
    }

    private static Finding TooSmall(string about, string found, RadiomicsSettings settings) => Error(
        FindingCodes.RegionTooSmall, about, found, $"{settings.FewestVoxels} or more", "So few voxels have no texture, and a few of them decide every value. It was not measured; fewest_voxels in the settings allows it.");

    private static bool Overlap(Grid a, Grid b)
    {
        // Boxes around all corners, in patient axes.
        var (x, y) = (Around(a), Around(b));
        return x.Low.X <= y.High.X && y.Low.X <= x.High.X && x.Low.Y <= y.High.Y && y.Low.Y <= x.High.Y && x.Low.Z <= y.High.Z && y.Low.Z <= x.High.Z;
    }

    private static (Vector3 Low, Vector3 High) Around(Grid g)
    {
        var corners = Enumerable.Range(0, 8).Select(c => g.ToPatient((c & 1) * (g.Nx - 1), (c >> 1 & 1) * (g.Ny - 1), (c >> 2 & 1) * (g.Nz - 1))).ToList();
        return (new Vector3(corners.Min(p => p.X), corners.Min(p => p.Y), corners.Min(p => p.Z)), new Vector3(corners.Max(p => p.X), corners.Max(p => p.Y), corners.Max(p => p.Z)));
    }

    private static Finding Error(string code, string about, string found, string expected, string remedy) => new(code, Severity.Error, about, found, expected, remedy);
}
