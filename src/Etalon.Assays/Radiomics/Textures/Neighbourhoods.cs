using System.Numerics;

namespace Etalon.Assays.Radiomics.Textures;

/// <summary>What a voxel's neighbours at Chebyshev distance 1 look like: their mean level (NGTDM) and how many share its level (NGLDM), counted in one pass.</summary>
/// <remarks>Amadasun and King, IEEE Trans SMC 19:1264 (1989); Sun and Wee, Comput Vis Graph Image Process 23:341 (1983); as the reference manual of IBSI defines them, coarseness parameter 0.</remarks>
internal sealed class Neighbourhoods
{
    /// <summary>Features of NGTDM.</summary>
    private const int ToneFeatures = 5;

    /// <summary>Levels up to this may be summed over 27 neighbours in 16 bits.</summary>
    public const int MostLevels = ushort.MaxValue / 27;

    private readonly double[] _difference;
    private readonly long[] _number;
    private readonly LevelCounts _dependence;

    private Neighbourhoods(int greyLevels) =>
        (_difference, _number, _dependence) = (new double[greyLevels + 1], new long[greyLevels + 1], new LevelCounts(greyLevels, 27));

    /// <summary>Those of one slice.</summary>
    /// <param name="box">The levels.</param>
    /// <param name="k">The slice.</param>
    /// <param name="inSlice">Whether only neighbours within the slice count.</param>
    public static Neighbourhoods OfSlice(LevelBox box, int k, bool inSlice)
    {
        var result = new Neighbourhoods(box.GreyLevels);
        var width = (box.Nx + Vector<ushort>.Count - 1) / Vector<ushort>.Count * Vector<ushort>.Count;
        var (sum, count, same) = (new ushort[width], new ushort[width], new ushort[width]);
        for (var j = 0; j < box.Ny; j++)
        {
            var start = box.Row(j, k);
            Gather(box, start, inSlice, sum, count, same);
            for (var i = 0; i < box.Nx; i++)
            {
                var level = box.Levels[start + i];
                if (level == 0)
                {
                    continue;
                }

                // The voxel itself is in all three.
                result._dependence.Add(level, same[i]);
                if (count[i] > 1)
                {
                    result._number[level]++;
                    result._difference[level] += Math.Abs(level - (double)(sum[i] - level) / (count[i] - 1));
                }
            }
        }

        return result;
    }

    /// <summary>Those of several slices together, added in their order.</summary>
    public static Neighbourhoods Merge(IReadOnlyList<Neighbourhoods> slices, int greyLevels)
    {
        var result = new Neighbourhoods(greyLevels);
        foreach (var slice in slices)
        {
            for (var level = 1; level <= greyLevels; level++)
            {
                result._number[level] += slice._number[level];
                result._difference[level] += slice._difference[level];
            }

            result._dependence.Add(slice._dependence);
        }

        return result;
    }

    /// <summary>Features of NGLDM; null where there is no voxel.</summary>
    public double[]? Dependence(int voxels) => _dependence.Of(voxels, withEnergy: true);

    /// <summary>Features of NGTDM, NaN where one is not defined; null where no voxel has a neighbour.</summary>
    public double[]? Tone()
    {
        var levels = Enumerable.Range(1, _number.Length - 1).Where(l => _number[l] > 0).ToArray();
        if (levels.Length == 0)
        {
            return null;
        }

        double total = levels.Sum(l => _number[l]);
        var p = levels.Select(l => _number[l] / total).ToArray();
        var s = levels.Select(l => _difference[l]).ToArray();
        var (weighted, differences) = (0.0, 0.0);
        for (var a = 0; a < levels.Length; a++)
        {
            weighted += p[a] * s[a];
            differences += s[a];
        }

        var (spread, busy, complexity, strength) = (0.0, 0.0, 0.0, 0.0);
        for (var a = 0; a < levels.Length; a++)
        {
            for (var b = 0; b < levels.Length; b++)
            {
                double d = levels[a] - levels[b];
                spread += p[a] * p[b] * d * d;
                busy += Math.Abs(levels[a] * p[a] - levels[b] * p[b]);
                complexity += Math.Abs(d) * (p[a] * s[a] + p[b] * s[b]) / (p[a] + p[b]);
                strength += (p[a] + p[b]) * d * d;
            }
        }

        double pairs = (double)levels.Length * (levels.Length - 1);
        var result = new double[ToneFeatures];
        result[0] = weighted > 0 ? 1 / weighted : double.NaN;
        result[1] = pairs > 0 ? spread / pairs * differences / total : double.NaN;
        result[2] = busy > 0 ? weighted / busy : double.NaN;
        result[3] = complexity / total;
        result[4] = differences > 0 ? strength / differences : double.NaN;
        return result;
    }

    /// <summary>For each voxel of a row: the sum of the levels around it, how many voxels of the region they are, and how many share its level. Lanes are neighbouring voxels.</summary>
    private static void Gather(LevelBox box, int start, bool inSlice, Span<ushort> sum, Span<ushort> count, Span<ushort> same)
    {
        var levels = box.Levels.AsSpan();
        var one = Vector<ushort>.One;
        for (var i = 0; i < sum.Length; i += Vector<ushort>.Count)
        {
            var own = new Vector<ushort>(levels[(start + i)..]);
            var (total, number, alike) = (Vector<ushort>.Zero, Vector<ushort>.Zero, Vector<ushort>.Zero);
            for (var dz = inSlice ? 0 : -1; dz <= (inSlice ? 0 : 1); dz++)
            {
                for (var dy = -1; dy <= 1; dy++)
                {
                    var row = start + i + dz * box.StrideZ + dy * box.StrideY;
                    for (var dx = -1; dx <= 1; dx++)
                    {
                        var there = new Vector<ushort>(levels[(row + dx)..]);
                        total += there;
                        number += one - (Vector.Equals(there, Vector<ushort>.Zero) & one);
                        alike += Vector.Equals(there, own) & one;
                    }
                }
            }

            total.CopyTo(sum[i..]);
            number.CopyTo(count[i..]);
            alike.CopyTo(same[i..]);
        }
    }
}
