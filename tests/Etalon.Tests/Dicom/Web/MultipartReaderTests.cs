using System.Text;
using Etalon.Dicom.Web;
using Xunit;

namespace Etalon.Tests.Dicom.Web;

/// <summary>The reader of multipart bodies against bodies good and bad, in pieces of several sizes.</summary>
public sealed class MultipartReaderTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(65536)]
    public async Task Parts_come_out_as_they_went_in_however_the_network_cuts_them(int piece)
    {
        // Beginnings of the delimiter inside the content are content.
        var first = "\r\n--b\r\n--bounda\r\n-\r\r\n--boundarx"u8.ToArray();
        var second = Enumerable.Range(0, 200_001).Select(n => (byte)(n * 31 / 7)).ToArray();
        byte[] body = [.. "preamble\r\n--boundary \t\r\nContent-Type: application/DICOM; x=y\r\nX: z\r\n\r\n"u8, .. first, .. "\r\n--boundary\r\n\r\n"u8, .. second, .. "\r\n--boundary--\r\nepilogue"u8];
        var reader = Reader(body, "boundary", piece);
        Assert.Equal("application/dicom", await reader.NextAsync(Stop));
        Assert.Equal(first, await Part(reader));
        Assert.Equal("", await reader.NextAsync(Stop));
        Assert.Equal(second, await Part(reader));
        Assert.Null(await reader.NextAsync(Stop));
        Assert.Null(await reader.NextAsync(Stop));
    }

    [Fact]
    public async Task A_part_that_is_passed_over_leaves_the_next_one_whole()
    {
        var reader = Reader("--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--"u8.ToArray(), "b", 3);
        Assert.NotNull(await reader.NextAsync(Stop));
        Assert.NotNull(await reader.NextAsync(Stop));
        Assert.Equal("two", Encoding.ASCII.GetString(await Part(reader)));
        Assert.Null(await reader.NextAsync(Stop));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing at all")]
    [InlineData("--other\r\n\r\nx\r\n--other--")]
    [InlineData("--b")]
    [InlineData("--b\r\n")]
    [InlineData("--b\r\nContent-Type: application/dicom")]
    [InlineData("--b\r\n\r\nxyz")]
    [InlineData("--b\r\n\r\nxyz\r\n--b")]
    [InlineData("--b\r\n\r\nxyz\r\n--bx\r\n\r\n")]
    [InlineData("--b\n\nxyz\n--b--")]
    public async Task A_body_that_breaks_the_format_is_a_typed_error(string body)
    {
        var error = await Assert.ThrowsAsync<DicomWebException>(async () =>
        {
            var reader = Reader(Encoding.ASCII.GetBytes(body), "b", 5);
            while (await reader.NextAsync(Stop) is not null)
            {
                await Part(reader);
            }
        });
        Assert.True(error.Code is DicomWebErrorCode.AnswerInvalid or DicomWebErrorCode.Interrupted, error.Message);
    }

    [Theory]
    [InlineData("preamble")]
    [InlineData("headers")]
    [InlineData("blanks")]
    public async Task What_never_ends_is_given_up_after_a_few_kilobytes(string where)
    {
        var endless = new Endless(where switch { "preamble" => "", "headers" => "--b\r\nX: ", _ => "--b" }, where == "blanks" ? (byte)' ' : (byte)'y');
        var error = await Assert.ThrowsAsync<DicomWebException>(() => new MultipartReader(endless, "b", "test").NextAsync(Stop));
        Assert.Equal(DicomWebErrorCode.AnswerInvalid, error.Code);
        Assert.True(endless.Taken <= 256 << 10, $"{endless.Taken} bytes were read");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\r\nb")]
    [InlineData("trailing ")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789x")]
    public void A_boundary_that_the_standard_forbids_is_refused(string boundary) =>
        Assert.Equal(DicomWebErrorCode.AnswerInvalid, Assert.Throws<DicomWebException>(() => Reader([], boundary, 1)).Code);

    private static MultipartReader Reader(byte[] body, string boundary, int piece) => new(new Pieces(body, piece), boundary, "test");

    private static async Task<byte[]> Part(MultipartReader reader)
    {
        using var sink = new MemoryStream();
        await reader.CopyPartAsync(sink, Stop);
        return sink.ToArray();
    }

    /// <summary>Gives at most so many bytes at a time.</summary>
    private sealed class Pieces(byte[] body, int piece) : MemoryStream(body)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }

    /// <summary>A beginning, then one byte for ever.</summary>
    private sealed class Endless(string begin, byte rest) : MemoryStream(Encoding.ASCII.GetBytes(begin))
    {
        public long Taken { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                read = Math.Min(4096, buffer.Length);
                buffer[..read].Span.Fill(rest);
            }

            Taken += read;
            return read;
        }
    }
}
