using System.Diagnostics;
using Xunit;

namespace Etalon.Tests.Support;

/// <summary>Other people's programs, which judge what we write. A test that needs one is skipped where it is not installed.</summary>
internal static class OtherProgram
{
    /// <summary>Runs a program without a shell; both outputs together.</summary>
    public static (int Status, string Output) Run(string program, params string[] arguments)
    {
        Assert.SkipUnless(IsInstalled(program), $"{program} is not installed");
        using var process = new Process { StartInfo = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true } };
        foreach (var argument in arguments)
        {
            process.StartInfo.ArgumentList.Add(argument);
        }

        process.Start();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill();
            throw new TimeoutException(program);
        }

        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }

    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
