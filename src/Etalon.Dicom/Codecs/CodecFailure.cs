namespace Etalon.Dicom;

/// <summary>A program did not decode what it was given; who knows the object turns it into a <see cref="DicomException"/>.</summary>
internal sealed class CodecFailure(DicomErrorCode code, string found, string expected, string remedy) : Exception(found)
{
    private const int LongestReason = 200;

    public DicomErrorCode Code { get; } = code;

    public string Found { get; } = found;

    public string Expected { get; } = expected;

    public string Remedy { get; } = remedy;

    public static CodecFailure Missing(PixelCodec codec) => new(
        DicomErrorCode.CodecMissing, $"compressed pixels, and no program {codec.Program} to decode them", $"{codec.Program} on the search path",
        $"Install the package {codec.Package} (apt-get install {codec.Package})");

    /// <summary>A run that was ended by a limit, failed, or warned.</summary>
    public static CodecFailure Of(string program, ChildProgram.Outcome outcome, DicomCodecOptions options)
    {
        if (outcome.TimedOut)
        {
            return new CodecFailure(DicomErrorCode.CodecFailed, $"{Path.GetFileName(program)} was still running after {options.TimeLimit.TotalSeconds:F0} s",
                "an end within the time limit", "Decompress the object with another program first, or leave it out");
        }

        // 128 and a signal: killed, by the limits or by a fault of its own.
        return outcome.Status > 128
            ? new CodecFailure(DicomErrorCode.CodecFailed, $"{Path.GetFileName(program)} was ended by signal {outcome.Status - 128}", "an orderly end within the limits",
                "Fetch the file again from its source; if it is genuine, decompress it with another program first")
            : new CodecFailure(DicomErrorCode.PixelsInvalid, $"{Path.GetFileName(program)} does not decode the pixels ({Reason(outcome.Text)})", "sound compressed pixels",
                "Fetch the file again from its source");
    }

    /// <summary>The first line that complains, as plain text: what a program says can hold bytes of the file.</summary>
    private static string Reason(string text)
    {
        var line = text.Split('\n').FirstOrDefault(IsComplaint) ?? text.Split('\n').LastOrDefault(other => other.Trim().Length > 0) ?? "it gave no reason";
        var plain = string.Concat(line.Trim().Where(letter => letter is >= ' ' and <= '~'));
        return plain.Length > LongestReason ? plain[..LongestReason] : plain;
    }

    /// <summary>Whether a program's line is a warning or an error. A warning counts: programs fill up what a damaged frame lacks, and warn.</summary>
    public static bool IsComplaint(string line) =>
        line.StartsWith("W:", StringComparison.Ordinal) || line.StartsWith("E:", StringComparison.Ordinal) || line.StartsWith("F:", StringComparison.Ordinal)
        || line.StartsWith("[ERROR]", StringComparison.Ordinal) || line.StartsWith("ERROR", StringComparison.Ordinal)
        // Said of tag trees of sound images with empty precincts.
        || (line.StartsWith("[WARNING]", StringComparison.Ordinal) && !line.Contains("tgt_create", StringComparison.Ordinal));

    public DicomException For(PixelRefusal refuse) => refuse(Code, Found, Expected, Remedy);
}
