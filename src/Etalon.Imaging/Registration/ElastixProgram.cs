using System.ComponentModel;
using System.Diagnostics;
using Etalon.Dicom;

namespace Etalon.Imaging.Registration;

/// <summary>
/// The elastix program in a temporary folder of its own: without a shell, one thread, a limit of memory and of time. Disposing ends nothing but
/// deletes the folder; a run that is cancelled or too long is killed first.
/// </summary>
internal sealed class ElastixProgram : IDisposable
{
    private const string Limiter = "prlimit";

    /// <summary>Address space of the program, bytes; a head takes a few hundred MB.</summary>
    private const long LargestMemory = 8L << 30;

    private const string FolderPrefix = "etalon-elastix-";

    private readonly string _program;
    private readonly TimeSpan _timeLimit;
    private readonly string _folder;
    private int _runs;

    /// <summary>Makes the folder.</summary>
    /// <param name="program">Name on the path, or a path.</param>
    /// <param name="timeLimit">For one run.</param>
    /// <exception cref="Win32Exception">The program is not there.</exception>
    public ElastixProgram(string program, TimeSpan timeLimit)
    {
        if (!IsOnPath(program))
        {
            throw new Win32Exception();
        }

        SweepLeftovers();
        (_program, _timeLimit) = (program, timeLimit);
        _folder = Directory.CreateTempSubdirectory($"{FolderPrefix}{FolderOwner.Mark}-").FullName;
    }

    /// <summary>Writes an image that runs may name.</summary>
    public void Write(string name, Volume image) => File.WriteAllBytes(Path.Combine(_folder, name), NiftiWriter.Encode(InSinglePrecision(image)));

    /// <summary>Runs once.</summary>
    /// <param name="fixedName">Of an image written before.</param>
    /// <param name="movingName">Likewise.</param>
    /// <param name="parameters">Content of the parameter file.</param>
    /// <param name="initial">Content of a transform to start from, or null.</param>
    /// <param name="cancellation">Kills the program, and throws.</param>
    /// <returns>Content of the transform file; null where the program failed.</returns>
    /// <exception cref="TimeoutException">It ran too long, and was killed.</exception>
    public string? Run(string fixedName, string movingName, string parameters, string? initial, CancellationToken cancellation)
    {
        var output = Directory.CreateDirectory(Path.Combine(_folder, FormattableString.Invariant($"run{_runs++}"))).FullName;
        File.WriteAllText(Path.Combine(output, "parameters.txt"), parameters);
        // prlimit is part of every Debian; without it there is the time limit alone.
        var isLimited = IsOnPath(Limiter);
        var start = new ProcessStartInfo(isLimited ? Limiter : _program) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in isLimited ? new[] { FormattableString.Invariant($"--as={LargestMemory}"), "--", _program } : [])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var argument in new[] { "-f", fixedName, "-m", movingName, "-p", Path.Combine(output, "parameters.txt"), "-out", output, "-threads", "1" })
        {
            start.ArgumentList.Add(argument);
        }

        if (initial is not null)
        {
            File.WriteAllText(Path.Combine(output, "initial.txt"), initial);
            start.ArgumentList.Add("-t0");
            start.ArgumentList.Add(Path.Combine(output, "initial.txt"));
        }

        var code = RunToEnd(start, cancellation);
        var result = Path.Combine(output, "TransformParameters.0.txt");
        return code == 0 && File.Exists(result) ? File.ReadAllText(result) : null;
    }

    /// <summary>Deletes the folder.</summary>
    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Someone cleared the temporary folder.
        }
    }

    private int RunToEnd(ProcessStartInfo start, CancellationToken cancellation)
    {
        using var process = Process.Start(start) ?? throw new Win32Exception();
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeLimit);
        try
        {
            process.WaitForExitAsync(limit.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            throw new TimeoutException(FormattableString.Invariant($"elastix was still running after {_timeLimit.TotalMinutes:0.#} minutes"));
        }

        return process.ExitCode;
    }

    /// <summary>
    /// The same image on a grid of single precision, as NIfTI stores it. Elastix draws its samples at random: the last digits of a grid turn into tenths of a
    /// millimetre, so one image must have the same digits whether it came from DICOM or from NIfTI.
    /// </summary>
    private static Volume InSinglePrecision(Volume image)
    {
        static Vector3 Single(Vector3 v) => new((float)v.X, (float)v.Y, (float)v.Z);
        var g = image.Grid;
        return new Volume(new Grid(g.Nx, g.Ny, g.Nz, Single(g.Origin), Single(g.StepI), Single(g.StepJ), Single(g.StepK)), image.Values, image.Unit);
    }

    /// <summary>Removes the folders of runs that were killed: the name holds the process, and no such process lives.</summary>
    private static void SweepLeftovers()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            if (!FolderOwner.IsGone(Path.GetFileName(folder)[FolderPrefix.Length..].Split('-')[0]))
            {
                continue;
            }

            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's, or another run clears it at this moment.
            }
        }
    }

    private static bool IsOnPath(string program) => program.Contains('/', StringComparison.Ordinal)
        ? File.Exists(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
