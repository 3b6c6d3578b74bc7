using System.IO.Compression;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>An image file that is damaged, lies about itself, or holds what no measurement can use. Visit 2 has it; visits 1 and 3 stand.</summary>
public sealed class BadImageTests
{
    private static readonly byte[] Sound = NiftiBytes.Of(SmallPatient.AdcValues(1)).Nifti1();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(300)]
    [InlineData(0.5)]
    [InlineData(-20)]
    [InlineData(-9)]
    [InlineData(-8)]
    [InlineData(-1)]
    public void A_truncated_file_is_never_measured(double keep)
    {
        var whole = NiftiBytes.Compress(Sound);
        var bytes = keep is > 0 and < 1 ? (int)(keep * whole.Length) : keep < 0 ? whole.Length + (int)keep : (int)keep;
        Adc(whole[..bytes]).Says(bytes < 2 ? "image-unreadable" : "file-truncated", "visit 2", SmallPatient.Adc(2));
    }

    [Fact]
    public void An_uncompressed_file_that_ends_early_is_never_measured() => Adc(Sound[..^1]).Says("file-truncated", "visit 2");

    [Fact]
    public void One_bit_changed_in_a_stored_block_is_found_by_the_checksum()
    {
        var stored = NiftiBytes.Compress(Sound, CompressionLevel.NoCompression);
        stored[stored.Length / 2] ^= 0x10;
        Adc(stored).Says("file-truncated", "visit 2");
    }

    [Fact]
    public void A_file_whose_compressed_part_goes_on_far_beyond_its_image_is_refused_before_it_is_expanded()
    {
        // 400 MB of zeros behind a small image: 0.4 MB on disk. The heap of the run is held to 200 MB.
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Sound);
            var zeros = new byte[1 << 20];
            for (var n = 0; n < 400; n++)
            {
                gzip.Write(zeros);
            }
        }

        Adc(output.ToArray(), LittleMemory).Says("archive-too-large", "visit 2");
    }

    [Fact]
    public void Voxels_that_begin_terabytes_behind_the_header_are_refused() =>
        Adc((NiftiBytes.Of(SmallPatient.AdcValues(1)) with { VoxelOffset = 1e13 }).Gzip()).Says("image-unreadable", "visit 2");

    [Fact]
    public void A_header_that_promises_a_thousand_times_what_arrives_costs_no_memory() =>
        Adc((NiftiBytes.Of(SmallPatient.AdcValues(1)) with { Dim = [3, 640, 640, 640, 1, 1, 1, 1] }).Gzip(), LittleMemory).Says("file-truncated", "visit 2");

    [Theory]
    [InlineData(3, 32767, 32767, 32767, 1)]
    [InlineData(4, 17, 14, 11, 32767)]
    [InlineData(7, 17, 14, 11, 32767)]
    public void A_header_with_sizes_beyond_all_memory_is_refused(int rank, int nx, int ny, int nz, int rest) =>
        Adc((NiftiBytes.Of(SmallPatient.AdcValues(1)) with { Dim = [rank, nx, ny, nz, rest, rest, rest, rest] }).Gzip(), LittleMemory).Says(rank == 4 ? "file-truncated" : "image-too-large", "visit 2");

    [Theory]
    [InlineData(1L << 40, 14, 11, 1)]
    [InlineData(17, 14, 11, 1L << 16)]
    [InlineData(17, 14, 11, 1L << 62)]
    [InlineData(17, 14, 11, long.MaxValue)]
    [InlineData(1L << 32, 1L << 32, 1, 1)]
    public void Sizes_of_NIfTI_2_whose_product_overflows_are_refused(long nx, long ny, long nz, long rest) =>
        Adc(NiftiBytes.Compress((NiftiBytes.Of(SmallPatient.AdcValues(1)) with { Dim = [7, nx, ny, nz, rest, rest, rest, rest] }).Nifti2())).Says("image-too-large", "visit 2");

    [Fact]
    public void A_sound_NIfTI_2_file_gives_what_NIfTI_1_gives()
    {
        var sound = NiftiBytes.Of(SmallPatient.AdcValues(SmallPatient.Size(2)));
        Assert.Equal(
            Adc(sound.Gzip(), null, "1", "2", "3").Value("2/enhancing/adc.mean"), Adc(NiftiBytes.Compress(sound.Nifti2()), null, "1", "2", "3").Value("2/enhancing/adc.mean"));
    }

    [Theory]
    [InlineData("rank", 0)]
    [InlineData("rank", 9)]
    [InlineData("size", 0)]
    [InlineData("size", -14)]
    [InlineData("type", 128)]
    [InlineData("type", 32)]
    [InlineData("type", 0)]
    [InlineData("affine", double.NaN)]
    [InlineData("affine", 0)]
    [InlineData("pixdim", double.NaN)]
    [InlineData("pixdim", 0)]
    [InlineData("pixdim", -2.3)]
    [InlineData("intercept", double.NaN)]
    [InlineData("intercept", double.PositiveInfinity)]
    public void A_header_that_describes_no_image_is_refused(string field, double value)
    {
        var header = NiftiBytes.Of(SmallPatient.AdcValues(1));
        var (dim, pixdim, affine) = ((long[])header.Dim.Clone(), (double[])header.PixDim.Clone(), (double[])header.Affine.Clone());
        switch (field)
        {
            case "rank": dim[0] = (long)value; break;
            case "size": dim[2] = (long)value; break;
            case "pixdim": pixdim[2] = value; break;
            case "affine": (affine[1], affine[5], affine[9]) = (value, value, value); break;
        }

        var broken = header with
        {
            Dim = dim, PixDim = pixdim, Affine = affine,
            DataType = field == "type" ? (short)value : header.DataType,
            Intercept = field == "intercept" ? value : 0,
        };
        Adc(broken.Gzip()).Says("image-unreadable", "visit 2");
    }

    [Theory]
    [InlineData("")]
    [InlineData("PK\u0003\u0004 not a NIfTI file")]
    [InlineData("<html>404</html>")]
    public void What_is_no_NIfTI_file_is_refused(string content) => Adc(System.Text.Encoding.Latin1.GetBytes(content)).Says("image-unreadable", "visit 2");

    [Fact]
    public void Voxels_that_are_not_numbers_or_not_positive_take_no_part_and_are_counted()
    {
        var values = Array.ConvertAll(SmallPatient.AdcValues(SmallPatient.Size(2)), v => (float)v);
        var inside = Enumerable.Range(0, values.Length).Where(n => SmallPatient.MaskValues(SmallPatient.Size(2))[n] == 1).ToArray();
        float[] bad = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -1130, 0, float.NaN, -0f];
        for (var n = 0; n < bad.Length; n++)
        {
            values[inside[5 + 3 * n]] = bad[n];
        }

        var good = inside.Where((_, n) => n < 5 || n > 5 + 3 * (bad.Length - 1) || (n - 5) % 3 != 0).Average(n => (double)values[n]) * 1e-6;
        var run = Adc(NiftiBytes.Of(values).Gzip(), null, "1", "2", "3").Says("signal-too-low", "visit 2", $"{bad.Length} of {inside.Length}");
        Assert.Equal(1, run.Value("2/enhancing/adc.mean") / good, 1e-6); // stored as float32
    }

    [Fact]
    public void A_map_that_holds_nothing_but_NaN_gives_a_status_and_no_value()
    {
        var run = Adc(NiftiBytes.Of(Enumerable.Repeat(float.NaN, SmallGrid.Count).ToArray()).Gzip());
        Assert.Equal("signal-too-low", run.Measurements.Single(m => m.GetProperty("id").GetString() == "2/enhancing/adc.mean").GetProperty("status").GetString());
    }

    [Fact]
    public void Voxels_of_a_mask_that_are_not_a_number_are_not_tumour()
    {
        using var patient = new SmallPatient();
        var mask = Array.ConvertAll(SmallPatient.MaskValues(SmallPatient.Size(2)), v => v == 1 ? 1f : float.NaN);
        patient.Put(SmallPatient.Roi(2), NiftiBytes.Of(mask).Gzip());
        var run = StudyOutput.Of(patient.Save()).Exits(0).Says("field-invalid", "visit 2", SmallPatient.Roi(2)).Has("volume", "1", "3");
        Assert.DoesNotContain(run.Findings, f => f.GetProperty("code").GetString() == "mask-at-edge");
    }

    [Fact]
    public void A_mask_with_negative_voxels_is_not_used()
    {
        using var patient = new SmallPatient();
        patient.Put(SmallPatient.Roi(2), NiftiBytes.Of(Array.ConvertAll(SmallPatient.MaskValues(1), v => (short)(v == 1 ? 1 : -1024))).Gzip());
        StudyOutput.Of(patient.Save()).Exits(0).Says("field-invalid", "visit 2", SmallPatient.Roi(2)).Has("volume", "1", "3");
    }

    [Fact]
    public void An_anatomy_full_of_NaN_and_infinity_costs_its_picture_and_nothing_else()
    {
        using var patient = new SmallPatient();
        patient.Put("T1_post.nii.gz", NiftiBytes.Of(SmallGrid.Fill((i, j, k) => (i % 3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => float.NegativeInfinity })).Gzip());
        StudyOutput.Of(patient.Save()).Exits(0).Has("volume", "1", "2", "3");
    }

    private static readonly Dictionary<string, string> LittleMemory = new() { ["DOTNET_GCHeapHardLimit"] = "0xC800000" };

    /// <summary>A sound patient but for the ADC map of visit 2.</summary>
    private static StudyOutput Adc(byte[] file, IReadOnlyDictionary<string, string>? environment = null, params string[] measured)
    {
        using var patient = new SmallPatient();
        patient.Put(SmallPatient.Adc(2), file);
        return StudyOutput.Of(patient.Save(), environment).Exits(0).Has("volume", "1", "2", "3").Has("adc.mean", measured.Length == 0 ? ["1", "3"] : measured);
    }
}
