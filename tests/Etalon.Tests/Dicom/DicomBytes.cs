using System.Buffers.Binary;
using System.Text;
using Etalon.Dicom;

namespace Etalon.Tests.Dicom;

/// <summary>Writes small objects for tests, byte by byte and independent of the reader.</summary>
internal sealed class DicomBytes(bool isExplicit = true, bool isBigEndian = false)
{
    private static readonly string[] LongForm = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"];

    private readonly List<byte> bytes = [];

    public DicomBytes Raw(params byte[] raw)
    {
        bytes.AddRange(raw);
        return this;
    }

    public DicomBytes Text(DicomTag tag, string vr, string text) => Value(tag, vr, Padded(Encoding.Latin1.GetBytes(text), vr == "UI" ? (byte)0 : (byte)' '));

    public DicomBytes UInt16(DicomTag tag, params ushort[] values) =>
        Value(tag, "US", [.. values.SelectMany(value => Number(value, 2))]);

    public DicomBytes Float64(DicomTag tag, params double[] values) =>
        Value(tag, "FD", [.. values.SelectMany(value => Number(BitConverter.DoubleToUInt64Bits(value), 8))]);

    public DicomBytes Value(DicomTag tag, string vr, byte[] value, uint? length = null)
    {
        Raw(Number(tag.Group, 2)).Raw(Number(tag.Element, 2));
        if (!isExplicit || tag.Group == 0xFFFE)
        {
            return Raw(Number(length ?? (uint)value.Length, 4)).Raw(value);
        }

        Raw(Encoding.ASCII.GetBytes(vr));
        return LongForm.Contains(vr)
            ? Raw(0, 0).Raw(Number(length ?? (uint)value.Length, 4)).Raw(value)
            : Raw(Number(length ?? (uint)value.Length, 2)).Raw(value);
    }

    public DicomBytes Sequence(DicomTag tag, bool undefined, params DicomBytes[] items)
    {
        var content = new DicomBytes(isExplicit, isBigEndian);
        foreach (var item in items)
        {
            content.Value(new DicomTag(0xFFFE, 0xE000), "", item.ToArray(), undefined ? uint.MaxValue : null);
            if (undefined)
            {
                content.Value(new DicomTag(0xFFFE, 0xE00D), "", []);
            }
        }

        if (undefined)
        {
            content.Value(new DicomTag(0xFFFE, 0xE0DD), "", []);
        }

        return Value(tag, "SQ", content.ToArray(), undefined ? uint.MaxValue : null);
    }

    public byte[] ToArray() => [.. bytes];

    /// <summary>Preamble, mark and meta information around this data set.</summary>
    public byte[] ToFile(string transferSyntax)
    {
        var meta = new DicomBytes().Text(Tags.TransferSyntaxUid, "UI", transferSyntax).ToArray();
        return [.. new byte[128], .. "DICM"u8, .. meta, .. bytes];
    }

    /// <summary>A small MR object: three sizes that differ, negative values, sequences of both kinds, private elements.</summary>
    public static DicomBytes SmallMr(bool isExplicit = true, bool isBigEndian = false)
    {
        DicomBytes New() => new(isExplicit, isBigEndian);
        return New()
            .Text(Tags.SpecificCharacterSet, "CS", "ISO_IR 100")
            .Text(Tags.ImageType, "CS", "ORIGINAL\\PRIMARY\\M")
            .Text(Tags.SopClassUid, "UI", "1.2.840.10008.5.1.4.1.1.4")
            .Text(Tags.Modality, "CS", "MR")
            .Text(Tags.PatientName, "PN", "Gr\u00FCn^Ada")
            .Text(new DicomTag(0x0019, 0x0010), "LO", "SIEMENS MR HEADER")
            .Text(new DicomTag(0x0019, 0x100C), "IS", "850")
            .Text(Tags.PixelSpacing, "DS", "1.25\\0.75")
            .UInt16(Tags.SamplesPerPixel, 1)
            .UInt16(Tags.Rows, 3)
            .UInt16(Tags.Columns, 5)
            .UInt16(Tags.BitsAllocated, 16)
            .UInt16(Tags.BitsStored, 12)
            .UInt16(Tags.HighBit, 11)
            .UInt16(Tags.PixelRepresentation, 1)
            .Sequence(Tags.SharedFunctionalGroupsSequence, true, New().Sequence(Tags.MrDiffusionSequence, false, New().Float64(Tags.DiffusionBValue, 850.5), New()))
            .Value(Tags.PixelData, "OW", [.. Enumerable.Range(-7, 15).SelectMany(value => New().Number((ulong)value & 0x0FFF, 2))]);
    }

    public byte[] Number(ulong value, int size)
    {
        var cell = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(cell, value);
        var number = cell[..size];
        if (isBigEndian)
        {
            Array.Reverse(number);
        }

        return number;
    }

    private static byte[] Padded(byte[] value, byte padding) => value.Length % 2 == 0 ? value : [.. value, padding];
}
