using System.Globalization;
using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Phantoms;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Phantoms;

/// <summary>The virtual study as DICOM: valid objects that others read as the same images.</summary>
public sealed class VirtualDicomTests : IClassFixture<VirtualDicomTests.Study>
{
    private readonly Study _study;

    public VirtualDicomTests(Study study) => _study = study;

    /// <summary>One small study in both layouts.</summary>
    public sealed class Study : IDisposable
    {
        private readonly TempFolder _folder = new();

        public Study() => VirtualStudy.Write(Options, new VirtualStudyPlaces(_folder["bids"], _folder["dicom"]));

        public static VirtualPatientOptions Options { get; } = new() { Size = StudySize.Small, TestRetestPairsPerState = 1, PhantomScansPerState = 1, Seed = 7 };

        public string Bids => _folder["bids"];

        public string Dicom => _folder["dicom"];

        public void Dispose() => _folder.Dispose();
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        using var again = new TempFolder();
        VirtualStudy.Write(Study.Options, new VirtualStudyPlaces(null, again["dicom"]), cancellation: TestContext.Current.CancellationToken);
        var files = Directory.GetFiles(_study.Dicom, "*", SearchOption.AllDirectories);
        Assert.Equal(files.Length, Directory.GetFiles(again["dicom"], "*", SearchOption.AllDirectories).Length);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(again["dicom"], Path.GetRelativePath(_study.Dicom, file)))));
    }

    [Fact]
    public void No_two_objects_have_one_identifier()
    {
        var uids = Directory.GetFiles(_study.Dicom, "*.dcm", SearchOption.AllDirectories).Select(f => DicomFile.Open(f).Dataset.GetString(Tags.SopInstanceUid)).ToList();
        Assert.NotEmpty(uids);
        Assert.Equal(uids.Count, uids.Distinct().Count());
    }

    [Fact]
    public void A_validator_finds_no_error_in_any_kind_of_object()
    {
        // One object of each series: all others of it differ in numbers alone.
        var firsts = Directory.GetFiles(_study.Dicom, "*.dcm", SearchOption.AllDirectories).GroupBy(Path.GetDirectoryName).Select(g => g.Order(StringComparer.Ordinal).Last()).Order(StringComparer.Ordinal).ToList();
        Assert.All(firsts, file => Assert.DoesNotContain("Error", Oracle.Run("dciodvfy", file), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1", "4095")]
    [InlineData("3", "65535")]
    public void Another_converter_finds_the_same_voxels_b_values_and_geometry(string session, string steps)
    {
        using var output = new TempFolder();
        var said = Oracle.Run("dcm2niix", "-z", "n", "-b", "n", "-f", "out", "-o", output.Path, Path.Combine(_study.Dicom, "demo", session, "004"));
        Assert.True(File.Exists(output["out.nii"]), said);
        var converted = NiftiReader.Read(output["out.nii"]);
        var ours = NiftiReader.Read(Path.Combine(_study.Bids, "sub-demo", $"ses-{session}", "dwi", $"sub-demo_ses-{session}_dwi.nii.gz"));
        Assert.Equal(ours.Frames.Count, converted.Frames.Count);
        Assert.Equal("0 500 500 500 1000 1000 1000", File.ReadAllText(output["out.bval"]).Trim().Replace('\t', ' '));
        // It flips rows: place by place in the patient, the values are those of the study within half a step of storage.
        var (step, worst) = (ours.Frames.Max(f => f.Max()) / double.Parse(steps, CultureInfo.InvariantCulture), 0.0);
        for (var f = 0; f < ours.Frames.Count; f++)
        {
            for (var n = 0; n < ours.Grid.Count; n++)
            {
                var g = ours.Grid;
                var at = converted.Grid.ToIndex(g.ToPatient(n % g.Nx, n / g.Nx % g.Ny, n / g.Nx / g.Ny));
                var index = converted.Grid.Index((int)Math.Round(at.X), (int)Math.Round(at.Y), (int)Math.Round(at.Z));
                worst = Math.Max(worst, Math.Abs(ours.Frames[f][n] - converted.Frames[f][index]));
            }
        }

        Assert.InRange(worst, 0, 0.51 * step);
    }
}
