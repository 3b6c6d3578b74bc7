using Etalon.Numerics.Regression;
using Xunit;

namespace Etalon.Tests.Numerics.Regression;

/// <summary>Lines with errors in both coordinates against the reference results of the R packages mcr and deming.</summary>
[Trait("Kind", "Numeric")]
public sealed class MethodComparisonTests
{
    // Their own tolerance; the references of the limits have about seven digits.
    private const double Relative = 1e-6;

    [Theory]
    [InlineData("MC_TestCase_AnaIT_TD9.xml")]
    [InlineData("MC_TestCase_AnaIT_TD13.xml")]
    [InlineData("MC_TestCase_AnaIT_TD15.xml")]
    [InlineData("MC_TestCase_AnaIT_TD20.xml")]
    [InlineData("MC_TestCase_AnaIT_TD41.xml")]
    [InlineData("MC_TestCase_AnaIT_TD75.xml")]
    public void Least_squares_and_Deming_lines_are_those_of_mcr(string file)
    {
        var data = MethodComparisonCase.Read(file);
        var compared = 0;
        foreach (var result in data.Results.Where(r => r.Method is "LinReg" or "WLinReg" or "Deming" or "WDeming"))
        {
            var (line, values) = result.Method switch
            {
                "Deming" => Values(DemingLine.Fit(data.X, data.Y, result.ErrorRatio)),
                "WDeming" => Values(DemingLine.FitProportional(data.X, data.Y, result.ErrorRatio)),
                "LinReg" => Values(LeastSquaresLine.Ordinary(data.X, data.Y)),
                // The weights of mcr's weighted line are 1/x².
                _ => Values(LeastSquaresLine.Weighted(data.X, data.Y, data.X).ScaledByResiduals()),
            };
            Assert.True(line.IsConverged, $"{file} {result.Name}: {line.Status}");
            // The width of the interval is the scale of the intercept, which passes through 0.
            var scale = result.Values[2] - result.Values[1];
            for (var i = 0; i < 6; i++)
            {
                var size = i < 3 ? Math.Max(Math.Abs(result.Values[i]), scale) : Math.Max(1, Math.Abs(result.Values[i]));
                Assert.True(Math.Abs(values[i] - result.Values[i]) <= Relative * size, $"{file} {result.Name} {MethodComparisonCase.Result.Names[i]}: {values[i]:R}, reference {result.Values[i]:R}");
            }

            compared++;
        }

        Assert.True(compared >= 5, $"{compared} reference results were compared");
    }

    [Theory]
    [InlineData("MC_TestCase_AnaIT_TD9.xml")]
    [InlineData("MC_TestCase_AnaIT_TD13.xml")]
    [InlineData("MC_TestCase_AnaIT_TD15.xml")]
    [InlineData("MC_TestCase_AnaIT_TD20.xml")]
    [InlineData("MC_TestCase_AnaIT_TD41.xml")]
    [InlineData("MC_TestCase_AnaIT_TD75.xml")]
    [InlineData("MC_TestCase_Intranet_01.xml")]
    public void Passing_Bablok_lines_are_those_of_mcr(string file)
    {
        var data = MethodComparisonCase.Read(file);
        var reference = data.Results.Single(r => r.Name == "PaBa").Values;
        var line = PassingBablokLine.Fit(data.X, data.Y, isRising: reference[3] > 0);
        Assert.Equal(RegressionStatus.Converged, line.Status);
        double[] values = [line.Intercept, line.InterceptLower!.Value, line.InterceptUpper!.Value, line.Slope, line.SlopeLower!.Value, line.SlopeUpper!.Value];
        var scale = reference[2] - reference[1];
        for (var i = 0; i < 6; i++)
        {
            // Tolerance of their own test; the references are printed with six decimals.
            Assert.True(Math.Abs(values[i] - reference[i]) <= 1e-4 * (i < 3 ? Math.Max(Math.Abs(reference[i]), scale) : 1), $"{file} {MethodComparisonCase.Result.Names[i]}: {values[i]:R}, reference {reference[i]:R}");
        }
    }

    [Fact]
    public void Creatinine_has_the_lines_that_the_package_states()
    {
        // cran/mcr, data set creatinine: Deming and weighted Deming; digits as printed there.
        var rows = MethodComparisonCase.Columns("creatinine.csv");
        var (x, y) = (rows.Select(r => r[0]).ToArray(), rows.Select(r => r[1]).ToArray());
        var plain = DemingLine.Analytical(x, y);
        Assert.Equal(-0.05891341, plain.Intercept, 5e-9);
        Assert.Equal(1.054539, plain.Slope, 5e-7);
        Assert.Equal(0.04604315, plain.InterceptU, 5e-9);
        Assert.Equal(0.03534361, plain.SlopeU, 5e-9);
        var weighted = DemingLine.FitProportional(x, y).Line;
        // The package stops once a step is below 1e-6; its printed digits are as good as that.
        Assert.Equal(1.111956340733, weighted.Slope, 1e-6);
        Assert.Equal(-0.1254944949597, weighted.Intercept, 1e-6);
    }

    [Fact]
    public void Arsenate_has_Ripleys_line()
    {
        // Ripley and Thompson, Analyst 112:377 (1987), as printed in the tests of the R package deming: coefficients, and the mean squared scaled residual.
        var rows = MethodComparisonCase.Columns("arsenate.csv");
        var line = YorkLine.Fit(rows.Select(r => r[0]).ToArray(), rows.Select(r => r[1]).ToArray(), rows.Select(r => r[2]).ToArray(), rows.Select(r => r[3]).ToArray());
        Assert.Equal(0.106448, line.Intercept, 1e-5);
        // Printed from an optimiser; York's exact solution differs from it by 1.2e-5.
        Assert.Equal(0.973000, line.Slope, 2e-5);
        Assert.Equal(1.27, line.ChiSquared / rows.Length, 0.005);
    }

    [Fact]
    public void A_Deming_line_seen_from_the_other_axis_is_the_same_line()
    {
        var data = MethodComparisonCase.Read("MC_TestCase_AnaIT_TD15.xml");
        foreach (var ratio in new[] { 0.25, 1, 3.7 })
        {
            var there = DemingLine.Fit(data.X, data.Y, ratio).Line;
            var back = DemingLine.Fit(data.Y, data.X, 1 / ratio).Line;
            Assert.Equal(there.Slope, 1 / back.Slope, 1e-12);
            Assert.Equal(there.Intercept, -back.Intercept / back.Slope, 1e-10);
        }
    }

    [Fact]
    public void A_York_line_of_equal_errors_is_a_Deming_line()
    {
        var data = MethodComparisonCase.Read("MC_TestCase_AnaIT_TD41.xml");
        var ones = Enumerable.Repeat(2.0, data.X.Length).ToArray();
        var small = ones.Select(o => o / Math.Sqrt(1.21)).ToArray();
        var york = YorkLine.Fit(data.X, ones, data.Y, small);
        var deming = DemingLine.Fit(data.X, data.Y, 1.21).Line;
        Assert.Equal(deming.Slope, york.Slope, 1e-12);
        Assert.Equal(deming.Intercept, york.Intercept, 1e-10);
    }

    [Theory]
    [InlineData(new double[] { 1, 1, 1 }, new double[] { 1, 2, 3 })]
    [InlineData(new double[] { 1 }, new double[] { 2 })]
    [InlineData(new double[] { 1, 2, 3, 2 }, new double[] { 1, 2, 1, 0 })]
    public void Points_that_define_no_line_are_told(double[] x, double[] y)
    {
        Assert.NotEqual(RegressionStatus.Converged, DemingLine.Fit(x, y).Line.Status);
        if (x.Distinct().Count() == 1)
        {
            Assert.Equal(RegressionStatus.Degenerate, LeastSquaresLine.Ordinary(x, y).Status);
        }
    }

    private static (StraightLine Line, double[] Values) Values(JackknifeLine j) =>
        (j.Line, [j.Line.Intercept, j.InterceptLower, j.InterceptUpper, j.Line.Slope, j.SlopeLower, j.SlopeUpper]);

    private static (StraightLine Line, double[] Values) Values(StraightLine l)
    {
        var t = MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, l.Dof, 0.975);
        return (l, [l.Intercept, l.Intercept - t * l.InterceptU, l.Intercept + t * l.InterceptU, l.Slope, l.Slope - t * l.SlopeU, l.Slope + t * l.SlopeU]);
    }
}
