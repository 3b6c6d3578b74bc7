namespace Etalon.Dicom;

/// <summary>Layout of pixel data as the header states it, checked for contradictions.</summary>
internal sealed record DicomPixelLayout
{
    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required int Frames { get; init; }

    public required int SamplesPerPixel { get; init; }

    public required int BitsAllocated { get; init; }

    public required int BitsStored { get; init; }

    public required int HighBit { get; init; }

    public required bool IsSigned { get; init; }

    public required bool IsPlanar { get; init; }

    public required string PhotometricInterpretation { get; init; }

    public required DicomPixelKind Kind { get; init; }

    /// <summary>Whole numbers of 8 or 16 bits.</summary>
    public bool FitsSixteenBits => Kind == DicomPixelKind.Integer && BitsAllocated is 8 or 16;

    public int ValuesPerFrame => Rows * Columns * SamplesPerPixel;

    /// <summary>Bytes of one frame on its own; frames of single bits may share a byte with their neighbour.</summary>
    public long FrameBytes => (((long)ValuesPerFrame * BitsAllocated) + 7) / 8;

    /// <summary>Bytes of all frames, packed without gaps.</summary>
    public long TotalBytes => (long)(((Int128)ValuesPerFrame * BitsAllocated * Frames) + 7) / 8;

    /// <param name="file">The object.</param>
    /// <param name="kind">What the cells are.</param>
    /// <param name="mayBeSubsampled">Whether a codec brings chroma at half resolution to full.</param>
    public static DicomPixelLayout Read(DicomFile file, DicomPixelKind kind, bool mayBeSubsampled)
    {
        var isInteger = kind == DicomPixelKind.Integer;
        var allocated = Require(file, Tags.BitsAllocated, 1, 64);
        RequireWidth(file, kind, allocated);
        var stored = isInteger ? Require(file, Tags.BitsStored, 1, allocated) : allocated;
        var layout = new DicomPixelLayout
        {
            Kind = kind,
            Rows = Require(file, Tags.Rows, 1, ushort.MaxValue),
            Columns = Require(file, Tags.Columns, 1, ushort.MaxValue),
            Frames = Optional(file, Tags.NumberOfFrames, 1, int.MaxValue, 1),
            SamplesPerPixel = Optional(file, Tags.SamplesPerPixel, 1, 4, 1),
            BitsAllocated = allocated,
            BitsStored = stored,
            HighBit = isInteger ? Optional(file, Tags.HighBit, stored - 1, allocated - 1, stored - 1) : allocated - 1,
            IsSigned = !isInteger || Require(file, Tags.PixelRepresentation, 0, 1) == 1,
            IsPlanar = Optional(file, Tags.PlanarConfiguration, 0, 1, 0) == 1,
            PhotometricInterpretation = file.Dataset.GetString(Tags.PhotometricInterpretation) switch { null => "", "MONOCHROME2" => "MONOCHROME2", var other => other },
        };
        layout.RequireReadable(file, mayBeSubsampled);
        return layout;
    }

    public override string ToString() => $"{Frames} frames of {Rows} × {Columns} × {SamplesPerPixel} values of {BitsAllocated} bits";

    private void RequireReadable(DicomFile file, bool mayBeSubsampled)
    {
        if ((long)Rows * Columns * SamplesPerPixel > int.MaxValue)
        {
            throw Problem(file, DicomErrorCode.TooLarge, Tags.Rows, $"frames of {Rows} × {Columns} × {SamplesPerPixel} values", $"at most {int.MaxValue} values");
        }

        // Chroma at half resolution: fewer samples than rows times columns times three.
        if (!mayBeSubsampled && PhotometricInterpretation is "YBR_FULL_422" or "YBR_PARTIAL_422" or "YBR_PARTIAL_420")
        {
            throw Problem(file, DicomErrorCode.PixelsUnsupported, Tags.PhotometricInterpretation, PhotometricInterpretation, "samples at full resolution");
        }
    }

    private static void RequireWidth(DicomFile file, DicomPixelKind kind, int allocated)
    {
        var expected = kind switch
        {
            DicomPixelKind.Float => allocated == 32 ? null : "32",
            DicomPixelKind.DoubleFloat => allocated == 64 ? null : "64",
            _ => allocated is 1 or 8 or 16 or 32 ? null : "1, 8, 16 or 32",
        };
        if (expected is not null)
        {
            throw Problem(file, DicomErrorCode.PixelsUnsupported, Tags.BitsAllocated, $"{allocated} bits allocated", $"{expected} bits");
        }
    }

    private static int Require(DicomFile file, DicomTag tag, int least, int most)
    {
        if (!file.Dataset.TryGet(tag, out var element) || element.IsEmpty)
        {
            throw Problem(file, DicomErrorCode.AttributeMissing, tag, $"no value of {tag.Keyword}", $"a whole number from {least} to {most}");
        }

        return InRange(file, element, least, most);
    }

    private static int Optional(DicomFile file, DicomTag tag, int least, int most, int whenAbsent) =>
        file.Dataset.TryGet(tag, out var element) && !element.IsEmpty ? InRange(file, element, least, most) : whenAbsent;

    private static int InRange(DicomFile file, DicomElement element, int least, int most)
    {
        var value = file.Dataset.GetInt(element.Tag);
        return value >= least && value <= most
            ? value.Value
            : throw Problem(file, DicomErrorCode.AttributeInvalid, element.Tag,
                $"{element.Tag.Keyword} is {file.Dataset.GetString(element.Tag) ?? "not a number"}", $"a whole number from {least} to {most}");
    }

    private static DicomException Problem(DicomFile file, DicomErrorCode code, DicomTag tag, string found, string expected) =>
        new(code, file.Name, found, expected, "Leave the object out, or have its writer correct it")
        {
            TagPath = tag.ToString(),
            Offset = file.Dataset.TryGet(tag, out var element) ? element.Offset : null,
        };
}
