using System.Diagnostics;
using Xunit;

namespace Etalon.Tests.Support;

/// <summary>A program of others that says what is right; a test that needs one which is not installed is skipped.</summary>
internal static class Oracle
{
    /// <summary>Runs a program to its end; its standard output and error together.</summary>
    public static string Run(string program, params string[] arguments)
    {
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is not installed.");
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)), $"{program} was still running.");
        return output + error.GetAwaiter().GetResult();
    }
}
