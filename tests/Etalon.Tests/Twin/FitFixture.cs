using Etalon.Cases;
using Etalon.Metrology;
using Etalon.Numerics;
using Etalon.Treatment;
using Etalon.Twin;

namespace Etalon.Tests.Twin;

/// <summary>A patient simulated with known parameters, and what visits would show of it.</summary>
internal sealed class FitFixture
{
    public static readonly double[] Truth = [0.13, 0.045, 0.06];
    public static readonly DensityReference Water = new(3e-3, 0, "a test");

    // Two scans before, one during and one after 15 fractions of 2 Gy on weekdays.
    public static readonly double[] Days = [0, 14.3, 30.4, 55.1];

    public static readonly TreatmentSchedule Schedule = new(
        Enumerable.Range(0, 15).Select(n => new FractionOnDay(20 + n / 5 * 7 + n % 5 + 8 / 24.0, 2)).ToList(), []);

    public TumourModel Model { get; } = new(new FluxDiffusion(TumourFixtures.IrregularDomain(TumourFixtures.ObliqueGrid(19, 16, 12, 2.9, 3.4, 4.6))));

    public static ParameterPrior[] Priors(double logSd) =>
    [
        new("diffusivity_mm2_per_day", "D", "mm2/d", 0.2, logSd, new Source("test", "test", "test")),
        new("proliferation_per_day", "k", "/d", 0.03, logSd, new Source("test", "test", "test")),
        new("alpha_per_Gy", "α", "/Gy", 0.04, logSd, new Source("test", "test", "test")),
    ];

    public double[][] States()
    {
        var initial = Model.Diffusion.ToState(TumourFixtures.Lumps(Model.Diffusion.Domain.Grid));
        var parameters = new GrowthParameters { DiffusivityMm2PerDay = Truth[0], ProliferationPerDay = Truth[1], AlphaPerGy = Truth[2] };
        var states = new double[Days.Length][];
        Model.Simulate(initial, parameters, Schedule, 0, Days, (output, n) => states[output] = n.ToArray());
        return states;
    }

    /// <summary>Observations with voxel noise and a scale error of each visit's ADC; the first visit has no noise and states none.</summary>
    public List<DensityObservation> Observe(double voxelSd, double scaleSd, RandomStream random, double statedVoxelU, double statedScaleU)
    {
        var index = Model.Diffusion.GridIndex.ToArray();
        return States().Select((state, v) =>
        {
            var scale = Math.Exp(scaleSd * random.NextNormal());
            var density = new double[state.Length];
            var inside = new bool[state.Length];
            for (var n = 0; n < state.Length; n++)
            {
                inside[n] = index[n] >= 0;
                // ADC' = ADC · scale with N = 1 − ADC/water gives N' = scale · N + 1 − scale.
                density[n] = inside[n] ? scale * state[n] + 1 - scale + (v == 0 ? 0 : voxelSd * random.NextNormal()) : 0;
            }

            return new DensityObservation
            {
                Visit = $"{v + 1}", Day = Days[v], Density = density, IsMeasured = inside, IsTumour = inside, IsBelowLimit = new bool[state.Length],
                DetectionLimit = 0.01, VoxelU = v == 0 ? 0 : statedVoxelU, ScaleU = statedScaleU,
            };
        }).ToList();
    }
}
