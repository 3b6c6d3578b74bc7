using Etalon.Cases;
using Etalon.Imaging;

namespace Etalon.Twin;

/// <summary>Density of one visit on the domain's grid, before it becomes an observation.</summary>
/// <param name="Density">Measured in the core; beyond it the tail that its profile at the edge shows; 0 outside the domain.</param>
/// <param name="IsMeasured">The core: voxels whose ADC is that of tumour alone.</param>
/// <param name="IsTumour">The drawn tumour within the domain.</param>
/// <param name="IsBelowLimit">Voxels that the reader left out and that lie clear of the drawn edge.</param>
/// <param name="DetectionLimit">Density at the drawn edge.</param>
/// <param name="TailMm">Length over which a low density falls by e at the core's edge.</param>
/// <param name="HasInterface">Whether normal tissue beside the tumour reads as dense, so that edge voxels are mixtures and were not used.</param>
public sealed record DensityReading(
    double[] Density, bool[] IsMeasured, bool[] IsTumour, bool[] IsBelowLimit, double DetectionLimit, double TailMm, bool HasInterface)
{
    /// <summary>How density goes on beyond the core; null where nothing is there.</summary>
    public DensityTail? Tail { get; init; }
}

/// <summary>Density beyond what was measured: its logit falls from that of the edge.</summary>
/// <param name="Edge">Density at the edge, within (0, 1).</param>
/// <param name="Fall">Fall of the logit in each place; 0 where density was measured.</param>
/// <param name="EdgeU">Standard uncertainty of the logit of the density at the edge.</param>
/// <param name="FallU">Relative standard uncertainty of the fall, shared by all places.</param>
public sealed record DensityTail(double Edge, double[] Fall, double EdgeU, double FallU);

/// <summary>
/// Turns ADC and a drawn tumour into density. Outside the drawn tumour ADC says nothing of cells (normal tissue has an ADC of its own), and
/// where such tissue borders the tumour the voxels at the edge are mixtures of both; those are left out, and density is continued from
/// the core by the profile that it shows at its edge (<see cref="EdgeProfile"/>).
/// </summary>
public static class DensityReader
{
    /// <summary>Difference of apparent density across the drawn edge above which edge voxels count as mixtures.</summary>
    private const double InterfaceStep = 0.15;

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
        var unbounded = Array.ConvertAll(adc, a => CellDensity.Unbounded(a, reference));
        var apparent = Array.ConvertAll(unbounded, n => Math.Clamp(n, 0, 1));
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
        var profile = EdgeProfile.Of(unbounded, new Mask(domain.Grid, measured), domain);
        var (density, fall) = (new double[adc.Length], new double[adc.Length]);
        var isContinued = hasInterface || !isNothingOutside;
        for (var n = 0; n < density.Length; n++)
        {
            fall[n] = measured[n] || !domain.Inside[n] || !isContinued ? 0 : profile.Fall(profile.DistanceMm[n]);
            density[n] = measured[n] ? apparent[n] : domain.Inside[n] && isContinued ? EdgeProfile.After(profile.Density, fall[n]) : 0;
        }

        // With an interface the drawn edge lies some layers beyond the core.
        var drawnEdge = hasInterface ? EdgeProfile.After(profile.Density, profile.Fall(edgeVoxels * Math.Cbrt(domain.Grid.VoxelVolumeMl * 1000))) : profile.Density;
        return new DensityReading(
            density, measured, drawn.Inside, clear.Inside.Zip(domain.Inside, (c, d) => d && !c).ToArray(), Math.Max(1e-3, drawnEdge), profile.LengthMm, hasInterface)
        {
            Tail = isContinued ? new DensityTail(profile.Density, fall, profile.LogitU, profile.FallU) : null,
        };
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
