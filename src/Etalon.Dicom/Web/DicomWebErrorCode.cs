namespace Etalon.Dicom.Web;

/// <summary>Why something asked of a DICOMweb server was not had. <see cref="DicomWebException.CodeText"/> gives the same word in kebab-case.</summary>
public enum DicomWebErrorCode
{
    /// <summary>The address is no DICOMweb address, or would carry data over an open line.</summary>
    AddressRefused,

    /// <summary>The name of the host is not known.</summary>
    HostUnknown,

    /// <summary>Nothing answers at the address.</summary>
    Unreachable,

    /// <summary>No protected connection could be made: the certificate is not trusted, or the other side speaks no TLS.</summary>
    TlsFailed,

    /// <summary>The server wants credentials, or other ones.</summary>
    Unauthorized,

    /// <summary>The credentials are known and do not suffice.</summary>
    Forbidden,

    /// <summary>The server does not have what was asked for.</summary>
    NotFound,

    /// <summary>The server points elsewhere; it is not followed.</summary>
    Redirected,

    /// <summary>The server does not take the request.</summary>
    Rejected,

    /// <summary>The server is busy or failed by itself.</summary>
    ServerFailed,

    /// <summary>The server took too long, or sent too slowly.</summary>
    TimedOut,

    /// <summary>The connection broke in the middle.</summary>
    Interrupted,

    /// <summary>What answers is not a DICOMweb server.</summary>
    NotDicomWeb,

    /// <summary>The answer breaks the rules of its own format.</summary>
    AnswerInvalid,

    /// <summary>The answer is larger, deeper or longer than allowed.</summary>
    AnswerTooLarge,

    /// <summary>The server sent another object than the one asked for, or bytes that are no sound object.</summary>
    ObjectWrong,

    /// <summary>The server did not keep an object, or not as it was sent.</summary>
    ObjectNotStored,

    /// <summary>The server keeps the pixels as sent and other attributes changed.</summary>
    ObjectChanged,

    /// <summary>An object here cannot be sent as it is.</summary>
    ObjectNotSendable,

    /// <summary>A file of an earlier pull is not as it was left.</summary>
    FileDamaged,

    /// <summary>The server says that it has more objects than it lists.</summary>
    ListIncomplete,

    /// <summary>The folder to write into is not one of a pull, or cannot be written.</summary>
    FolderUnusable,
}
