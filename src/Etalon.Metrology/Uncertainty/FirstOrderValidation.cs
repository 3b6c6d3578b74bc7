namespace Etalon.Metrology;

/// <summary>First-order propagation held against Monte Carlo (JCGM 101:2008, clause 8).</summary>
/// <param name="Tolerance">Numerical tolerance δ of the standard uncertainty.</param>
/// <param name="LowerDifference">d_low: how far the lower ends lie apart.</param>
/// <param name="UpperDifference">d_high.</param>
public sealed record FirstOrderValidation(double Tolerance, double LowerDifference, double UpperDifference)
{
    /// <summary>Whether both differences are at most δ.</summary>
    public bool IsValid => LowerDifference <= Tolerance && UpperDifference <= Tolerance;

    /// <summary>Compares two intervals of one coverage.</summary>
    /// <param name="firstOrder">y ± U.</param>
    /// <param name="monteCarlo">From the trials.</param>
    /// <param name="u">Standard uncertainty that sets the tolerance.</param>
    /// <param name="digits">Its significant decimal digits.</param>
    public static FirstOrderValidation Of(Interval firstOrder, Interval monteCarlo, double u, int digits) =>
        new(NumericalTolerance(u, digits), Math.Abs(firstOrder.Lower - monteCarlo.Lower), Math.Abs(firstOrder.Upper - monteCarlo.Upper));

    /// <summary>δ = ½ · 10^l where u = a · 10^l and a has the given number of digits (7.9.2); 0 where u is 0.</summary>
    public static double NumericalTolerance(double u, int digits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 1);
        if (!(u > 0) || double.IsInfinity(u))
        {
            return u == 0 ? 0 : throw new ArgumentOutOfRangeException(nameof(u), u, "A standard uncertainty is finite and at least 0.");
        }

        var l = (int)Math.Floor(Math.Log10(u)) - digits + 1;
        // 0.0996 is 0.10 in two digits.
        l += Math.Round(u / Math.Pow(10, l)) >= Math.Pow(10, digits) ? 1 : 0;
        return 0.5 * Math.Pow(10, l);
    }
}
