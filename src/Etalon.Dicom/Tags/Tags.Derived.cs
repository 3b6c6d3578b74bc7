namespace Etalon.Dicom;

// Tags of segmentations, structure sets, dose, plans and structured reports.
public static partial class Tags
{
    /// <summary>(0008,0105) MappingResource, CS.</summary>
    public static DicomTag MappingResource => new(0x0008, 0x0105);

    /// <summary>(0040,A010) RelationshipType, CS.</summary>
    public static DicomTag RelationshipType => new(0x0040, 0xA010);

    /// <summary>(0040,A040) ValueType, CS.</summary>
    public static DicomTag ValueType => new(0x0040, 0xA040);

    /// <summary>(0040,A043) ConceptNameCodeSequence, SQ.</summary>
    public static DicomTag ConceptNameCodeSequence => new(0x0040, 0xA043);

    /// <summary>(0040,A050) ContinuityOfContent, CS.</summary>
    public static DicomTag ContinuityOfContent => new(0x0040, 0xA050);

    /// <summary>(0040,A120) DateTime, DT.</summary>
    public static DicomTag DateTime => new(0x0040, 0xA120);

    /// <summary>(0040,A124) UID, UI.</summary>
    public static DicomTag Uid => new(0x0040, 0xA124);

    /// <summary>(0040,A160) TextValue, UT.</summary>
    public static DicomTag TextValue => new(0x0040, 0xA160);

    /// <summary>(0040,A161) FloatingPointValue, FD.</summary>
    public static DicomTag FloatingPointValue => new(0x0040, 0xA161);

    /// <summary>(0040,A168) ConceptCodeSequence, SQ.</summary>
    public static DicomTag ConceptCodeSequence => new(0x0040, 0xA168);

    /// <summary>(0040,A300) MeasuredValueSequence, SQ.</summary>
    public static DicomTag MeasuredValueSequence => new(0x0040, 0xA300);

    /// <summary>(0040,A30A) NumericValue, DS.</summary>
    public static DicomTag NumericValue => new(0x0040, 0xA30A);

    /// <summary>(0040,A491) CompletionFlag, CS.</summary>
    public static DicomTag CompletionFlag => new(0x0040, 0xA491);

    /// <summary>(0040,A493) VerificationFlag, CS.</summary>
    public static DicomTag VerificationFlag => new(0x0040, 0xA493);

    /// <summary>(0040,A504) ContentTemplateSequence, SQ.</summary>
    public static DicomTag ContentTemplateSequence => new(0x0040, 0xA504);

    /// <summary>(0040,A730) ContentSequence, SQ.</summary>
    public static DicomTag ContentSequence => new(0x0040, 0xA730);

    /// <summary>(0040,DB00) TemplateIdentifier, CS.</summary>
    public static DicomTag TemplateIdentifier => new(0x0040, 0xDB00);

    /// <summary>(0062,0001) SegmentationType, CS.</summary>
    public static DicomTag SegmentationType => new(0x0062, 0x0001);

    /// <summary>(0062,0002) SegmentSequence, SQ.</summary>
    public static DicomTag SegmentSequence => new(0x0062, 0x0002);

    /// <summary>(0062,0003) SegmentedPropertyCategoryCodeSequence, SQ.</summary>
    public static DicomTag SegmentedPropertyCategoryCodeSequence => new(0x0062, 0x0003);

    /// <summary>(0062,0004) SegmentNumber, US.</summary>
    public static DicomTag SegmentNumber => new(0x0062, 0x0004);

    /// <summary>(0062,0005) SegmentLabel, LO.</summary>
    public static DicomTag SegmentLabel => new(0x0062, 0x0005);

    /// <summary>(0062,0006) SegmentDescription, ST.</summary>
    public static DicomTag SegmentDescription => new(0x0062, 0x0006);

    /// <summary>(0062,0008) SegmentAlgorithmType, CS.</summary>
    public static DicomTag SegmentAlgorithmType => new(0x0062, 0x0008);

    /// <summary>(0062,0009) SegmentAlgorithmName, LO.</summary>
    public static DicomTag SegmentAlgorithmName => new(0x0062, 0x0009);

    /// <summary>(0062,000A) SegmentIdentificationSequence, SQ.</summary>
    public static DicomTag SegmentIdentificationSequence => new(0x0062, 0x000A);

    /// <summary>(0062,000B) ReferencedSegmentNumber, US.</summary>
    public static DicomTag ReferencedSegmentNumber => new(0x0062, 0x000B);

    /// <summary>(0062,000D) RecommendedDisplayCIELabValue, US.</summary>
    public static DicomTag RecommendedDisplayCieLabValue => new(0x0062, 0x000D);

    /// <summary>(0062,000E) MaximumFractionalValue, US.</summary>
    public static DicomTag MaximumFractionalValue => new(0x0062, 0x000E);

    /// <summary>(0062,000F) SegmentedPropertyTypeCodeSequence, SQ.</summary>
    public static DicomTag SegmentedPropertyTypeCodeSequence => new(0x0062, 0x000F);

    /// <summary>(0062,0010) SegmentationFractionalType, CS.</summary>
    public static DicomTag SegmentationFractionalType => new(0x0062, 0x0010);

    /// <summary>(0062,0013) SegmentsOverlap, CS.</summary>
    public static DicomTag SegmentsOverlap => new(0x0062, 0x0013);

    /// <summary>(0062,0020) TrackingID, UT.</summary>
    public static DicomTag TrackingId => new(0x0062, 0x0020);

    /// <summary>(0062,0021) TrackingUID, UI.</summary>
    public static DicomTag TrackingUid => new(0x0062, 0x0021);

    /// <summary>(3004,0002) DoseUnits, CS.</summary>
    public static DicomTag DoseUnits => new(0x3004, 0x0002);

    /// <summary>(3004,0004) DoseType, CS.</summary>
    public static DicomTag DoseType => new(0x3004, 0x0004);

    /// <summary>(3004,0006) DoseComment, LO.</summary>
    public static DicomTag DoseComment => new(0x3004, 0x0006);

    /// <summary>(3004,000A) DoseSummationType, CS.</summary>
    public static DicomTag DoseSummationType => new(0x3004, 0x000A);

    /// <summary>(3004,000C) GridFrameOffsetVector, DS.</summary>
    public static DicomTag GridFrameOffsetVector => new(0x3004, 0x000C);

    /// <summary>(3004,000E) DoseGridScaling, DS.</summary>
    public static DicomTag DoseGridScaling => new(0x3004, 0x000E);

    /// <summary>(3004,0014) TissueHeterogeneityCorrection, CS.</summary>
    public static DicomTag TissueHeterogeneityCorrection => new(0x3004, 0x0014);

    /// <summary>(3006,0002) StructureSetLabel, SH.</summary>
    public static DicomTag StructureSetLabel => new(0x3006, 0x0002);

    /// <summary>(3006,0004) StructureSetName, LO.</summary>
    public static DicomTag StructureSetName => new(0x3006, 0x0004);

    /// <summary>(3006,0008) StructureSetDate, DA.</summary>
    public static DicomTag StructureSetDate => new(0x3006, 0x0008);

    /// <summary>(3006,0009) StructureSetTime, TM.</summary>
    public static DicomTag StructureSetTime => new(0x3006, 0x0009);

    /// <summary>(3006,0010) ReferencedFrameOfReferenceSequence, SQ.</summary>
    public static DicomTag ReferencedFrameOfReferenceSequence => new(0x3006, 0x0010);

    /// <summary>(3006,0012) RTReferencedStudySequence, SQ.</summary>
    public static DicomTag RtReferencedStudySequence => new(0x3006, 0x0012);

    /// <summary>(3006,0014) RTReferencedSeriesSequence, SQ.</summary>
    public static DicomTag RtReferencedSeriesSequence => new(0x3006, 0x0014);

    /// <summary>(3006,0016) ContourImageSequence, SQ.</summary>
    public static DicomTag ContourImageSequence => new(0x3006, 0x0016);

    /// <summary>(3006,0020) StructureSetROISequence, SQ.</summary>
    public static DicomTag StructureSetRoiSequence => new(0x3006, 0x0020);

    /// <summary>(3006,0022) ROINumber, IS.</summary>
    public static DicomTag RoiNumber => new(0x3006, 0x0022);

    /// <summary>(3006,0024) ReferencedFrameOfReferenceUID, UI.</summary>
    public static DicomTag ReferencedFrameOfReferenceUid => new(0x3006, 0x0024);

    /// <summary>(3006,0026) ROIName, LO.</summary>
    public static DicomTag RoiName => new(0x3006, 0x0026);

    /// <summary>(3006,0028) ROIDescription, ST.</summary>
    public static DicomTag RoiDescription => new(0x3006, 0x0028);

    /// <summary>(3006,002A) ROIDisplayColor, IS.</summary>
    public static DicomTag RoiDisplayColor => new(0x3006, 0x002A);

    /// <summary>(3006,002C) ROIVolume, DS.</summary>
    public static DicomTag RoiVolume => new(0x3006, 0x002C);

    /// <summary>(3006,0036) ROIGenerationAlgorithm, CS.</summary>
    public static DicomTag RoiGenerationAlgorithm => new(0x3006, 0x0036);

    /// <summary>(3006,0039) ROIContourSequence, SQ.</summary>
    public static DicomTag RoiContourSequence => new(0x3006, 0x0039);

    /// <summary>(3006,0040) ContourSequence, SQ.</summary>
    public static DicomTag ContourSequence => new(0x3006, 0x0040);

    /// <summary>(3006,0042) ContourGeometricType, CS.</summary>
    public static DicomTag ContourGeometricType => new(0x3006, 0x0042);

    /// <summary>(3006,0046) NumberOfContourPoints, IS.</summary>
    public static DicomTag NumberOfContourPoints => new(0x3006, 0x0046);

    /// <summary>(3006,0048) ContourNumber, IS.</summary>
    public static DicomTag ContourNumber => new(0x3006, 0x0048);

    /// <summary>(3006,0050) ContourData, DS.</summary>
    public static DicomTag ContourData => new(0x3006, 0x0050);

    /// <summary>(3006,0080) RTROIObservationsSequence, SQ.</summary>
    public static DicomTag RtRoiObservationsSequence => new(0x3006, 0x0080);

    /// <summary>(3006,0082) ObservationNumber, IS.</summary>
    public static DicomTag ObservationNumber => new(0x3006, 0x0082);

    /// <summary>(3006,0084) ReferencedROINumber, IS.</summary>
    public static DicomTag ReferencedRoiNumber => new(0x3006, 0x0084);

    /// <summary>(3006,0085) ROIObservationLabel, SH.</summary>
    public static DicomTag RoiObservationLabel => new(0x3006, 0x0085);

    /// <summary>(3006,00A4) RTROIInterpretedType, CS.</summary>
    public static DicomTag RtRoiInterpretedType => new(0x3006, 0x00A4);

    /// <summary>(3006,00B0) ROIPhysicalPropertiesSequence, SQ.</summary>
    public static DicomTag RoiPhysicalPropertiesSequence => new(0x3006, 0x00B0);

    /// <summary>(300A,0002) RTPlanLabel, SH.</summary>
    public static DicomTag RtPlanLabel => new(0x300A, 0x0002);

    /// <summary>(300A,0006) RTPlanDate, DA.</summary>
    public static DicomTag RtPlanDate => new(0x300A, 0x0006);

    /// <summary>(300A,0007) RTPlanTime, TM.</summary>
    public static DicomTag RtPlanTime => new(0x300A, 0x0007);

    /// <summary>(300A,0010) DoseReferenceSequence, SQ.</summary>
    public static DicomTag DoseReferenceSequence => new(0x300A, 0x0010);

    /// <summary>(300A,0026) TargetPrescriptionDose, DS.</summary>
    public static DicomTag TargetPrescriptionDose => new(0x300A, 0x0026);

    /// <summary>(300A,0070) FractionGroupSequence, SQ.</summary>
    public static DicomTag FractionGroupSequence => new(0x300A, 0x0070);

    /// <summary>(300A,0078) NumberOfFractionsPlanned, IS.</summary>
    public static DicomTag NumberOfFractionsPlanned => new(0x300A, 0x0078);

    /// <summary>(300A,00B0) BeamSequence, SQ.</summary>
    public static DicomTag BeamSequence => new(0x300A, 0x00B0);

    /// <summary>(300C,0002) ReferencedRTPlanSequence, SQ.</summary>
    public static DicomTag ReferencedRtPlanSequence => new(0x300C, 0x0002);

    /// <summary>(300C,0060) ReferencedStructureSetSequence, SQ.</summary>
    public static DicomTag ReferencedStructureSetSequence => new(0x300C, 0x0060);
}
