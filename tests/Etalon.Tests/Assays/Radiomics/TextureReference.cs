namespace Etalon.Tests.Assays.Radiomics;

/// <summary>Texture matrices written down as the manual defines them, voxel by voxel and pair by pair; slow.</summary>
internal sealed class TextureReference(int nx, int ny, int nz, ushort[] levels)
{
    private ushort At(int i, int j, int k) => i >= 0 && i < nx && j >= 0 && j < ny && k >= 0 && k < nz ? levels[i + nx * (j + ny * k)] : (ushort)0;

    private IEnumerable<(int I, int J, int K)> Voxels() =>
        from k in Enumerable.Range(0, nz) from j in Enumerable.Range(0, ny) from i in Enumerable.Range(0, nx) where At(i, j, k) != 0 select (i, j, k);

    private static readonly (int X, int Y, int Z)[] Around =
        [.. from z in new[] { -1, 0, 1 } from y in new[] { -1, 0, 1 } from x in new[] { -1, 0, 1 } where (x, y, z) != (0, 0, 0) select (x, y, z)];

    /// <summary>Pairs of neighbours (26) by level, each in both orders.</summary>
    public Dictionary<(int, int), int> CoOccurrence() => Count(Voxels().SelectMany(v => Around.Select(d => (I: (int)At(v.I, v.J, v.K), J: (int)At(v.I + d.X, v.J + d.Y, v.K + d.Z)))).Where(p => p.J != 0));

    /// <summary>Runs by level and length over the thirteen directions.</summary>
    public Dictionary<(int, int), int> Runs() => Count(Around[13..].SelectMany(d => Voxels().Where(v => At(v.I - d.X, v.J - d.Y, v.K - d.Z) != At(v.I, v.J, v.K)).Select(v =>
    {
        var n = 1;
        while (At(v.I + n * d.X, v.J + n * d.Y, v.K + n * d.Z) == At(v.I, v.J, v.K))
        {
            n++;
        }

        return ((int)At(v.I, v.J, v.K), n);
    })));

    /// <summary>Zones (26 neighbours) by level and size, and by level and least distance to what is outside.</summary>
    public (Dictionary<(int, int), int> Sizes, Dictionary<(int, int), int> Distances) Zones()
    {
        var (seen, zones) = (new HashSet<(int, int, int)>(), new List<(int Level, int Size, int Distance)>());
        foreach (var start in Voxels())
        {
            if (!seen.Add(start))
            {
                continue;
            }

            var (level, members) = (At(start.I, start.J, start.K), new List<(int I, int J, int K)> { start });
            for (var n = 0; n < members.Count; n++)
            {
                var v = members[n];
                members.AddRange(Around.Select(d => (v.I + d.X, v.J + d.Y, v.K + d.Z)).Where(w => At(w.Item1, w.Item2, w.Item3) == level && seen.Add(w)));
            }

            zones.Add((level, members.Count, members.Min(Distance)));
        }

        return (Count(zones.Select(z => (z.Level, z.Size))), Count(zones.Select(z => (z.Level, z.Distance))));
    }

    /// <summary>Voxels by level and number of neighbours (with themselves) of their level.</summary>
    public Dictionary<(int, int), int> Dependence() => Count(Voxels().Select(v => ((int)At(v.I, v.J, v.K), 1 + Around.Count(d => At(v.I + d.X, v.J + d.Y, v.K + d.Z) == At(v.I, v.J, v.K)))));

    /// <summary>Steps over faces to the nearest voxel outside.</summary>
    private int Distance((int I, int J, int K) v)
    {
        for (var r = 1; ; r++)
        {
            for (var z = -r; z <= r; z++)
            {
                for (var y = -(r - Math.Abs(z)); y <= r - Math.Abs(z); y++)
                {
                    var x = r - Math.Abs(z) - Math.Abs(y);
                    if (At(v.I + x, v.J + y, v.K + z) == 0 || At(v.I - x, v.J + y, v.K + z) == 0)
                    {
                        return r;
                    }
                }
            }
        }
    }

    private static Dictionary<(int, int), int> Count(IEnumerable<(int, int)> entries) => entries.GroupBy(e => e).ToDictionary(g => g.Key, g => g.Count());
}
