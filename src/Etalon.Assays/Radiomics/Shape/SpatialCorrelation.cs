using System.Numerics;
using Etalon.Numerics;
using Vector3 = Etalon.Imaging.Vector3;

namespace Etalon.Assays.Radiomics.Shape;

/// <summary>Moran's I and Geary's C with weights of one over the distance: sums over all pairs of voxels, taken as convolutions.</summary>
/// <remarks>Moran, Biometrika 37:17 (1950); Geary, Incorp Statist 5:115 (1954).</remarks>
internal static class SpatialCorrelation
{
    /// <summary>Points of the transform beyond which memory would not do: 200 MB for each of two arrays.</summary>
    private const long MostPoints = 12_500_000;

    /// <summary>Below this many voxels pairs are summed one by one.</summary>
    private const int Few = 200;

    /// <summary>Both; NaN where all intensities are equal; null where the region is too large.</summary>
    /// <param name="image">Intensities, x fastest.</param>
    /// <param name="inside">The region.</param>
    /// <param name="n">Size of the box.</param>
    /// <param name="spacing">Distance of neighbours, mm.</param>
    /// <param name="threads">Threads to use.</param>
    public static (double MoranI, double GearyC)? Of(float[] image, bool[] inside, (int X, int Y, int Z) n, Vector3 spacing, int threads)
    {
        var (number, mean) = (0, 0.0);
        for (var v = 0; v < inside.Length; v++)
        {
            (number, mean) = inside[v] ? (number + 1, mean + image[v]) : (number, mean);
        }

        mean /= number;
        if (number <= Few)
        {
            return Pairs(image, inside, n, spacing, number, mean);
        }

        var p = (X: FourierPlan.NextLength(2 * n.X - 1), Y: FourierPlan.NextLength(2 * n.Y - 1), Z: FourierPlan.NextLength(2 * n.Z - 1));
        return (long)p.X * p.Y * p.Z > MostPoints ? null : Convolved(image, inside, n, p, spacing, (number, mean, threads));
    }

    /// <summary>The plain sums.</summary>
    internal static (double MoranI, double GearyC) Pairs(float[] image, bool[] inside, (int X, int Y, int Z) n, Vector3 spacing, int number, double mean)
    {
        var voxels = Enumerable.Range(0, inside.Length).Where(v => inside[v])
            .Select(v => (X: v % n.X * spacing.X, Y: v / n.X % n.Y * spacing.Y, Z: v / (n.X * n.Y) * spacing.Z, D: image[v] - mean)).ToArray();
        var (weights, products, squares, spread) = (0.0, 0.0, 0.0, 0.0);
        for (var a = 0; a < voxels.Length; a++)
        {
            var u = voxels[a];
            spread += u.D * u.D;
            for (var b = 0; b < a; b++)
            {
                var v = voxels[b];
                var w = 2 / Math.Sqrt((u.X - v.X) * (u.X - v.X) + (u.Y - v.Y) * (u.Y - v.Y) + (u.Z - v.Z) * (u.Z - v.Z));
                weights += w;
                products += w * u.D * v.D;
                squares += w * (u.D - v.D) * (u.D - v.D);
            }
        }

        return Values(number, weights, products, squares, spread);
    }

    /// <summary>Σ w(i − j) f(i) g(j) = Σ W F conj(G) / N over frequencies, with zeros around the box so that nothing wraps.</summary>
    private static (double MoranI, double GearyC) Convolved(
        float[] image, bool[] inside, (int X, int Y, int Z) n, (int X, int Y, int Z) p, Vector3 spacing, (int Number, double Mean, int Threads) s)
    {
        // Real part: deviations; imaginary part: the region.
        var first = new Complex[p.X * p.Y * p.Z];
        // Real part: squares of deviations; imaginary part: weights.
        var second = new Complex[first.Length];
        var (spread, at) = (0.0, 0);
        for (var k = 0; k < n.Z; k++)
        {
            for (var j = 0; j < n.Y; j++)
            {
                for (var i = 0; i < n.X; i++, at++)
                {
                    if (inside[at])
                    {
                        var (d, to) = (image[at] - s.Mean, i + p.X * (j + p.Y * k));
                        first[to] = new Complex(d, 1);
                        second[to] = d * d;
                        spread += d * d;
                    }
                }
            }
        }

        Weigh(second, n, p, spacing);
        var transform = new FourierGrid(p.X, p.Y, p.Z);
        transform.Forward(first, s.Threads);
        transform.Forward(second, s.Threads);
        var (products, weights, cross) = (0.0, 0.0, 0.0);
        for (var k = 0; k < p.Z; k++)
        {
            for (var j = 0; j < p.Y; j++)
            {
                var (row, opposite) = (p.X * (j + p.Y * k), p.X * ((p.Y - j) % p.Y + p.Y * ((p.Z - k) % p.Z)));
                var (rowProducts, rowWeights, rowCross) = (0.0, 0.0, 0.0);
                for (var i = 0; i < p.X; i++)
                {
                    var (a, b) = (row + i, opposite + (p.X - i) % p.X);
                    var (f, g) = Parts(first[a], first[b]);
                    var (h, w) = Parts(second[a], second[b]);
                    // The weights are even: their transform is real.
                    rowProducts += w.Real * (f.Real * f.Real + f.Imaginary * f.Imaginary);
                    rowWeights += w.Real * (g.Real * g.Real + g.Imaginary * g.Imaginary);
                    rowCross += w.Real * (h.Real * g.Real + h.Imaginary * g.Imaginary);
                }

                (products, weights, cross) = (products + rowProducts, weights + rowWeights, cross + rowCross);
            }
        }

        double points = first.Length;
        // Σ w (xi − xj)² = 2 Σ w xi² − 2 Σ w xi xj.
        return Values(s.Number, weights / points, products / points, 2 * (cross - products) / points, spread);
    }

    private static void Weigh(Complex[] values, (int X, int Y, int Z) n, (int X, int Y, int Z) p, Vector3 spacing)
    {
        for (var k = 1 - n.Z; k < n.Z; k++)
        {
            for (var j = 1 - n.Y; j < n.Y; j++)
            {
                var row = p.X * ((j + p.Y) % p.Y + p.Y * ((k + p.Z) % p.Z));
                var beside = j * spacing.Y * (j * spacing.Y) + k * spacing.Z * (k * spacing.Z);
                for (var i = 1 - n.X; i < n.X; i++)
                {
                    var square = beside + i * spacing.X * (i * spacing.X);
                    ref var v = ref values[row + (i + p.X) % p.X];
                    v = new Complex(v.Real, square > 0 ? 1 / Math.Sqrt(square) : 0);
                }
            }
        }
    }

    /// <summary>Transforms of real and imaginary part, from that of both at a frequency and at its opposite.</summary>
    private static (Complex OfReal, Complex OfImaginary) Parts(Complex here, Complex opposite) =>
        (new Complex((here.Real + opposite.Real) / 2, (here.Imaginary - opposite.Imaginary) / 2), new Complex((here.Imaginary + opposite.Imaginary) / 2, (opposite.Real - here.Real) / 2));

    private static (double, double) Values(int number, double weights, double products, double squares, double spread) =>
        spread > 0 && weights > 0 ? (number / weights * products / spread, (number - 1) / (2 * weights) * squares / spread) : (double.NaN, double.NaN);
}
