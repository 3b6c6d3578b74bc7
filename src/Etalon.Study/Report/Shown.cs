using System.Globalization;
using Etalon.Metrology;

namespace Etalon.Study.Report;

/// <summary>Numbers for people: rounded by their uncertainty, two digits of it.</summary>
public static class Shown
{
    /// <summary>Value ± expanded uncertainty (k = 2) in the shown unit, e.g. <c>1.10 ± 0.04</c>; both with the decimals that two digits of U need.</summary>
    public static string PlusMinus(double value, double u, double factor = 1)
    {
        var expanded = 2 * u * factor;
        var decimals = Decimals(expanded);
        return $"{Fixed(value * factor, decimals)} ± {Fixed(expanded, decimals)}";
    }

    /// <summary>Both ends of an interval with the decimals of its half width.</summary>
    public static string Range(Interval interval, double factor = 1)
    {
        var decimals = Decimals(0.5 * (interval.Upper - interval.Lower) * factor);
        return $"{Fixed(interval.Lower * factor, decimals)} to {Fixed(interval.Upper * factor, decimals)}";
    }

    /// <summary>A log ratio as a signed change in percent, e.g. <c>+38 %</c>.</summary>
    public static string Percent(double logRatio) => PercentNumber(100 * double.ExpM1(logRatio)) + " %";

    /// <summary>The interval of a log ratio in percent, e.g. <c>+21 to +57 %</c>.</summary>
    public static string PercentRange(Interval interval) =>
        $"{PercentNumber(100 * double.ExpM1(interval.Lower))} to {PercentNumber(100 * double.ExpM1(interval.Upper))} %";

    /// <summary>The size of a change for a sentence that has said its direction, e.g. <c>38 %</c>.</summary>
    public static string PercentSize(double logRatio) => Bare(100 * double.ExpM1(logRatio)) + " %";

    /// <summary>Its interval, the smaller size first, e.g. <c>21 to 57 %</c>; an end on the other side of no change keeps its sign.</summary>
    public static string PercentSizeRange(Interval interval)
    {
        var (a, b) = (100 * double.ExpM1(interval.Lower), 100 * double.ExpM1(interval.Upper));
        return a < 0 && b > 0 ? PercentRange(interval) : Math.Abs(a) <= Math.Abs(b) ? $"{Bare(a)} to {Bare(b)} %" : $"{Bare(b)} to {Bare(a)} %";
    }

    /// <summary>A correlation with its sign, two decimals.</summary>
    public static string Signed(double value) => Fixed(value, 2) is var text && text.StartsWith('−') ? text : "+" + text;

    /// <summary>A number with so many decimals, a true minus sign, and no negative zero.</summary>
    public static string Fixed(double value, int decimals)
    {
        var text = Math.Round(value, Math.Clamp(decimals, 0, 15)).ToString("F" + Math.Clamp(decimals, 0, 15).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text.StartsWith('-') ? text.AsSpan(1).IndexOfAnyExcept('0', '.') < 0 ? text[1..] : "−" + text[1..] : text;
    }

    /// <summary>A plain number with three significant digits.</summary>
    public static string Short(double value) =>
        value == 0 ? "0" : Fixed(value, Math.Max(0, 2 - (int)Math.Floor(Math.Log10(Math.Abs(value)))));

    /// <summary>A day as people write it, e.g. 3 March 2024.</summary>
    public static string Day(DateTimeOffset time) => time.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    private static int Decimals(double u) => u > 0 && double.IsFinite(u) ? Math.Max(0, 1 - (int)Math.Floor(Math.Log10(u) + 1e-9)) : 3;

    private static string Bare(double percent) => Fixed(Math.Abs(percent), Math.Abs(percent) < 10 ? 1 : 0);

    private static string PercentNumber(double percent)
    {
        var text = Fixed(percent, Math.Abs(percent) < 10 ? 1 : 0);
        return text.StartsWith('−') || text.AsSpan().IndexOfAnyExcept('0', '.') < 0 ? text : "+" + text;
    }
}
