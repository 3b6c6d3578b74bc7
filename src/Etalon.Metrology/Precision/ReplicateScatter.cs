namespace Etalon.Metrology.Precision;

/// <summary>What the replicates of one subject say of precision.</summary>
/// <param name="Group">Index of its group.</param>
/// <param name="X">Mean of the readings, geometric on the logarithmic scale.</param>
/// <param name="SumOfSquares">About their mean, on the scale of the errors.</param>
/// <param name="Dof">Readings less one.</param>
internal readonly record struct SubjectScatter(int Group, double X, double SumOfSquares, int Dof);

/// <summary>The scatter of all subjects with two or more readings.</summary>
internal sealed record ReplicateScatter(IReadOnlyList<SubjectScatter> Subjects, IReadOnlyList<string> Groups)
{
    public static ReplicateScatter Of(IReadOnlyList<Replicates> replicates, ErrorScale scale, bool grouped)
    {
        ArgumentNullException.ThrowIfNull(replicates);
        var used = replicates.Where(r => r.Values.Count > 1).ToList();
        if (used.Count == 0)
        {
            throw new ArgumentException($"{replicates.Count} subjects, none with two readings: repeatability needs replicates.");
        }

        var groups = grouped ? used.Select(r => r.Group ?? "").Distinct(StringComparer.Ordinal).ToList() : [""];
        return new ReplicateScatter([.. used.Select(r => Of(r, scale, grouped ? groups.IndexOf(r.Group ?? "") : 0))], groups);
    }

    /// <summary>The sum of squares is that of all pairs over their number: it does not lose digits where readings are nearly equal.</summary>
    private static SubjectScatter Of(Replicates r, ErrorScale scale, int group)
    {
        var isLogarithm = scale == ErrorScale.Logarithm;
        if (r.Values.Any(v => !double.IsFinite(v) || (isLogarithm && v <= 0)))
        {
            throw new ArgumentException($"Subject {r.Subject}: readings {string.Join(", ", r.Values)} must be numbers{(isLogarithm ? " above 0, since their logarithms are taken" : "")}.");
        }

        var squares = 0.0;
        for (var j = 1; j < r.Values.Count; j++)
        {
            for (var i = 0; i < j; i++)
            {
                var d = isLogarithm ? Math.Log(r.Values[j] / r.Values[i]) : r.Values[j] - r.Values[i];
                squares += Math.Pow(d, 2);
            }
        }

        var x = isLogarithm ? Math.Exp(r.Values.Average(Math.Log)) : r.Values.Average();
        return new SubjectScatter(group, x, squares / r.Values.Count, r.Values.Count - 1);
    }
}
