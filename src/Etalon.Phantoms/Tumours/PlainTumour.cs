using Etalon.Treatment;

namespace Etalon.Phantoms.Tumours;

/// <summary>
/// A tumour made in plain loops with small steps, by another path than the twin's: densities on the grid's voxels, explicit diffusion through
/// faces between voxels of the domain, and in each step growth and kill one after the other.
/// </summary>
internal abstract class PlainTumour
{
    private const double LargestStepDays = 0.25;
    private const double GrowthStepDays = 0.5;
    private const double AlphaBetaGy = 10;

    protected PlainTumour(TumourAnatomy anatomy)
    {
        Anatomy = anatomy;
        var (grid, inside) = (anatomy.Domain.Grid, anatomy.Domain.Inside);
        int[] stride = [1, grid.Nx, grid.Nx * grid.Ny];
        int[] size = [grid.Nx, grid.Ny, grid.Nz];
        for (var axis = 0; axis < 3; axis++)
        {
            var faces = new List<int>();
            for (var n = 0; n < inside.Length; n++)
            {
                if (n / stride[axis] % size[axis] < size[axis] - 1 && inside[n] && inside[n + stride[axis]])
                {
                    faces.Add(n);
                }
            }

            Faces[axis] = [.. faces];
        }

        Stride = stride;
        SpacingMm = [grid.SpacingMm.X, grid.SpacingMm.Y, grid.SpacingMm.Z];
        Voxels = Enumerable.Range(0, inside.Length).Where(n => inside[n]).ToArray();
    }

    protected TumourAnatomy Anatomy { get; }

    /// <summary>Voxels of the domain.</summary>
    protected int[] Voxels { get; }

    /// <summary>For each axis the lower voxel of each face between two voxels of the domain.</summary>
    protected int[][] Faces { get; } = new int[3][];

    protected int[] Stride { get; }

    protected double[] SpacingMm { get; }

    /// <summary>All cells relative to capacity, on the grid.</summary>
    public abstract double[] Density();

    /// <summary>One step without a fraction.</summary>
    /// <param name="days">Its length.</param>
    /// <param name="exposureDays">∫ of the drug's relative amount in effect.</param>
    protected abstract void Step(double days, double exposureDays);

    /// <summary>One fraction.</summary>
    /// <param name="effectGy">d + d²/(α/β).</param>
    protected abstract void Irradiate(double effectGy);

    /// <summary>Runs under a treatment; each output is the density before any event of its instant.</summary>
    /// <param name="schedule">Treatment.</param>
    /// <param name="startDay">Now.</param>
    /// <param name="outputDays">Ascending, none before the start.</param>
    /// <param name="isFit">Ends the run where an output is not fit; null is returned.</param>
    public double[][]? Run(TreatmentSchedule schedule, double startDay, IReadOnlyList<double> outputDays, Func<double[], bool> isFit)
    {
        var results = new double[outputDays.Count][];
        var events = schedule.Fractions.Select(f => f.Day).Concat(schedule.Drugs.SelectMany(d => d.Doses.Select(x => x.Day)))
            .Where(d => d >= startDay).Concat(outputDays).Distinct().Order().ToList();
        var now = startDay;
        foreach (var next in events)
        {
            if (next > outputDays[^1])
            {
                break;
            }

            var steps = (int)Math.Ceiling((next - now) / LargestStepDays);
            for (var s = 0; s < steps; s++)
            {
                var (from, to) = (now + (next - now) * s / steps, now + (next - now) * (s + 1) / steps);
                Step(to - from, Exposure(schedule, from, to));
            }

            now = next;
            for (var o = 0; o < results.Length; o++)
            {
                if (results[o] is null && outputDays[o] <= now)
                {
                    results[o] = Density();
                    if (!isFit(results[o]))
                    {
                        return null;
                    }
                }
            }

            foreach (var fraction in schedule.Fractions.Where(f => f.Day == now))
            {
                Irradiate(fraction.DoseGy * (1 + fraction.DoseGy / AlphaBetaGy));
            }
        }

        return results;
    }

    /// <summary>Grows untreated until a volume is seen; false where a number of days does not suffice.</summary>
    public bool GrowUntilSeen(double density, int voxels, double days)
    {
        // Untreated growth changes slowly: longer steps, within what explicit diffusion of the largest D bears.
        for (var t = 0.0; t < days; t += 5 * GrowthStepDays)
        {
            if (Density().Count(n => n > density) >= voxels)
            {
                return true;
            }

            for (var s = 0; s < 5; s++)
            {
                Step(GrowthStepDays, 0);
            }
        }

        return false;
    }

    /// <summary>Adds to <paramref name="change"/> what flows in a step of explicit diffusion.</summary>
    /// <param name="density">Cells.</param>
    /// <param name="change">Receives; what leaves a voxel enters its neighbour.</param>
    /// <param name="areaMm2">Step times diffusivity.</param>
    protected void Diffuse(double[] density, double[] change, double areaMm2)
    {
        for (var axis = 0; axis < 3; axis++)
        {
            var (stride, factor) = (Stride[axis], areaMm2 / (SpacingMm[axis] * SpacingMm[axis]));
            foreach (var n in Faces[axis])
            {
                var flow = factor * (density[n] - density[n + stride]);
                change[n] -= flow;
                change[n + stride] += flow;
            }
        }
    }

    /// <summary>Logistic growth and a kill, each exact by itself.</summary>
    protected static double Grown(double n, double growth, double kill)
    {
        var grown = n * Math.Exp(growth) / (1 + n * (Math.Exp(growth) - 1));
        return grown * Math.Exp(-kill);
    }

    private static double Exposure(TreatmentSchedule schedule, double from, double to)
    {
        var sum = 0.0;
        foreach (var drug in schedule.Drugs)
        {
            foreach (var dose in drug.Doses)
            {
                // After eight days nothing is left that counts: exp(−9.242 · 8) is 10⁻³².
                if (dose.Day < to && to - dose.Day < 8)
                {
                    sum += dose.RelativeAmount * (Math.Exp(-drug.DecayPerDay * Math.Max(0, from - dose.Day)) - Math.Exp(-drug.DecayPerDay * (to - dose.Day))) / drug.DecayPerDay;
                }
            }
        }

        return sum;
    }
}
