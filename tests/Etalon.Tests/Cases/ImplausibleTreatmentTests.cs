using System.Text.Json;
using System.Text.Json.Nodes;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>Treatment that cannot be what was given.</summary>
public sealed class ImplausibleTreatmentTests
{
    [Fact]
    public void A_drug_whose_only_dose_is_0_is_not_used()
    {
        var run = Chemotherapy((0, "mg"));

        Assert.Equal(0, run.Command.Exit);
        Assert.Contains(run.Findings, f => Text(f, "about").Contains("chemotherapy", StringComparison.Ordinal) && Text(f, "code") == "field-invalid");
    }

    [Fact]
    public void Doses_in_two_units_are_no_one_drug()
    {
        var run = Chemotherapy((5, "mg"), (5, "g"));

        Assert.Contains(run.Findings, f => Text(f, "found").Contains("g and mg", StringComparison.Ordinal));
    }

    [Fact]
    public void A_fraction_of_200_Gy_is_told()
    {
        using var patient = new SmallPatient();
        patient.Json["radiotherapy"] = new JsonArray(new JsonObject { ["time"] = "2024-03-11T08:10:00+01:00", ["dose"] = 200, ["units"] = "Gy" });

        var run = StudyOutput.Of(patient.Save());

        Assert.Contains(run.Findings, f => Text(f, "code") == "field-invalid" && Text(f, "found").Contains("200", StringComparison.Ordinal) && Text(f, "severity") == "warning");
    }

    private static StudyOutput Chemotherapy(params (double Dose, string Unit)[] doses)
    {
        using var patient = new SmallPatient();
        patient.Json["chemotherapy"] = new JsonArray([.. doses.Select((d, n) => new JsonObject { ["time"] = $"2024-03-1{n}T08:10:00+01:00", ["dose"] = d.Dose, ["units"] = d.Unit })]);
        return StudyOutput.Of(patient.Save());
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
