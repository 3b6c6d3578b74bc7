using Etalon.Assays.Radiomics;

namespace Etalon.Study.Features;

/// <summary>Where a region was measured.</summary>
/// <param name="Subject">Pseudonym or label.</param>
/// <param name="Visit">Session.</param>
/// <param name="Image">Name of the image, the same at every visit.</param>
/// <param name="Region">Name of the region, the same at every visit.</param>
/// <param name="Settings">Name of the settings.</param>
public sealed record FeaturePlace(string Subject, string Visit, string Image, string Region, string Settings);

/// <summary>A region of an image, measured with one set of settings.</summary>
/// <param name="Place">Where.</param>
/// <param name="Measurement">What.</param>
/// <param name="ImageUnit">UCUM unit of the image.</param>
/// <param name="ImageSource">File or series.</param>
/// <param name="ImageSha256">Of its content.</param>
/// <param name="RegionSha256">Of the region's content.</param>
public sealed record MeasuredRegion(FeaturePlace Place, RegionMeasurement Measurement, string ImageUnit, string ImageSource, string ImageSha256, string RegionSha256);

/// <summary>How well a feature repeats.</summary>
public enum RepeatabilityClass
{
    /// <summary>Within-subject coefficient of variation up to 5 %.</summary>
    High,

    /// <summary>Up to 10 %.</summary>
    Good,

    /// <summary>Up to 20 %.</summary>
    Moderate,

    /// <summary>Above 20 %.</summary>
    Low,

    /// <summary>Not known: values near or on both sides of 0, or none.</summary>
    Undetermined,
}

/// <summary>How well a feature repeats between two scans without a change between them.</summary>
/// <param name="Class">By the within-subject coefficient of variation.</param>
/// <param name="Wsd">Within-subject standard deviation, in the unit of the feature.</param>
/// <param name="Wcv">Within-subject coefficient of variation; null where values lie on both sides of 0.</param>
/// <param name="Pairs">Pairs of scans.</param>
public sealed record FeatureRepeatability(RepeatabilityClass Class, double Wsd, double? Wcv, int Pairs)
{
    /// <summary>Repeatability coefficient: 95 % of differences of two scans are smaller, 1.96 √2 wSD.</summary>
    public double Rc => 1.96 * Math.Sqrt(2) * Wsd;

    /// <summary>From pairs of values.</summary>
    /// <remarks>wSD² = Σ d²/2n; wCV² = Σ (d/m)²/2n with the mean m of a pair (Bland and Altman, BMJ 312:1654 (1996); Raunig et al., Stat Methods Med Res 24:27 (2015)).</remarks>
    public static FeatureRepeatability? Of(IReadOnlyList<(double First, double Second)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0)
        {
            return null;
        }

        var wsd = Math.Sqrt(pairs.Sum(p => (p.First - p.Second) * (p.First - p.Second)) / (2 * pairs.Count));
        if (pairs.Any(p => p.First == 0 || p.Second == 0 || p.First < 0 != p.Second < 0) || pairs.Any(p => p.First < 0 != pairs[0].First < 0))
        {
            return new FeatureRepeatability(RepeatabilityClass.Undetermined, wsd, null, pairs.Count);
        }

        var wcv = Math.Sqrt(pairs.Sum(p => Math.Pow((p.First - p.Second) / (0.5 * (p.First + p.Second)), 2)) / (2 * pairs.Count));
        return new FeatureRepeatability(wcv <= 0.05 ? RepeatabilityClass.High : wcv <= 0.1 ? RepeatabilityClass.Good : wcv <= 0.2 ? RepeatabilityClass.Moderate : RepeatabilityClass.Low, wsd, wcv, pairs.Count);
    }
}
