namespace Etalon.Twin.Forecasting;

/// <summary>The day of progression as a distribution; members that do not progress within the forecast are counted, not guessed.</summary>
/// <param name="Rule">What progression means.</param>
/// <param name="FromDay">From which day the smallest volume was sought.</param>
/// <param name="UntilDay">Last day of the forecast.</param>
/// <param name="ResolutionDays">Days between the looks.</param>
/// <param name="Days">Days of the members that progress, sorted.</param>
/// <param name="Members">All members.</param>
public sealed record TimeToProgression(ProgressionRule Rule, double FromDay, double UntilDay, double ResolutionDays, IReadOnlyList<double> Days, int Members)
{
    /// <summary>Share of members that do not progress until the forecast ends.</summary>
    public double ShareNever => 1 - Days.Count / (double)Members;

    /// <summary>Day by which a share of all members has progressed; null where that lies beyond the forecast.</summary>
    public double? Quantile(double p) => (int)Math.Ceiling(p * Members) is var n && n <= Days.Count ? Days[Math.Max(0, n - 1)] : null;

    /// <summary>Share of members that have progressed by a day.</summary>
    public double ShareBy(double day) => Days.Count(d => d <= day) / (double)Members;
}
