using System.Text.RegularExpressions;
using Etalon.Assays;
using Etalon.Dicom;
using Etalon.Imaging.Dicom.Write;
using Etalon.Metrology;

namespace Etalon.Study.Dicom;

/// <summary>Codes of measurands, statistics, units and regions (PS3.16 CID 218, 225, 7150, 7181, 7464, 7469; UCUM).</summary>
internal static partial class DicomCodes
{
    public static DicomCode Adc { get; } = new("113041", "DCM", "Apparent Diffusion Coefficient");

    public static DicomCode SuvBw { get; } = new("126401", "DCM", "SUVbw");

    /// <summary>What a measurement is of, without its statistic.</summary>
    public static DicomCode Measurand(string measurand) => measurand.Split('.') switch
    {
        ["adc", ..] => Adc,
        ["suvbw", ..] => SuvBw,
        ["suvlbm", ..] => new DicomCode("126402", "DCM", "SUVlbm"),
        ["suvbsa", ..] => new DicomCode("126403", "DCM", "SUVbsa"),
        ["suvibw", ..] => new DicomCode("126404", "DCM", "SUVibw"),
        ["t1", ..] => new DicomCode("113063", "DCM", "T1"),
        ["t2", ..] => new DicomCode("113065", "DCM", "T2"),
        ["r1", ..] => new DicomCode("126393", "DCM", "R1"),
        ["ktrans", ..] => new DicomCode("126312", "DCM", "Ktrans"),
        ["kep", ..] => new DicomCode("126313", "DCM", "kep"),
        ["ve", ..] => new DicomCode("126314", "DCM", "ve"),
        ["vp", ..] => new DicomCode("126331", "DCM", "vp"),
        ["cbv" or "rcbv", ..] => new DicomCode("113056", "DCM", "Regional Cerebral Blood Volume"),
        ["cbf", ..] => new DicomCode("113055", "DCM", "Regional Cerebral Blood Flow"),
        ["mtt", ..] => new DicomCode("113052", "DCM", "Mean Transit Time"),
        ["volume"] => new DicomCode("118565006", "SCT", "Volume"),
        ["diameter", "longest"] => new DicomCode("103339001", "SCT", "Long axis"),
        ["diameter", "perpendicular"] => new DicomCode("103340004", "SCT", "Short axis"),
        _ => new DicomCode(DicomText.Fit(measurand.ToUpperInvariant(), DicomVr.SH), EtalonCodes.Scheme, measurand),
    };

    /// <summary>Which statistic of a region it is; null where there is none.</summary>
    public static DicomCode? Statistic(string measurand) => measurand.Split('.') switch
    {
        [_, "mean"] => new DicomCode("373098007", "SCT", "Mean"),
        [_, "median"] => new DicomCode("373099004", "SCT", "Median"),
        [_, "max"] => new DicomCode("56851009", "SCT", "Maximum"),
        [_, "peak"] => new DicomCode("126031", "DCM", "Peak Value Within ROI"),
        _ => null,
    };

    /// <summary>How a map was derived (CID 7203): by the name of what it shows where there is one, else by the fit of a model.</summary>
    public static DicomCode Derivation(string measurand) => measurand switch
    {
        "adc" or "t1" or "t2" or "rcbv" or "cbv" or "cbf" or "mtt" => Measurand(measurand),
        _ when measurand.StartsWith("suv", StringComparison.Ordinal) => new DicomCode("113053", "DCM", "Pixel by pixel multiplication"),
        _ => new DicomCode("MODEL-FIT", EtalonCodes.Scheme, "Fit of a model to the signal of each voxel"),
    };

    public static DicomCode Unit(string unit, string measurand) => unit switch
    {
        "g/mL" when measurand.StartsWith("suvbw", StringComparison.Ordinal) => new DicomCode("g/ml{SUVbw}", "UCUM", "Standardized Uptake Value body weight"),
        "mL" => new DicomCode("mL", "UCUM", "milliliter"),
        "mm" => new DicomCode("mm", "UCUM", "millimeter"),
        "1" => NoUnits,
        _ => new DicomCode(unit, "UCUM", unit),
    };

    public static DicomCode NoUnits { get; } = new("1", "UCUM", "no units");

    /// <summary>Category and type of a region: as the input codes it, else by the type of its contours, else by what its name says; tissue where nothing says anything.</summary>
    public static (DicomCode Category, DicomCode Type) Region(VisitRegion region) => region switch
    {
        { Kind: RegionKind.Whole, Id: "head" } => (SegmentCodes.AnatomicalStructure, SegmentCodes.Head),
        { Kind: RegionKind.Whole } => (SegmentCodes.Tissue, SegmentCodes.Tissue),
        { Meaning: { Category: { } category, Type: { } type } } => (category, type),
        { Meaning.InterpretedType: "GTV" } => (SegmentCodes.AbnormalStructure, SegmentCodes.Neoplasm),
        { Meaning.InterpretedType: "ORGAN", Id: var id } => id.Equals("brain", StringComparison.OrdinalIgnoreCase)
            ? (SegmentCodes.AnatomicalStructure, SegmentCodes.Brain)
            : (SegmentCodes.AnatomicalStructure, SegmentCodes.Organ),
        // CTV, PTV and margins hold tumour and what is around it.
        { Meaning.InterpretedType.Length: > 0 } => (SegmentCodes.Tissue, SegmentCodes.Tissue),
        _ => Named(region.Id.ToLowerInvariant()),
    };

    private static (DicomCode Category, DicomCode Type) Named(string name) => name switch
    {
        "enhancing" => (SegmentCodes.AbnormalStructure, SegmentCodes.EnhancingLesion),
        "brain" => (SegmentCodes.AnatomicalStructure, SegmentCodes.Brain),
        _ when name.Contains("edema", StringComparison.Ordinal) || name.Contains("oedema", StringComparison.Ordinal) => (SegmentCodes.AbnormalStructure, SegmentCodes.Edema),
        _ when name.Contains("necro", StringComparison.Ordinal) => (SegmentCodes.AbnormalStructure, SegmentCodes.Necrosis),
        _ when TumourWord().IsMatch(name) && !LessWord().IsMatch(name) => (SegmentCodes.AbnormalStructure, SegmentCodes.Neoplasm),
        _ => (SegmentCodes.Tissue, SegmentCodes.Tissue),
    };

    [GeneratedRegex(@"gtv|tumou?r|lesion|cancer|carcinoma|neoplas|metasta|(^|[^a-z])mets?([^a-z]|$)")]
    private static partial Regex TumourWord();

    /// <summary>An organ less the tumour, as TG-263 names it (Lungs-GTV), is no tumour.</summary>
    [GeneratedRegex(@"minus|[a-z]-(i?gtv|tumou?r|lesion)|(^|[^a-z])(no|non|not)[^a-z]")]
    private static partial Regex LessWord();
}
