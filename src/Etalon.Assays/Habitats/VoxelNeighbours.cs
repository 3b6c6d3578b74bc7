namespace Etalon.Assays.Habitats;

/// <summary>Face neighbours of the voxels of a table, scan by scan, as one list.</summary>
internal sealed class VoxelNeighbours
{
    private VoxelNeighbours(int[] first, int[] rows, double[] weights, int[] inSlice) => (First, Rows, Weights, InSlice) = (first, rows, weights, inSlice);

    /// <summary>Where the neighbours of each row begin; one more than rows.</summary>
    public int[] First { get; }

    /// <summary>Rows of the neighbours.</summary>
    public int[] Rows { get; }

    /// <summary>How much a neighbour counts: 1 along the finest spacing, less across longer voxels.</summary>
    public double[] Weights { get; }

    /// <summary>For each row the number of its neighbours that lie in its own slice; these come first.</summary>
    public int[] InSlice { get; }

    public static VoxelNeighbours Of(HabitatVoxels voxels)
    {
        var first = new int[voxels.Count + 1];
        var inSlice = new int[voxels.Count];
        var (rows, weights) = (new List<int>(), new List<double>());
        var begin = 0;
        foreach (var place in voxels.Places)
        {
            var g = place.Grid;
            var rowOf = new Dictionary<int, int>(place.Voxels.Length);
            for (var r = 0; r < place.Voxels.Length; r++)
            {
                rowOf[place.Voxels[r]] = begin + r;
            }

            var s = g.SpacingMm;
            var finest = Math.Min(s.X, Math.Min(s.Y, s.Z));
            for (var r = 0; r < place.Voxels.Length; r++)
            {
                var n = place.Voxels[r];
                var (i, j, k) = (n % g.Nx, n / g.Nx % g.Ny, n / g.Nx / g.Ny);
                Add(i > 0, n - 1, finest / s.X);
                Add(i < g.Nx - 1, n + 1, finest / s.X);
                Add(j > 0, n - g.Nx, finest / s.Y);
                Add(j < g.Ny - 1, n + g.Nx, finest / s.Y);
                inSlice[begin + r] = rows.Count - first[begin + r];
                Add(k > 0, n - g.Nx * g.Ny, finest / s.Z);
                Add(k < g.Nz - 1, n + g.Nx * g.Ny, finest / s.Z);
                first[begin + r + 1] = rows.Count;
            }

            begin += place.Voxels.Length;

            void Add(bool exists, int voxel, double weight)
            {
                if (exists && rowOf.TryGetValue(voxel, out var row))
                {
                    rows.Add(row);
                    weights.Add(weight);
                }
            }
        }

        return new VoxelNeighbours(first, [.. rows], [.. weights], inSlice);
    }
}
