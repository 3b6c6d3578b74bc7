using System.Text.Json;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>A tumour that nobody drew at one of four visits: the others are compared with each other.</summary>
public sealed class VanishedTumourTests
{
    [Theory]
    [InlineData(1, "2>3 2>4 3>4")]
    [InlineData(2, "1>3 1>4 3>4")]
    [InlineData(4, "1>2 1>3 2>3")]
    public void Neighbours_and_the_ends_are_those_that_have_a_value(int empty, string expected)
    {
        using var patient = new SmallPatient(4);
        patient.Put(SmallPatient.Roi(empty), NiftiBytes.Of(SmallGrid.Fill((_, _, _) => (byte)0)).Gzip());

        var run = StudyOutput.Of(patient.Save());

        Assert.Equal(0, run.Command.Exit);
        var changes = run.Json.GetProperty("changes").EnumerateArray().Where(c => Text(c, "measurand") == "volume").Select(c => $"{Text(c, "from")}>{Text(c, "to")}").Order();
        Assert.Equal(expected, string.Join(" ", changes));
        Assert.Contains(run.Findings, f => Text(f, "code") == "mask-empty");
    }

    [Fact]
    public void One_volume_of_three_visits_is_told_without_a_change()
    {
        using var patient = new SmallPatient();
        patient.Put(SmallPatient.Roi(1), NiftiBytes.Of(SmallGrid.Fill((_, _, _) => (byte)0)).Gzip());
        patient.Put(SmallPatient.Roi(3), NiftiBytes.Of(SmallGrid.Fill((_, _, _) => (byte)0)).Gzip());

        var run = StudyOutput.Of(patient.Save());

        Assert.Equal(0, run.Command.Exit);
        Assert.DoesNotContain(run.Json.GetProperty("changes").EnumerateArray(), c => Text(c, "measurand") == "volume");
    }

    [Fact]
    public void A_file_named_by_its_absolute_path_stands_in_the_results_by_its_place_in_the_folder()
    {
        using var patient = new SmallPatient();
        patient.Visit(1)["roi_enhance"] = Path.Combine(patient.Folder, SmallPatient.Roi(1));

        var run = StudyOutput.Of(patient.Save());

        Assert.Equal(0, run.Command.Exit);
        Assert.Contains(run.Measurements, m => Text(m, "visit") == "1" && Text(m.GetProperty("region"), "source") == SmallPatient.Roi(1));
        Assert.DoesNotContain(patient.Folder, run.Command.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_patient_who_was_scanned_twice_at_once_is_still_the_patient_and_the_repeat_no_visit()
    {
        using var study = new SmallBids("X1", "enhancing", "1", "1b", "2");
        study.Write("etalon.json", """{"schema":"etalon-study-1","test_retest":[{"subject":"X1","sessions":["1","1b"]}]}""");

        var run = StudyOutput.Of(study.Folder);

        Assert.Equal(0, run.Command.Exit);
        Assert.Equal(["1", "2"], run.Measurements.Select(m => Text(m, "visit")).Distinct().Order());
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
