using Etalon.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Dicom;

public sealed class DicomWriterTests
{
    private static readonly DicomTag PrivateBlock = new(0x0029, 0x0010);

    [Fact]
    public void What_is_written_is_read_back_with_representations_and_values()
    {
        var file = Read(DicomWriter.ToBytes(Minimal()
            .Set(Tags.PatientName, "Müller^Jörg")
            .Set(Tags.ImageType, "DERIVED", "SECONDARY")
            .Set(Tags.PixelSpacing, 0.1, 1.0 / 3)
            .Set(Tags.Rows, 513)
            .Set(PrivateBlock, "ETALON")
            .Set(new DicomTag(0x0029, 0x1001), DicomVr.FD, Math.PI, -0.0)
            .SetSequence(Tags.ConceptNameCodeSequence, new DicomCode("113041", "DCM", "Apparent Diffusion Coefficient").ToItem().Set(Tags.SeriesDescription, "größer"))));
        Assert.Equal("Müller^Jörg", file.Dataset.GetString(Tags.PatientName));
        Assert.Equal(["DERIVED", "SECONDARY"], file.Dataset.GetStrings(Tags.ImageType));
        Assert.Equal(0.1, file.Dataset.GetDoubles(Tags.PixelSpacing)![0]);
        // 16 characters of a decimal string hold 14 digits after "0.".
        Assert.Equal(1.0 / 3, file.Dataset.GetDoubles(Tags.PixelSpacing)![1], 1e-14);
        Assert.Equal(513, file.Dataset.GetInt(Tags.Rows));
        Assert.True(file.Dataset.TryGetPrivate(0x0029, "ETALON", 0x01, out var own));
        Assert.Equal([Math.PI, 0], own.ReadDoubles()!);
        var item = Assert.Single(file.Dataset.GetSequence(Tags.ConceptNameCodeSequence));
        Assert.Equal(new DicomCode("113041", "DCM", "Apparent Diffusion Coefficient"), DicomCode.Of(item));
        Assert.Equal("größer", item.GetString(Tags.SeriesDescription));
        Assert.Equal(DicomTransferSyntax.ExplicitVrLittleEndian, file.TransferSyntaxUid);
    }

    [Fact]
    public void An_object_of_ascii_states_no_character_set_and_comes_out_with_the_same_bytes_twice()
    {
        var (first, second) = (DicomWriter.ToBytes(Minimal()), DicomWriter.ToBytes(Minimal()));
        Assert.Equal(first, second);
        Assert.False(Read(first).Dataset.Contains(Tags.SpecificCharacterSet));
    }

    [Fact]
    public void A_value_that_the_standard_does_not_allow_is_refused_at_once()
    {
        var b = new DicomDatasetBuilder();
        Assert.Throws<ArgumentException>(() => b.Set(Tags.Modality, "lower case"));
        Assert.Throws<ArgumentException>(() => b.Set(Tags.SopInstanceUid, "1.02.3"));
        Assert.Throws<ArgumentException>(() => b.Set(Tags.PatientId, new string('x', 65)));
        Assert.Throws<ArgumentException>(() => b.Set(Tags.PatientId, @"a\b"));
        Assert.Throws<ArgumentException>(() => b.Set(Tags.Rows, 70000));
        Assert.Throws<ArgumentException>(() => b.Set(Tags.Rows, 1.5));
        Assert.Throws<ArgumentException>(() => b.Set(new DicomTag(0x0029, 0x1001), 1.0));
        Assert.Throws<ArgumentException>(() => DicomWriter.ToBytes(new DicomDatasetBuilder().Set(Tags.Modality, "MR")));
    }

    [Fact]
    public void Text_without_a_place_in_the_stated_character_set_is_refused()
    {
        var latin = Minimal().Set(Tags.SpecificCharacterSet, "ISO_IR 100").Set(Tags.PatientName, "Müller");
        Assert.Equal("Müller", Read(DicomWriter.ToBytes(latin)).Dataset.GetString(Tags.PatientName));
        Assert.Throws<ArgumentException>(() => DicomWriter.ToBytes(Minimal().Set(Tags.SpecificCharacterSet, "ISO_IR 100").Set(Tags.PatientName, "山田")));
    }

    [Theory]
    [InlineData(1e-6, "1E-06")]
    [InlineData(-1.0 / 3, "-0.3333333333333")]
    [InlineData(12345678901234567890.0, "1.2345678901E+19")]
    [InlineData(-1.23456789012345e-100, "-1.23456789E-100")]
    public void A_decimal_string_has_at_most_16_characters(double value, string expected)
    {
        var text = DicomText.Decimal(value);
        Assert.True(text.Length <= 16);
        // Digits cut to fit, so equal to the expected text as numbers to the digits that it has.
        Assert.Equal(double.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), double.Parse(text, System.Globalization.CultureInfo.InvariantCulture), Math.Abs(value) * 1e-8);
    }

    [Fact]
    public void Derived_uids_are_valid_differ_by_any_part_and_do_not_change()
    {
        var uid = DicomUid.Derive("series", "a", "bc");
        Assert.True(DicomUid.IsValid(uid));
        Assert.Equal(uid, DicomUid.Derive("series", "a", "bc"));
        Assert.Equal(4, new HashSet<string> { uid, DicomUid.Derive("series", "ab", "c"), DicomUid.Derive("study", "a", "bc"), DicomUid.Derive("series", "a", "bc", "") }.Count);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("1.2.840", true)]
    [InlineData("1..2", false)]
    [InlineData("1.02", false)]
    [InlineData("1.0.2", true)]
    [InlineData("1.2.a", false)]
    [InlineData("../etc", false)]
    public void Uids_are_digits_and_points(string uid, bool isValid) => Assert.Equal(isValid, DicomUid.IsValid(uid));

    [Fact]
    public void Every_reference_object_that_is_copied_reads_back_with_the_same_elements()
    {
        var copied = 0;
        foreach (var entry in DicomSource.Read(SharedData.Path("dicom")))
        {
            if (entry.File is not { } file || !file.Dataset.Contains(Tags.SopInstanceUid) || !file.Dataset.Contains(Tags.SopClassUid))
            {
                continue;
            }

            try
            {
                var again = DicomFile.Read(DicomWriter.ToBytes(DicomDatasetBuilder.From(file.Dataset), DicomWriter.TransferSyntaxFor(file)), file.Name);
                AssertSame(file.Dataset, again.Dataset, file.Name);
                copied++;
            }
            catch (DicomException e) when (e.FileName == file.Name && e.Code is not DicomErrorCode.PixelsInvalid)
            {
                // A sequence of the source is damaged; there is nothing to copy.
            }
        }

        Assert.True(copied > 900, $"{copied} objects were copied");
    }

    private static void AssertSame(DicomDataset expected, DicomDataset actual, string name)
    {
        var kept = expected.Elements.Where(e => e.Tag.Element != 0 && e.Tag.Number != 0xFFFC_FFFC && e.Tag.Group != 2).DistinctBy(e => e.Tag).ToList();
        Assert.Equal(kept.Select(e => e.Tag), actual.Elements.Select(e => e.Tag));
        foreach (var (e, a) in kept.Zip(actual.Elements))
        {
            if (e.IsSequence || e.Vr == DicomVr.SQ)
            {
                Assert.Equal(e.ReadItems().Count, a.Items.Count);
                foreach (var (i, j) in e.ReadItems().Zip(a.Items))
                {
                    AssertSame(i, j, name);
                }
            }
            else if (e.IsEncapsulated)
            {
                Assert.Equal(e.Fragments.Count, a.Fragments.Count);
            }
            else
            {
                Assert.True(SameValue(e, a), $"{name}: {e} became {a}");
            }
        }
    }

    private static bool SameValue(DicomElement e, DicomElement a) =>
        e.ReadDoubles() is { } numbers ? a.ReadDoubles() is { } others && numbers.SequenceEqual(others)
        : e.ReadStrings() is { } words ? a.ReadStrings() is { } texts && words.SequenceEqual(texts)
        : e.IsBigEndian || a.Bytes.Span.StartsWith(e.Bytes.Span);

    private static DicomDatasetBuilder Minimal() => new DicomDatasetBuilder()
        .Set(Tags.SopClassUid, "1.2.840.10008.5.1.4.1.1.7")
        .Set(Tags.SopInstanceUid, "2.25.12345678901")
        .Set(Tags.Modality, "OT");

    private static DicomFile Read(byte[] bytes) => DicomFile.Read(bytes, "written");
}
