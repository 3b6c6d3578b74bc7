namespace Etalon.Dicom;

// Tags of the image: geometry, pixels, functional groups, real-world values.
public static partial class Tags
{
    /// <summary>(0008,9007) FrameType, CS.</summary>
    public static DicomTag FrameType => new(0x0008, 0x9007);

    /// <summary>(0008,9124) DerivationImageSequence, SQ.</summary>
    public static DicomTag DerivationImageSequence => new(0x0008, 0x9124);

    /// <summary>(0008,9205) PixelPresentation, CS.</summary>
    public static DicomTag PixelPresentation => new(0x0008, 0x9205);

    /// <summary>(0008,9206) VolumetricProperties, CS.</summary>
    public static DicomTag VolumetricProperties => new(0x0008, 0x9206);

    /// <summary>(0008,9207) VolumeBasedCalculationTechnique, CS.</summary>
    public static DicomTag VolumeBasedCalculationTechnique => new(0x0008, 0x9207);

    /// <summary>(0018,0050) SliceThickness, DS.</summary>
    public static DicomTag SliceThickness => new(0x0018, 0x0050);

    /// <summary>(0018,0088) SpacingBetweenSlices, DS.</summary>
    public static DicomTag SpacingBetweenSlices => new(0x0018, 0x0088);

    /// <summary>(0018,1120) GantryDetectorTilt, DS.</summary>
    public static DicomTag GantryDetectorTilt => new(0x0018, 0x1120);

    /// <summary>(0018,1164) ImagerPixelSpacing, DS.</summary>
    public static DicomTag ImagerPixelSpacing => new(0x0018, 0x1164);

    /// <summary>(0018,9074) FrameAcquisitionDateTime, DT.</summary>
    public static DicomTag FrameAcquisitionDateTime => new(0x0018, 0x9074);

    /// <summary>(0018,9151) FrameReferenceDateTime, DT.</summary>
    public static DicomTag FrameReferenceDateTime => new(0x0018, 0x9151);

    /// <summary>(0018,9220) FrameAcquisitionDuration, FD.</summary>
    public static DicomTag FrameAcquisitionDuration => new(0x0018, 0x9220);

    /// <summary>(0020,0032) ImagePositionPatient, DS.</summary>
    public static DicomTag ImagePositionPatient => new(0x0020, 0x0032);

    /// <summary>(0020,0037) ImageOrientationPatient, DS.</summary>
    public static DicomTag ImageOrientationPatient => new(0x0020, 0x0037);

    /// <summary>(0020,1041) SliceLocation, DS.</summary>
    public static DicomTag SliceLocation => new(0x0020, 0x1041);

    /// <summary>(0020,9056) StackID, SH.</summary>
    public static DicomTag StackId => new(0x0020, 0x9056);

    /// <summary>(0020,9057) InStackPositionNumber, UL.</summary>
    public static DicomTag InStackPositionNumber => new(0x0020, 0x9057);

    /// <summary>(0020,9111) FrameContentSequence, SQ.</summary>
    public static DicomTag FrameContentSequence => new(0x0020, 0x9111);

    /// <summary>(0020,9113) PlanePositionSequence, SQ.</summary>
    public static DicomTag PlanePositionSequence => new(0x0020, 0x9113);

    /// <summary>(0020,9116) PlaneOrientationSequence, SQ.</summary>
    public static DicomTag PlaneOrientationSequence => new(0x0020, 0x9116);

    /// <summary>(0020,9156) FrameAcquisitionNumber, US.</summary>
    public static DicomTag FrameAcquisitionNumber => new(0x0020, 0x9156);

    /// <summary>(0020,9157) DimensionIndexValues, UL.</summary>
    public static DicomTag DimensionIndexValues => new(0x0020, 0x9157);

    /// <summary>(0020,9158) FrameComments, LT.</summary>
    public static DicomTag FrameComments => new(0x0020, 0x9158);

    /// <summary>(0020,9164) DimensionOrganizationUID, UI.</summary>
    public static DicomTag DimensionOrganizationUid => new(0x0020, 0x9164);

    /// <summary>(0020,9165) DimensionIndexPointer, AT.</summary>
    public static DicomTag DimensionIndexPointer => new(0x0020, 0x9165);

    /// <summary>(0020,9167) FunctionalGroupPointer, AT.</summary>
    public static DicomTag FunctionalGroupPointer => new(0x0020, 0x9167);

    /// <summary>(0020,9221) DimensionOrganizationSequence, SQ.</summary>
    public static DicomTag DimensionOrganizationSequence => new(0x0020, 0x9221);

    /// <summary>(0020,9222) DimensionIndexSequence, SQ.</summary>
    public static DicomTag DimensionIndexSequence => new(0x0020, 0x9222);

    /// <summary>(0020,9311) DimensionOrganizationType, CS.</summary>
    public static DicomTag DimensionOrganizationType => new(0x0020, 0x9311);

    /// <summary>(0020,9421) DimensionDescriptionLabel, LO.</summary>
    public static DicomTag DimensionDescriptionLabel => new(0x0020, 0x9421);

    /// <summary>(0020,9453) FrameLabel, LO.</summary>
    public static DicomTag FrameLabel => new(0x0020, 0x9453);

    /// <summary>(0028,0002) SamplesPerPixel, US.</summary>
    public static DicomTag SamplesPerPixel => new(0x0028, 0x0002);

    /// <summary>(0028,0004) PhotometricInterpretation, CS.</summary>
    public static DicomTag PhotometricInterpretation => new(0x0028, 0x0004);

    /// <summary>(0028,0006) PlanarConfiguration, US.</summary>
    public static DicomTag PlanarConfiguration => new(0x0028, 0x0006);

    /// <summary>(0028,0008) NumberOfFrames, IS.</summary>
    public static DicomTag NumberOfFrames => new(0x0028, 0x0008);

    /// <summary>(0028,0009) FrameIncrementPointer, AT.</summary>
    public static DicomTag FrameIncrementPointer => new(0x0028, 0x0009);

    /// <summary>(0028,0010) Rows, US.</summary>
    public static DicomTag Rows => new(0x0028, 0x0010);

    /// <summary>(0028,0011) Columns, US.</summary>
    public static DicomTag Columns => new(0x0028, 0x0011);

    /// <summary>(0028,0030) PixelSpacing, DS.</summary>
    public static DicomTag PixelSpacing => new(0x0028, 0x0030);

    /// <summary>(0028,0034) PixelAspectRatio, IS.</summary>
    public static DicomTag PixelAspectRatio => new(0x0028, 0x0034);

    /// <summary>(0028,0100) BitsAllocated, US.</summary>
    public static DicomTag BitsAllocated => new(0x0028, 0x0100);

    /// <summary>(0028,0101) BitsStored, US.</summary>
    public static DicomTag BitsStored => new(0x0028, 0x0101);

    /// <summary>(0028,0102) HighBit, US.</summary>
    public static DicomTag HighBit => new(0x0028, 0x0102);

    /// <summary>(0028,0103) PixelRepresentation, US.</summary>
    public static DicomTag PixelRepresentation => new(0x0028, 0x0103);

    /// <summary>(0028,0106) SmallestImagePixelValue, US or SS.</summary>
    public static DicomTag SmallestImagePixelValue => new(0x0028, 0x0106);

    /// <summary>(0028,0107) LargestImagePixelValue, US or SS.</summary>
    public static DicomTag LargestImagePixelValue => new(0x0028, 0x0107);

    /// <summary>(0028,0120) PixelPaddingValue, US or SS.</summary>
    public static DicomTag PixelPaddingValue => new(0x0028, 0x0120);

    /// <summary>(0028,0121) PixelPaddingRangeLimit, US or SS.</summary>
    public static DicomTag PixelPaddingRangeLimit => new(0x0028, 0x0121);

    /// <summary>(0028,0122) FloatPixelPaddingValue, FL.</summary>
    public static DicomTag FloatPixelPaddingValue => new(0x0028, 0x0122);

    /// <summary>(0028,0123) DoubleFloatPixelPaddingValue, FD.</summary>
    public static DicomTag DoubleFloatPixelPaddingValue => new(0x0028, 0x0123);

    /// <summary>(0028,0300) QualityControlImage, CS.</summary>
    public static DicomTag QualityControlImage => new(0x0028, 0x0300);

    /// <summary>(0028,1050) WindowCenter, DS.</summary>
    public static DicomTag WindowCenter => new(0x0028, 0x1050);

    /// <summary>(0028,1051) WindowWidth, DS.</summary>
    public static DicomTag WindowWidth => new(0x0028, 0x1051);

    /// <summary>(0028,1052) RescaleIntercept, DS.</summary>
    public static DicomTag RescaleIntercept => new(0x0028, 0x1052);

    /// <summary>(0028,1053) RescaleSlope, DS.</summary>
    public static DicomTag RescaleSlope => new(0x0028, 0x1053);

    /// <summary>(0028,1054) RescaleType, LO.</summary>
    public static DicomTag RescaleType => new(0x0028, 0x1054);

    /// <summary>(0028,2112) LossyImageCompressionRatio, DS.</summary>
    public static DicomTag LossyImageCompressionRatio => new(0x0028, 0x2112);

    /// <summary>(0028,3003) LUTExplanation, LO.</summary>
    public static DicomTag LutExplanation => new(0x0028, 0x3003);

    /// <summary>(0028,9110) PixelMeasuresSequence, SQ.</summary>
    public static DicomTag PixelMeasuresSequence => new(0x0028, 0x9110);

    /// <summary>(0028,9132) FrameVOILUTSequence, SQ.</summary>
    public static DicomTag FrameVoiLutSequence => new(0x0028, 0x9132);

    /// <summary>(0028,9145) PixelValueTransformationSequence, SQ.</summary>
    public static DicomTag PixelValueTransformationSequence => new(0x0028, 0x9145);

    /// <summary>(0040,08EA) MeasurementUnitsCodeSequence, SQ.</summary>
    public static DicomTag MeasurementUnitsCodeSequence => new(0x0040, 0x08EA);

    /// <summary>(0040,9094) ReferencedImageRealWorldValueMappingSequence, SQ.</summary>
    public static DicomTag ReferencedImageRealWorldValueMappingSequence => new(0x0040, 0x9094);

    /// <summary>(0040,9096) RealWorldValueMappingSequence, SQ.</summary>
    public static DicomTag RealWorldValueMappingSequence => new(0x0040, 0x9096);

    /// <summary>(0040,9210) LUTLabel, SH.</summary>
    public static DicomTag LutLabel => new(0x0040, 0x9210);

    /// <summary>(0040,9211) RealWorldValueLastValueMapped, US or SS.</summary>
    public static DicomTag RealWorldValueLastValueMapped => new(0x0040, 0x9211);

    /// <summary>(0040,9212) RealWorldValueLUTData, FD.</summary>
    public static DicomTag RealWorldValueLutData => new(0x0040, 0x9212);

    /// <summary>(0040,9213) DoubleFloatRealWorldValueLastValueMapped, FD.</summary>
    public static DicomTag DoubleFloatRealWorldValueLastValueMapped => new(0x0040, 0x9213);

    /// <summary>(0040,9214) DoubleFloatRealWorldValueFirstValueMapped, FD.</summary>
    public static DicomTag DoubleFloatRealWorldValueFirstValueMapped => new(0x0040, 0x9214);

    /// <summary>(0040,9216) RealWorldValueFirstValueMapped, US or SS.</summary>
    public static DicomTag RealWorldValueFirstValueMapped => new(0x0040, 0x9216);

    /// <summary>(0040,9220) QuantityDefinitionSequence, SQ.</summary>
    public static DicomTag QuantityDefinitionSequence => new(0x0040, 0x9220);

    /// <summary>(0040,9224) RealWorldValueIntercept, FD.</summary>
    public static DicomTag RealWorldValueIntercept => new(0x0040, 0x9224);

    /// <summary>(0040,9225) RealWorldValueSlope, FD.</summary>
    public static DicomTag RealWorldValueSlope => new(0x0040, 0x9225);

    /// <summary>(0088,0200) IconImageSequence, SQ.</summary>
    public static DicomTag IconImageSequence => new(0x0088, 0x0200);

    /// <summary>(5200,9229) SharedFunctionalGroupsSequence, SQ.</summary>
    public static DicomTag SharedFunctionalGroupsSequence => new(0x5200, 0x9229);

    /// <summary>(5200,9230) PerFrameFunctionalGroupsSequence, SQ.</summary>
    public static DicomTag PerFrameFunctionalGroupsSequence => new(0x5200, 0x9230);

    /// <summary>(7FE0,0008) FloatPixelData, OF.</summary>
    public static DicomTag FloatPixelData => new(0x7FE0, 0x0008);

    /// <summary>(7FE0,0009) DoubleFloatPixelData, OD.</summary>
    public static DicomTag DoubleFloatPixelData => new(0x7FE0, 0x0009);

    /// <summary>(7FE0,0010) PixelData, OW.</summary>
    public static DicomTag PixelData => new(0x7FE0, 0x0010);
}
