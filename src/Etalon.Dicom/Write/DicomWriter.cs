using System.Buffers.Binary;
using System.Text;

namespace Etalon.Dicom;

/// <summary>Writes objects as files of PS3.10: explicit little endian, all lengths defined, the same bytes for the same object.</summary>
public static class DicomWriter
{
    private const int PreambleLength = 128;
    private const uint UndefinedLength = uint.MaxValue;

    /// <summary>Names this writer in every file; derived once from the name of the product, and never changed.</summary>
    public static string ImplementationClassUid { get; } = DicomUid.Derive("implementation class");

    /// <summary>ImplementationVersionName of every file.</summary>
    public const string ImplementationVersionName = "ETALON_1";

    /// <summary>Writes an object.</summary>
    /// <param name="stream">Receives the file from its preamble on.</param>
    /// <param name="dataset">The data set; it must hold SOPClassUID and SOPInstanceUID.</param>
    /// <param name="transferSyntaxUid">Explicit VR Little Endian, or an encapsulated syntax for fragments that were copied.</param>
    /// <exception cref="ArgumentException">SOP class or instance are missing, text does not fit the character set, or the syntax is not explicit little endian.</exception>
    public static void Write(Stream stream, DicomDatasetBuilder dataset, string transferSyntaxUid = DicomTransferSyntax.ExplicitVrLittleEndian)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(dataset);
        if (DicomEncoding.Of(transferSyntaxUid) != DicomEncoding.ExplicitLittle || transferSyntaxUid == DicomTransferSyntax.DeflatedExplicitVrLittleEndian)
        {
            throw new ArgumentException($"Transfer syntax {DicomTransferSyntax.NameOf(transferSyntaxUid)} is not written.", nameof(transferSyntaxUid));
        }

        var text = DicomTextEncoding.Of(dataset);
        stream.Write(new byte[PreambleLength]);
        stream.Write("DICM"u8);
        stream.Write(Meta(dataset, transferSyntaxUid));
        new Session(stream, text).Dataset(dataset);
    }

    /// <summary>Writes an object into memory.</summary>
    /// <inheritdoc cref="Write"/>
    public static byte[] ToBytes(DicomDatasetBuilder dataset, string transferSyntaxUid = DicomTransferSyntax.ExplicitVrLittleEndian)
    {
        using var stream = new MemoryStream();
        Write(stream, dataset, transferSyntaxUid);
        return stream.ToArray();
    }

    /// <summary>Transfer syntax under which a file that was read is written again: its own where the pixels are in fragments, else explicit little endian.</summary>
    public static string TransferSyntaxFor(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return DicomTransferSyntax.IsNative(file.TransferSyntaxUid) ? DicomTransferSyntax.ExplicitVrLittleEndian : file.TransferSyntaxUid;
    }

    private static byte[] Meta(DicomDatasetBuilder dataset, string transferSyntaxUid)
    {
        var meta = new DicomDatasetBuilder()
            .SetBytes(new DicomTag(0x0002, 0x0001), DicomVr.OB, new byte[] { 0, 1 })
            .SetBytes(Tags.MediaStorageSopClassUid, DicomVr.UI, Uid(dataset, Tags.SopClassUid))
            .SetBytes(Tags.MediaStorageSopInstanceUid, DicomVr.UI, Uid(dataset, Tags.SopInstanceUid))
            .Set(Tags.TransferSyntaxUid, transferSyntaxUid)
            .Set(Tags.ImplementationClassUid, ImplementationClassUid)
            .Set(Tags.ImplementationVersionName, ImplementationVersionName);
        using var content = new MemoryStream();
        new Session(content, DicomTextEncoding.Ascii).Dataset(meta);
        using var all = new MemoryStream();
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, (int)content.Length);
        new Session(all, DicomTextEncoding.Ascii).Dataset(new DicomDatasetBuilder().SetBytes(new DicomTag(0x0002, 0x0000), DicomVr.UL, length));
        content.WriteTo(all);
        return all.ToArray();
    }

    // As it stands: a copied object may hold a UID that is none, and header and data set must agree.
    private static byte[] Uid(DicomDatasetBuilder dataset, DicomTag tag) =>
        dataset.TextOf(tag)?.Trim(' ', '\0') is { Length: > 0 } uid ? Encoding.Latin1.GetBytes(uid) : throw new ArgumentException($"The object has no {tag.Keyword}.");

    /// <summary>One object, or one item, on its way out.</summary>
    private sealed class Session(Stream stream, DicomTextEncoding text)
    {
        public void Dataset(DicomDatasetBuilder dataset)
        {
            foreach (var entry in dataset.Entries)
            {
                Element(entry);
            }
        }

        private void Element(DicomEntryToWrite entry)
        {
            if (entry.Items is { } items)
            {
                var content = Items(items);
                Header(entry.Tag, DicomVr.SQ, (uint)content.Length);
                content.WriteTo(stream);
                return;
            }

            if (entry.Fragments is { } fragments)
            {
                Fragments(entry, fragments);
                return;
            }

            var value = entry.Text is { } words ? text.Encode(words, entry.Vr, entry.Tag) : entry.Bytes;
            var padded = (value.Length + 1) & ~1;
            // A value too long for the two bytes of its representation's length is written as unknown (PS3.5 6.2.2).
            Header(entry.Tag, padded > ushort.MaxValue && !HasLongLength(entry.Vr) ? DicomVr.UN : entry.Vr, (uint)padded);
            stream.Write(value.Span);
            if (padded > value.Length)
            {
                stream.WriteByte(IsPaddedBySpace(entry.Vr) ? (byte)' ' : (byte)0);
            }
        }

        private MemoryStream Items(IReadOnlyList<DicomDatasetBuilder> items)
        {
            var content = new MemoryStream();
            foreach (var item in items)
            {
                using var inner = new MemoryStream();
                new Session(inner, text.Inner(item)).Dataset(item);
                new Session(content, text).Item((uint)inner.Length);
                inner.WriteTo(content);
            }

            return content;
        }

        private void Fragments(DicomEntryToWrite entry, IReadOnlyList<ReadOnlyMemory<byte>> fragments)
        {
            Header(entry.Tag, DicomVr.OB, UndefinedLength);
            foreach (var fragment in fragments)
            {
                var padded = (fragment.Length + 1) & ~1;
                Item((uint)padded);
                stream.Write(fragment.Span);
                if (padded > fragment.Length)
                {
                    stream.WriteByte(0);
                }
            }

            Tag(new DicomTag(0xFFFE, 0xE0DD));
            Number(0);
        }

        private void Item(uint length)
        {
            Tag(new DicomTag(0xFFFE, 0xE000));
            Number(length);
        }

        private void Header(DicomTag tag, DicomVr vr, uint length)
        {
            Tag(tag);
            stream.WriteByte((byte)((int)vr >> 8));
            stream.WriteByte((byte)vr);
            Span<byte> bytes = stackalloc byte[2];
            if (HasLongLength(vr))
            {
                bytes.Clear();
                stream.Write(bytes);
                Number(length);
                return;
            }

            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)length);
            stream.Write(bytes);
        }

        private void Tag(DicomTag tag)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, tag.Group);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], tag.Element);
            stream.Write(bytes);
        }

        private void Number(uint value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            stream.Write(bytes);
        }

        private static bool IsPaddedBySpace(DicomVr vr) => vr is DicomVr.AE or DicomVr.AS or DicomVr.CS or DicomVr.DA or DicomVr.DS or DicomVr.DT or DicomVr.IS
            or DicomVr.LO or DicomVr.LT or DicomVr.PN or DicomVr.SH or DicomVr.ST or DicomVr.TM or DicomVr.UC or DicomVr.UR or DicomVr.UT;

        private static bool HasLongLength(DicomVr vr) => vr is DicomVr.OB or DicomVr.OD or DicomVr.OF or DicomVr.OL or DicomVr.OV or DicomVr.OW
            or DicomVr.SQ or DicomVr.SV or DicomVr.UC or DicomVr.UN or DicomVr.UR or DicomVr.UT or DicomVr.UV;
    }
}
