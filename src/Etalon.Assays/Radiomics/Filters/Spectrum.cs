using System.Numerics;
using Etalon.Numerics;
using Vector3 = Etalon.Imaging.Vector3;

namespace Etalon.Assays.Radiomics.Filters;

/// <summary>Filters that are given by their gain at each frequency.</summary>
internal static class Spectrum
{
    /// <summary>Filters an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="filter">What stands beyond its edge, and whether slices are taken one by one. An axis whose size can be transformed as it is goes on periodically; others are filled up.</param>
    /// <param name="gain">Gain at a frequency in radians per voxel, each component within ±π.</param>
    /// <param name="endsIncluded">Whether the frequencies of an axis are taken as evenly spread from −π to π with both ends, rather than as those of the transform.</param>
    public static FilterStack Filter(FilterStack image, ImageFilter filter, Func<Vector3, Complex> gain, bool endsIncluded = false)
    {
        var isPeriodic = filter.Boundary == FilterBoundary.Periodic;
        var (px, py) = (Size(image.Nx, isPeriodic), Size(image.Ny, isPeriodic));
        if (!filter.InSlices)
        {
            return image with { Values = Block(image, (image.Nx, image.Ny, image.Nz), (px, py, Size(image.Nz, isPeriodic)), 0, (filter.Boundary, endsIncluded), gain, image.Threads) };
        }

        var result = new double[image.Values.Length];
        Parallel.For(0, image.Nz, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, image.Threads) }, k =>
            Block(image, (image.Nx, image.Ny, 1), (px, py, 1), k, (filter.Boundary, endsIncluded), gain, 1).CopyTo(result, k * image.Nx * image.Ny));
        return image with { Values = result };
    }

    /// <summary>Periodic images keep their size where it can be transformed; others get room for the reach of the filter on both sides.</summary>
    private static int Size(int n, bool isPeriodic) => FourierPlan.NextLength(isPeriodic || n == 1 ? n : 2 * n);

    private static double[] Block(FilterStack image, (int X, int Y, int Z) n, (int X, int Y, int Z) p, int slice, (FilterBoundary Boundary, bool EndsIncluded) how, Func<Vector3, Complex> gain, int threads)
    {
        var values = new Complex[p.X * p.Y * p.Z];
        var at = 0;
        for (var k = 0; k < p.Z; k++)
        {
            for (var j = 0; j < p.Y; j++)
            {
                for (var i = 0; i < p.X; i++, at++)
                {
                    var (x, y, z) = (From(i, n.X, p.X, how.Boundary), From(j, n.Y, p.Y, how.Boundary), From(k, n.Z, p.Z, how.Boundary));
                    values[at] = x < 0 || y < 0 || z < 0 ? 0 : image.Values[x + image.Nx * (y + image.Ny * (z + slice))];
                }
            }
        }

        var transform = new FourierGrid(p.X, p.Y, p.Z);
        transform.Forward(values, threads);
        at = 0;
        for (var k = 0; k < p.Z; k++)
        {
            for (var j = 0; j < p.Y; j++)
            {
                for (var i = 0; i < p.X; i++, at++)
                {
                    values[at] *= gain(new Vector3(Frequency(i, p.X, how.EndsIncluded), Frequency(j, p.Y, how.EndsIncluded), Frequency(k, p.Z, how.EndsIncluded)));
                }
            }
        }

        transform.Inverse(values, threads);
        var result = new double[n.X * n.Y * n.Z];
        at = 0;
        for (var k = 0; k < n.Z; k++)
        {
            for (var j = 0; j < n.Y; j++)
            {
                for (var i = 0; i < n.X; i++)
                {
                    result[at++] = values[i + p.X * (j + p.Y * k)].Real;
                }
            }
        }

        return result;
    }

    /// <summary>What stands at a place of the filled-up axis: the image, then what goes on beyond its end, then what goes before its begin.</summary>
    private static int From(int i, int n, int padded, FilterBoundary boundary) =>
        i < n ? i : FilterStack.Place(i < n + (padded - n) / 2 ? i : i - padded, n, boundary);

    private static double Frequency(int i, int n, bool endsIncluded)
    {
        var signed = i < (n + 1) / 2 ? i : i - n;
        return n == 1 ? 0 : endsIncluded ? Math.PI * (2.0 * (signed + n / 2) / (n - 1) - 1) : 2 * Math.PI * signed / n;
    }
}
