using Etalon.Assays.Habitats;
using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Phantoms.Habitats;

/// <summary>What a virtual tumour of known habitats is like.</summary>
public sealed record VirtualHabitatOptions
{
    /// <summary>Number of habitats. The default is 3.</summary>
    public int Habitats { get; init; } = 3;

    /// <summary>Half-axes of the tumour in voxels of 1.5 × 1.7 × 3 mm. The default is 10.5, 9 and 5.5, about 2200 voxels.</summary>
    public (double I, double J, double K) HalfAxes { get; init; } = (10.5, 9, 5.5);

    /// <summary>Distance of neighbouring habitats' means in standard deviations of what is seen (true spread and noise together). The default is 3.</summary>
    public double Separation { get; init; } = 3;

    /// <summary>Standard deviation of noise relative to that of true values within a habitat. The default is 1.</summary>
    public double NoiseToSpread { get; init; } = 1;

    /// <summary>Voxels that share one independent draw of noise, from 1 to about 3. The default is 1.</summary>
    public double VoxelsPerDraw { get; init; } = 1;

    /// <summary>Standard deviation of the smoothing that makes patches of habitats, in voxels within a slice. The default is 2.</summary>
    public double PatchVoxels { get; init; } = 2;

    /// <summary>Fixes everything. The default is 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Scans of the same truth, each with noise of its own. The default is 1.</summary>
    public int Scans { get; init; } = 1;
}

/// <summary>A virtual tumour of two maps (mm²/s and g/mL) with known habitats, seen through noise of known standard deviation.</summary>
/// <param name="Voxels">What is seen, one table with all scans.</param>
/// <param name="Labels">True habitat of each voxel of one scan.</param>
/// <param name="Means">True means, shape (habitats, 2).</param>
/// <param name="Truth">True values of the voxels of one scan, shape (voxels, 2).</param>
public sealed record VirtualHabitats(HabitatVoxels Voxels, int[] Labels, double[] Means, double[] Truth)
{
    /// <summary>Names of the maps.</summary>
    public static IReadOnlyList<string> Maps { get; } = ["adc", "suvbw"];

    private static readonly double[] Middle = [1.1e-3, 4];
    private static readonly double[] Spread = [0.08e-3, 0.6];

    /// <summary>True share of a habitat.</summary>
    public double Fraction(int habitat) => (double)Labels.Count(l => l == habitat) / Labels.Length;

    /// <summary>Makes one.</summary>
    public static VirtualHabitats Of(VirtualHabitatOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var random = new RandomStream(options.Seed, "habitats/tumour");
        var (a, b, c) = options.HalfAxes;
        var grid = new Grid(
            (int)(2 * a) + 5, (int)(2 * b) + 5, (int)(2 * c) + 5, new Vector3(-21.5, 13.25, 7.75), new Vector3(1.5, 0, 0), new Vector3(0, 1.7, 0), new Vector3(0, 0, 3));
        var inside = Enumerable.Range(0, grid.Count).Where(n => Within(grid, n, options.HalfAxes)).ToArray();
        var labels = LabelsOf(grid, inside, options, random);
        var seenSd = Math.Sqrt(1 + options.NoiseToSpread * options.NoiseToSpread);
        var means = MeansOf(options, seenSd);
        var truth = new double[inside.Length * 2];
        for (var i = 0; i < inside.Length; i++)
        {
            var correlated = random.NextNormal();
            for (var m = 0; m < 2; m++)
            {
                truth[i * 2 + m] = means[labels[i] * 2 + m] + Spread[m] * (0.4 * correlated + Math.Sqrt(1 - 0.16) * random.NextNormal());
            }
        }

        // Noise that differs from voxel to voxel by a factor of two and more, as after a fit.
        double[] u = [.. Enumerable.Range(0, truth.Length).Select(e => options.NoiseToSpread * Spread[e % 2] * Math.Exp(0.25 * random.NextNormal()))];
        var values = new List<double>();
        for (var scan = 0; scan < options.Scans; scan++)
        {
            var noise = Enumerable.Range(0, 2).Select(_ => Noise(grid, options.VoxelsPerDraw, random)).ToArray();
            values.AddRange(truth.Select((y, e) => y + u[e] * noise[e % 2][inside[e / 2]]));
        }

        var places = Enumerable.Range(0, options.Scans).Select(s => new ScanPlaces($"{s + 1}", grid, inside)).ToList();
        return new VirtualHabitats(new HabitatVoxels(Maps, [.. values], [.. Enumerable.Repeat(u, options.Scans).SelectMany(v => v)], places), labels, means, truth);
    }

    private static bool Within(Grid g, int n, (double I, double J, double K) axes)
    {
        var (i, j, k) = (n % g.Nx, n / g.Nx % g.Ny, n / g.Nx / g.Ny);
        var (x, y, z) = ((i - 0.5 * (g.Nx - 1)) / axes.I, (j - 0.5 * (g.Ny - 1)) / axes.J, (k - 0.5 * (g.Nz - 1)) / axes.K);
        return x * x + y * y + z * z <= 1;
    }

    /// <summary>The habitat whose smooth random field is highest; offsets make some habitats larger than others.</summary>
    private static int[] LabelsOf(Grid grid, int[] inside, VirtualHabitatOptions options, RandomStream random)
    {
        var fields = Enumerable.Range(0, options.Habitats).Select(_ =>
        {
            var offset = 0.35 * random.NextNormal();
            var field = SmoothNoise.Of(grid, [options.PatchVoxels, options.PatchVoxels, options.PatchVoxels / 2], random);
            return Array.ConvertAll(field, v => v + offset);
        }).ToArray();
        return Array.ConvertAll(inside, n => Enumerable.Range(0, fields.Length).MaxBy(c => fields[c][n]));
    }

    /// <summary>Means on a ring or a line of equal steps: neighbours are apart by the separation in units of what is seen.</summary>
    private static double[] MeansOf(VirtualHabitatOptions options, double seenSd)
    {
        var k = options.Habitats;
        var means = new double[2 * k];
        var radius = k == 1 ? 0 : 0.5 * options.Separation * seenSd / Math.Sin(Math.PI / k);
        for (var c = 0; c < k; c++)
        {
            // Turned so that no map alone tells two habitats apart in one order only.
            var (s, cosine) = Math.SinCos(2 * Math.PI * c / k + 0.4);
            (means[2 * c], means[2 * c + 1]) = (Middle[0] - Spread[0] * radius * cosine, Middle[1] + Spread[1] * radius * s);
        }

        var order = Enumerable.Range(0, k).OrderBy(c => means[2 * c]).ToArray();
        return [.. order.SelectMany(c => new[] { means[2 * c], means[2 * c + 1] })];
    }

    /// <summary>White noise smoothed within slices so that its covariances sum to a stated number of voxels, variance 1.</summary>
    private static double[] Noise(Grid grid, double voxelsPerDraw, RandomStream random)
    {
        // A Gaussian of standard deviation s has covariances that sum to 4πs²; below s of 0.35 the lattice is too coarse for that, and bisection on the kernel itself serves all.
        var (low, high) = (0.0, 2.0);
        for (var step = 0; step < 40; step++)
        {
            var s = 0.5 * (low + high);
            (low, high) = GrainOf(s) < voxelsPerDraw ? (s, high) : (low, s);
        }

        return SmoothNoise.Of(grid, [low, low, 0], random);
    }

    private static double GrainOf(double s)
    {
        var kernel = SmoothNoise.Kernel(s);
        return Math.Pow(kernel.Sum() * kernel.Sum() / kernel.Sum(w => w * w), 2);
    }
}
