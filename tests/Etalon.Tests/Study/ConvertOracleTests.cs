using System.Globalization;
using System.Text.Json;
using Etalon.Imaging;
using Etalon.Study.Conversion;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study;

/// <summary>What <c>etalon convert</c> writes, against dcm2niix on the same objects.</summary>
public sealed class ConvertOracleTests
{
    // Not dwi-ge-mr750: its objects do not say which axis was phase-encoded, in whose frame GE states directions; dcm2niix writes one all the same.
    // Philips' values are of another rule (floating point, not display), which the sidecar names: equal but for one factor.
    [Theory]
    [InlineData("dwi-siemens-xa30/10_DWI_dir80_PA.zip")]
    [InlineData("dwi-ge-signapioneer-R2.zip")]
    [InlineData("dwi-uih-session1-PA_rot.zip")]
    [InlineData("dwi-canon-galan-9000-ortho.zip")]
    [InlineData("dwi-philips/achieva-601-multib.zip")]
    [InlineData("dwi-philips/ingenia-801")]
    [InlineData("pet-ge-bqml-sts001.zip")]
    [InlineData("multimodal-sts002/CT.zip")]
    [InlineData("repro-nih/siemens.zip")]
    public void Voxels_b_values_and_directions_are_those_of_dcm2niix(string source)
    {
        using var folder = new TempFolder();
        var theirs = Dcm2niix.Of(SharedData.Path(["dicom", .. source.Split('/')]), folder);
        var ours = Convert(source, folder);
        Assert.NotEmpty(theirs);
        Assert.All(theirs, t =>
        {
            var volumes = Volumes(t.Image, t.Beside(".bval"), t.Beside(".bvec"));
            var candidates = ours.Where(o => Sizes(o.Image.Grid).SequenceEqual(Sizes(t.Image.Grid)) && o.Image.Frames.Count == volumes.Count).ToList();
            Assert.Contains(candidates, o => IsSame(volumes, t.Image.Grid, o));
        });
    }

    /// <summary>Numbers that both sidecars have: within rounding; where the phase encoding runs: the same way in the patient.</summary>
    [Theory]
    [InlineData("dwi-siemens-xa30/10_DWI_dir80_PA.zip", 14)]
    [InlineData("dwi-ge-signapioneer-R2.zip", 8)]
    [InlineData("dwi-uih-session1-PA_rot.zip", 6)]
    [InlineData("dwi-canon-galan-9000-ortho.zip", 6)]
    [InlineData("repro-nih/siemens.zip", 8)]
    public void Sidecars_say_what_those_of_dcm2niix_say(string source, int atLeast)
    {
        string[] numbers =
        [
            "EchoTime", "RepetitionTime", "FlipAngle", "MagneticFieldStrength", "ImagingFrequency", "SliceThickness", "SpacingBetweenSlices", "EchoTrainLength", "PixelBandwidth",
            "PercentSampling", "PercentPhaseFOV", "AcquisitionMatrixPE", "MultibandAccelerationFactor", "InversionTime", "ParallelReductionFactorInPlane", "AcquisitionDuration", "SeriesNumber", "PatientWeight",
        ];
        using var folder = new TempFolder();
        var theirs = Dcm2niix.Of(SharedData.Path(["dicom", .. source.Split('/')]), folder);
        var ours = Convert(source, folder);
        var compared = 0;
        foreach (var (t, o) in theirs.Select(t => (t, ours.First(o => o.Sidecar().GetProperty("SeriesNumber").GetInt32() == t.Sidecar().GetProperty("SeriesNumber").GetInt32()))))
        {
            var (a, b) = (t.Sidecar(), o.Sidecar());
            foreach (var name in numbers.Where(n => a.TryGetProperty(n, out var v) && v.ValueKind == JsonValueKind.Number && b.TryGetProperty(n, out _)))
            {
                // dcm2niix prints six digits, and rounds times of echoes to them.
                Assert.True(Math.Abs(a.GetProperty(name).GetDouble() - b.GetProperty(name).GetDouble()) <= 1e-4 * Math.Abs(a.GetProperty(name).GetDouble()), $"{name}: {a.GetProperty(name)} and {b.GetProperty(name)}");
                compared++;
            }

            if (a.TryGetProperty("SliceTiming", out var times) && b.TryGetProperty("SliceTiming", out var own))
            {
                // Both grids run along the normal of the slices; 5 ms for the clock of the scanner, whose instants are stated twice.
                Assert.All(times.EnumerateArray().Zip(own.EnumerateArray()), p => Assert.Equal(p.First.GetDouble(), p.Second.GetDouble(), 0.005));
                Assert.Equal(times.GetArrayLength(), own.GetArrayLength());
                compared++;
            }

            // GE: (0018,9034) LINEAR is pepolar 0, which this dcm2niix of 2022 reports the other way round (its issue 674, mended in its pull request 677).
            if (a.TryGetProperty("PhaseEncodingDirection", out var phase) && !a.TryGetProperty("PhaseEncodingPolarityGE", out _))
            {
                Assert.True((Axis(t.Image.Grid, phase.GetString()!) - Axis(o.Image.Grid, b.GetProperty("PhaseEncodingDirection").GetString()!)).Length < 1e-3, "phase encoding runs the other way");
                compared++;
            }
        }

        Assert.True(compared >= atLeast, $"only {compared} fields in common");
    }

    public static TheoryData<string> Expected() => [.. Table().EnumerateObject().Select(p => p.Name)];

    /// <summary>Matrix, voxel size, b-values, TE, TR and field of the reference table; a series that is not written has a finding that says why.</summary>
    [Theory]
    [MemberData(nameof(Expected))]
    public void Every_series_of_the_reference_table_is_converted_alike(string source)
    {
        using var folder = new TempFolder();
        var ours = Convert(source, folder);
        foreach (var row in Table().GetProperty(source).EnumerateArray())
        {
            var number = int.Parse(row.GetProperty("series").GetString()!.Split('_')[0], CultureInfo.InvariantCulture);
            var dims = row.GetProperty("dims").EnumerateArray().Select(d => d.GetInt32()).ToList();
            var one = ours.FirstOrDefault(o => o.Sidecar().GetProperty("SeriesNumber").GetInt32() == number && new[] { o.Image.Grid.Nx, o.Image.Grid.Ny, o.Image.Grid.Nz, o.Image.Frames.Count }.SequenceEqual(dims));
            Assert.True(one is not null, $"series {number} of {string.Join(" x ", dims)}: {string.Join("; ", ours.Select(o => $"{o.Name} {o.Image.Grid} {o.Image.Frames.Count}"))}");
            var s = one.Image.Grid.SpacingMm;
            Assert.All(new[] { s.X, s.Y, s.Z }.Zip(row.GetProperty("voxel_mm").EnumerateArray()), p => Assert.Equal(p.Second.GetDouble(), p.First, 1e-4)); // four decimals in the table
            if (row.GetProperty("bvals") is { ValueKind: JsonValueKind.Array } b)
            {
                Assert.All(b.EnumerateArray().Select(v => v.GetDouble()).Order().Zip(Numbers(one.Beside(".bval")).Order()), p => Assert.Equal(p.First, p.Second, 1e-3));
            }

            foreach (var (key, name) in new[] { ("TE", "EchoTime"), ("TR", "RepetitionTime"), ("B0", "MagneticFieldStrength") })
            {
                if (row.GetProperty(key) is { ValueKind: JsonValueKind.Number } value)
                {
                    Assert.Equal(value.GetDouble(), one.Sidecar().GetProperty(name).GetDouble(), 1e-4 * value.GetDouble());
                }
            }
        }
    }

    private static JsonElement Table() => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(SharedData.Path("dicom", "expected", "dwi_dcm2niix.json")));

    private static List<Dcm2niix> Convert(string source, TempFolder folder)
    {
        var result = ConvertRun.Execute([SharedData.Path(["dicom", .. source.Split('/')])], folder["ours"], gzip: false, TestContext.Current.CancellationToken);
        return [.. result.Files.Select(f => new Dcm2niix(f, Path.Combine(folder["ours"], f)))];
    }

    private static IEnumerable<int> Sizes(Grid g) => new[] { g.Nx, g.Ny, g.Nz }.Order();

    private static double[] Numbers(string? text) => [.. (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(t => double.Parse(t, CultureInfo.InvariantCulture))];

    /// <summary>Direction of an axis of BIDS (i, j, k, with a minus) in the patient.</summary>
    private static Vector3 Axis(Grid grid, string axis) => (axis[0] switch { 'i' => grid.StepI, 'j' => grid.StepJ, _ => grid.StepK }).Normalised() * (axis.Length == 2 ? -1 : 1);

    /// <summary>Volumes with b-value and direction in the patient, as FSL reads the files: the first component the other way where the determinant is positive.</summary>
    private static List<(float[] Values, double? B, Vector3? Direction)> Volumes(NiftiImage image, string? bval, string? bvec)
    {
        var (b, v) = (Numbers(bval), Numbers(bvec));
        var n = image.Frames.Count;
        var grid = image.Grid;
        var sign = grid.StepI.Dot(grid.StepJ.Cross(grid.StepK)) > 0 ? -1 : 1; // the determinant is the same in RAS: two axes change sign
        return [.. image.Frames.Select((f, t) => (f, b.Length == n ? b[t] : (double?)null, v.Length != 3 * n || new Vector3(v[t], v[n + t], v[2 * n + t]) is not { Length: > 0.5 } d ? (Vector3?)null
            : sign * d.X * grid.StepI.Normalised() + d.Y * grid.StepJ.Normalised() + d.Z * grid.StepK.Normalised()))];
    }

    /// <summary>Whether each of their volumes is one of ours: voxel by voxel at the same place in the patient, with b-value and direction (up to its sign, which a gradient has not).</summary>
    private static bool IsSame(List<(float[] Values, double? B, Vector3? Direction)> theirs, Grid grid, Dcm2niix ours)
    {
        var left = Volumes(ours.Image, ours.Beside(".bval"), ours.Beside(".bvec"));
        var places = Places(grid, ours.Image.Grid);
        var mayScale = ours.Sidecar().GetProperty("ValueRule").GetString()!.StartsWith("Philips", StringComparison.Ordinal);
        return theirs.TrueForAll(t =>
        {
            var at = left.FindIndex(o => Math.Abs((o.B ?? 0) - (t.B ?? 0)) <= 1e-3 && IsSameLine(o.Direction, t.Direction) && HasSameValues(t.Values, o.Values, places, mayScale));
            if (at >= 0)
            {
                left.RemoveAt(at);
            }

            return at >= 0;
        });
    }

    // 1e-3: headers and .bvec files are written with three digits and more.
    private static bool IsSameLine(Vector3? a, Vector3? b) => a is null || b is null ? a is null && b is null : Math.Min((a.Value - b.Value).Length, (a.Value + b.Value).Length) <= 1e-3;

    private static bool HasSameValues(float[] theirs, float[] ours, int[] places, bool mayScale)
    {
        var peak = Enumerable.Range(0, theirs.Length).MaxBy(n => Math.Abs(theirs[n]));
        var factor = mayScale ? theirs[peak] / ours[places[peak]] : 1.0;
        // Seven digits of single precision, in which both files and their slopes are kept.
        var tolerance = 1e-6 * Math.Abs(theirs[peak]);
        return !Enumerable.Range(0, theirs.Length).Any(n => Math.Abs(theirs[n] - factor * ours[places[n]]) > tolerance);
    }

    /// <summary>For each voxel of one grid the one of the other at the same place.</summary>
    private static int[] Places(Grid from, Grid to)
    {
        var places = new int[from.Count];
        for (var (n, k) = (0, 0); k < from.Nz; k++)
        {
            for (var j = 0; j < from.Ny; j++)
            {
                for (var i = 0; i < from.Nx; i++, n++)
                {
                    var at = to.ToIndex(from.ToPatient(i, j, k));
                    places[n] = to.Index((int)Math.Round(at.X), (int)Math.Round(at.Y), (int)Math.Round(at.Z));
                }
            }
        }

        return places;
    }
}
