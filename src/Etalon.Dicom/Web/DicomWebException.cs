using System.Text;

namespace Etalon.Dicom.Web;

/// <summary>Something asked of a DICOMweb server was not had. Says what about, what was found, what was expected and what to do.</summary>
/// <remarks>No text of it holds credentials, identifiers of patients or a query.</remarks>
public sealed class DicomWebException : Exception
{
    /// <summary>Describes a failure.</summary>
    internal DicomWebException(DicomWebErrorCode code, string about, string found, string expected, string remedy, Exception? inner = null)
        : base(null, inner)
    {
        Code = code;
        About = about;
        Found = found;
        Expected = expected;
        Remedy = remedy;
    }

    /// <summary>The reason, as a type.</summary>
    public DicomWebErrorCode Code { get; }

    /// <summary>The reason in kebab-case: stable, fit for scripts.</summary>
    public string CodeText
    {
        get
        {
            var text = new StringBuilder();
            foreach (var letter in Code.ToString())
            {
                text.Append(char.IsAsciiLetterUpper(letter) && text.Length > 0 ? "-" : "").Append(char.ToLowerInvariant(letter));
            }

            return text.ToString();
        }
    }

    /// <summary>The server, a file, or the place of an object: study/series/object by their UIDs.</summary>
    public string About { get; }

    /// <summary>What was found, a clause without a full stop.</summary>
    public string Found { get; }

    /// <summary>What was expected, a clause without a full stop.</summary>
    public string Expected { get; }

    /// <summary>What to do about it, a sentence without a full stop.</summary>
    public string Remedy { get; }

    /// <summary>Whether the same request may well succeed a little later.</summary>
    public bool IsTransient { get; internal init; }

    /// <summary>Least time that the server asked to wait, where it did.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether no other request to this server can succeed either.</summary>
    public bool IsFatal => Code is DicomWebErrorCode.AddressRefused or DicomWebErrorCode.HostUnknown or DicomWebErrorCode.Unreachable or DicomWebErrorCode.TlsFailed
        or DicomWebErrorCode.Unauthorized or DicomWebErrorCode.Forbidden or DicomWebErrorCode.Redirected or DicomWebErrorCode.NotDicomWeb or DicomWebErrorCode.FolderUnusable;

    /// <summary>All of it in sentences.</summary>
    public override string Message => $"{About}: {Found}. Expected: {Expected}. {Remedy}. [{CodeText}]";

    /// <summary>The same about something more exact.</summary>
    internal DicomWebException At(string about) => new(Code, about, Found, Expected, Remedy, this) { IsTransient = IsTransient, RetryAfter = RetryAfter };
}
