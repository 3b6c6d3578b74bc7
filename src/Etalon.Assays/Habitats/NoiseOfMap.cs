using Etalon.Imaging;

namespace Etalon.Assays.Habitats;

/// <summary>Noise of a map that states none, from what differs between neighbouring voxels.</summary>
public static class NoiseOfMap
{
    private const int FewestBlocks = 20;

    /// <summary>Median of the modulus of a normal deviate.</summary>
    private const double MedianOfModulus = 0.674489750196;

    /// <summary>
    /// Standard deviation from the median modulus of (a − b − c + d)/2 over blocks of 2 × 2 voxels within a slice of the region, which takes out what is even or rises evenly; null where there are too few blocks. Of interpolated
    /// images it is a lower limit, of finely structured ones an upper one.
    /// </summary>
    public static double? Of(Volume map, Mask region)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(region);
        var (g, sizes) = (map.Grid, new List<double>());
        for (var k = 0; k < g.Nz; k++)
        {
            for (var j = 0; j + 1 < g.Ny; j++)
            {
                for (var i = 0; i + 1 < g.Nx; i++)
                {
                    if (region[i, j, k] && region[i + 1, j, k] && region[i, j + 1, k] && region[i + 1, j + 1, k])
                    {
                        sizes.Add(Math.Abs((double)map[i, j, k] - map[i + 1, j, k] - map[i, j + 1, k] + map[i + 1, j + 1, k]) / 2);
                    }
                }
            }
        }

        sizes.Sort();
        return sizes.Count >= FewestBlocks && sizes[sizes.Count / 2] > 0 ? sizes[sizes.Count / 2] / MedianOfModulus : null;
    }
}
