namespace Etalon.Dicom.Web;

/// <summary>What a push did.</summary>
/// <param name="Objects">Every object that was met, in the order of their names; those after the server was given up are missing.</param>
/// <param name="Issues">What was wrong, in the order of its place.</param>
/// <param name="Unreadable">Files that were no sound objects; they were not sent.</param>
public sealed record DicomPushResult(IReadOnlyList<PushedObject> Objects, IReadOnlyList<DicomWebException> Issues, IReadOnlyList<DicomException> Unreadable)
{
    /// <summary>Whether the server holds every object, its pixels at least as they were sent.</summary>
    public bool IsComplete => Unreadable.Count == 0 && Objects.All(o => o.Status != PushedStatus.Failed) && !Issues.Any(i => i.IsFatal);
}
