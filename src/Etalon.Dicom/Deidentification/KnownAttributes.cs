using System.Collections.Frozen;

namespace Etalon.Dicom.Deidentification;

/// <summary>Attributes whose treatment does not follow from the table or from their representation.</summary>
internal static class KnownAttributes
{
    public static readonly DicomTag PatientIdentityRemoved = new(0x0012, 0x0062);
    public static readonly DicomTag DeidentificationMethod = new(0x0012, 0x0063);
    public static readonly DicomTag DeidentificationMethodCodeSequence = new(0x0012, 0x0064);
    public static readonly DicomTag LongitudinalTemporalInformationModified = new(0x0028, 0x0303);
    public static readonly DicomTag PatientAge = new(0x0010, 0x1010);
    public static readonly DicomTag ContentSequence = new(0x0040, 0xA730);
    public static readonly DicomTag CodingSchemeDesignator = new(0x0008, 0x0102);
    public static readonly DicomTag TimezoneOffset = new(0x0008, 0x0201);

    /// <summary>The version of a code list of the standard: public, the same for all patients. Moved, it would tell by how many days.</summary>
    public static readonly DicomTag ContextGroupVersion = new(0x0008, 0x0106);

    /// <summary>Texts of machines and methods, by keyword: kept but for identifiers. Free text of people is not among them.</summary>
    private static readonly FrozenSet<string> Technical = new[]
    {
        "Manufacturer", "ManufacturerModelName", "ManufacturerRelatedModelGroup", "SoftwareVersions", "SequenceName", "PulseSequenceName", "ReceiveCoilName", "TransmitCoilName",
        "ReceiveCoilManufacturerName", "TransmitCoilManufacturerName", "MultiCoilConfiguration", "MultiCoilElementName", "ConvolutionKernel", "FilterType", "TypeOfFilters", "ImageFilter",
        "ImagedNucleus", "Radionuclide", "Radiopharmaceutical", "RadiopharmaceuticalRoute", "ContrastBolusRoute", "ReconstructionMethod", "AttenuationCorrectionMethod",
        "ScatterCorrectionMethod", "DetectorLinesOfResponseUsed", "ReconstructionDescription", "AlgorithmDescription", "ApplicationName", "ApplicationVersion", "ApplicationManufacturer",
        "ASLTechniqueDescription", "ASLCrusherDescription", "ASLBolusCutoffTechnique", "AcquisitionMode", "CardiacFramingType", "TriggerSourceOrType", "CollimatorGridName",
        "RescaleType", "ModalityLUTType", "LUTLabel", "LUTExplanation", "WindowCenterWidthExplanation", "StackID", "DimensionDescriptionLabel", "PositionReferenceIndicator",
        "CodeValue", "LongCodeValue", "CodingSchemeDesignator", "CodingSchemeVersion", "CodingSchemeRegistry", "CodingSchemeName", "MappingResourceName", "SegmentAlgorithmName",
        "SecondaryCaptureDeviceManufacturer", "SecondaryCaptureDeviceManufacturerModelName", "SecondaryCaptureDeviceSoftwareVersions", "DoseModeName", "EnergyWindowName",
        "TransducerData", "ProcessingFunction", "DigitalImageFormatAcquired", "DetectorManufacturerName", "DetectorManufacturerModelName", "ImageGeometryType", "AlgorithmName", "AlgorithmVersion",
        "SourceIsotopeName", "MaterialID",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>UIDs that name a class, a code list or a coding scheme, not an instance. Those of makers stay too.</summary>
    private static readonly FrozenSet<uint> ClassUids = new uint[]
    {
        0x0008_0016, 0x0008_001A, 0x0008_001B, 0x0008_0062, 0x0008_010C, 0x0008_010D, 0x0008_0117, 0x0008_0118, 0x0008_1150, 0x0008_115A, 0x0008_3002,
    }.ToFrozenSet();

    /// <summary>Bulk values that are image, geometry or signal.</summary>
    private static readonly FrozenSet<uint> Bulk = new uint[]
    {
        0x7FE0_0001, 0x7FE0_0002, 0x7FE0_0008, 0x7FE0_0009, 0x7FE0_0010, 0x0028_1201, 0x0028_1202, 0x0028_1203, 0x0028_1204, 0x0028_1221, 0x0028_1222, 0x0028_1223, 0x0028_2000,
        0x0028_3006, 0x0028_1408, 0x0066_0016, 0x0066_0018, 0x0066_0019, 0x0066_0021, 0x0066_0022, 0x0066_0023, 0x0066_0024, 0x0066_0025, 0x0066_0029, 0x0066_0040, 0x0066_0041, 0x0066_0042, 0x0066_0043,
        0x5400_1010, 0x5600_0010, 0x5600_0020, 0x0064_0009, 0x0066_0125, 0x0066_0129, 0x006A_0011,
    }.ToFrozenSet();

    /// <summary>Schemes of codes that their makers publish: a code of theirs and its meaning name nobody.</summary>
    private static readonly FrozenSet<string> PublicSchemes = new[]
    {
        "DCM", "SCT", "SRT", "SNM3", "UCUM", "LN", "FMA", "UMLS", "RADLEX", "NCIt", "IBSI", "ICD10", "ICDO3", "BI", "MDC", "NEU", "ITIS_TSN", "PUBCHEM_CID", "UNS", "99SDM", "99ETALON", "DCMUID", "ISO639_1", "ISO3166_1", "RFC5646",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool IsTechnical(DicomTag tag) => tag.Keyword is { } keyword && Technical.Contains(keyword);

    /// <summary>Technical texts that are a number: of a device, or the version of a public code list. A serial number may look like a day.</summary>
    public static bool IsNumbered(DicomTag tag) => tag.Keyword is { } keyword && (keyword == "CodingSchemeVersion" || keyword.EndsWith("Number", StringComparison.Ordinal));

    public static bool IsClassUid(DicomTag tag) => ClassUids.Contains(tag.Number);

    public static bool IsBulk(DicomTag tag) => Bulk.Contains(tag.Number);

    public static bool IsPublicScheme(string designator) => PublicSchemes.Contains(designator);

    /// <summary>Groups about patient, trial, request, visit, signatures and media: what the table does not name of them goes.</summary>
    public static bool IsPersonalGroup(DicomTag tag) => tag.Group is 0x0004 or 0x0010 or 0x0012 or 0x0032 or 0x0038 or 0x0088 or 0x0400 or 0x4008 or 0x4FFE or 0x4000
        || (tag.Group == 0x0040 && tag.Element is >= 0x1000 and < 0x4000);

    /// <summary>What goes whatever the table and its options say. Days on which a machine was made and set up are known elsewhere: moved, they would tell by how
    /// many days. Annotations are drawings and text over an image. Texts come out as ASCII, so no character set is stated.
    /// A reference to the study is of type 3, and invalid without items.</summary>
    public static bool IsAlwaysRemoved(DicomTag tag) => tag.Number is 0x0018_1204 or 0x0018_1205 or 0x0070_0001 or 0x0040_B020 or 0x0008_0005 or 0x0008_1110;

    /// <summary>A text that identifies by its name, whatever it holds.</summary>
    public static bool IsIdentifier(DicomTag tag) => tag.Keyword is { } keyword && !Technical.Contains(keyword)
        && (keyword.EndsWith("ID", StringComparison.Ordinal) || keyword.EndsWith("IDs", StringComparison.Ordinal) || keyword.EndsWith("Number", StringComparison.Ordinal) || keyword.EndsWith("Identifier", StringComparison.Ordinal));
}
