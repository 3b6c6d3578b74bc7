using Etalon.Imaging;

namespace Etalon.Assays.Radiomics.Filters;

/// <summary>An image on its way through filters.</summary>
internal sealed record FilterStack(int Nx, int Ny, int Nz, Vector3 SpacingMm)
{
    /// <summary>Shape (Nz, Ny, Nx), x fastest.</summary>
    public required double[] Values { get; init; }

    public int Threads { get; init; } = 1;

    /// <summary>Convolution with one kernel along each axis; an empty kernel leaves its axis as it is. The middle of a kernel is at half its length, rounded down.</summary>
    public FilterStack Convolved(double[] x, double[] y, double[] z, FilterBoundary boundary)
    {
        var values = Values;
        values = x.Length == 0 ? values : AlongX(values, x, boundary);
        values = y.Length == 0 ? values : Rows(values, y, boundary, alongZ: false);
        values = z.Length == 0 ? values : Rows(values, z, boundary, alongZ: true);
        return this with { Values = values };
    }

    /// <summary>Sum, largest or least of two responses, voxel by voxel.</summary>
    public static void Pool(double[] into, double[] response, FilterPooling pooling)
    {
        switch (pooling)
        {
            case FilterPooling.Max: Lanes.Max(response, into); break;
            case FilterPooling.Min: Lanes.Min(response, into); break;
            default: Lanes.AddScaled(response, 1, into); break;
        }
    }

    /// <summary>Index within an axis for one beyond it; −1 where zero stands there.</summary>
    public static int Place(int i, int n, FilterBoundary boundary)
    {
        if ((uint)i < (uint)n)
        {
            return i;
        }

        switch (boundary)
        {
            case FilterBoundary.Zero:
                return -1;
            case FilterBoundary.Nearest:
                return Math.Clamp(i, 0, n - 1);
            case FilterBoundary.Periodic:
                return (i % n + n) % n;
            default:
                var period = 2 * n;
                var at = (i % period + period) % period;
                return at < n ? at : period - 1 - at;
        }
    }

    private double[] AlongX(double[] values, double[] kernel, FilterBoundary boundary)
    {
        var result = new double[values.Length];
        Parallel.For(0, Nz, Options, k =>
        {
            var (middle, padded) = (kernel.Length / 2, new double[Nx + kernel.Length]);
            for (var j = 0; j < Ny; j++)
            {
                var row = Nx * (j + Ny * k);
                for (var i = 0; i < padded.Length; i++)
                {
                    // The convolution at i reads i + middle − m for each m of the kernel.
                    var from = Place(i + middle - kernel.Length + 1, Nx, boundary);
                    padded[i] = from < 0 ? 0 : values[row + from];
                }

                var target = result.AsSpan(row, Nx);
                for (var m = 0; m < kernel.Length; m++)
                {
                    if (kernel[m] != 0)
                    {
                        Lanes.AddScaled(padded.AsSpan(kernel.Length - 1 - m, Nx), kernel[m], target);
                    }
                }
            }
        });
        return result;
    }

    /// <summary>Along y or z: whole rows are added.</summary>
    private double[] Rows(double[] values, double[] kernel, FilterBoundary boundary, bool alongZ)
    {
        var result = new double[values.Length];
        var middle = kernel.Length / 2;
        Parallel.For(0, Nz, Options, k =>
        {
            for (var j = 0; j < Ny; j++)
            {
                var target = result.AsSpan(Nx * (j + Ny * k), Nx);
                for (var m = 0; m < kernel.Length; m++)
                {
                    var from = alongZ ? Place(k + middle - m, Nz, boundary) : Place(j + middle - m, Ny, boundary);
                    if (from >= 0 && kernel[m] != 0)
                    {
                        Lanes.AddScaled(values.AsSpan(alongZ ? Nx * (j + Ny * from) : Nx * (from + Ny * k), Nx), kernel[m], target);
                    }
                }
            }
        });
        return result;
    }

    private ParallelOptions Options => new() { MaxDegreeOfParallelism = Math.Max(1, Threads) };
}
