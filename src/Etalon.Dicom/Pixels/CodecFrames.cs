namespace Etalon.Dicom;

/// <summary>Encoded frames that a program decodes, a batch at a time; the last batch is kept.</summary>
internal sealed class CodecFrames(
    PixelCodec codec, string transferSyntaxUid, DicomElement element, IReadOnlyList<DicomExtent[]> frames, DicomPixelLayout stated, DicomCodecOptions options, PixelRefusal refuse,
    CancellationToken cancellation) : FrameSource
{
    private readonly Lock gate = new();
    private readonly long frameBytes = codec.Decoded(stated).FrameBytes;
    private byte[]?[] decoded = new byte[]?[frames.Count];

    /// <summary>Bytes of all frames when decoded.</summary>
    public long DecodedBytes => frameBytes * frames.Count;

    /// <summary>What objects must share to be decoded by one run.</summary>
    public (PixelCodec Codec, string Syntax, DicomPixelLayout Layout) Kind => (codec, transferSyntaxUid, stated with { Frames = 1 });

    public override ReadOnlySpan<byte> Read(int frame, out int firstBit)
    {
        firstBit = 0;
        lock (gate)
        {
            if (decoded[frame] is not { } cells)
            {
                DecodeFrom(frame);
                cells = decoded[frame]!;
            }

            return cells;
        }
    }

    /// <summary>Decodes objects of one kind by as few runs as their soundness allows. What fails is left alone: it fails again,
    /// with its own reason, when it is read.</summary>
    public static void DecodeTogether(IReadOnlyList<CodecFrames> objects, CancellationToken cancellation)
    {
        if (objects.Count < 2)
        {
            return;
        }

        try
        {
            var first = objects[0];
            var encoded = objects.SelectMany(one => one.Encoded(0, one.decoded.Length)).ToArray();
            var cells = FrameDecoder.Decode(first.Kind.Codec, first.Kind.Syntax, encoded, first.Kind.Layout, first.Options, cancellation);
            var taken = 0;
            foreach (var one in objects)
            {
                lock (one.gate)
                {
                    Array.Copy(cells, taken, one.decoded, 0, one.decoded.Length);
                }

                taken += one.decoded.Length;
            }
        }
        catch (Exception error) when (error is CodecFailure or DicomException)
        {
            if (error is CodecFailure { Code: DicomErrorCode.CodecMissing })
            {
                return;
            }

            DecodeTogether([.. objects.Take(objects.Count / 2)], cancellation);
            DecodeTogether([.. objects.Skip(objects.Count / 2)], cancellation);
        }
    }

    private DicomCodecOptions Options => options;

    private void DecodeFrom(int frame)
    {
        var count = (int)Math.Clamp(options.BatchBytes / frameBytes, 1, frames.Count - frame);
        try
        {
            var cells = FrameDecoder.Decode(codec, transferSyntaxUid, Encoded(frame, count), stated, options, cancellation);
            var kept = new byte[]?[frames.Count];
            Array.Copy(cells, 0, kept, frame, count);
            decoded = kept;
        }
        catch (CodecFailure failure)
        {
            throw failure.For(refuse);
        }
    }

    private ReadOnlyMemory<byte>[] Encoded(int from, int count)
    {
        var encoded = new ReadOnlyMemory<byte>[count];
        for (var i = 0; i < count; i++)
        {
            encoded[i] = element.Join(frames[from + i]);
            CodestreamCheck.Require(codec, encoded[i].Span, stated, from + i, refuse);
        }

        return encoded;
    }
}
