namespace Etalon.Dicom;

// Tags of PET, of CT and of radiopharmaceuticals.
public static partial class Tags
{
    /// <summary>(0018,0031) Radiopharmaceutical, LO.</summary>
    public static DicomTag Radiopharmaceutical => new(0x0018, 0x0031);

    /// <summary>(0018,0060) KVP, DS.</summary>
    public static DicomTag Kvp => new(0x0018, 0x0060);

    /// <summary>(0018,0090) DataCollectionDiameter, DS.</summary>
    public static DicomTag DataCollectionDiameter => new(0x0018, 0x0090);

    /// <summary>(0018,1072) RadiopharmaceuticalStartTime, TM.</summary>
    public static DicomTag RadiopharmaceuticalStartTime => new(0x0018, 0x1072);

    /// <summary>(0018,1073) RadiopharmaceuticalStopTime, TM.</summary>
    public static DicomTag RadiopharmaceuticalStopTime => new(0x0018, 0x1073);

    /// <summary>(0018,1074) RadionuclideTotalDose, DS.</summary>
    public static DicomTag RadionuclideTotalDose => new(0x0018, 0x1074);

    /// <summary>(0018,1075) RadionuclideHalfLife, DS.</summary>
    public static DicomTag RadionuclideHalfLife => new(0x0018, 0x1075);

    /// <summary>(0018,1076) RadionuclidePositronFraction, DS.</summary>
    public static DicomTag RadionuclidePositronFraction => new(0x0018, 0x1076);

    /// <summary>(0018,1078) RadiopharmaceuticalStartDateTime, DT.</summary>
    public static DicomTag RadiopharmaceuticalStartDateTime => new(0x0018, 0x1078);

    /// <summary>(0018,1079) RadiopharmaceuticalStopDateTime, DT.</summary>
    public static DicomTag RadiopharmaceuticalStopDateTime => new(0x0018, 0x1079);

    /// <summary>(0018,1150) ExposureTime, IS.</summary>
    public static DicomTag ExposureTime => new(0x0018, 0x1150);

    /// <summary>(0018,1151) XRayTubeCurrent, IS.</summary>
    public static DicomTag XRayTubeCurrent => new(0x0018, 0x1151);

    /// <summary>(0018,1152) Exposure, IS.</summary>
    public static DicomTag Exposure => new(0x0018, 0x1152);

    /// <summary>(0018,1160) FilterType, SH.</summary>
    public static DicomTag FilterType => new(0x0018, 0x1160);

    /// <summary>(0018,1210) ConvolutionKernel, SH.</summary>
    public static DicomTag ConvolutionKernel => new(0x0018, 0x1210);

    /// <summary>(0018,1242) ActualFrameDuration, IS.</summary>
    public static DicomTag ActualFrameDuration => new(0x0018, 0x1242);

    /// <summary>(0018,9306) SingleCollimationWidth, FD.</summary>
    public static DicomTag SingleCollimationWidth => new(0x0018, 0x9306);

    /// <summary>(0018,9307) TotalCollimationWidth, FD.</summary>
    public static DicomTag TotalCollimationWidth => new(0x0018, 0x9307);

    /// <summary>(0018,9311) SpiralPitchFactor, FD.</summary>
    public static DicomTag SpiralPitchFactor => new(0x0018, 0x9311);

    /// <summary>(0018,9315) ReconstructionAlgorithm, CS.</summary>
    public static DicomTag ReconstructionAlgorithm => new(0x0018, 0x9315);

    /// <summary>(0018,9345) CTDIvol, FD.</summary>
    public static DicomTag Ctdivol => new(0x0018, 0x9345);

    /// <summary>(0018,9701) DecayCorrectionDateTime, DT.</summary>
    public static DicomTag DecayCorrectionDateTime => new(0x0018, 0x9701);

    /// <summary>(0018,9739) NumberOfIterations, US.</summary>
    public static DicomTag NumberOfIterations => new(0x0018, 0x9739);

    /// <summary>(0018,9740) NumberOfSubsets, US.</summary>
    public static DicomTag NumberOfSubsets => new(0x0018, 0x9740);

    /// <summary>(0018,9758) DecayCorrected, CS.</summary>
    public static DicomTag DecayCorrected => new(0x0018, 0x9758);

    /// <summary>(0018,9759) AttenuationCorrected, CS.</summary>
    public static DicomTag AttenuationCorrected => new(0x0018, 0x9759);

    /// <summary>(0018,9760) ScatterCorrected, CS.</summary>
    public static DicomTag ScatterCorrected => new(0x0018, 0x9760);

    /// <summary>(0018,9769) IterativeReconstructionMethod, CS.</summary>
    public static DicomTag IterativeReconstructionMethod => new(0x0018, 0x9769);

    /// <summary>(0028,0051) CorrectedImage, CS.</summary>
    public static DicomTag CorrectedImage => new(0x0028, 0x0051);

    /// <summary>(0054,0016) RadiopharmaceuticalInformationSequence, SQ.</summary>
    public static DicomTag RadiopharmaceuticalInformationSequence => new(0x0054, 0x0016);

    /// <summary>(0054,0081) NumberOfSlices, US.</summary>
    public static DicomTag NumberOfSlices => new(0x0054, 0x0081);

    /// <summary>(0054,0101) NumberOfTimeSlices, US.</summary>
    public static DicomTag NumberOfTimeSlices => new(0x0054, 0x0101);

    /// <summary>(0054,0300) RadionuclideCodeSequence, SQ.</summary>
    public static DicomTag RadionuclideCodeSequence => new(0x0054, 0x0300);

    /// <summary>(0054,0304) RadiopharmaceuticalCodeSequence, SQ.</summary>
    public static DicomTag RadiopharmaceuticalCodeSequence => new(0x0054, 0x0304);

    /// <summary>(0054,1000) SeriesType, CS.</summary>
    public static DicomTag SeriesType => new(0x0054, 0x1000);

    /// <summary>(0054,1001) Units, CS.</summary>
    public static DicomTag Units => new(0x0054, 0x1001);

    /// <summary>(0054,1002) CountsSource, CS.</summary>
    public static DicomTag CountsSource => new(0x0054, 0x1002);

    /// <summary>(0054,1004) ReprojectionMethod, CS.</summary>
    public static DicomTag ReprojectionMethod => new(0x0054, 0x1004);

    /// <summary>(0054,1006) SUVType, CS.</summary>
    public static DicomTag SuvType => new(0x0054, 0x1006);

    /// <summary>(0054,1100) RandomsCorrectionMethod, CS.</summary>
    public static DicomTag RandomsCorrectionMethod => new(0x0054, 0x1100);

    /// <summary>(0054,1101) AttenuationCorrectionMethod, LO.</summary>
    public static DicomTag AttenuationCorrectionMethod => new(0x0054, 0x1101);

    /// <summary>(0054,1102) DecayCorrection, CS.</summary>
    public static DicomTag DecayCorrection => new(0x0054, 0x1102);

    /// <summary>(0054,1103) ReconstructionMethod, LO.</summary>
    public static DicomTag ReconstructionMethod => new(0x0054, 0x1103);

    /// <summary>(0054,1105) ScatterCorrectionMethod, LO.</summary>
    public static DicomTag ScatterCorrectionMethod => new(0x0054, 0x1105);

    /// <summary>(0054,1300) FrameReferenceTime, DS.</summary>
    public static DicomTag FrameReferenceTime => new(0x0054, 0x1300);

    /// <summary>(0054,1321) DecayFactor, DS.</summary>
    public static DicomTag DecayFactor => new(0x0054, 0x1321);

    /// <summary>(0054,1322) DoseCalibrationFactor, DS.</summary>
    public static DicomTag DoseCalibrationFactor => new(0x0054, 0x1322);

    /// <summary>(0054,1323) ScatterFractionFactor, DS.</summary>
    public static DicomTag ScatterFractionFactor => new(0x0054, 0x1323);

    /// <summary>(0054,1324) DeadTimeFactor, DS.</summary>
    public static DicomTag DeadTimeFactor => new(0x0054, 0x1324);

    /// <summary>(0054,1330) ImageIndex, US.</summary>
    public static DicomTag ImageIndex => new(0x0054, 0x1330);
}
