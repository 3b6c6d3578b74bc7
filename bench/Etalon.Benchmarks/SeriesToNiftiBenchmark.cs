using System.Diagnostics;
using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using Etalon.Imaging.Dicom;

namespace Etalon.Benchmarks;

/// <summary>
/// A series to uncompressed NIfTI, as a ratio to dcm2niix on the same files in the same run: in process, and the whole command as a process.
/// ETALON_REFERENCE_DATA names the reference data; dcm2niix must be installed and Etalon.Cli built.
/// </summary>
[ShortRunJob]
public class SeriesToNiftiBenchmark
{
    private string _input = "";
    private string _output = "";

    /// <summary>Series of the reference data: enhanced diffusion, classic diffusion, PET with a slope for each slice.</summary>
    [Params("dwi-siemens-xa30/10_DWI_dir80_PA.zip", "dwi-canon-galan-9000-ortho.zip", "pet-ge-bqml-sts001.zip")]
    public string Series { get; set; } = "";

    /// <summary>Unpacks the series: all three read plain files.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var root = Environment.GetEnvironmentVariable("ETALON_REFERENCE_DATA") ?? throw new InvalidOperationException("Set ETALON_REFERENCE_DATA to the folder of the reference data.");
        _input = Directory.CreateTempSubdirectory("etalon-bench-in-").FullName;
        _output = Directory.CreateTempSubdirectory("etalon-bench-out-").FullName;
        ZipFile.ExtractToDirectory(Path.Combine([root, "dicom", .. Series.Split('/')]), _input);
    }

    /// <summary>Removes what was written.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        Directory.Delete(_input, recursive: true);
        Directory.Delete(_output, recursive: true);
    }

    /// <summary>The peer: one process.</summary>
    [Benchmark(Baseline = true)]
    public int Dcm2niix() => Run("dcm2niix", "-z", "n", "-b", "n", "-w", "1", "-f", "%s", "-o", _output, _input);

    /// <summary>Headers, tree and voxels within this process.</summary>
    [Benchmark]
    public int InProcess()
    {
        var written = 0;
        foreach (var stack in DicomStudies.Read([_input]).Series.SelectMany(s => s.Stacks).Where(s => s.Layout is not null))
        {
            StackNifti.Write(stack, Path.Combine(_output, $"{written++}.nii"), DicomObjects.Open);
        }

        return written;
    }

    /// <summary>The command as a user starts it, runtime start included.</summary>
    [Benchmark]
    public int WholeCommand()
    {
        var folder = Path.Combine(_output, "convert");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return Run("dotnet", Environment.GetEnvironmentVariable("ETALON_CLI") ?? throw new InvalidOperationException("Set ETALON_CLI to the built etalon.dll."), "convert", _input, "-o", folder);
    }

    private static int Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? 0 : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
