using Etalon.Imaging;
using Etalon.Phantoms;
using Xunit;

namespace Etalon.Tests.Phantoms;

/// <summary>A virtual study is the same for the same seed, and its truth is what its images show.</summary>
[Trait("Kind", "Numeric")]
public sealed class VirtualStudyTests(ITestOutputHelper output) : IDisposable
{
    private static readonly VirtualPatientOptions Small = new() { Size = StudySize.Small, TestRetestPairsPerState = 1, PhantomScansPerState = 1, Seed = 7 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etalon-study-");

    public void Dispose() => _folder.Delete(recursive: true);

    private (VirtualTruth Truth, SortedDictionary<string, byte[]> Files) Write(VirtualPatientOptions options, string name)
    {
        var root = Path.Combine(_folder.FullName, name);
        var truth = VirtualStudy.Write(options, root, cancellation: TestContext.Current.CancellationToken);
        var files = Directory.GetFiles(root, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(root, f), File.ReadAllBytes);
        return (truth, new SortedDictionary<string, byte[]>(files, StringComparer.Ordinal));
    }

    [Fact]
    public void One_seed_gives_the_same_bytes_and_another_seed_another_patient()
    {
        var (first, again, other) = (Write(Small, "a"), Write(Small, "b"), Write(Small with { Seed = 8 }, "c"));

        Assert.Equal(first.Files.Keys, again.Files.Keys);
        Assert.All(first.Files, f => Assert.True(f.Value.AsSpan().SequenceEqual(again.Files[f.Key]), f.Key));
        Assert.Equal(first.Files.Keys, other.Files.Keys);
        Assert.All(first.Files.Where(f => f.Key.EndsWith(".nii.gz", StringComparison.Ordinal)), f => Assert.False(f.Value.AsSpan().SequenceEqual(other.Files[f.Key]), f.Key));
        Assert.NotEqual(first.Truth.Visits[0].VolumeMl, other.Truth.Visits[0].VolumeMl);
    }

    [Fact]
    public void A_reader_without_error_outlines_the_true_volume()
    {
        var (truth, files) = Write(Small with { ReaderSd = 0 }, "reader");
        foreach (var visit in truth.Visits)
        {
            var path = files.Keys.Single(k => k.Contains($"ses-{visit.Session}_", StringComparison.Ordinal) && k.Contains("sub-demo", StringComparison.Ordinal) && k.Contains("enhancing", StringComparison.Ordinal));
            var image = NiftiReader.Read(Path.Combine(_folder.FullName, "reader", path));
            var mask = Mask.FromNonZero(new Volume(image.Grid, image.Frames[0], null));
            var volume = Etalon.Assays.RegionShape.VolumeMl(mask);
            output.WriteLine(FormattableString.Invariant($"visit {visit.Session}: {volume:0.00} of {visit.VolumeMl:0.00} mL, u {Etalon.Assays.RegionShape.DiscretisationUMl(mask):0.00}"));
            // More than half of a voxel of 115 mm³ decides; the stated uncertainty of counting holds, and coarse voxels smooth thin tips away.
            Assert.Equal(visit.VolumeMl, volume, 3 * Etalon.Assays.RegionShape.DiscretisationUMl(mask) + 0.02 * visit.VolumeMl);
        }
    }

    [Fact]
    public void True_volumes_and_cells_are_those_of_the_density_itself()
    {
        var head = new VirtualHead(Small.Seed, VirtualStudy.PatientSubject);
        var tumour = VirtualStudy.GrowPatient(Small, head, TestContext.Current.CancellationToken);
        foreach (var density in tumour.Visits)
        {
            var grid = density.Grid;
            var (above, cells) = (0, 0.0);
            for (var n = 0; n < grid.Count; n++)
            {
                var value = density.At(grid.ToPatient(n % grid.Nx + 1e-9, n / grid.Nx % grid.Ny + 1e-9, n / grid.Nx / grid.Ny + 1e-9));
                Assert.InRange(value, 0, 1);
                above += value > VirtualTumour.VisibleDensity ? 1 : 0;
                cells += value;
            }

            var counted = above * grid.VoxelVolumeMl;
            var stated = density.Distribution().VolumeMl(VirtualTumour.VisibleDensity);
            output.WriteLine(FormattableString.Invariant($"{stated:0.00} mL stated, {counted:0.00} counted on 3 mm; cells {density.CellsRelativeMl:0.000} and {cells * grid.VoxelVolumeMl:0.000}"));
            // Counting voxels of 27 mm³ over a surface of some 40 to 60 cm²: about 0.2 mL.
            Assert.Equal(stated, counted, 0.05 * stated + 0.2);
            Assert.Equal(density.CellsRelativeMl, cells * grid.VoxelVolumeMl, 1e-5 * density.CellsRelativeMl);
        }
    }

    [Fact]
    public void Thresholds_and_volumes_are_each_others_inverse()
    {
        // N = 0.9 exp(−r²/2·8²): {N > t} is a ball of radius 8 √(2 ln(0.9/t)).
        var grid = new Grid(61, 61, 61, new(-36, -36, -36), new(1.2, 0, 0), new(0, 1.2, 0), new(0, 0, 1.2));
        var values = Enumerable.Range(0, grid.Count).Select(n => (float)(0.9 * Math.Exp(-0.5 * Math.Pow(grid.ToPatient(n % 61, n / 61 % 61, n / 3721).Length / 8, 2)))).ToArray();
        var distribution = new DensityField(grid, values).Distribution();
        foreach (var threshold in new[] { 0.05, 0.1, 0.37, 0.7 })
        {
            var radius = 8 * Math.Sqrt(2 * Math.Log(0.9 / threshold));
            // Interpolating between points 1.2 mm apart lowers N near its peak by h²/12 · 3 · 0.9/8² = 0.5 %, which is 2.4 % of the smallest ball.
            Assert.Equal(1, distribution.VolumeMl(threshold) / (4 / 3.0 * Math.PI * Math.Pow(radius, 3) / 1000), 0.03);
            Assert.Equal(threshold, distribution.ThresholdFor(distribution.VolumeMl(threshold)), 1e-3);
        }

        // ∫ N dV = 0.9 (2π)^{3/2} 8³ mm³, of which 2e-5 lies beyond 36 mm on an axis.
        Assert.Equal(0.9 * Math.Pow(2 * Math.PI, 1.5) * 512 / 1000, new DensityField(grid, values).CellsRelativeMl, 5e-4);
    }

    [Fact]
    public void Magnitude_noise_has_the_moments_of_Rice()
    {
        var signal = new double[100_000];
        Array.Fill(signal, 30.0);
        var magnitude = new float[signal.Length];

        VirtualScanner.AddRicianNoise(signal, 12, magnitude, new Etalon.Numerics.RandomStream(2, "rice"));

        // E[m²] = A² + 2σ² = 1188; its standard deviation is 2σ√(A² + σ²) = 775, over √100,000.
        Assert.Equal(1188, magnitude.Average(m => (double)m * m), 4 * 2.5);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0.3)]
    [InlineData(double.PositiveInfinity)]
    public void Options_out_of_range_are_refused(double gain) => Assert.Throws<ArgumentOutOfRangeException>(() => (Small with { GainOfState1 = gain }).Validate());
}
