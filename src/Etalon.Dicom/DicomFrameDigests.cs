using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Etalon.Dicom;

/// <summary>What is kept of the pixels of an object after they were let go: enough to tell frames that repeat one another, and junk in their cells.</summary>
/// <param name="Frames">One number for each frame, equal where the cells (or the code words of compressed frames) have the same bytes.</param>
/// <param name="FramesWithJunk">Frames with bits above HighBit that are no part of the value; null where cells were not decoded.</param>
public sealed record DicomFrameDigests(IReadOnlyList<UInt128> Frames, int? FramesWithJunk)
{
    /// <summary>Digests of cells; one frame at a time is in memory.</summary>
    /// <exception cref="DicomException">A frame is damaged.</exception>
    public static DicomFrameDigests Of(DicomPixels pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        var frames = new UInt128[pixels.Frames];
        var junk = 0;
        for (var n = 0; n < frames.Length; n++)
        {
            frames[n] = Digest(pixels.Cells(n, out _));
            junk += pixels.HasBitsAboveHighBit(n) ? 1 : 0;
        }

        return new DicomFrameDigests(frames, junk);
    }

    /// <summary>Digests of frames without decoding them, where they are compressed: equal code words are equal pixels. Null where fragments cannot be told apart into frames.</summary>
    public static DicomFrameDigests? OfCoded(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!file.Dataset.TryGet(Tags.PixelData, out var element) || !element.IsEncapsulated)
        {
            return null;
        }

        try
        {
            var layout = DicomPixelLayout.Read(file, DicomPixelKind.Integer, mayBeSubsampled: true);
            return new DicomFrameDigests([.. DicomFragments.ToFrames(file.Name, element, layout, int.MaxValue).Select(f => Digest(element.Join(f).Span))], null);
        }
        catch (DicomException)
        {
            // What is wrong with the pixels is told when they are read.
            return null;
        }
    }

    /// <summary>Half of a SHA-256: two frames in 2⁶⁴ would be taken for one.</summary>
    private static UInt128 Digest(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
