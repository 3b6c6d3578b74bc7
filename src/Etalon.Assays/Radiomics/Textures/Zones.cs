namespace Etalon.Assays.Radiomics.Textures;

/// <summary>Zones of touching voxels of one grey level: how large they are, and how near to the border of the region.</summary>
/// <remarks>Thibault et al., IEEE Trans Biomed Eng 61:630 (2014); as the reference manual of IBSI defines them.</remarks>
internal sealed class Zones
{
    /// <summary>Zones larger than this are counted in a table that grows.</summary>
    private const int DenseSize = 255;

    private readonly LevelBox _box;
    private readonly int[] _parent;
    private readonly ushort[] _distance;
    private readonly int _deepest;

    private Zones(LevelBox box, bool inSlices)
    {
        _box = box;
        _parent = new int[box.Levels.Length];
        (_distance, _deepest) = BorderDistance.Of(box, inSlices);
    }

    /// <summary>Zones of the volume, neighbours by face, edge or corner (26).</summary>
    public static (LevelCounts Sizes, LevelCounts Distances) OfVolume(LevelBox box)
    {
        var zones = new Zones(box, inSlices: false);
        for (var k = 0; k < box.Nz; k++)
        {
            zones.JoinVolume(k);
        }

        var counts = zones.Empty();
        zones.Collect(0, box.Nz, counts);
        return counts;
    }

    /// <summary>Zones of each slice, neighbours by edge or corner in the slice (8).</summary>
    public static (LevelCounts Sizes, LevelCounts Distances)[] OfSlices(LevelBox box)
    {
        var zones = new Zones(box, inSlices: true);
        var result = new (LevelCounts, LevelCounts)[box.Nz];
        for (var k = 0; k < box.Nz; k++)
        {
            zones.JoinSlice(k);
            var counts = zones.Empty();
            zones.Collect(k, 1, counts);
            result[k] = counts;
        }

        return result;
    }

    private (LevelCounts Sizes, LevelCounts Distances) Empty() => (new LevelCounts(_box.GreyLevels, DenseSize), new LevelCounts(_box.GreyLevels, _deepest));

    private void JoinVolume(int k)
    {
        var (levels, y, z) = (_box.Levels, _box.StrideY, _box.StrideZ);
        for (var j = 0; j < _box.Ny; j++)
        {
            var start = _box.Row(j, k);
            for (var p = start; p < start + _box.Nx; p++)
            {
                var level = levels[p];
                if (level == 0)
                {
                    continue;
                }

                // The voxel straight below touches all other earlier neighbours: where it is of the zone, they are joined already.
                if (levels[p - z] == level)
                {
                    _parent[p] = Root(p - z);
                    continue;
                }

                _parent[p] = p;
                if (levels[p - y] == level)
                {
                    // Touches all that is left but the row below and behind.
                    _parent[p] = Root(p - y);
                }
                else
                {
                    Join(p, p - 1, level);
                    Join(p, p - y - 1, level);
                    Join(p, p - y + 1, level);
                    Join(p, p - z - 1, level);
                    Join(p, p - z + 1, level);
                    Join(p, p - z - y, level);
                    Join(p, p - z - y - 1, level);
                    Join(p, p - z - y + 1, level);
                }

                Join(p, p - z + y, level);
                Join(p, p - z + y - 1, level);
                Join(p, p - z + y + 1, level);
            }
        }
    }

    private void JoinSlice(int k)
    {
        var (levels, y) = (_box.Levels, _box.StrideY);
        for (var j = 0; j < _box.Ny; j++)
        {
            var start = _box.Row(j, k);
            for (var p = start; p < start + _box.Nx; p++)
            {
                var level = levels[p];
                if (level == 0)
                {
                    continue;
                }

                if (levels[p - y] == level)
                {
                    _parent[p] = Root(p - y);
                    continue;
                }

                _parent[p] = p;
                Join(p, p - 1, level);
                Join(p, p - y - 1, level);
                Join(p, p - y + 1, level);
            }
        }
    }

    private void Join(int p, int q, ushort level)
    {
        if (_box.Levels[q] != level)
        {
            return;
        }

        var (a, b) = (Root(p), Root(q));
        if (a != b)
        {
            // The earlier voxel is the root, so that roots do not depend on the order of joining.
            _parent[Math.Max(a, b)] = Math.Min(a, b);
        }
    }

    private int Root(int p)
    {
        var parent = _parent;
        while (parent[p] != p)
        {
            parent[p] = parent[parent[p]];
            p = parent[p];
        }

        return p;
    }

    /// <summary>Counts sizes and least distances; parents are spent: a root then holds the negated size of its zone.</summary>
    private void Collect(int firstSlice, int slices, (LevelCounts Sizes, LevelCounts Distances) counts)
    {
        var (levels, parent, distance) = (_box.Levels, _parent, _distance);
        for (var k = firstSlice; k < firstSlice + slices; k++)
        {
            for (var j = 0; j < _box.Ny; j++)
            {
                var start = _box.Row(j, k);
                for (var p = start; p < start + _box.Nx; p++)
                {
                    if (levels[p] == 0)
                    {
                        continue;
                    }

                    // Earlier voxels are done: a parent is a root by now, and holds the size so far.
                    var root = parent[p];
                    if (root == p)
                    {
                        parent[p] = -1;
                        continue;
                    }

                    while (parent[root] >= 0)
                    {
                        root = parent[root];
                    }

                    parent[root]--;
                    distance[root] = Math.Min(distance[root], distance[p]);
                }
            }
        }

        for (var k = firstSlice; k < firstSlice + slices; k++)
        {
            for (var j = 0; j < _box.Ny; j++)
            {
                var start = _box.Row(j, k);
                for (var p = start; p < start + _box.Nx; p++)
                {
                    if (levels[p] != 0 && parent[p] < 0)
                    {
                        counts.Sizes.Add(levels[p], -parent[p]);
                        counts.Distances.Add(levels[p], distance[p]);
                    }
                }
            }
        }
    }
}
