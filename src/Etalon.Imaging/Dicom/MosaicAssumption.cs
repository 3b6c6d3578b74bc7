namespace Etalon.Imaging.Dicom;

/// <summary>What a mosaic leaves open of where its slices lie, and was assumed.</summary>
[Flags]
public enum MosaicAssumption
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Which way the slices follow each other: row x column was taken.</summary>
    Normal = 1,

    /// <summary>How far apart they are: SliceThickness was taken.</summary>
    Spacing = 2,
}
