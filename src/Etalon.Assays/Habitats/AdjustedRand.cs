namespace Etalon.Assays.Habitats;

/// <summary>How far two partitions of the same voxels agree beyond chance.</summary>
public static class AdjustedRand
{
    /// <summary>Adjusted Rand index: 1 for the same partition whatever its labels are called, 0 on average for chance; 1 where both hold a single class.</summary>
    /// <param name="a">Labels, at least 0.</param>
    /// <param name="b">Labels of the same voxels.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there are fewer than two voxels.</exception>
    /// <remarks>Hubert and Arabie, J Classif 2:193–218 (1985), equation 5.</remarks>
    public static double Index(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        if (a.Length != b.Length || a.Length < 2)
        {
            throw new ArgumentException($"Two partitions of the same two or more voxels are compared, not of {a.Length} and {b.Length}.");
        }

        var table = new SortedDictionary<(int, int), long>();
        var (rows, columns) = (new SortedDictionary<int, long>(), new SortedDictionary<int, long>());
        for (var n = 0; n < a.Length; n++)
        {
            table[(a[n], b[n])] = table.GetValueOrDefault((a[n], b[n])) + 1;
            rows[a[n]] = rows.GetValueOrDefault(a[n]) + 1;
            columns[b[n]] = columns.GetValueOrDefault(b[n]) + 1;
        }

        static double Pairs(IEnumerable<long> counts) => counts.Sum(c => 0.5 * c * (c - 1));
        var (both, first, second) = (Pairs(table.Values), Pairs(rows.Values), Pairs(columns.Values));
        var expected = first * second / (0.5 * a.Length * (a.Length - 1.0));
        var most = 0.5 * (first + second);
        return most == expected ? 1 : (both - expected) / (most - expected);
    }
}
