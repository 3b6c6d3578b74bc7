using Etalon.Numerics;

namespace Etalon.Assays.Habitats;

/// <summary>Draws of the inverse Wishart law.</summary>
internal static class InverseWishart
{
    /// <summary>One draw; its mean is Ψ/(ν − d − 1).</summary>
    /// <param name="scale">Ψ, symmetric positive definite, row by row; overwritten.</param>
    /// <param name="dof">ν, above d − 1.</param>
    /// <param name="d">Rows.</param>
    /// <param name="random">The stream.</param>
    /// <param name="result">Receives the draw.</param>
    /// <remarks>
    /// Bartlett: with Ψ = LLᵀ and B lower triangular of χ (diagonal, ν − i degrees of freedom) and normals, W = (L⁻ᵀB)(L⁻ᵀB)ᵀ is Wishart of Ψ⁻¹, so its inverse is (LB⁻ᵀ)(LB⁻ᵀ)ᵀ.
    /// </remarks>
    public static void Draw(Span<double> scale, double dof, int d, RandomStream random, Span<double> result)
    {
        if (!SmallCholesky.Factor(scale, d))
        {
            throw new InvalidOperationException("The scale of an inverse Wishart law is not positive definite.");
        }

        Span<double> bartlett = stackalloc double[d * d];
        Span<double> column = stackalloc double[d];
        Span<double> root = stackalloc double[d * d];
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < i; j++)
            {
                bartlett[i * d + j] = random.NextNormal();
            }

            bartlett[i * d + i] = Math.Sqrt(2 * Gamma(0.5 * (dof - i), random));
        }

        // Rows of M = L B⁻ᵀ: B m = (row of L).
        for (var r = 0; r < d; r++)
        {
            for (var j = 0; j < d; j++)
            {
                column[j] = j <= r ? scale[r * d + j] : 0;
            }

            SmallCholesky.Forward(bartlett, column, d);
            column.CopyTo(root.Slice(r * d, d));
        }

        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = 0.0;
                for (var m = 0; m < d; m++)
                {
                    sum += root[i * d + m] * root[j * d + m];
                }

                result[i * d + j] = result[j * d + i] = sum;
            }
        }
    }

    /// <summary>Gamma with unit scale (Marsaglia and Tsang 2000).</summary>
    public static double Gamma(double shape, RandomStream random)
    {
        if (shape < 1)
        {
            return Gamma(shape + 1, random) * Math.Pow(1 - random.NextUniform(), 1 / shape);
        }

        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = random.NextNormal();
            var v = 1 + c * x;
            if (v <= 0)
            {
                continue;
            }

            v = v * v * v;
            if (Math.Log(1 - random.NextUniform()) < 0.5 * x * x + d - d * v + d * Math.Log(v))
            {
                return d * v;
            }
        }
    }
}
