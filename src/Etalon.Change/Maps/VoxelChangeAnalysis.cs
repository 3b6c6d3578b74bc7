using Etalon.Assays;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Numerics;
using MathNet.Numerics.Distributions;

namespace Etalon.Change.Maps;

/// <summary>Tells change from noise in every voxel of two maps on one grid.</summary>
/// <remarks>
/// d = change + noise + offset + gradient · displacement. Noise is the voxels' own; offset and displacement are four numbers that all voxels share, known to
/// their covariance and, where there is a reference, to what it tells of them. Each voxel's variance holds all of it, so its probability is right by itself;
/// what voxels share makes them wrong together, once in a while, and not on average.
/// </remarks>
public static class VoxelChangeAnalysis
{
    /// <summary>Median of the modulus of a normal deviate.</summary>
    private const double MedianOfModulus = 0.674489750196;

    /// <summary>The change from one map to another.</summary>
    /// <param name="first">Before.</param>
    /// <param name="second">After, resampled to the same grid.</param>
    /// <param name="region">Where voxels are compared.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">
    /// The grids or units differ; an option is out of its range; no voxel can be compared; or, without a reference, the uncertainty of a map or the correlation
    /// of its noise is not known.
    /// </exception>
    public static VoxelChangeMap Between(ParametricMap first, ParametricMap second, Mask region, VoxelChangeOptions options)
    {
        Check(first, second, region, options);
        var grid = region.Grid;
        var field = ChangeField.Of(first, second, region, options);
        var reference = options.Reference is { } mask ? ChangeField.Of(first, second, mask, options) : null;
        if (field.Count == 0 || reference is { Count: 0 })
        {
            throw new ArgumentException($"No voxel of the {(field.Count == 0 ? "region" : "reference")} has a value in both maps.");
        }

        var isKnown = first.IsUKnown && second.IsUKnown;
        var noiseScale = reference is null ? 1 : NoiseScale(reference, isKnown);
        var correlation = options.Correlation ?? Estimated(grid, reference!);
        field = field.Widened(noiseScale, isKnown);
        var shared = SharedErrors.Prior(options.SharedU, options.Displacement);
        if (reference is not null)
        {
            shared = shared.Given(reference.Widened(noiseScale, isKnown), correlation.VoxelsPerGrain(options.Reference!));
        }

        var (p, u, change) = (new double[field.Count], new double[field.Count], new double[field.Count]);
        for (var n = 0; n < p.Length; n++)
        {
            change[n] = field.Change[n] - shared.MeanAt(field, n);
            u[n] = Math.Sqrt(field.NoiseU[n] * field.NoiseU[n] + shared.VarianceAt(field, n));
            p[n] = u[n] > 0 ? 2 * Normal.CDF(0, 1, -Math.Abs(change[n]) / u[n]) : change[n] == 0 ? 1 : 0;
        }

        var adjusted = new double[p.Length];
        FalseDiscovery.Adjust(p, adjusted, options.UnderAnyDependence);
        var grain = correlation.VoxelsPerGrain(region);
        var unit = options.Scale == ChangeScale.LogRatio ? Unit.Parse("1") : first.Value.Unit;
        return new VoxelChangeMap
        {
            Scale = options.Scale,
            Change = field.Spread(grid, change, 0, unit),
            U = field.Spread(grid, u, 0, unit),
            Status = field.Status,
            P = field.Spread(grid, p, 1, Unit.Parse("1")),
            Adjusted = field.Spread(grid, adjusted, 1, Unit.Parse("1")),
            Increased = field.Where(grid, n => adjusted[n] <= options.FalseDiscoveryRate && change[n] > 0),
            Decreased = field.Where(grid, n => adjusted[n] <= options.FalseDiscoveryRate && change[n] < 0),
            Tested = field.Count,
            SharedError = shared.Mean[0],
            SharedErrorU = Math.Sqrt(shared.Covariance[0, 0]),
            NoiseScale = noiseScale,
            Correlation = correlation,
            VoxelsPerGrain = grain,
            IncreasedFraction = options.MinimalChange is { } m ? FractionEstimate.Of(field, shared, m, grain, sign: 1) : null,
            DecreasedFraction = options.MinimalChange is { } l ? FractionEstimate.Of(field, shared, l, grain, sign: -1) : null,
        };
    }

    private static void Check(ParametricMap first, ParametricMap second, Mask region, VoxelChangeOptions options)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(region);
        ArgumentNullException.ThrowIfNull(options);
        if (!first.Value.Grid.IsSameAs(region.Grid) || !second.Value.Grid.IsSameAs(region.Grid) || options.Reference?.Grid.IsSameAs(region.Grid) == false)
        {
            throw new ArgumentException($"Maps and masks must lie on one grid: {first.Value.Grid}, {second.Value.Grid}, {region.Grid}, {options.Reference?.Grid}.");
        }

        if (!Equals(first.Value.Unit, second.Value.Unit))
        {
            throw new ArgumentException($"Maps in '{first.Value.Unit}' and '{second.Value.Unit}' are not compared.");
        }

        if (!(options.SharedU >= 0) || !(options.FalseDiscoveryRate is > 0 and < 1) || options.MinimalChange is not (null or > 0) || !Enum.IsDefined(options.Scale))
        {
            throw new ArgumentException($"An option is out of its range: {options}.");
        }

        if (options.Reference is null && (options.Correlation is null || !first.IsUKnown || !second.IsUKnown))
        {
            throw new ArgumentException("Without a reference where nothing changed, the uncertainty of both maps and the correlation of their noise must be known.");
        }
    }

    /// <summary>How much more the reference scatters than the maps say, robustly, never below 1; where the maps say nothing, the scatter itself.</summary>
    private static double NoiseScale(ChangeField reference, bool isKnown)
    {
        var residuals = reference.Standardised(isKnown);
        Array.Sort(residuals);
        var median = residuals[residuals.Length / 2];
        var moduli = residuals.Select(r => Math.Abs(r - median)).Order().ToArray();
        var scatter = moduli[moduli.Length / 2] / MedianOfModulus;
        return isKnown ? Math.Max(1, scatter) : scatter;
    }

    private static NoiseCorrelation Estimated(Grid grid, ChangeField reference)
    {
        var (all, inside) = (new double[grid.Count], new bool[grid.Count]);
        var residuals = reference.Standardised(reference.NoiseU.All(u => u > 0));
        var mean = FixedSum.Mean(residuals);
        for (var n = 0; n < reference.Count; n++)
        {
            (all[reference.Voxels[n]], inside[reference.Voxels[n]]) = (residuals[n] - mean, true);
        }

        return NoiseCorrelation.Of(grid, all, inside);
    }
}
