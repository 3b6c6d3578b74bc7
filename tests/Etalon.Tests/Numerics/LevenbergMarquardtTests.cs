using Etalon.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Numerics;

/// <summary>The fitter on certified problems and closed forms.</summary>
[Trait("Kind", "Numeric")]
public sealed class LevenbergMarquardtTests(ITestOutputHelper output)
{
    // Damped Gauss-Newton is known to leave the basin from these far starts (lmfit and others fail there too); it must then say so.
    private static readonly string[] HardFromFar = ["BoxBOD", "MGH10", "MGH17"];

    private static readonly LevenbergMarquardtOptions Tight = new() { MaxSteps = 3000, DecrementTolerance = 1e-22 };

    [Fact]
    public void Certified_regressions_are_reached_from_the_near_start()
    {
        var results = Solve(1);
        foreach (var (name, digits, status) in results)
        {
            output.WriteLine(FormattableString.Invariant($"{name}: {digits:0.0} digits, {status}"));
        }

        Assert.Equal(27, results.Count);
        // Central differences of the test's Jacobian and normal equations keep about half of 16 digits of the worst-conditioned sets.
        Assert.All(results, r => Assert.True(r.Digits >= 6 && r.Status == FitStatus.Converged, $"{r.Name}: {r.Digits} digits, {r.Status}"));
    }

    [Fact]
    public void Certified_regressions_are_reached_from_the_far_start_or_it_is_said()
    {
        var results = Solve(0);
        foreach (var (name, digits, status) in results)
        {
            output.WriteLine(FormattableString.Invariant($"{name}: {digits:0.0} digits, {status}"));
            Assert.True(digits >= 6 || (HardFromFar.Contains(name) && status != FitStatus.Converged), $"{name}: {digits} digits, {status}");
        }
    }

    [Fact]
    public void Standard_errors_are_certified_too()
    {
        foreach (var name in new[] { "Misra1a", "Thurber", "Gauss3", "ENSO", "Hahn1", "Rat42" })
        {
            var set = StrdCase.Read(SharedData.Path("metrology", "nist_strd", name + ".dat"));
            var result = Run(set, set.Starts[1]);
            var variance = 2 * result.Equations.Cost * Scale(set) * Scale(set) / (set.Y.Length - set.Certified.Length);
            for (var p = 0; p < set.Certified.Length; p++)
            {
                var error = Math.Sqrt(result.Covariance![p, p] * variance) / Scale(set);
                // Central differences give the Jacobian to some 1e-9.
                Assert.Equal(1, error / set.StandardErrors[p], 1e-5);
            }
        }
    }

    [Fact]
    public void A_linear_problem_is_solved_in_a_few_steps_with_the_textbook_covariance()
    {
        // ISO/TS 28037:2010, p. 13: a = 1.866667 (0.4654747), b = 1.757143 (0.1195229), covariance −0.05.
        double[] y = [3.3, 5.6, 7.1, 9.3, 10.7, 12.1];
        NormalEquations At(double[] b)
        {
            var jacobian = Matrix<double>.Build.Dense(6, 2, (row, p) => p == 0 ? 2 : 2.0 * (row + 1));
            var residual = Vector<double>.Build.Dense(6, row => (b[0] + b[1] * (row + 1) - y[row]) / 0.5);
            return new NormalEquations(0.5 * residual.DotProduct(residual), jacobian.Transpose() * residual, jacobian.Transpose() * jacobian);
        }

        var result = LevenbergMarquardt.Minimise([40, -3], At, b => At(b).Cost, new LevenbergMarquardtOptions { DecrementTolerance = 1e-18 }, TestContext.Current.CancellationToken);

        Assert.Equal(FitStatus.Converged, result.Status);
        Assert.Equal(1.866667, result.Parameters[0], 5e-7);
        Assert.Equal(1.757143, result.Parameters[1], 5e-7);
        Assert.Equal(0.4654747, Math.Sqrt(result.Covariance![0, 0]), 5e-8);
        Assert.Equal(0.1195229, Math.Sqrt(result.Covariance[1, 1]), 5e-8);
        Assert.Equal(-0.05, result.Covariance[0, 1], 1e-9);
        Assert.Equal(1.665, 2 * result.Equations.Cost, 1e-3);
    }

    [Fact]
    public void Two_parameters_that_only_their_sum_decides_are_called_singular()
    {
        NormalEquations At(double[] b)
        {
            var r = b[0] + b[1] - 3.7;
            return new NormalEquations(0.5 * r * r, Vector<double>.Build.Dense(2, r), Matrix<double>.Build.Dense(2, 2, 1));
        }

        var result = LevenbergMarquardt.Minimise([1, 9], At, b => At(b).Cost, new LevenbergMarquardtOptions(), TestContext.Current.CancellationToken);

        Assert.Equal(FitStatus.Singular, result.Status);
        Assert.Null(result.Covariance);
    }

    [Fact]
    public void Too_few_steps_are_not_called_converged()
    {
        var set = StrdCase.Read(SharedData.Path("metrology", "nist_strd", "Misra1a.dat"));

        var result = Run(set, set.Starts[0], new LevenbergMarquardtOptions { MaxSteps = 2 });

        Assert.Equal(FitStatus.TooManySteps, result.Status);
    }

    private static List<(string Name, double Digits, FitStatus Status)> Solve(int start) =>
        Directory.GetFiles(SharedData.Path("metrology", "nist_strd"), "*.dat").Order(StringComparer.Ordinal).Select(path =>
        {
            var set = StrdCase.Read(path);
            var result = Run(set, set.Starts[start]);
            // Log relative error of the worst parameter; the certificate has 11 digits.
            var digits = set.Certified.Select((c, p) => Math.Min(11, -Math.Log10(Math.Max(1e-16, Math.Abs(result.Parameters[p] / c - 1))))).Min();
            return (set.Name, digits, result.Status);
        }).ToList();

    /// <summary>Certified residual standard deviation: residuals are given to the fitter in units of it, as its callers give theirs in units of noise.</summary>
    private static double Scale(StrdCase set) => Math.Max(Math.Sqrt(set.ResidualSquares / (set.Y.Length - set.Certified.Length)), 1e-12);

    private static LeastSquaresResult Run(StrdCase set, double[] start, LevenbergMarquardtOptions? options = null)
    {
        var (model, scale) = (set.Model, Scale(set));
        double[] Residuals(double[] b) => Enumerable.Range(0, set.Y.Length).Select(row => (model(b, set.X[row]) - set.Response(row)) / scale).ToArray();
        NormalEquations At(double[] b)
        {
            var r = Residuals(b);
            var jacobian = Matrix<double>.Build.Dense(r.Length, b.Length);
            for (var p = 0; p < b.Length; p++)
            {
                // Central differences at two steps, extrapolated: an error of order h⁴.
                var h = 1e-3 * Math.Max(Math.Abs(b[p]), 1e-12);
                double[] Shifted(double by) => Residuals(b.Select((v, q) => q == p ? v + by : v).ToArray());
                var (p1, m1, p2, m2) = (Shifted(h / 2), Shifted(-h / 2), Shifted(h), Shifted(-h));
                for (var row = 0; row < r.Length; row++)
                {
                    jacobian[row, p] = (8 * (p1[row] - m1[row]) - (p2[row] - m2[row])) / (6 * h);
                }
            }

            var residual = Vector<double>.Build.Dense(r);
            return new NormalEquations(0.5 * residual.DotProduct(residual), jacobian.Transpose() * residual, jacobian.Transpose() * jacobian);
        }

        return LevenbergMarquardt.Minimise(start, At, b => 0.5 * Residuals(b).Sum(r => r * r), options ?? Tight, TestContext.Current.CancellationToken);
    }
}
