namespace Etalon.Dicom;

/// <summary>Encoded frames that are decoded here: run lengths and deflate.</summary>
internal sealed class ManagedFrames(
    IReadOnlyList<ReadOnlyMemory<byte>[]> frames, DicomPixelLayout layout, bool isRunLength, PixelRefusal refuse) : FrameSource
{
    public override ReadOnlySpan<byte> Read(int frame, out int firstBit)
    {
        firstBit = 0;
        return isRunLength ? RleDecoder.Decode(frames[frame], layout, refuse) : FrameInflater.Inflate(frames[frame], layout.FrameBytes, refuse);
    }
}
