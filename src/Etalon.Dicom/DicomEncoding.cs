using System.Buffers.Binary;

namespace Etalon.Dicom;

/// <summary>How element headers are written.</summary>
/// <param name="IsExplicit">Whether each header states its value representation.</param>
/// <param name="IsBigEndian">Whether numbers have the high byte first.</param>
internal readonly record struct DicomEncoding(bool IsExplicit, bool IsBigEndian)
{
    public static readonly DicomEncoding ImplicitLittle = new(IsExplicit: false, IsBigEndian: false);

    public static readonly DicomEncoding ExplicitLittle = new(IsExplicit: true, IsBigEndian: false);

    public static readonly DicomEncoding ExplicitBig = new(IsExplicit: true, IsBigEndian: true);

    /// <summary>Encoding that a transfer syntax prescribes; every syntax but the two named is explicit little endian.</summary>
    public static DicomEncoding Of(string transferSyntaxUid) => transferSyntaxUid switch
    {
        DicomTransferSyntax.ImplicitVrLittleEndian => ImplicitLittle,
        DicomTransferSyntax.ExplicitVrBigEndian => ExplicitBig,
        _ => ExplicitLittle,
    };

    /// <summary>Encoding that the first element header shows, or null when it is no header.</summary>
    /// <param name="bytes">The data set from its first byte, or as much of it as is at hand.</param>
    /// <param name="total">Length of the whole data set in bytes.</param>
    public static DicomEncoding? Sniff(ReadOnlySpan<byte> bytes, long total)
    {
        if (bytes.Length < 8)
        {
            return null;
        }

        if (DicomDictionary.Parse(bytes[4], bytes[5]) != DicomVr.None)
        {
            var little = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            var big = BinaryPrimitives.ReadUInt16BigEndian(bytes);
            return little <= big ? ExplicitLittle : ExplicitBig;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        return length == uint.MaxValue || length <= total - 8 ? ImplicitLittle : null;
    }

    public ushort UInt16(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public uint UInt32(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
