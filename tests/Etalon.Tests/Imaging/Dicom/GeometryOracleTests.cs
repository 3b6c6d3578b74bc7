using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Imaging.Dicom;

/// <summary>Where voxels lie, against dcm2niix: the corners of every volume of the reference data.</summary>
public sealed class GeometryOracleTests(ITestOutputHelper output)
{
    /// <summary>Folders and zips of series; the rest of the set is no images, or damaged on purpose.</summary>
    public static TheoryData<string> Sources() =>
    [
        "adc-map-toshiba-cmb-crc-1.zip", "dce-breast-ge/UCSF-BR-06/image_dce_3dfgre_orig.zip", "dce-breast-ge/UCSF-BR-06/image_dce_pe1.zip", "dce-breast-ge/UCSF-BR-06/image_dce_ser.zip", "deidentified-ge.zip",
        "derived/pm/pm-example-dcm.zip", "dwi-canon-galan-9000-ortho.zip", "dwi-ge-mr750", "dwi-ge-signapioneer-R2.zip", "dwi-philips/achieva-601-multib.zip", "dwi-philips/enhanced-501.zip", "dwi-philips/ingenia-801",
        "dwi-siemens-xa30/10_DWI_dir80_PA.zip", "dwi-siemens-xa30/11_DWI_dir80_PA.zip", "dwi-siemens-xa30/12_DWI_dir80_PA.zip", "dwi-siemens-xa30/13_DWI_dir80_PA.zip", "dwi-siemens-xa30/16_DWI_dir80_PA.zip",
        "dwi-siemens-xa61-tracew.zip", "dwi-uih-session1-PA_rot.zip", "enhanced/6_1.dcm", "enhanced/6_2.dcm", "enhanced/IM-0001-0001-0001.dcm", "enhanced/IM_0027_fMAP.dcm", "enhanced/emri_small.dcm",
        "geometry-failing/gantrytilt.zip", "geometry-failing/slicecount.zip", "geometry-failing/sliceincrement.zip", "geometry-failing/sliceorientation.zip", "low-field-hyperfine.zip", "mosaic-siemens-transfer-syntaxes.zip",
        "multimodal-sts002/CT.zip", "multimodal-sts002/MR_T1.zip", "multimodal-sts002/PET.zip", "pet-ge-bqml-sts001.zip",
        "pet-suv-dro/DRO_0_0.zip", "pet-suv-dro/DRO_5_0.zip", "qt2-siemens-16echo.zip", "repro-nih/ge.zip", "repro-nih/siemens.zip", "vendor-hitachi",
    ];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Corners_lie_where_dcm2niix_puts_them_or_a_finding_says_why_not(string source)
    {
        using var folder = new TempFolder();
        var theirs = Dcm2niix.Of(SharedData.Path(["dicom", .. source.Split('/')]), folder);
        var studies = DicomStudies.Read([SharedData.Path(["dicom", .. source.Split('/')])], cancellation: TestContext.Current.CancellationToken);
        var ours = studies.Series.SelectMany(s => s.Stacks).Where(s => s.Grid is not null).ToList();
        var told = studies.Findings.Select(f => f.Code).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, grid) in theirs.Select(t => (t.Name, t.Image.Grid)))
        {
            var nearest = ours.Where(s => SameSize(s.Grid!, grid)).Select(s => Distance(s.Grid!, grid)).DefaultIfEmpty(double.PositiveInfinity).Min();
            output.WriteLine(FormattableString.Invariant($"{source} {name}: {grid}, corners {nearest:0.0e0} mm apart"));
            // dcm2niix cannot shear, and writes volumes with gaps as if there were none; both are findings of ours.
            var isExplained = told.Contains(FindingCodes.GantryTilt) || told.Contains(FindingCodes.SlicesMissing) || told.Contains(FindingCodes.SlicesUneven) || told.Contains(FindingCodes.SlicesDuplicate) || told.Contains(FindingCodes.SeriesNotAVolume);
            isExplained |= ours.Exists(s => SameSize(s.Grid!, grid) && TakesFirstGapForAll(s, grid));
            Assert.True(nearest <= 1e-3 || isExplained, $"{name}: {grid} is {nearest} mm from the nearest of {string.Join("; ", ours.Select(s => $"{s.Name}: {s.Grid}"))}. {string.Join(' ', told)}");
        }

        Assert.True(theirs.Count > 0 || ours.Count == 0);
    }

    /// <summary>Whatever the order of axes: dcm2niix turns sagittal volumes.</summary>
    private static bool SameSize(Grid a, Grid b) => new[] { a.Nx, a.Ny, a.Nz }.Order().SequenceEqual(new[] { b.Nx, b.Ny, b.Nz }.Order());

    /// <summary>
    /// Whether numbers say that one thing alone sets two grids apart: dcm2niix takes the distance of two slices at an end of the stack for all, and
    /// ours is that of the first and the last over their number less one, so that no ImagePositionPatient is missed.
    /// </summary>
    private static bool TakesFirstGapForAll(DicomStack stack, Grid theirs)
    {
        var slices = stack.Volumes[0].Slices;
        var normal = slices[0].Normal;
        var at = slices.Select(s => s.Position.Dot(normal)).ToList();
        var (count, mean) = (at.Count - 1, (at[^1] - at[0]) / (at.Count - 1));
        var step = new[] { theirs.StepI, theirs.StepJ, theirs.StepK }.Max(s => Math.Abs(s.Dot(normal)));
        // Its positions are in single precision: two of them, some hundred mm from the origin.
        var rounding = 2 * (MathF.BitIncrement((float)at.Max(Math.Abs)) - (float)at.Max(Math.Abs)) + 1e-6;
        return Math.Abs(stack.Grid!.StepK.Dot(normal) - mean) < 1e-9
            && slices.Select((s, k) => (s.Position - stack.Grid!.ToPatient(0, 0, k)).Dot(normal)).All(off => Math.Abs(off) < 0.02)
            && Math.Min(Math.Abs(step - (at[1] - at[0])), Math.Abs(step - (at[^1] - at[^2]))) <= rounding
            && Math.Abs(Math.Abs(mean - step) * count - Distance(stack.Grid!, theirs)) < 1e-3;
    }

    /// <summary>Largest distance of a corner of one grid to the nearest of the other: rows and slices may run the other way.</summary>
    private static double Distance(Grid a, Grid b) => Corners(a).Max(p => Corners(b).Min(q => (p - q).Length));

    private static List<Vector3> Corners(Grid g) =>
        [.. Enumerable.Range(0, 8).Select(c => g.ToPatient((c & 1) * (g.Nx - 1), ((c >> 1) & 1) * (g.Ny - 1), ((c >> 2) & 1) * (g.Nz - 1)))];
}
