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

        if (args is ["nifti", .. var series])
        {
            SeriesToNifti.Run(series);
            return;
        }

        if (args is ["dce"])
        {
            DceFits.Run();
            return;
        }

        if (args is ["relaxation"])
        {
            RelaxationFits.Run();
            return;
        }

        if (args is ["diffusion"])
        {
            DiffusionFits.Run();
            return;
        }

        if (args is ["twin"])
        {
            TwinForward.Run();
            return;
        }

        if (args is ["diffusion-steps"])
        {
            DiffusionSteps.Run();
            return;
        }

        if (args is ["features"])
        {
            FeatureSpeed.Run();
            return;
        }

        if (args is ["contrast-case"])
        {
            ContrastCase.Run();
            return;
        }

        BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    }
}
