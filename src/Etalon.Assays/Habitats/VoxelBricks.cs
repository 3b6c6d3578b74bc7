using Etalon.Numerics;

namespace Etalon.Assays.Habitats;

/// <summary>Takes part of a table in bricks of 8 × 8 × 4 neighbours, so that what neighbours have in common is kept.</summary>
internal static class VoxelBricks
{
    /// <summary>The table itself where it is small enough, else bricks of it drawn at random until they hold about as many voxels as asked.</summary>
    public static HabitatVoxels AtMost(HabitatVoxels voxels, int most, ulong seed)
    {
        if (voxels.Count <= most)
        {
            return voxels;
        }

        var random = new RandomStream(seed, "habitats/bricks");
        var share = (double)most / voxels.Count;
        var d = voxels.Maps.Count;
        var (values, u, places) = (new List<double>(), new List<double>(), new List<ScanPlaces>());
        var row = 0;
        foreach (var place in voxels.Places)
        {
            var g = place.Grid;
            var (bx, by) = (g.Nx / 8 + 1, g.Ny / 8 + 1);
            var taken = Enumerable.Range(0, bx * by * (g.Nz / 4 + 1)).Select(_ => random.NextUniform() < share).ToArray();
            var kept = new List<int>();
            foreach (var n in place.Voxels)
            {
                var (i, j, k) = (n % g.Nx, n / g.Nx % g.Ny, n / g.Nx / g.Ny);
                if (taken[i / 8 + bx * (j / 8 + by * (k / 4))])
                {
                    kept.Add(n);
                    values.AddRange(voxels.Values.AsSpan(row * d, d));
                    u.AddRange(voxels.U.AsSpan(row * d, d));
                }

                row++;
            }

            places.Add(place with { Voxels = [.. kept] });
        }

        return places.Sum(p => p.Voxels.Length) >= HabitatAnalysis.FewestVoxels ? new HabitatVoxels(voxels.Maps, [.. values], [.. u], places) : voxels;
    }
}
