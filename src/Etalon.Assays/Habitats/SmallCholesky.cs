namespace Etalon.Assays.Habitats;

/// <summary>Factors of small symmetric matrices, row by row in spans: what a mixture needs for every voxel without allocating.</summary>
internal static class SmallCholesky
{
    /// <summary>Replaces the lower triangle of a symmetric matrix by L with A = LLᵀ; false where it is not positive definite.</summary>
    public static bool Factor(Span<double> a, int d)
    {
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[i * d + j];
                for (var k = 0; k < j; k++)
                {
                    sum -= a[i * d + k] * a[j * d + k];
                }

                if (i != j)
                {
                    a[i * d + j] = sum / a[j * d + j];
                }
                else if (sum > 0)
                {
                    a[i * d + i] = Math.Sqrt(sum);
                }
                else
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Σ ln of the diagonal: half the logarithm of the determinant.</summary>
    public static double HalfLogDeterminant(ReadOnlySpan<double> factor, int d)
    {
        var product = 1.0;
        for (var i = 0; i < d; i++)
        {
            product *= factor[i * d + i];
        }

        return Math.Log(product);
    }

    /// <summary>Solves L y = b in place; gives |y|².</summary>
    public static double Forward(ReadOnlySpan<double> factor, Span<double> b, int d)
    {
        var squares = 0.0;
        for (var i = 0; i < d; i++)
        {
            var sum = b[i];
            for (var k = 0; k < i; k++)
            {
                sum -= factor[i * d + k] * b[k];
            }

            b[i] = sum / factor[i * d + i];
            squares += b[i] * b[i];
        }

        return squares;
    }

    /// <summary>Solves Lᵀ x = y in place.</summary>
    public static void Backward(ReadOnlySpan<double> factor, Span<double> y, int d)
    {
        for (var i = d - 1; i >= 0; i--)
        {
            var sum = y[i];
            for (var k = i + 1; k < d; k++)
            {
                sum -= factor[k * d + i] * y[k];
            }

            y[i] = sum / factor[i * d + i];
        }
    }

    /// <summary>L z, in place.</summary>
    public static void Multiply(ReadOnlySpan<double> factor, Span<double> z, int d)
    {
        for (var i = d - 1; i >= 0; i--)
        {
            var sum = 0.0;
            for (var k = 0; k <= i; k++)
            {
                sum += factor[i * d + k] * z[k];
            }

            z[i] = sum;
        }
    }
}
