using BenchmarkDotNet.Attributes;
using Etalon.Assays;
using Etalon.Assays.Diffusion;
using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Benchmarks;

/// <summary>ADC maps of 60 × 70 × 20 voxels from three b-values: least squares on Rician magnitudes, as a ratio to the line through logarithms.</summary>
[ShortRunJob]
public class AdcFitBenchmark
{
    private static readonly double[] BValues = [0, 500, 1000];

    private readonly Grid _grid = new(60, 70, 20, new Vector3(0, 0, 0), new Vector3(2.1, 0, 0), new Vector3(0, 1.9, 0), new Vector3(0, 0, 4));
    private float[][] _frames = [];

    /// <summary>Makes signals of SNR 30 with ADC between 0.6 and 2.6 × 10⁻³ mm²/s.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new RandomStream(7, "adc-benchmark");
        _frames = BValues.Select(_ => new float[60 * 70 * 20]).ToArray();
        for (var n = 0; n < _frames[0].Length; n++)
        {
            var adc = random.NextUniform(0.6e-3, 2.6e-3);
            for (var b = 0; b < BValues.Length; b++)
            {
                var (re, im) = (900 * Math.Exp(-BValues[b] * adc) + 30 * random.NextNormal(), 30 * random.NextNormal());
                _frames[b][n] = (float)Math.Sqrt(re * re + im * im);
            }
        }
    }

    /// <summary>The plain reference.</summary>
    [Benchmark(Baseline = true)]
    public ParametricMap LogLinear() => AdcFit.Fit(_grid, BValues, _frames, AdcMethod.LogLinear);

    /// <summary>What runs.</summary>
    [Benchmark]
    public ParametricMap RicianLeastSquares() => AdcFit.Fit(_grid, BValues, _frames, AdcMethod.RicianLeastSquares);
}
