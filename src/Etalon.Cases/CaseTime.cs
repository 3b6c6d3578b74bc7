using System.Globalization;
using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>Reads instants.</summary>
public static class CaseTime
{
    private static readonly string[] WithoutOffset = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd"];

    private static readonly string[] WithOffset = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>The finding for times that state no offset.</summary>
    internal static Finding WithoutZone(string about) => new(
        FindingCodes.TimeZoneNotStated, Severity.Info, about, "times without an offset from UTC", "ISO 8601 with an offset, such as 2024-03-04T08:15:00+01:00",
        "They were read as UTC. Across a change of clocks a day may then be an hour off; state the offset.");

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
