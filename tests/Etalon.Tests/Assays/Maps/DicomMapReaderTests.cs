using Etalon.Assays.Maps;
using Etalon.Metrology;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Assays.Maps;

/// <summary>Series of real objects as maps take them.</summary>
public sealed class DicomMapReaderTests
{
    [Fact]
    public void Each_echo_of_a_multi_echo_series_states_its_time()
    {
        var series = Read("dicom/qt2-siemens-16echo.zip");
        // The set holds 7 of its objects: of the first echo a slice is missing, so that it is no volume; the two others are.
        Assert.Equal([0.04, 0.06], series.Select(s => s.Frames[0].EchoTimeS));
        Assert.All(series, s => Assert.Equal(3, s.Frames[0].RepetitionTimeS));
    }

    [Fact]
    public void A_dynamic_phantom_of_equal_acquisition_times_has_flip_angle_and_no_times()
    {
        var series = Assert.Single(Read("osipi/extra/qiba_dce/qiba_v6_tofts_dicom.zip"));
        Assert.Equal(1321, series.Frames.Count);
        Assert.All(series.Frames, f => Assert.Equal((30, 0.005), (f.FlipAngleDeg, f.RepetitionTimeS)));
        Assert.All(series.Frames, f => Assert.Null(f.TimeS));
        Assert.Equal(4000, series.Frames[1320].Values.Length);
    }

    [Fact]
    public void Diffusion_volumes_state_b_value_and_direction()
    {
        var series = Read("dicom/dwi-siemens-xa30").First(s => s.Frames.Count > 1 && s.Content.Length == 0 && s.Frames.Any(f => f.BValue == 2500));
        Assert.Equal(1, series.Frames.Count(f => f.BValue == 0));
        Assert.Equal(20, series.Frames.Count(f => f.BValue == 2500 && f.Gradient is { } g && Math.Abs(g.Length - 1) < 1e-3));
        Assert.Equal(64, series.Sha256.Length);
    }

    [Fact]
    public void A_positron_series_carries_the_header_of_every_slice()
    {
        var series = Read("dicom/pet-suv-dro/DRO_0_0.zip").First(s => s.Modality == "PT");
        Assert.Equal(series.Grid.Nz * series.Frames.Count, series.Pet.Count);
        Assert.All(series.Pet, p => Assert.True(p.Dose > 0));
    }

    [Fact]
    public void Contours_become_a_region_on_the_series_they_name()
    {
        var findings = new List<Finding>();
        var visits = DicomMapReader.Read([Path("dicom/multimodal-sts002")], findings, TestContext.Current.CancellationToken);
        var visit = visits.First(v => v.Input.Series.Any(s => s.Modality == "PT"));
        var pet = visit.Input.Series.First(s => s.Modality == "PT");
        Assert.Contains(visit.Input.Masks, m => m.On(pet.Grid, pet.Stack!.FrameOfReferenceUid) is { Count: > 0 });
    }

    private static IReadOnlyList<MapSeries> Read(string name)
    {
        var findings = new List<Finding>();
        return DicomMapReader.Read([Path(name)], findings, TestContext.Current.CancellationToken)[0].Input.Series;
    }

    private static string Path(string name) => SharedData.Path(name.Split('/'));
}
