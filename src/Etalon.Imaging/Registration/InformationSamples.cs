using Etalon.Numerics;

namespace Etalon.Imaging.Registration;

/// <summary>
/// Points of the fixed image at which two images are compared, each with its class of intensity and the block of the image it lies in. One point
/// lies anywhere within its voxel: points on the voxels' centres would favour shifts by whole voxels (Tsao, IEEE TMI 22:854 (2003)).
/// </summary>
internal sealed class InformationSamples
{
    /// <summary>Intensity classes of each image.</summary>
    public const int Bins = 48;

    /// <summary>Share of the voxels at either end of the intensities that fall into the outermost class.</summary>
    private const double Tail = 0.001;

    private InformationSamples(Vector3[] points, byte[] bins, int[] blocks, int blockCount) =>
        (Points, FixedBins, Blocks, BlockCount) = (points, bins, blocks, blockCount);

    /// <summary>Patient coordinates, mm.</summary>
    public Vector3[] Points { get; }

    /// <summary>Class of the fixed image's intensity.</summary>
    public byte[] FixedBins { get; }

    /// <summary>Block of each point.</summary>
    public int[] Blocks { get; }

    /// <summary>Number of blocks.</summary>
    public int BlockCount { get; }

    /// <summary>Draws points.</summary>
    /// <param name="image">The fixed image.</param>
    /// <param name="count">About as many as these; fewer where the image has fewer voxels.</param>
    /// <param name="seed">Fixes the draw.</param>
    public static InformationSamples Draw(SplineImage image, int count, ulong seed)
    {
        var g = image.Grid;
        var margin = Margin(g);
        var random = new RandomStream(seed, "registration/samples");
        var share = Math.Min(1, count / (double)g.Count);
        var (across, blockCount) = BlockSize(g);
        var points = new List<Vector3>();
        var values = new List<float>();
        var blocks = new List<int>();
        for (var k = 0; k < g.Nz; k++)
        {
            for (var j = 0; j < g.Ny; j++)
            {
                for (var i = 0; i < g.Nx; i++)
                {
                    if (share < 1 && random.NextUniform() >= share)
                    {
                        continue;
                    }

                    var point = g.ToPatient(i + Jitter(random, g.Nx), j + Jitter(random, g.Ny), k + Jitter(random, g.Nz));
                    if (image.TryAt(point, margin, out var value, out _))
                    {
                        points.Add(point);
                        values.Add(value);
                        blocks.Add(i * across.X / g.Nx + across.X * (j * across.Y / g.Ny + across.Y * (k * across.Z / g.Nz)));
                    }
                }
            }
        }

        var (low, high) = Range(values);
        return new InformationSamples([.. points], values.Select(v => (byte)Math.Clamp((v - low) / (high - low) * Bins, 0, Bins - 1)).ToArray(), [.. blocks], blockCount);
    }

    /// <summary>Voxels at the border that take no part: their neighbours may be filled with nothing, and the ends of a slab fade.</summary>
    public static Vector3 Margin(Grid g)
    {
        static double Of(int n) => n < 8 ? 0 : n < 16 ? 1 : 2;
        return new Vector3(Of(g.Nx), Of(g.Ny), Of(g.Nz));
    }

    /// <summary>Ends of the intensities without their outermost thousandths; always a range.</summary>
    public static (float Low, float High) Range(IReadOnlyCollection<float> values)
    {
        if (values.Count == 0)
        {
            return (0, 1);
        }

        var sorted = values.ToArray();
        Array.Sort(sorted);
        var (low, high) = (sorted[(int)(Tail * (sorted.Length - 1))], sorted[(int)((1 - Tail) * (sorted.Length - 1))]);
        return high > low ? (low, high) : sorted[^1] > sorted[0] ? (sorted[0], sorted[^1]) : (low, low + 1);
    }

    private static double Jitter(RandomStream random, int n) => n == 1 ? 0 : random.NextUniform(-0.5, 0.5);

    /// <summary>Blocks along each axis: eight, but no thinner than three voxels.</summary>
    private static ((int X, int Y, int Z) Across, int Count) BlockSize(Grid g)
    {
        static int Of(int n) => Math.Clamp(n / 3, 1, 8);
        var across = (X: Of(g.Nx), Y: Of(g.Ny), Z: Of(g.Nz));
        return (across, across.X * across.Y * across.Z);
    }
}
