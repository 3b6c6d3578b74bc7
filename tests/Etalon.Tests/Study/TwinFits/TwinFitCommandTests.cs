using System.Text.Json;
using System.Text.Json.Nodes;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study.TwinFits;

/// <summary><c>etalon twin fit</c> and <c>etalon twin prior</c> as a user would run them.</summary>
public sealed class TwinFitCommandTests
{
    [Fact]
    public void A_fit_leaves_a_posterior_that_obeys_its_schema_with_draws_and_densities()
    {
        using var patient = Treated();
        using var folder = new TempFolder();

        var posterior = Fitted(folder, patient, "out", "--fit-visits", "1-3", "--check");

        Assert.Equal("1", posterior.GetProperty("options").GetProperty("visits")[0].GetProperty("visit").GetString());
        Assert.Equal(3, posterior.GetProperty("fit").GetArrayLength());
        Assert.Contains("visit3.adc_scale", posterior.GetProperty("parameters").EnumerateObject().Select(p => p.Name));
        Assert.Equal(["N_day0.nii.gz", "N_day0_sd.nii.gz", "N_day31.nii.gz", "N_day31_sd.nii.gz", "N_day62.nii.gz", "N_day62_sd.nii.gz", "posterior.json", "samples.csv"],
            Directory.EnumerateFiles(folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var samples = File.ReadAllLines(folder["out/samples.csv"]);
        Assert.Equal(1001, samples.Length);
        Assert.Equal(posterior.GetProperty("parameters").EnumerateObject().Count(), samples[0].Split(',').Length);
        // Two models: with the fractions and without.
        Assert.Equal(1, posterior.GetProperty("evidence").EnumerateArray().Sum(e => e.GetProperty("probability").GetDouble()), 1e-9);
        Assert.Equal(2, posterior.GetProperty("evidence").GetArrayLength());
        Assert.Empty(Directory.EnumerateFiles(folder.Path, ".*checkpoint*"));
    }

    [Fact]
    public void The_same_fit_twice_has_the_same_bytes_whatever_the_threads()
    {
        using var patient = Treated();
        using var folder = new TempFolder();

        Fitted(folder, patient, "one", "--fit-visits", "1-2", "--threads", "1");
        Fitted(folder, patient, "two", "--fit-visits", "1-2", "--threads", "2");

        foreach (var name in Directory.EnumerateFiles(folder["one"]).Select(f => Path.GetFileName(f)))
        {
            Assert.Equal(File.ReadAllBytes(folder[$"one/{name}"]), File.ReadAllBytes(folder[$"two/{name}"]));
        }
    }

    [Fact]
    public void Flat_priors_and_no_nuisance_have_growth_parameters_alone()
    {
        using var patient = Treated();
        using var folder = new TempFolder();

        var posterior = Fitted(folder, patient, "out", "--fit-visits", "1-3", "--nuisance", "off", "--prior", "flat");

        Assert.Equal(["diffusivity_mm2_per_day", "proliferation_per_day", "alpha_per_Gy"], posterior.GetProperty("parameters").EnumerateObject().Select(p => p.Name));
        Assert.All(posterior.GetProperty("parameters").EnumerateObject(), p => Assert.Equal("flat", p.Value.GetProperty("prior").GetProperty("kind").GetString()));
    }

    [Fact]
    public void Priors_are_learned_from_fits_and_read_again()
    {
        using var patient = Treated();
        using var folder = new TempFolder();
        Fitted(folder, patient, "a", "--fit-visits", "1-2");
        Fitted(folder, patient, "b", "--fit-visits", "2-3");

        var learned = EtalonCommand.Run(folder.Path, ["twin", "prior", folder["a"], folder["b"], "-o", folder["prior.json"]]);

        Assert.True(learned.Exit == 0, learned.ToString());
        Assert.Empty(Violations("twin-prior", File.ReadAllBytes(folder["prior.json"])));
        var posterior = Fitted(folder, patient, "again", "--fit-visits", "1-2", "--prior", folder["prior.json"]);
        using var prior = JsonDocument.Parse(File.ReadAllBytes(folder["prior.json"]));
        Assert.Equal(
            prior.RootElement.GetProperty("parameters").GetProperty("alpha_per_Gy").GetProperty("median").GetDouble(),
            posterior.GetProperty("parameters").GetProperty("alpha_per_Gy").GetProperty("prior").GetProperty("median").GetDouble(), 1e-15);
    }

    [Theory]
    [InlineData("{\"schema\":\"etalon-twin-prior-1\"}")]
    [InlineData("{\"schema\":\"etalon-twin-prior-2\",\"parameters\":{}}")]
    [InlineData("{\"schema\":\"etalon-twin-prior-1\",\"parameters\":{\"alpha_per_Gy\":{\"median\":-1,\"log_sd\":1,\"source\":\"x\"}}}")]
    [InlineData("no json")]
    public void A_prior_that_cannot_be_used_is_refused_and_nothing_is_written(string content)
    {
        using var patient = Treated();
        using var folder = new TempFolder();
        File.WriteAllText(folder["prior.json"], content);

        var run = EtalonCommand.Run(folder.Path, ["twin", "fit", patient.Save(), "--fit-visits", "1-2", "--prior", folder["prior.json"], "-o", folder["out"], "--json"]);

        Assert.True(run.Exit == 3, run.ToString());
        Assert.Contains("twin-prior-unusable", run.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void The_example_of_a_prior_obeys_its_schema() =>
        Assert.Empty(Violations("twin-prior", File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "examples", "twin-prior.json"))));

    [Fact]
    public void The_example_of_a_posterior_obeys_its_schema() =>
        Assert.Empty(Violations("twin-posterior", File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "examples", "twin-posterior.json"))));

    [Fact]
    public void A_patient_without_two_usable_visits_is_refused()
    {
        using var patient = new SmallPatient(2);
        patient.Visit(2).Remove("adc");
        using var folder = new TempFolder();

        var run = EtalonCommand.Run(folder.Path, ["twin", "fit", patient.Save(), "-o", folder["out"], "--json"]);

        Assert.True(run.Exit == 3, run.ToString());
        Assert.Contains("twin-refused", run.Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    private static SmallPatient Treated()
    {
        var patient = new SmallPatient(3);
        patient.Json["radiotherapy"] = new JsonArray(
            [.. Enumerable.Range(5, 5).Select(day => (JsonNode)new JsonObject { ["time"] = $"2024-04-0{day}T08:10:00+01:00", ["dose"] = 2.0, ["units"] = "Gy" })]);
        return patient;
    }

    private static JsonElement Fitted(TempFolder folder, SmallPatient patient, string name, params string[] options)
    {
        var run = EtalonCommand.Run(folder.Path, ["twin", "fit", patient.Save(), "-o", folder[name], "--json", .. options]);
        Assert.True(run.Exit == 0, run.ToString());
        var bytes = File.ReadAllBytes(folder[$"{name}/posterior.json"]);
        Assert.Empty(Violations("twin-posterior", bytes));
        using var document = JsonDocument.Parse(bytes);
        return document.RootElement.Clone();
    }

    private static List<string> Violations(string schema, byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        using var of = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "schemas", schema + ".schema.json")));
        return SchemaCheck.Violations(document.RootElement, of.RootElement);
    }
}
