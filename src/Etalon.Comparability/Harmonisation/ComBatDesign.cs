using Etalon.Metrology;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Etalon.Comparability.Harmonisation;

/// <summary>Which sample belongs to which batch and has which covariates, checked so that the two can be told apart.</summary>
internal sealed record ComBatDesign(IReadOnlyList<string> Batches, IReadOnlyList<int[]> Members, int Reference, Matrix<double> Columns)
{
    // The relative size below which R's qr takes a column for a combination of the others.
    private const double RankTolerance = 1e-7;

    /// <summary>The design, or null with findings that name the batch or the covariate at fault.</summary>
    public static ComBatDesign? Of(ComBatSamples samples, ComBatOptions options, ICollection<Finding> findings)
    {
        var batches = samples.Batches.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var members = batches.Select(b => Enumerable.Range(0, samples.Batches.Count).Where(i => samples.Batches[i] == b).ToArray()).ToList();
        var reference = options.ReferenceBatch is { } name ? batches.IndexOf(name) : -1;
        if (options.ReferenceBatch is not null && reference < 0)
        {
            findings.Add(Unseen(options.ReferenceBatch, batches, "The reference batch must be one of the samples' own."));
            return null;
        }

        if (batches.Count < 2)
        {
            findings.Add(Refused("batches", $"one batch ({batches.FirstOrDefault() ?? "none"})", "two batches or more", "There is nothing to harmonise."));
            return null;
        }

        foreach (var (batch, own) in batches.Zip(members))
        {
            if (own.Length == 1 && !options.MeanOnly)
            {
                findings.Add(Refused($"batch '{batch}'", "one sample", "two samples or more of every batch", "Take the batch out, add samples, or correct means only."));
                return null;
            }
        }

        var design = DenseMatrix.Create(samples.Batches.Count, batches.Count + samples.Covariates.Count, 0);
        for (var b = 0; b < batches.Count; b++)
        {
            for (var i = 0; i < samples.Batches.Count; i++)
            {
                design[i, b] = samples.Batches[i] == batches[b] || b == reference ? 1 : 0;
            }
        }

        for (var c = 0; c < samples.Covariates.Count; c++)
        {
            for (var i = 0; i < samples.Batches.Count; i++)
            {
                design[i, batches.Count + c] = samples.Covariates[c].Values[i];
            }
        }

        return IsSeparable(design, batches, samples, findings) ? new ComBatDesign(batches, members, reference, design) : null;
    }

    public static Finding Unseen(string batch, IEnumerable<string> known, string remedy) => new(
        FindingCodes.BatchUnseen, Severity.Error, $"batch '{batch}'", "a batch that the harmonisation was not estimated from", $"one of {string.Join(", ", known)}", remedy);

    public static Finding Refused(string about, string found, string expected, string remedy) =>
        new(FindingCodes.HarmonisationRefused, Severity.Error, about, found, expected, remedy);

    /// <summary>Whether every covariate adds a column that the batches and the covariates before it cannot make.</summary>
    private static bool IsSeparable(Matrix<double> design, List<string> batches, ComBatSamples samples, ICollection<Finding> findings)
    {
        var basis = new List<Vector<double>>();
        var isSeparable = true;
        for (var c = 0; c < design.ColumnCount; c++)
        {
            var column = design.Column(c);
            var rest = column.Clone();
            // Twice, so that what rounding leaves of the first pass is gone.
            for (var pass = 0; pass < 2; pass++)
            {
                foreach (var q in basis)
                {
                    rest -= q * q.DotProduct(rest);
                }
            }

            if (rest.L2Norm() > RankTolerance * column.L2Norm())
            {
                basis.Add(rest / rest.L2Norm());
                continue;
            }

            isSeparable = false;
            findings.Add(Confounded(samples, batches, c - batches.Count));
        }

        return isSeparable;
    }

    private static Finding Confounded(ComBatSamples samples, List<string> batches, int covariate)
    {
        var (name, values) = samples.Covariates[covariate];
        var levels = batches.Select(b => samples.Batches.Zip(values).Where(p => p.First == b).Select(p => p.Second).Distinct().ToList()).ToList();
        var found = levels.All(l => l.Count == 1)
            ? "one value in each batch (" + string.Join(", ", batches.Zip(levels, (b, l) => FormattableString.Invariant($"'{b}': {l[0]:R}"))) + ")"
            : "a combination of the batches and the covariates before it (" + string.Join(", ", samples.Covariates.Take(covariate).Select(c => $"'{c.Name}'")) + ")";
        return new Finding(
            FindingCodes.DesignConfounded, Severity.Error, $"covariate '{name}'", found, "values that vary within batches, so that what the covariate does can be told from what the scanner does",
            $"Take '{name}' out (and then do not compare by it), or add samples that share its values between batches.");
    }
}
