using System.Text.Json;
using Etalon.Numerics;
using Etalon.Numerics.Regression;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Numerics.Regression;

/// <summary>Calibration lines against ISO/TS 28037, the GUM and the cases of Pearson and York.</summary>
[Trait("Kind", "Numeric")]
public sealed class StraightLineTests
{
    [Fact]
    public void The_weighted_line_of_ISO_28037_has_every_printed_digit()
    {
        var c = Case("ISO_TS_28037_WLS1");
        var x = Numbers(c, "x");
        var line = LeastSquaresLine.Weighted(x, Numbers(c, "y"), Enumerable.Repeat(0.5, x.Length).ToArray());
        // ISO/TS 28037:2010, 6.3: printed with seven digits.
        Assert.Equal(1.866667, line.Intercept, 5e-7);
        Assert.Equal(0.4654747, line.InterceptU, 5e-8);
        Assert.Equal(1.757143, line.Slope, 5e-7);
        Assert.Equal(0.1195229, line.SlopeU, 5e-8);
        Assert.Equal(-0.05, line.Covariance, 1e-12);
        Assert.Equal(1.665, line.ChiSquared, 5e-4);
        // Its inverse prediction, three decimals.
        var (at, u) = line.InverseAt(10.5, 0.5);
        Assert.Equal(4.913, at, 5e-4);
        Assert.Equal(0.322, u, 5e-4);
    }

    [Fact]
    public void The_line_with_errors_in_both_of_ISO_28037_has_every_printed_digit()
    {
        var c = Case("ISO_TS_28037_GDR");
        var line = YorkLine.Fit(Numbers(c, "x"), Numbers(c, "ux"), Numbers(c, "y"), Numbers(c, "uy"));
        // ISO/TS 28037:2010, 7.4, printed with four decimals; the longer digits are a solution in 50-digit arithmetic given with the reference data.
        Assert.Equal(0.57882212, line.Intercept, 5e-9);
        Assert.Equal(0.47642063, line.InterceptU, 5e-9);
        Assert.Equal(2.1596566, line.Slope, 5e-8);
        Assert.Equal(0.13554793, line.SlopeU, 5e-9);
        Assert.Equal(-0.057716939, line.Covariance, 5e-10);
        Assert.Equal(2.7426768, line.ChiSquared, 5e-8);
    }

    [Fact]
    public void Pearsons_data_with_Yorks_weights_have_the_exact_line_and_both_published_uncertainties()
    {
        var c = Case("PEARSON_YORK");
        double[] Of(string name) => Numbers(c, name).Select(w => 1 / Math.Sqrt(w)).ToArray();
        var (x, y, ux, uy) = (Numbers(c, "x"), Numbers(c, "y"), Of("wx"), Of("wy"));
        var line = YorkLine.Fit(x, ux, y, uy);
        // Neri et al., J Phys E 22:215 (1989): exact solution; eleven digits are printed.
        Assert.Equal(5.47991022403, line.Intercept, 5e-12);
        Assert.Equal(-0.480533407446, line.Slope, 5e-13);
        Assert.Equal(1.4832941, line.ChiSquared / line.Dof, 5e-8);
        // York et al. 2004, table II: at the adjusted points.
        Assert.Equal(0.294970735, line.InterceptU, 5e-10);
        Assert.Equal(0.057985009, line.SlopeU, 5e-10);
        // Kalantar 1992: propagated from the observed points, five digits.
        var observed = YorkLine.Fit(x, ux, y, uy, uncertainty: YorkUncertainty.ObservedPoints);
        Assert.Equal(0.29193, observed.InterceptU, 5e-6);
        Assert.Equal(0.057617, observed.SlopeU, 5e-7);
        Assert.Equal(line.Slope, observed.Slope, 1e-15);
    }

    [Fact]
    public void The_solar_collector_of_Mathioulakis_has_its_published_line()
    {
        var c = Case("MATHIOULAKIS");
        var line = YorkLine.Fit(Numbers(c, "x"), Numbers(c, "ux"), Numbers(c, "y"), Numbers(c, "uy"));
        // One unit of the last printed digit: theirs were rounded from an iteration.
        Assert.Equal(0.0991, line.Intercept, 1e-4);
        Assert.Equal(0.0123, line.InterceptU, 1e-4);
        Assert.Equal(0.97839, line.Slope, 1e-5);
        Assert.Equal(0.00024, line.SlopeU, 1e-5);
        Assert.Equal(-2.41e-6, line.Covariance, 1e-8);
    }

    [Fact]
    public void The_thermometer_of_the_GUM_has_its_published_line()
    {
        var c = Case("GUM_H3");
        var t = Numbers(c, "t").Select(v => v - 20).ToArray();
        var line = LeastSquaresLine.Ordinary(t, Numbers(c, "b"));
        // JCGM 100:2008, H.3.2 and H.3.4, last printed digits.
        Assert.Equal(-0.1712, line.Intercept, 5e-5);
        Assert.Equal(0.0029, line.InterceptU, 5e-5);
        Assert.Equal(0.00218, line.Slope, 5e-6);
        Assert.Equal(0.00067, line.SlopeU, 5e-6);
        Assert.Equal(-0.930, line.Covariance / (line.InterceptU * line.SlopeU), 5e-4);
        var (at, u) = line.At(10);
        Assert.Equal(-0.1494, at, 5e-5);
        Assert.Equal(0.0041, u, 5e-5);
    }

    [Fact]
    public void Forward_and_inverse_predictions_undo_each_other()
    {
        var c = Case("ISO_TS_28037_GDR");
        var line = YorkLine.Fit(Numbers(c, "x"), Numbers(c, "ux"), Numbers(c, "y"), Numbers(c, "uy"));
        foreach (var x in new[] { -1.3, 0.2, 3.7, 11 })
        {
            var (y, u) = line.At(x);
            var (back, backU) = line.InverseAt(y);
            Assert.Equal(x, back, 1e-12);
            Assert.Equal(u / line.Slope, backU, 1e-12);
        }
    }

    [Fact]
    public void A_correlated_point_moves_as_its_covariance_says()
    {
        // Rotating the plane by 45 degrees turns correlated errors of equal size into uncorrelated ones, and the line with them.
        double[] x = [0.1, 1.2, 1.9, 3.3, 4.1], y = [0.3, 0.9, 2.4, 2.9, 4.4], r = [0.6, 0.6, 0.6, 0.6, 0.6], u = [0.3, 0.3, 0.3, 0.3, 0.3];
        var line = YorkLine.Fit(x, u, y, u, r);
        var (c, s) = (Math.Sqrt(0.5), Math.Sqrt(0.5));
        var along = x.Zip(y, (a, b) => c * a + s * b).ToArray();
        var across = x.Zip(y, (a, b) => -s * a + c * b).ToArray();
        // Variances 0.09(1 ± 0.6) along and across the diagonal.
        var rotated = YorkLine.Fit(
            along, Enumerable.Repeat(0.3 * Math.Sqrt(1.6), 5).ToArray(), across, Enumerable.Repeat(0.3 * Math.Sqrt(0.4), 5).ToArray());
        Assert.Equal((rotated.Slope + 1) / (1 - rotated.Slope), line.Slope, 1e-12);
        Assert.Equal(rotated.ChiSquared, line.ChiSquared, 1e-12);
    }

    [Fact]
    public void Uncertainties_of_a_York_line_are_the_spread_of_its_estimates()
    {
        // 4,000 studies: a standard deviation is known to 1/√8000 = 1.1 %; four of those.
        var random = new RandomStream(5, "york-spread");
        double[] truth = [0.13, 0.25, 0.4, 0.6, 0.8, 1.1], xu = [0.01, 0.02, 0.01, 0.03, 0.02, 0.01], yu = [0.02, 0.01, 0.03, 0.01, 0.02, 0.02];
        var slopes = new double[4000];
        var u = 0.0;
        for (var i = 0; i < slopes.Length; i++)
        {
            var x = truth.Select((t, k) => t + xu[k] * random.NextNormal()).ToArray();
            var y = truth.Select((t, k) => 0.02 + 0.95 * t + yu[k] * random.NextNormal()).ToArray();
            var line = YorkLine.Fit(x, xu, y, yu);
            Assert.True(line.IsConverged);
            (slopes[i], u) = (line.Slope, u + line.SlopeU / slopes.Length);
        }

        var mean = slopes.Average();
        var sd = Math.Sqrt(slopes.Average(b => (b - mean) * (b - mean)));
        Assert.Equal(0.95, mean, 4 * sd / Math.Sqrt(slopes.Length) + 0.001);
        Assert.Equal(1, u / sd, 0.045);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentException>(() => YorkLine.Fit([1, 2], [0, 0], [1, 2], [0, 0]));
        Assert.Throws<ArgumentException>(() => YorkLine.Fit([1, 2], [0.1], [1, 2], [0.1, 0.1]));
        Assert.Throws<ArgumentException>(() => YorkLine.Fit([1, 2], [0.1, 0.1], [1, 2], [0.1, 0.1], [0, 1.5]));
        Assert.Throws<ArgumentException>(() => LeastSquaresLine.Weighted([1, 2], [1, 2], [0, 1]));
        Assert.Throws<ArgumentException>(() => DemingLine.Fit([1, 2, 3], [1, 2, 3], 0));
        Assert.Throws<ArgumentException>(() => DemingLine.FitProportional([-1, 2, 3], [1, 2, 3]));
    }

    private static JsonElement Case(string id)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("metrology", "gum", "gum_vectors.json")));
        return document.RootElement.EnumerateArray().Single(c => c.GetProperty("id").GetString() == id).Clone();
    }

    private static double[] Numbers(JsonElement element, string name) => element.GetProperty(name).EnumerateArray().Select(e => e.GetDouble()).ToArray();
}
