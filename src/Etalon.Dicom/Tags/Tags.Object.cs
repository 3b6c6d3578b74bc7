namespace Etalon.Dicom;

/// <summary>Tags by the keywords of PS3.6, cased as C# does: SOPClassUID is <c>SopClassUid</c>.</summary>
public static partial class Tags
{
    /// <summary>(0002,0002) MediaStorageSOPClassUID, UI.</summary>
    public static DicomTag MediaStorageSopClassUid => new(0x0002, 0x0002);

    /// <summary>(0002,0003) MediaStorageSOPInstanceUID, UI.</summary>
    public static DicomTag MediaStorageSopInstanceUid => new(0x0002, 0x0003);

    /// <summary>(0002,0010) TransferSyntaxUID, UI.</summary>
    public static DicomTag TransferSyntaxUid => new(0x0002, 0x0010);

    /// <summary>(0002,0012) ImplementationClassUID, UI.</summary>
    public static DicomTag ImplementationClassUid => new(0x0002, 0x0012);

    /// <summary>(0002,0013) ImplementationVersionName, SH.</summary>
    public static DicomTag ImplementationVersionName => new(0x0002, 0x0013);

    /// <summary>(0008,0005) SpecificCharacterSet, CS.</summary>
    public static DicomTag SpecificCharacterSet => new(0x0008, 0x0005);

    /// <summary>(0008,0008) ImageType, CS.</summary>
    public static DicomTag ImageType => new(0x0008, 0x0008);

    /// <summary>(0008,0012) InstanceCreationDate, DA.</summary>
    public static DicomTag InstanceCreationDate => new(0x0008, 0x0012);

    /// <summary>(0008,0013) InstanceCreationTime, TM.</summary>
    public static DicomTag InstanceCreationTime => new(0x0008, 0x0013);

    /// <summary>(0008,0016) SOPClassUID, UI.</summary>
    public static DicomTag SopClassUid => new(0x0008, 0x0016);

    /// <summary>(0008,0018) SOPInstanceUID, UI.</summary>
    public static DicomTag SopInstanceUid => new(0x0008, 0x0018);

    /// <summary>(0008,0020) StudyDate, DA.</summary>
    public static DicomTag StudyDate => new(0x0008, 0x0020);

    /// <summary>(0008,0021) SeriesDate, DA.</summary>
    public static DicomTag SeriesDate => new(0x0008, 0x0021);

    /// <summary>(0008,0022) AcquisitionDate, DA.</summary>
    public static DicomTag AcquisitionDate => new(0x0008, 0x0022);

    /// <summary>(0008,0023) ContentDate, DA.</summary>
    public static DicomTag ContentDate => new(0x0008, 0x0023);

    /// <summary>(0008,002A) AcquisitionDateTime, DT.</summary>
    public static DicomTag AcquisitionDateTime => new(0x0008, 0x002A);

    /// <summary>(0008,0030) StudyTime, TM.</summary>
    public static DicomTag StudyTime => new(0x0008, 0x0030);

    /// <summary>(0008,0031) SeriesTime, TM.</summary>
    public static DicomTag SeriesTime => new(0x0008, 0x0031);

    /// <summary>(0008,0032) AcquisitionTime, TM.</summary>
    public static DicomTag AcquisitionTime => new(0x0008, 0x0032);

    /// <summary>(0008,0033) ContentTime, TM.</summary>
    public static DicomTag ContentTime => new(0x0008, 0x0033);

    /// <summary>(0008,0050) AccessionNumber, SH.</summary>
    public static DicomTag AccessionNumber => new(0x0008, 0x0050);

    /// <summary>(0008,0060) Modality, CS.</summary>
    public static DicomTag Modality => new(0x0008, 0x0060);

    /// <summary>(0008,0064) ConversionType, CS.</summary>
    public static DicomTag ConversionType => new(0x0008, 0x0064);

    /// <summary>(0008,0070) Manufacturer, LO.</summary>
    public static DicomTag Manufacturer => new(0x0008, 0x0070);

    /// <summary>(0008,0080) InstitutionName, LO.</summary>
    public static DicomTag InstitutionName => new(0x0008, 0x0080);

    /// <summary>(0008,0100) CodeValue, SH.</summary>
    public static DicomTag CodeValue => new(0x0008, 0x0100);

    /// <summary>(0008,0102) CodingSchemeDesignator, SH.</summary>
    public static DicomTag CodingSchemeDesignator => new(0x0008, 0x0102);

    /// <summary>(0008,0104) CodeMeaning, LO.</summary>
    public static DicomTag CodeMeaning => new(0x0008, 0x0104);

    /// <summary>(0008,0119) LongCodeValue, UC.</summary>
    public static DicomTag LongCodeValue => new(0x0008, 0x0119);

    /// <summary>(0008,0120) URNCodeValue, UR.</summary>
    public static DicomTag UrnCodeValue => new(0x0008, 0x0120);

    /// <summary>(0008,0201) TimezoneOffsetFromUTC, SH.</summary>
    public static DicomTag TimezoneOffsetFromUtc => new(0x0008, 0x0201);

    /// <summary>(0008,1010) StationName, SH.</summary>
    public static DicomTag StationName => new(0x0008, 0x1010);

    /// <summary>(0008,1030) StudyDescription, LO.</summary>
    public static DicomTag StudyDescription => new(0x0008, 0x1030);

    /// <summary>(0008,103E) SeriesDescription, LO.</summary>
    public static DicomTag SeriesDescription => new(0x0008, 0x103E);

    /// <summary>(0008,1090) ManufacturerModelName, LO.</summary>
    public static DicomTag ManufacturerModelName => new(0x0008, 0x1090);

    /// <summary>(0008,1115) ReferencedSeriesSequence, SQ.</summary>
    public static DicomTag ReferencedSeriesSequence => new(0x0008, 0x1115);

    /// <summary>(0008,1140) ReferencedImageSequence, SQ.</summary>
    public static DicomTag ReferencedImageSequence => new(0x0008, 0x1140);

    /// <summary>(0008,1150) ReferencedSOPClassUID, UI.</summary>
    public static DicomTag ReferencedSopClassUid => new(0x0008, 0x1150);

    /// <summary>(0008,1155) ReferencedSOPInstanceUID, UI.</summary>
    public static DicomTag ReferencedSopInstanceUid => new(0x0008, 0x1155);

    /// <summary>(0008,1160) ReferencedFrameNumber, IS.</summary>
    public static DicomTag ReferencedFrameNumber => new(0x0008, 0x1160);

    /// <summary>(0008,1199) ReferencedSOPSequence, SQ.</summary>
    public static DicomTag ReferencedSopSequence => new(0x0008, 0x1199);

    /// <summary>(0008,2111) DerivationDescription, ST.</summary>
    public static DicomTag DerivationDescription => new(0x0008, 0x2111);

    /// <summary>(0008,2112) SourceImageSequence, SQ.</summary>
    public static DicomTag SourceImageSequence => new(0x0008, 0x2112);

    /// <summary>(0008,2218) AnatomicRegionSequence, SQ.</summary>
    public static DicomTag AnatomicRegionSequence => new(0x0008, 0x2218);

    /// <summary>(0008,9215) DerivationCodeSequence, SQ.</summary>
    public static DicomTag DerivationCodeSequence => new(0x0008, 0x9215);

    /// <summary>(0010,0010) PatientName, PN.</summary>
    public static DicomTag PatientName => new(0x0010, 0x0010);

    /// <summary>(0010,0020) PatientID, LO.</summary>
    public static DicomTag PatientId => new(0x0010, 0x0020);

    /// <summary>(0010,0021) IssuerOfPatientID, LO.</summary>
    public static DicomTag IssuerOfPatientId => new(0x0010, 0x0021);

    /// <summary>(0010,0030) PatientBirthDate, DA.</summary>
    public static DicomTag PatientBirthDate => new(0x0010, 0x0030);

    /// <summary>(0010,0040) PatientSex, CS.</summary>
    public static DicomTag PatientSex => new(0x0010, 0x0040);

    /// <summary>(0010,1010) PatientAge, AS.</summary>
    public static DicomTag PatientAge => new(0x0010, 0x1010);

    /// <summary>(0010,1020) PatientSize, DS.</summary>
    public static DicomTag PatientSize => new(0x0010, 0x1020);

    /// <summary>(0010,1030) PatientWeight, DS.</summary>
    public static DicomTag PatientWeight => new(0x0010, 0x1030);

    /// <summary>(0012,0020) ClinicalTrialProtocolID, LO.</summary>
    public static DicomTag ClinicalTrialProtocolId => new(0x0012, 0x0020);

    /// <summary>(0012,0040) ClinicalTrialSubjectID, LO.</summary>
    public static DicomTag ClinicalTrialSubjectId => new(0x0012, 0x0040);

    /// <summary>(0012,0050) ClinicalTrialTimePointID, LO.</summary>
    public static DicomTag ClinicalTrialTimePointId => new(0x0012, 0x0050);

    /// <summary>(0012,0062) PatientIdentityRemoved, CS.</summary>
    public static DicomTag PatientIdentityRemoved => new(0x0012, 0x0062);

    /// <summary>(0012,0063) DeidentificationMethod, LO.</summary>
    public static DicomTag DeidentificationMethod => new(0x0012, 0x0063);

    /// <summary>(0012,0064) DeidentificationMethodCodeSequence, SQ.</summary>
    public static DicomTag DeidentificationMethodCodeSequence => new(0x0012, 0x0064);

    /// <summary>(0018,0015) BodyPartExamined, CS.</summary>
    public static DicomTag BodyPartExamined => new(0x0018, 0x0015);

    /// <summary>(0018,1000) DeviceSerialNumber, LO.</summary>
    public static DicomTag DeviceSerialNumber => new(0x0018, 0x1000);

    /// <summary>(0018,1020) SoftwareVersions, LO.</summary>
    public static DicomTag SoftwareVersions => new(0x0018, 0x1020);

    /// <summary>(0018,1030) ProtocolName, LO.</summary>
    public static DicomTag ProtocolName => new(0x0018, 0x1030);

    /// <summary>(0018,1200) DateOfLastCalibration, DA.</summary>
    public static DicomTag DateOfLastCalibration => new(0x0018, 0x1200);

    /// <summary>(0018,1201) TimeOfLastCalibration, TM.</summary>
    public static DicomTag TimeOfLastCalibration => new(0x0018, 0x1201);

    /// <summary>(0018,5100) PatientPosition, CS.</summary>
    public static DicomTag PatientPosition => new(0x0018, 0x5100);

    /// <summary>(0020,000D) StudyInstanceUID, UI.</summary>
    public static DicomTag StudyInstanceUid => new(0x0020, 0x000D);

    /// <summary>(0020,000E) SeriesInstanceUID, UI.</summary>
    public static DicomTag SeriesInstanceUid => new(0x0020, 0x000E);

    /// <summary>(0020,0010) StudyID, SH.</summary>
    public static DicomTag StudyId => new(0x0020, 0x0010);

    /// <summary>(0020,0011) SeriesNumber, IS.</summary>
    public static DicomTag SeriesNumber => new(0x0020, 0x0011);

    /// <summary>(0020,0012) AcquisitionNumber, IS.</summary>
    public static DicomTag AcquisitionNumber => new(0x0020, 0x0012);

    /// <summary>(0020,0013) InstanceNumber, IS.</summary>
    public static DicomTag InstanceNumber => new(0x0020, 0x0013);

    /// <summary>(0020,0052) FrameOfReferenceUID, UI.</summary>
    public static DicomTag FrameOfReferenceUid => new(0x0020, 0x0052);

    /// <summary>(0020,0060) Laterality, CS.</summary>
    public static DicomTag Laterality => new(0x0020, 0x0060);

    /// <summary>(0020,0100) TemporalPositionIdentifier, IS.</summary>
    public static DicomTag TemporalPositionIdentifier => new(0x0020, 0x0100);

    /// <summary>(0020,0105) NumberOfTemporalPositions, IS.</summary>
    public static DicomTag NumberOfTemporalPositions => new(0x0020, 0x0105);

    /// <summary>(0020,1002) ImagesInAcquisition, IS.</summary>
    public static DicomTag ImagesInAcquisition => new(0x0020, 0x1002);

    /// <summary>(0020,1040) PositionReferenceIndicator, LO.</summary>
    public static DicomTag PositionReferenceIndicator => new(0x0020, 0x1040);

    /// <summary>(0020,4000) ImageComments, LT.</summary>
    public static DicomTag ImageComments => new(0x0020, 0x4000);

    /// <summary>(0020,9128) TemporalPositionIndex, UL.</summary>
    public static DicomTag TemporalPositionIndex => new(0x0020, 0x9128);

    /// <summary>(0028,0301) BurnedInAnnotation, CS.</summary>
    public static DicomTag BurnedInAnnotation => new(0x0028, 0x0301);

    /// <summary>(0028,2110) LossyImageCompression, CS.</summary>
    public static DicomTag LossyImageCompression => new(0x0028, 0x2110);

    /// <summary>(0070,0080) ContentLabel, CS.</summary>
    public static DicomTag ContentLabel => new(0x0070, 0x0080);

    /// <summary>(0070,0081) ContentDescription, LO.</summary>
    public static DicomTag ContentDescription => new(0x0070, 0x0081);

    /// <summary>(0070,0084) ContentCreatorName, PN.</summary>
    public static DicomTag ContentCreatorName => new(0x0070, 0x0084);
}
