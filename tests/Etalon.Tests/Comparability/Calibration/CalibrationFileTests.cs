using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Etalon.Comparability.Calibration;
using Etalon.Metrology;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Comparability.Calibration;

/// <summary>Calibration records: the same bytes each time, read back whole, refused where they were touched.</summary>
public sealed class CalibrationFileTests
{
    private const string Phantom = """
        station,software,date,vial,reference_adc,reference_u,measured_adc
        MR1,v1.0,2024-01-05,1,0.128,0.0008,0.1312
        MR1,v1.0,2024-01-05,2,0.59,0.0014,0.6011
        MR1,v1.0,2024-01-05,3,1.109,0.002,1.1391
        MR1,v1.0,2024-02-07,1,0.128,0.0008,0.1263
        MR1,v1.0,2024-02-07,2,0.59,0.0014,0.6078
        MR1,v1.0,2024-02-07,3,1.109,0.002,1.1277
        MR1,v1.1,2024-06-01,1,0.128,0.0008,0.1244
        MR1,v1.1,2024-06-01,2,0.59,0.0014,0.5707
        MR1,v1.1,2024-06-01,3,1.109,0.002,1.0804
        MR2,v2.0,2024-01-09,1,0.128,0.0008,0.1302
        MR2,v2.0,2024-01-09,2,0.59,0.0014,0.5921
        MR2,v2.0,2024-01-09,3,1.109,0.002,1.1033

        """;

    private const string TestRetest = "station,software,subject,adc_1,adc_2\nMR1,v1.0,s1,1.02,1.05\nMR1,v1.0,s2,0.8,0.78\nMR2,v2.0,s1,1.3,1.31\n";

    [Fact]
    public void The_same_tables_give_the_same_bytes_and_these_are_read_back_whole()
    {
        using var folder = new TempFolder();
        var (first, second) = (CalibrationFile.Write(Record(folder)), CalibrationFile.Write(Record(folder)));
        Assert.Equal(first, second);
        Assert.DoesNotContain(folder.Path, Encoding.UTF8.GetString(first), StringComparison.Ordinal);
        var findings = new List<Finding>();
        var read = CalibrationFile.Parse(first, "c.json", null, findings)!;
        Assert.Empty(findings);
        Assert.Equal(first, CalibrationFile.Write(read));
        Assert.Equal(["MR1 v1.0", "MR1 v1.1", "MR2 v2.0"], read.States.Select(s => s.State));
        Assert.Equal(new DateOnly(2024, 6, 1), read.States[0].ValidTo);
        Assert.Null(read.States[1].ValidTo);
        // By hand: √((ln(1.05/1.02)² + ln(0.78/0.8)²)/4).
        Assert.Equal(0.0192436, read.Precision[0].WithinSd, 1e-6);
    }

    [Fact]
    public void What_is_written_and_the_example_obey_the_published_schema()
    {
        using var folder = new TempFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var schema = JsonDocument.Parse(Repository.Read("docs/schemas/calibration.schema.json"));
        foreach (var record in new[] { Record(folder), CalibrationFile.Sign(Record(folder), key.ExportECPrivateKeyPem()) })
        {
            using var written = JsonDocument.Parse(CalibrationFile.Write(record));
            Assert.Empty(SchemaCheck.Violations(written.RootElement, schema.RootElement));
        }

        using var example = JsonDocument.Parse(Repository.Read("docs/examples/calibration.json"));
        Assert.Empty(SchemaCheck.Violations(example.RootElement, schema.RootElement));
        // The example is a record that is read, not only one that looks like it.
        var findings = new List<Finding>();
        Assert.NotNull(CalibrationFile.Parse(Encoding.UTF8.GetBytes(Repository.Read("docs/examples/calibration.json")), "calibration.json", null, findings));
        Assert.Empty(findings);
    }

    [Fact]
    public void A_number_that_was_touched_is_noticed()
    {
        using var folder = new TempFolder();
        var text = Encoding.UTF8.GetString(CalibrationFile.Write(Record(folder)));
        var gain = JsonDocument.Parse(text).RootElement.GetProperty("states")[0].GetProperty("gain").GetRawText();
        Refused(text.Replace($"\"gain\": {gain}", "\"gain\": 1.0001", StringComparison.Ordinal), FindingCodes.CalibrationNotGenuine);
        Refused(text.Replace("MR1 v1.0", "MR1 v1.9", StringComparison.Ordinal), FindingCodes.CalibrationNotGenuine);
        Refused(text.Replace("\"phantom\":", "\"phantoms\":", StringComparison.Ordinal), FindingCodes.JsonInvalid);
        Refused(text.Replace("\"readings\": 6", "\"readings\": \"6\"", StringComparison.Ordinal), FindingCodes.JsonInvalid);
        Refused(text[..^20], FindingCodes.JsonInvalid);
        Refused("[]", FindingCodes.JsonInvalid);
        Refused("{\"schema\":\"other\"}", FindingCodes.JsonInvalid);
    }

    [Fact]
    public void A_signature_holds_for_its_key_and_its_content_only()
    {
        using var folder = new TempFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var record = Record(folder);
        var signed = CalibrationFile.Write(CalibrationFile.Sign(record, key.ExportECPrivateKeyPem()));
        var findings = new List<Finding>();
        Assert.NotNull(CalibrationFile.Parse(signed, "c.json", key.ExportSubjectPublicKeyInfoPem(), findings));
        Assert.Empty(findings);
        Refused(Encoding.UTF8.GetString(signed), FindingCodes.CalibrationNotGenuine, other.ExportSubjectPublicKeyInfoPem());
        Refused(Encoding.UTF8.GetString(CalibrationFile.Write(record)), FindingCodes.CalibrationNotGenuine, key.ExportSubjectPublicKeyInfoPem());
        // Somebody who alters the content can make the hash fit, but not the signature.
        var forged = CalibrationFile.Parse(signed, "c.json", null, [])! with { Phantom = "another" };
        Refused(Encoding.UTF8.GetString(CalibrationFile.Write(forged)), FindingCodes.CalibrationNotGenuine, key.ExportSubjectPublicKeyInfoPem());
        Assert.Throws<CryptographicException>(() => CalibrationFile.Sign(record, "no key"));
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<CryptographicException>(() => CalibrationFile.Sign(record, large.ExportECPrivateKeyPem()));
    }

    [Fact]
    public void Every_row_at_fault_is_told_and_nothing_is_calibrated()
    {
        using var folder = new TempFolder();
        var bad = folder.Write("p.csv", Phantom.Replace("0.6011", "0,6011", StringComparison.Ordinal).Replace("2024-02-07,1", "7.2.2024,1", StringComparison.Ordinal).Replace("1.1033", "-1", StringComparison.Ordinal));
        var findings = new List<Finding>();
        Assert.Null(CalibrationRun.Execute(bad, folder.Write("t.csv", "station,software,subject,adc_1\n"), new CalibrationOptions(), "0", findings));
        Assert.Equal(
            ["p.csv, line 3", "p.csv, line 5, column date", "p.csv, line 13, column measured_adc", "t.csv"], findings.Where(f => f.Severity == Severity.Error).Select(f => f.About));
    }

    [Fact]
    public void References_may_come_from_concentration_and_temperature()
    {
        using var folder = new TempFolder();
        var rows = new[] { (0.0, 21.0), (20.0, 21.0), (40.0, 21.0), (0.0, 24.5), (20.0, 24.5), (40.0, 18.0) }.Select((v, i) =>
            FormattableString.Invariant($"MR1,v1,2024-0{1 + i / 3}-05,{v.Item1},{v.Item1},{v.Item2},0.2,{1.04 * DiffusionReference.Pvp(v.Item1, v.Item2, 0).Value:0.000}"));
        var file = folder.Write("p.csv", "station,software,date,vial,pvp_percent,temperature_c,temperature_u_c,measured_adc\n" + string.Join('\n', rows));
        var findings = new List<Finding>();
        var record = CalibrationRun.Execute(file, null, new CalibrationOptions(), "0", findings);
        // Readings are rounded to 0.001.
        Assert.Equal(1.04, record!.States[0].Gain, 0.002);
        Assert.Equal("p.csv, line 7", Assert.Single(findings, f => f.Code == FindingCodes.ReferenceOutsideRange).About);
    }

    private static void Refused(string text, string code, string? key = null)
    {
        var findings = new List<Finding>();
        Assert.Null(CalibrationFile.Parse(Encoding.UTF8.GetBytes(text), "c.json", key, findings));
        Assert.Equal(code, Assert.Single(findings).Code);
    }

    private static CalibrationRecord Record(TempFolder folder) =>
        CalibrationRun.Execute(folder.Write("phantom.csv", Phantom), folder.Write("test_retest.csv", TestRetest), new CalibrationOptions { Phantom = "NIST 130" }, "0.1.0", [])!;
}
