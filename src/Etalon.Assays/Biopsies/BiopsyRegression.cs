using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Numerics.Regression;

namespace Etalon.Assays.Biopsies;

/// <summary>Fits pathology to imaging where a biopsy's place is a cloud, both values have errors, and biopsies of one patient share a level.</summary>
/// <remarks>
/// y = level + slope × ξ + patient + scatter; ξ, the map's true mean over the cloud, is seen with noise u and replaced by its expectation given what is seen (regression calibration: Carroll, Ruppert, Stefanski and Crainiceanu,
/// Measurement Error in Nonlinear Models, 2006, ch. 4), λ = σ²/(σ² + u²); the place within the cloud adds slope² × (spread over the cloud)² to the variance of y. Scatter and patients by restricted maximum likelihood (Patterson and Thompson
/// 1971), the slope by generalised least squares, degrees of freedom by Satterthwaite.
/// </remarks>
public static class BiopsyRegression
{
    /// <summary>Method and version.</summary>
    public const string Method = "biopsy.cloud-regression/1";

    /// <summary>Fewest biopsies: a line, its scatter, and something left to see that it holds.</summary>
    public const int FewestBiopsies = 6;

    private const int MostSteps = 30;

    /// <summary>Fits; null where all biopsies have one value of the map or of pathology, or there are too few.</summary>
    public static BiopsyFit? Fit(IReadOnlyList<BiopsyReading> readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        if (Line(readings) is not { } fit)
        {
            return null;
        }

        var patients = readings.Select(r => r.Patient).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return patients.Count < 2 ? fit : fit with { LeftOut = [.. patients.Select(p => Without(readings, p)).OfType<LeftOut>()] };
    }

    private static LeftOut? Without(IReadOnlyList<BiopsyReading> readings, string patient)
    {
        if (Line([.. readings.Where(r => r.Patient != patient)]) is not { } fit)
        {
            return null;
        }

        var own = readings.Where(r => r.Patient == patient).ToList();
        var (squares, inside) = (0.0, 0);
        foreach (var r in own)
        {
            var error = r.Pathology - fit.Foretold(r.Cloud.Value);
            var variance = fit.LineVariance(r.Cloud.Value) + fit.Slope * fit.Slope * (r.Cloud.Spread * r.Cloud.Spread + r.Cloud.NoiseU * r.Cloud.NoiseU) + fit.Scatter * fit.Scatter + fit.BetweenPatients * fit.BetweenPatients + r.PathologyU * r.PathologyU;
            squares += error * error;
            inside += Math.Abs(error) <= Interval.CoverageFactor(fit.Dof, 0.95) * Math.Sqrt(variance) ? 1 : 0;
        }

        return new LeftOut(patient, fit.Slope, own.Count, Math.Sqrt(squares / own.Count), inside);
    }

    private static BiopsyFit? Line(IReadOnlyList<BiopsyReading> readings)
    {
        var n = readings.Count;
        double[] x = [.. readings.Select(r => r.Cloud.Value)], y = [.. readings.Select(r => r.Pathology)];
        if (n < FewestBiopsies || FixedSum.StandardDeviation(x) == 0 || FixedSum.StandardDeviation(y) == 0)
        {
            return null;
        }

        var centre = FixedSum.Mean(x);
        var variance = FixedSum.StandardDeviation(x) * FixedSum.StandardDeviation(x);
        // True variance of the clouds' means; at least a tenth of what is seen, below which noise hides all.
        var truth = Math.Max(variance - readings.Average(r => r.Cloud.NoiseU * r.Cloud.NoiseU), 0.1 * variance);
        double[] reliability = [.. readings.Select(r => truth / (truth + r.Cloud.NoiseU * r.Cloud.NoiseU))];
        var model = new MixedLine([.. x.Select((v, i) => reliability[i] * (v - centre))], y, Groups(readings));
        var solution = model.Solve([.. readings.Select(r => r.PathologyU * r.PathologyU)]);
        for (var step = 0; step < MostSteps; step++)
        {
            var slope = solution.Slope;
            solution = model.Solve([.. readings.Select((r, i) => r.PathologyU * r.PathologyU + slope * slope * (r.Cloud.Spread * r.Cloud.Spread + truth * (1 - reliability[i])))]);
            if (Math.Abs(solution.Slope - slope) <= 1e-9 * Math.Abs(slope))
            {
                break;
            }
        }

        return Of(readings, solution, centre, truth);
    }

    private static int[] Groups(IReadOnlyList<BiopsyReading> readings)
    {
        var names = readings.Select(r => r.Patient).Distinct(StringComparer.Ordinal).ToList();
        return [.. readings.Select(r => names.IndexOf(r.Patient))];
    }

    private static BiopsyFit Of(IReadOnlyList<BiopsyReading> readings, MixedLineSolution s, double centre, double truth)
    {
        var pointed = readings.Where(r => r.Cloud.AtPoint is not null).ToList();
        double[] at = [.. pointed.Select(r => r.Cloud.AtPoint!.Value)], y = [.. pointed.Select(r => r.Pathology)];
        var naive = LeastSquaresLine.Ordinary(at, y);
        // The needle's own value varies by the clouds' means and by the place within each.
        var needle = s.Slope * s.Slope * (truth + readings.Average(r => r.Cloud.Spread * r.Cloud.Spread));
        var all = needle + s.WithinVariance + s.BetweenVariance;
        return new BiopsyFit
        {
            Slope = s.Slope, SlopeU = Math.Sqrt(s.SlopeVariance), Dof = s.Dof, SlopeInterval = Interval.Symmetric(s.Slope, Math.Sqrt(s.SlopeVariance), s.Dof), Level = s.Level, LevelU = Math.Sqrt(s.LevelVariance),
            Covariance = s.Covariance, Centre = centre, Scatter = Math.Sqrt(s.WithinVariance), BetweenPatients = Math.Sqrt(s.BetweenVariance), TrueSd = Math.Sqrt(truth),
            Correlation = all > 0 ? Math.Sign(s.Slope) * Math.Sqrt(needle / all) : 0, NaiveSlope = naive.Slope, NaiveSlopeU = naive.SlopeU,
            NaiveCorrelation = FixedSum.StandardDeviation(y) > 0 ? naive.Slope * FixedSum.StandardDeviation(at) / FixedSum.StandardDeviation(y) : 0,
            Support = (readings.Min(r => r.Cloud.Value), readings.Max(r => r.Cloud.Value)), Biopsies = readings.Count, Patients = readings.Select(r => r.Patient).Distinct().Count(),
        };
    }
}
