namespace Etalon.Dicom;

/// <summary>Compares what a compressed frame says of itself with the header around it, before any program sees it.</summary>
internal static class CodestreamCheck
{
    private const string Remedy = "Fetch the file again from its source, or have its writer correct it";

    /// <summary>Bits that a sample may have: what the program writes out whole.</summary>
    private const int GreatestPrecision = 16;

    /// <exception cref="DicomException">The frame is cut off, or header and frame contradict each other.</exception>
    public static CodestreamHeader Require(PixelCodec codec, ReadOnlySpan<byte> frame, DicomPixelLayout layout, int number, PixelRefusal refuse)
    {
        if (CodestreamHeader.Read(codec, frame) is not { } header)
        {
            throw refuse(DicomErrorCode.PixelsInvalid, $"frame {number} without a header that can be read", $"a frame for {codec.Program}", Remedy);
        }

        if (!header.IsComplete)
        {
            throw refuse(DicomErrorCode.PixelsTruncated, $"frame {number} of {frame.Length} bytes without its end marker", "a whole frame", Remedy);
        }

        if (header.Width != layout.Columns || header.Height != layout.Rows || header.Components != layout.SamplesPerPixel)
        {
            throw refuse(DicomErrorCode.PixelsInvalid, $"frame {number} of {header.Height} × {header.Width} × {header.Components} values",
                $"{layout.Rows} × {layout.Columns} × {layout.SamplesPerPixel}, as the header says", Remedy);
        }

        if (header.Precision == 0 || header.Precision > GreatestPrecision || header.Precision > layout.BitsAllocated)
        {
            throw refuse(DicomErrorCode.PixelsUnsupported, header.Precision == 0 ? $"frame {number} whose samples differ in size" : $"frame {number} of {header.Precision} bits",
                $"samples of one size, at most {Math.Min(GreatestPrecision, layout.BitsAllocated)} bits", Remedy);
        }

        // These formats know no sign: where the samples have fewer bits than the header says, -1 comes back as 4095 and 4095 as itself.
        if (codec != PixelCodec.Jpeg2000 && layout.IsSigned && header.Precision < layout.BitsStored)
        {
            throw refuse(DicomErrorCode.PixelsInvalid, $"frame {number} of {header.Precision} bits, whose sign cannot be told", $"{layout.BitsStored} bits, as BitsStored says of signed values",
                "Have its writer correct BitsStored or PixelRepresentation");
        }

        // One of the two is wrong, and each reading gives other numbers.
        if (header.IsSigned is { } signed && signed != layout.IsSigned)
        {
            throw refuse(DicomErrorCode.PixelsInvalid, $"frame {number} {(signed ? "with" : "without")} signs", layout.IsSigned
                ? "signed values, as PixelRepresentation says" : "values without signs, as PixelRepresentation says", "Have its writer correct PixelRepresentation");
        }

        return header;
    }
}
