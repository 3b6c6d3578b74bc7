using System.Net.Http.Headers;
using System.Text;

namespace Etalon.Dicom.Web;

/// <summary>Reads a multipart body (RFC 2046 section 5.1) part by part as it arrives, in one buffer of fixed size.</summary>
/// <remarks>Strict: lines end in CR LF, the closing delimiter must be there, and nothing is guessed where it is not.</remarks>
internal sealed class MultipartReader
{
    private const int BufferBytes = 64 << 10;
    private const int MaxPreambleBytes = 4096;
    private const int MaxHeaderBytes = 16 << 10;
    private const int MaxPaddingBytes = 256;

    private readonly Stream stream;
    private readonly string about;
    private readonly byte[] delimiter;
    private readonly byte[] buffer = new byte[BufferBytes];
    private int start;
    private int end;
    private bool isBegun;
    private bool isEnded;
    private bool isInPart;

    /// <summary>Reads a body.</summary>
    /// <param name="stream">The body; not disposed here.</param>
    /// <param name="boundary">What separates the parts, as the header of the answer names it.</param>
    /// <param name="about">The place, for errors.</param>
    /// <exception cref="DicomWebException">The boundary is none that the standard allows.</exception>
    public MultipartReader(Stream stream, string boundary, string about)
    {
        this.stream = stream;
        this.about = about;
        if (boundary.Length is < 1 or > 70 || boundary.Any(letter => letter is < ' ' or > '~') || boundary[^1] == ' ')
        {
            throw Invalid("a boundary of another form than the standard allows", "1 to 70 printable ASCII characters");
        }

        delimiter = Encoding.ASCII.GetBytes("\r\n--" + boundary);
        // The first delimiter may stand at the very beginning: a line end that is not there lets one search serve all.
        buffer[0] = (byte)'\r';
        buffer[1] = (byte)'\n';
        end = 2;
    }

    /// <summary>The boundary that a Content-Type names; null when it names none.</summary>
    public static string? BoundaryOf(MediaTypeHeaderValue type) =>
        type.Parameters.FirstOrDefault(p => p.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase))?.Value?.Trim('"');

    /// <summary>Goes to the next part, past what is left of the last one.</summary>
    /// <returns>Its Content-Type without parameters, in small letters, empty where it states none; null after the last part.</returns>
    /// <exception cref="DicomWebException">The body breaks the format, or ends before its closing delimiter.</exception>
    public async Task<string?> NextAsync(CancellationToken cancellation)
    {
        if (isEnded)
        {
            return null;
        }

        if (isInPart)
        {
            await CopyPartAsync(null, cancellation).ConfigureAwait(false);
        }
        else if (!isBegun)
        {
            await SkipPreambleAsync(cancellation).ConfigureAwait(false);
            isBegun = true;
        }

        if (await IsClosingAsync(cancellation).ConfigureAwait(false))
        {
            isEnded = true;
            return null;
        }

        isInPart = true;
        return TypeOf(await ReadHeadersAsync(cancellation).ConfigureAwait(false));
    }

    /// <summary>Copies the content of the part at hand.</summary>
    /// <param name="sink">Receives it; null: it is passed over.</param>
    /// <param name="cancellation">Stops the work.</param>
    public async Task CopyPartAsync(Stream? sink, CancellationToken cancellation)
    {
        if (!isInPart)
        {
            return;
        }

        while (true)
        {
            var found = buffer.AsSpan(start, end - start).IndexOf(delimiter);
            var count = found >= 0 ? found : Math.Max(0, end - start - delimiter.Length + 1);
            if (count > 0 && sink is not null)
            {
                await sink.WriteAsync(buffer.AsMemory(start, count), cancellation).ConfigureAwait(false);
            }

            start += count;
            if (found >= 0)
            {
                start += delimiter.Length;
                isInPart = false;
                return;
            }

            await FillAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task SkipPreambleAsync(CancellationToken cancellation)
    {
        var skipped = 0;
        while (true)
        {
            var found = buffer.AsSpan(start, end - start).IndexOf(delimiter);
            if (found >= 0)
            {
                start += found + delimiter.Length;
                return;
            }

            var count = Math.Max(0, end - start - delimiter.Length + 1);
            start += count;
            skipped += count;
            if (skipped > MaxPreambleBytes)
            {
                throw Invalid($"no delimiter within the first {MaxPreambleBytes} bytes", "the boundary that the header of the answer names");
            }

            await FillAsync(cancellation).ConfigureAwait(false);
        }
    }

    // After a delimiter: "--" closes; else blanks and a line end open a part.
    private async Task<bool> IsClosingAsync(CancellationToken cancellation)
    {
        await NeedAsync(2, cancellation).ConfigureAwait(false);
        if (buffer[start] == '-' && buffer[start + 1] == '-')
        {
            return true;
        }

        for (var padding = 0; buffer[start] is (byte)' ' or (byte)'\t'; padding++)
        {
            if (padding == MaxPaddingBytes)
            {
                throw Invalid("a delimiter line that does not end", "a line end after the boundary");
            }

            start++;
            await NeedAsync(2, cancellation).ConfigureAwait(false);
        }

        if (buffer[start] != '\r' || buffer[start + 1] != '\n')
        {
            throw Invalid("a delimiter line with more than the boundary", "a line end after the boundary");
        }

        start += 2;
        return false;
    }

    private async Task<string> ReadHeadersAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var bytes = buffer.AsSpan(start, end - start);
            if (bytes.StartsWith("\r\n"u8))
            {
                start += 2;
                return "";
            }

            var found = bytes.IndexOf("\r\n\r\n"u8);
            if (found > MaxHeaderBytes || (found < 0 && bytes.Length > MaxHeaderBytes))
            {
                throw Invalid($"more than {MaxHeaderBytes} bytes of headers in one part", "a few header lines");
            }

            if (found >= 0)
            {
                start += found + 4;
                return Encoding.Latin1.GetString(bytes[..found]);
            }

            await FillAsync(cancellation).ConfigureAwait(false);
        }
    }

    private static string TypeOf(string headers)
    {
        foreach (var line in headers.Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[..colon].Trim().Equals("content-type", StringComparison.OrdinalIgnoreCase))
            {
                return line[(colon + 1)..].Split(';')[0].Trim().ToLowerInvariant();
            }
        }

        return "";
    }

    private async Task NeedAsync(int count, CancellationToken cancellation)
    {
        while (end - start < count)
        {
            await FillAsync(cancellation).ConfigureAwait(false);
        }
    }

    // Takes more bytes in; what is left goes to the front. Callers leave less than a quarter of the buffer.
    private async Task FillAsync(CancellationToken cancellation)
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        end -= start;
        start = 0;
        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellation).ConfigureAwait(false);
        if (read == 0)
        {
            throw new DicomWebException(DicomWebErrorCode.Interrupted, about, "a multipart body that ends without its closing delimiter", "a whole body",
                "Run the command again; if it stays so, ask whoever runs the server") { IsTransient = true };
        }

        end += read;
    }

    private DicomWebException Invalid(string found, string expected) =>
        new(DicomWebErrorCode.AnswerInvalid, about, found, expected, "The server, or something between here and there, does not follow RFC 2046; ask whoever runs it");
}
