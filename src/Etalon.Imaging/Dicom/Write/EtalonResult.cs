using Etalon.Dicom;

namespace Etalon.Imaging.Dicom.Write;

/// <summary>The mark of objects that a run of Etalon wrote of its own results, so that a later run does not take them for what a reader drew or a scanner made.</summary>
public static class EtalonResult
{
    private const string Manufacturer = "Etalon";
    private const string Prefix = "Etalon: ";

    /// <summary>ContentLabel of a segmentation of regions that were measured.</summary>
    public const string Regions = "REGIONS";

    /// <summary>ContentLabel of a map of ADC.</summary>
    public const string Adc = "ADC";

    /// <summary>ContentLabel of a map of the uncertainty of ADC.</summary>
    public const string AdcUncertainty = "ADC_U";

    /// <summary>ContentLabel of a map of SUV.</summary>
    public const string SuvBw = "SUVBW";

    private const string MapPrefix = "MAP_";

    /// <summary>ContentLabel of a map of <c>etalon map</c>, within the 16 signs of a code string.</summary>
    /// <param name="measurand">Code of what it shows, <c>ktrans</c>.</param>
    /// <param name="isUncertainty">Whether it shows the uncertainty of that.</param>
    public static string Map(string measurand, bool isUncertainty)
    {
        ArgumentNullException.ThrowIfNull(measurand);
        var name = new string([.. measurand.ToUpperInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_').Take(10)]);
        return MapPrefix + name + (isUncertainty ? "_U" : "");
    }

    /// <summary>SeriesDescription of a result.</summary>
    public static string Describe(string what) => Prefix + what;

    /// <summary>Whether an object is one. The description may be gone after de-identification; the label stays.</summary>
    public static bool IsOne(DicomDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.GetString(Tags.Manufacturer) == Manufacturer && data.GetString(Tags.ManufacturerModelName) == Manufacturer
            && (data.GetString(Tags.SeriesDescription)?.StartsWith(Prefix, StringComparison.Ordinal) == true || IsLabel(data.GetString(Tags.ContentLabel)));
    }

    private static bool IsLabel(string? label) => label is Regions or Adc or AdcUncertainty or SuvBw || label?.StartsWith(MapPrefix, StringComparison.Ordinal) == true;
}
