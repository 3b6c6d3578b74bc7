using System.Globalization;
using System.Text.Json;
using Etalon.Assays;
using Etalon.Assays.Suv;
using Etalon.Cases;
using Etalon.Imaging.Dicom;
using Etalon.Metrology;
using Etalon.Tests.Dicom;
using Xunit;

namespace Etalon.Tests.Assays.Suv;

/// <summary>SUV against published answers: the IBSI reference objects and real headers of calculate-suv.</summary>
public sealed class SuvReferenceTests
{
    [Theory]
    [Trait("Kind", "Numeric")]
    [InlineData("DRO_0_0")]
    [InlineData("DRO_1_0")]
    [InlineData("DRO_2_0")]
    [InlineData("DRO_2_3")]
    [InlineData("DRO_2_4")]
    [InlineData("DRO_3_1")]
    [InlineData("DRO_3_2")]
    [InlineData("DRO_4_1")]
    [InlineData("DRO_5_0")]
    public void Reference_objects_have_their_published_SUV(string name)
    {
        var patient = DicomCase.Read(ReferenceData.Path($"pet-suv-dro/{name}.zip"), new CaseOptions(), TestContext.Current.CancellationToken);
        var findings = new List<Finding>();
        var visit = VisitLoader.Load(Assert.Single(patient.Visits), findings, TestContext.Current.CancellationToken);
        var region = Assert.Single(visit.Regions);
        var suv = Enumerable.Range(0, region.Mask.Inside.Length).Where(n => region.Mask.Inside[n]).Select(n => visit.Suv!.Value.Values[n]).Order().ToArray();
        // Two decimals are published. DRO_2_3 stores whole numbers so coarse (0.038 g/mL apart) that it can only come within one step.
        var tolerance = name == "DRO_2_3" ? 0.038 : 0.005;
        Assert.Equal(0.20, suv[0], tolerance);
        Assert.Equal(1.00, suv[suv.Length / 2], tolerance);
        Assert.Equal(4.00, suv[^1], tolerance);
        TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant($"{name}: {suv[0]:0.0000} {suv[suv.Length / 2]:0.0000} {suv[^1]:0.0000} ({visit.Suv!.Rule})"));
    }

    [Theory]
    [Trait("Kind", "Numeric")]
    [InlineData("SIEMENS")]
    [InlineData("PHILIPS_BQML")]
    [InlineData("PHILIPS_CNTS_AND_SUV")]
    [InlineData("RADIOPHARM_DATETIME_UNDEFINED")]
    public void Real_headers_have_their_published_factor(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(ReferenceData.Path("expected/suvbw_factor.json")));
        using var instances = JsonDocument.Parse(File.ReadAllText(ReferenceData.Path($"suv-header-cases/{name}-instances.json")));
        var (factor, refusal) = SuvRule.Of([.. instances.RootElement.EnumerateArray().Select(Header)]);
        Assert.Null(refusal);
        // The publisher's own tolerance.
        Assert.Equal(expected.RootElement.GetProperty(name).GetDouble(), factor!.Factors[0], 1e-6);
        TestContext.Current.SendDiagnosticMessage($"{name}: {factor.Factors[0]:R} ({factor.Rule})");
    }

    private static PetHeader Header(JsonElement json)
    {
        string? Text(string name) => json.TryGetProperty(name, out var v) ? v.ValueKind == JsonValueKind.String ? v.GetString() : v.GetRawText() : null;
        double? Number(string name) => double.TryParse(Text(name), CultureInfo.InvariantCulture, out var v) ? v : null;
        var philips = json.TryGetProperty("PhilipsPETPrivateGroup", out var group) ? group : default;
        double? Philips(string name) => philips.ValueKind == JsonValueKind.Object && philips.TryGetProperty(name, out var v) && double.TryParse(v.ToString(), CultureInfo.InvariantCulture, out var x) ? x : null;
        return new PetHeader
        {
            Units = Text("Units"),
            DecayCorrection = Text("DecayCorrection"),
            WeightKg = Number("PatientWeight"),
            HeightM = Number("PatientSize"),
            Sex = Text("PatientSex"),
            Dose = Number("RadionuclideTotalDose"),
            HalfLifeS = Number("RadionuclideHalfLife"),
            InjectionDateTime = DicomTime.Instant(Text("RadiopharmaceuticalStartDateTime")),
            InjectionTime = DicomTime.OfDay(Text("RadiopharmaceuticalStartTime")),
            Series = DicomTime.Instant(Text("SeriesDate"), Text("SeriesTime")),
            Acquisition = DicomTime.Instant(Text("AcquisitionDate"), Text("AcquisitionTime")),
            FrameReferenceTimeS = Number("FrameReferenceTime") / 1000,
            FrameDurationS = Number("ActualFrameDuration") / 1000,
            PhilipsSuvFactor = Philips("SUVScaleFactor"),
            PhilipsActivityFactor = Philips("ActivityConcentrationScaleFactor"),
        };
    }
}
