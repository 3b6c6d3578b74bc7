using MathNet.Numerics.Distributions;

namespace Etalon.Metrology.Precision;

/// <summary>
/// Precision profile: the standard deviation of repeated readings, e + f·x, as a function of what is measured, with its own uncertainty as effective
/// degrees of freedom. From test-retest replicates: <see cref="Fit"/>.
/// </summary>
public sealed record PrecisionProfile
{
    /// <summary>A function of less weight than this cannot move a limit of 95 %.</summary>
    private const double NegligibleWeight = 1e-6;

    /// <summary>One side of 95 %, and where its limit is looked for, in standard deviations: that of half a degree of freedom.</summary>
    private const double Tail = 0.025, LargestLimit = 250, FewestDof = 0.5;

    /// <summary>On which scale the errors are normal.</summary>
    public required ErrorScale Scale { get; init; }

    /// <summary>
    /// The variance functions that the profile is made of, weightiest first: one, where it was asked for, else all three. Which one holds is not known from
    /// a small study, and taking the likeliest for true gives 6 to 8 % false changes after 8 pairs; their average by AICc weights gives 5 %
    /// over the sizes of the study (less at one end and up to 8 % at the other, which end is not known). Where the function is known, ask for it.
    /// </summary>
    public required IReadOnlyList<VarianceFunction> Functions { get; init; }

    /// <summary>The likeliest function (lowest AICc), or the one that was asked for.</summary>
    public VarianceFunction Chosen => Functions[0];

    /// <summary>Degrees of freedom of the scatter: readings less subjects.</summary>
    public required double ScatterDof { get; init; }

    /// <summary>Subjects with more than one reading.</summary>
    public required int Subjects { get; init; }

    /// <summary>Smallest and largest mean of a subject: outside, the profile is extrapolated.</summary>
    public required (double Smallest, double Largest) Range { get; init; }

    /// <summary>Fits variance functions to replicates by restricted maximum likelihood and weighs them by AICc, or takes the one that is asked for.</summary>
    /// <param name="replicates">Pairs or more readings per subject, in unequal numbers; groups are not looked at (<see cref="GroupedPrecision"/> does).</param>
    /// <param name="scale">On which scale the errors are normal.</param>
    /// <param name="model">The function to use; null: all three, weighed by likelihood.</param>
    /// <exception cref="ArgumentException">
    /// No subject has two readings; a reading is not finite; or one is not above 0 where the scale or the model asked for needs it.
    /// </exception>
    /// <remarks>
    /// Each subject's own mean is a nuisance that its contrasts do not hold: −2 ln L = Σ νᵢ ln σᵢ² + SSᵢ/σᵢ² with νᵢ = nᵢ − 1 and σᵢ at the subject's
    /// mean (geometric on the logarithmic scale), which is exact for a function that is constant on its scale and else off by a relative wCV²/n.
    /// </remarks>
    public static PrecisionProfile Fit(IReadOnlyList<Replicates> replicates, ErrorScale scale = ErrorScale.Logarithm, VarianceModel? model = null) =>
        VarianceFit.Of(ReplicateScatter.Of(replicates, scale, grouped: false), scale, model).Profile;

    /// <summary>A profile that is not fitted: a coefficient of variation from elsewhere.</summary>
    /// <param name="relativeSd">Standard deviation of the logarithm (or relative one on the absolute scale), at least 0.</param>
    /// <param name="dof">Its degrees of freedom, above 0.</param>
    /// <param name="scale">On which scale the errors are normal.</param>
    public static PrecisionProfile OfConstantCv(double relativeSd, double dof, ErrorScale scale = ErrorScale.Logarithm)
    {
        if (!(relativeSd >= 0) || !(dof > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(relativeSd), relativeSd, $"A standard deviation is at least 0 and has more than 0 degrees of freedom ({dof}).");
        }

        return new PrecisionProfile
        {
            Scale = scale,
            Functions = [new VarianceFunction(VarianceModel.ConstantCv, 0, relativeSd, new ParameterCovariance(0, 0, relativeSd * relativeSd / (2 * dof)), 0, null, 1)],
            ScatterDof = dof,
            Subjects = 0,
            Range = (0, double.PositiveInfinity),
        };
    }

    /// <summary>Whether x lies within the means of the subjects that the profile comes from.</summary>
    public bool IsWithinRange(double x) => x >= Range.Smallest && x <= Range.Largest;

    /// <summary>Standard deviation of one reading at x, in the unit of the measurand: e + f·x, the geometric mean of the functions by weight.</summary>
    /// <exception cref="ArgumentOutOfRangeException">x is not above 0 where the profile depends on it.</exception>
    public double SdAt(double x)
    {
        Check(x, Functions.Any(f => f.Model != VarianceModel.ConstantSd));
        return Functions.Count == 1 ? Chosen.SdAt(x) : Math.Exp(Functions.Sum(f => f.Weight * Math.Log(f.SdAt(x))));
    }

    /// <summary>Standard deviation of one reading relative to x; on the logarithmic scale that of its logarithm: e/x + f.</summary>
    /// <exception cref="ArgumentOutOfRangeException">x is not above 0.</exception>
    public double RelativeSdAt(double x)
    {
        Check(x, true);
        return Functions is [{ Model: VarianceModel.ConstantCv } only] ? only.Proportional : SdAt(x) / x;
    }

    /// <summary>
    /// Effective degrees of freedom of the standard deviation at x. Of one function 1 / (2 Var ln s) (Satterthwaite): readings less subjects for one
    /// parameter, fewer for two. Of several: those with which Student's t and <see cref="SdAt"/> reach as far, at 95 %, as the average by weight of the
    /// functions' own Student's t does; at most those of the scatter.
    /// </summary>
    public double DofAt(double x)
    {
        var sd = SdAt(x);
        var parts = Functions.Where(f => f.Weight > NegligibleWeight).Select(f => (f.Weight, Ratio: sd / f.SdAt(x), Dof: DofOf(f, x))).ToList();
        if (sd == 0)
        {
            return ScatterDof;
        }

        if (parts.Count == 1)
        {
            return parts[0].Dof;
        }

        var limit = Bisected(0, LargestLimit, t => parts.Sum(p => p.Weight * StudentT.CDF(0, 1, p.Dof, -t * p.Ratio)) > Tail);
        return Math.Exp(Bisected(Math.Log(FewestDof), Math.Log(ScatterDof), nu => StudentT.CDF(0, 1, Math.Exp(nu), -limit) > Tail));
    }

    /// <summary>Interval of the relative standard deviation (wCV) at x, by χ² with the effective degrees of freedom.</summary>
    public Interval RelativeSdIntervalAt(double x, double confidence = 0.95) => RepeatabilityCoefficient.SdInterval(RelativeSdAt(x), DofAt(x), confidence);

    /// <summary>
    /// Repeatability coefficient at x: as a difference of logarithms on the logarithmic scale, else in the unit of the measurand.
    /// </summary>
    public RepeatabilityCoefficient RepeatabilityCoefficientAt(double x, double coverage = 0.95, double confidence = 0.95) =>
        RepeatabilityCoefficient.Of(Scale == ErrorScale.Logarithm ? RelativeSdAt(x) : SdAt(x), DofAt(x), coverage, confidence);

    /// <summary>Limits of the percent change of an unchanged quantity of size x, wider where the study is small.</summary>
    public PercentLimits PercentLimitsAt(double x, double coverage = 0.95) => Scale == ErrorScale.Logarithm
        ? PercentLimits.OfLogarithms(RelativeSdAt(x), DofAt(x), coverage)
        : PercentLimits.OfCoefficientOfVariation(RelativeSdAt(x), ErrorScale.Absolute, DofAt(x), coverage);

    /// <summary>The standard uncertainty from repeatability of one reading, in the unit of the measurand, as a component of its budget.</summary>
    /// <param name="x">The reading.</param>
    /// <param name="source">In words that stand in the report.</param>
    public UncertaintyComponent ComponentAt(double x, string source) => new(source, SdAt(x), null, ComponentKind.A, DofAt(x));

    private double DofOf(VarianceFunction function, double x) => function.Model == VarianceModel.Linear ? 1 / (2 * function.LogVarianceAt(x)) : ScatterDof;

    /// <summary>Where a condition that holds at the low end ceases to; the high end where it holds throughout.</summary>
    private static double Bisected(double low, double high, Func<double, bool> holds)
    {
        for (var step = 0; step < 36; step++)
        {
            var middle = 0.5 * (low + high);
            (low, high) = holds(middle) ? (middle, high) : (low, middle);
        }

        return 0.5 * (low + high);
    }

    private static void Check(double x, bool positive)
    {
        if (!double.IsFinite(x) || (positive && x <= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, "A precision that depends on what is measured needs a value above 0.");
        }
    }
}
