namespace Etalon.Dicom.Web;

/// <summary>Reads the body of an answer under limits of size, standstill and mean rate.</summary>
internal sealed class GuardedStream(Stream inner, long maxBytes, string about, DicomWebOptions options) : Stream
{
    private readonly long begun = options.Time.GetTimestamp();
    private long count;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => count;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var patience = new CancellationTokenSource(options.IdleTimeout, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        int read;
        try
        {
            read = await inner.ReadAsync(buffer, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooSlow($"no byte within {options.IdleTimeout.TotalSeconds:0.###} s");
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new DicomWebException(DicomWebErrorCode.Interrupted, about, "the connection broke in the middle of the answer", "a whole answer",
                "Check the network and run the command again", e) { IsTransient = true };
        }

        count += read;
        if (count > maxBytes)
        {
            throw new DicomWebException(DicomWebErrorCode.AnswerTooLarge, about, $"an answer of more than {maxBytes} bytes", $"at most {maxBytes} bytes",
                "Ask whoever runs the server; objects larger than this are not fetched");
        }

        var seconds = options.Time.GetElapsedTime(begun).TotalSeconds;
        if (read > 0 && seconds > options.IdleTimeout.TotalSeconds && count < seconds * options.LeastRate)
        {
            throw TooSlow($"{count} bytes within {seconds:0} s");
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private DicomWebException TooSlow(string found) => new(DicomWebErrorCode.TimedOut, about, found,
        $"a byte every {options.IdleTimeout.TotalSeconds:0.###} s and {options.LeastRate} bytes per second", "Check the network and the server's load, and run the command again") { IsTransient = true };
}
