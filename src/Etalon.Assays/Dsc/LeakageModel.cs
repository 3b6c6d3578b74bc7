namespace Etalon.Assays.Dsc;

/// <summary>What is taken for the contrast agent that leaves the vessels.</summary>
public enum LeakageModel
{
    /// <summary>
    /// One way: ΔR2*(t) = K1 r(t) − K2 ∫₀ᵗ r dτ, with r the mean curve of voxels that do not enhance. Boxerman, Schmainda, Weisskoff, AJNR 27:859–867
    /// (2006). The default.
    /// </summary>
    BoxermanSchmaindaWeisskoff,

    /// <summary>
    /// With backflow: ΔR2*(t) = K1 r(t) − K2 ∫₀ᵗ r(τ) exp(−kep (t − τ)) dτ. Leu et al., AJNR 37:1440–1446 (2016).
    /// </summary>
    Bidirectional,

    /// <summary>Both are fitted, and the second counts where its corrected Akaike criterion is lower (Leu et al. compare the two so).</summary>
    ByEvidence,
}

/// <summary>How leakage is corrected.</summary>
public sealed record LeakageOptions
{
    /// <summary>What leaves the vessels, and whether it comes back.</summary>
    public LeakageModel Model { get; init; } = LeakageModel.BoxermanSchmaindaWeisskoff;

    /// <summary>
    /// Whether blood may pass a voxel later and more dispersed than the reference tissue. Then columns of zero area stand beside r: its slope, and r
    /// convolved with exp(−t/τ)/τ less r for each of <see cref="DispersionS"/>. They change the curve's shape and never its area, so that a longer
    /// transit time is not taken for leakage. False is the published model to the letter.
    /// </summary>
    public bool AdaptsShape { get; init; } = true;

    /// <summary>Time constants τ of the dispersing columns, s, above 0: the span of mean transit times in brain and tumour.</summary>
    public IReadOnlyList<double> DispersionS { get; init; } = [2, 4];

    /// <summary>End of the window of the integral, s after the arrival of the bolus; it begins at the arrival. Infinite: to the end of the series. Above 0.</summary>
    public double WindowS { get; init; } = double.PositiveInfinity;

    /// <summary>Backflow that the model without a fitted one takes, 1/min, at least 0. 0 is Boxerman's one-way leakage.</summary>
    public double AssumedKepPerMin { get; init; }

    /// <summary>Largest backflow that is looked for, 1/min. Beyond it leaking contrast follows the blood so closely that it cannot be told from
    /// blood volume. Where backflow is not fitted, what the area would be with this one enters its uncertainty.</summary>
    public double LargestKepPerMin { get; init; } = 2;

    /// <summary>
    /// Relative standard uncertainty of the area because blood passes tissue in other ways than the columns of shape allow. The default is the root
    /// mean square error of noise-free curves with transit times of three forms, mean 3 to 8 s, arriving 0.7 s early to 1 s late, without backflow
    /// (docs/maps/dsc.md). At least 0. Without <see cref="AdaptsShape"/> it is about 0.1.
    /// </summary>
    public double ShapeRelativeU { get; init; } = 0.02;
}
