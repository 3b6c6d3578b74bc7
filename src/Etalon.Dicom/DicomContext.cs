namespace Etalon.Dicom;

/// <summary>What the elements of a data set share: the bytes, their order, and how text is encoded.</summary>
/// <param name="Name">Name of the file, for errors.</param>
/// <param name="Source">The bytes that offsets count in.</param>
/// <param name="BigEndian">Whether numbers have the high byte first.</param>
/// <param name="CharacterSet">Encoding of text that SpecificCharacterSet rules.</param>
/// <param name="Options">Limits, for sequences that are read on demand.</param>
internal sealed record DicomContext(
    string Name,
    ByteSource Source,
    bool BigEndian,
    DicomCharacterSet CharacterSet,
    DicomReadOptions Options);
