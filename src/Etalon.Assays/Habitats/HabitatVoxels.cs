using Etalon.Imaging;

namespace Etalon.Assays.Habitats;

/// <summary>
/// The voxels of one region over one or several scans as points of a space of maps: a value and a standard uncertainty of each map, and where the voxel lies.
/// Scans of one table share the meaning of their values, so that one set of habitats can describe them all.
/// </summary>
public sealed record HabitatVoxels
{
    /// <summary>Takes over a table.</summary>
    /// <param name="maps">Names of the maps, at least one.</param>
    /// <param name="values">Row by row, shape (voxels, maps).</param>
    /// <param name="u">Standard uncertainty of each value from noise, above 0, same shape.</param>
    /// <param name="places">Where the voxels lie.</param>
    /// <exception cref="ArgumentException">Shapes differ, or a number is not finite, or an uncertainty is not above 0.</exception>
    public HabitatVoxels(IReadOnlyList<string> maps, double[] values, double[] u, IReadOnlyList<ScanPlaces> places)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(places);
        var count = places.Sum(p => p.Voxels.Length);
        if (maps.Count == 0 || values.Length != count * maps.Count || u.Length != values.Length)
        {
            throw new ArgumentException($"{values.Length} values and {u.Length} uncertainties do not fill {count} voxels of {maps.Count} maps.");
        }

        if (!values.All(double.IsFinite) || !u.All(s => s > 0 && double.IsFinite(s)))
        {
            throw new ArgumentException("Values must be finite and their uncertainties above 0; a voxel without a value does not belong into the table.");
        }

        (Maps, Values, U, Places) = (maps, values, u, places);
    }

    /// <summary>Names of the maps.</summary>
    public IReadOnlyList<string> Maps { get; }

    /// <summary>Shape (voxels, maps). The array belongs to the table.</summary>
    public double[] Values { get; }

    /// <summary>Standard uncertainties from noise, shape (voxels, maps).</summary>
    public double[] U { get; }

    /// <summary>The voxels of each scan, in the order of the rows.</summary>
    public IReadOnlyList<ScanPlaces> Places { get; }

    /// <summary>Number of rows.</summary>
    public int Count => U.Length / Maps.Count;

    /// <summary>First row and number of rows of each scan.</summary>
    public IReadOnlyList<(int First, int Count)> Rows
    {
        get
        {
            var rows = new List<(int, int)>();
            var first = 0;
            foreach (var place in Places)
            {
                rows.Add((first, place.Voxels.Length));
                first += place.Voxels.Length;
            }

            return rows;
        }
    }

    /// <summary>The same voxels with every map brought to mean 0 and standard deviation 1 over all rows, so that units do not matter.</summary>
    /// <returns>The table, and the mean and scale of each map; a map without spread has scale 1.</returns>
    internal (double[] Values, double[] Variances, double[] Mean, double[] Scale) Standardised()
    {
        var (n, d) = (Count, Maps.Count);
        var (mean, scale) = (new double[d], new double[d]);
        for (var m = 0; m < d; m++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var i = 0; i < n; i++)
            {
                sum += Values[i * d + m];
            }

            mean[m] = sum / n;
            for (var i = 0; i < n; i++)
            {
                squares += (Values[i * d + m] - mean[m]) * (Values[i * d + m] - mean[m]);
            }

            scale[m] = squares > 0 ? Math.Sqrt(squares / n) : 1;
        }

        var (x, v) = (new double[n * d], new double[n * d]);
        for (var i = 0; i < n * d; i++)
        {
            x[i] = (Values[i] - mean[i % d]) / scale[i % d];
            v[i] = U[i] / scale[i % d] * (U[i] / scale[i % d]);
        }

        return (x, v, mean, scale);
    }
}

/// <summary>The voxels of one scan.</summary>
/// <param name="Scan">Name of the visit or scan.</param>
/// <param name="Grid">Where they lie.</param>
/// <param name="Voxels">Places in memory, in increasing order.</param>
public sealed record ScanPlaces(string Scan, Grid Grid, int[] Voxels);
