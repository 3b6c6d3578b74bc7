namespace Etalon.Assays.Suv;

/// <summary>Why there is no SUV.</summary>
/// <param name="Reason">One of <see cref="SuvReason"/>.</param>
/// <param name="Found">What the header holds.</param>
/// <param name="Expected">What it lacks.</param>
/// <param name="Remedy">What would mend it.</param>
public sealed record SuvRefusal(string Reason, string Found, string Expected, string Remedy);

/// <summary>Reasons for which an SUV is refused, as words; docs/maps/suv.md lists them.</summary>
public static class SuvReason
{
    /// <summary>There is no header at all.</summary>
    public const string NoHeader = "no-header";

    /// <summary>Slices of one series disagree.</summary>
    public const string SlicesDisagree = "slices-disagree";

    /// <summary>Not corrected for attenuation.</summary>
    public const string NotAttenuationCorrected = "not-attenuation-corrected";

    /// <summary>Units is absent.</summary>
    public const string NoUnits = "no-units";

    /// <summary>Units is one of counts, and nothing scales them to activity.</summary>
    public const string CountsNotCalibrated = "counts-not-calibrated";

    /// <summary>Units is of another quantity than uptake.</summary>
    public const string UnitsNotUptake = "units-not-uptake";

    /// <summary>SUVType is unknown, or contradicts Units.</summary>
    public const string SuvTypeUnknown = "suv-type-unknown";

    /// <summary>The intercept of the values is not 0.</summary>
    public const string InterceptNotZero = "intercept-not-zero";

    /// <summary>No weight.</summary>
    public const string NoWeight = "no-weight";

    /// <summary>A weight that cannot be in kg.</summary>
    public const string WeightImplausible = "weight-implausible";

    /// <summary>No height.</summary>
    public const string NoHeight = "no-height";

    /// <summary>A height that cannot be in m.</summary>
    public const string HeightImplausible = "height-implausible";

    /// <summary>No sex.</summary>
    public const string NoSex = "no-sex";

    /// <summary>A formula of the body that gives nothing above 0.</summary>
    public const string BodySizeNotPositive = "body-size-not-positive";

    /// <summary>No administered activity.</summary>
    public const string NoDose = "no-dose";

    /// <summary>An administered activity that cannot be in Bq.</summary>
    public const string DoseImplausible = "dose-implausible";

    /// <summary>No half-life.</summary>
    public const string NoHalfLife = "no-half-life";

    /// <summary>A half-life that is not that of the stated radionuclide.</summary>
    public const string HalfLifeContradicted = "half-life-contradicted";

    /// <summary>Several administrations that cannot be added up.</summary>
    public const string InjectionsContradict = "injections-contradict";

    /// <summary>DecayCorrection is absent or unknown.</summary>
    public const string NoDecayCorrection = "no-decay-correction";

    /// <summary>The instant of the decay correction is not known.</summary>
    public const string NoReferenceTime = "no-reference-time";

    /// <summary>The instant of the injection is not known.</summary>
    public const string NoInjectionTime = "no-injection-time";

    /// <summary>Injection and scan contradict each other.</summary>
    public const string TimesContradict = "times-contradict";
}
