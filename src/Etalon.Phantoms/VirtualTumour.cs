using Etalon.Imaging;
using Etalon.Treatment;
using Etalon.Twin;

namespace Etalon.Phantoms;

/// <summary>A tumour grown by the twin's own model in a virtual head. Its truth is a density at every visit.</summary>
public sealed class VirtualTumour
{
    /// <summary>A reader sees tumour where the density exceeds this.</summary>
    public const double VisibleDensity = 0.10;

    private const double ChunkDays = 3;
    private const int LargestChunks = 120;

    private VirtualTumour(TumourSeed seed, IReadOnlyList<DensityField> visits) => (Seed, Visits) = (seed, visits);

    /// <summary>How it began, and its true parameters.</summary>
    public TumourSeed Seed { get; }

    /// <summary>True density at each visit.</summary>
    public IReadOnlyList<DensityField> Visits { get; }

    /// <summary>Grows a tumour until it is first seen, then on under treatment.</summary>
    /// <param name="head">Where it lives.</param>
    /// <param name="seed">How it begins.</param>
    /// <param name="spacingMm">Of the model's cubic voxels.</param>
    /// <param name="schedule">Treatment on the clock whose day 0 is the first visit.</param>
    /// <param name="visitDays">Ascending from 0.</param>
    /// <param name="cancellation">Ends with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidOperationException">It does not reach its volume within a year.</exception>
    public static VirtualTumour Grow(
        VirtualHead head, TumourSeed seed, double spacingMm, TreatmentSchedule schedule, IReadOnlyList<double> visitDays,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(visitDays);
        var domain = Domain(head, seed.Centre, spacingMm, reachMm: visitDays.Count > 1 ? 58 : 42);
        var model = new TumourModel(new FluxDiffusion(domain));
        var state = model.Diffusion.ToState(FirstCells(domain.Grid, seed));
        state = GrowUntilSeen(model, state, seed, domain.Grid.VoxelVolumeMl, cancellation);
        var visits = new DensityField[visitDays.Count];
        model.Simulate(
            state, seed.Growth, schedule, 0, visitDays, (visit, n) => visits[visit] = new DensityField(domain.Grid, model.Diffusion.ToGrid(n)),
            cancellation: cancellation);
        return new VirtualTumour(seed, visits);
    }

    /// <summary>Brain within reach of the tumour; farther away its density stays below 10⁻⁹ for the time of a study.</summary>
    private static Mask Domain(VirtualHead head, Vector3 centre, double h, double reachMm)
    {
        var n = 2 * (int)Math.Ceiling(reachMm / h) + 1;
        var origin = centre - (n / 2) * h * new Vector3(1, 1, 1);
        var grid = new Grid(n, n, n, origin, new(h, 0, 0), new(0, h, 0), new(0, 0, h));
        var inside = new bool[grid.Count];
        for (var k = 0; k < n; k++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var i = 0; i < n; i++)
                {
                    var point = grid.ToPatient(i, j, k);
                    inside[grid.Index(i, j, k)] = (point - centre).Length <= reachMm && head.IsBrain(point);
                }
            }
        }

        return new Mask(grid, inside);
    }

    private static double[] FirstCells(Grid grid, TumourSeed seed)
    {
        var density = new double[grid.Count];
        var at = 0;
        for (var k = 0; k < grid.Nz; k++)
        {
            for (var j = 0; j < grid.Ny; j++)
            {
                for (var i = 0; i < grid.Nx; i++, at++)
                {
                    var r = (grid.ToPatient(i, j, k) - seed.Centre).Length / seed.WidthMm;
                    density[at] = seed.Peak * Math.Exp(-0.5 * r * r);
                }
            }
        }

        return density;
    }

    /// <summary>Untreated growth in equal steps until the voxels above the visible density fill the wanted volume.</summary>
    private static double[] GrowUntilSeen(TumourModel model, double[] state, TumourSeed seed, double voxelMl, CancellationToken cancellation)
    {
        var untreated = seed.Growth with { SensitivityPerDay = [] };
        for (var chunk = 0; chunk < LargestChunks; chunk++)
        {
            var seen = 0;
            foreach (var n in state)
            {
                seen += n > VisibleDensity ? 1 : 0;
            }

            if (seen * voxelMl >= seed.VolumeMl)
            {
                return state;
            }

            var next = state;
            model.Simulate(state, untreated, TreatmentSchedule.None, 0, [ChunkDays], (_, n) => next = n.ToArray(), cancellation: cancellation);
            state = next;
        }

        throw new InvalidOperationException(FormattableString.Invariant($"The virtual tumour does not reach {seed.VolumeMl} mL within {LargestChunks * ChunkDays} days."));
    }
}
