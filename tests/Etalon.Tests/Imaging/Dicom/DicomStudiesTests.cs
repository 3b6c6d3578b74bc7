using Etalon.Dicom;
using Etalon.Imaging;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Imaging.Dicom;

/// <summary>Objects as patients, studies, series and volumes.</summary>
public sealed class DicomStudiesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Two_patients_in_one_folder_are_two_patients()
    {
        Write(Stack("1.2.3.4"));
        Write(Stack("1.2.3.5").Select(o => o with { PatientId = "P2", PatientName = "Roe^Jim", StudyUid = "1.2.8" }));
        var studies = Read();
        Assert.Equal(["P1", "P2"], studies.Patients.Select(p => p.Id));
        Assert.All(studies.Series, s => Assert.Equal((6, 5, 4), (s.Instances.Count, s.Stacks[0].Grid!.Nx, s.Stacks[0].Grid!.Ny)));
        Assert.Empty(studies.Findings);
    }

    [Theory]
    [InlineData(1e200)]
    [InlineData(-1e7)]
    public void One_slice_at_a_place_that_cannot_be_costs_its_series_and_not_the_others(double x)
    {
        Write(Stack("1.2.3.4"));
        Write(Stack("1.2.3.5").Select((o, n) => n == 1 ? o with { Position = new Vector3(x, 0, 0) } : o));
        var studies = Read();
        Assert.NotNull(studies.Series.Single(s => s.Uid == "1.2.3.4").Stacks.Single().Grid);
        Assert.Contains(studies.Findings, f => f.Code is FindingCodes.SeriesNotAVolume or FindingCodes.SlicesMissing && f.Severity >= Severity.Warning);
    }

    [Fact]
    public void A_single_slice_of_no_thickness_is_no_volume()
    {
        Write(Stack("1.2.3.4").Take(1).Select(o => o with { More = b => b.Text(Tags.SpacingBetweenSlices, "DS", "1E-300") }));
        Assert.Null(Read().Series.Single().Stacks.Single().Grid);
    }

    [Fact]
    public void A_study_under_two_patients_is_told_and_split()
    {
        Write(Stack("1.2.3.4"));
        Write(Stack("1.2.3.5").Select(o => o with { PatientId = "P2" }));
        var studies = Read();
        Assert.Equal(2, studies.Patients.Count);
        Assert.Equal(Severity.Error, Assert.Single(studies.Findings, f => f.Code == FindingCodes.PatientIdentifiersDisagree).Severity);
    }

    [Theory]
    [InlineData("DOE^JANE ", null)]
    [InlineData("Roe^Jim", Severity.Warning)]
    public void One_identifier_with_two_names_is_told_and_spelling_is_not(string name, Severity? severity)
    {
        Write(Stack("1.2.3.4"));
        Write(Stack("1.2.3.5").Select(o => o with { PatientName = name }));
        var studies = Read();
        Assert.Single(studies.Patients);
        Assert.Equal(severity, studies.Findings.SingleOrDefault(f => f.Code == FindingCodes.PatientIdentifiersDisagree)?.Severity);
        Assert.DoesNotContain(studies.Findings, f => f.ToString().Contains("Roe", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void One_identifier_with_two_birth_dates_is_an_error()
    {
        Write(Stack("1.2.3.4").Select(o => o with { More = b => b.Text(Tags.PatientBirthDate, "DA", "19500101") }));
        Write(Stack("1.2.3.5").Select(o => o with { More = b => b.Text(Tags.PatientBirthDate, "DA", "19510101") }));
        Assert.Equal(Severity.Error, Assert.Single(Read().Findings).Severity);
    }

    [Fact]
    public void A_copy_of_an_object_is_used_once_and_one_that_differs_is_told()
    {
        Write(Stack("1.2.3.4"));
        File.Copy(_folder["1.2.3.4.2.dcm"], _folder["copy.dcm"]);
        Assert.Equal((FindingCodes.ObjectRepeated, Severity.Info), Codes(Read()).Single());
        // The header stays; one pixel differs.
        var bytes = File.ReadAllBytes(_folder["1.2.3.4.2.dcm"]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(_folder["copy.dcm"], bytes);
        Assert.Equal((FindingCodes.ObjectContradicted, Severity.Error), Codes(Read()).Single());
        Assert.Equal(6, Read().Series.Single().Stacks.Single().Frames.Count);
    }

    [Fact]
    public void A_copy_whose_original_went_meanwhile_does_not_hide_the_other_copies()
    {
        Write(Stack("1.2.3.4"));
        var builder = new DicomStudiesBuilder();
        var names = new[] { 1, 2, 3 }.Select(k => _folder[$"1.2.3.4.{k}.dcm"]).ToList();
        names.ForEach(name => builder.Add(DicomFile.Open(name)));
        // Copies of two, and the third with another pixel.
        names.ForEach(name =>
        {
            var bytes = File.ReadAllBytes(name);
            bytes[^1] ^= (byte)(name == names[2] ? 1 : 0);
            builder.Add(DicomFile.Read(bytes, "copy of " + name));
        });
        File.Delete(names[0]);
        var studies = builder.Build(TestContext.Current.CancellationToken);
        Assert.Equal(names[0], Assert.Single(studies.Refused).Name);
        Assert.Equal([FindingCodes.ObjectContradicted, FindingCodes.ObjectRepeated], studies.Findings.Select(f => f.Code).Where(c => c is FindingCodes.ObjectRepeated or FindingCodes.ObjectContradicted).Order());
        Assert.All(studies.Findings.Where(f => f.Code is FindingCodes.ObjectRepeated or FindingCodes.ObjectContradicted), f => Assert.StartsWith("1 ", f.Found, StringComparison.Ordinal));
    }

    [Fact]
    public void Echoes_and_parts_of_the_signal_are_stacks_of_their_own_on_one_grid()
    {
        Write(from te in new[] { "4.92", "2.46" }
              from part in new[] { "M", "P" }
              from o in Stack("1.2.3.4")
              select o with { Uid = $"{o.Uid}.{te}.{part}".Replace('M', '1').Replace('P', '2'), ImageType = $"ORIGINAL\\PRIMARY\\{part}", More = b => b.Text(Tags.EchoTime, "DS", te) });
        var studies = Read();
        var stacks = studies.Series.Single().Stacks;
        Assert.Equal(["series 7 (MR), magnitude, echo 2.46 ms", "series 7 (MR), magnitude, echo 4.92 ms", "series 7 (MR), phase, echo 2.46 ms", "series 7 (MR), phase, echo 4.92 ms"], stacks.Select(s => s.Name));
        Assert.All(stacks, s => Assert.True(s.Grid!.IsSameAs(stacks[0].Grid!)));
        Assert.All(stacks, s => Assert.Single(s.Volumes));
        Assert.Empty(studies.Findings);
    }

    [Fact]
    public void A_map_beside_its_source_is_a_stack_and_says_that_it_has_no_unit()
    {
        Write(from b in new[] { 0.0, 800 } from o in Stack("1.2.3.4") select o with { Uid = $"{o.Uid}.{b}", BValue = b });
        Write(Stack("1.2.3.4").Select(o => o with { Uid = o.Uid + ".9", ImageType = "DERIVED\\PRIMARY\\DIFFUSION\\ADC" }));
        var studies = Read();
        var stacks = studies.Series.Single().Stacks;
        Assert.Equal([2, 1], stacks.Select(s => s.Volumes.Count));
        Assert.Equal([0.0, 800.0], stacks[0].Volumes.Select(v => v.BValue!.Value));
        // The weighted volume of this series says nothing of its direction either.
        Assert.Equal([(FindingCodes.DiffusionDirectionMissing, Severity.Info), (FindingCodes.UnitNotStated, Severity.Warning)], Codes(studies).OrderBy(c => c.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public void A_scout_of_three_planes_is_three_stacks_without_a_warning()
    {
        Vector3[] rows = [SyntheticObject.AlongRow, SyntheticObject.Normal, (SyntheticObject.AlongRow * 0.8 + SyntheticObject.Normal * 0.6).Normalised()];
        Write(rows.SelectMany((row, n) => Stack("1.2.3.4").Select((o, k) => o with
        {
            Uid = $"{o.Uid}.{n}",
            Row = row,
            Position = SyntheticObject.Origin + row.Cross(SyntheticObject.AlongColumn) * (3.0 * k),
            ImageType = "ORIGINAL\\PRIMARY\\LOCALIZER",
        })));
        var studies = Read();
        Assert.Equal([6, 6, 6], studies.Series.Single().Stacks.Select(s => s.Grid!.Nz));
        Assert.Equal((FindingCodes.OrientationsMixed, Severity.Info), Codes(studies).Single());
    }

    [Fact]
    public void Time_points_of_one_series_are_volumes_in_order_of_time_whatever_the_instance_numbers()
    {
        Write(from t in Enumerable.Range(0, 3)
              from o in Stack("1.2.3.4")
              select o with
              {
                  Uid = $"{o.Uid}.{t}", InstanceNumber = (7 * o.InstanceNumber + 5 * t) % 19,
                  More = b => b.Text(Tags.AcquisitionDate, "DA", "20240312").Text(Tags.AcquisitionTime, "TM", $"09{3 * t + 10}0{o.InstanceNumber}.25"),
              });
        var studies = Read();
        var volumes = Assert.Single(studies.Series.Single().Stacks).Volumes;
        Assert.Equal([10, 13, 16], volumes.Select(v => v.AcquiredAt!.Value.Minute));
        Assert.All(volumes, (v, t) => Assert.All(v.Slices, s => Assert.EndsWith($".{t}.dcm", s.Object, StringComparison.Ordinal)));
        Assert.Empty(studies.Findings);
    }

    [Fact]
    public void A_time_point_that_lacks_a_slice_is_left_out_and_told()
    {
        Write((from t in Enumerable.Range(1, 3) from o in Stack("1.2.3.4") select o with { Uid = $"{o.Uid}.{t}", More = b => b.Text(Tags.TemporalPositionIdentifier, "IS", $"{t}") }).Where(o => o.Uid != "1.2.3.4.3.2"));
        var studies = Read();
        Assert.Equal([1, 3], Assert.Single(studies.Series.Single().Stacks).Volumes.Select(v => v.TemporalPosition!.Value));
        Assert.Equal((FindingCodes.SlicesMissing, Severity.Error), Codes(studies).Single());
    }

    [Theory]
    [InlineData(new[] { 0.0, 1, 2, 4, 5 }, FindingCodes.SlicesMissing)]
    [InlineData(new[] { 0.0, 1, 2, 3.4, 4.4 }, FindingCodes.SlicesUneven)]
    [InlineData(new[] { 0.0, 1, 1, 2, 3 }, FindingCodes.SlicesDuplicate)]
    public void Gaps_doubles_and_uneven_slices_are_no_volume_and_each_has_its_name(double[] places, string code)
    {
        Write(places.Select((k, n) => Stack("1.2.3.4")[n] with { Position = SyntheticObject.At(k) }));
        var studies = Read();
        Assert.Null(Assert.Single(studies.Series.Single().Stacks).Grid);
        Assert.Equal((code, Severity.Error), Codes(studies).Single());
    }

    [Fact]
    public void Slopes_of_each_slice_and_tables_are_told()
    {
        Write(Stack("1.2.3.4").Select((o, k) => o with { Modality = "PT", Slope = 1 + k, More = b => b.Text(Tags.Units, "CS", "BQML") }));
        var studies = Read();
        Assert.Equal((FindingCodes.SlopesDiffer, Severity.Info), Codes(studies).Single());
        var stack = studies.Series.Single().Stacks.Single();
        Assert.Equal((ValueRule.Rescale, "Bq/mL", false), (stack.Rule!.Value, stack.UnitCode, stack.HasOneScale));
        Write(Stack("1.2.3.4").Select(o => o with { More = b => b.Sequence(new DicomTag(0x0028, 0x3000), false, new Tests.Dicom.DicomBytes().UInt16(new DicomTag(0x0028, 0x3002), 2, 0, 16)) }));
        studies = Read();
        Assert.Equal((FindingCodes.ValueTableNotApplied, Severity.Error), Codes(studies).Single());
        Assert.Null(studies.Series.Single().Stacks.Single().Layout);
    }

    [Fact]
    public void Philips_values_do_not_depend_on_their_scaling_for_display()
    {
        // Real = (stored × RS + RI) / (RS × SS): with RS 1.7, RI −3 and SS 0.002, stored 20 is (34 − 3) / 0.0034.
        Write(Stack("1.2.3.4").Select(o => o with
        {
            Slope = 1.7, Intercept = -3,
            More = b => b.Text(Tags.Manufacturer, "LO", "Philips Medical Systems").Text(new DicomTag(0x2005, 0x0010), "LO", "Philips MR Imaging DD 001").Value(new DicomTag(0x2005, 0x100E), "FL", BitConverter.GetBytes(0.002f)),
        }));
        var stack = Read().Series.Single().Stacks.Single();
        Assert.Equal(ValueRule.PhilipsFloatingPoint, stack.Rule);
        // Single precision of the scale slope: 1e-7.
        Assert.Equal(31 / 0.0034, 20 * stack.Frames[0].Slope + stack.Frames[0].Intercept, 31 / 0.0034 * 2e-7);
    }

    [Fact]
    public void Nothing_of_a_patients_name_is_in_a_finding()
    {
        Write(Stack("1.2.3.4").Take(4).Select((o, k) => o with { Position = SyntheticObject.At(k * k) }));
        Write(Stack("1.2.3.5").Select(o => o with { PatientId = "P2" }));
        Assert.All(Read().Findings, f => Assert.DoesNotContain("Doe", f.ToString(), StringComparison.OrdinalIgnoreCase));
    }

    private static List<SyntheticObject> Stack(string series) =>
        [.. Enumerable.Range(0, 6).Select(k => new SyntheticObject { SeriesUid = series, Uid = $"{series}.{k}", InstanceNumber = k + 1, Position = SyntheticObject.At(k) })];

    private static IEnumerable<(string, Severity)> Codes(DicomStudies studies) => studies.Findings.Select(f => (f.Code, f.Severity));

    private DicomStudies Read() => DicomStudies.Read([_folder.Path], cancellation: TestContext.Current.CancellationToken);

    private void Write(IEnumerable<SyntheticObject> objects)
    {
        foreach (var o in objects)
        {
            _folder.Write(o.Uid + ".dcm", o.ToFile());
        }
    }
}
