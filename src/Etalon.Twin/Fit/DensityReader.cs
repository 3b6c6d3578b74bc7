using Etalon.Cases;
using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Twin;

/// <summary>Density of one visit on the domain's grid, before it becomes an observation.</summary>
/// <param name="Density">Measured in the core; beyond it an exponential tail; 0 outside the domain.</param>
/// <param name="IsMeasured">The core: voxels whose ADC is that of tumour alone.</param>
/// <param name="IsTumour">The drawn tumour within the domain.</param>
/// <param name="IsBelowLimit">Voxels that the reader left out and that lie clear of the drawn edge.</param>
/// <param name="DetectionLimit">Density at the drawn edge.</param>
/// <param name="TailMm">Length over which density falls by e beyond the core.</param>
/// <param name="HasInterface">Whether normal tissue beside the tumour reads as dense, so that edge voxels are mixtures and were not used.</param>
public sealed record DensityReading(
    double[] Density, bool[] IsMeasured, bool[] IsTumour, bool[] IsBelowLimit, double DetectionLimit, double TailMm, bool HasInterface);

/// <summary>
/// Turns ADC and a drawn tumour into density. Outside the drawn tumour ADC says nothing of cells (normal tissue has an ADC of its own), and
/// where such tissue borders the tumour the voxels at the edge are mixtures of both; those are left out, and density is continued from
/// the core by the exponential tail that its own gradient shows.
/// </summary>
public static class DensityReader
{
    /// <summary>Difference of apparent density across the drawn edge above which edge voxels count as mixtures.</summary>
    private const double InterfaceStep = 0.15;

    /// <summary>Slopes that a median needs to say anything.</summary>
    private const int FewestSlopes = 8;

    /// <summary>Reads one visit.</summary>
    /// <param name="adc">ADC on the grid, mm²/s.</param>
    /// <param name="hasAdc">Where it is valid.</param>
    /// <param name="tumour">The drawn tumour.</param>
    /// <param name="domain">Where the tumour can live.</param>
    /// <param name="reference">What density means.</param>
    /// <param name="edgeVoxels">How many layers of voxels an interface contaminates: 1, or 2 for a resampled map.</param>
    /// <param name="isNothingOutside">
    /// Whether the input documents that there is no tumour outside the drawn one; there is then no tail, unless an interface shows that the
    /// drawn edge is one of anatomy.
    /// </param>
    public static DensityReading Read(
        float[] adc, bool[] hasAdc, Mask tumour, Mask domain, DensityReference reference, int edgeVoxels, bool isNothingOutside = false)
    {
        ArgumentNullException.ThrowIfNull(adc);
        ArgumentNullException.ThrowIfNull(hasAdc);
        ArgumentNullException.ThrowIfNull(tumour);
        ArgumentNullException.ThrowIfNull(domain);
        var apparent = Array.ConvertAll(adc, a => CellDensity.FromAdc(a, reference));
        var drawn = tumour.And(domain);
        var hasInterface = StepAcrossEdge(apparent, hasAdc, drawn, domain) > InterfaceStep;
        var core = hasInterface ? MaskMorphology.Eroded(drawn, edgeVoxels) : drawn;
        if (core.Count < 27)
        {
            // Too small to have an inside: better mixtures than nothing.
            core = drawn;
        }

        var measured = core.Inside.Zip(hasAdc, (c, a) => c && a).ToArray();
        // One ring around the drawn edge is left out in any case: a contour is never exact to a voxel, and a one-sided penalty there would shrink the tumour.
        var clear = MaskMorphology.Dilated(drawn, edgeVoxels);
        var tail = TailMm(apparent, measured, domain.Grid);
        var edge = EdgeDensity(apparent, measured, core, hasInterface);
        var distance = MaskMorphology.DistanceMm(new Mask(domain.Grid, measured));
        var density = new double[adc.Length];
        for (var n = 0; n < density.Length; n++)
        {
            density[n] = measured[n] ? apparent[n] : domain.Inside[n] && !(isNothingOutside && !hasInterface) ? edge * Math.Exp(-distance[n] / tail) : 0;
        }

        var atDrawnEdge = hasInterface ? edge * Math.Exp(-edgeVoxels * domain.Grid.SpacingMm.Length / Math.Sqrt(3) / tail) : edge;
        return new DensityReading(
            density, measured, drawn.Inside, clear.Inside.Zip(domain.Inside, (c, d) => d && !c).ToArray(), Math.Max(1e-3, atDrawnEdge), tail, hasInterface);
    }

    /// <summary>Root mean square slope of density over measured voxels whose six neighbours were measured too, per mm; 0 where there are none.</summary>
    public static double RmsSlopePerMm(DensityReading reading, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(grid);
        var (sum, count) = (0.0, 0);
        for (var n = 0; n < reading.Density.Length; n++)
        {
            if (reading.IsMeasured[n] && SlopePerMm(reading.Density, reading.IsMeasured, grid, n) is { } slope)
            {
                (sum, count) = (sum + slope * slope, count + 1);
            }
        }

        return count == 0 ? 0 : Math.Sqrt(sum / count);
    }

    /// <summary>Mean apparent density just outside the drawn edge minus just inside.</summary>
    private static double StepAcrossEdge(double[] apparent, bool[] hasAdc, Mask drawn, Mask domain)
    {
        var (inner, outer) = (MaskMorphology.Eroded(drawn, 1), MaskMorphology.Dilated(drawn, 1));
        double Mean(Func<int, bool> take)
        {
            var (sum, count) = (0.0, 0);
            for (var n = 0; n < apparent.Length; n++)
            {
                if (hasAdc[n] && domain.Inside[n] && take(n))
                {
                    (sum, count) = (sum + apparent[n], count + 1);
                }
            }

            return count == 0 ? 0 : sum / count;
        }

        return Mean(n => outer.Inside[n] && !drawn.Inside[n]) - Mean(n => drawn.Inside[n] && !inner.Inside[n]);
    }

    /// <summary>Density at the edge of the core: the median of its outermost layer, or without an interface the low end of the drawn tumour.</summary>
    private static double EdgeDensity(double[] apparent, bool[] measured, Mask core, bool hasInterface)
    {
        var inner = hasInterface ? MaskMorphology.Eroded(core, 1) : null;
        var values = Enumerable.Range(0, apparent.Length).Where(n => measured[n] && inner?.Inside[n] != true).Select(n => apparent[n]).Order().ToArray();
        return values.Length == 0 ? 0 : FixedSum.QuantileOfSorted(values, hasInterface ? 0.5 : 0.05);
    }

    /// <summary>Median of N/|grad N| over the sparser half of the core, mm; between half a voxel and 15 mm.</summary>
    private static double TailMm(double[] apparent, bool[] measured, Grid g)
    {
        var h = g.SpacingMm;
        var inside = Enumerable.Range(0, apparent.Length).Where(n => measured[n] && apparent[n] > 0).ToArray();
        var sorted = inside.Select(n => apparent[n]).Order().ToArray();
        var middle = sorted.Length == 0 ? 0 : FixedSum.QuantileOfSorted(sorted, 0.5);
        List<double> Lengths(Func<int, double?> slopePerMm) => inside.Where(n => apparent[n] <= middle)
            .Select(n => slopePerMm(n) is { } slope ? apparent[n] / Math.Max(slope, 1e-9) : (double?)null).OfType<double>().Order().ToList();
        var lengths = Lengths(n => SlopePerMm(apparent, measured, g, n));
        if (lengths.Count < FewestSlopes)
        {
            // A small core has hardly a voxel whose six neighbours were measured; a tail of some voxels would then be asserted, not read.
            lengths = Lengths(n => OneSidedSlopePerMm(apparent, measured, g, n));
        }

        var shortest = 0.5 * Math.Min(h.X, Math.Min(h.Y, h.Z));
        return lengths.Count == 0 ? 2 * shortest : Math.Clamp(lengths[lengths.Count / 2], shortest, 15);
    }

    /// <summary>|grad N| by the difference to the one or two measured neighbours of each axis; null where an axis has none.</summary>
    private static double? OneSidedSlopePerMm(double[] density, bool[] measured, Grid g, int n)
    {
        var squares = 0.0;
        foreach (var (at, size, step, spacing) in new[]
        {
            (n % g.Nx, g.Nx, 1, g.SpacingMm.X), (n / g.Nx % g.Ny, g.Ny, g.Nx, g.SpacingMm.Y), (n / g.Nx / g.Ny, g.Nz, g.Nx * g.Ny, g.SpacingMm.Z),
        })
        {
            var low = at > 0 && measured[n - step] ? n - step : n;
            var high = at < size - 1 && measured[n + step] ? n + step : n;
            if (low == high)
            {
                return null;
            }

            var slope = (density[high] - density[low]) / ((high - low) / step * spacing);
            squares += slope * slope;
        }

        return Math.Sqrt(squares);
    }

    /// <summary>|grad N| by central differences; null at the grid's edge or where a neighbour was not measured.</summary>
    private static double? SlopePerMm(double[] density, bool[] measured, Grid g, int n)
    {
        var (i, j, k) = (n % g.Nx, n / g.Nx % g.Ny, n / g.Nx / g.Ny);
        var (row, slice) = (g.Nx, g.Nx * g.Ny);
        if (i == 0 || j == 0 || k == 0 || i == g.Nx - 1 || j == g.Ny - 1 || k == g.Nz - 1
            || !(measured[n - 1] && measured[n + 1] && measured[n - row] && measured[n + row] && measured[n - slice] && measured[n + slice]))
        {
            return null;
        }

        var h = g.SpacingMm;
        var (x, y, z) = ((density[n + 1] - density[n - 1]) / (2 * h.X), (density[n + row] - density[n - row]) / (2 * h.Y), (density[n + slice] - density[n - slice]) / (2 * h.Z));
        return Math.Sqrt(x * x + y * y + z * z);
    }
}
