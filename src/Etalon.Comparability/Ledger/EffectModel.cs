using Etalon.Imaging;

namespace Etalon.Comparability;

/// <summary>Two acquisitions that differ in what a row is about.</summary>
/// <param name="Row">The row.</param>
/// <param name="Attribute">The attribute of the row that both have.</param>
/// <param name="A">First.</param>
/// <param name="B">Second.</param>
/// <param name="Measurand">Code with statistic.</param>
/// <param name="LesionMm">Diameters that the region may have, mm.</param>
internal sealed record EffectQuestion(LedgerRow Row, string Attribute, Acquisition A, Acquisition B, string Measurand, ParameterRange LesionMm)
{
    public AcquisitionAttribute ValueA => A.Find(Attribute)!;

    public AcquisitionAttribute ValueB => B.Find(Attribute)!;

    /// <summary>ln of the ratio of the first numbers; 0 where one is none or not above 0.</summary>
    public double LogRatio => ValueA.Number is > 0 and var a && ValueB.Number is > 0 and var b ? Math.Log(b / a) : 0;

    /// <summary>A number of either acquisition, or its usual value.</summary>
    public static double Number(Acquisition of, string name, double usual) => of.Find(name)?.Number ?? usual;
}

/// <summary>Turns a difference into its effect on a measurand.</summary>
/// <param name="Name">As rows name it.</param>
/// <param name="Parameters">Names of the numbers that a row must state.</param>
/// <param name="Evaluate">The physics.</param>
internal sealed record EffectModel(string Name, IReadOnlyList<string> Parameters, Func<EffectQuestion, LogEffect> Evaluate);

/// <summary>All effect models.</summary>
internal static class EffectModels
{
    private static readonly EffectModel[] Known =
    [
        new("repeatability", ["wcv", "typical"], _ => throw new InvalidOperationException("Repeatability is no effect of a difference.")),
        new("none", [], _ => LogEffect.Spread(0)),
        new("other", [], _ => LogEffect.Other),
        new("spread", ["sd"], q => LogEffect.Spread(q.Row["sd"].Middle)),
        new("power", ["exponent"], q => LogEffect.Of([.. q.Row["exponent"].Nodes(9).Select(e => e * q.LogRatio)])),
        new("bounded-ratio", ["cap"], q => LogEffect.Spread(Math.Min(Math.Abs(q.LogRatio), q.Row["cap"].Middle))),
        new("image-type", ["sd"], TextEffects.ImageType),
        new("psf", ["mean", "sd", "other"], TextEffects.PointSpread),
        new("units", ["sd"], TextEffects.Units),
        new("corrections", ["sd"], TextEffects.Corrections),
        new("agent", ["sd", "presence"], TextEffects.Agent),
        new("diffusion-signal", ["D", "K", "f", "Dstar"], DiffusionSignal.BSets),
        new("noise-floor", ["exponent", "SNR", "D"], DiffusionSignal.Noise),
        new("echo-time", ["SNR", "D", "T2", "T2slow", "fslow"], DiffusionSignal.EchoTime),
        new("anisotropy", ["FA"], DiffusionSignal.Direction),
        new("vfa", ["B1", "T1", "spoiling"], SpoiledEcho.VariableFlip),
        new("spgr-concentration", ["B1", "T1", "C", "r1"], SpoiledEcho.Concentration),
        new("aif-sampling", ["Ktrans", "ve"], InputSampling.Effect),
        new("uptake", ["exponent", "clock"], TracerClock.Uptake),
        new("half-life", [], TracerClock.HalfLife),
        new("decay-reference", ["share"], TracerClock.Reference),
        new("noise-maximum", ["at60s", "at300s", "sd"], TracerClock.FrameDuration),
        new("recovery", ["FWHM", "sd"], LesionSize.Recovery),
        new("sphere-volume", ["boundary"], LesionSize.Volume),
        new("mixed-mean", ["contrast"], LesionSize.MixedMean),
    ];

    public static IEnumerable<string> Names => Known.Select(m => m.Name);

    public static EffectModel? Find(string name) => Array.Find(Known, m => m.Name == name);
}
