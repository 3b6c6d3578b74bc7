using BenchmarkDotNet.Attributes;
using Etalon.Imaging;
using Etalon.Treatment;
using Etalon.Twin;

namespace Etalon.Benchmarks;

/// <summary>One year of growth, as a ratio to reading and writing the state once for every step: the machine's limit for a stencil in one pass.</summary>
[ShortRunJob]
public class ForwardModelBenchmark
{
    private const int Days = 365;

    private TumourModel _model = null!;
    private double[] _initial = [];
    private double[] _scratch = [];

    /// <summary>Makes an ellipsoid of about 200,000 voxels, the size of a brain at 2 mm.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var grid = new Grid(88, 110, 72, new Vector3(0, 0, 0), new Vector3(2.0, 0, 0), new Vector3(0, 1.9, 0), new Vector3(0, 0, 2.3));
        var inside = new bool[88 * 110 * 72];
        for (var n = 0; n < inside.Length; n++)
        {
            var (x, y, z) = (n % 88 / 43.5 - 1, n / 88 % 110 / 54.5 - 1, n / (88 * 110) / 35.5 - 1);
            inside[n] = x * x + y * y + z * z < 1;
        }

        _model = new TumourModel(new FluxDiffusion(new Mask(grid, inside)));
        _initial = new double[_model.Diffusion.Length];
        Array.Fill(_initial, 0.8, _initial.Length / 2, 500);
        _scratch = new double[_initial.Length];
    }

    /// <summary>The limit: as many copies of the state as there are steps.</summary>
    [Benchmark(Baseline = true)]
    public double CopyOfTheState()
    {
        for (var day = 0; day < Days; day++)
        {
            (day % 2 == 0 ? _initial : _scratch).AsSpan().CopyTo(day % 2 == 0 ? _scratch : _initial);
        }

        return _scratch[0];
    }

    /// <summary>Diffusion and growth with steps of one day.</summary>
    [Benchmark]
    public double Simulate()
    {
        var last = 0.0;
        var parameters = new GrowthParameters { DiffusivityMm2PerDay = 0.15, ProliferationPerDay = 0.04, AlphaPerGy = 0.05, SensitivityPerDay = [] };
        _model.Simulate(_initial, parameters, TreatmentSchedule.None, 0, [Days], (_, state) => last = state[0], new SimulationOptions { LargestStepDays = 1 });
        return last;
    }
}
