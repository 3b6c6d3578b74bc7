namespace Etalon.Twin.Forecasting;

/// <summary>When a tumour counts as progressed: the first day on which its visible volume exceeds <see cref="Factor"/> times the smallest so far.</summary>
/// <remarks>
/// RANO 2.0 (Wen and others, J Clin Oncol 41:5187–5199, 2023; remembered, not checked) asks for 40 % more volume than at the smallest, which is the 25 % more area of the
/// older rule for a ball (1.25^1.5 = 1.40). Visible: density above the drawn edge. It is a rule of images; clinical state and steroids take no part.
/// </remarks>
public sealed record ProgressionRule
{
    /// <summary>Volume over the smallest so far. The default is 1.4.</summary>
    public double Factor { get; init; } = 1.4;

    /// <summary>A smallest volume below this counts as this, mL: a rim that cannot be measured cannot progress. The default is 1 (a ball of 12 mm), an assumption.</summary>
    public double LeastMl { get; init; } = 1;

    /// <summary>Day from which the smallest volume is sought; null: the first treatment after the model's start, or the start where there is none.</summary>
    public double? FromDay { get; init; }

    /// <summary>Index of the first of some volumes that counts as progression; null where none does.</summary>
    public int? FirstIn(ReadOnlySpan<double> volumesMl)
    {
        var smallest = double.PositiveInfinity;
        for (var d = 0; d < volumesMl.Length; d++)
        {
            smallest = Math.Min(smallest, volumesMl[d]);
            if (volumesMl[d] > Factor * Math.Max(smallest, LeastMl))
            {
                return d;
            }
        }

        return null;
    }
}
