namespace Etalon.Phantoms;

/// <summary>Volume and mean density of {N > threshold} for every threshold, from 4 x 4 x 4 samples in each cell between eight grid points.</summary>
public sealed class DensityDistribution
{
    private const int PerAxis = 4;
    private const int Bins = 8192;
    private readonly double[] _volumeAbove = new double[Bins + 1];
    private readonly double[] _cellsAbove = new double[Bins + 1];

    private DensityDistribution()
    {
    }

    /// <summary>Volume where N exceeds a threshold, mL.</summary>
    /// <param name="threshold">In (0, 1).</param>
    public double VolumeMl(double threshold) => Interpolate(_volumeAbove, threshold);

    /// <summary>Mean of N where it exceeds a threshold; null where it does so nowhere.</summary>
    public double? MeanDensity(double threshold) =>
        VolumeMl(threshold) is var volume && volume > 0 ? Interpolate(_cellsAbove, threshold) / volume : null;

    /// <summary>The threshold above which a given volume lies, in (0, 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The volume is not above 0.</exception>
    public double ThresholdFor(double volumeMl)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(volumeMl);
        var (low, high) = (1.0 / Bins, 1.0);
        for (var step = 0; step < 50; step++)
        {
            var middle = 0.5 * (low + high);
            (low, high) = VolumeMl(middle) > volumeMl ? (middle, high) : (low, middle);
        }

        return 0.5 * (low + high);
    }

    internal static DensityDistribution Of(DensityField field, float[] values)
    {
        var result = new DensityDistribution();
        var grid = field.Grid;
        var (volume, cells) = (result._volumeAbove, result._cellsAbove);
        var sampleMl = grid.VoxelVolumeMl / (PerAxis * PerAxis * PerAxis);
        Span<double> corners = stackalloc double[8];
        for (var k = 0; k < grid.Nz - 1; k++)
        {
            for (var j = 0; j < grid.Ny - 1; j++)
            {
                for (var i = 0; i < grid.Nx - 1; i++)
                {
                    if (ReadCorners(values, grid.Index(i, j, k), grid.Nx, grid.Nx * grid.Ny, corners))
                    {
                        SampleCell(corners, sampleMl, volume, cells);
                    }
                }
            }
        }

        for (var b = Bins - 1; b >= 0; b--)
        {
            volume[b] += volume[b + 1];
            cells[b] += cells[b + 1];
        }

        return result;
    }

    /// <summary>Whether any corner is worth sampling: below 1/1000 the volume means nothing to a reader.</summary>
    private static bool ReadCorners(float[] values, int at, int row, int plane, Span<double> corners)
    {
        var largest = 0.0;
        for (var c = 0; c < 8; c++)
        {
            corners[c] = values[at + (c & 1) + row * ((c >> 1) & 1) + plane * (c >> 2)];
            largest = Math.Max(largest, corners[c]);
        }

        return largest > 1e-3;
    }

    private static void SampleCell(ReadOnlySpan<double> c, double sampleMl, double[] volume, double[] cells)
    {
        for (var k = 0; k < PerAxis; k++)
        {
            var w = (k + 0.5) / PerAxis;
            for (var j = 0; j < PerAxis; j++)
            {
                var v = (j + 0.5) / PerAxis;
                var left = Smooth.Lerp(Smooth.Lerp(c[0], c[2], v), Smooth.Lerp(c[4], c[6], v), w);
                var right = Smooth.Lerp(Smooth.Lerp(c[1], c[3], v), Smooth.Lerp(c[5], c[7], v), w);
                for (var i = 0; i < PerAxis; i++)
                {
                    var n = Smooth.Lerp(left, right, (i + 0.5) / PerAxis);
                    var bin = Math.Clamp((int)(n * Bins), 0, Bins - 1);
                    volume[bin] += sampleMl;
                    cells[bin] += n * sampleMl;
                }
            }
        }
    }

    private static double Interpolate(double[] above, double threshold)
    {
        var at = Math.Clamp(threshold, 0, 1) * Bins;
        var bin = Math.Min((int)at, Bins - 1);
        return Smooth.Lerp(above[bin], above[bin + 1], at - bin);
    }
}
