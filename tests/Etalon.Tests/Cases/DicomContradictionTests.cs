using Etalon.Cases;
using Etalon.Cases.Inspection;
using Etalon.Dicom;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Imaging.Dicom;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>Objects that cannot all be right: dates beyond the calendar, one identifier twice, identifiers in part.</summary>
public sealed class DicomContradictionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("00010101", "000000", "+1400")]
    [InlineData("99991231", "235960", "-0100")]
    public void A_date_at_the_end_of_the_calendar_is_a_finding_and_not_the_end_of_the_run(string date, string time, string zone)
    {
        Write(o => o with
        {
            StudyDate = date,
            More = b => b.Text(Tags.TimezoneOffsetFromUtc, "SH", zone).Text(Tags.AcquisitionDate, "DA", date).Text(Tags.AcquisitionTime, "TM", time)
                .Text(Tags.SeriesDate, "DA", date).Text(Tags.SeriesTime, "TM", time).Text(Tags.AcquisitionDateTime, "DT", date + time),
        });
        var patient = Read();
        Assert.Single(patient.Visits);
        Assert.Contains(patient.Findings, f => f.Code == FindingCodes.DateInvalid);
        Assert.Contains(patient.Findings, f => f.Code == FindingCodes.VisitUndated);
        Assert.Contains(Inspect().Findings, f => f.Code == FindingCodes.DateInvalid);
    }

    [Theory]
    [InlineData("18491231", false)]
    [InlineData("18500101", true)]
    [InlineData("99981231", true)]
    [InlineData("99990101", false)]
    public void A_year_in_which_nothing_was_imaged_is_no_date(string text, bool isDate)
    {
        Assert.Equal(isDate, DicomTime.Date(text) is not null);
        Assert.Equal(isDate, DicomTime.InstantOrMidnight(text, "235960") is not null);
        Assert.Equal(isDate, DicomTime.Instant(text + "235960") is not null);
    }

    [Fact]
    public void A_run_tells_objects_that_contradict_each_other_and_those_that_repeat()
    {
        Write(o => o);
        var file = File.ReadAllBytes(_folder["1.2.3.4.1.dcm"]);
        _folder.Write("a-copy.dcm", file);
        Assert.Equal((FindingCodes.ObjectRepeated, Severity.Info), Repeats());
        file[^1] ^= 1;
        _folder.Write("a-copy.dcm", file);
        Assert.Equal((FindingCodes.ObjectContradicted, Severity.Error), Repeats());
        Assert.Equal(Inspect().Findings.Single(f => f.Code == FindingCodes.ObjectContradicted).Found, Read().Findings.Single(f => f.Code == FindingCodes.ObjectContradicted).Found);
    }

    [Fact]
    public void An_object_that_two_archives_file_under_two_identifiers_does_not_contradict_itself()
    {
        foreach (var id in new[] { "P1", "P2" })
        {
            for (var k = 0; k < 3; k++)
            {
                _folder.Write($"{id}/{k}.dcm", (Slice(k) with { PatientId = id }).ToFile());
            }
        }

        var patient = DicomCase.Read([_folder["P1"], _folder["P2"]], new CaseOptions { SamePatient = "one passport" }, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(patient.Findings, f => f.Code == FindingCodes.ObjectContradicted);
        Assert.Contains(patient.Findings, f => f.Code == FindingCodes.ObjectRepeated);
    }

    [Fact]
    public void Objects_that_lost_the_issuer_are_of_the_one_patient_whose_issuer_others_name()
    {
        Write(o => o.Uid.EndsWith('1') ? o : o with { More = b => b.Text(Tags.IssuerOfPatientId, "LO", "Clinic") });
        var studies = DicomStudies.Read([_folder.Path], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal("Clinic", Assert.Single(studies.Patients).Issuer);
        Assert.Equal(3, Assert.Single(studies.Series).Instances.Count);
        Assert.Empty(studies.Findings);
        Assert.NotNull(Assert.Single(studies.Series.Single().Stacks).Grid);
    }

    [Fact]
    public void One_identifier_of_two_issuers_stays_two_patients_and_one_without_issuer_is_neither()
    {
        foreach (var (issuer, n) in new[] { ("Clinic", 4), ("Office", 5), ("", 6) })
        {
            Write(o => o with { SeriesUid = $"1.2.3.{n}", Uid = $"{o.Uid}.{n}", StudyUid = $"1.2.{n}", More = b => b.Text(Tags.IssuerOfPatientId, "LO", issuer) });
        }

        Assert.Equal(3, DicomStudies.Read([_folder.Path], cancellation: TestContext.Current.CancellationToken).Patients.Count);
    }

    [Theory]
    [InlineData("1.2.3.4")]
    [InlineData("")]
    public void Two_patients_with_one_series_identifier_or_none_keep_their_own_records(string series)
    {
        Write(o => o with { SeriesUid = series, More = b => b.Text(Tags.EchoTime, "DS", "81.7").Text(Tags.Manufacturer, "LO", "Alpha") });
        Write(o => o with { SeriesUid = series, Uid = "9." + o.Uid, PatientId = "P2", PatientName = "Roe^Jim", StudyUid = "1.2.8", More = b => b.Text(Tags.EchoTime, "DS", "81.7").Text(Tags.Manufacturer, "LO", "Beta") });
        Assert.Equal(["Alpha", "Beta"], Inspect().Acquisitions.Select(a => a.Find("Manufacturer")?.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_copy_under_another_identifier_is_told_and_ends_nothing()
    {
        Write(o => o);
        _folder.Write("other.dcm", (Slice(1) with { PatientId = "P2" }).ToFile());
        Assert.Contains(DicomStudies.Read([_folder.Path], cancellation: TestContext.Current.CancellationToken).Findings, f => f.Code == FindingCodes.ObjectContradicted);
    }

    private (string, Severity) Repeats() => Assert.Single(Read().Findings.Where(f => f.Code is FindingCodes.ObjectRepeated or FindingCodes.ObjectContradicted).Select(f => (f.Code, f.Severity)));

    private PatientCase Read() => DicomCase.Read(_folder.Path, new CaseOptions(), TestContext.Current.CancellationToken);

    private InspectedTree Inspect()
    {
        var tree = new TreeInspection(new InspectOptions());
        Assert.Equal(0, new ObjectInspection([_folder.Path], new InspectOptions()).Objects(tree.Take, TestContext.Current.CancellationToken).Count(o => o.Error is not null));
        return tree.Build(TestContext.Current.CancellationToken);
    }

    private static SyntheticObject Slice(int k) => new() { Uid = $"1.2.3.4.{k}", Description = "T1w", Position = SyntheticObject.At(k) };

    private void Write(Func<SyntheticObject, SyntheticObject> change)
    {
        for (var k = 0; k < 3; k++)
        {
            var o = change(Slice(k));
            _folder.Write(o.Uid + ".dcm", o.ToFile());
        }
    }
}
