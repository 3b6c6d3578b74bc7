using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Etalon.Dicom.Web;

/// <summary>One Part 10 file as multipart/related, copied from its stream while it is sent.</summary>
internal sealed class StoreContent : HttpContent
{
    private readonly Func<Stream> open;
    private readonly byte[] head;
    private readonly byte[] tail;

    /// <summary>Prepares to send a file.</summary>
    /// <param name="sopInstanceUid">Names the object; the boundary follows from it.</param>
    /// <param name="open">Opens the file; its stream knows its length.</param>
    public StoreContent(string sopInstanceUid, Func<Stream> open)
    {
        this.open = open;
        // 128 bits of a hash: no content holds them by accident, and the same object is sent with the same bytes.
        var boundary = "etalon-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes("boundary " + sopInstanceUid)).AsSpan(0, 16));
        head = Encoding.ASCII.GetBytes($"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n");
        tail = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        using (var stream = open())
        {
            Length = stream.Length;
        }

        Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/related; type=\"application/dicom\"; boundary={boundary}");
    }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(head, cancellationToken).ConfigureAwait(false);
        using (var file = open())
        {
            await file.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
        }

        await stream.WriteAsync(tail, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = head.Length + Length + tail.Length;
        return true;
    }
}
