namespace Etalon.Dicom;

/// <summary>What the cells of pixel data are.</summary>
public enum DicomPixelKind
{
    /// <summary>Whole numbers of 1, 8, 16 or 32 bits, in PixelData.</summary>
    Integer,

    /// <summary>32-bit floats, in FloatPixelData.</summary>
    Float,

    /// <summary>64-bit floats, in DoubleFloatPixelData.</summary>
    DoubleFloat,
}
