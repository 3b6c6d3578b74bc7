using System.Buffers.Binary;
using System.Text;
using Etalon.Dicom;
using Etalon.Dicom.Deidentification;
using Xunit;

namespace Etalon.Tests.Dicom;

/// <summary>Ways by which a date, a name or an overlay once came through, and honest objects that were once refused.</summary>
public sealed class DeidentifyLeakTests
{
    private static readonly DeidentificationKey Key = new("a key of thirty bytes and more"u8);
    private static readonly DicomTag WindowExplanation = new(0x0028, 0x1055);
    private static readonly DicomTag OverlayPosition = new(0x6000, 0x0102);

    [Theory]
    [InlineData("MR1 20240301 2024-03-01", "MR1")]
    [InlineData("made 2024-03-01", "made")]
    [InlineData("made 01.03.2024 at MR1", "made at MR1")]
    [InlineData("made 3/1/24", "made")]
    [InlineData("v1.2.2024-03-01", "v")]
    [InlineData("MR1_240301", "MR1_")]
    [InlineData("01-Mar-2024 MR1", "MR1")]
    [InlineData("March 1, 2024 MR1", "MR1")]
    [InlineData("made 2019-11-23", "made")]
    [InlineData("made 20191123", "made")]
    [InlineData("syngo MR XA30A 5.10.3 10.3.1", "syngo MR XA30A 5.10.3 10.3.1")]
    public void Dates_leave_technical_texts_and_versions_stay(string text, string expected)
    {
        var made = Apply(Image().Set(Tags.StationName, DicomVr.LO, text).Set(WindowExplanation, text).Set(Tags.SoftwareVersions, text));
        Assert.Equal((expected, expected, expected), (made.GetString(Tags.StationName), made.GetString(WindowExplanation), made.GetString(Tags.SoftwareVersions)));
    }

    [Fact]
    public void A_serial_number_that_looks_like_a_day_stays_and_a_term_or_number_that_is_a_date_of_the_object_goes()
    {
        var made = Apply(Image().Set(Tags.DeviceSerialNumber, "20191123").Set(Tags.ImageType, "ORIGINAL", "PRIMARY", "M_20240301").Set(Tags.AcquisitionNumber, DicomVr.IS, "20240301"));
        Assert.Equal("20191123", made.GetString(Tags.DeviceSerialNumber));
        Assert.Equal(["ORIGINAL", "PRIMARY", ""], made.GetStrings(Tags.ImageType));
        Assert.Null(made.GetInt(Tags.AcquisitionNumber));
    }

    [Theory]
    [InlineData("20240301")]
    [InlineData("2024-03-01")]
    [InlineData("01.03.2024")]
    [InlineData("03/01/2024")]
    [InlineData("20240301120000")]
    public void The_sweep_finds_a_date_of_the_source_in_text_and_not_among_dates(string form)
    {
        var identifiers = SourceIdentifiers.Of(Read(Image()).Dataset);
        string? Swept(DicomDatasetBuilder made) => DicomWriter.ToBytes(made) is var bytes ? IdentifierSweep.Find(bytes, DicomFile.Read(bytes, "x"), identifiers) : null;
        var clean = new DicomDatasetBuilder().Set(Tags.SopClassUid, "1.2.840.10008.5.1.4.1.1.4").Set(Tags.SopInstanceUid, "1.2.9").Set(Tags.StudyDate, "20240301").Set(Tags.StationName, "MR1 20240302");
        Assert.Null(Swept(clean));
        Assert.Equal(WindowExplanation.ToString(), Swept(clean.Set(WindowExplanation, $"at {form}")));
    }

    [Fact]
    public void A_patient_whose_number_is_a_time_of_day_is_written()
    {
        var made = Apply(Image().Set(Tags.PatientId, "101010").Set(Tags.StudyTime, "101010").Set(Tags.RepetitionTime, DicomVr.DS, "101010.5"));
        Assert.Equal(("101010", 101010.5), (made.GetString(Tags.StudyTime), made.GetDouble(Tags.RepetitionTime)));
        // In bytes that no element explains the number still stops the object.
        var hidden = new Deidentifier(Key).Apply(Read(Image().Set(Tags.PatientId, "101010").SetBytes(Tags.PixelData, DicomVr.OW, Encoding.ASCII.GetBytes("............101010............"))
            .Set(Tags.BitsStored, 16).Set(Tags.HighBit, 15)));
        Assert.Equal([DeidentificationNote.IdentifierSurvives], hidden.Notes);
    }

    [Fact]
    public void A_name_padded_with_spaces_is_no_phrase_of_two_letters()
    {
        var source = Image().SetBytes(Tags.PatientName, DicomVr.PN, Encoding.ASCII.GetBytes("LI        ^WEN ")).Set(Tags.SeriesDescription, "FLAIR LIVER");
        Assert.DoesNotContain("LI", SourceIdentifiers.Of(Read(source).Dataset).Phrases);
        Apply(source);
    }

    [Theory]
    [InlineData(0, new ushort[] { 0xF123, 0x8FFF, 0x0ABC }, new ushort[] { 0x0123, 0x0FFF, 0x0ABC })]
    [InlineData(1, new ushort[] { 0xF123, 0x8FFF, 0xFABC }, new ushort[] { 0x0123, 0xFFFF, 0xFABC })]
    public void Bits_above_the_value_go_and_the_value_stays(int signed, ushort[] cells, ushort[] expected)
    {
        var source = Image().Set(Tags.Rows, 1).Set(Tags.Columns, 3).Set(Tags.PixelRepresentation, (double)signed).SetBytes(Tags.PixelData, DicomVr.OW, Words(cells))
            .Set(new DicomTag(0x6000, 0x0100), DicomVr.US, 16).Set(OverlayPosition, DicomVr.US, 15);
        var file = Read(source);
        var made = DicomFile.Read(new Deidentifier(Key).Apply(file).Bytes, "made");
        made.Dataset.TryGet(Tags.PixelData, out var element);
        Assert.Equal(Words(expected), element!.Bytes.ToArray());
        Assert.Equal(Values(file), Values(made));
        Assert.False(made.Dataset.Contains(OverlayPosition));
    }

    [Fact]
    public void Bits_below_the_value_go()
    {
        var source = Image().Set(Tags.Rows, 1).Set(Tags.Columns, 1).Set(Tags.BitsStored, 8).Set(Tags.HighBit, 11).SetBytes(Tags.PixelData, DicomVr.OW, Words([0xFABC]));
        Apply(source).TryGet(Tags.PixelData, out var element);
        Assert.Equal(Words([0x0AB0]), element!.Bytes.ToArray());
    }

    [Fact]
    public void An_overlay_that_cannot_be_taken_out_of_the_cells_stops_the_object()
    {
        var inside = Image().Set(new DicomTag(0x6000, 0x0100), DicomVr.US, 16).Set(OverlayPosition, DicomVr.US, 7);
        Assert.Equal([DeidentificationNote.PixelsRefused], new Deidentifier(Key).Apply(Read(inside)).Notes);
        // Beside data of its own the position means nothing.
        Apply(Image().Set(new DicomTag(0x6000, 0x0100), DicomVr.US, 1).Set(OverlayPosition, DicomVr.US, 0.0).SetBytes(new DicomTag(0x6000, 0x3000), DicomVr.OW, new byte[2]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_behind_the_last_frame_go_from_float_pixels(bool isDouble)
    {
        var (tag, vr, width) = isDouble ? (Tags.DoubleFloatPixelData, DicomVr.OD, 8) : (Tags.FloatPixelData, DicomVr.OF, 4);
        var bytes = new byte[15 * width + 16];
        bytes.AsSpan(15 * width).Fill((byte)'X');
        bytes[3] = 7;
        var made = Apply(Image().Remove(Tags.PixelData).Set(Tags.BitsAllocated, 8.0 * width).SetBytes(tag, vr, bytes));
        made.TryGet(tag, out var element);
        Assert.Equal(bytes[..(15 * width)], element!.Bytes.ToArray());
    }

    [Fact]
    public void Bytes_behind_the_last_frame_go_from_big_endian_pixels()
    {
        const string BigEndian = "1.2.840.10008.1.2.2";
        var cells = new byte[14];
        BinaryPrimitives.WriteUInt16BigEndian(cells, 0x0123);
        BinaryPrimitives.WriteUInt16BigEndian(cells.AsSpan(2), 0xF456);
        cells.AsSpan(4).Fill((byte)'X');
        var source = new DicomBytes(isExplicit: true, isBigEndian: true)
            .Text(Tags.SopClassUid, "UI", "1.2.840.10008.5.1.4.1.1.4").Text(Tags.SopInstanceUid, "UI", "1.2.3.6").Text(Tags.Modality, "CS", "MR").Text(Tags.PatientId, "LO", "P-1").UInt16(Tags.SamplesPerPixel, 1)
            .UInt16(Tags.Rows, 1).UInt16(Tags.Columns, 2).UInt16(Tags.BitsAllocated, 16).UInt16(Tags.BitsStored, 12).UInt16(Tags.HighBit, 11).UInt16(Tags.PixelRepresentation, 0).Value(Tags.PixelData, "OW", cells);
        var made = new Deidentifier(Key).Apply(DicomFile.Read(source.ToFile(BigEndian), "big"));
        DicomFile.Read(made.Bytes, "made").Dataset.TryGet(Tags.PixelData, out var element);
        Assert.Equal(Words([0x0123, 0x0456]), element!.Bytes.ToArray());
    }

    [Fact]
    public void Pixels_of_a_layout_that_is_not_read_are_written_with_a_warning()
    {
        var made = new Deidentifier(Key).Apply(Read(Image().Set(Tags.BitsAllocated, 12)));
        Assert.Equal([DeidentificationNote.PixelsNotCleaned], made.Notes);
        Assert.True(made.IsAccepted);
    }

    [Theory]
    [InlineData("Roe^Jane", "epRoe fl2d", "fl2d")]
    [InlineData("Müller^Jo", "MULLER Mueller müller fl2d", "")]
    [InlineData("Mueller^Jo", "epMuller fl2d", "")]
    [InlineData("Head^Brain", "brain head fl2d", "fl2d")]
    [InlineData("Doe^Jane", "123 fl2d", "fl2d")]
    [InlineData("Spi^Jane", "spiral fl2d", "spiral fl2d")]
    public void A_name_leaves_technical_texts_within_words_in_any_spelling_and_where_it_is_a_word_of_imaging(string name, string text, string expected)
    {
        var source = Image().SetBytes(new DicomTag(0x0008, 0x0005), DicomVr.CS, Encoding.ASCII.GetBytes("ISO_IR 192")).SetBytes(Tags.PatientName, DicomVr.PN, Encoding.UTF8.GetBytes(name)).Set(Tags.PatientId, "123")
            .SetBytes(new DicomTag(0x0018, 0x9005), DicomVr.SH, Encoding.UTF8.GetBytes(text)).SetBytes(new DicomTag(0x0018, 0x1210), DicomVr.SH, "123"u8.ToArray());
        var made = Apply(source);
        // Of a text that holds a name of six letters nothing stays.
        Assert.Equal(expected, made.GetString(new DicomTag(0x0018, 0x9005)) ?? "");
        Assert.Null(made.GetString(new DicomTag(0x0018, 0x1210)));
    }

    [Fact]
    public void A_closed_list_of_terms_lets_no_other_word_through_and_codes_of_a_house_lose_what_may_name()
    {
        var procedure = new DicomTag(0x0008, 0x1032);
        var made = Apply(Image().Set(Tags.PatientPosition, "PROSSER").SetSequence(procedure,
            new DicomDatasetBuilder().Set(Tags.CodeValue, "PROSSER").Set(new DicomTag(0x0008, 0x0102), "99HOUSE").Set(Tags.CodeMeaning, "Prosser brain")));
        Assert.True(string.IsNullOrEmpty(made.GetString(Tags.PatientPosition)));
        Assert.All(made.GetSequence(procedure).SelectMany(i => new[] { i.GetString(Tags.CodeValue), i.GetString(Tags.CodeMeaning) }), t => Assert.DoesNotContain("PROSSER", t ?? "", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("FFS", Apply(Image().Set(Tags.PatientPosition, "FFS")).GetString(Tags.PatientPosition));
    }

    private static int[] Values(DicomFile file)
    {
        var pixels = DicomPixels.Read(file);
        var stored = new int[pixels.ValuesPerFrame];
        pixels.ReadFrame(0, stored);
        return stored;
    }

    private static byte[] Words(ushort[] cells) => [.. cells.SelectMany(cell => new[] { (byte)cell, (byte)(cell >> 8) })];

    /// <summary>3 by 5 voxels of one patient, of 1 March 2024.</summary>
    private static DicomDatasetBuilder Image() => new DicomDatasetBuilder()
        .Set(Tags.SopClassUid, "1.2.840.10008.5.1.4.1.1.4").Set(Tags.SopInstanceUid, "1.2.3.6").Set(Tags.StudyInstanceUid, "1.2.3.4").Set(Tags.SeriesInstanceUid, "1.2.3.5")
        .Set(Tags.Modality, "MR").Set(Tags.PatientName, "Quisling^Zebedee").Set(Tags.PatientId, "MRN-7654321").Set(Tags.StudyDate, "20240301")
        .Set(Tags.Rows, 3).Set(Tags.Columns, 5).Set(Tags.SamplesPerPixel, 1).Set(Tags.BitsAllocated, 16).Set(Tags.BitsStored, 12).Set(Tags.HighBit, 11).Set(Tags.PixelRepresentation, 0.0)
        .Set(Tags.PhotometricInterpretation, "MONOCHROME2").SetBytes(Tags.PixelData, DicomVr.OW, new byte[30]);

    private static DicomFile Read(DicomDatasetBuilder builder) => DicomFile.Read(DicomWriter.ToBytes(builder), "source");

    private static DicomDataset Apply(DicomDatasetBuilder builder)
    {
        var made = new Deidentifier(Key).Apply(Read(builder));
        Assert.True(made.IsAccepted, string.Join(", ", made.Notes) + made.Place);
        return DicomFile.Read(made.Bytes, "made").Dataset;
    }
}
