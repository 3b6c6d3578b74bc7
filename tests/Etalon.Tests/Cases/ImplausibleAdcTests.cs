using System.Text.Json;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cases;

/// <summary>ADC maps and masks that cannot be what they are taken for.</summary>
public sealed class ImplausibleAdcTests
{
    [Fact]
    public void A_map_in_another_unit_is_no_ADC_of_a_billionth()
    {
        using var patient = new SmallPatient();
        // Visit 2 in mm²/s, where the layout means 10⁻⁶ mm²/s.
        patient.Put(SmallPatient.Adc(2), NiftiBytes.Of(Array.ConvertAll(SmallPatient.AdcValues(1), v => v * 1e-6f)).Gzip());

        var run = StudyOutput.Of(patient.Save());

        Assert.Contains(run.Findings, f => Text(f, "code") == "adc-implausible" && Text(f, "about").Contains("visit 2", StringComparison.Ordinal));
        Assert.All(run.Measurements.Where(m => Text(m, "visit") == "2" && Text(m, "measurand").StartsWith("adc", StringComparison.Ordinal)), m => Assert.Equal("adc-implausible", Text(m, "status")));
        Assert.Contains(run.Measurements, m => Text(m, "visit") == "2" && Text(m, "measurand") == "volume" && Text(m, "status") == "ok");
    }

    [Fact]
    public void A_region_of_which_most_voxels_have_no_value_is_not_measured_by_the_rest()
    {
        using var patient = new SmallPatient();
        var values = SmallPatient.AdcValues(1);
        for (var n = 0; n < values.Length; n++)
        {
            values[n] = n % 3 == 0 ? values[n] : (short)0;
        }

        patient.Put(SmallPatient.Adc(1), NiftiBytes.Of(values).Gzip());

        var run = StudyOutput.Of(patient.Save());

        Assert.All(run.Measurements.Where(m => Text(m, "visit") == "1" && Text(m, "measurand").StartsWith("adc", StringComparison.Ordinal)), m => Assert.Equal("signal-too-low", Text(m, "status")));
    }

    [Fact]
    public void A_mask_of_two_labels_is_told()
    {
        using var patient = new SmallPatient();
        var mask = SmallPatient.MaskValues(1);
        mask[Array.IndexOf(mask, (byte)1)] = 4;
        patient.Put(SmallPatient.Roi(2), NiftiBytes.Of(mask).Gzip());

        var run = StudyOutput.Of(patient.Save());

        Assert.Contains(run.Findings, f => Text(f, "code") == "mask-ambiguous" && Text(f, "found") == "labels 1, 4");
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
