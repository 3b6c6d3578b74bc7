namespace Etalon.Dicom;

// Tags of magnetic resonance: sequence, diffusion, contrast.
public static partial class Tags
{
    /// <summary>(0008,9208) ComplexImageComponent, CS.</summary>
    public static DicomTag ComplexImageComponent => new(0x0008, 0x9208);

    /// <summary>(0008,9209) AcquisitionContrast, CS.</summary>
    public static DicomTag AcquisitionContrast => new(0x0008, 0x9209);

    /// <summary>(0018,0010) ContrastBolusAgent, LO.</summary>
    public static DicomTag ContrastBolusAgent => new(0x0018, 0x0010);

    /// <summary>(0018,0012) ContrastBolusAgentSequence, SQ.</summary>
    public static DicomTag ContrastBolusAgentSequence => new(0x0018, 0x0012);

    /// <summary>(0018,0020) ScanningSequence, CS.</summary>
    public static DicomTag ScanningSequence => new(0x0018, 0x0020);

    /// <summary>(0018,0021) SequenceVariant, CS.</summary>
    public static DicomTag SequenceVariant => new(0x0018, 0x0021);

    /// <summary>(0018,0022) ScanOptions, CS.</summary>
    public static DicomTag ScanOptions => new(0x0018, 0x0022);

    /// <summary>(0018,0023) MRAcquisitionType, CS.</summary>
    public static DicomTag MrAcquisitionType => new(0x0018, 0x0023);

    /// <summary>(0018,0024) SequenceName, SH.</summary>
    public static DicomTag SequenceName => new(0x0018, 0x0024);

    /// <summary>(0018,0025) AngioFlag, CS.</summary>
    public static DicomTag AngioFlag => new(0x0018, 0x0025);

    /// <summary>(0018,0080) RepetitionTime, DS.</summary>
    public static DicomTag RepetitionTime => new(0x0018, 0x0080);

    /// <summary>(0018,0081) EchoTime, DS.</summary>
    public static DicomTag EchoTime => new(0x0018, 0x0081);

    /// <summary>(0018,0082) InversionTime, DS.</summary>
    public static DicomTag InversionTime => new(0x0018, 0x0082);

    /// <summary>(0018,0083) NumberOfAverages, DS.</summary>
    public static DicomTag NumberOfAverages => new(0x0018, 0x0083);

    /// <summary>(0018,0084) ImagingFrequency, DS.</summary>
    public static DicomTag ImagingFrequency => new(0x0018, 0x0084);

    /// <summary>(0018,0085) ImagedNucleus, SH.</summary>
    public static DicomTag ImagedNucleus => new(0x0018, 0x0085);

    /// <summary>(0018,0086) EchoNumbers, IS.</summary>
    public static DicomTag EchoNumbers => new(0x0018, 0x0086);

    /// <summary>(0018,0087) MagneticFieldStrength, DS.</summary>
    public static DicomTag MagneticFieldStrength => new(0x0018, 0x0087);

    /// <summary>(0018,0089) NumberOfPhaseEncodingSteps, IS.</summary>
    public static DicomTag NumberOfPhaseEncodingSteps => new(0x0018, 0x0089);

    /// <summary>(0018,0091) EchoTrainLength, IS.</summary>
    public static DicomTag EchoTrainLength => new(0x0018, 0x0091);

    /// <summary>(0018,0093) PercentSampling, DS.</summary>
    public static DicomTag PercentSampling => new(0x0018, 0x0093);

    /// <summary>(0018,0094) PercentPhaseFieldOfView, DS.</summary>
    public static DicomTag PercentPhaseFieldOfView => new(0x0018, 0x0094);

    /// <summary>(0018,0095) PixelBandwidth, DS.</summary>
    public static DicomTag PixelBandwidth => new(0x0018, 0x0095);

    /// <summary>(0018,1041) ContrastBolusVolume, DS.</summary>
    public static DicomTag ContrastBolusVolume => new(0x0018, 0x1041);

    /// <summary>(0018,1042) ContrastBolusStartTime, TM.</summary>
    public static DicomTag ContrastBolusStartTime => new(0x0018, 0x1042);

    /// <summary>(0018,1043) ContrastBolusStopTime, TM.</summary>
    public static DicomTag ContrastBolusStopTime => new(0x0018, 0x1043);

    /// <summary>(0018,1044) ContrastBolusTotalDose, DS.</summary>
    public static DicomTag ContrastBolusTotalDose => new(0x0018, 0x1044);

    /// <summary>(0018,1046) ContrastFlowRate, DS.</summary>
    public static DicomTag ContrastFlowRate => new(0x0018, 0x1046);

    /// <summary>(0018,1047) ContrastFlowDuration, DS.</summary>
    public static DicomTag ContrastFlowDuration => new(0x0018, 0x1047);

    /// <summary>(0018,1048) ContrastBolusIngredient, CS.</summary>
    public static DicomTag ContrastBolusIngredient => new(0x0018, 0x1048);

    /// <summary>(0018,1049) ContrastBolusIngredientConcentration, DS.</summary>
    public static DicomTag ContrastBolusIngredientConcentration => new(0x0018, 0x1049);

    /// <summary>(0018,1060) TriggerTime, DS.</summary>
    public static DicomTag TriggerTime => new(0x0018, 0x1060);

    /// <summary>(0018,1062) NominalInterval, IS.</summary>
    public static DicomTag NominalInterval => new(0x0018, 0x1062);

    /// <summary>(0018,1100) ReconstructionDiameter, DS.</summary>
    public static DicomTag ReconstructionDiameter => new(0x0018, 0x1100);

    /// <summary>(0018,1250) ReceiveCoilName, SH.</summary>
    public static DicomTag ReceiveCoilName => new(0x0018, 0x1250);

    /// <summary>(0018,1251) TransmitCoilName, SH.</summary>
    public static DicomTag TransmitCoilName => new(0x0018, 0x1251);

    /// <summary>(0018,1310) AcquisitionMatrix, US.</summary>
    public static DicomTag AcquisitionMatrix => new(0x0018, 0x1310);

    /// <summary>(0018,1312) InPlanePhaseEncodingDirection, CS.</summary>
    public static DicomTag InPlanePhaseEncodingDirection => new(0x0018, 0x1312);

    /// <summary>(0018,1314) FlipAngle, DS.</summary>
    public static DicomTag FlipAngle => new(0x0018, 0x1314);

    /// <summary>(0018,1315) VariableFlipAngleFlag, CS.</summary>
    public static DicomTag VariableFlipAngleFlag => new(0x0018, 0x1315);

    /// <summary>(0018,1316) SAR, DS.</summary>
    public static DicomTag Sar => new(0x0018, 0x1316);

    /// <summary>(0018,1318) dBdt, DS.</summary>
    public static DicomTag DBdt => new(0x0018, 0x1318);

    /// <summary>(0018,1320) B1rms, FL.</summary>
    public static DicomTag B1rms => new(0x0018, 0x1320);

    /// <summary>(0018,9005) PulseSequenceName, SH.</summary>
    public static DicomTag PulseSequenceName => new(0x0018, 0x9005);

    /// <summary>(0018,9006) MRImagingModifierSequence, SQ.</summary>
    public static DicomTag MrImagingModifierSequence => new(0x0018, 0x9006);

    /// <summary>(0018,9008) EchoPulseSequence, CS.</summary>
    public static DicomTag EchoPulseSequence => new(0x0018, 0x9008);

    /// <summary>(0018,9009) InversionRecovery, CS.</summary>
    public static DicomTag InversionRecovery => new(0x0018, 0x9009);

    /// <summary>(0018,9012) MultiPlanarExcitation, CS.</summary>
    public static DicomTag MultiPlanarExcitation => new(0x0018, 0x9012);

    /// <summary>(0018,9042) MRReceiveCoilSequence, SQ.</summary>
    public static DicomTag MrReceiveCoilSequence => new(0x0018, 0x9042);

    /// <summary>(0018,9049) MRTransmitCoilSequence, SQ.</summary>
    public static DicomTag MrTransmitCoilSequence => new(0x0018, 0x9049);

    /// <summary>(0018,9069) ParallelReductionFactorInPlane, FD.</summary>
    public static DicomTag ParallelReductionFactorInPlane => new(0x0018, 0x9069);

    /// <summary>(0018,9073) AcquisitionDuration, FD.</summary>
    public static DicomTag AcquisitionDuration => new(0x0018, 0x9073);

    /// <summary>(0018,9075) DiffusionDirectionality, CS.</summary>
    public static DicomTag DiffusionDirectionality => new(0x0018, 0x9075);

    /// <summary>(0018,9076) DiffusionGradientDirectionSequence, SQ.</summary>
    public static DicomTag DiffusionGradientDirectionSequence => new(0x0018, 0x9076);

    /// <summary>(0018,9077) ParallelAcquisition, CS.</summary>
    public static DicomTag ParallelAcquisition => new(0x0018, 0x9077);

    /// <summary>(0018,9078) ParallelAcquisitionTechnique, CS.</summary>
    public static DicomTag ParallelAcquisitionTechnique => new(0x0018, 0x9078);

    /// <summary>(0018,9079) InversionTimes, FD.</summary>
    public static DicomTag InversionTimes => new(0x0018, 0x9079);

    /// <summary>(0018,9082) EffectiveEchoTime, FD.</summary>
    public static DicomTag EffectiveEchoTime => new(0x0018, 0x9082);

    /// <summary>(0018,9087) DiffusionBValue, FD.</summary>
    public static DicomTag DiffusionBValue => new(0x0018, 0x9087);

    /// <summary>(0018,9089) DiffusionGradientOrientation, FD.</summary>
    public static DicomTag DiffusionGradientOrientation => new(0x0018, 0x9089);

    /// <summary>(0018,9098) TransmitterFrequency, FD.</summary>
    public static DicomTag TransmitterFrequency => new(0x0018, 0x9098);

    /// <summary>(0018,9100) ResonantNucleus, CS.</summary>
    public static DicomTag ResonantNucleus => new(0x0018, 0x9100);

    /// <summary>(0018,9112) MRTimingAndRelatedParametersSequence, SQ.</summary>
    public static DicomTag MrTimingAndRelatedParametersSequence => new(0x0018, 0x9112);

    /// <summary>(0018,9114) MREchoSequence, SQ.</summary>
    public static DicomTag MrEchoSequence => new(0x0018, 0x9114);

    /// <summary>(0018,9115) MRModifierSequence, SQ.</summary>
    public static DicomTag MrModifierSequence => new(0x0018, 0x9115);

    /// <summary>(0018,9117) MRDiffusionSequence, SQ.</summary>
    public static DicomTag MrDiffusionSequence => new(0x0018, 0x9117);

    /// <summary>(0018,9119) MRAveragesSequence, SQ.</summary>
    public static DicomTag MrAveragesSequence => new(0x0018, 0x9119);

    /// <summary>(0018,9125) MRFOVGeometrySequence, SQ.</summary>
    public static DicomTag MRfOVGeometrySequence => new(0x0018, 0x9125);

    /// <summary>(0018,9147) DiffusionAnisotropyType, CS.</summary>
    public static DicomTag DiffusionAnisotropyType => new(0x0018, 0x9147);

    /// <summary>(0018,9155) ParallelReductionFactorOutOfPlane, FD.</summary>
    public static DicomTag ParallelReductionFactorOutOfPlane => new(0x0018, 0x9155);

    /// <summary>(0018,9226) MRImageFrameTypeSequence, SQ.</summary>
    public static DicomTag MrImageFrameTypeSequence => new(0x0018, 0x9226);

    /// <summary>(0018,9240) RFEchoTrainLength, US.</summary>
    public static DicomTag RfEchoTrainLength => new(0x0018, 0x9240);

    /// <summary>(0018,9241) GradientEchoTrainLength, US.</summary>
    public static DicomTag GradientEchoTrainLength => new(0x0018, 0x9241);

    /// <summary>(0018,9601) DiffusionBMatrixSequence, SQ.</summary>
    public static DicomTag DiffusionBMatrixSequence => new(0x0018, 0x9601);

    /// <summary>(0018,9602) DiffusionBValueXX, FD.</summary>
    public static DicomTag DiffusionBValueXX => new(0x0018, 0x9602);

    /// <summary>(0018,9603) DiffusionBValueXY, FD.</summary>
    public static DicomTag DiffusionBValueXY => new(0x0018, 0x9603);

    /// <summary>(0018,9604) DiffusionBValueXZ, FD.</summary>
    public static DicomTag DiffusionBValueXZ => new(0x0018, 0x9604);

    /// <summary>(0018,9605) DiffusionBValueYY, FD.</summary>
    public static DicomTag DiffusionBValueYY => new(0x0018, 0x9605);

    /// <summary>(0018,9606) DiffusionBValueYZ, FD.</summary>
    public static DicomTag DiffusionBValueYZ => new(0x0018, 0x9606);

    /// <summary>(0018,9607) DiffusionBValueZZ, FD.</summary>
    public static DicomTag DiffusionBValueZZ => new(0x0018, 0x9607);
}
