using System.Security.Cryptography;
using System.Text.Json;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Cli;

/// <summary><c>etalon calibrate</c> as a command.</summary>
public sealed class CalibrateTests
{
    private const string Phantom = "station,software,date,vial,reference_adc,reference_u,measured_adc\n"
        + "MR1,v1,2024-01-05,1,0.25,0.001,0.261\nMR1,v1,2024-01-05,2,0.6,0.001,0.618\nMR1,v1,2024-01-05,3,1.1,0.002,1.131\n"
        + "MR1,v1,2024-02-09,1,0.25,0.001,0.258\nMR1,v1,2024-02-09,2,0.6,0.001,0.621\nMR1,v1,2024-02-09,3,1.1,0.002,1.139\n";

    [Fact]
    public void A_calibration_is_written_once_signed_and_checked()
    {
        using var folder = new TempFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.Write("p.csv", Phantom);
        folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
        folder.Write("public.pem", key.ExportSubjectPublicKeyInfoPem());
        var run = EtalonCommand.Run(folder.Path, ["calibrate", "--phantom", "p.csv", "-o", "c.json", "--sign", "key.pem"]);
        Assert.True(run.Exit == 0, run.ToString());
        Assert.Contains("MR1 v1: gain 1.0", run.Out, StringComparison.Ordinal);
        Assert.Equal(2, EtalonCommand.Run(folder.Path, ["calibrate", "--phantom", "p.csv", "-o", "c.json"]).Exit);
        Assert.Equal(2, EtalonCommand.Run(folder.Path, ["calibrate", "--phantom", "p.csv", "-o", "p.csv", "--force"]).Exit);
        var check = EtalonCommand.Run(folder.Path, ["calibrate", "--check", "c.json", "--verify", "public.pem"]);
        Assert.True(check.Exit == 0 && check.Out.Contains("signed", StringComparison.Ordinal), check.ToString());
        folder.Write("c.json", File.ReadAllText(folder["c.json"]).Replace("MR1 v1", "MR1 v2", StringComparison.Ordinal));
        var altered = EtalonCommand.Run(folder.Path, ["calibrate", "--check", "c.json", "--json"]);
        Assert.Equal(3, altered.Exit);
        Assert.Equal("calibration-not-genuine", JsonDocument.Parse(altered.Out).RootElement[0].GetProperty("code").GetString());
    }

    [Fact]
    public void Rows_at_fault_are_told_with_their_place_and_nothing_is_written()
    {
        using var folder = new TempFolder();
        folder.Write("p.csv", Phantom.Replace("0.618", "0;618", StringComparison.Ordinal).Replace("2024-02-09,3", "9 Feb,3", StringComparison.Ordinal));
        var run = EtalonCommand.Run(folder.Path, ["calibrate", "--phantom", "p.csv", "-o", "c.json"]);
        Assert.Equal(3, run.Exit);
        Assert.Contains("p.csv, line 3, column measured_adc", run.Error, StringComparison.Ordinal);
        Assert.Contains("p.csv, line 7, column date", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["c.json"]));
    }

    [Theory]
    [InlineData("calibrate")]
    [InlineData("calibrate", "--phantom", "p.csv")]
    [InlineData("calibrate", "--check", "c.json", "--phantom", "p.csv")]
    [InlineData("calibrate", "--phantom", "p.csv", "-o", "c.json", "--unit", "mm")]
    [InlineData("calibrate", "--phantom", "p.csv", "-o", "c.json", "--verify", "k.pem")]
    public void Wrong_usage_is_told(params string[] arguments) => Assert.Equal(2, EtalonCommand.Run(arguments).Exit);
}
