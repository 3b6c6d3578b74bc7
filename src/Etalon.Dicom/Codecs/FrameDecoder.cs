namespace Etalon.Dicom;

/// <summary>Decodes frames of one layout, of one object or of many, by one run of a program.</summary>
internal static class FrameDecoder
{
    /// <summary>Decodes frames that passed <see cref="CodestreamCheck"/>.</summary>
    /// <param name="codec">The program.</param>
    /// <param name="transferSyntaxUid">How the frames are encoded.</param>
    /// <param name="frames">One encoded frame each.</param>
    /// <param name="stated">Layout as the header states it; its number of frames does not count here.</param>
    /// <param name="options">Limits.</param>
    /// <param name="cancellation">Ends the program and throws.</param>
    /// <returns>Little endian cells of each frame, by <see cref="PixelCodec.Decoded"/>.</returns>
    /// <exception cref="CodecFailure">The program is missing, refuses the frames, warns of them, or exceeds its limits.</exception>
    public static byte[][] Decode(
        PixelCodec codec, string transferSyntaxUid, IReadOnlyList<ReadOnlyMemory<byte>> frames, DicomPixelLayout stated, DicomCodecOptions options,
        CancellationToken cancellation)
    {
        var program = ChildProgram.Find(codec.Program, options.SearchPath) ?? throw CodecFailure.Missing(codec);
        try
        {
            using var folder = new PrivateFolder();
            return codec == PixelCodec.Jpeg2000
                ? OpenJpegFrames.Decode(program, folder, frames, codec.Decoded(stated), options, cancellation)
                : DcmtkFrames.Decode(program, folder, transferSyntaxUid, frames, stated, codec.Decoded(stated), options, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CodecFailure(DicomErrorCode.CodecFailed, $"temporary files cannot be written or read ({error.Message.TrimEnd('.')})",
                "room in the temporary folder", "Make room, or point TMPDIR elsewhere");
        }
    }
}
