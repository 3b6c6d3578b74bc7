using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Etalon.Imaging.Dicom;

namespace Etalon.Benchmarks;

/// <summary>
/// A series to uncompressed NIfTI against dcm2niix: the kernel in this process and the whole command as a process, turn by turn in one run on the
/// same plain files. Run: <c>dotnet run -c Release --project bench/Etalon.Benchmarks -- nifti DICOM [ETALON-DLL]</c>, where DICOM is the folder of
/// reference objects; dcm2niix must be installed.
/// </summary>
internal static class SeriesToNifti
{
    private const int Runs = 9;

    /// <summary>Enhanced and classic diffusion, a mosaic, PET with a slope for each slice, CT.</summary>
    private static readonly string[] Series =
    [
        "dwi-siemens-xa30/10_DWI_dir80_PA.zip", "pet-ge-bqml-sts001.zip", "dwi-ge-signapioneer-R2.zip", "dwi-uih-session1-PA_rot.zip", "dwi-canon-galan-9000-ortho.zip",
        "dwi-philips/achieva-601-multib.zip", "multimodal-sts002/CT.zip", "repro-nih/siemens.zip",
    ];

    public static void Run(string[] arguments)
    {
        if (arguments is not [var root, .. var rest])
        {
            Console.WriteLine("nifti DICOM [ETALON-DLL]");
            return;
        }

        var cli = rest is [var dll, ..] ? dll : Path.Combine(AppContext.BaseDirectory, "..", "..", "Etalon.Cli", "release", "etalon.dll");
        Console.WriteLine($"Medians of {Runs} runs, ms; a ratio above 1: faster than dcm2niix. The empty command is 'etalon --version'.");
        Console.WriteLine("series                                 files   MB | dcm2niix | kernel ratio (voxels only) | command ratio | empty command");
        foreach (var series in Series)
        {
            Measure(series, Path.Combine([root, .. series.Split('/')]), cli);
        }
    }

    private static void Measure(string name, string zip, string cli)
    {
        var input = Directory.CreateTempSubdirectory("etalon-bench-in-").FullName;
        var output = Directory.CreateTempSubdirectory("etalon-bench-out-").FullName;
        try
        {
            ZipFile.ExtractToDirectory(zip, input);
            var times = Enumerable.Range(0, 5).Select(_ => new List<double>()).ToArray();
            for (var run = -3; run < Runs; run++)
            {
                var (kernel, voxels) = Kernel(input, output);
                double[] now =
                [
                    Program("dcm2niix", "-z", "n", "-b", "y", "-w", "1", "-f", "%s", "-o", output, input), kernel, voxels,
                    Command(cli, input, Path.Combine(output, "convert")), Program("dotnet", cli, "--version"),
                ];
                for (var n = 0; run >= 0 && n < now.Length; n++)
                {
                    times[n].Add(now[n]);
                }
            }

            var m = times.Select(t => t.Order().ElementAt(Runs / 2)).ToArray();
            var files = Directory.GetFiles(input, "*", SearchOption.AllDirectories);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-38} {files.Length,5} {files.Sum(f => new FileInfo(f).Length) / 1e6,4:F0} | {m[0],8:F1} | {m[1],6:F1} {m[0] / m[1],5:F2} ({m[2],11:F1}) | {m[3],7:F1} {m[0] / m[3],5:F2} | {m[4],6:F1}"));
        }
        finally
        {
            Directory.Delete(input, recursive: true);
            Directory.Delete(output, recursive: true);
        }
    }

    /// <summary>Headers, tree and voxels within this process; of it, the voxels.</summary>
    private static (double All, double Voxels) Kernel(string input, string output)
    {
        var watch = Stopwatch.StartNew();
        var studies = DicomStudies.Read([input]);
        var tree = watch.Elapsed.TotalMilliseconds;
        var written = 0;
        foreach (var stack in studies.Series.SelectMany(s => s.Stacks).Where(s => s.Layout is not null))
        {
            StackNifti.Write(stack, Path.Combine(output, $"{written++}.nii"), DicomObjects.Open);
        }

        var all = watch.Elapsed.TotalMilliseconds;
        return (all, all - tree);
    }

    /// <summary>The command as a user starts it, start of the runtime included.</summary>
    private static double Command(string cli, string input, string output)
    {
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        return Program("dotnet", cli, "convert", input, "-o", output);
    }

    private static double Program(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var elapsed = watch.Elapsed.TotalMilliseconds;
        return process.ExitCode == 0 ? elapsed : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
