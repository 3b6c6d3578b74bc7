using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Numerics;
using Etalon.Treatment;
using Etalon.Twin;

namespace Etalon.Phantoms.Tumours;

/// <summary>One patient of a virtual cohort: truth, treatment, and what scans on changing scanners say of density.</summary>
public sealed record VirtualDensityPatient
{
    /// <summary>Voxels that share noise as one reading: (Σw)²/Σw² = 2 along each axis for weights 1, 4, 1.</summary>
    public const double VoxelsPerGrain = 8;

    private const int FewestVoxels = 60;

    /// <summary>Anatomy.</summary>
    public required TumourAnatomy Anatomy { get; init; }

    /// <summary>True parameters.</summary>
    public required TumourTruth Truth { get; init; }

    /// <summary>Treatment on the clock of the days.</summary>
    public required TreatmentSchedule Schedule { get; init; }

    /// <summary>The twin's domain.</summary>
    public required TumourModel Model { get; init; }

    /// <summary>True density at each visit, states of the twin's domain.</summary>
    public required IReadOnlyList<double[]> States { get; init; }

    /// <summary>What the scans say.</summary>
    public required IReadOnlyList<DensityObservation> Observations { get; init; }

    /// <summary>Density at which the reader draws the edge.</summary>
    public required double DetectionLimit { get; init; }

    /// <summary>Free water at 37 °C and what no room for water means.</summary>
    public static DensityReference Reference { get; } = new(3e-3, 0, "virtual patient");

    /// <summary>Draws a patient; tumours that vanish, fill the brain or are not seen within 300 days are drawn again.</summary>
    /// <exception cref="InvalidOperationException">No draw of 200 stays visible.</exception>
    public static VirtualDensityPatient Draw(TumourKind kind, ulong seed, VirtualDensityOptions? options = null)
    {
        var how = options ?? new VirtualDensityOptions();
        var random = new RandomStream(seed, FormattableString.Invariant($"virtual patient/{kind}"));
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var anatomy = TumourAnatomy.Draw(random);
            var truth = TumourTruth.Draw(kind, random);
            var (schedule, days) = VirtualSchedule.Draw(how.Visits, random);
            var limit = random.NextUniform(how.DetectionLimit.Low, how.DetectionLimit.High);
            if (Grow(anatomy, truth, schedule, days, limit, random) is { } fields)
            {
                var model = new TumourModel(new FluxDiffusion(anatomy.Domain));
                return new VirtualDensityPatient
                {
                    Anatomy = anatomy, Truth = truth, Schedule = schedule, Model = model, DetectionLimit = limit,
                    States = fields.Select(f => model.Diffusion.ToState(f)).ToList(),
                    Observations = new VirtualDensityScan(how, anatomy.Domain, model.Diffusion, limit, random).Observe(fields, days),
                };
            }
        }

        throw new InvalidOperationException($"No virtual patient of kind {kind} with seed {seed} stays visible.");
    }

    /// <summary>True cells that a scan of a visit would count: those above the detection limit.</summary>
    public double VisibleCells(int visit) => FixedSum.Of(States[visit].Where(n => n > DetectionLimit).ToArray());

    /// <summary>True volume with density above one half, mL.</summary>
    public double DenseVolumeMl(int visit) => States[visit].Count(n => n > 0.5) * Anatomy.Domain.Grid.VoxelVolumeMl;

    private static double[][]? Grow(TumourAnatomy anatomy, TumourTruth truth, TreatmentSchedule schedule, double[] days, double limit, RandomStream random)
    {
        var domain = anatomy.Domain;
        var start = Seed(domain, random);
        var seen = (int)(random.NextUniform(10, 35) / domain.Grid.VoxelVolumeMl);
        bool IsFit(double[] f) => f.Count(n => n > limit) is var count && count >= FewestVoxels && count < 0.6 * domain.Count;
        var fields = truth.Kind == TumourKind.ReactionDiffusion
            ? GrowByTwin(domain, truth, schedule, days, start, limit, seen)
            : GrowPlainly(anatomy, truth, schedule, days, start, limit, seen, IsFit);
        return fields is not null && fields.All(IsFit) ? fields : null;
    }

    private static double[]? Chunk(double[]? state, Func<double[], double[]> advance, double limit, int seen)
    {
        for (var chunk = 0; chunk < 100; chunk++)
        {
            if (state!.Count(n => n > limit) >= seen)
            {
                return state;
            }

            state = advance(state!);
        }

        return null;
    }

    private static double[][]? GrowByTwin(Mask domain, TumourTruth truth, TreatmentSchedule schedule, double[] days, double[] start, double limit, int seen)
    {
        var model = new TumourModel(new FluxDiffusion(domain));
        var growth = new GrowthParameters { DiffusivityMm2PerDay = truth.DiffusivityMm2PerDay, ProliferationPerDay = truth.ProliferationPerDay, AlphaPerGy = truth.AlphaPerGy };
        var fine = new SimulationOptions { LargestStepDays = 0.5 };
        double[] Advance(double[] from)
        {
            double[] to = [];
            model.Simulate(from, growth, TreatmentSchedule.None, 0, [3], (_, n) => to = n.ToArray(), fine);
            return to;
        }

        if (Chunk(model.Diffusion.ToState(start), Advance, limit, seen) is not { } state)
        {
            return null;
        }

        var fields = new double[days.Length][];
        model.Simulate(
            state, growth with { SensitivityPerDay = [truth.SensitivityPerDay] }, schedule, days[0], days,
            (output, n) => fields[output] = Array.ConvertAll(model.Diffusion.ToGrid(n), v => (double)v), fine);
        return fields;
    }

    private static double[][]? GrowPlainly(
        TumourAnatomy anatomy, TumourTruth truth, TreatmentSchedule schedule, double[] days, double[] start, double limit, int seen, Func<double[], bool> isFit)
    {
        PlainTumour tumour = truth.Kind switch
        {
            TumourKind.TwoSpecies => new TwoSpeciesTumour(anatomy, truth, start),
            TumourKind.Tensor => new TensorTumour(anatomy, truth, start),
            TumourKind.MassEffect => new MassEffectTumour(anatomy, truth, start),
            _ => throw new ArgumentOutOfRangeException(nameof(truth), truth.Kind, "No plain model of this kind."),
        };
        return tumour.GrowUntilSeen(limit, seen, 300) ? tumour.Run(schedule, days[0], days, isFit) : null;
    }

    /// <summary>First cells: a Gaussian of 5 mm somewhere inside, not at the wall.</summary>
    private static double[] Seed(Mask domain, RandomStream random)
    {
        var (grid, middle) = (domain.Grid, domain.Grid.ToPatient(0.5 * (domain.Grid.Nx - 1), 0.5 * (domain.Grid.Ny - 1), 0.5 * (domain.Grid.Nz - 1)));
        var centre = middle + new Vector3(random.NextUniform(-12, 12), random.NextUniform(-14, 14), random.NextUniform(-11, 11));
        var density = new double[grid.Count];
        for (var n = 0; n < density.Length; n++)
        {
            var away = (grid.ToPatient(n % grid.Nx, n / grid.Nx % grid.Ny, n / grid.Nx / grid.Ny) - centre).Length / 5;
            density[n] = domain.Inside[n] ? 0.5 * Math.Exp(-0.5 * away * away) : 0;
        }

        return density;
    }
}
