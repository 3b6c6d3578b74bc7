using Etalon.Numerics;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Numerics;

/// <summary>The general fitter on bounds, several minima, what cannot be told, and laws.</summary>
[Trait("Kind", "Numeric")]
public sealed class BoundedLeastSquaresTests
{
    [Fact]
    public void A_straight_line_has_the_textbook_covariance()
    {
        // ISO/TS 28037:2010, p. 13: a = 1.866667 (0.4654747), b = 1.757143 (0.1195229), covariance −0.05, u(y) = 0.5.
        var problem = Curve(2, [1, 2, 3, 4, 5, 6], [3.3, 5.6, 7.1, 9.3, 10.7, 12.1], new Line(), [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);

        var fit = Fit(problem, [40, -3], new BoundedLeastSquaresOptions { IsNoiseKnown = true });

        Assert.Equal(FitStatus.Converged, fit.Status);
        // Digits as printed.
        Assert.Equal(1.866667, fit.Parameters[0], 5e-7);
        Assert.Equal(1.757143, fit.Parameters[1], 5e-7);
        Assert.Equal(0.4654747, fit.StandardError(0)!.Value, 5e-8);
        Assert.Equal(0.1195229, fit.StandardError(1)!.Value, 5e-8);
        Assert.Equal(-0.05, fit.Covariance![0, 1], 1e-13);
        Assert.Equal(1.665, fit.Cost, 1e-3);
    }

    [Fact]
    public void A_bound_that_is_active_is_told_and_the_rest_is_at_its_best()
    {
        // The line through the ISO data with its slope held at 1.5 has the intercept mean(y) − 1.5 mean(x).
        var problem = Curve(2, [1, 2, 3, 4, 5, 6], [3.3, 5.6, 7.1, 9.3, 10.7, 12.1], new Line());

        var fit = Fit(problem, [-7, 0.2], new BoundedLeastSquaresOptions { Lower = [double.NegativeInfinity, 0], Upper = [double.PositiveInfinity, 1.5] });

        Assert.Equal(FitStatus.AtBound, fit.Status);
        Assert.Equal([false, true], fit.IsAtBound);
        Assert.Equal(1.5, fit.Parameters[1]);
        Assert.Equal(48.1 / 6 - 1.5 * 3.5, fit.Parameters[0], 1e-13);
        Assert.Null(fit.StandardError(1));
        // One free parameter, the mean: s/√6 with 5 degrees of freedom.
        Assert.Equal(Math.Sqrt(fit.Cost / 5 / 6), fit.StandardError(0)!.Value, 1e-13);
    }

    [Fact]
    public void A_start_at_a_bound_that_is_not_active_leaves_it()
    {
        var problem = Curve(2, [1, 2, 3, 4, 5, 6], [3.3, 5.6, 7.1, 9.3, 10.7, 12.1], new Line());

        var fit = Fit(problem, [0, 5], new BoundedLeastSquaresOptions { Lower = [0, 0], Upper = [50, 5] });

        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Equal(1.757142857142857, fit.Parameters[1], 1e-13);
    }

    [Fact]
    public void All_parameters_at_bounds_is_a_minimum_too()
    {
        var problem = Curve(2, [1, 2, 3, 4, 5, 6], [3.3, 5.6, 7.1, 9.3, 10.7, 12.1], new Line());

        var fit = Fit(problem, [0.2, 0.2], new BoundedLeastSquaresOptions { Lower = [0, 0], Upper = [1, 1] });

        Assert.Equal(FitStatus.AtBound, fit.Status);
        Assert.Equal([1.0, 1.0], fit.Parameters);
        Assert.Equal([true, true], fit.IsAtBound);
    }

    [Fact]
    public void In_every_box_the_gradient_vanishes_or_points_out_of_it()
    {
        var set = StrdCase.Read(SharedData.Path("metrology", "nist_strd", "Thurber.dat"));
        var problem = BoundedLeastSquaresStrdTests.Problem(set);
        var random = new RandomStream(11, "boxes");
        var (r, j) = (new double[problem.Points], new double[problem.Points * 7]);
        for (var n = 0; n < 20; n++)
        {
            // Boxes around the certified point that often leave it out.
            var lower = set.Certified.Select(c => c - Math.Abs(c) * random.NextUniform(-0.02, 0.3)).ToArray();
            var upper = set.Certified.Select((c, p) => Math.Max(lower[p], c) + Math.Abs(c) * random.NextUniform(0.01, 0.3)).ToArray();
            var start = lower.Select((low, p) => random.NextUniform(low, upper[p])).ToArray();

            var fit = Fit(problem, start, new BoundedLeastSquaresOptions { Lower = lower, Upper = upper });

            Assert.True(fit.Status is FitStatus.Converged or FitStatus.AtBound, $"{n}: {fit.Status}");
            problem.Evaluate([.. fit.Parameters], r, j);
            for (var p = 0; p < 7; p++)
            {
                var gradient = Enumerable.Range(0, r.Length).Sum(i => j[i * 7 + p] * r[i]);
                var size = Math.Sqrt(Enumerable.Range(0, r.Length).Sum(i => j[i * 7 + p] * j[i * 7 + p]) * fit.Cost);
                var isOut = fit.IsAtBound[p] && (fit.Parameters[p] == lower[p] ? gradient >= 0 : fit.Parameters[p] == upper[p] && gradient <= 0);
                // The cosine between residual and column: 1e-6 is what the fitter calls stationary (Gauss-Newton steps shrink slowly where the residual is large).
                Assert.True(isOut || Math.Abs(gradient) <= 1e-6 * size, $"{n}, parameter {p}: {gradient} of {size}");
                Assert.InRange(fit.Parameters[p], lower[p], upper[p]);
            }
        }
    }

    [Fact]
    public void A_lower_minimum_is_found_by_further_starts_and_both_are_reported()
    {
        // sin(ωx): the sum of squares has a minimum at each side lobe; the data have ω = 2.3.
        double[] x = [.. Enumerable.Range(0, 40).Select(i => 0.17 * i)];
        var problem = Curve(1, x, [.. x.Select(v => Math.Sin(2.3 * v))], new Sine());

        var alone = Fit(problem, [4.2], new BoundedLeastSquaresOptions());
        var several = Fit(problem, [4.2], new BoundedLeastSquaresOptions { FurtherStarts = 20 });

        // From the start alone: a true minimum, and it is told that one start was tried.
        Assert.Equal(FitStatus.Converged, alone.Status);
        Assert.Equal(1, alone.Starts);
        Assert.True(alone.Cost > 1, $"{alone.Cost}");
        Assert.Equal(2.3, Math.Abs(several.Parameters[0]), 1e-12);
        Assert.Equal(21, several.Starts);
        Assert.False(several.IsFromGivenStart);
        Assert.True(several.Minima.Count > 1 && several.Minima[0].Cost < several.Minima[1].Cost, $"{several.Minima.Count} minima");
        Assert.Contains(several.Minima, m => Math.Abs(m.Cost / alone.Cost - 1) < 1e-9);
    }

    [Fact]
    public void Two_minima_that_the_data_do_not_tell_apart_are_told()
    {
        // (p² − 4)² + p/1000 of one parameter: wells near −2 and +2, different curves of nearly the same cost.
        var problem = Curve(1, [-1, 1, 2], [0.3, -0.2, 0.1], new TwoWells());

        var fit = Fit(problem, [1.5], new BoundedLeastSquaresOptions { Lower = [-5], Upper = [5], FurtherStarts = 16 });

        Assert.Equal(FitStatus.SeveralMinima, fit.Status);
        Assert.True(fit.Minima.Count >= 2);
        Assert.True(fit.Minima[0].Parameters[0] * fit.Minima[1].Parameters[0] < 0);
    }

    [Fact]
    public void Exchanged_terms_are_one_minimum_and_the_order_of_the_start_is_kept()
    {
        double[] x = [.. Enumerable.Range(0, 30).Select(i => 0.3 * i)];
        var noise = new RandomStream(3, "noise");
        var problem = Curve(4, x, [.. x.Select(v => 3 * Math.Exp(-2 * v) + 5 * Math.Exp(-0.3 * v) + 0.01 * noise.NextNormal())], new TwoDecays());

        var fit = Fit(problem, [1, 1, 1, 0.1], new BoundedLeastSquaresOptions { FurtherStarts = 12 });

        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.True(fit.Parameters[1] > fit.Parameters[3]);
        Assert.True(fit.Minima[0].Starts > 1);
    }

    [Fact]
    public void Only_the_sum_of_two_parameters_is_known_and_that_is_told()
    {
        var fit = Fit(Curve(2, [1, 2, 3], [2, 3.9, 6.1], new SumOfTwo()), [1, 9], new BoundedLeastSquaresOptions());

        Assert.Equal(FitStatus.Singular, fit.Status);
        Assert.Null(fit.Covariance);
        Assert.Null(fit.StandardError(0));
    }

    [Fact]
    public void Fewer_points_than_parameters_is_told()
    {
        var fit = Fit(Curve(2, [2], [5], new Line()), [1, 1], new BoundedLeastSquaresOptions());

        Assert.Equal(FitStatus.Singular, fit.Status);
    }

    [Fact]
    public void A_parameter_that_nothing_depends_on_is_told()
    {
        var fit = Fit(Curve(3, [1, 2, 3, 4], [3.3, 5.6, 7.1, 9.3], new Line(3)), [1, 1, 1], new BoundedLeastSquaresOptions { RescueStarts = 3 });

        Assert.Equal(FitStatus.Singular, fit.Status);
    }

    [Fact]
    public void As_many_points_as_parameters_are_met_but_their_noise_is_not_known()
    {
        var fit = Fit(Curve(2, [1, 3], [3, 8], new Line()), [1, 1], new BoundedLeastSquaresOptions());

        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Equal(2.5, fit.Parameters[1], 1e-14);
        Assert.Null(fit.Covariance);
    }

    [Fact]
    public void Too_few_steps_are_not_called_converged()
    {
        var set = StrdCase.Read(SharedData.Path("metrology", "nist_strd", "Misra1a.dat"));

        var fit = Fit(BoundedLeastSquaresStrdTests.Problem(set), set.Starts[0], new BoundedLeastSquaresOptions { MaxSteps = 2, RescueStarts = 4 });

        Assert.Equal(FitStatus.TooManySteps, fit.Status);
    }

    [Fact]
    public void Residuals_that_are_not_finite_on_the_way_are_stepped_around()
    {
        // The logarithm of a parameter that long steps make negative.
        var fit = Fit(Curve(2, [1, 2, 3, 5], [0.1, 0.9, 1.2, 1.8], new LogOfLine()), [30, 0.01], new BoundedLeastSquaresOptions { RescueStarts = 0 });

        Assert.Equal(FitStatus.Converged, fit.Status);
    }

    [Fact]
    public void A_start_that_cannot_be_evaluated_is_told()
    {
        var fit = Fit(Curve(2, [1, 2, 3, 5], [0.1, 0.9, 1.2, 1.8], new LogOfLine()), [-30, -1], new BoundedLeastSquaresOptions { RescueStarts = 0 });

        Assert.Equal(FitStatus.NotFinite, fit.Status);
        Assert.Empty(fit.Minima);
    }

    [Fact]
    public void Units_and_order_of_points_change_nothing_but_units()
    {
        double[] x = [0, 50, 120, 400, 800, 1100];
        double[] y = [813, 771, 702, 516, 322, 231];
        var plain = Fit(Curve(2, x, y, new Decay()), [900, 0.002], new BoundedLeastSquaresOptions());
        // Thousandths of the predictor, hundredfold response, points turned round.
        var other = Fit(Curve(2, [.. x.Reverse().Select(v => v / 1000)], [.. y.Reverse().Select(v => 100 * v)], new Decay()), [90000, 2], new BoundedLeastSquaresOptions());

        // Sums in another order.
        Assert.Equal(1, other.Parameters[0] / plain.Parameters[0] / 100, 1e-13);
        Assert.Equal(1, other.Parameters[1] / plain.Parameters[1] / 1000, 1e-13);
        Assert.Equal(1, other.StandardError(1)!.Value / plain.StandardError(1)!.Value / 1000, 1e-12);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        var set = StrdCase.Read(SharedData.Path("metrology", "nist_strd", "BoxBOD.dat"));
        var problem = BoundedLeastSquaresStrdTests.Problem(set);

        var (a, b) = (Fit(problem, set.Starts[0], new BoundedLeastSquaresOptions()), Fit(problem, set.Starts[0], new BoundedLeastSquaresOptions()));

        Assert.Equal(a.Parameters, b.Parameters);
        Assert.Equal(a.Minima.Select(m => (m.Cost, m.Starts)), b.Minima.Select(m => (m.Cost, m.Starts)));
    }

    [Fact]
    public void Misuse_is_refused()
    {
        var problem = Curve(2, [1, 2], [3, 4], new Line());

        Assert.Throws<ArgumentException>(() => Fit(problem, [1], new BoundedLeastSquaresOptions()));
        Assert.Throws<ArgumentException>(() => Fit(problem, [1, double.NaN], new BoundedLeastSquaresOptions()));
        Assert.Throws<ArgumentException>(() => Fit(problem, [1, 1], new BoundedLeastSquaresOptions { Lower = [0, 3], Upper = [1, 2] }));
        Assert.Throws<ArgumentException>(() => Curve(2, [1, 2], [3], new Line()));
        Assert.Throws<ArgumentException>(() => Curve(2, [1, 2], [3, 4], new Line(), [1, 0]));
    }

    private static BoundedFit Fit(IResidualModel problem, double[] start, BoundedLeastSquaresOptions options) =>
        BoundedLeastSquares.Minimise(problem, start, options, TestContext.Current.CancellationToken);

    private static CurveProblem<TFormula> Curve<TFormula>(int parameters, double[] x, double[] y, TFormula formula, double[]? sd = null) where TFormula : IFormula
    {
        Assert.Equal(parameters, formula.Parameters);
        return new CurveProblem<TFormula>(formula, [.. x.Select(v => new DoubleDouble[] { v })], [.. y.Select(v => (DoubleDouble)v)], sd);
    }

    private readonly record struct Line(int Parameters) : IFormula
    {
        public Line() : this(2)
        {
        }

        public T Value<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> x) where T : struct, IRealNumber<T> => p[0] + p[1] * x[0];
    }

    private readonly record struct SumOfTwo : IFormula
    {
        public int Parameters => 2;

        public T Value<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> x) where T : struct, IRealNumber<T> => (p[0] + p[1]) * x[0];
    }

    private readonly record struct Sine : IFormula
    {
        public int Parameters => 1;

        public T Value<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> x) where T : struct, IRealNumber<T> => T.SinCos(p[0] * x[0]).Sin;
    }

    private readonly record struct TwoWells : IFormula
    {
        public int Parameters => 1;

        public T Value<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> x) where T : struct, IRealNumber<T> => (p[0] * p[0] - 4.0) * x[0] + p[0] / 20.0;
    }

    private readonly record struct TwoDecays : IFormula
    {
        public int Parameters => 4;

        public T Value<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> x) where T : struct, IRealNumber<T> => p[0] * T.Exp(-p[1] * x[0]) + p[2] * T.Exp(-p[3] * x[0]);
    }

    private readonly record struct Decay : IFormula
    {
        public int Parameters => 2;

        public T Value<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> x) where T : struct, IRealNumber<T> => p[0] * T.Exp(-p[1] * x[0]);
    }

    private readonly record struct LogOfLine : IFormula
    {
        public int Parameters => 2;

        public T Value<T>(ReadOnlySpan<T> p, ReadOnlySpan<T> x) where T : struct, IRealNumber<T> => T.Log(p[0] + p[1] * x[0]);
    }
}
