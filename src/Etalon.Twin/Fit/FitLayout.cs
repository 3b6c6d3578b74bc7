using MathNet.Numerics.LinearAlgebra;

namespace Etalon.Twin;

/// <summary>
/// Which parameter stands where: logarithms of the growth parameters, then of each visit's ADC scale, then offsets of ADC (mm²/s), then
/// displacements (mm, along the grid's axes), then the first visit's tail. What a visit is sure of (u = 0) has no parameter.
/// </summary>
internal sealed class FitLayout
{
    public FitLayout(IReadOnlyList<ParameterPrior> priors, IReadOnlyList<DensityObservation> observations, bool withNuisance)
    {
        Priors = priors;
        var parameters = priors.Select(p => new FitParameter(FitParameterKind.Growth, p.Name, p.Title, p.Unit, true, p.LogSd)).ToList();
        (Scale, Offset, Displacement) = (new int[observations.Count], new int[observations.Count], new int[observations.Count]);
        int Add(bool isNeeded, int count, Func<int, FitParameter> make)
        {
            if (!isNeeded)
            {
                return -1;
            }

            parameters.AddRange(Enumerable.Range(0, count).Select(make));
            return parameters.Count - count;
        }

        for (var v = 0; v < observations.Count; v++)
        {
            var o = observations[v];
            Scale[v] = Add(withNuisance && o.ScaleU > 0, 1, _ => new FitParameter(FitParameterKind.AdcScale, $"visit{o.Visit}.adc_scale", $"ADC scale of visit {o.Visit}", "1", true, o.ScaleU));
        }

        for (var v = 0; v < observations.Count; v++)
        {
            var o = observations[v];
            Offset[v] = Add(withNuisance && o.OffsetU > 0, 1, _ => new FitParameter(FitParameterKind.AdcOffset, $"visit{o.Visit}.adc_offset", $"ADC offset of visit {o.Visit}", "mm2/s", false, o.OffsetU));
            // The first visit is where the others are measured from.
            Displacement[v] = Add(withNuisance && v > 0 && o.DisplacementUMm > 0, 3, a => new FitParameter(
                FitParameterKind.Displacement, $"visit{o.Visit}.displacement_{"ijk"[a]}", $"shift of visit {o.Visit} along axis {"ijk"[a]}", "mm", false, o.DisplacementUMm));
        }

        TailOdds = Add(withNuisance && observations[0].Tail is not null, 1, _ => new FitParameter(
            FitParameterKind.TailOdds, "initial.tail_odds", "density beyond the first visit's tumour", "1", true, observations[0].Tail!.EdgeU));
        TailFall = Add(withNuisance && observations[0].Tail is not null, 1, _ => new FitParameter(
            FitParameterKind.TailFall, "initial.tail_fall", "fall of density beyond the first visit's tumour", "1", true, observations[0].Tail!.FallU));
        Parameters = parameters;
        PriorMean = [.. priors.Select(p => Math.Log(p.Median)), .. Enumerable.Repeat(0.0, parameters.Count - priors.Count)];
        PriorInformation = Information(observations);
        // A flat prior pulls nowhere; where the data say nothing its box still bounds the spread.
        BoxInformation = Matrix<double>.Build.DenseOfDiagonalArray(
            parameters.Select((_, p) => p < priors.Count && priors[p].Box is { } box ? 12 / Math.Pow(Math.Log(box.High / box.Low), 2) : 0).ToArray());
    }

    public IReadOnlyList<ParameterPrior> Priors { get; }

    public IReadOnlyList<FitParameter> Parameters { get; }

    public int Growth => Priors.Count;

    public int Count => Parameters.Count;

    /// <summary>Index of each visit's ADC scale; −1: it has none.</summary>
    public int[] Scale { get; }

    /// <summary>Index of each visit's ADC offset; −1: it has none.</summary>
    public int[] Offset { get; }

    /// <summary>Index of the first of three displacements of each visit; −1: it has none.</summary>
    public int[] Displacement { get; }

    /// <summary>Index of the factor of the odds of the first visit's tail; −1: it has none.</summary>
    public int TailOdds { get; }

    /// <summary>Index of the factor of the fall of the first visit's tail; −1: it has none.</summary>
    public int TailFall { get; }

    public double[] PriorMean { get; }

    /// <summary>Inverse covariance before the data; 0 for flat priors.</summary>
    public Matrix<double> PriorInformation { get; }

    /// <summary>Inverse variance of flat priors' boxes.</summary>
    public Matrix<double> BoxInformation { get; }

    /// <summary>Lowest and highest value of a coordinate.</summary>
    public (double Low, double High) Range(int p)
    {
        if (p >= Growth)
        {
            return (-20 * Parameters[p].PriorSd, 20 * Parameters[p].PriorSd);
        }

        return Priors[p].Box is { } box ? (Math.Log(box.Low), Math.Log(box.High)) : (PriorMean[p] - 8, PriorMean[p] + 8);
    }

    private Matrix<double> Information(IReadOnlyList<DensityObservation> observations)
    {
        var information = Matrix<double>.Build.DenseOfDiagonalArray(
            Parameters.Select((p, i) => i < Growth && Priors[i].Box is not null ? 0 : 1 / (p.PriorSd * p.PriorSd)).ToArray());
        var scaled = Enumerable.Range(0, observations.Count).Where(v => Scale[v] >= 0).ToList();
        if (scaled.Count > 0)
        {
            information.SetSubMatrix(Scale[scaled[0]], Scale[scaled[0]], ScalePrior.Information(scaled.Select(v => observations[v]).ToList()));
        }

        return information;
    }
}
