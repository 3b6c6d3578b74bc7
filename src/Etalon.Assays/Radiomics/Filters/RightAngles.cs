namespace Etalon.Assays.Radiomics.Filters;

/// <summary>Responses of a separable filter turned by right angles: the 4 turns of a square, the 24 turns of a cube.</summary>
internal static class RightAngles
{
    /// <summary>Filters with one kernel along each axis.</summary>
    public static FilterStack Respond(FilterStack image, IReadOnlyList<double[]> kernels, FilterBoundary boundary, FilterPooling pooling) =>
        Respond(image, [.. kernels.Select(k => new[] { k })], boundary, pooling);

    /// <summary>Filters with some kernels along each axis, one after the other.</summary>
    /// <param name="image">The image.</param>
    /// <param name="kernels">For x, y and, in space, z: the kernels that follow each other.</param>
    /// <param name="boundary">Beyond the edge.</param>
    /// <param name="pooling">How the turns become one.</param>
    public static FilterStack Respond(FilterStack image, IReadOnlyList<double[][]> kernels, FilterBoundary boundary, FilterPooling pooling)
    {
        if (pooling == FilterPooling.None)
        {
            return Follow(image, [.. kernels], boundary);
        }

        var turns = Turns(kernels.Count).Select(turn => turn.Select(t => t.IsReversed ? Reversed(kernels[t.Axis]) : kernels[t.Axis]).ToArray()).ToList();
        // Symmetric kernels give many turns the same response: each is computed once.
        var groups = turns.GroupBy(Name, StringComparer.Ordinal).Select(g => (Kernels: g.First(), Times: g.Count())).ToList();
        double[]? pooled = null;
        foreach (var (turned, times) in groups)
        {
            var response = Follow(image, turned, boundary).Values;
            if (pooling == FilterPooling.Mean)
            {
                response = Array.ConvertAll(response, v => v * times / turns.Count);
            }

            if (pooled is null)
            {
                pooled = response;
            }
            else
            {
                FilterStack.Pool(pooled, response, pooling);
            }
        }

        return image with { Values = pooled! };
    }

    private static FilterStack Follow(FilterStack image, double[][][] kernels, FilterBoundary boundary)
    {
        for (var n = 0; n < kernels[0].Length; n++)
        {
            image = image.Convolved(kernels[0][n], kernels[1][n], kernels.Length > 2 ? kernels[2][n] : [], boundary);
        }

        return image;
    }

    /// <summary>Turned about the voxel it stands on: of an even kernel the middle moves, for which a zero makes room.</summary>
    private static double[][] Reversed(double[][] kernels) => Array.ConvertAll(kernels, k => k.Length % 2 == 0 ? [0, .. k.Reverse()] : k.Reverse().ToArray());

    private static string Name(double[][][] kernels) => string.Join(';', kernels.Select(axis => string.Join('/', axis.Select(k => string.Join(',', k.Select(v => v.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))))));

    /// <summary>All turns: for each axis, which kernel stands along it, and whether it is reversed. Mirrored ones are none.</summary>
    private static IEnumerable<(int Axis, bool IsReversed)[]> Turns(int dimensions)
    {
        foreach (var order in dimensions == 2 ? new int[][] { [0, 1], [1, 0] } : [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 2, 1], [2, 1, 0], [1, 0, 2]])
        {
            var isOdd = dimensions == 2 ? order[0] == 1 : (order[1] - order[0] + 3) % 3 == 2;
            for (var signs = 0; signs < 1 << dimensions; signs++)
            {
                if (int.IsOddInteger(System.Numerics.BitOperations.PopCount((uint)signs)) == isOdd)
                {
                    yield return [.. order.Select((axis, n) => (axis, (signs >> n & 1) != 0))];
                }
            }
        }
    }
}
