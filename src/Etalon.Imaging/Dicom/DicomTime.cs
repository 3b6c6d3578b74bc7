using System.Globalization;

namespace Etalon.Imaging.Dicom;

/// <summary>Dates and times as DICOM writes them (PS3.5, 6.2: DA, TM, DT). They are local to the scanner.</summary>
public static class DicomTime
{
    /// <summary>A date; null where the text is none, or a year in which nothing was imaged (outside 1850 to 9998), so that a zone or a day more or less never leaves the calendar.</summary>
    public static DateTime? Date(string? da)
    {
        var digits = da?.Replace(".", "", StringComparison.Ordinal).Trim();
        return digits is { Length: 8 } && DateTime.TryParseExact(digits, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year is >= 1850 and <= 9998 ? date : null;
    }

    /// <summary>A time of day (HHMMSS.FFFFFF, trailing parts may be missing); null where the text is none.</summary>
    public static TimeSpan? OfDay(string? tm)
    {
        var text = tm?.Replace(":", "", StringComparison.Ordinal).Trim();
        if (string.IsNullOrEmpty(text) || !text.All(c => char.IsAsciiDigit(c) || c == '.'))
        {
            return null;
        }

        var whole = text.Split('.')[0];
        if (whole.Length is not (2 or 4 or 6))
        {
            return null;
        }

        int Part(int at) => whole.Length >= at + 2 ? int.Parse(whole.AsSpan(at, 2), CultureInfo.InvariantCulture) : 0;
        var (hours, minutes, seconds) = (Part(0), Part(2), Part(4));
        var fraction = whole.Length == 6 && text.Length > 7 && double.TryParse("0" + text[6..], CultureInfo.InvariantCulture, out var f) ? f : 0;
        // A leap second is allowed by the standard.
        return hours < 24 && minutes < 60 && seconds <= 60
            ? new TimeSpan(hours, minutes, seconds) + TimeSpan.FromTicks((long)Math.Round(fraction * TimeSpan.TicksPerSecond))
            : null;
    }

    /// <summary>An instant of a date and a time of day; null where either is missing.</summary>
    public static DateTime? Instant(string? da, string? tm) => Date(da) is { } date && OfDay(tm) is { } time ? date + time : null;

    /// <summary>An instant of a date and a time of day, midnight where the time is missing; null where the date is.</summary>
    public static DateTime? InstantOrMidnight(string? da, string? tm) => Instant(da, tm) ?? Date(da);

    /// <summary>An instant of one text (YYYYMMDDHHMMSS.FFFFFF&amp;ZZXX); an offset is left out, since the other times of a scanner have none.</summary>
    public static DateTime? Instant(string? dt)
    {
        var text = dt?.Trim().Split('+', '-')[0];
        return text is { Length: >= 10 } ? Instant(text[..8], text[8..]) : null;
    }

    /// <summary>An instant of one text in the zone of its object (TimezoneOffsetFromUTC): one that states another zone is moved to it; without both zones it is taken as written.</summary>
    /// <param name="dt">DT, with or without an offset.</param>
    /// <param name="zone">Offset of the object's other times, <c>+0100</c>; null where not stated.</param>
    public static DateTime? InZone(string? dt, string? zone)
    {
        var instant = Instant(dt);
        return instant is { } at && Offset(zone) is { } of && dt!.Trim() is { Length: > 5 } text && Offset(text[^5..]) is { } own ? at + (of - own) : instant;
    }

    private static TimeSpan? Offset(string? text) =>
        text?.Trim() is { Length: 5 } t && t[0] is '+' or '-' && OfDay(text.Trim()[1..]) is { } size && size <= TimeSpan.FromHours(14) ? text.Trim()[0] == '-' ? -size : size : null;
}
