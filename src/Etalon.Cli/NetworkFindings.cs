using Etalon.Dicom;
using Etalon.Dicom.Web;
using Etalon.Metrology;

namespace Etalon.Cli;

/// <summary>Tells as findings what went wrong between a server and here.</summary>
internal static class NetworkFindings
{
    public static Finding Of(DicomWebException issue)
    {
        var (code, severity) = issue.Code switch
        {
            DicomWebErrorCode.Unauthorized or DicomWebErrorCode.Forbidden => (FindingCodes.ServerCredentialsRefused, Severity.Error),
            DicomWebErrorCode.HostUnknown or DicomWebErrorCode.Unreachable or DicomWebErrorCode.TimedOut or DicomWebErrorCode.Interrupted => (FindingCodes.ServerUnreachable, Severity.Error),
            DicomWebErrorCode.TlsFailed => (FindingCodes.ServerNotTrusted, Severity.Error),
            DicomWebErrorCode.Redirected => (FindingCodes.ServerRedirects, Severity.Error),
            DicomWebErrorCode.NotDicomWeb => (FindingCodes.ServerNotDicomWeb, Severity.Error),
            DicomWebErrorCode.NotFound => (FindingCodes.NothingFoundOnServer, Severity.Error),
            DicomWebErrorCode.AnswerInvalid or DicomWebErrorCode.AnswerTooLarge or DicomWebErrorCode.ObjectWrong => (FindingCodes.ServerAnswerInvalid, Severity.Error),
            DicomWebErrorCode.ListIncomplete => (FindingCodes.ServerListDoubtful, Severity.Warning),
            DicomWebErrorCode.ObjectNotStored or DicomWebErrorCode.ObjectNotSendable => (FindingCodes.ObjectNotStored, Severity.Error),
            DicomWebErrorCode.ObjectChanged => (FindingCodes.ObjectChangedByServer, Severity.Warning),
            DicomWebErrorCode.FileDamaged => (FindingCodes.PulledFileDamaged, Severity.Warning),
            DicomWebErrorCode.FolderUnusable => (FindingCodes.OutputNotWritable, Severity.Error),
            _ => (FindingCodes.ServerFailed, Severity.Error),
        };
        var remedy = issue.Code == DicomWebErrorCode.Unauthorized
            ? $"Set {ServerAddress.User} and {ServerAddress.Password}, or {ServerAddress.Token}, to what the server accepts."
            : issue.Remedy + ".";
        return new Finding(code, severity, issue.About, issue.Found, issue.Expected, remedy);
    }

    public static Finding Of(DicomException error) => new(FindingCodes.DicomUnreadable, Severity.Error, error.FileName,
        $"{error.Found} ({error.CodeText})", error.Expected, $"{error.Remedy}. It was not sent.");

    public static Finding Unasked(int count, string server) => new(FindingCodes.ServerListDoubtful, Severity.Warning, server,
        $"{count} {(count == 1 ? "study" : "studies")} listed that do not fit the question", "only what was asked for", "They were left out; ask whoever runs the server why it lists them.");

    public static Finding Nothing(string server) => new(FindingCodes.NothingFoundOnServer, Severity.Error, server,
        "no object that fits the question", "at least one object", "Check UIDs, patient identifier, modality and date, and whether these credentials see the study.");

    public static Finding MissingStudy(string uid) => new(FindingCodes.NothingFoundOnServer, Severity.Error, uid,
        "no object of this study or series that fits the question", "at least one object", "Check the UID, and whether these credentials see it.");

    public static Finding NoObjects() => new(FindingCodes.ImageMissing, Severity.Error, "PATH", "no DICOM object", "files, folders or zips with DICOM objects", "Check the paths.");
}
