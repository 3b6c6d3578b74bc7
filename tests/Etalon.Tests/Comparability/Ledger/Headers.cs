using System.Globalization;
using Etalon.Imaging;

namespace Etalon.Tests.Comparability.Ledger;

/// <summary>Whole records of acquisitions, one for each measurand, in which nothing that the ledger asks for is missing.</summary>
internal static class Headers
{
    public static Acquisition Of(string measurand) => measurand.Split('.')[0] switch
    {
        "adc" => Make("MR", Scanner, Mr, [
            ("DiffusionBValue", "0 500 1000"), ("DiffusionDirectionality", "DIRECTIONAL"), ("DiffusionDirections", "3"), ("EchoTime", "0.08"), ("RepetitionTime", "5"), ("FlipAngle", "90"),
        ]),
        "t1" => Make("MR", Scanner, Mr, [("FlipAngle", "3 15"), ("RepetitionTime", "0.006"), ("EchoTime", "0.002"), ("InversionTime", "0.4 2")]),
        "ktrans" => Make("MR", Scanner, Mr, [
            ("FlipAngle", "12"), ("RepetitionTime", "0.005"), ("EchoTime", "0.002"), ("TemporalResolution", "4"), ("NumberOfTemporalPositions", "60"), ("ContrastBolusAgent", "Gadobutrol"),
            ("ContrastBolusT1Relaxivity", "4.5"), ("ContrastBolusVolume", "10"), ("ContrastBolusIngredientConcentration", "604"), ("PatientWeight", "75"), ("ContrastFlowRate", "3"), ("ContrastFlowDuration", "4"),
            ("ContrastBolusRoute", "IV"),
        ]),
        "suvbw" => Make("PT", Scanner, [
            ("Units", "BQML"), ("Radiopharmaceutical", "FDG"), ("RadiopharmaceuticalCode", "FDG"), ("RadionuclideCode", "F-18"), ("RadionuclideHalfLife", "6586.2"), ("RadionuclideTotalDose", "300000000"), ("PatientWeight", "75"),
            ("PatientSize", "1.75"), ("UptakeTime", "3600"), ("DecayCorrection", "START"), ("CorrectedImage", "ATTN\\DECY\\SCAT\\RAN"), ("AttenuationCorrectionMethod", "CT"), ("ScatterCorrectionMethod", "model"),
            ("RandomsCorrectionMethod", "DLYD"), ("ReconstructionMethod", "OSEM 3i21s"), ("ConvolutionKernel", "Gauss 5.0"), ("ActualFrameDuration", "120"), ("DoseCalibrationFactor", "1"), ("PixelSpacing", "4 4"),
            ("SliceThickness", "3"), ("SpacingBetweenSlices", "3"),
        ]),
        "volume" => Make("CT", Scanner, [
            ("ConvolutionKernel", "B30f"), ("KVP", "120"), ("Exposure", "100"), ("CTDIvol", "8"), ("ReconstructionDiameter", "350"), ("IterativeReconstructionMethod", "NONE"), ("ContrastBolusAgent", "Iohexol"), ("PixelSpacing", "0.7 0.7"),
            ("SliceThickness", "2"), ("SpacingBetweenSlices", "2"),
        ]),
        _ => throw new ArgumentOutOfRangeException(nameof(measurand)),
    };

    /// <summary>The record with another value; null: absent.</summary>
    public static Acquisition With(this Acquisition record, string name, string? value) => record with { Attributes = [.. record.Attributes.Select(a => a.Name == name ? Attribute(name, value) : a)] };

    private static (string, string)[] Scanner =>
    [
        ("Manufacturer", "SIEMENS"), ("ManufacturersModelName", "Skyra"), ("DeviceSerialNumber", "45123"), ("SoftwareVersions", "VE11C"), ("ImageType", "ORIGINAL\\PRIMARY\\M"), ("RescaleType", "US"), ("DerivationDescription", "none"),
        ("StudyDateTime", "2024-03-12T09:30:15"),
    ];

    private static (string, string)[] Mr =>
    [
        ("MagneticFieldStrength", "3"), ("ScanningSequence", "EP"), ("PulseSequenceType", "ep2d"), ("SequenceVariant", "SK"), ("MRAcquisitionType", "2D"), ("ScanOptions", "FS"), ("ReceiveCoilName", "Head_20"), ("NumberOfAverages", "2"),
        ("PixelBandwidth", "1500"), ("ParallelReductionFactorInPlane", "2"), ("PartialFourier", "NO"), ("EchoTrainLength", "60"), ("AcquisitionMatrix", "128 128"), ("PixelSpacing", "1.8 1.8"), ("SliceThickness", "4"),
        ("SpacingBetweenSlices", "4.4"),
    ];

    private static Acquisition Make(string modality, params (string Name, string Value)[][] parts)
    {
        var values = parts.SelectMany(p => p).Append(("Modality", modality)).ToDictionary(p => p.Item1, p => p.Item2, StringComparer.Ordinal);
        return new Acquisition("series", [.. AttributeTable.All.Where(d => d.IsOf(modality)).Select(d => Attribute(d.Name, values.GetValueOrDefault(d.Name)))]);
    }

    private static AcquisitionAttribute Attribute(string name, string? value)
    {
        if (value is null)
        {
            return AcquisitionAttribute.Absent(name);
        }

        var definition = AttributeTable.Find(name)!;
        var numbers = definition.Kind is AttributeKind.Number or AttributeKind.Numbers ? value.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToList() : [];
        return new AcquisitionAttribute(name, value, AttributeState.Present) { Numbers = numbers, Unit = definition.Unit };
    }
}
