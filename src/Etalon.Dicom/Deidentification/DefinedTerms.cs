using System.Collections.Frozen;

namespace Etalon.Dicom.Deidentification;

/// <summary>Coded strings whose terms the standard closes: anything else in them is no term, and may be a name.</summary>
internal static class DefinedTerms
{
    private static readonly FrozenDictionary<uint, FrozenSet<string>> Closed = new Dictionary<uint, string>
    {
        // PatientPosition (PS3.3 C.7.3.1.1.2).
        [0x0018_5100] = "HFP HFS HFDR HFDL FFDR FFDL FFP FFS LFP LFS RFP RFS AFDR AFDL PFDR PFDL AFP AFS PFP PFS",
        // Laterality, ImageLaterality, FrameLaterality.
        [0x0020_0060] = "R L",
        [0x0020_0062] = "R L U B",
        [0x0020_9072] = "R L U B",
        // MRAcquisitionType, ScanningSequence, SequenceVariant, AngioFlag (C.8.3.1.1).
        [0x0018_0023] = "2D 3D",
        [0x0018_0020] = "SE IR GR EP RM",
        [0x0018_0021] = "SK MTC SS TRSS SP MP OSP NONE",
        [0x0018_0025] = "Y N",
        // RotationDirection, BurnedInAnnotation, LossyImageCompression.
        [0x0018_1140] = "CW CC",
        [0x0028_0301] = "YES NO",
        [0x0028_2110] = "00 01",
    }.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Split(' ').ToFrozenSet(StringComparer.Ordinal));

    /// <summary>Whether a value may stand in an element: any where the terms are open.</summary>
    public static bool Allow(DicomTag tag, string value) => value.Length == 0 || !Closed.TryGetValue(tag.Number, out var terms) || terms.Contains(value.Trim());
}
