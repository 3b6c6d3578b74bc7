using System.Text.Json;
using Xunit;

[assembly: AssemblyFixture(typeof(Etalon.Tests.Support.DemoStudy))]

namespace Etalon.Tests.Support;

/// <summary>One small demo, run by the command when the first test asks for it and shared by all that only look at what it wrote.</summary>
public sealed class DemoStudy : IDisposable
{
    private readonly Lazy<(TempFolder Folder, string Printed)> _run = new(Make);

    /// <summary>The folder that the demo wrote, with two threads.</summary>
    public string Output => _run.Value.Folder["demo"];

    /// <summary>What stood on standard output.</summary>
    public string Printed => _run.Value.Printed;

    internal string Report => Path.Combine(Output, "report.html");

    internal JsonElement Results()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Output, "results.json")));
        return document.RootElement.Clone();
    }

    public void Dispose()
    {
        if (_run.IsValueCreated)
        {
            _run.Value.Folder.Dispose();
        }
    }

    private static (TempFolder, string) Make()
    {
        var folder = new TempFolder();
        var run = EtalonCommand.Run(folder.Path, ["demo", "--small", "--threads", "2", "--seed", "5", "--json", "-o", folder["demo"]]);
        Assert.True(run.Exit == 0, run.ToString());
        Assert.Equal("", run.Error);
        return (folder, run.Out);
    }
}
