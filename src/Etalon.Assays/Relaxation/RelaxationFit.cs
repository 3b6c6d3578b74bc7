namespace Etalon.Assays.Relaxation;

/// <summary>One fitted curve of relaxation. Valid where the status is Ok.</summary>
/// <param name="TimeS">T1 or T2, s. At a bound: the bound.</param>
/// <param name="U">Its standard uncertainty, s, by linear propagation; NaN where neither the noise nor a degree of freedom tells it.</param>
/// <param name="Amplitude">The amplitude that the model names, in the unit of the signal.</param>
/// <param name="Rss">Sum of squared residuals, in the squared unit of the signal.</param>
/// <param name="Dof">Number of signals less number of parameters.</param>
/// <param name="Status">Ok, or why there is no value.</param>
public readonly record struct RelaxationFit(double TimeS, double U, double Amplitude, double Rss, int Dof, VoxelStatus Status)
{
    /// <summary>Covariance of amplitude and time over the variance of noise: (amplitude, amplitude), (amplitude, time), (time, time).</summary>
    public (double Amplitude, double Both, double Time) UnitCovariance { get; init; }

    /// <summary>A curve without a value.</summary>
    internal static RelaxationFit None(VoxelStatus status, int dof) => new(0, 0, 0, 0, dof, status);
}

/// <summary>An interval of a relaxation time from the profile of its sum of squares.</summary>
/// <param name="LowerS">Lower end, s; the bound of the search where <paramref name="OpenBelow"/>.</param>
/// <param name="UpperS">Upper end, s; the bound of the search where <paramref name="OpenAbove"/>.</param>
/// <param name="OpenBelow">The data allow every time down to the bound.</param>
/// <param name="OpenAbove">The data allow every time up to the bound.</param>
public readonly record struct RelaxationInterval(double LowerS, double UpperS, bool OpenBelow, bool OpenAbove);
