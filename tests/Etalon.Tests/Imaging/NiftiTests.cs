using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Tests.Twin;
using Xunit;

namespace Etalon.Tests.Imaging;

/// <summary>NIfTI files are read as the format says, written so that they come back, and refused where they lie.</summary>
[Trait("Kind", "Numeric")]
public sealed class NiftiTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etalon-nifti-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string File(byte[] bytes, string name = "image.nii")
    {
        var path = Path.Combine(_folder.FullName, name);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    private NiftiImage Read(byte[] bytes) => NiftiReader.Read(File(bytes));

    private static float[] Counting(int count) => Enumerable.Range(0, count).Select(n => n - 7.25f).ToArray();

    [Fact]
    public void An_oblique_volume_comes_back_as_it_was_written()
    {
        var grid = TumourFixtures.ObliqueGrid(7, 5, 4, 1.2, 0.7, 3.1);
        var random = new RandomStream(2, "nifti");
        var frames = Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, grid.Count).Select(_ => (float)random.NextNormal()).ToArray()).ToArray();

        var image = Read(NiftiWriter.Encode(grid, frames));

        // Single precision of coordinates of some 50 mm: 4e-6 mm.
        Assert.True(image.Grid.IsSameAs(grid, 2e-5), image.Grid.ToString());
        Assert.Equal(frames, image.Frames);
        Assert.True(image is { SpatialUnitStated: true, GeometryStated: true, SpacingContradiction: null });
        Assert.Equal(NiftiWriter.Encode(grid, frames), NiftiWriter.Encode(grid, frames));
    }

    [Fact]
    public void Rounded_values_come_back_within_half_a_step_and_labels_exactly()
    {
        var grid = TumourFixtures.ObliqueGrid(4, 3, 2, 1, 2, 3);
        var values = Enumerable.Range(0, 24).Select(n => (n - 11.3f) * 0.371e-3f).ToArray();

        var rounded = Read(NiftiWriter.EncodeRounded(new Volume(grid, values, null), 1e-6)).Frames[0];
        var labels = Read(NiftiWriter.Encode(grid, Enumerable.Range(0, 24).Select(n => (byte)(n * 11)).ToArray())).Frames[0];

        for (var n = 0; n < 24; n++)
        {
            Assert.Equal(values[n], rounded[n], 0.5e-6 + 1e-9);
            Assert.Equal(n * 11, labels[n]);
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Both_versions_and_byte_orders_say_the_same(bool isBig, bool isV2)
    {
        var bytes = new NiftiBytes(isBig, isV2).SForm(0, 0.8, 0, -12.5, -1.5, 0, 0, 33, 0, 0, 3.2, 7).WithFloats(Counting(24));

        foreach (var image in new[] { Read(bytes), Read(NiftiBytes.Gzip(bytes)) })
        {
            Assert.Equal((4, 3, 2), (image.Grid.Nx, image.Grid.Ny, image.Grid.Nz));
            Assert.Equal(Counting(24), image.Frames[0]);
            // RAS to LPS: x and y change sign. Voxel (1, 2, 1): (0.8·2 − 12.5, −1.5 + 33, 3.2 + 7).
            var p = image.Grid.ToPatient(1, 2, 1);
            Assert.Equal(10.9, p.X, 1e-5);
            Assert.Equal(-31.5, p.Y, 1e-5);
            Assert.Equal(10.2, p.Z, 1e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_quaternion_is_turned_into_axes_as_the_format_says(int qfac)
    {
        // Half a turn about (b, c, d) = (0.6, 0, 0.8) is 2nnᵀ − 1; the third column has the sign of qfac.
        var image = Read(new NiftiBytes().PixDim(qfac, 1.5, 0.8, 3.2).QForm(0.6, 0, 0.8, -12, 34, 5).WithFloats(Counting(24)));

        var g = image.Grid;
        // In RAS the columns are (−0.28, 0, 0.96), (0, −1, 0) and (0.96, 0, 0.28); LPS turns the sign of x and y.
        AssertNear(new(0.28 * 1.5, 0, 0.96 * 1.5), g.StepI);
        AssertNear(new(0, 0.8, 0), g.StepJ);
        AssertNear(new(-0.96 * 3.2 * qfac, 0, 0.28 * 3.2 * qfac), g.StepK);
        AssertNear(new(12, -34, 5), g.Origin);
    }

    [Fact]
    public void A_half_turn_in_single_precision_stays_a_half_turn()
    {
        // √½ in single precision squares to a little less than ½: the root of what is missing is no rotation.
        var root = (double)0.70710677f;
        var g = Read(new NiftiBytes().PixDim(1, 1.5, 0.8, 3.2).QForm(0, root, root, 0, 0, 0).WithFloats(Counting(24))).Grid;

        // 2nnᵀ − 1 with n = (0, 1, 1)/√2: x turns over, y and z change places.
        AssertNear(new(1.5, 0, 0), g.StepI);
        AssertNear(new(0, 0, 0.8), g.StepJ);
        AssertNear(new(0, -3.2, 0), g.StepK);
    }

    private static void AssertNear(Vector3 expected, Vector3 actual) => Assert.True((expected - actual).Length < 1e-5, $"{expected} expected, {actual} read");

    [Fact]
    public void The_sform_counts_where_both_are_given()
    {
        var image = Read(new NiftiBytes().QForm(0, 0, 0, 99, 99, 99).SForm(1.5, 0, 0, 1, 0, 0.8, 0, 2, 0, 0, 3.2, 3).WithFloats(Counting(24)));

        Assert.Equal(new Vector3(-1, -2, 3), image.Grid.Origin);
    }

    [Theory]
    [InlineData(2, 1, 200, 200)]
    [InlineData(256, 1, 200, -56)]
    [InlineData(4, 2, 60000, -5536)]
    [InlineData(512, 2, 60000, 60000)]
    [InlineData(8, 4, 4000000000, -294967296)]
    [InlineData(768, 4, 4000000000, 4000000000)]
    [InlineData(1024, 8, -9000000001, -9000000001)]
    [InlineData(1280, 8, -1, 1.8446744073709552e19)]
    [InlineData(16, 4, 0x40490FDB, 3.14159274)]
    [InlineData(64, 8, 0x4005BF0A8B145769, Math.E)]
    public void Every_real_type_is_read_with_its_sign_and_slope(short type, int size, long stored, double expected)
    {
        foreach (var isBig in new[] { false, true })
        {
            long[] voxels = [stored, .. Enumerable.Repeat(0L, 23)];
            var bits = (short)(8 * size);
            var plain = Read(new NiftiBytes(isBig).Type(type, bits).With(size, voxels)).Frames[0][0];
            var scaled = Read(new NiftiBytes(isBig).Type(type, bits).Scale(0.5, -3).With(size, voxels)).Frames[0];
            // A slope of 0 or not a number means none.
            var unscaled = Read(new NiftiBytes(isBig).Type(type, bits).Scale(0, 17).With(size, voxels)).Frames[0][0];

            // Values are kept in single precision: 6e-8.
            Assert.Equal(expected, plain, Math.Abs(expected) * 6e-8);
            Assert.Equal(0.5 * expected - 3, scaled[0], Math.Abs(expected) * 6e-8 + 1e-6);
            Assert.Equal(-3, scaled[1]);
            Assert.Equal(expected, unscaled, Math.Abs(expected) * 6e-8);
        }
    }

    [Fact]
    public void Spatial_units_are_turned_to_millimetres_or_reported_missing()
    {
        double Spacing(byte code, double stated) => Read(new NiftiBytes().Units(code).PixDim(1, stated, stated, stated).QForm(0, 0, 0, 0, 0, 0).WithFloats(Counting(24))).Grid.SpacingMm.Y;

        Assert.Equal(1.7, Spacing(1, 0.0017), 1e-6);
        Assert.Equal(1.7, Spacing(2, 1.7), 1e-6);
        Assert.Equal(1.7, Spacing(3, 1700), 1e-6);
        Assert.False(Read(new NiftiBytes().Units(0).WithFloats(Counting(24))).SpatialUnitStated);
        Assert.False(Read(new NiftiBytes().WithFloats(Counting(24))).GeometryStated);
    }

    [Fact]
    public void Two_spacings_in_one_header_are_refused_unless_one_was_chosen()
    {
        var bytes = new NiftiBytes().SForm(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0).WithFloats(Counting(24));

        Assert.Equal(FindingCodes.SpacingContradicted, Assert.Throws<NiftiException>(() => Read(bytes)).Code);
        var chosen = NiftiReader.Read(File(bytes), spacing: NiftiSpacingRule.PixDim);
        Assert.Equal(1.5 * 0.8 * 3.2 / 1000, chosen.Grid.VoxelVolumeMl, 1e-9);
        Assert.NotNull(chosen.SpacingContradiction);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var whole = new NiftiBytes().WithFloats(Counting(24));
        var gzip = NiftiBytes.Gzip(whole);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<NiftiException>(() => Read(whole[..length]));
        }

        var read = 0;
        for (var length = 2; length < gzip.Length; length++)
        {
            try
            {
                // Where only the end mark, the check sum or the length is cut off, the voxels are still whole.
                Assert.Equal(Counting(24), Read(gzip[..length]).Frames[0]);
                read++;
            }
            catch (NiftiException e)
            {
                Assert.Contains(e.Code, new[] { FindingCodes.FileTruncated, FindingCodes.ImageUnreadable });
            }
        }

        // Eight bytes of check sum and length, and the end mark of the last block.
        Assert.InRange(read, 0, 10);
    }

    [Fact]
    public void A_flipped_bit_in_a_compressed_file_is_noticed()
    {
        var gzip = NiftiBytes.Gzip(new NiftiBytes().WithFloats(Counting(24)), System.IO.Compression.CompressionLevel.NoCompression);
        // A stored block keeps the voxels as they are: only the check sum tells. The last voxel ends 8 + at most 5 bytes before the end.
        gzip[^25] ^= 0x10;

        Assert.Equal(FindingCodes.FileTruncated, Assert.Throws<NiftiException>(() => Read(gzip)).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(-3)]
    public void A_rank_that_no_image_has_is_refused(short rank) => Assert.Throws<NiftiException>(() => Read(new NiftiBytes().Dim(rank, 4, 3, 2).WithFloats(Counting(24))));

    [Theory]
    [InlineData(5, 4, 3, 2, 1L << 32, 1L << 32)]
    [InlineData(7, 4, 3, 2, 1L << 31, 1L << 32)]
    [InlineData(7, 4, 3, 2, 1L << 40, 1L << 40)]
    [InlineData(5, 4, 3, 2, -5, 2)]
    [InlineData(5, 4, -3, 2, 1, 1)]
    [InlineData(4, 1L << 40, 1L << 40, 2, 1, 1)]
    [InlineData(4, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 1)]
    public void Sizes_that_are_negative_or_beyond_every_memory_are_refused(long rank, long nx, long ny, long nz, long frames, long more)
    {
        var bytes = new NiftiBytes(isV2: true).Dim(rank, nx, ny, nz, frames, more).WithFloats(Counting(24));

        Assert.Throws<NiftiException>(() => Read(bytes));
    }

    [Fact]
    public void A_header_that_promises_gigabytes_is_refused_when_they_do_not_come()
    {
        var bytes = new NiftiBytes().Dim(3, 1000, 1000, 260).WithFloats(Counting(24));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(FindingCodes.FileTruncated, Assert.Throws<NiftiException>(() => Read(bytes)).Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        Assert.Equal(FindingCodes.ImageTooLarge, Assert.Throws<NiftiException>(() => NiftiReader.Read(File(bytes), new NiftiLimits(MaxVoxels: 1000))).Code);
    }

    [Fact]
    public void No_mutation_of_a_header_does_more_than_be_refused()
    {
        var valid = new[]
        {
            new NiftiBytes().SForm(1.5, 0, 0, 1, 0, 0.8, 0, 2, 0, 0, 3.2, 3).WithFloats(Counting(24)),
            new NiftiBytes(isBigEndian: true, isV2: true).QForm(0.6, 0, 0.8, 1, 2, 3).WithFloats(Counting(24)),
        };
        var random = new RandomStream(13, "mutations");
        var refused = 0;
        for (var n = 0; n < 4000; n++)
        {
            var bytes = valid[n % 2].ToArray();
            var limit = n % 2 == 0 ? 348 : 540;
            for (var change = 0; change < 1 + n % 4; change++)
            {
                bytes[(int)random.NextUniform(4, limit)] = (byte)random.NextBits();
            }

            try
            {
                var image = NiftiReader.Read(File(bytes), new NiftiLimits(MaxVoxels: 1 << 22), n % 3 == 0 ? NiftiSpacingRule.PixDim : NiftiSpacingRule.Refuse);
                Assert.NotEmpty(image.Frames);
                Assert.All(image.Frames, f => Assert.Equal(image.Grid.Count, f.Length));
            }
            catch (NiftiException)
            {
                refused++;
            }
        }

        // Most bytes are free text; a reader that refuses none checks nothing.
        Assert.InRange(refused, 400, 3600);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(128)]
    [InlineData(1536)]
    [InlineData(0)]
    public void Types_that_are_no_real_scalar_are_refused(short type) =>
        Assert.Equal(FindingCodes.ImageUnreadable, Assert.Throws<NiftiException>(() => Read(new NiftiBytes().Type(type, 64).WithFloats(Counting(48)))).Code);
}
