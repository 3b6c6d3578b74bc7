using System.Text.RegularExpressions;

namespace Etalon.Comparability;

/// <summary>Effects that hang on what a text says.</summary>
internal static partial class TextEffects
{
    /// <summary>Images of the scanner against images computed from others: another source. A trace that the scanner averaged of directions is not.</summary>
    public static LogEffect ImageType(EffectQuestion q)
    {
        static bool IsDerived(string? type) => type?.Contains("DERIVED", StringComparison.OrdinalIgnoreCase) == true && !type.Contains("TRACE", StringComparison.OrdinalIgnoreCase);
        return IsDerived(q.ValueA.Value) == IsDerived(q.ValueB.Value) ? LogEffect.Spread(q.Row["sd"].Middle) : LogEffect.Other;
    }

    /// <summary>Reconstruction with and without a model of the point spread; all other differences have the spread <c>other</c>.</summary>
    public static LogEffect PointSpread(EffectQuestion q)
    {
        var (a, b) = (Sharp().IsMatch(q.ValueA.Value ?? ""), Sharp().IsMatch(q.ValueB.Value ?? ""));
        var sign = (b ? 1 : 0) - (a ? 1 : 0);
        return sign == 0 ? LogEffect.Spread(q.Row["other"].Middle) : new LogEffect(sign * q.Row["mean"].Middle, q.Row["sd"].Middle, EffectShape.Normal);
    }

    /// <summary>Images corrected for decay, attenuation, scatter and randoms against images that are not; other corrections leave a spread.</summary>
    public static LogEffect Corrections(EffectQuestion q)
    {
        static string Essential(string? text) => string.Join(' ', ((string[])["ATTN", "DECY", "SCAT", "RAN"]).Where(c => (text ?? "").Split('\\').Any(t => t.Trim().StartsWith(c, StringComparison.OrdinalIgnoreCase))));
        return Essential(q.ValueA.Value) == Essential(q.ValueB.Value) ? LogEffect.Spread(q.Row["sd"].Middle) : LogEffect.Other;
    }

    /// <summary>Activity, of which SUV is computed, against SUV that another program computed; other units are another measurand.</summary>
    public static LogEffect Units(EffectQuestion q)
    {
        static bool IsSuv(string? text) => text?.Trim().ToUpperInvariant() is "BQML" or "GML";
        return IsSuv(q.ValueA.Value) && IsSuv(q.ValueB.Value) ? LogEffect.Spread(q.Row["sd"].Middle) : LogEffect.Other;
    }

    /// <summary>With an agent against without one, or one agent against another.</summary>
    public static LogEffect Agent(EffectQuestion q) => LogEffect.Spread(IsNone(q.ValueA.Value) == IsNone(q.ValueB.Value) ? q.Row["sd"].Middle : q.Row["presence"].Middle);

    private static bool IsNone(string? text) => string.IsNullOrWhiteSpace(text) || text.Trim().ToUpperInvariant() is "NONE" or "NO" or "WITHOUT";

    [GeneratedRegex(@"psf|true.?x|sharp.?ir|ultrahd|resolution.?recovery|hd.?pet", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Sharp();
}
