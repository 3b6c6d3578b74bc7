using Etalon.Metrology;

namespace Etalon.Assays.Biopsies;

/// <summary>A straight line of pathology on imaging, with errors in both.</summary>
public sealed record BiopsyFit
{
    /// <summary>Change of pathology per unit of the map.</summary>
    public required double Slope { get; init; }

    /// <summary>Standard uncertainty.</summary>
    public required double SlopeU { get; init; }

    /// <summary>Degrees of freedom (Satterthwaite).</summary>
    public required double Dof { get; init; }

    /// <summary>95 % interval by Student's t.</summary>
    public required Interval SlopeInterval { get; init; }

    /// <summary>Pathology where the map is <see cref="Centre"/>.</summary>
    public required double Level { get; init; }

    /// <summary>Standard uncertainty.</summary>
    public required double LevelU { get; init; }

    /// <summary>Covariance of level and slope.</summary>
    public required double Covariance { get; init; }

    /// <summary>Value of the map at which <see cref="Level"/> holds: the mean of the biopsies.</summary>
    public required double Centre { get; init; }

    /// <summary>Standard deviation of pathology about the line that neither place nor measuring explains.</summary>
    public required double Scatter { get; init; }

    /// <summary>Standard deviation of patients' levels; 0 where there is none to see, or one patient.</summary>
    public required double BetweenPatients { get; init; }

    /// <summary>Standard deviation of the true values of the map over the biopsies' clouds' means.</summary>
    public required double TrueSd { get; init; }

    /// <summary>Correlation of pathology with the map's true value where the needle was.</summary>
    public required double Correlation { get; init; }

    /// <summary>Least squares of pathology on the map at the stated places, as if these were exact: its slope.</summary>
    public required double NaiveSlope { get; init; }

    /// <summary>Its standard uncertainty by the usual formula.</summary>
    public required double NaiveSlopeU { get; init; }

    /// <summary>Correlation of the naive reading.</summary>
    public required double NaiveCorrelation { get; init; }

    /// <summary>Smallest and largest value of the map over the biopsies: beyond, the line was not seen.</summary>
    public required (double Low, double High) Support { get; init; }

    /// <summary>Number of biopsies.</summary>
    public required int Biopsies { get; init; }

    /// <summary>Number of patients.</summary>
    public required int Patients { get; init; }

    /// <summary>Slope, and error of what it foretells, with each patient left out; empty for one patient.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>Variance of what the line itself foretells at a value of the map, without scatter.</summary>
    public double LineVariance(double value) => LevelU * LevelU + 2 * (value - Centre) * Covariance + (value - Centre) * (value - Centre) * SlopeU * SlopeU;

    /// <summary>What the line foretells at a value of the map.</summary>
    public double Foretold(double value) => Level + Slope * (value - Centre);
}

/// <summary>A fit without one patient, and how far that patient's biopsies lie from what it foretells.</summary>
/// <param name="Patient">Who was left out.</param>
/// <param name="Slope">Slope of the others.</param>
/// <param name="Biopsies">Biopsies of the patient.</param>
/// <param name="Rms">Root mean square of pathology less what was foretold.</param>
/// <param name="Inside">How many lie in their 95 % interval.</param>
public sealed record LeftOut(string Patient, double Slope, int Biopsies, double Rms, int Inside);
