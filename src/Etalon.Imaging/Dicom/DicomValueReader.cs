using Etalon.Dicom;
using Etalon.Metrology;

namespace Etalon.Imaging.Dicom;

/// <summary>Finds how the stored values of a frame become real ones.</summary>
internal static class DicomValueReader
{
    /// <summary>The Hounsfield unit in UCUM.</summary>
    private const string HounsfieldUnit = "[hnsf'U]";

    private static readonly DicomTag ModalityLutSequence = new(0x0028, 0x3000);
    private static readonly DicomTag LongCodeValue = new(0x0008, 0x0119);

    /// <summary>Reads the rule of one frame: a real world value mapping with a unit counts before the modality rescale.</summary>
    /// <exception cref="DicomGeometryException">The slope is 0.</exception>
    public static DicomValueScale Read(FrameGroups groups, ImageComponent component)
    {
        var hasTable = groups.Sequence(ModalityLutSequence).Count > 0;
        foreach (var mapping in groups.Sequence(Tags.RealWorldValueMappingSequence))
        {
            if (UnitOf(mapping, groups.Top) is not { } unit)
            {
                continue;
            }

            if (mapping.GetDouble(Tags.RealWorldValueSlope) is { } s and not 0 && mapping.GetDouble(Tags.RealWorldValueIntercept) is { } i)
            {
                return new DicomValueScale(s, i, unit, ValueRule.RealWorldValueMap, false);
            }

            hasTable |= mapping.Contains(Tags.RealWorldValueLutData);
        }

        var stated = groups.Number(Tags.PixelValueTransformationSequence, Tags.RescaleSlope);
        var (slope, intercept) = (stated ?? 1, groups.Number(Tags.PixelValueTransformationSequence, Tags.RescaleIntercept) ?? 0);
        if (slope == 0)
        {
            throw new DicomGeometryException("RescaleSlope 0", "a slope other than 0") { IsWrong = true };
        }

        var type = groups.Text(Tags.PixelValueTransformationSequence, Tags.RescaleType);
        var known = Known(type) ?? OfModality(groups.Top, type);
        if (known is null && component == ImageComponent.Magnitude && PhilipsScaleSlope(groups) is { } scale)
        {
            return new DicomValueScale(1 / scale, intercept / (slope * scale), null, ValueRule.PhilipsFloatingPoint, hasTable);
        }

        return new DicomValueScale(slope, intercept, known, stated is null ? ValueRule.Stored : ValueRule.Rescale, hasTable);
    }

    private static string? UnitOf(DicomDataset mapping, DicomDataset top)
    {
        var code = UnitCode(mapping);
        // The SUV units of CID 85 carry their annotation in front. Beside Units (0054,1001) such a mapping is for display; without, it is the only unit.
        var end = code?.StartsWith('{') == true ? code.IndexOf('}', StringComparison.Ordinal) : -1;
        return Known(end > 0 && !top.Contains(Tags.Units) && top.GetString(Tags.Modality) == "PT" ? code![(end + 1)..] : code);
    }

    /// <summary>The code of the unit of a mapping as it is written, a long one too; null where there is none.</summary>
    public static string? UnitCode(DicomDataset mapping) =>
        mapping.GetSequence(Tags.MeasurementUnitsCodeSequence) is [var code, ..] ? code.GetString(Tags.CodeValue) ?? code.GetString(LongCodeValue) : null;

    /// <summary>Units that the standard fixes for a kind of object: PET by its Units (PS3.3 C.8.9.1), CT in Hounsfield units where nothing else is said (C.11.1.1.2).</summary>
    private static string? OfModality(DicomDataset top, string? rescaleType) => top.GetString(Tags.Modality) switch
    {
        "PT" => top.GetString(Tags.Units) switch { "BQML" => "Bq/mL", "GML" => "g/mL", "CM2ML" => "cm2/mL", _ => null },
        "CT" when string.IsNullOrWhiteSpace(rescaleType) => HounsfieldUnit,
        _ => null,
    };

    /// <summary>The private scale slope of a Philips MR image, (2005,xx0E) of <c>Philips MR Imaging DD 001</c>; null for other images.</summary>
    private static double? PhilipsScaleSlope(FrameGroups groups)
    {
        if (groups.Top.GetString(Tags.Modality) != "MR" || groups.Top.GetString(Tags.Manufacturer)?.StartsWith("Philips", StringComparison.OrdinalIgnoreCase) != true)
        {
            return null;
        }

        var element = groups.Private(0x2005, "Philips MR Imaging DD 001", 0x0E, "Philips");
        return element?.ReadDoubles(DicomVr.FL) is [var value, ..] && value > 0 ? value : null;
    }

    /// <summary>A unit that can be read, without the annotation in braces that says what is measured (<c>g/ml{SUVbw}</c>).</summary>
    private static string? Known(string? code)
    {
        var brace = code is { Length: < 48 } && code.EndsWith('}') ? code.IndexOf('{', StringComparison.Ordinal) : -1;
        var plain = brace > 0 ? code![..brace] : code;
        return plain == "HU" ? HounsfieldUnit : plain is { Length: < 32 } && Unit.TryParse(plain, out _) ? plain : null;
    }
}
