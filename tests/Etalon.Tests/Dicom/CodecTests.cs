using System.Diagnostics;
using Etalon.Dicom;
using Xunit;

namespace Etalon.Tests.Dicom;

/// <summary>Compressed pixels through programs: what comes back, what is refused, and what is left behind.</summary>
public sealed class CodecTests
{
    private const string Lossless = "codecs/JPGLosslessP14SV1_1s_1f_8b.dcm";
    private const string Ls = "codecs/MR_small_jpeg_ls_lossless.dcm";
    private const string J2k = "codecs/MR_small_jp2klossless.dcm";

    [Theory]
    [InlineData(Ls, "dcmdjpls")]
    [InlineData(J2k, "opj_decompress")]
    public void A_compressed_object_has_the_numbers_of_its_uncompressed_original(string compressed, string program)
    {
        Codecs.Require(program);

        Assert.Equal(First("codecs/MR_small.dcm"), First(compressed));
    }

    [Theory]
    [InlineData(Lossless, "dcmdjpeg")]
    [InlineData(Ls, "dcmdjpls")]
    [InlineData(J2k, "opj_decompress")]
    [InlineData("codecs/JPEGLSNearLossless_16.dcm", "dcmdjpls")]
    [InlineData("codecs/JPEG-LL.dcm", "dcmdjpeg")]
    public void A_codestream_cut_anywhere_yields_no_pixels_with_or_without_its_end_marker(string name, string program)
    {
        Codecs.Require(program);
        var whole = File.ReadAllBytes(ReferenceData.Path(name));
        Assert.NotEmpty(Decode(Encapsulated.Change(whole, frame => frame)));
        foreach (var share in new[] { 0.02, 0.3, 0.7, 0.98 })
        {
            var bare = Assert.Throws<DicomException>(() => Decode(Encapsulated.Change(whole, frame => frame[..(int)(share * frame.Length)])));
            var closed = Assert.Throws<DicomException>(() => Decode(Encapsulated.Change(whole, frame => [.. frame[..(int)(share * frame.Length)], 0xFF, 0xD9])));

            Assert.Contains(bare.CodeText, new[] { "pixels-truncated", "pixels-invalid" });
            Assert.Contains(closed.CodeText, new[] { "pixels-truncated", "pixels-invalid" });
            Assert.Equal("(7FE0,0010)", closed.TagPath);
            Assert.NotNull(closed.Offset);
        }
    }

    [Fact]
    public void A_codestream_of_another_size_than_the_header_is_refused_before_any_program_runs()
    {
        var whole = File.ReadAllBytes(ReferenceData.Path(J2k));
        var options = new DicomReadOptions { Codecs = new DicomCodecOptions { SearchPath = FolderWith("opj_decompress") } };
        // SIZ: the width stands at byte 8 of the codestream.
        var wide = Encapsulated.Change(whole, frame => [.. frame[..8], 0, 0, 0x7F, 0xFF, .. frame[12..]]);

        var error = Assert.Throws<DicomException>(() => Decode(wide, options));

        Assert.Equal("pixels-invalid", error.CodeText);
        Assert.Contains("32767", error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Signed_samples_with_fewer_bits_than_the_header_says_are_refused_because_their_sign_cannot_be_told()
    {
        Codecs.Require("dcmdjpls");
        // Signed, 15 bits in header and codestream; then the header says 16.
        var sound = File.ReadAllBytes(ReferenceData.Path("codecs/JLSL_16_15_1_1F.dcm"));
        var wide = sound.ToArray();
        foreach (var (element, bits) in new[] { (1, 15), (2, 14) })
        {
            var at = wide.AsSpan().IndexOf(new byte[] { 0x28, 0, (byte)element, 1, (byte)'U', (byte)'S', 2, 0, (byte)bits, 0 });
            wide[at + 8]++;
        }

        Assert.NotEmpty(Decode(sound));
        var error = Assert.Throws<DicomException>(() => Decode(wide));
        Assert.Equal("pixels-invalid", error.CodeText);
        Assert.Contains("15 bits", error.Found, StringComparison.Ordinal);
        Assert.Contains("16 bits", error.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Lossless, "dcmtk")]
    [InlineData(Ls, "dcmtk")]
    [InlineData(J2k, "libopenjp2-tools")]
    public void A_missing_program_is_an_error_that_names_the_package(string name, string package)
    {
        var options = new DicomReadOptions { Codecs = new DicomCodecOptions { SearchPath = "/no such folder" } };

        var error = Assert.Throws<DicomException>(() => DicomPixels.Read(DicomFile.Open(ReferenceData.Path(name), options)));

        Assert.Equal("codec-missing", error.CodeText);
        Assert.Contains(package, error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_does_not_end_is_ended_by_the_time_limit()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The stand-in is a shell script.");
        var watch = Stopwatch.StartNew();

        var error = Assert.Throws<DicomException>(() => Standing("sleep 60", new DicomCodecOptions { TimeLimit = TimeSpan.FromSeconds(0.3) }));

        Assert.Equal("codec-failed", error.CodeText);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("exit 0", "pixels-invalid")]
    [InlineData("exit 3", "pixels-invalid")]
    [InlineData("kill -SEGV $$", "codec-failed")]
    [InlineData("printf x >frames/00000000.rawl", "pixels-invalid")]
    [InlineData("echo '[WARNING] truncated' >&2; head -c 8192 /dev/zero >frames/00000000.rawl", "pixels-invalid")]
    [InlineData("tail -n 1 </dev/zero", "pixels-invalid")]
    [InlineData("env | grep -q HOME && head -c 8192 /dev/zero >frames/00000000.rawl", "pixels-invalid")]
    public void A_program_that_fails_warns_or_writes_something_else_yields_no_pixels(string script, string code)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The stand-in is a shell script.");

        // tail of an endless file takes all memory there is: the limit stops it.
        var error = Assert.Throws<DicomException>(() => Standing(script, new DicomCodecOptions { MemoryBytes = 256 << 20 }));

        Assert.Equal(code, error.CodeText);
    }

    [Fact]
    public void A_series_takes_few_runs_and_its_damaged_object_alone_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The stand-in is a shell script.");
        Codecs.Require("dcmdjpls");
        using var folder = new Support.TempFolder();
        var log = folder["runs"];
        Script(folder, "dcmdjpls", $"echo run >>'{log}'; exec '{ChildProgram.Find("dcmdjpls", null)}' \"$@\"");
        var options = new DicomReadOptions { Codecs = new DicomCodecOptions { SearchPath = folder.Path } };
        var whole = File.ReadAllBytes(ReferenceData.Path(Ls));
        var damaged = Encapsulated.Change(whole, frame => [.. frame[..(frame.Length / 2)], 0xFF, 0xD9]);
        var sound = Hash(DicomPixels.ReadAll(Enumerable.Range(0, 40).Select(n => DicomFile.Read(whole, $"{n}", options)), TestContext.Current.CancellationToken));
        var runs = File.ReadAllLines(log).Length;

        var mixed = Hash(DicomPixels.ReadAll(Enumerable.Range(0, 40).Select(n => DicomFile.Read(n == 17 ? damaged : whole, $"{n}", options)), TestContext.Current.CancellationToken));

        Assert.Equal(1, runs);
        Assert.Single(sound.Distinct());
        Assert.Equal(["17: pixels-invalid"], mixed.Index().Where(one => one.Item != sound[0]).Select(one => $"{one.Index}: {one.Item}"));
        Assert.InRange(File.ReadAllLines(log).Length - runs, 2, 20);
    }

    [Fact]
    public void Frames_that_would_grow_without_measure_are_refused()
    {
        var options = new DicomReadOptions { Codecs = new DicomCodecOptions { MaxGrowth = 1, GrowthFloorBytes = 1000, SearchPath = FolderWith("dcmdjpls") } };

        Assert.Equal("zip-bomb", Assert.Throws<DicomException>(() => Decode(File.ReadAllBytes(ReferenceData.Path(Ls)), options)).CodeText);
    }

    [Fact]
    public void Objects_larger_than_a_batch_are_decoded_a_part_at_a_time()
    {
        Codecs.Require("dcmdjpls");
        var options = new DicomReadOptions { Codecs = new DicomCodecOptions { BatchBytes = 3 * 8192 } };
        var pixels = DicomPixels.Read(DicomFile.Open(ReferenceData.Path("enhanced/emri_small_jpeg_ls_lossless.dcm"), options));

        Assert.Equal(10, pixels.Frames);
        Assert.Equal("35C5E95FCE41D3229ADA2D616DABEB2D", DicomPixelHash.Md5(pixels));
    }

    private static List<string> Hash(IEnumerable<DicomPixelsEntry> entries) => [.. entries.Select(entry =>
    {
        try
        {
            return entry.Error?.CodeText ?? DicomPixelHash.Md5(entry.Pixels!);
        }
        catch (DicomException error)
        {
            return error.CodeText;
        }
    })];

    private static string FolderWith(string program) => Path.GetDirectoryName(ChildProgram.Find(program, null)) ?? "/usr/bin";

    /// <summary>Decodes with a script in the decoder's place; nothing may stay behind in the temporary folder.</summary>
    private static void Standing(string script, DicomCodecOptions options)
    {
        using var folder = new Support.TempFolder();
        Script(folder, "opj_decompress", $"stat -c '%a %n' \"$PWD\" >'{folder["where"]}'\n{script}");
        try
        {
            Decode(File.ReadAllBytes(ReferenceData.Path(J2k)), new DicomReadOptions { Codecs = options with { SearchPath = folder.Path } });
        }
        finally
        {
            var where = File.ReadAllText(folder["where"]).TrimEnd().Split(' ', 2);
            Assert.Equal("700", where[0]);
            Assert.False(Directory.Exists(where[1]), $"{where[1]} was left behind.");
        }
    }

    private static void Script(Support.TempFolder folder, string name, string body)
    {
        folder.Write(name, $"#!/bin/sh\n{body}\n");
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static double[] First(string name) => Decode(File.ReadAllBytes(ReferenceData.Path(name)));

    private static double[] Decode(byte[] bytes, DicomReadOptions? options = null)
    {
        var pixels = DicomPixels.Read(DicomFile.Read(bytes, "compressed", options));
        var values = new double[pixels.ValuesPerFrame];
        pixels.ReadFrame(0, values);
        return values;
    }
}
