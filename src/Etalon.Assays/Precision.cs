using Etalon.Metrology;
using Etalon.Metrology.Precision;

namespace Etalon.Assays;

/// <summary>How well a measurement repeats: the relative standard deviation between repeated measurements of an unchanged patient.</summary>
/// <param name="Measurand">Code with statistic, e.g. <c>adc.mean</c>.</param>
/// <param name="RelativeSd">Within-subject standard deviation of the logarithm, about the within-subject coefficient of variation.</param>
/// <param name="Dof">Degrees of freedom of that figure; null: taken as exact.</param>
/// <param name="Kind">A from test-retest scans of this study, B from the literature.</param>
/// <param name="Text">Where it comes from, for the report.</param>
/// <param name="Literature">The constant, where it is one.</param>
public sealed record Precision(string Measurand, double RelativeSd, double? Dof, ComponentKind Kind, string Text, LiteratureConstant? Literature)
{
    /// <summary>
    /// From pairs of values between which nothing changed, with a constant coefficient of variation: s² = Σ ln(b/a)² / 2n with n degrees of freedom (Bland
    /// and Altman 1996). Few pairs of regions of one kind do not tell how it depends on their size; <see cref="PrecisionProfile"/> does where there are more.
    /// </summary>
    /// <exception cref="ArgumentException">No pair, or a value is not above 0.</exception>
    public static Precision FromPairs(string measurand, IReadOnlyList<(double First, double Second)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0 || pairs.Any(p => !(p.First > 0) || !(p.Second > 0)))
        {
            throw new ArgumentException($"{pairs.Count} pairs of {measurand}: repeatability needs at least one pair of values above 0.");
        }

        var profile = PrecisionProfile.Fit([.. pairs.Select((p, n) => new Replicates($"pair {n + 1}", [p.First, p.Second]))], ErrorScale.Logarithm, VarianceModel.ConstantCv);
        return new Precision(measurand, profile.Chosen.Proportional, profile.ScatterDof, ComponentKind.A, $"{pairs.Count} test-retest pairs of this study", null);
    }
}

/// <summary>Repeatability from the literature, used where a study has no test-retest scans of its own.</summary>
public static class LiteraturePrecision
{
    /// <summary>ADC of a brain lesion's mean: 8 % is the repeatability coefficient (95 %), so wCV = 8 / 2.77 %.</summary>
    public static LiteratureConstant AdcRepeatability { get; } = new(
        "Within-subject coefficient of variation of the mean ADC, brain", 0.08 / 2.77, "1",
        new Source("qiba-adc-2024", "QIBA ADC profile update, Radiology 2024, PMC11537247: repeatability coefficient 8 % in brain", "repeatability of ADC"), true);

    /// <summary>ADC between scanners whose state is not known: 95 % limits of 9 % over six scanners and 18 months.</summary>
    public static LiteratureConstant AdcBetweenScanners { get; } = new(
        "Relative standard deviation of ADC between scanners", 0.09 / 1.96, "1",
        new Source("adc-between-scanners", "Multi-scanner ADC phantom study, PMC12314170: 95 % limits of 9 % over 6 scanners, 18 months", "unknown scanner state"), true);

    /// <summary>Volume of enhancing glioblastoma drawn twice by one rater with a semi-automatic tool: 8.2 %.</summary>
    public static LiteratureConstant VolumeRepeatability { get; } = new(
        "Relative standard deviation of an enhancing tumour volume, one rater", 0.082, "1",
        new Source(
            "gbm-segmentation-repeatability", "Reliability of semi-automated segmentations in glioblastoma: RMSE 8.2 % (enhancing), one rater",
            "repeatability of volume"), true);

    /// <summary>Volume where reader, tool and slice geometry are not known: taken as large as the repeatability; no source gives it.</summary>
    public static LiteratureConstant VolumeUnknownReader { get; } = new(
        "Relative standard deviation of a volume for an unknown reader and protocol", 0.082, "1",
        new Source("etalon-assumption-volume", "Assumption of Etalon: as large again as the repeatability of one rater; not measured", "unknown reader and protocol"), false);

    /// <summary>SUV mean and peak of a lesion, FDG: 27 % is the repeatability coefficient (95 %) across two EARL-accredited scanners.</summary>
    public static LiteratureConstant SuvMeanRepeatability { get; } = new(
        "Within-subject coefficient of variation of SUV mean and peak", 0.27 / 2.77, "1",
        new Source("suv-two-earl-scanners", "EJNMMI Research, s13550-019-0569-7: repeatability coefficient across two EARL scanners 27 % (mean, peak), 33 % (max), FDG", "repeatability of SUV"), true);

    /// <summary>SUV max of a lesion, FDG: 33 %.</summary>
    public static LiteratureConstant SuvMaxRepeatability { get; } = new(
        "Within-subject coefficient of variation of SUV max", 0.33 / 2.77, "1", SuvMeanRepeatability.Source, true);

    /// <summary>The default for a measurand.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Precision For(string measurand) => measurand switch
    {
        "adc.mean" or "adc.median" => Of(measurand, AdcRepeatability),
        "volume" or "cells" => Of(measurand, VolumeRepeatability),
        "suvbw.mean" or "suvbw.peak" => Of(measurand, SuvMeanRepeatability),
        "suvbw.max" => Of(measurand, SuvMaxRepeatability),
        _ => throw new ArgumentException($"No repeatability of '{measurand}' is known from the literature."),
    };

    private static Precision Of(string measurand, LiteratureConstant c) => new(
        measurand, c.Value, null, ComponentKind.B, FormattableString.Invariant($"{100 * c.Value:0.0} % from the literature"), c);
}
