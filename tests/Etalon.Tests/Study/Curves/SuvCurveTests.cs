using System.Text.Json;
using Etalon.Study.Curves;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Study.Curves;

/// <summary>SUV factors from headers as JSON.</summary>
public sealed class SuvCurveTests
{
    private const string Good = """
        "SeriesDate":"20240506","SeriesTime":"101431","PatientSex":"F","PatientSize":1.71,"PatientWeight":68.5,"AcquisitionDate":"20240506","AcquisitionTime":"101440.5","DecayCorrection":"START",
        "Units":"BQML","RadionuclideTotalDose":290000000,"RadionuclideHalfLife":6586.2,"RadiopharmaceuticalStartTime":"091011","CorrectedImage":["DECY","ATTN"],"FrameReferenceTime":75000,"ActualFrameDuration":150000
        """;

    [Theory]
    [Trait("Kind", "Numeric")]
    [InlineData("osipi/extra/calculate_suv/SIEMENS-instances.json", 0.00042748316187197236, "series-time")]
    [InlineData("osipi/extra/calculate_suv/GE_MEDICAL_AND_BQML-instances.json", 0.0005367387681819742, "series-time")]
    [InlineData("osipi/extra/calculate_suv/PHILIPS_CNTS_AND_SUV-instances.json", 0.000728, "philips-suv-scale")]
    [InlineData("osipi/extra/calculate_suv/CPS_AND_BQML_AC_DT_-_S_DT-instances.json", 0.00026503312764157046, "earliest-acquisition")]
    [InlineData("dicom/suv-header-cases/PHILIPS_BQML-instances.json", 0.0007463747013889488, "series-time")]
    [InlineData("dicom/suv-header-cases/RADIOPHARM_DATETIME_UNDEFINED-instances.json", 0.0003721089202818729, "series-time")]
    public void Real_headers_have_their_published_factor(string file, double expected, string rule)
    {
        var answer = Fit($$"""{"id":"a","instances":{{File.ReadAllText(SharedData.Path(file.Split('/')))}}}""");
        Assert.Equal(CurveAnswer.Ok, answer.Status);
        var factor = answer.Scalars.Single(s => s.Name == "suvbw_factor");
        // The publisher's own tolerance.
        Assert.Equal(expected, factor.Value!.Value, 1e-6);
        Assert.InRange(factor.U!.Value / factor.Value.Value, 0.05, 0.08);
        Assert.Equal(rule, answer.Texts.Single(t => t.Name == "rule_name").Text);
        TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant($"{file}: {factor.Value:R}, off by {factor.Value - expected:0.0e0}, {answer.Texts[0].Text}"));
    }

    [Fact]
    public void All_kinds_are_answered_with_unit_or_with_the_reason_why_not()
    {
        var full = Fit($$"""{"instances":[{ {{Good}} }]}""");
        Assert.Equal(["suvbw_factor", "suvlbm_james128_factor", "suvlbm_morgan120_factor", "suvlbm_janmahasatian_factor", "suvbsa_factor", "suvibw_factor"], full.Scalars.Select(s => s.Name));
        Assert.All(full.Scalars, s => Assert.True(s is { Value: > 0, U: > 0, Status: null }));
        Assert.Equal(["g/Bq", "cm2/Bq"], full.Scalars.Select(s => s.Unit).Distinct());
        var noHeight = Fit($$"""{"instances":[{ {{Good.Replace("\"PatientSize\":1.71,", "", StringComparison.Ordinal)}} }]}""");
        Assert.Equal(full.Scalars[0].Value, noHeight.Scalars[0].Value);
        Assert.All(noHeight.Scalars.Skip(1), s => Assert.Equal((null, "no-height"), (s.Value, s.Status)));
    }

    [Fact]
    public void The_sequences_of_the_standard_are_read_as_flat_fields_are()
    {
        const string Nested = """
            "SeriesDate":"20240506","SeriesTime":"101431","PatientSex":"F","PatientSize":"1.71","PatientWeight":"68.5","AcquisitionDate":"20240506","AcquisitionTime":"101440.5","DecayCorrection":"START",
            "Units":"BQML","CorrectedImage":"DECY\\ATTN","TimezoneOffsetFromUTC":"+0200",
            "RadiopharmaceuticalInformationSequence":[{"RadionuclideTotalDose":"290000000","RadionuclideCodeSequence":[{"CodeValue":"C-111A1","CodeMeaning":"^18^Fluorine"}],"RadiopharmaceuticalStartDateTime":"20240506081011+0100"}]
            """;
        var (flat, nested) = (Fit($$"""{"instances":[{ {{Good}} }]}"""), Fit($$"""{"instances":[{ {{Nested}} }]}"""));
        // The half-life is that of the code, 6586.2 s; an hour of the other zone is added.
        Assert.Equal(flat.Scalars[0].Value!.Value, nested.Scalars[0].Value!.Value, 1e-15);
        Assert.Contains(nested.Texts, t => t.Name == "assumption_1" && t.Text.Contains("F-18", StringComparison.Ordinal));
    }

    [Fact]
    public void Instances_that_differ_are_listed()
    {
        var none = Good.Replace("START", "NONE", StringComparison.Ordinal).Replace("\"DECY\",", "", StringComparison.Ordinal);
        var answer = Fit($$"""{"instances":[{ {{none}} },{ {{none.Replace("101440.5", "120426.7", StringComparison.Ordinal)}} }]}""");
        var list = answer.Arrays.Single(a => a.Name == "suvbw_factors").Values;
        // 6586.2 s later, one half-life.
        Assert.Equal(2, list[1]!.Value / list[0]!.Value, 1e-9);
        Assert.Equal(answer.Scalars[0].Value, list[0]);
    }

    [Theory]
    [InlineData("\"PatientWeight\":68.5,", "", "no-weight")]
    [InlineData("290000000", "290", "dose-implausible")]
    [InlineData("\"Units\":\"BQML\"", "\"Units\":\"PROPCNTS\"", "counts-not-calibrated")]
    [InlineData("\"ATTN\"", "\"SCAT\"", "not-attenuation-corrected")]
    [InlineData("\"RadionuclideHalfLife\":6586.2,", "", "no-half-life")]
    public void What_a_header_cannot_support_is_refused_with_its_reason(string old, string @new, string reason)
    {
        var answer = Fit($$"""{"instances":[{ {{Good.Replace(old, @new, StringComparison.Ordinal)}} }]}""");
        Assert.Equal(reason, answer.Status);
        Assert.Empty(answer.Scalars);
        Assert.Equal(["found", "expected", "remedy"], answer.Texts.Select(t => t.Name));
    }

    [Fact]
    public void A_dose_in_another_unit_is_read_in_it_where_the_line_states_it()
    {
        var (plain, stated) = (Fit($$"""{"instances":[{ {{Good}} }]}"""), Fit($$"""{"dose_unit":"MBq","instances":[{ {{Good.Replace("290000000", "290", StringComparison.Ordinal)}} }]}"""));
        Assert.Equal(plain.Scalars[0].Value!.Value, stated.Scalars[0].Value!.Value, 1e-15);
    }

    [Theory]
    [InlineData("""{"id":"a"}""", "instances")]
    [InlineData("""{"instances":[]}""", "instances")]
    [InlineData("""{"instances":[5]}""", "instances")]
    [InlineData("""{"instances":[{"PatientWeight":"heavy"}]}""", "PatientWeight")]
    [InlineData("""{"instances":[{"Units":{"a":1}}]}""", "Units")]
    [InlineData("""{"instances":[{}],"dose_unit":"kg"}""", "dose_unit")]
    public void A_line_that_cannot_be_read_says_where(string line, string field) => Assert.Equal(field, Assert.Throws<CurveException>(() => Fit(line)).Field);

    [Fact]
    public void The_model_is_among_those_of_fit() => Assert.Contains(CurveModels.Create(), m => m.Name == "suv");

    private static CurveAnswer Fit(string line)
    {
        using var json = JsonDocument.Parse(line);
        return new SuvCurve().Fit(new CurveQuestion(json.RootElement));
    }
}
