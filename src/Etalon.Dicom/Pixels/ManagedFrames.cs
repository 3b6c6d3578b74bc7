namespace Etalon.Dicom;

/// <summary>Encoded frames that are decoded here: run lengths and deflate.</summary>
internal sealed class ManagedFrames(
    DicomElement element, IReadOnlyList<DicomExtent[]> frames, DicomPixelLayout layout, bool isRunLength, PixelRefusal refuse) : FrameSource
{
    public override ReadOnlySpan<byte> Read(int frame, out int firstBit)
    {
        firstBit = 0;
        var encoded = element.Join(frames[frame]);
        return isRunLength ? RleDecoder.Decode(encoded.Span, layout, refuse) : FrameInflater.Inflate(encoded, layout.FrameBytes, refuse);
    }
}
