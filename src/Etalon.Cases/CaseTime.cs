using System.Globalization;

namespace Etalon.Cases;

/// <summary>Reads instants.</summary>
public static class CaseTime
{
    private static readonly string[] WithoutOffset = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd"];

    private static readonly string[] WithOffset = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>An ISO 8601 instant; null where the text is none. Without an offset it is read as UTC, which the caller must state as an assumption.</summary>
    public static DateTimeOffset? Parse(string text, out bool hasOffset)
    {
        ArgumentNullException.ThrowIfNull(text);
        hasOffset = false;
        if (DateTime.TryParseExact(text, WithoutOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && local.Kind == DateTimeKind.Unspecified)
        {
            return new DateTimeOffset(local, TimeSpan.Zero);
        }

        hasOffset = DateTimeOffset.TryParseExact(text, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant);
        return hasOffset ? instant : null;
    }
}
