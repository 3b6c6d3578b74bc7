namespace Etalon.Metrology;

/// <summary>What is known of an input as a probability distribution (JCGM 101:2008, clause 6 and table 1).</summary>
public abstract record InputDistribution
{
    private protected InputDistribution()
    {
    }

    /// <summary>The estimate that first-order propagation takes: the expectation.</summary>
    public abstract double Estimate { get; }

    /// <summary>The standard uncertainty that first-order propagation takes, together with <see cref="Dof"/> (JCGM 100).</summary>
    public abstract double StandardUncertainty { get; }

    /// <summary>Degrees of freedom of that standard uncertainty; null: infinite.</summary>
    public virtual double? Dof => null;

    /// <summary>Normal, 6.4.7.</summary>
    /// <exception cref="ArgumentOutOfRangeException">sd is negative, or a number is not finite.</exception>
    public static InputDistribution Normal(double mean, double sd) => new NormalInput(Finite(mean), NotNegative(sd));

    /// <summary>
    /// Scaled and shifted t, 6.4.9: what n observations tell of their mean. First-order propagation takes the scale as standard uncertainty with
    /// these degrees of freedom; the distribution's own standard deviation is larger by √(ν/(ν − 2)).
    /// </summary>
    /// <param name="location">Mean of the observations.</param>
    /// <param name="scale">s/√n.</param>
    /// <param name="dof">ν, above 0.</param>
    public static InputDistribution StudentT(double location, double scale, double dof) => new StudentInput(Finite(location), NotNegative(scale), Positive(dof));

    /// <summary>Rectangular between two limits, 6.4.2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The lower limit lies above the upper.</exception>
    public static InputDistribution Rectangular(double lower, double upper) => new RectangularInput(Finite(lower), Above(lower, upper));

    /// <summary>
    /// Rectangular with limits known to ± d only (curvilinear trapezoid), 6.4.3. First-order propagation takes (b − a)/√12 with the degrees of
    /// freedom ½ (d/w)⁻² of JCGM 100 equation (G.3), w = (b − a)/2.
    /// </summary>
    /// <param name="lower">a.</param>
    /// <param name="upper">b.</param>
    /// <param name="limitHalfWidth">d, above 0 and at most (b − a)/2.</param>
    public static InputDistribution CurvilinearTrapezoid(double lower, double upper, double limitHalfWidth) =>
        Positive(limitHalfWidth) <= (Above(lower, upper) - Finite(lower)) / 2
            ? new CurvilinearTrapezoidInput(lower, upper, limitHalfWidth)
            : throw new ArgumentOutOfRangeException(nameof(limitHalfWidth), limitHalfWidth, "The doubt of the limits is at most half their distance.");

    /// <summary>Trapezoidal, 6.4.4: flat over the share β of the width, falling linearly to both limits.</summary>
    /// <param name="lower">a.</param>
    /// <param name="upper">b.</param>
    /// <param name="flatShare">β in [0, 1]: 0 is triangular, 1 is rectangular.</param>
    public static InputDistribution Trapezoidal(double lower, double upper, double flatShare) => flatShare is >= 0 and <= 1
        ? new TrapezoidalInput(Finite(lower), Above(lower, upper), flatShare)
        : throw new ArgumentOutOfRangeException(nameof(flatShare), flatShare, "A share lies between 0 and 1.");

    /// <summary>Symmetric triangular, 6.4.5.</summary>
    public static InputDistribution Triangular(double lower, double upper) => Trapezoidal(lower, upper, 0);

    /// <summary>Arc sine (U-shaped), 6.4.6: a sinusoidal cycle of unknown phase between two limits.</summary>
    public static InputDistribution Arcsine(double lower, double upper) => new ArcsineInput(Finite(lower), Above(lower, upper));

    /// <summary>Exponential above 0, 6.4.10: a quantity that is not negative and of which only the expectation is known.</summary>
    public static InputDistribution Exponential(double expectation) => new GammaInput(1, Positive(expectation));

    /// <summary>Gamma of given shape and scale.</summary>
    public static InputDistribution Gamma(double shape, double scale) => new GammaInput(Positive(shape), Positive(scale));

    /// <summary>Gamma for a counted number of events, 6.4.11: expectation q + 1, variance q + 1.</summary>
    /// <param name="count">q, at least 0.</param>
    public static InputDistribution Counts(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new GammaInput(count + 1, 1);
    }

    /// <summary>One draw.</summary>
    internal abstract double Draw(TrialStream random);

    private static double Finite(double x) => double.IsFinite(x) ? x : throw new ArgumentOutOfRangeException(nameof(x), x, "A parameter of a distribution is finite.");

    private static double NotNegative(double x) => Finite(x) >= 0 ? x : throw new ArgumentOutOfRangeException(nameof(x), x, "A scale is at least 0.");

    private static double Positive(double x) => Finite(x) > 0 ? x : throw new ArgumentOutOfRangeException(nameof(x), x, "This parameter is above 0.");

    private static double Above(double lower, double upper) =>
        Finite(upper) > lower ? upper : throw new ArgumentOutOfRangeException(nameof(upper), upper, $"The upper limit lies above the lower ({lower}).");
}
