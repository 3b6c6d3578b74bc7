using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Etalon.Imaging.Registration;

/// <summary>How a registration ended.</summary>
public enum RegistrationStatus
{
    /// <summary>The images agree better than before.</summary>
    Ok,

    /// <summary>The program is not there.</summary>
    NotInstalled,

    /// <summary>The program failed, ran too long, or wrote nothing that can be read.</summary>
    Failed,

    /// <summary>The images agree less than before; the transform must not be used.</summary>
    WorseThanBefore,
}

/// <summary>The result of a registration.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Transform">From patient coordinates of the fixed image to those of the moving one; identity where the status is not Ok.</param>
/// <param name="Before">Normalised mutual information before.</param>
/// <param name="After">The same after.</param>
/// <param name="InconsistencyMm">
/// How far the two directions disagree about a point, mm; null where not determined. A lower bound of the error: what both directions get
/// wrong alike it does not see (against known motions the largest error of a point was three to eight times as large).
/// </param>
/// <param name="Detail">What happened, for a finding.</param>
public sealed record RegistrationResult(
    RegistrationStatus Status, RigidTransform Transform, double Before, double After, double? InconsistencyMm, string Detail);

/// <summary>
/// Rigid registration by elastix (Klein and others, IEEE TMI 29:196 (2010)), run as a program: six parameters, Mattes mutual information,
/// three resolutions, fixed seed, one thread, so that the same images give the same transform.
/// </summary>
public sealed class ElastixRegistration(string program = "elastix", TimeSpan? timeLimit = null)
{
    private const string Parameters = """
        (FixedInternalImagePixelType "float")
        (MovingInternalImagePixelType "float")
        (UseDirectionCosines "true")
        (Registration "MultiResolutionRegistration")
        (Interpolator "LinearInterpolator")
        (ResampleInterpolator "FinalBSplineInterpolator")
        (FinalBSplineInterpolationOrder 1)
        (Resampler "DefaultResampler")
        (FixedImagePyramid "FixedSmoothingImagePyramid")
        (MovingImagePyramid "MovingSmoothingImagePyramid")
        (Optimizer "AdaptiveStochasticGradientDescent")
        (Transform "EulerTransform")
        (Metric "AdvancedMattesMutualInformation")
        (AutomaticScalesEstimation "true")
        (AutomaticTransformInitialization "false")
        (HowToCombineTransforms "Compose")
        (NumberOfHistogramBins 32)
        (NumberOfResolutions 3)
        (ImagePyramidSchedule 4 4 2 2 2 1 1 1 1)
        (MaximumNumberOfIterations 300)
        (NumberOfSpatialSamples 4000)
        (NewSamplesEveryIteration "true")
        (ImageSampler "RandomCoordinate")
        (CheckNumberOfSamples "false")
        (RandomSeed 20240301)
        (DefaultPixelValue 0)
        (WriteResultImage "false")
        """;

    private const string Limiter = "prlimit";

    /// <summary>Address space of the program, bytes; a head takes a few hundred MB.</summary>
    private const long LargestMemory = 8L << 30;

    private const string FolderPrefix = "etalon-elastix-";

    private readonly TimeSpan _timeLimit = timeLimit ?? TimeSpan.FromMinutes(10);

    /// <summary>Registers both ways and compares.</summary>
    /// <param name="fixedImage">The reference.</param>
    /// <param name="moving">What is brought to it.</param>
    /// <param name="cancellation">Ends the program with <see cref="OperationCanceledException"/>.</param>
    public RegistrationResult Run(Volume fixedImage, Volume moving, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fixedImage);
        ArgumentNullException.ThrowIfNull(moving);
        var before = ImageSimilarity.NormalisedMutualInformation(fixedImage, moving, RigidTransform.Identity);
        RegistrationResult Ended(RegistrationStatus status, string detail, double after) => new(status, RigidTransform.Identity, before, after, null, detail);
        SweepLeftovers();
        var folder = Directory.CreateTempSubdirectory(FormattableString.Invariant($"{FolderPrefix}{Environment.ProcessId}-"));
        try
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, "a.nii.gz"), NiftiWriter.Encode(InSinglePrecision(fixedImage)));
            File.WriteAllBytes(Path.Combine(folder.FullName, "b.nii.gz"), NiftiWriter.Encode(InSinglePrecision(moving)));
            File.WriteAllText(Path.Combine(folder.FullName, "rigid.txt"), Parameters);
            if (OneWay(folder.FullName, "a", "b", cancellation) is not { } forward)
            {
                return Ended(RegistrationStatus.Failed, "elastix ended without a transform", before);
            }

            var after = ImageSimilarity.NormalisedMutualInformation(fixedImage, moving, forward);
            if (after < before)
            {
                return Ended(RegistrationStatus.WorseThanBefore, FormattableString.Invariant($"normalised mutual information {before:0.0000} before, {after:0.0000} after"), after);
            }

            var backward = OneWay(folder.FullName, "b", "a", cancellation);
            var u = backward is null ? (double?)null : Inconsistency(fixedImage, forward, backward);
            return new RegistrationResult(RegistrationStatus.Ok, forward, before, after, u, FormattableString.Invariant($"normalised mutual information {before:0.0000} before, {after:0.0000} after"));
        }
        catch (Win32Exception)
        {
            return Ended(RegistrationStatus.NotInstalled, $"no program '{program}'", before);
        }
        catch (TimeoutException e)
        {
            return Ended(RegistrationStatus.Failed, e.Message, before);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
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
            var owner = Path.GetFileName(folder)[FolderPrefix.Length..].Split('-')[0];
            if (!int.TryParse(owner, CultureInfo.InvariantCulture, out var process) || Directory.Exists($"/proc/{process}") || !Directory.Exists("/proc/self"))
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

    /// <summary>Runs elastix once; null where it fails.</summary>
    private RigidTransform? OneWay(string folder, string fixedName, string movingName, CancellationToken cancellation)
    {
        var output = Path.Combine(folder, $"{fixedName}-{movingName}");
        Directory.CreateDirectory(output);
        if (!IsOnPath(program))
        {
            throw new Win32Exception();
        }

        // prlimit is part of every Debian; without it there is the time limit alone.
        var isLimited = IsOnPath(Limiter);
        var start = new ProcessStartInfo(isLimited ? Limiter : program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in isLimited ? new[] { FormattableString.Invariant($"--as={LargestMemory}"), "--", program } : [])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var argument in new[] { "-f", $"{fixedName}.nii.gz", "-m", $"{movingName}.nii.gz", "-p", "rigid.txt", "-out", output, "-threads", "1" })
        {
            start.ArgumentList.Add(argument);
        }

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

        var result = Path.Combine(output, "TransformParameters.0.txt");
        return process.ExitCode == 0 && File.Exists(result) ? Parse(File.ReadAllText(result)) : null;
    }

    private static bool IsOnPath(string program) => program.Contains('/', StringComparison.Ordinal)
        ? File.Exists(program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Reads an Euler transform: x' = R(x − c) + c + t in LPS mm, angles in radians.</summary>
    internal static RigidTransform? Parse(string text)
    {
        var p = Numbers(text, "TransformParameters");
        var c = Numbers(text, "CenterOfRotationPoint");
        if (p.Length != 6 || c.Length != 3 || !text.Contains("\"EulerTransform\"", StringComparison.Ordinal))
        {
            return null;
        }

        var isZyx = text.Contains("(ComputeZYX \"true\")", StringComparison.Ordinal);
        return RigidTransform.FromEuler(
            new Vector3(p[0], p[1], p[2]) * (180 / Math.PI), new Vector3(p[3], p[4], p[5]), new Vector3(c[0], c[1], c[2]), isZyx);
    }

    private static double[] Numbers(string text, string name)
    {
        var line = Regex.Match(text, $@"\({name} ([^)]*)\)", RegexOptions.None, TimeSpan.FromSeconds(1));
        return line.Success
            ? line.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => double.TryParse(v, CultureInfo.InvariantCulture, out var d) ? d : double.NaN)
                .Where(double.IsFinite).ToArray()
            : [];
    }

    /// <summary>
    /// Root mean square over the corners of the inner half of the image of |B(A(x)) − x|, over √2: what one direction contributes if both
    /// err alike and independently.
    /// </summary>
    private static double Inconsistency(Volume image, RigidTransform forward, RigidTransform backward)
    {
        var g = image.Grid;
        var sum = 0.0;
        for (var c = 0; c < 8; c++)
        {
            var x = g.ToPatient((0.25 + 0.5 * (c & 1)) * (g.Nx - 1), (0.25 + 0.5 * (c >> 1 & 1)) * (g.Ny - 1), (0.25 + 0.5 * (c >> 2 & 1)) * (g.Nz - 1));
            var d = (backward.Apply(forward.Apply(x)) - x).Length;
            sum += d * d;
        }

        return Math.Sqrt(sum / 8 / 2);
    }
}
