namespace Etalon.Assays.Dsc;

/// <summary>How many frequencies of the residue function a deconvolution keeps.</summary>
public enum DeconvolutionMethod
{
    /// <summary>
    /// oSVD: as many as keep the oscillation index of the residue function below <see cref="DeconvolutionOptions.OscillationIndex"/>. Wu et al.,
    /// Magn Reson Med 50:164–174 (2003).
    /// </summary>
    OscillationIndex,

    /// <summary>cSVD: those above <see cref="DeconvolutionOptions.Threshold"/> of the largest singular value. Wu et al. (2003).</summary>
    Circular,
}

/// <summary>How tissue follows from its artery between the samples.</summary>
public enum Convolution
{
    /// <summary>C(t) = CBF ∫ Ca(τ) R(t − τ) dτ, with Ca smooth between samples (<see cref="ResidueFunction.Sharpened"/>): what a scanner samples.</summary>
    Continuous,

    /// <summary>Cᵢ = CBF Δt Σ Caⱼ R((i − j)Δt), R(0) = 1: the sum in which Østergaard (1996) and Wu (2003) write the deconvolution, and simulated series are often made.</summary>
    Sum,
}

/// <summary>How <see cref="ArterialDeconvolution"/> finds flow.</summary>
public sealed record DeconvolutionOptions
{
    /// <summary>How many frequencies are kept.</summary>
    public DeconvolutionMethod Method { get; init; } = DeconvolutionMethod.OscillationIndex;

    /// <summary>How tissue follows from its artery.</summary>
    public Convolution Convolution { get; init; } = Convolution.Continuous;

    /// <summary>
    /// Whether flow and volume are those whose residue function, sent through the same samples and filter, shows the height and area that were found.
    /// False gives the published estimates: CBF the maximum of the filtered residue, CBV the ratio of areas.
    /// </summary>
    public bool UndoesFilter { get; init; } = true;

    /// <summary>Of <see cref="DeconvolutionMethod.OscillationIndex"/>; 0.035 is Wu's optimum at a signal-to-noise ratio of 20.</summary>
    public double OscillationIndex { get; init; } = 0.035;

    /// <summary>Of <see cref="DeconvolutionMethod.Circular"/>; 0.1 is Wu's optimum at a signal-to-noise ratio of 20.</summary>
    public double Threshold { get; init; } = 0.1;

    /// <summary>
    /// κ = (1 − haematocrit of large vessels)/(1 − haematocrit of capillaries): blood volume from volumes of plasma. 1 where the curves are of whole blood.
    /// </summary>
    public double HaematocritFactor { get; init; } = 1;

    /// <summary>Largest delay of tissue behind the artery that is looked for, s; before it, a third.</summary>
    public double LargestDelayS { get; init; } = 15;
}
