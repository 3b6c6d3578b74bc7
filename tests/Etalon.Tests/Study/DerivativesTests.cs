using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Study;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study;

/// <summary>The maps that a run leaves, read by the book of the format and not by the code that wrote them.</summary>
public sealed class DerivativesTests(DemoStudy demo)
{
    [Fact]
    public void The_mean_of_a_map_in_its_mask_is_the_measurement()
    {
        var measurements = demo.Results().GetProperty("measurements").EnumerateArray().ToList();
        var compared = 0;
        foreach (var visit in new[] { "1", "2", "3", "4" })
        {
            var stem = Path.Combine(demo.Output, $"derivatives/etalon/sub-demo/ses-{visit}/adc/sub-demo_ses-{visit}");
            var (map, u, status) = (Read(stem + "_ADCmap.nii.gz"), Read(stem + "_desc-u_ADCmap.nii.gz"), Read(stem + "_desc-status_ADCmap.nii.gz"));
            var mask = Read(Path.Combine(demo.Output, $"patient/derivatives/masks/sub-demo/ses-{visit}/sub-demo_ses-{visit}_label-enhancing_mask.nii.gz"));
            Assert.Equal(mask.Dim, map.Dim);
            Assert.Equal(map.Affine, u.Affine);
            Assert.Equal(map.Affine, status.Affine);
            Assert.All(Enumerable.Range(0, map.Values.Length), n => Assert.True(status.Values[n] == 1 ? map.Values[n] > 0 && u.Values[n] > 0 : map.Values[n] == 0 && u.Values[n] == 0, $"voxel {n}"));
            var inside = Enumerable.Range(0, map.Values.Length).Where(n => mask.Values[n] != 0 && status.Values[n] == 1).Select(n => map.Values[n]).ToArray();
            var reported = measurements.Single(m => m.GetProperty("id").GetString() == $"{visit}/enhancing/adc.mean");
            // The map is as the scanner read it; the measurement is calibrated, by a few per cent with its own uncertainty in the budget.
            Assert.InRange(reported.GetProperty("value").GetDouble() / inside.Average(), 0.93, 1.07);
            // Volume: voxels times the determinant of the affine.
            var volume = measurements.Single(m => m.GetProperty("id").GetString() == $"{visit}/enhancing/volume").GetProperty("value").GetDouble();
            Assert.Equal(1, volume / (mask.Values.Count(v => v != 0) * mask.VoxelMl), 1e-5); // the affine is stored in single precision
            compared++;
        }

        Assert.Equal(4, compared);
    }

    [Fact]
    public void Every_map_has_a_sidecar_with_unit_description_method_sources_and_maker()
    {
        var maps = Directory.EnumerateFiles(Path.Combine(demo.Output, "derivatives"), "*.nii.gz", SearchOption.AllDirectories).ToList();
        Assert.True(maps.Count >= 12);
        Assert.All(maps, map =>
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(map[..^7] + ".json"));
            foreach (var field in new[] { "Units", "Description", "Method", "Sources", "Constants", "GeneratedBy" })
            {
                Assert.True(json.RootElement.TryGetProperty(field, out _), $"{Path.GetFileName(map)}: no {field}");
            }
        });
    }

    [Fact]
    public void A_map_from_outside_is_zero_wherever_it_has_no_value()
    {
        using var study = new SmallBids();
        var values = Array.ConvertAll(SmallPatient.AdcValues(1), v => v * 1e-6f);
        (values[0], values[7], values[SmallGrid.Count / 2], values[SmallGrid.Count / 2 + 1]) = (float.NaN, -1e-3f, float.NaN, float.PositiveInfinity);
        study.Write("sub-X1/ses-1/dwi/sub-X1_ses-1_ADCmap.nii.gz", NiftiBytes.Of(values).Gzip());
        using var folder = new TempFolder();
        Assert.Equal(0, EtalonCommand.Run(folder.Path, ["run", study.Folder, "-o", "out", "--no-twin"]).Exit);
        var stem = folder["out/derivatives/etalon/sub-X1/ses-1/adc/sub-X1_ses-1"];
        var (map, status) = (Read(stem + "_ADCmap.nii.gz"), Read(stem + "_desc-status_ADCmap.nii.gz"));
        // Nobody says how uncertain these voxels are: that is no uncertainty of 0.
        Assert.False(File.Exists(stem + "_desc-u_ADCmap.nii.gz"));
        Assert.Contains("not known", File.ReadAllText(stem + "_ADCmap.json"), StringComparison.Ordinal);
        for (var n = 0; n < values.Length; n++)
        {
            var has = values[n] > 0 && float.IsFinite(values[n]);
            Assert.Equal(has, status.Values[n] == 1);
            Assert.Equal(has ? values[n] : 0, map.Values[n]);
        }

        // Oblique geometry comes through: what went in is what stands in the file.
        Assert.All(SmallGrid.Affine().Zip(map.Affine), p => Assert.Equal(p.First, p.Second, 1e-5)); // single precision
    }

    [Fact]
    public void A_map_of_whole_numbers_is_as_uncertain_as_its_rounding()
    {
        using var patient = new SmallPatient(visits: 1);
        var path = patient.Save();
        using var folder = new TempFolder();
        Assert.Equal(0, EtalonCommand.Run(folder.Path, ["run", path, "-o", "out", "--no-twin"]).Exit);
        var file = Directory.EnumerateFiles(folder["out"], "*_desc-u_ADCmap.nii.gz", SearchOption.AllDirectories).Single();
        // 10⁻⁶ mm²/s over √12, where there is a value.
        Assert.Equal(1e-6 / Math.Sqrt(12), Read(file).Values.Max(), 1e-12);
    }

    [Fact]
    public void Voxels_of_SUV_that_are_no_numbers_have_no_value_and_the_codes_say_what_they_mean()
    {
        var grid = new Grid(7, 6, 5, new Vector3(1, 2, 3), new Vector3(3.1, 0, 0), new Vector3(0, 3.7, 0), new Vector3(0, 0, 4.3));
        var values = Enumerable.Range(0, grid.Count).Select(n => n is 5 or 77 ? float.NaN : 0.01f * n).ToArray();
        var image = new ImageReference(ImageKind.Suv, "pet", null, _ => new LoadedImage { Grid = grid, Frames = [values], Unit = Unit.Parse("g/mL"), StorageU = 0.003, Sha256 = "0" });
        var visit = new Visit { Id = "1", Time = new DateTimeOffset(2024, 2, 2, 10, 42, 30, TimeSpan.Zero), Images = [image], Acquisition = Acquisition.Unknown("a") };
        var result = StudyRun.Execute(new PatientCase { Subject = "S", Layout = "dicom", Visits = [visit] }, new StudyOptions { WithTwin = false }, null, TestContext.Current.CancellationToken);
        using var folder = new TempFolder();
        using var output = AtomicOutput.Begin(folder["out"], force: false);

        Derivatives.Write(output, result);

        var stem = Path.Combine(output.Staging, "derivatives/etalon/sub-S/ses-1/pet/sub-S_ses-1");
        var (map, u, status) = (Read(stem + "_SUVbwmap.nii.gz"), Read(stem + "_desc-u_SUVbwmap.nii.gz"), Read(stem + "_desc-status_SUVbwmap.nii.gz"));
        foreach (var n in Enumerable.Range(0, grid.Count))
        {
            var has = n is not (5 or 77);
            Assert.Equal((has ? values[n] : 0, has ? 0.003f : 0, has ? 1 : 0), (map.Values[n], u.Values[n], status.Values[n]));
        }

        using var sidecar = JsonDocument.Parse(File.ReadAllBytes(stem + "_desc-status_SUVbwmap.json"));
        Assert.Equal("Ok", sidecar.RootElement.GetProperty("Levels").GetProperty("1").GetString());
        Assert.Equal("Outside", sidecar.RootElement.GetProperty("Levels").GetProperty("0").GetString());
    }

    private static (string Dim, double[] Affine, float[] Values, double VoxelMl) Read(string path)
    {
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        file.CopyTo(memory);
        var b = memory.ToArray();
        Assert.Equal(348, BinaryPrimitives.ReadInt32LittleEndian(b));
        Assert.Equal("n+1\0"u8.ToArray(), b[344..348]);
        short Short(int at) => BinaryPrimitives.ReadInt16LittleEndian(b.AsSpan(at));
        float Single(int at) => BinaryPrimitives.ReadSingleLittleEndian(b.AsSpan(at));
        var (nx, ny, nz) = (Short(42), Short(44), Short(46));
        var offset = (int)Single(108);
        var slope = Single(112) is 0 ? 1 : Single(112);
        float Raw(int n) => Short(70) switch
        {
            2 => b[offset + n],
            4 => Short(offset + 2 * n),
            16 => Single(offset + 4 * n),
            var type => throw new InvalidOperationException($"type {type}"),
        };
        Assert.True(Short(254) > 0, "no sform");
        var a = Enumerable.Range(0, 12).Select(n => (double)Single(280 + 4 * n)).ToArray();
        var determinant = a[0] * (a[5] * a[10] - a[6] * a[9]) - a[1] * (a[4] * a[10] - a[6] * a[8]) + a[2] * (a[4] * a[9] - a[5] * a[8]);
        return ($"{nx} x {ny} x {nz}", a, [.. Enumerable.Range(0, nx * ny * nz).Select(n => slope * Raw(n) + Single(116))], Math.Abs(determinant) / 1000);
    }
}
