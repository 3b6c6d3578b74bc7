namespace Etalon.Twin;

/// <summary>For each row its runs of voxels with all neighbours, and its other inside voxels.</summary>
internal sealed class RowPlaces
{
    private readonly (int Start, int End)[][] _plain;
    private readonly int[][] _edges;

    public RowPlaces(DiffusionOperator layout, byte[] code)
    {
        var rows = layout.BoxY * layout.BoxZ;
        (_plain, _edges) = (new (int, int)[rows][], new int[rows][]);
        for (var row = 0; row < rows; row++)
        {
            var (runs, edges) = (new List<(int, int)>(), new List<int>());
            var end = (row + 1) * layout.StrideY;
            for (var n = row * layout.StrideY; n < end; n++)
            {
                var start = n;
                while (n < end && code[n] == 0)
                {
                    n++;
                }

                if (n > start)
                {
                    runs.Add((start, n));
                }

                if (n < end && code[n] is not (0 or Rk38Compat.Outside))
                {
                    edges.Add(n);
                }
            }

            (_plain[row], _edges[row]) = ([.. runs], [.. edges]);
        }
    }

    public ReadOnlySpan<(int Start, int End)> Plain(int row) => _plain[row];

    public ReadOnlySpan<int> Edges(int row) => _edges[row];

    /// <summary>From the first to behind the last inside voxel; empty where there is none.</summary>
    public (int First, int End) Span(int row)
    {
        var (plain, edges) = (_plain[row], _edges[row]);
        return plain.Length + edges.Length == 0 ? (0, 0)
            : (Math.Min(plain.Length > 0 ? plain[0].Start : int.MaxValue, edges.Length > 0 ? edges[0] : int.MaxValue),
                Math.Max(plain.Length > 0 ? plain[^1].End : 0, edges.Length > 0 ? edges[^1] + 1 : 0));
    }
}
