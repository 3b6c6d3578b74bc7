using Etalon.Metrology;
using Xunit;

namespace Etalon.Tests.Metrology.Uncertainty;

/// <summary>Propagation of distributions against published results and closed forms, and which propagation is chosen by itself.</summary>
/// <remarks>
/// With M trials a mean scatters by u/√M, a standard deviation by about u/√(2M), and a 95 % end of a normal output by 2.7 u/√M; published figures come
/// from some 10⁶ trials too. Tolerances are half a printed digit plus four such deviations.
/// </remarks>
[Trait("Kind", "Numeric")]
public sealed class MonteCarloTests(ITestOutputHelper output)
{
    private const int Million = 1_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly MeasurementModel Sum = x => x[0] + x[1] + x[2] + x[3];

    private PropagationResult Evaluate(InputSet inputs, MeasurementModel model, MonteCarloOptions? options = null)
    {
        var result = Propagation.Evaluate(inputs, model, options, Cancel)!;
        output.WriteLine(FormattableString.Invariant($"{result.Value:G7} {result.U:G5} [{result.Interval.Lower:G6}, {result.Interval.Upper:G6}] {result.Reason} nl {result.NonLinearity:G3} {result.Validation}"));
        output.WriteLine(result.Statement);
        return result;
    }

    private static InputSet Four(Func<int, InputDistribution> of) => Enumerable.Range(1, 4).Aggregate(InputSet.Empty, (set, n) => set.With($"x{n}", of(n)));

    private static InputSet Pair(double x1, double x2, double u, double r) =>
        InputSet.Empty.With(new CorrelatedSet("pair", ["x1", "x2"], new[,] { { 1, r }, { r, 1 } }, null), [x1, x2], [u, u]);

    private static InputDistribution Box(double sd) => InputDistribution.Rectangular(-sd * Math.Sqrt(3), sd * Math.Sqrt(3));

    [Fact]
    public void JCGM101_9_2_2_a_sum_of_normal_inputs()
    {
        var result = Evaluate(Four(_ => InputDistribution.Normal(0, 1)), Sum);
        Assert.Equal(PropagationReason.FirstOrderAgrees, result.Reason);
        Assert.Equal((0.0, 2.0), (result.Value, Math.Round(result.U, 9)));
        Assert.Equal(3.92, result.Interval.Upper, 0.005); // table 2
        Assert.Equal(3.92, result.MonteCarlo.Interval.Upper, 0.01); // stated tolerance of the vector
        Assert.Equal(-3.92, result.MonteCarlo.Interval.Lower, 0.01);
        Assert.Equal(2, result.MonteCarlo.U, 0.01);
    }

    [Fact]
    public void JCGM101_9_2_3_a_sum_of_rectangular_inputs()
    {
        var options = new MonteCarloOptions { Trials = Million };
        var result = Evaluate(Four(_ => Box(1)), Sum, options);
        Assert.Equal(3.88, result.MonteCarlo.Interval.Upper, 0.01); // table 3
        Assert.Equal(-3.88, result.MonteCarlo.Interval.Lower, 0.01);
        Assert.Equal(3.92, result.FirstOrder!.Expanded().Upper, 0.005);
        // In two digits the two agree (0.04 against 0.05), in three they do not; either way the model is linear.
        Assert.Equal(PropagationReason.FirstOrderAgrees, result.Reason);
        Assert.Equal(PropagationReason.NotNormal, Evaluate(Four(_ => Box(1)), Sum, options with { Digits = 3 }).Reason);
    }

    [Fact]
    public void JCGM101_9_2_4_one_rectangular_input_outweighs_the_others()
    {
        var result = Evaluate(Four(n => Box(n == 4 ? 10 : 1)), Sum);
        Assert.Equal((PropagationMethod.MonteCarlo, PropagationReason.NotNormal, false), (result.Method, result.Reason, result.IsNonLinear));
        Assert.Equal(10.1, result.U, 0.05); // table 4
        Assert.Equal(17.0, result.Interval.Upper, 0.05 + 0.02);
        Assert.Equal(-17.0, result.Interval.Lower, 0.05 + 0.02);
        Assert.Equal(19.9, result.FirstOrder!.Expanded().Upper, 0.05);
    }

    [Fact]
    public void JCGM101_9_3_mass_calibration()
    {
        // 9.3.1.3 and table 5, in mg and kg/m³.
        var inputs = InputSet.Empty.With("m_Rc", InputDistribution.Normal(100_000, 0.050)).With("dm_Rc", InputDistribution.Normal(1.234, 0.020))
            .With("rho_a", InputDistribution.Rectangular(1.10, 1.30)).With("rho_W", InputDistribution.Rectangular(7000, 9000)).With("rho_R", InputDistribution.Rectangular(7950, 8050));
        var result = Evaluate(inputs, x => (x[0] + x[1]) * (1 + (x[2] - 1.2) * (1 / x[3] - 1 / x[4])) - 100_000, new MonteCarloOptions { Trials = Million, Digits = 1, Shortest = true });

        Assert.Equal((PropagationMethod.MonteCarlo, true), (result.Method, result.IsNonLinear));
        Assert.Equal(1.2341, result.Value, 0.0004); // table 6
        Assert.Equal(0.0754, result.U, 0.0003);
        // The shortest interval wanders more than the symmetric one: table 6 gives [1.0834, 1.3825].
        Assert.Equal(1.0834, result.Interval.Lower, 0.003);
        Assert.Equal(1.3825, result.Interval.Upper, 0.003);
        Assert.Equal(1.2340, result.FirstOrder!.Value, 0.00005);
        Assert.Equal(0.0539, result.FirstOrder.U, 0.00005);
        Assert.Equal(1.1285, result.FirstOrder.Expanded().Lower, 0.00005);
        Assert.Equal(1.3395, result.FirstOrder.Expanded().Upper, 0.00006); // 1.33955 as computed
        Assert.Equal(0.005, result.Validation!.Tolerance, 1e-12);
        Assert.False(result.Validation.IsValid);
        Assert.Equal(0.0451, result.Validation.LowerDifference, 0.003);
        Assert.Equal(0.0430, result.Validation.UpperDifference, 0.003);
    }

    [Theory]
    // JCGM 101 tables 8 and 9: x1, correlation, first order (value, u), Monte Carlo (value, u, shortest 95 % interval), all in 10⁻⁶.
    [InlineData(0.000, 0.0, 0, 0, 50, 50, 0, 150)]
    [InlineData(0.010, 0.0, 100, 100, 150, 112, 0, 367)]
    [InlineData(0.050, 0.0, 2500, 500, 2551, 502, 1590, 3543)]
    [InlineData(0.000, 0.9, 0, 0, 50, 67, 0, 185)]
    [InlineData(0.010, 0.9, 100, 100, 150, 121, 13, 398)]
    [InlineData(0.050, 0.9, 2500, 500, 2551, 505, 1628, 3555)]
    public void JCGM101_9_4_comparison_loss_is_flagged_as_not_linear(double x1, double r, double y, double u, double value, double sd, double lower, double upper)
    {
        var result = Evaluate(Pair(x1, 0, 0.005, r), x => 1e6 * (x[0] * x[0] + x[1] * x[1]), new MonteCarloOptions { Trials = Million, Shortest = true });
        Assert.True(result.IsNonLinear);
        Assert.Equal(PropagationMethod.MonteCarlo, result.Method);
        Assert.Equal(y, result.FirstOrder!.Value, 1e-9);
        Assert.Equal(u, result.FirstOrder.U, 1e-6);
        // Exact moments: x1² + 2u² and √(4 x1² u² + 4 u⁴ (1 + r²)); 2551 and 67 are printed from the trials.
        Assert.Equal(1e6 * (x1 * x1 + 5e-5), result.Value, 4 * sd / 1000);
        Assert.Equal(1e6 * 0.005 * Math.Sqrt(4 * x1 * x1 + 4 * 2.5e-5 * (1 + r * r)), result.U, sd / 150);
        Assert.Equal(value, result.Value, 0.5 + 4 * sd / 1000 * Math.Sqrt(2));
        Assert.Equal(sd, result.U, 0.5 + sd / 250);
        Assert.Equal(lower, result.Interval.Lower, 0.5 + sd / 25); // ends of a shortest interval wander along a flat top
        Assert.Equal(upper, result.Interval.Upper, 0.5 + sd / 25);
    }

    [Fact]
    public void The_comparison_loss_at_zero_is_exponential()
    {
        // Two equal normal inputs about 0: the sum of squares is exponential with expectation 2u², and its shortest interval ends at 2u² ln 20.
        var result = Evaluate(Pair(0, 0, 0.005, 0), x => x[0] * x[0] + x[1] * x[1], new MonteCarloOptions { Trials = Million });
        Assert.Equal(5e-5 * Math.Log(20), result.MonteCarlo.ShortestInterval(0.95).Upper, 4e-7); // four deviations of the end: 5e-5 √(0.95/0.05)/1000
        Assert.Equal(5e-5 * Math.Log(40), result.MonteCarlo.SymmetricInterval(0.95).Upper, 1.3e-6);
        Assert.Equal(1 - Math.Exp(-1), result.MonteCarlo.Probability(5e-5), 0.002); // binomial, 4 · 0.00048
    }

    [Fact]
    public void JCGM101_9_5_the_gauge_block()
    {
        // Table 10; nm and °C.
        var inputs = InputSet.Empty.With("L_S", InputDistribution.StudentT(50_000_623, 25, 18)).With("D", InputDistribution.StudentT(215, 6, 24))
            .With("d1", InputDistribution.StudentT(0, 4, 5)).With("d2", InputDistribution.StudentT(0, 7, 8)).With("alpha_S", InputDistribution.Rectangular(9.5e-6, 13.5e-6))
            .With("theta_0", InputDistribution.Normal(-0.1, 0.2)).With("Delta", InputDistribution.Arcsine(-0.5, 0.5))
            .With("d_alpha", InputDistribution.CurvilinearTrapezoid(-1e-6, 1e-6, 0.1e-6)).With("d_theta", InputDistribution.CurvilinearTrapezoid(-0.05, 0.05, 0.025));
        double Model(ReadOnlySpan<double> x) => x[0] + x[1] + x[2] + x[3] - x[0] * (x[7] * (x[5] + x[6]) + x[4] * x[8]) - 50_000_000;
        var result = Evaluate(inputs, Model, new MonteCarloOptions { Coverage = 0.99, Trials = Million });

        Assert.Equal(838, result.FirstOrder!.Value, 0.5); // table 11
        Assert.Equal(32, result.FirstOrder.U, 0.5);
        Assert.Equal(16, Math.Floor(result.FirstOrder.Dof!.Value));
        Assert.Equal(745, result.FirstOrder.Expanded(0.99, truncateDof: true).Lower, 0.5);
        Assert.Equal(931, result.FirstOrder.Expanded(0.99, truncateDof: true).Upper, 0.5);
        Assert.Equal(838, result.MonteCarlo.Value, 0.5 + 0.15);
        Assert.Equal(36, result.MonteCarlo.U, 0.5 + 0.1);
        // 99 % ends scatter by 0.3 nm; the published shortest interval is [745, 932].
        Assert.Equal(745, result.MonteCarlo.Interval.Lower, 0.5 + 1.5);
        Assert.Equal(932, result.MonteCarlo.Interval.Upper, 0.5 + 1.5);
        // GUM H.1.7: the products of small effects matter in the second digit, and the model is said to be not linear there; in one digit it is.
        Assert.True(result.IsNonLinear);
        Assert.False(Evaluate(inputs, Model, new MonteCarloOptions { Coverage = 0.99, Digits = 1 }).IsNonLinear);
    }

    [Fact]
    public void GUM_H1_7_second_order_terms_make_34_nm()
    {
        // The end gauge with normal inputs: 32 nm grow to 34 nm by the products of H.1.7.
        var inputs = InputSet.Empty.With("l_S", InputDistribution.Normal(50_000_623, 25)).With("d", InputDistribution.Normal(215, 9.7))
            .With("d_alpha", InputDistribution.Normal(0, 0.58e-6)).With("theta", InputDistribution.Normal(-0.1, 0.41))
            .With("alpha", InputDistribution.Normal(11.5e-6, 1.2e-6)).With("d_theta", InputDistribution.Normal(0, 0.029));
        var result = Evaluate(inputs, x => x[0] + x[1] - x[0] * (x[2] * x[3] + x[4] * x[5]));
        Assert.True(result.IsNonLinear);
        Assert.Equal(32, result.FirstOrder!.U, 0.5);
        Assert.Equal(33.91115, result.U, 0.15); // Wang and Iyer, Metrologia 42:406 (2005): the exact second-order figure; four deviations of the trials
    }

    [Theory]
    // JCGM 102 9.2.2 to 9.2.4 (as tested in sandialabs/suncal, test_examples.py): x1, correlation, distance (mean, u), angle (mean, u) by Monte Carlo.
    [InlineData(0.001, 0.0, 0.013, 0.007, 0.0, 1.744, 10.0)]
    [InlineData(0.001, 0.9, 0.012, 0.008, -0.556, 1.599, 10.0)]
    [InlineData(0.010, 0.9, 0.015, 0.008, -0.343, 0.903, 1.0)]
    public void JCGM102_9_2_polar_coordinates_near_the_origin_are_flagged(double x1, double r, double distance, double uDistance, double angle, double uAngle, double uFirstOrder)
    {
        var inputs = Pair(x1, 0, 0.010, r);
        var length = Evaluate(inputs, x => Math.Sqrt(x[0] * x[0] + x[1] * x[1]));
        var phase = Evaluate(inputs, x => Math.Atan2(x[1], x[0]));

        Assert.True(length.IsNonLinear && phase.IsNonLinear);
        Assert.Equal(0.010, length.FirstOrder!.U, 1e-6);
        Assert.Equal(uFirstOrder, phase.FirstOrder!.U, 1e-3 * uFirstOrder); // table 6: 10.000 rad, which is no angle; derivative on a scale of the curvature
        Assert.Equal(distance, length.Value, 0.0005);
        Assert.Equal(uDistance, length.U, 0.0005);
        Assert.Equal(angle, phase.Value, 0.0005 + 0.0085); // the mean of an angle scatters by 1.7e-3 over 10⁶ trials, the published one too
        Assert.Equal(uAngle, phase.U, 0.0005 + 0.006);
    }

    [Fact]
    public void Far_from_the_origin_polar_coordinates_are_linear()
    {
        var inputs = Pair(1.0, 2.0, 0.005, 0.4);
        Assert.Equal(PropagationReason.FirstOrderAgrees, Evaluate(inputs, x => Math.Sqrt(x[0] * x[0] + x[1] * x[1])).Reason);
        Assert.Equal(PropagationReason.FirstOrderAgrees, Evaluate(inputs, x => Math.Atan2(x[1], x[0])).Reason);
    }

    [Fact]
    public void The_logarithm_of_a_wide_rectangle_is_flagged()
    {
        // NPL report DEM-ES-011 9.2 (as tested in suncal): ln x, x rectangular from 0.1 to 1.1.
        var result = Evaluate(InputSet.Empty.With("x", InputDistribution.Rectangular(0.1, 1.1)), x => Math.Log(x[0]), new MonteCarloOptions { Trials = Million, Shortest = true });
        Assert.True(result.IsNonLinear);
        Assert.Equal(-0.511, result.FirstOrder!.Value, 5e-4);
        Assert.Equal(0.481, result.FirstOrder.U, 5e-4);
        Assert.Equal(-0.665, result.Value, 5e-4 + 2.4e-3);
        Assert.Equal(0.606, result.U, 5e-4 + 2.5e-3);
        Assert.Equal(-1.895, result.Interval.Lower, 5e-4 + 0.006); // exact: ln 0.15 = −1.8971
        Assert.Equal(0.095, result.Interval.Upper, 5e-4 + 2e-4); // exact: ln 1.1 = 0.0953
    }

    [Fact]
    public void TN1900_E3_the_viscometer()
    {
        // Exhibit of E3 (as tested in suncal): mPa s, s, kg/m³.
        var inputs = InputSet.Empty.With("mu_C", InputDistribution.Normal(4.63, 0.0463)).With("t_C", InputDistribution.Normal(36.6, 5.49)).With("t_M", InputDistribution.Normal(61, 6.1))
            .With("rho_B", InputDistribution.Normal(2217, 0.5)).With("rho_M", InputDistribution.Normal(1180, 0.5)).With("rho_C", InputDistribution.Normal(810, 0.5));
        var result = Evaluate(inputs, x => x[0] * x[2] / x[1] * (x[3] - x[4]) / (x[3] - x[5]), new MonteCarloOptions { Trials = Million });
        Assert.True(result.IsNonLinear);
        Assert.Equal(5.82, result.Value, 0.01);
        Assert.Equal(1.11, result.U, 0.015); // printed 1.11; trials of a ratio scatter
        Assert.Equal(4.05, result.Interval.Lower, 0.01);
        Assert.Equal(8.39, result.Interval.Upper, 0.03); // four deviations of the heavier tail
    }

    [Fact]
    public void TN1900_E11_the_step_attenuator()
    {
        // Exhibit 16 (as tested in suncal), dB: t with 3 degrees of freedom, given by its scale; arc sine by √2 u; rectangular by √3 u.
        static InputDistribution Arcsine(double halfWidth) => InputDistribution.Arcsine(-halfWidth, halfWidth);
        static InputDistribution Box(double centre, double halfWidth) => InputDistribution.Rectangular(centre - halfWidth, centre + halfWidth);
        var inputs = InputSet.Empty.With("L_S", InputDistribution.StudentT(30.0402, 0.0091 / Math.Sqrt(3), 3)).With("dL_S", Box(0.003, 0.00433)).With("dL_D", Arcsine(0.00198)).With("dL_M", Arcsine(0.02828))
            .With("dL_K", Arcsine(0.0029698)).With("dL_ib", Box(0, 0.0005196)).With("dL_ia", Box(0, 0.0005196)).With("dL_0b", InputDistribution.Normal(0, 0.002)).With("dL_0a", InputDistribution.Normal(0, 0.002));
        var result = Evaluate(inputs, x => x[0] + x[1] + x[2] + x[3] + x[4] + x[5] - x[6] + x[7] - x[8], new MonteCarloOptions { Trials = Million });
        Assert.Equal(30.043, result.Value, 5e-4);
        Assert.Equal(0.0224, result.U, 5e-4); // stated tolerance of that test
        Assert.Equal(30.006, result.Interval.Lower, 0.001);
        Assert.Equal(30.081, result.Interval.Upper, 0.001);
        Assert.False(result.IsNonLinear);
    }

    [Fact]
    public void TN1900_E13_the_thermal_expansion_coefficient()
    {
        // E13 (as tested in suncal): lengths in m, temperatures in K; first order.
        var inputs = InputSet.Empty.With("L0", InputDistribution.Normal(1.4999, 1e-4)).With("T0", InputDistribution.Normal(288.15, 0.02))
            .With("L1", InputDistribution.Normal(1.5021, 2e-4)).With("T1", InputDistribution.Normal(373.10, 0.05));
        var first = FirstOrder.Propagate(inputs, x => (x[2] - x[0]) / (x[0] * (x[3] - x[1])))!;
        Assert.Equal(1.7266e-5, first.Value, 1e-9);
        Assert.Equal(1.76e-6, first.U, 1e-8);
    }

    [Fact]
    public void Constants_of_nature_keep_their_digits_though_their_u_is_tiny()
    {
        // NIST Uncertainty Machine, example of the Stefan-Boltzmann constant (as tested in suncal): σ = 32 π⁵ h R⁴ R∞⁴ / (15 Ar⁴ Mu⁴ c⁶ α⁸).
        var inputs = InputSet.Empty.With("h", InputDistribution.Normal(6.62606957e-34, 0.00000029e-34)).With("R", InputDistribution.Normal(8.3144621, 0.0000075))
            .With("Rinf", InputDistribution.Normal(10973731.568539, 0.000055)).With("Ar", InputDistribution.Normal(5.4857990946e-4, 0.0000000022e-4))
            .With("alpha", InputDistribution.Normal(7.2973525698e-3, 0.0000000024e-3));
        var result = Evaluate(inputs, x => 32 * Math.Pow(Math.PI, 5) * x[0] * Math.Pow(x[1] * x[2], 4) / (15 * Math.Pow(x[3] * 1e-3, 4) * Math.Pow(299792458, 6) * Math.Pow(x[4], 8)), new MonteCarloOptions { Coverage = 0.99 });
        Assert.Equal(PropagationReason.FirstOrderAgrees, result.Reason);
        Assert.Equal(5.67037e-8, result.Value, 5e-14);
        Assert.Equal(2.05e-13, result.U, 5e-16);
        Assert.Equal(5.67032e-8, result.Interval.Lower, 5e-14);
        Assert.Equal(5.67043e-8, result.Interval.Upper, 5e-14);
        // By hand: the gas constant holds nearly all of it, 4 · 9.02e-7 relative.
        Assert.Equal(4 * 0.0000075 / 8.3144621, Math.Abs(result.FirstOrder!.Of("R") / result.Value), 1e-10);
        Assert.Equal(4 * 0.000055 / 10973731.568539, Math.Abs(result.FirstOrder.Of("Rinf") / result.Value), 1e-14);
    }

    [Fact]
    public void Linear_and_nearly_linear_models_are_not_flagged()
    {
        // GUM H.2 as inputs of a joint t distribution: first order with Willink's 4 degrees of freedom is exact for what is linear.
        var set = new CorrelatedSet("run", ["V", "I", "phi"], new[,] { { 1, -0.355, 0.858 }, { -0.355, 1, -0.645 }, { 0.858, -0.645, 1 } }, 4);
        var run = InputSet.Empty.With(set, [4.999, 19.661e-3, 1.04446], [0.0032, 9.5e-6, 0.00075]);
        Assert.Equal(PropagationReason.FirstOrderAgrees, Evaluate(run, x => x[0] / x[1] * Math.Cos(x[2])).Reason);
        Assert.Equal(PropagationReason.FirstOrderAgrees, Evaluate(run, x => x[0] / x[1]).Reason);
        // A small log ratio, and an exponential over a small spread.
        var pair = Pair(1.1, 0.9, 0.002, 0);
        Assert.Equal(PropagationReason.FirstOrderAgrees, Evaluate(pair, x => Math.Log(x[0] / x[1])).Reason);
        Assert.Equal(PropagationReason.FirstOrderAgrees, Evaluate(pair, x => Math.Exp(x[0] - x[1])).Reason);
        Assert.Equal(PropagationReason.FirstOrderAgrees, Evaluate(pair, x => 3 * x[0] - 7 * x[1] + 2).Reason);
        // The same functions over a wide spread.
        Assert.True(Evaluate(Pair(1.1, 0.9, 0.25, 0), x => Math.Exp(x[0] - x[1])).IsNonLinear);
        Assert.True(Evaluate(Pair(1.1, 0.9, 0.15, 0), x => Math.Log(x[0] / x[1])).IsNonLinear);
    }

    [Fact]
    public void No_linear_model_of_any_inputs_is_called_not_linear_and_every_square_about_zero_is()
    {
        var random = new Random(6);
        InputDistribution Any() => random.Next(7) switch
        {
            0 => InputDistribution.Normal(10 * random.NextDouble(), 0.1 + random.NextDouble()),
            1 => InputDistribution.StudentT(random.NextDouble(), 0.5, 2 + 20 * random.NextDouble()),
            2 => InputDistribution.Rectangular(-random.NextDouble(), 1 + random.NextDouble()),
            3 => InputDistribution.Arcsine(3, 4 + random.NextDouble()),
            4 => InputDistribution.Trapezoidal(0, 5, random.NextDouble()),
            5 => InputDistribution.CurvilinearTrapezoid(-2, 2, 0.1 + random.NextDouble()),
            _ => InputDistribution.Exponential(0.2 + random.NextDouble()),
        };
        for (var n = 0; n < 40; n++)
        {
            var slopes = new[] { random.NextDouble() - 0.5, 20 * random.NextDouble(), -3 * random.NextDouble() };
            var inputs = InputSet.Empty.With("a", Any()).With("b", Any()).With("c", Any());
            var options = new MonteCarloOptions { Seed = n, Trials = 20_000 };
            var line = Propagation.Evaluate(inputs, x => slopes[0] * x[0] + slopes[1] * x[1] + slopes[2] * x[2] + 5, options, Cancel)!;
            Assert.False(line.IsNonLinear, line.Statement);
            Assert.Equal(line.Method == PropagationMethod.MonteCarlo, line.Reason == PropagationReason.NotNormal);
            var centre = inputs.Quantities()[1].Value;
            Assert.True(Propagation.Evaluate(inputs, x => (x[1] - centre) * (x[1] - centre), options, Cancel)!.IsNonLinear);
        }
    }

    [Fact]
    public void Misuse_is_refused()
    {
        var inputs = InputSet.Empty.With("x", InputDistribution.Normal(0, 1));
        Assert.Throws<ArgumentException>(() => inputs.With("x", InputDistribution.Normal(0, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => InputDistribution.Normal(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => InputDistribution.Normal(double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => InputDistribution.Rectangular(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => InputDistribution.CurvilinearTrapezoid(0, 1, 0.6));
        Assert.Throws<ArgumentOutOfRangeException>(() => InputDistribution.StudentT(0, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MonteCarlo.Propagate(inputs, x => x[0], new MonteCarloOptions { Coverage = 1 }, Cancel));
        Assert.Throws<ArgumentOutOfRangeException>(() => MonteCarlo.Propagate(inputs, x => x[0], new MonteCarloOptions { Trials = 10 }, Cancel));
    }

    [Fact]
    public void A_model_without_value_or_tangent_at_the_estimates_goes_to_Monte_Carlo()
    {
        var inputs = InputSet.Empty.With("x", InputDistribution.Normal(0, 1));
        var square = Evaluate(inputs, x => 1 / (x[0] * x[0] + (x[0] == 0 ? 0 : 1)));
        Assert.Equal((PropagationReason.NoTangent, true), (square.Reason, square.FirstOrder is null));
        var half = Evaluate(InputSet.Empty.With("x", InputDistribution.Normal(1, 0.5)), x => Math.Log(x[0]));
        Assert.Equal((true, MonteCarloStatus.ModelUndefined), (half.IsNonLinear, half.MonteCarlo.Status));
        // P(x < 0) = Φ(−2) = 0.02275.
        Assert.Equal(0.02275, half.MonteCarlo.UndefinedTrials / (double)(half.MonteCarlo.Trials + half.MonteCarlo.UndefinedTrials), 0.003);
        Assert.Null(Propagation.Evaluate(inputs, _ => double.NaN, cancellation: Cancel));
    }

    [Fact]
    public void Distributions_have_their_moments_and_quantiles()
    {
        // Standard deviation of each (JCGM 101 clause 6), and one quantile by hand.
        (InputDistribution Of, double Mean, double Sd, double At, double Below)[] all =
        [
            (InputDistribution.Normal(3, 2), 3, 2, 5, 0.841345),
            (InputDistribution.StudentT(3, 2, 5), 3, 2 * Math.Sqrt(5.0 / 3), 3 + 2 * 2.015048, 0.95),
            (InputDistribution.Rectangular(-1, 3), 1, 4 / Math.Sqrt(12), 0, 0.25),
            (InputDistribution.CurvilinearTrapezoid(-1, 3, 0.5), 1, Math.Sqrt(16 / 12.0 + 0.25 / 9), 1, 0.5),
            (InputDistribution.Trapezoidal(0, 4, 0.5), 2, 4 * Math.Sqrt(1.25 / 24), 1, 1 / 6.0),
            (InputDistribution.Triangular(0, 4), 2, 4 / Math.Sqrt(24), 1, 0.125),
            (InputDistribution.Arcsine(0, 4), 2, 4 / Math.Sqrt(8), 1, 1 / 3.0),
            (InputDistribution.Exponential(2), 2, 2, 2, 0.632121),
            (InputDistribution.Counts(3), 4, 2, 4, 0.566530),
            (InputDistribution.Gamma(0.5, 2), 1, Math.Sqrt(2), 1, 0.682689),
        ];
        foreach (var (of, mean, sd, at, below) in all)
        {
            var sample = MonteCarlo.Propagate(InputSet.Empty.With("x", of), x => x[0], new MonteCarloOptions { Trials = 200_000 }, Cancel)!;
            Assert.Equal(mean, sample.Value, 4 * sd / Math.Sqrt(200_000));
            Assert.Equal(sd, sample.U, 0.02 * sd); // t with 5 degrees of freedom has the heaviest tails: kurtosis 9 makes 0.3 %
            Assert.Equal(below, sample.Probability(at), 4 * 0.5 / Math.Sqrt(200_000));
            Assert.Equal(mean, of.Estimate, 1e-12);
        }

        Assert.Equal(2, InputDistribution.CurvilinearTrapezoid(-0.05, 0.05, 0.025).Dof!.Value, 1e-12); // GUM H.1: 2 and 50 degrees of freedom
        Assert.Equal(50, InputDistribution.CurvilinearTrapezoid(-1, 1, 0.1).Dof!.Value, 1e-12);
    }

    [Fact]
    public void The_adaptive_procedure_stops_when_it_is_steady_and_says_when_it_is_not()
    {
        var inputs = Four(_ => InputDistribution.Normal(0, 1));
        var one = MonteCarlo.Propagate(inputs, Sum, new MonteCarloOptions { Digits = 1 }, Cancel)!;
        var two = MonteCarlo.Propagate(inputs, Sum, new MonteCarloOptions { Digits = 2 }, Cancel)!;
        var three = MonteCarlo.Propagate(inputs, Sum, new MonteCarloOptions { Digits = 3, MostTrials = 100_000 }, Cancel)!;

        Assert.Equal((MonteCarloStatus.Converged, 20_000), (one.Status, one.Trials)); // two blocks are enough for δ = 0.5
        Assert.Equal(MonteCarloStatus.Converged, two.Status);
        Assert.InRange(two.Trials, 20_000, 200_000); // 2 · 2.7 · 2/√M ≤ 0.05 at 46,000
        Assert.Equal((MonteCarloStatus.TooFewTrials, 100_000), (three.Status, three.Trials));
        Assert.InRange(two.UpperScatter, 0.2 * 5.4 / Math.Sqrt(two.Trials), 5 * 5.4 / Math.Sqrt(two.Trials));
    }

    [Fact]
    public void The_same_seed_gives_the_same_digits_and_another_seed_others()
    {
        var inputs = Pair(0.3, 0.1, 0.05, 0.5);
        MonteCarloResult Run(int seed) => MonteCarlo.Propagate(inputs, x => x[0] * x[1], new MonteCarloOptions { Seed = seed, Trials = 15_000 }, Cancel)!;
        Assert.Equal((Run(4).Value, Run(4).U, Run(4).Interval), (Run(4).Value, Run(4).U, Run(4).Interval));
        Assert.NotEqual(Run(4).Value, Run(5).Value);
        // Blocks and seeds that lie next to each other are not shifted copies.
        Assert.NotEqual(Run(4).Interval.Lower, Run(5).Interval.Lower);
    }

    [Theory]
    [InlineData(0.35, 2, 0.005)]
    [InlineData(0.0996, 2, 0.005)] // 0.10 in two digits
    [InlineData(50e-6, 1, 5e-6)]
    [InlineData(2.0, 2, 0.05)]
    [InlineData(932, 1, 50)]
    public void The_numerical_tolerance_is_half_a_unit_of_the_last_digit(double u, int digits, double tolerance) =>
        Assert.Equal(tolerance, FirstOrderValidation.NumericalTolerance(u, digits), 1e-12 * tolerance);
}
