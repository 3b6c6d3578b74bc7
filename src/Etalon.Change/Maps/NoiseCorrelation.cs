using Etalon.Imaging;

namespace Etalon.Change.Maps;

/// <summary>How the noise of neighbouring voxels hangs together: the correlation of next neighbours along each index of the grid.</summary>
/// <param name="AlongI">Correlation of neighbours along the first index, in [0, 1).</param>
/// <param name="AlongJ">Along the second index.</param>
/// <param name="AlongK">Along the third index.</param>
/// <remarks>It is taken to fall as that of smoothed noise, with the square of the distance: ρ(n) = ρ(1)^(n²).</remarks>
public readonly record struct NoiseCorrelation(double AlongI, double AlongJ, double AlongK)
{
    /// <summary>Fewest pairs of neighbours from which a correlation is told.</summary>
    private const int FewestPairs = 30;

    /// <summary>Above this the sum over neighbours runs away; a region so smooth is one grain.</summary>
    private const double Largest = 0.999;

    /// <summary>Each voxel has its own noise.</summary>
    public static NoiseCorrelation None { get; }

    /// <summary>Of independent noise that was smoothed to a full width at half maximum.</summary>
    /// <param name="fwhmMm">Width of the smoothing along each index, mm.</param>
    /// <param name="grid">Its voxels.</param>
    public static NoiseCorrelation OfSmoothing(Vector3 fwhmMm, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        var s = grid.SpacingMm;
        return new NoiseCorrelation(Of(fwhmMm.X, s.X), Of(fwhmMm.Y, s.Y), Of(fwhmMm.Z, s.Z));

        // A kernel of standard deviation s gives a correlation of exp(−d²/4s²), FWHM² = 8 ln 2 s².
        static double Of(double fwhm, double spacing) => fwhm > 0 ? Math.Exp(-2 * Math.Log(2) * spacing * spacing / (fwhm * fwhm)) : 0;
    }

    /// <summary>Voxels whose noise counts as one in a mean over a region: Σ ρ over all neighbours within its bounds, at least 1.</summary>
    /// <exception cref="ArgumentException">The region is empty.</exception>
    public double VoxelsPerGrain(Mask region)
    {
        ArgumentNullException.ThrowIfNull(region);
        var b = region.Bounds() ?? throw new ArgumentException("An empty region has no noise.");
        return Math.Clamp(
            Sum(AlongI, b.I1 - b.I0 + 1) * Sum(AlongJ, b.J1 - b.J0 + 1) * Sum(AlongK, b.K1 - b.K0 + 1), 1, region.Count);
    }

    /// <summary>From what is left of a difference in a region where nothing changed.</summary>
    /// <param name="grid">Its voxels.</param>
    /// <param name="residuals">Standardised differences with mean 0, where <paramref name="inside"/>.</param>
    /// <param name="inside">The region.</param>
    /// <returns>The correlations; 0 along an index with too few neighbours.</returns>
    internal static NoiseCorrelation Of(Grid grid, ReadOnlySpan<double> residuals, ReadOnlySpan<bool> inside)
    {
        Span<double> result = stackalloc double[3];
        ReadOnlySpan<int> steps = [1, grid.Nx, grid.Nx * grid.Ny];
        ReadOnlySpan<int> sizes = [grid.Nx, grid.Ny, grid.Nz];
        for (var axis = 0; axis < 3; axis++)
        {
            var (cross, squares, pairs) = (0.0, 0.0, 0);
            for (var n = 0; n + steps[axis] < inside.Length; n++)
            {
                var at = n / steps[axis] % sizes[axis];
                if (at + 1 < sizes[axis] && inside[n] && inside[n + steps[axis]])
                {
                    var (a, b) = (residuals[n], residuals[n + steps[axis]]);
                    (cross, squares, pairs) = (cross + a * b, squares + 0.5 * (a * a + b * b), pairs + 1);
                }
            }

            result[axis] = pairs >= FewestPairs && squares > 0 ? Math.Clamp(cross / squares, 0, Largest) : 0;
        }

        return new NoiseCorrelation(result[0], result[1], result[2]);
    }

    /// <summary>Σ (1 − |n|/L) ρ^(n²) over the offsets within L voxels.</summary>
    private static double Sum(double rho, int length)
    {
        var sum = 1.0;
        for (var n = 1; n < length; n++)
        {
            var term = Math.Pow(rho, (double)n * n);
            sum += 2 * (1 - (double)n / length) * term;
            if (term < 1e-9)
            {
                break;
            }
        }

        return sum;
    }
}
