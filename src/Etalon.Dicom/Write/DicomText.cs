using System.Globalization;
using System.Text;

namespace Etalon.Dicom;

/// <summary>Text and numbers as representations allow them (PS3.5 table 6.2-1).</summary>
public static class DicomText
{
    /// <summary>A number as a decimal string of at most 16 characters, with as many digits as fit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite.</exception>
    public static string Decimal(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "A decimal string holds finite numbers only.");
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        for (var digits = 16; text.Length > 16; digits--)
        {
            text = value.ToString($"G{digits}", CultureInfo.InvariantCulture);
        }

        return text;
    }

    /// <summary>A date (DA).</summary>
    public static string Date(DateTimeOffset time) => time.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>A time of day (TM) with microseconds.</summary>
    public static string Time(DateTimeOffset time) => time.ToString("HHmmss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>A date with time and offset (DT).</summary>
    public static string DateTime(DateTimeOffset time) =>
        time.ToString("yyyyMMddHHmmss.ffffff", CultureInfo.InvariantCulture) + time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    /// <summary>Text made to fit a representation: control characters and backslashes become spaces, the rest is cut at the longest length.</summary>
    public static string Fit(string text, DicomVr vr)
    {
        ArgumentNullException.ThrowIfNull(text);
        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var plain = Rune.IsControl(rune) || rune.Value == '\\' ? new Rune(' ') : rune;
            if (clean.Length + plain.Utf16SequenceLength > MaxLength(vr))
            {
                break;
            }

            clean.Append(plain);
        }

        return clean.ToString().Trim();
    }

    /// <summary>Longest value of a representation in characters; <see cref="int.MaxValue"/> where it is bounded by bytes alone.</summary>
    internal static int MaxLength(DicomVr vr) => vr switch
    {
        DicomVr.AS => 4,
        DicomVr.DA => 8,
        DicomVr.IS => 12,
        DicomVr.TM => 14,
        DicomVr.AE or DicomVr.CS or DicomVr.DS or DicomVr.SH => 16,
        DicomVr.DT => 26,
        DicomVr.LO or DicomVr.UI => 64,
        // Three groups of 64 and two signs of equality.
        DicomVr.PN => 194,
        DicomVr.ST => 1024,
        DicomVr.LT => 10240,
        _ => int.MaxValue,
    };

    /// <summary>Says what is wrong with a value of a representation; null where nothing is.</summary>
    internal static string? Trouble(string value, DicomVr vr)
    {
        if (value.Length > MaxLength(vr))
        {
            return $"{value.Length} characters where {vr} allows {MaxLength(vr)}";
        }

        var isText = vr is DicomVr.LT or DicomVr.ST or DicomVr.UT;
        if (!isText && value.Contains('\\', StringComparison.Ordinal))
        {
            return $"a backslash within one value of {vr}";
        }

        var ok = value.Length == 0 || vr switch
        {
            DicomVr.CS => !value.AsSpan().ContainsAnyExcept(CodeCharacters),
            DicomVr.UI => DicomUid.IsValid(value),
            DicomVr.IS => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            DicomVr.DS => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number),
            DicomVr.DA => value.Length == 8 && !value.AsSpan().ContainsAnyExceptInRange('0', '9'),
            _ => true,
        };
        return ok ? null : $"'{value}' is no value of {vr}";
    }

    private static readonly System.Buffers.SearchValues<char> CodeCharacters = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _");
}
