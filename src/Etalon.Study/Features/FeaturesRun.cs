using Etalon.Assays.Radiomics;
using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Study.Maps;

namespace Etalon.Study.Features;

/// <summary>What <c>etalon features</c> is to do.</summary>
public sealed record FeaturesRequest
{
    /// <summary>A patient file, a BIDS folder or DICOM objects; empty where <see cref="Image"/> is given.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>A plain NIfTI image; null: none.</summary>
    public string? Image { get; init; }

    /// <summary>Masks of the plain image, or regions beside those of the input.</summary>
    public IReadOnlyList<NamedMaskFile> Masks { get; init; } = [];

    /// <summary>The plain image scanned again without a change; null: none.</summary>
    public string? RetestImage { get; init; }

    /// <summary>Its masks.</summary>
    public IReadOnlyList<NamedMaskFile> RetestMasks { get; init; } = [];

    /// <summary>Pairs of visits between which nothing changed, for every subject that has both.</summary>
    public IReadOnlyList<(string First, string Second)> RetestVisits { get; init; } = [];

    /// <summary>Settings; empty: by the unit of each image.</summary>
    public IReadOnlyList<RadiomicsSettings> Settings { get; init; } = [];

    /// <summary>Units that the user states, by name of image; <c>unit</c> is for all that state none.</summary>
    public IReadOnlyDictionary<string, Unit> AssumedUnits { get; init; } = new Dictionary<string, Unit>(StringComparer.Ordinal);

    /// <summary>Names of images to measure; empty: all.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Names of regions to measure; empty: all.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>How a case is read.</summary>
    public CaseOptions Case { get; init; } = new();

    /// <summary>How uncertainty is studied.</summary>
    public RadiomicsOptions Options { get; init; } = new();
}

/// <summary>What <c>etalon features</c> found.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Regions">Regions in the order of visits, images, regions and settings.</param>
/// <param name="Repeatability">How features repeat, by image, region, settings, tag and aggregation.</param>
/// <param name="Pairs">Pairs of scans that repeatability rests on.</param>
/// <param name="Findings">What was wrong, missing or assumed.</param>
public sealed record FeaturesResult(
    FeaturesRequest Request, IReadOnlyList<MeasuredRegion> Regions,
    IReadOnlyDictionary<(string Image, string Region, string Settings, string Tag, FeatureAggregation Aggregation), FeatureRepeatability> Repeatability, int Pairs, IReadOnlyList<Finding> Findings);

/// <summary>Measures the features of all regions in all images of all visits.</summary>
public static class FeaturesRun
{
    /// <summary>With fewer pairs the repeatability of a feature is known to no better than a factor of two.</summary>
    private const int FewPairs = 5;

    /// <summary>Reads and measures.</summary>
    /// <exception cref="CaseException">The input cannot be used.</exception>
    public static FeaturesResult Execute(FeaturesRequest request, IProgress<StudyProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var findings = new List<Finding>();
        var units = new FeatureUnits(request.AssumedUnits, findings);
        progress?.Report(new StudyProgress("reading headers", 0));
        var visits = Visits(request, units, findings, cancellation);
        var measured = new List<MeasuredRegion>();
        for (var n = 0; n < visits.Count; n++)
        {
            cancellation.ThrowIfCancellationRequested();
            var told = new List<Finding>();
            var (from, span) = (0.05 + 0.9 * n / visits.Count, 0.9 / visits.Count);
            Measure(visits[n], request, measured, told, share => progress?.Report(new StudyProgress($"visit {n + 1} of {visits.Count}", from + span * share)), cancellation);
            findings.AddRange(visits.Count > 1 ? told.Select(f => f with { About = $"{visits[n].Subject}, visit {visits[n].Visit}: {f.About}" }) : told);
        }

        if (visits.Count == 0 && findings.Count == 0)
        {
            findings.Add(new Finding(FindingCodes.ImageMissing, Severity.Error, "the input", "no image", "images and regions", "Check the path."));
        }

        var pairs = RetestPairs(request, measured, findings);
        return new FeaturesResult(request, measured, Repeatability(measured, pairs), pairs.Count, [.. findings.Distinct()]);
    }

    private static List<FeatureVisit> Visits(FeaturesRequest request, FeatureUnits units, List<Finding> findings, CancellationToken cancellation)
    {
        if (request.Image is not { } image)
        {
            var visits = FeatureSources.Of(request.Paths, units, request.Case, findings, cancellation);
            return [.. visits];
        }

        var first = PlainFeatures.Of("1", image, request.Masks, units);
        return request.RetestImage is { } again ? [first, PlainFeatures.Of("2", again, request.RetestMasks, units)] : [first];
    }

    private static void Measure(FeatureVisit visit, FeaturesRequest request, List<MeasuredRegion> measured, List<Finding> findings, Action<double> report, CancellationToken cancellation)
    {
        var input = visit.Load(findings, cancellation);
        var images = input.Images.Where(i => request.Images.Count == 0 || request.Images.Contains(i.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        var regions = input.Regions.Where(r => request.Regions.Count == 0 || request.Regions.Contains(r.Name, StringComparer.OrdinalIgnoreCase)).ToList();
        if (images.Count == 0 || regions.Count == 0)
        {
            findings.Add(images.Count == 0
                ? new Finding(FindingCodes.ImageMissing, Severity.Error, "features", input.Images.Count == 0 ? "no static image" : $"images {string.Join(", ", input.Images.Select(i => i.Name))}", "a static image with a unit", "Make maps of series with etalon map, or check --only.")
                : new Finding(FindingCodes.MaskEmpty, Severity.Error, "features", input.Regions.Count == 0 ? "no region" : $"regions {string.Join(", ", input.Regions.Select(r => r.Name))}", "at least one drawn region", "Supply a mask, a segmentation or contours."));
            return;
        }

        var used = new HashSet<FeatureRegion>();
        for (var n = 0; n < images.Count * regions.Count; n++)
        {
            cancellation.ThrowIfCancellationRequested();
            report((double)n / (images.Count * regions.Count));
            var (image, region) = (images[n / regions.Count], regions[n % regions.Count]);
            if (region.On(image) is { } mask)
            {
                used.Add(region);
                measured.AddRange(Measure(visit, image, new RadiomicsRegion(region.Name, mask, region.Sha256), request, findings, cancellation));
            }
        }

        findings.AddRange(regions.Where(r => !used.Contains(r)).Select(r => new Finding(
            FindingCodes.GridsDiffer, Severity.Error, $"region '{r.Name}'", $"a region on {r.Drawn.Grid}", $"the grid of an image: {string.Join("; ", images.Select(i => $"{i.Name} {i.Image.Grid}"))}",
            "Draw it on the image that is to be measured, or resample it there. It was not measured.")));
    }

    private static IEnumerable<MeasuredRegion> Measure(FeatureVisit visit, RadiomicsImage image, RadiomicsRegion region, FeaturesRequest request, List<Finding> findings, CancellationToken cancellation)
    {
        var chosen = request.Settings.Count > 0 ? request.Settings : [RadiomicsPresets.For(image.Image.Unit ?? Unit.Parse("1"))];
        foreach (var settings in chosen)
        {
            if (RadiomicsAssay.Measure(image, region, settings, request.Options, findings, cancellation) is { } found)
            {
                yield return new MeasuredRegion(new FeaturePlace(visit.Subject, visit.Visit, image.Name, region.Name, settings.Name), found, image.Image.Unit!.Code, image.Source, image.Sha256, region.Sha256);
            }
        }
    }

    private static List<(MeasuredRegion First, MeasuredRegion Second)> RetestPairs(FeaturesRequest request, List<MeasuredRegion> measured, List<Finding> findings)
    {
        var named = new List<(string? Subject, string First, string Second)>(request.RetestVisits.Select(v => ((string?)null, v.First, v.Second)));
        if (request.RetestImage is not null)
        {
            named.Add((PlainFeatures.Subject, "1", "2"));
        }

        if (request.Paths is [var root] && Directory.Exists(root) && BidsFolder.IsOne(root))
        {
            named.AddRange(BidsFolder.RetestSessions(root, findings).Select(t => ((string?)t.Subject, t.First, t.Second)));
        }

        var pairs = named.Distinct().SelectMany(t => measured.Where(m => (t.Subject is null || m.Place.Subject == t.Subject) && m.Place.Visit == t.First)
            .Select(m => (First: m, Second: measured.Find(o => o.Place == m.Place with { Visit = t.Second })))).Where(p => p.Second is not null).Select(p => (p.First, p.Second!)).ToList();
        if (named.Count > 0 && pairs.Count < FewPairs)
        {
            findings.Add(new Finding(
                FindingCodes.RetestPairsFew, pairs.Count == 0 ? Severity.Warning : Severity.Info, "repeatability", $"{pairs.Count} pairs of scans", $"{FewPairs} or more pairs of the same region in the same image",
                pairs.Count == 0 ? "No repeatability is stated. Regions of a pair have to have one name." : "The class of repeatability is that of these pairs; QIBA asks for 35."));
        }

        return pairs;
    }

    private static Dictionary<(string, string, string, string, FeatureAggregation), FeatureRepeatability> Repeatability(List<MeasuredRegion> measured, List<(MeasuredRegion First, MeasuredRegion Second)> pairs)
    {
        var result = new Dictionary<(string, string, string, string, FeatureAggregation), FeatureRepeatability>();
        foreach (var group in pairs.GroupBy(p => (p.First.Place.Image, p.First.Place.Region, p.First.Place.Settings)))
        {
            var values = new Dictionary<(string, FeatureAggregation), List<(double, double)>>();
            foreach (var (first, second) in group)
            {
                foreach (var (a, b) in first.Measurement.Features.Zip(second.Measurement.Features))
                {
                    if (a.Value is { } x && b.Value is { } y)
                    {
                        if (!values.TryGetValue((a.Feature.Tag, a.Aggregation), out var list))
                        {
                            values[(a.Feature.Tag, a.Aggregation)] = list = [];
                        }

                        list.Add((x, y));
                    }
                }
            }

            foreach (var (feature, list) in values)
            {
                result[(group.Key.Image, group.Key.Region, group.Key.Settings, feature.Item1, feature.Item2)] = FeatureRepeatability.Of(list)!;
            }
        }

        return result;
    }
}
