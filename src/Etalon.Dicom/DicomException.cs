using System.Globalization;
using System.Text;

namespace Etalon.Dicom;

/// <summary>An object was refused. Says where, what was found, what was expected and what to do.</summary>
public sealed class DicomException : Exception
{
    /// <summary>Describes a refusal.</summary>
    /// <param name="code">The reason.</param>
    /// <param name="fileName">Path, or <c>zip!entry</c>.</param>
    /// <param name="found">What was found, a clause without a full stop.</param>
    /// <param name="expected">What was expected, a clause without a full stop.</param>
    /// <param name="remedy">What the reader can do, a sentence without a full stop.</param>
    /// <param name="inner">The cause, where another library reported it.</param>
    internal DicomException(DicomErrorCode code, string fileName, string found, string expected, string remedy, Exception? inner = null)
        : base(null, inner)
    {
        Code = code;
        FileName = fileName;
        Found = found;
        Expected = expected;
        Remedy = remedy;
    }

    /// <summary>The reason, as a type.</summary>
    public DicomErrorCode Code { get; }

    /// <summary>The reason in kebab-case, such as <c>pixels-truncated</c>: stable, fit for reports and scripts.</summary>
    public string CodeText => ToKebabCase(Code.ToString());

    /// <summary>Path of the file, or <c>zip!entry</c>.</summary>
    public string FileName { get; }

    /// <summary>Path of tags to the place, such as <c>(5200,9230)[3]/(0018,9114)[0]/(0018,9087)</c>; empty at the top level.
    /// Items count from 0.</summary>
    public string TagPath { get; internal init; } = "";

    /// <summary>Byte offset of the place from the start of the file, null where no single place is to blame. In a deflated
    /// object it counts in the inflated bytes.</summary>
    public long? Offset { get; internal init; }

    /// <summary>What was found.</summary>
    public string Found { get; }

    /// <summary>What was expected.</summary>
    public string Expected { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }

    /// <summary>All of it in sentences.</summary>
    public override string Message
    {
        get
        {
            var text = new StringBuilder(FileName).Append(": ").Append(Found);
            if (TagPath.Length > 0)
            {
                text.Append(" at ").Append(TagPath);
            }

            if (Offset is { } offset)
            {
                text.Append(CultureInfo.InvariantCulture, $" (byte {offset})");
            }

            return text.Append(". Expected: ").Append(Expected).Append(". ").Append(Remedy).Append(". [").Append(CodeText).Append(']').ToString();
        }
    }

    private static string ToKebabCase(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
