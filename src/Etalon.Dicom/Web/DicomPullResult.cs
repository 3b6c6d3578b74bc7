namespace Etalon.Dicom.Web;

/// <summary>What a pull did.</summary>
/// <param name="Objects">The objects of the query that now lie in the folder, whole, in the order of their paths.</param>
/// <param name="Found">How many objects the server listed for the query.</param>
/// <param name="Fetched">How many were fetched this time.</param>
/// <param name="Kept">How many lay there already and were found unchanged.</param>
/// <param name="FetchedBytes">Bytes of what was fetched.</param>
/// <param name="Unasked">Entries that the server listed without having been asked for them; they were left out.</param>
/// <param name="Issues">What was wrong, in the order of its place.</param>
public sealed record DicomPullResult(
    IReadOnlyList<PulledObject> Objects, int Found, int Fetched, int Kept, long FetchedBytes, int Unasked, IReadOnlyList<DicomWebException> Issues)
{
    /// <summary>Whether every object that the server listed lies in the folder.</summary>
    public bool IsComplete => Objects.Count == Found;
}
