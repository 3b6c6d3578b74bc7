using Etalon.Metrology;
using Etalon.Numerics.Regression;
using MathNet.Numerics.Distributions;

namespace Etalon.Comparability.Calibration;

/// <summary>One subject (or phantom) read under two scanner states, with nothing changed between.</summary>
/// <param name="Subject">Who.</param>
/// <param name="Against">Reading under the state that is held against, above 0.</param>
/// <param name="Reading">Reading under the state to calibrate, above 0.</param>
public sealed record TravellingSubject(string Subject, double Against, double Reading);

/// <summary>Calibrates one scanner state against another from subjects that were read under both.</summary>
public static class TravellingSubjects
{
    // Probability with which subjects that scatter as their repeatability says are taken to scatter more.
    private const double ScatterRisk = 0.01;

    /// <summary>York's line with the repeatability of both states as errors; null, with a finding, where the subjects define none.</summary>
    /// <param name="template">States and day; its figures are filled in here.</param>
    /// <param name="subjects">At least three.</param>
    /// <param name="wcv">Within-subject coefficient of variation of the state.</param>
    /// <param name="wcvAgainst">The same of the other state.</param>
    /// <param name="findings">Receives trouble.</param>
    /// <exception cref="ArgumentException">A reading or coefficient is not above 0.</exception>
    /// <remarks>Subjects that scatter beyond their repeatability widen the line by it, with n − 2 degrees of freedom.</remarks>
    public static RelativeCalibration? Fit(RelativeCalibration template, IReadOnlyList<TravellingSubject> subjects, double wcv, double wcvAgainst, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(subjects);
        ArgumentNullException.ThrowIfNull(findings);
        if (!(wcv > 0 && wcvAgainst > 0) || subjects.Any(s => !(s.Against > 0 && s.Reading > 0)))
        {
            throw new ArgumentException("Readings and coefficients of variation must be above 0.");
        }

        var about = $"scanner state {template.State} against {template.Against}";
        var line = YorkLine.Fit(
            subjects.Select(s => s.Against).ToArray(), subjects.Select(s => wcvAgainst * s.Against).ToArray(),
            subjects.Select(s => s.Reading).ToArray(), subjects.Select(s => wcv * s.Reading).ToArray());
        if (subjects.Count < 3 || !line.IsConverged || !(line.Slope > 0))
        {
            findings.Add(new Finding(
                FindingCodes.CalibrationMissing, Severity.Warning, about, $"{subjects.Count} subjects, which define no rising line", "three subjects or more with unlike values",
                "The state was not calibrated in this way. Scan more subjects under both states."));
            return null;
        }

        var isWider = ChiSquared.CDF(line.Dof, line.ChiSquared) > 1 - ScatterRisk;
        if (isWider)
        {
            findings.Add(new Finding(
                FindingCodes.CalibrationInconsistent, Severity.Warning, about, FormattableString.Invariant($"subjects scatter {Math.Sqrt(line.ChiSquared / line.Dof):0.0} times their repeatability"),
                "the scatter of repeated scans", "The uncertainty was widened by that factor. Look for subjects in whom something changed between the scans."));
            line = line.ScaledByResiduals();
        }

        return template with
        {
            Gain = line.Slope,
            Offset = line.Intercept,
            OffsetVariance = line.InterceptU * line.InterceptU,
            Covariance = line.Covariance,
            GainVariance = line.SlopeU * line.SlopeU,
            Dof = isWider ? line.Dof : null,
        };
    }
}
