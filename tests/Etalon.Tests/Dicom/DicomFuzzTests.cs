using System.Diagnostics;
using System.IO.Compression;
using Etalon.Dicom;
using Xunit;

namespace Etalon.Tests.Dicom;

/// <summary>Damaged objects: each gives an object or a <see cref="DicomException"/>, nothing else, soon, and in little memory.</summary>
public sealed class DicomFuzzTests
{
    [Fact]
    public void Every_mutation_of_a_valid_object_is_read_or_refused()
    {
        var whole = new[]
        {
            DicomBytes.SmallMr().ToFile(DicomTransferSyntax.ExplicitVrLittleEndian),
            DicomBytes.SmallMr(isExplicit: false).ToFile(DicomTransferSyntax.ImplicitVrLittleEndian),
            DicomBytes.SmallMr(isBigEndian: true).ToFile(DicomTransferSyntax.ExplicitVrBigEndian),
            RunLengthEncoded(),
        };
        var random = new Random(20261124);
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var bytes = Mutate(whole[i % whole.Length], random, i % 5);

            refused += Exercise(bytes, $"mutation {i}") is null ? 0 : 1;
        }

        // A reader that refuses nothing checks nothing, one that refuses all reads nothing.
        Assert.InRange(refused, 200, 1800);
    }

    [Fact]
    public void No_truncation_of_an_object_yields_pixels()
    {
        var whole = DicomBytes.SmallMr().ToFile(DicomTransferSyntax.ExplicitVrLittleEndian);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.NotNull(Exercise(whole[..length], $"first {length} bytes"));
        }
    }

    [Fact]
    public void Every_mutation_of_the_reference_is_read_or_refused_within_two_seconds()
    {
        using var archive = ZipFile.OpenRead(ReferenceData.Path("fuzz/fuzz.zip"));
        Assert.Equal(80, archive.Entries.Count);
        foreach (var entry in archive.Entries)
        {
            using var stream = entry.Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            var watch = Stopwatch.StartNew();

            var error = Exercise(memory.ToArray(), entry.FullName);

            Assert.True(watch.Elapsed.TotalSeconds < 2, $"{entry.FullName} took {watch.Elapsed}.");
            if (entry.FullName.Contains("truncate", StringComparison.Ordinal))
            {
                Assert.NotNull(error);
            }
        }
    }

    [Fact]
    public void Every_malformed_object_of_the_reference_is_read_or_refused()
    {
        foreach (var path in Directory.EnumerateFiles(ReferenceData.Path("malformed")))
        {
            Exercise(File.ReadAllBytes(path), path);
        }
    }

    [Fact]
    public void A_header_that_claims_a_huge_frame_asks_for_no_memory()
    {
        var bytes = new DicomBytes()
            .UInt16(Tags.Rows, 60000).UInt16(Tags.Columns, 30000).UInt16(Tags.BitsAllocated, 8).UInt16(Tags.BitsStored, 8)
            .UInt16(Tags.PixelRepresentation, 0)
            .Value(Tags.PixelData, "OB", [0xFE, 0xFF, 0, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0, 0xE0, 4, 0, 0, 0, 1, 2, 3, 4, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0], uint.MaxValue)
            .ToFile(DicomTransferSyntax.RleLossless);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<DicomException>(() => DicomPixels.Read(DicomFile.Read(bytes, "huge")));

        Assert.Equal("pixels-truncated", error.CodeText);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    /// <summary>Reads all there is to read.</summary>
    /// <returns>The refusal, or null when header and pixels were read.</returns>
    private static DicomException? Exercise(byte[] bytes, string name)
    {
        try
        {
            var file = DicomFile.Read(bytes, name);
            Walk(file.Dataset);
            var pixels = DicomPixels.Read(file);
            var values = new double[pixels.ValuesPerFrame];
            for (var frame = 0; frame < pixels.Frames; frame++)
            {
                pixels.ReadFrame(frame, values);
            }

            return null;
        }
        catch (DicomException error)
        {
            Assert.NotEmpty(error.Message);
            Assert.Equal(name, error.FileName);
            return error;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"{name} escaped as {error.GetType().Name}: {error.Message}", error);
        }
    }

    private static void Walk(DicomDataset dataset)
    {
        foreach (var element in dataset.Elements)
        {
            _ = element.ReadStrings();
            _ = element.ReadDoubles();
            _ = element.ToString();
            foreach (var item in element.ReadItems())
            {
                Walk(item);
            }
        }
    }

    private static byte[] Mutate(byte[] whole, Random random, int kind)
    {
        var bytes = (byte[])whole.Clone();
        // Behind the preamble, whose bytes mean nothing.
        var at = random.Next(128, bytes.Length);
        switch (kind)
        {
            case 0:
                return bytes[..at];
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                bytes.AsSpan(at, Math.Min(random.Next(1, 9), bytes.Length - at)).Fill((byte)(random.Next(2) * 255));
                return bytes;
            case 3:
                return [.. bytes[..at], .. bytes[random.Next(128, bytes.Length)..]];
            default:
                for (var i = 0; i < 8; i++)
                {
                    bytes[random.Next(128, bytes.Length)] = (byte)random.Next(256);
                }

                return bytes;
        }
    }

    // 3 × 5 pixels of 16 bits in two frames: high bytes and low bytes as one run and one literal each.
    private static byte[] RunLengthEncoded()
    {
        var frame = new byte[64 + 2 + 16];
        frame[0] = 2;
        frame[4] = 64;
        frame[8] = 66;
        frame[64] = 256 - 14;
        frame[65] = 3;
        frame[66] = 14;
        for (var i = 0; i < 15; i++)
        {
            frame[67 + i] = (byte)i;
        }

        var item = new DicomTag(0xFFFE, 0xE000);
        var fragments = new DicomBytes().Value(item, "", []).Value(item, "", frame).Value(item, "", frame).Value(new DicomTag(0xFFFE, 0xE0DD), "", []).ToArray();
        return new DicomBytes().Text(Tags.Modality, "CS", "OT").Text(Tags.NumberOfFrames, "IS", "2")
            .UInt16(Tags.Rows, 3).UInt16(Tags.Columns, 5).UInt16(Tags.BitsAllocated, 16).UInt16(Tags.BitsStored, 16).UInt16(Tags.PixelRepresentation, 0)
            .Value(Tags.PixelData, "OB", fragments, uint.MaxValue).ToFile(DicomTransferSyntax.RleLossless);
    }
}
