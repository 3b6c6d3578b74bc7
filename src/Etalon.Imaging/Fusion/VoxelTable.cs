namespace Etalon.Imaging.Fusion;

/// <summary>One voxel of a region over all fused maps; the lists are in the order of the maps and are not used again.</summary>
/// <param name="Voxel">Place in memory on the common grid.</param>
/// <param name="Place">Patient position, mm.</param>
/// <param name="Values">Values.</param>
/// <param name="NoiseU">Standard uncertainties from noise.</param>
/// <param name="DisplacementU">From registration.</param>
/// <param name="PartialVolumeU">From the point spread.</param>
public sealed record VoxelRow(int Voxel, Vector3 Place, IReadOnlyList<double> Values, IReadOnlyList<double> NoiseU, IReadOnlyList<double> DisplacementU, IReadOnlyList<double> PartialVolumeU)
{
    /// <summary>Noise and displacement together, of one map.</summary>
    public double U(int map) => Math.Sqrt(NoiseU[map] * NoiseU[map] + DisplacementU[map] * DisplacementU[map]);
}

/// <summary>The voxels of a region as rows, one after the other: what clustering, radiomics and models of tissue start from.</summary>
public static class VoxelTable
{
    /// <summary>Rows of the voxels in which all maps have a value, in the order of memory.</summary>
    /// <param name="maps">On one grid, at least one.</param>
    /// <param name="region">On the same grid.</param>
    /// <exception cref="ArgumentException">The grids differ.</exception>
    public static IEnumerable<VoxelRow> Rows(IReadOnlyList<FusedMap> maps, Mask region)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(region);
        if (maps.Count == 0 || maps.Any(m => !m.Value.Grid.IsSameAs(region.Grid)))
        {
            throw new ArgumentException($"{maps.Count} maps: at least one is needed, and all on {region.Grid}.");
        }

        return Each();

        IEnumerable<VoxelRow> Each()
        {
            var g = region.Grid;
            for (var n = 0; n < region.Inside.Length; n++)
            {
                if (region.Inside[n] && maps.All(m => m.HasValue[n]))
                {
                    IReadOnlyList<double> Of(Func<FusedMap, Volume> part) => [.. maps.Select(m => (double)part(m).Values[n])];
                    yield return new VoxelRow(n, g.ToPatient(n % g.Nx, n / g.Nx % g.Ny, n / g.Nx / g.Ny), Of(m => m.Value), Of(m => m.NoiseU), Of(m => m.DisplacementU), Of(m => m.PartialVolumeU));
                }
            }
        }
    }
}
