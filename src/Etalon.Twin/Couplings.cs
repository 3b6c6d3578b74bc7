namespace Etalon.Twin;

/// <summary>Which voxels an operator couples, as weights between n and n + offset.</summary>
internal sealed class Couplings
{
    private readonly (double[] Weights, int Offset)[] _pairs;

    private Couplings((double[] Weights, int Offset)[] pairs) => _pairs = pairs;

    /// <summary>Weights along x, y and z, none negative.</summary>
    public double[][] Faces => [.. _pairs.Take(3).Select(p => Array.ConvertAll(p.Weights, w => Math.Max(w, 0)))];

    /// <summary>Couplings of an operator; one that does not tell is taken to couple like <see cref="FluxDiffusion"/>.</summary>
    public static Couplings Of(DiffusionOperator diffusion)
    {
        switch (diffusion)
        {
            case HeterogeneousDiffusion field:
                var faces = field.Kernel.Stencil;
                return new Couplings([(faces.X, 1), (faces.Y, faces.StrideY), (faces.Z, faces.StrideZ)]);
            case TensorDiffusion tensor:
                var pairs = tensor.Kernel.Stencil;
                return new Couplings([.. pairs.Weights.Zip(pairs.Offsets)]);
            default:
                var h = diffusion.Domain.Grid.SpacingMm;
                double[] Axis(int stride, double spacing)
                {
                    var weights = new double[diffusion.Length];
                    for (var n = 0; n < weights.Length - stride; n++)
                    {
                        weights[n] = diffusion.Inside[n] && diffusion.Inside[n + stride] ? 1 / (spacing * spacing) : 0;
                    }

                    return weights;
                }

                return new Couplings(
                    [(Axis(1, h.X), 1), (Axis(diffusion.StrideY, h.Y), diffusion.StrideY), (Axis(diffusion.StrideZ, h.Z), diffusion.StrideZ)]);
        }
    }

    /// <summary>Numbers the parts of a domain that nothing passes between.</summary>
    /// <param name="inside">The domain.</param>
    /// <param name="parts">Receives their number.</param>
    /// <returns>Of each place its part, −1 outside.</returns>
    public int[] Parts(bool[] inside, out int parts)
    {
        // Union-find with halving of paths.
        var root = Enumerable.Range(0, inside.Length).ToArray();
        int Find(int n)
        {
            while (root[n] != n)
            {
                n = root[n] = root[root[n]];
            }

            return n;
        }

        foreach (var (weights, offset) in _pairs)
        {
            for (var n = 0; n < weights.Length - offset; n++)
            {
                if (weights[n] != 0)
                {
                    var (a, b) = (Find(n), Find(n + offset));
                    root[Math.Max(a, b)] = Math.Min(a, b);
                }
            }
        }

        var numbers = new int[inside.Length];
        parts = 0;
        for (var n = 0; n < inside.Length; n++)
        {
            numbers[n] = !inside[n] ? -1 : Find(n) == n ? parts++ : numbers[root[n]];
        }

        return numbers;
    }
}
