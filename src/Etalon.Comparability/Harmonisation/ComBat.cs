using Etalon.Metrology;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Etalon.Comparability.Harmonisation;

/// <summary>
/// ComBat: takes out of a cohort what each batch (scanner state) adds to a feature and multiplies it by. It needs samples of every batch and cannot serve
/// one patient or a new scanner; a calibration can.
/// </summary>
/// <remarks>
/// Johnson, Li and Rabinovic, Biostatistics 8:118–127 (2007); Fortin et al., NeuroImage 167:104–120 (2018). Conventions of the R package neuroCombat:
/// variances over n within the fit and over n − 1 within a batch, and an iteration that stops once no estimate moves by more than 10⁻⁴ of itself.
/// </remarks>
public static class ComBat
{
    private const double RelativeChange = 1e-4;
    private const int MaxSteps = 10_000;

    /// <summary>Estimates the effect of each batch; null, with findings that name the batch, covariate or feature at fault, where it cannot be told.</summary>
    /// <param name="samples">The cohort.</param>
    /// <param name="options">Mode.</param>
    /// <param name="findings">Receives trouble.</param>
    /// <exception cref="ArgumentException">A feature, the batches or a covariate have another number of samples, or a value is not finite.</exception>
    public static ComBatModel? Fit(ComBatSamples samples, ComBatOptions options, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(findings);
        Check(samples);
        if (ComBatDesign.Of(samples, options, findings) is not { } design || !AreUsable(samples, options, findings))
        {
            return null;
        }

        var (batches, features) = (design.Batches.Count, samples.Features.Count);
        var coefficients = Coefficients(samples, design);
        var standard = Standardise(samples, design, coefficients);
        var (shift, scale) = (new double[batches][], new double[batches][]);
        for (var b = 0; b < batches; b++)
        {
            // With a reference batch, its column of ones stands in every row: the other shifts are relative to it.
            var origin = design.Reference >= 0 && b != design.Reference ? design.Members[design.Reference] : [];
            shift[b] = standard.Values.Select(z => Mean(z, design.Members[b]) - (origin.Length > 0 ? Mean(z, origin) : 0)).ToArray();
            scale[b] = standard.Values.Select(z => options.MeanOnly ? 1 : Variance(z, design.Members[b]) is > 0 and var v ? v : 1).ToArray();
        }

        for (var b = 0; b < batches && options.Prior != ComBatPrior.None; b++)
        {
            var rows = standard.Values.Select(z => design.Members[b].Select(i => z[i]).ToArray()).ToArray();
            (shift[b], scale[b]) = options.Prior == ComBatPrior.NonParametric ? FromOthers(rows, shift[b], scale[b])
                : options.MeanOnly ? (Shrunk(shift[b]), scale[b])
                : FromPriors(rows, shift[b], scale[b]);
        }

        if (design.Reference >= 0)
        {
            (shift[design.Reference], scale[design.Reference]) = (new double[features], Enumerable.Repeat(1.0, features).ToArray());
        }

        return new ComBatModel(
            design.Batches, samples.Covariates.Select(c => c.Name).ToArray(), options, standard.Mean, standard.Sd, standard.Effects, standard.MeanCovariate, shift, scale);
    }

    private static void Check(ComBatSamples samples)
    {
        var n = samples.Batches.Count;
        if (samples.Features.Any(f => f.Count != n) || samples.Covariates.Any(c => c.Values.Count != n))
        {
            throw new ArgumentException($"Every feature and covariate needs one value for each of the {n} samples.", nameof(samples));
        }

        if (samples.Features.Any(f => f.Any(v => !double.IsFinite(v))) || samples.Covariates.Any(c => c.Values.Any(v => !double.IsFinite(v))))
        {
            throw new ArgumentException("Values must be finite; take out samples with missing ones.", nameof(samples));
        }
    }

    private static bool AreUsable(ComBatSamples samples, ComBatOptions options, ICollection<Finding> findings)
    {
        var constant = Enumerable.Range(0, samples.Features.Count).Where(f => samples.Features[f].Distinct().Count() < 2).ToList();
        if (constant.Count > 0)
        {
            findings.Add(ComBatDesign.Refused(
                $"feature {constant[0] + 1}", $"{constant.Count} features with one value for all samples", "features that vary", "Take them out of the table."));
        }

        if (samples.Features.Count < 2 && options.Prior != ComBatPrior.None)
        {
            findings.Add(ComBatDesign.Refused("features", $"{samples.Features.Count}", "two or more, which are the prior of one another", "Harmonise without a prior, or add features."));
        }

        return constant.Count == 0 && (samples.Features.Count >= 2 || options.Prior == ComBatPrior.None);
    }

    /// <summary>Least-squares coefficients, shape (features)(columns).</summary>
    private static double[][] Coefficients(ComBatSamples samples, ComBatDesign design)
    {
        var qr = design.Columns.QR();
        return samples.Features.Select(f => qr.Solve(DenseVector.OfEnumerable(f)).ToArray()).ToArray();
    }

    private sealed record Standard(double[] Mean, double[] Sd, double[][] Effects, double[] MeanCovariate, double[][] Values);

    /// <summary>Takes mean and covariates out and divides by the pooled spread.</summary>
    private static Standard Standardise(ComBatSamples samples, ComBatDesign design, double[][] coefficients)
    {
        var (n, batches) = (samples.Batches.Count, design.Batches.Count);
        var own = design.Reference >= 0 ? design.Members[design.Reference] : Enumerable.Range(0, n).ToArray();
        var (means, variances) = (new double[coefficients.Length], new double[coefficients.Length]);
        for (var f = 0; f < coefficients.Length; f++)
        {
            means[f] = design.Reference >= 0 ? coefficients[f][design.Reference]
                : Enumerable.Range(0, batches).Sum(b => coefficients[f][b] * design.Members[b].Length / n);
            var residuals = own.Select(i => samples.Features[f][i] - design.Columns.Row(i).DotProduct(DenseVector.OfArray(coefficients[f]))).ToArray();
            var centre = residuals.Average();
            variances[f] = residuals.Sum(r => (r - centre) * (r - centre)) / own.Length;
        }

        var positive = variances.Where(v => v > 0).Order().ToArray();
        var median = positive.Length == 0 ? 1 : 0.5 * (positive[(positive.Length - 1) / 2] + positive[positive.Length / 2]);
        var sd = variances.Select(v => Math.Sqrt(v > 0 ? v : median)).ToArray();
        var effects = coefficients.Select(c => c[batches..]).ToArray();
        var meanCovariate = samples.Covariates.Select(c => c.Values.Average()).ToArray();
        var values = samples.Features.Select((feature, f) => feature.Select((v, i) =>
            (v - means[f] - samples.Covariates.Select((c, k) => c.Values[i] * effects[f][k]).Sum()) / sd[f]).ToArray()).ToArray();
        return new Standard(means, sd, effects, meanCovariate, values);
    }

    private static double Mean(double[] values, int[] members) => members.Average(i => values[i]);

    /// <summary>Over n − 1; 0 of one sample.</summary>
    private static double Variance(double[] values, int[] members)
    {
        var mean = Mean(values, members);
        return members.Length < 2 ? 0 : members.Sum(i => (values[i] - mean) * (values[i] - mean)) / (members.Length - 1);
    }

    /// <summary>Shifts drawn to their mean over the features, where only means are corrected (unit variance of one sample).</summary>
    private static double[] Shrunk(double[] shift)
    {
        var (mean, variance) = MeanAndVariance(shift);
        return shift.Select(g => (variance * g + mean) / (variance + 1)).ToArray();
    }

    /// <summary>Posterior means under the normal and inverse gamma priors, iterated (Johnson et al. 2007, equations 3.1 and 3.2).</summary>
    private static (double[] Shift, double[] Scale) FromPriors(double[][] rows, double[] shift, double[] scale)
    {
        var (priorMean, priorVariance) = MeanAndVariance(shift);
        var (m, s2) = MeanAndVariance(scale);
        var (a, b) = ((2 * s2 + m * m) / s2, (m * s2 + m * m * m) / s2);
        var (g, d) = ((double[])shift.Clone(), (double[])scale.Clone());
        var change = double.PositiveInfinity;
        for (var step = 0; step < MaxSteps && change > RelativeChange; step++)
        {
            change = 0;
            for (var f = 0; f < rows.Length; f++)
            {
                var n = rows[f].Length;
                var nextShift = (priorVariance * n * shift[f] + d[f] * priorMean) / (priorVariance * n + d[f]);
                var squares = rows[f].Sum(z => (z - nextShift) * (z - nextShift));
                // Scales that are all alike are their own prior.
                var nextScale = s2 > 0 ? (0.5 * squares + b) / (0.5 * n + a - 1) : m;
                change = Math.Max(change, Math.Max(Relative(nextShift, g[f]), Relative(nextScale, d[f])));
                (g[f], d[f]) = (nextShift, nextScale);
            }
        }

        return (g, d);
    }

    private static double Relative(double next, double old) => old == 0 ? Math.Abs(next) : Math.Abs((next - old) / old);

    /// <summary>Means over the other features' estimates, weighted by how likely each makes this feature's samples.</summary>
    private static (double[] Shift, double[] Scale) FromOthers(double[][] rows, double[] shift, double[] scale)
    {
        var (g, d) = (new double[rows.Length], new double[rows.Length]);
        var logs = new double[rows.Length];
        for (var f = 0; f < rows.Length; f++)
        {
            var (n, sum, squares, top) = (rows[f].Length, rows[f].Sum(), rows[f].Sum(z => z * z), double.NegativeInfinity);
            for (var k = 0; k < rows.Length; k++)
            {
                var distance = squares - 2 * shift[k] * sum + n * shift[k] * shift[k];
                logs[k] = k == f ? double.NegativeInfinity : -0.5 * n * Math.Log(2 * Math.PI * scale[k]) - distance / (2 * scale[k]);
                top = Math.Max(top, logs[k]);
            }

            var total = 0.0;
            for (var k = 0; k < rows.Length; k++)
            {
                var weight = Math.Exp(logs[k] - top);
                (total, g[f], d[f]) = (total + weight, g[f] + weight * shift[k], d[f] + weight * scale[k]);
            }

            (g[f], d[f]) = (g[f] / total, d[f] / total);
        }

        return (g, d);
    }

    private static (double Mean, double Variance) MeanAndVariance(double[] values)
    {
        var mean = values.Average();
        return (mean, values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }
}
