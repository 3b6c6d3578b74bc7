namespace Etalon.Dicom.Deidentification;

/// <summary>Whether pixels may show who somebody is. Nothing here looks at the pixels: the header tells which kinds of objects hold text or a face.</summary>
internal static class PixelRisk
{
    private static readonly string[] BurntModalities = ["US", "XC", "ES", "GM", "OP", "OT", "SC", "DOC", "ECG", "IVUS", "EPS", "HD"];

    // Screens and reports that scanners save as images of their own kind.
    private static readonly string[] ScreenTerms = ["SCREEN SAVE", "SCREENSAVE", "SCREEN", "SCREENSHOT", "CSA REPORT", "REPORT", "CAPTURE", "PRINT", "DISPLAY", "SAVE"];

    private static readonly string[] HeadWords = ["HEAD", "BRAIN", "SKULL", "FACE", "NECK", "HEADNECK", "ORBIT", "ORBITS", "WHOLEBODY", "SINUS", "PNS"];

    /// <summary>How pixels put a person at risk.</summary>
    public enum Level
    {
        /// <summary>No sign of text.</summary>
        None,

        /// <summary>An image made after the examination; scanners mark their maps so, and few of these hold text.</summary>
        Possible,

        /// <summary>An object of a kind that holds text, or one that says so.</summary>
        Likely,
    }

    /// <summary>Whether names may be burned into the pixels.</summary>
    public static Level Text(DicomDataset dataset)
    {
        if (!HasPixels(dataset))
        {
            return Level.None;
        }

        var burned = dataset.GetString(Tags.BurnedInAnnotation);
        if (burned == "YES" || dataset.GetString(new DicomTag(0x0028, 0x0302)) == "YES")
        {
            return Level.Likely;
        }

        if (HasEmbeddedOverlay(dataset))
        {
            return Level.Likely;
        }

        var sopClass = dataset.GetString(Tags.SopClassUid) ?? "";
        var types = dataset.GetStrings(Tags.ImageType);
        if (sopClass == "1.2.840.10008.5.1.4.1.1.7" || sopClass.StartsWith("1.2.840.10008.5.1.4.1.1.7.", StringComparison.Ordinal)
            || sopClass.StartsWith("1.2.840.10008.5.1.4.1.1.77.1.", StringComparison.Ordinal)
            || dataset.Contains(new DicomTag(0x0008, 0x0064)) && dataset.GetString(new DicomTag(0x0008, 0x0064)) is { } conversion && conversion != "SYN"
            || types.Any(ScreenTerms.Contains))
        {
            return Level.Likely;
        }

        if (burned != "NO" && BurntModalities.Contains(dataset.GetString(Tags.Modality)))
        {
            return Level.Likely;
        }

        return burned != "NO" && types.Count > 1 && types[1] == "SECONDARY" ? Level.Possible : Level.None;
    }

    /// <summary>Whether the voxels hold a head, so that a face can be rendered from them.</summary>
    public static bool Face(DicomDataset dataset)
    {
        if (!HasPixels(dataset) || dataset.GetString(Tags.Modality) is not ("MR" or "CT" or "PT"))
        {
            return false;
        }

        var stated = $"{dataset.GetString(new DicomTag(0x0018, 0x0015))} {dataset.GetString(Tags.StudyDescription)} {dataset.GetString(Tags.SeriesDescription)} {dataset.GetString(Tags.ProtocolName)}";
        return stated.ToUpperInvariant().Split([' ', '_', '-', '^', '/', '\\'], StringSplitOptions.RemoveEmptyEntries).Any(HeadWords.Contains);
    }

    /// <summary>Whether the header places an overlay inside pixel cells where it cannot be taken out: in compressed ones, or among the bits of the value.</summary>
    private static bool HasEmbeddedOverlay(DicomDataset dataset)
    {
        if (!dataset.TryGet(Tags.PixelData, out var pixels) || dataset.GetInt(Tags.BitsAllocated) is not { } allocated)
        {
            return false;
        }

        var high = dataset.GetInt(Tags.HighBit) ?? allocated - 1;
        var low = high + 1 - (dataset.GetInt(Tags.BitsStored) ?? allocated);
        // An overlay with data of its own has one bit allocated; its position then means nothing.
        return dataset.Elements.Any(element => element.Tag is { Element: 0x0102, IsPrivate: false } tag && (tag.Group & 0xFF00) == 0x6000
            && !dataset.Contains(new DicomTag(tag.Group, 0x3000)) && dataset.GetInt(new DicomTag(tag.Group, 0x0100)) != 1
            && (pixels.IsEncapsulated || dataset.GetInt(tag) is not { } bit || (bit >= low && bit <= high)));
    }

    private static bool HasPixels(DicomDataset dataset) =>
        dataset.Contains(Tags.PixelData) || dataset.Contains(new DicomTag(0x7FE0, 0x0008)) || dataset.Contains(new DicomTag(0x7FE0, 0x0009));
}
