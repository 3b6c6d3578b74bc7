using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Etalon.Tests.Support;

/// <summary>What a run of the command left behind.</summary>
internal sealed record CommandResult(int Exit, string Out, string Error)
{
    public override string ToString() => $"exit {Exit}\n--- out\n{Cut(Out)}\n--- error\n{Cut(Error)}";

    private static string Cut(string text) => text.Length <= 3000 ? text : text[..3000] + "...";
}

/// <summary>A run that has not ended yet; both of its streams are emptied as they fill.</summary>
internal sealed class RunningCommand(Process process) : IDisposable
{
    private readonly Task<string> _out = process.StandardOutput.ReadToEndAsync();
    private readonly Task<string> _error = process.StandardError.ReadToEndAsync();

    public Process Process => process;

    public bool EndsWithin(TimeSpan limit) => process.WaitForExit(limit);

    /// <summary>What it left behind, after its end.</summary>
    public CommandResult Result() => new(process.ExitCode, _out.GetAwaiter().GetResult(), _error.GetAwaiter().GetResult());

    /// <summary>Sends a signal: 2 is Ctrl-C, 9 cannot be caught.</summary>
    public void Signal(int signal) => Assert.Equal(0, SendSignal(process.Id, signal));

    public void Dispose() => process.Dispose();

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}

/// <summary>The <c>etalon</c> command as a child process, as a user would run it.</summary>
internal static class EtalonCommand
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(3);

    /// <summary>The built command: beside the tests' own folder under artifacts/bin.</summary>
    public static string Dll { get; } = Find();

    public static CommandResult Run(params string[] arguments) => Run(null, arguments);

    public static CommandResult Run(string? workingDirectory, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var running = Start(workingDirectory, arguments, environment);
        if (!running.EndsWithin(TimeLimit))
        {
            running.Process.Kill(entireProcessTree: true);
            Assert.Fail($"etalon {string.Join(' ', arguments)} was still running after {TimeLimit}.");
        }

        return running.Result();
    }

    public static RunningCommand Start(string? workingDirectory, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Dotnet)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = new UTF8Encoding(false, throwOnInvalidBytes: true),
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
        };
        start.ArgumentList.Add(Dll);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new RunningCommand(process);
    }

    // By its full path, so that a test may take all programs away.
    private static string Dotnet { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "dotnet")).FirstOrDefault(File.Exists) ?? "dotnet";

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(folder.Parent!.Parent!.FullName, "Etalon.Cli", folder.Name, "etalon.dll");
    }
}
