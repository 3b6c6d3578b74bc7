using System.IO.Compression;
using Etalon.Dicom;
using Xunit;

namespace Etalon.Tests.Dicom;

/// <summary>Ten thousand damaged objects of many kinds: each an object or a typed error, in work and memory bounded by its size.</summary>
public sealed class DicomMutationTests
{
    private const int Mutations = 10_000;

    /// <summary>Allocation allowed above a multiple of the file: tables of the runtime, a first block, an exception.</summary>
    private const long AllocationFloor = 2 << 20;

    // Every element of 8 bytes costs an object of 56, its text, and a list that doubles; run lengths make at most 64 bytes of one.
    private const long AllocationPerByte = 200;

    // Deflate makes at most 1032 bytes of one, and a buffer that doubles.
    private const long AllocationPerDeflatedByte = 3000;

    [Fact]
    public void Ten_thousand_mutations_of_real_and_made_objects_are_read_or_refused_and_no_cut_one_yields_pixels()
    {
        var sources = Sources();
        Assert.True(sources.Count >= 12, $"{sources.Count} sources");
        var random = new Random(20261125);
        var refused = 0;
        for (var n = 0; n < Mutations; n++)
        {
            var (name, whole) = sources[n % sources.Count];
            var kind = n / sources.Count % Mutation.Kinds;
            var bytes = Mutation.Of(whole, random, kind);
            var before = GC.GetAllocatedBytesForCurrentThread();

            var error = Exercise(bytes, $"mutation {n} of kind {kind} of {name}");

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            var perByte = IsDeflated(name) ? AllocationPerDeflatedByte : AllocationPerByte;
            Assert.True(allocated < AllocationFloor + (perByte * bytes.Length), $"{name}, mutation {n}: {allocated} bytes for {bytes.Length}");
            refused += error is null ? 0 : 1;
            Assert.True(kind != Mutation.Truncation || error is not null || bytes.Length >= PixelEnd(whole), $"{name} cut to {bytes.Length} of {whole.Length} bytes yielded its pixels");
        }

        // A reader that refuses nothing checks nothing, one that refuses all reads nothing.
        Assert.InRange(refused, Mutations / 10, Mutations * 9 / 10);
    }

    [Fact]
    public void Mutations_of_a_zip_give_entries_or_errors_and_no_entry_of_another_content()
    {
        using var folder = new Support.TempFolder();
        var small = DicomBytes.SmallMr().ToFile(DicomTransferSyntax.ExplicitVrLittleEndian);
        using (var memory = new MemoryStream())
        {
            using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (var name in new[] { "1.dcm", "2.dcm" })
                {
                    using var stream = archive.CreateEntry(name).Open();
                    stream.Write(small);
                }
            }

            var whole = memory.ToArray();
            var random = new Random(20261126);
            for (var n = 0; n < 900; n++)
            {
                var path = folder.Write("mutated.zip", Mutation.Of(whole, random, n % Mutation.Kinds));
                foreach (var entry in DicomSource.Read(path).Where(entry => entry.File is not null && entry.Name != path))
                {
                    Assert.Equal(small.Length, entry.File!.Dataset.Elements[^1].Offset + entry.File.Dataset.Elements[^1].Length);
                }
            }
        }
    }

    [Fact]
    public void Every_refusal_of_a_damaged_object_names_the_file_and_where_it_is_damaged()
    {
        var sources = Sources();
        var random = new Random(7);
        for (var n = 0; n < 1000; n++)
        {
            var (name, whole) = sources[n % sources.Count];
            if (Exercise(Mutation.Of(whole, random, n / sources.Count % Mutation.Kinds), $"{name} {n}") is not { } error)
            {
                continue;
            }

            Assert.NotEmpty(error.Found);
            Assert.NotEmpty(error.Expected);
            Assert.NotEmpty(error.Remedy);
            // What concerns the whole object has no place in it.
            if (error.Code is not (DicomErrorCode.PixelsAbsent or DicomErrorCode.AttributeMissing or DicomErrorCode.DeflateInvalid or DicomErrorCode.ZipBomb or DicomErrorCode.CodecMissing))
            {
                Assert.True(error.Offset is not null, error.Message);
            }
        }
    }

    private static bool IsDeflated(string name) => name.Contains("dfl", StringComparison.Ordinal) || name.Contains("deflate", StringComparison.Ordinal);

    /// <summary>Where the pixels of a sound object end: a cut behind them takes padding only. The deflate stream of image_dfl.dcm ends 8 bytes before its file does.</summary>
    private static long PixelEnd(byte[] whole)
    {
        var file = DicomFile.Read(whole, "whole");
        return file.TransferSyntaxUid != DicomTransferSyntax.DeflatedExplicitVrLittleEndian && file.Dataset.TryGet(Tags.PixelData, out var pixels) ? pixels.Offset + pixels.Length : whole.Length - 8;
    }

    /// <summary>Reads header and pixels; compressed ones up to the door of the program.</summary>
    private static DicomException? Exercise(byte[] bytes, string name)
    {
        try
        {
            var file = DicomFile.Read(bytes, name, new DicomReadOptions { Codecs = new DicomCodecOptions { SearchPath = "/no such folder" } });
            Walk(file.Dataset);
            var pixels = DicomPixels.Read(file);
            DicomPixelHash.Md5(pixels);
            return null;
        }
        catch (DicomException error)
        {
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
            if (element.Length < 256)
            {
                _ = element.ReadStrings();
                _ = element.ReadDoubles();
            }

            foreach (var item in element.ReadItems())
            {
                Walk(item);
            }
        }
    }

    private static List<(string Name, byte[] Bytes)> Sources()
    {
        var explicitLittle = DicomTransferSyntax.ExplicitVrLittleEndian;
        List<(string, byte[])> sources =
        [
            ("explicit", DicomBytes.SmallMr().ToFile(explicitLittle)),
            ("implicit", DicomBytes.SmallMr(isExplicit: false).ToFile(DicomTransferSyntax.ImplicitVrLittleEndian)),
            ("big endian", DicomBytes.SmallMr(isBigEndian: true).ToFile(DicomTransferSyntax.ExplicitVrBigEndian)),
        ];
        foreach (var path in new[]
        {
            "codecs/CT_small.dcm", "codecs/MR_small.dcm", "codecs/MR_small_implicit.dcm", "codecs/MR_small_bigendian.dcm", "codecs/MR_small_RLE.dcm", "codecs/image_dfl.dcm",
            "codecs/MR_small_jpeg_ls_lossless.dcm", "codecs/MR_small_jp2klossless.dcm", "codecs/JPEGLSNearLossless_16.dcm", "codecs/liver_deflate.dcm", "enhanced/emri_small_RLE.dcm",
            "derived/seg-dcmqi/label.seg",
        })
        {
            sources.Add((path, File.ReadAllBytes(ReferenceData.Path(path))));
        }

        return sources;
    }
}
