namespace Etalon.Benchmarks;

internal static class Program
{
    private static void Main(string[] args)
    {
        if (args is ["dicom", .. var rest])
        {
            DicomReading.Run(rest);
            return;
        }

        BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    }
}
