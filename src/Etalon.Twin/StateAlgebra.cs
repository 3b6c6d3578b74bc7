namespace Etalon.Twin;

/// <summary>Sums and products over states, in the order of their places.</summary>
internal static class StateAlgebra
{
    /// <summary>to += factor · what.</summary>
    public static void Add(double[] to, double factor, double[] what)
    {
        for (var n = 0; n < to.Length; n++)
        {
            to[n] += factor * what[n];
        }
    }

    /// <summary>Σ a b.</summary>
    public static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var n = 0; n < a.Length; n++)
        {
            sum += a[n] * b[n];
        }

        return sum;
    }
}
