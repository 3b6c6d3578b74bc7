using System.Globalization;

namespace Etalon.Imaging.Dicom;

/// <summary>What a series is called for people: by number and modality, never by words of the scanner.</summary>
public static class SeriesName
{
    /// <summary>The name, e.g. <c>series 5 (MR)</c>.</summary>
    public static string Of(int? number, string modality) => $"series {number?.ToString(CultureInfo.InvariantCulture) ?? "without number"} ({modality})";

    /// <summary>The name of one more series, numbered where another has it already.</summary>
    /// <param name="taken">Names so far; receives this one.</param>
    /// <param name="number">SeriesNumber.</param>
    /// <param name="modality">Modality.</param>
    public static string Unique(ISet<string> taken, int? number, string modality)
    {
        ArgumentNullException.ThrowIfNull(taken);
        var first = Of(number, modality);
        var name = first;
        for (var n = 2; !taken.Add(name); n++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{first}, {n}");
        }

        return name;
    }
}
