namespace Etalon.Dicom.Web;

/// <summary>One object that was to be sent.</summary>
/// <param name="Name">Its file, or <c>zip!entry</c>.</param>
/// <param name="SopInstanceUid">Its UID; null where it states none.</param>
/// <param name="Status">What became of it.</param>
/// <param name="DataSetSha256">SHA-256 of its data set without the file meta information; null where it was not read.</param>
public sealed record PushedObject(string Name, string? SopInstanceUid, PushedStatus Status, string? DataSetSha256);
