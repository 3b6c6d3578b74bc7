namespace Etalon.Comparability;

/// <summary>The limits of the grades (reference: metrology, section 8.7; decision 0010).</summary>
public static class GradeRule
{
    private const double MostOfA = 0.2;
    private const double MostOfB = 0.5;
    private const double MostOfC = 1.5;

    /// <summary>The grade of a ratio of mismatch to repeatability.</summary>
    /// <param name="q">Standard uncertainty of the mismatch over that of repeatability, both of the difference.</param>
    /// <param name="best">
    /// The best that what is known allows: A within one scanner state, B between calibrated ones, C where one was never calibrated, D where a state is unknown.
    /// </param>
    public static Grade Of(double q, Grade best)
    {
        var byRatio = q <= MostOfA ? Grade.A : q <= MostOfB ? Grade.B : q <= MostOfC ? Grade.C : Grade.D;
        return byRatio > best ? byRatio : best;
    }
}
