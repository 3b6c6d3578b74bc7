namespace Etalon.Dicom.Web;

/// <summary>An object that lies in the folder of a pull.</summary>
/// <param name="Instance">Which one; its file is <see cref="DicomWebInstance.Path"/>.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">SHA-256 of the file, small hexadecimal digits.</param>
public sealed record PulledObject(DicomWebInstance Instance, long Bytes, string Sha256);
