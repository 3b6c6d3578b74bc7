namespace Etalon.Dicom.Web;

/// <summary>What became of an object that was to be sent.</summary>
public enum PushedStatus
{
    /// <summary>The server holds its data set byte for byte.</summary>
    Stored,

    /// <summary>The server holds its pixels; other attributes changed.</summary>
    Changed,

    /// <summary>It was not sent, not kept, or not as it was sent.</summary>
    Failed,

    /// <summary>The same object, with the same bytes, was met before.</summary>
    Repeated,
}
