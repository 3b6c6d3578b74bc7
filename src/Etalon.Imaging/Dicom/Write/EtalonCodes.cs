using Etalon.Dicom;

namespace Etalon.Imaging.Dicom.Write;

/// <summary>Concepts that DICOM, SNOMED CT and the NCI thesaurus have no code for, in a private scheme (PS3.16 section 8).</summary>
public static class EtalonCodes
{
    /// <summary>CodingSchemeDesignator.</summary>
    public const string Scheme = "99ETALON";

    /// <summary>Standard uncertainty (JCGM 100, 2.3.1), k = 1.</summary>
    public static DicomCode StandardUncertainty { get; } = new("STD-UNCERTAINTY", Scheme, "Standard uncertainty (k = 1)");

    /// <summary>Coverage probability of an interval (JCGM 100, 6.2.2).</summary>
    public static DicomCode CoverageProbability { get; } = new("COVERAGE", Scheme, "Coverage probability");

    /// <summary>Effective degrees of freedom (JCGM 100, G.4).</summary>
    public static DicomCode DegreesOfFreedom { get; } = new("DOF", Scheme, "Effective degrees of freedom");

    /// <summary>One component of a standard uncertainty.</summary>
    public static DicomCode UncertaintyComponent { get; } = new("U-COMPONENT", Scheme, "Component of standard uncertainty");

    /// <summary>What a component of uncertainty comes from.</summary>
    public static DicomCode ComponentSource { get; } = new("U-SOURCE", Scheme, "Source of uncertainty");

    /// <summary>The quantity that a map or a number tells the uncertainty of.</summary>
    public static DicomCode OfQuantity { get; } = new("OF-QUANTITY", Scheme, "Of quantity");

    /// <summary>Why there is no value.</summary>
    public static DicomCode Status { get; } = new("STATUS", Scheme, "Why not measured");

    /// <summary>(0008,0110) CodingSchemeIdentificationSequence.</summary>
    internal static DicomTag CodingSchemeIdentificationSequence => new(0x0008, 0x0110);

    internal static DicomDatasetBuilder SchemeItem() => new DicomDatasetBuilder()
        .Set(Tags.CodingSchemeDesignator, Scheme)
        .Set(new DicomTag(0x0008, 0x0115), "Codes of Etalon")
        .Set(new DicomTag(0x0008, 0x0116), "Etalon");
}
