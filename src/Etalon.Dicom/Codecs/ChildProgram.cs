using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Etalon.Dicom;

/// <summary>Runs another program without a shell, under limits of time, memory and file size, in an environment without secrets.</summary>
internal static class ChildProgram
{
    private const string Limiter = "prlimit";
    private const int LargestText = 1 << 16;

    /// <summary>Full path of a program; null when it is in none of the folders.</summary>
    public static string? Find(string program, string? searchPath) =>
        (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Full path.</param>
    /// <param name="arguments">Passed one by one.</param>
    /// <param name="folder">Where it works.</param>
    /// <param name="options">Limits.</param>
    /// <param name="largestFile">Bytes that one file it writes may have.</param>
    /// <param name="cancellation">Ends the program and throws.</param>
    public static Outcome Run(
        string program, IEnumerable<string> arguments, string folder, DicomCodecOptions options, long largestFile, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var process = new Process { StartInfo = Start(program, arguments, folder, options, largestFile) };
        var text = new StringBuilder();
        process.OutputDataReceived += (_, line) => Keep(text, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(text, line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            return new Outcome(-1, false, error.Message);
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.TimeLimit);
        try
        {
            process.WaitForExitAsync(limit.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            return new Outcome(process.ExitCode, true, "");
        }

        lock (text)
        {
            return new Outcome(process.ExitCode, false, text.ToString());
        }
    }

    private static ProcessStartInfo Start(string program, IEnumerable<string> arguments, string folder, DicomCodecOptions options, long largestFile)
    {
        // prlimit is part of every Debian; without it there is the time limit alone.
        var limiter = Find(Limiter, null);
        var start = new ProcessStartInfo(limiter ?? program)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (limiter is not null)
        {
            var seconds = Math.Ceiling(options.TimeLimit.TotalSeconds) + 1;
            foreach (var argument in new[] { $"--as={options.MemoryBytes}", string.Create(CultureInfo.InvariantCulture, $"--cpu={seconds:F0}"), $"--fsize={largestFile}", "--core=0", "--", program })
            {
                start.ArgumentList.Add(argument);
            }
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "";
        start.Environment["LC_ALL"] = "C";
        start.Environment["TMPDIR"] = folder;
        return start;
    }

    private static void Keep(StringBuilder text, string? line)
    {
        lock (text)
        {
            if (line is not null && text.Length < LargestText)
            {
                text.AppendLine(line.Length > 1000 ? line[..1000] : line);
            }
        }
    }

    /// <summary>How a program ended.</summary>
    /// <param name="Status">Its exit status, -1 when it could not be started.</param>
    /// <param name="TimedOut">Whether it was ended by the time limit.</param>
    /// <param name="Text">What it said, up to 64 Ki characters.</param>
    public sealed record Outcome(int Status, bool TimedOut, string Text);
}
