using System.Buffers.Binary;
using System.IO.Compression;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study;

/// <summary>The synthetic patient of the reference data, as it is: its voxels are counted here, from bytes.</summary>
public sealed class ReferencePatientTests
{
    /// <summary>As its description says: 1.5 x 1.5 x 3.0 mm.</summary>
    private const double VoxelMl = 1.5 * 1.5 * 3.0 / 1000;

    [Fact]
    public void Volume_and_mean_ADC_of_all_ten_visits_are_those_of_the_voxels()
    {
        var root = Environment.GetEnvironmentVariable("ETALON_REFERENCE_DATA") ?? Path.Combine(Repository.Root, "..", "shared", "data");
        var folder = Path.Combine(root, "hgg", "HGG_demo_001");
        Assert.SkipUnless(Directory.Exists(folder), "The reference data are absent: set ETALON_REFERENCE_DATA or place them in ../shared/data beside the repository.");
        var visits = Enumerable.Range(1, 10).Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var run = StudyOutput.Of(Path.Combine(folder, "HGG_demo_001.json")).Exits(0).Has("volume", visits).Has("adc.mean", visits);
        foreach (var visit in visits)
        {
            var (adc, roi) = (Voxels(Path.Combine(folder, $"ADC_v{visit}.nii.gz")), Voxels(Path.Combine(folder, $"ROI_enhance_v{visit}.nii.gz")));
            var inside = Enumerable.Range(0, roi.Length).Where(n => roi[n] != 0).ToArray();
            Assert.Equal(1, run.Value($"{visit}/enhancing/volume") / (inside.Length * VoxelMl), 1e-6); // spacing in single precision
            Assert.Equal(1, run.Value($"{visit}/enhancing/adc.mean") / (inside.Where(n => adc[n] > 0).Average(n => adc[n]) * 1e-6), 1e-6); // voxels in single precision
        }

        // The other region is empty at every visit: a status, and never a volume of 0.
        Assert.DoesNotContain(run.Measurements, m => m.GetProperty("region").GetProperty("id").GetString() == "non-enhancing" && m.GetProperty("status").GetString() == "ok");
        Assert.DoesNotContain("HGG_demo_001", run.Command.Out, StringComparison.Ordinal);
    }

    private static double[] Voxels(string path)
    {
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        gzip.CopyTo(memory);
        var b = memory.ToArray();
        var (type, offset) = (BinaryPrimitives.ReadInt16LittleEndian(b.AsSpan(70)), (int)BinaryPrimitives.ReadSingleLittleEndian(b.AsSpan(108)));
        var size = BinaryPrimitives.ReadInt16LittleEndian(b.AsSpan(72)) / 8;
        var count = BinaryPrimitives.ReadInt16LittleEndian(b.AsSpan(42)) * BinaryPrimitives.ReadInt16LittleEndian(b.AsSpan(44)) * BinaryPrimitives.ReadInt16LittleEndian(b.AsSpan(46));
        var slope = BinaryPrimitives.ReadSingleLittleEndian(b.AsSpan(112));
        Assert.True(slope is 0 or 1 || float.IsNaN(slope), $"slope {slope}");
        return [.. Enumerable.Range(0, count).Select(n => type switch
        {
            2 => (double)b[offset + n],
            4 => BinaryPrimitives.ReadInt16LittleEndian(b.AsSpan(offset + size * n)),
            512 => BinaryPrimitives.ReadUInt16LittleEndian(b.AsSpan(offset + size * n)),
            8 => BinaryPrimitives.ReadInt32LittleEndian(b.AsSpan(offset + size * n)),
            16 => BinaryPrimitives.ReadSingleLittleEndian(b.AsSpan(offset + size * n)),
            64 => BinaryPrimitives.ReadDoubleLittleEndian(b.AsSpan(offset + size * n)),
            _ => throw new InvalidOperationException($"type {type}"),
        })];
    }
}
