using Etalon.Assays.Maps;

namespace Etalon.Assays.Suv;

/// <summary>
/// What all voxels of an SUV map share: calibration of the scanner, administered activity, weight, clocks, height. Nothing of it is in the header;
/// the limits are what guidelines demand of a site, taken as rectangular distributions (half-width/√3), and are assumptions of the result.
/// </summary>
/// <param name="RelativeU">Root sum of squares, relative.</param>
/// <param name="Components">The parts, each relative.</param>
public sealed record SuvUncertainty(double RelativeU, IReadOnlyList<MapConstant> Components)
{
    /// <summary>EARL and the EANM guideline 2.0 (Boellaard and others 2015, remembered): SUV of a uniform phantom within 10 % of 1. It covers scanner and dose calibrator together.</summary>
    private const double CalibrationLimit = 0.10;

    /// <summary>Activity that stays in syringe and line, where it was not measured: up to 3 % (assumption of Etalon; the header has no attribute for it).</summary>
    private const double ResidualLimit = 0.03;

    /// <summary>Weight and clothing: 2.5 % (assumption of Etalon; guidelines ask for calibrated scales).</summary>
    private const double WeightLimit = 0.025;

    /// <summary>Height: 2 cm in 170 (assumption of Etalon).</summary>
    private const double HeightLimit = 0.012;

    /// <summary>Clocks of dose calibrator and scanner against each other: 1 min each (EANM guideline 2.0, remembered).</summary>
    private const double ClockLimitS = 60;

    /// <summary>Power of the size of the body in weight and height, at most: lean and surface follow weight by 0.4 to 1 and height by 0.7 to 1.1.</summary>
    private const double HeightPower = 1.1;

    /// <summary>What a factor's map shares.</summary>
    public static SuvUncertainty Of(SuvFactor factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        var parts = new List<MapConstant>
        {
            new("CalibrationRelativeU", CalibrationLimit / Math.Sqrt(3), "1", "assumption: SUV of a uniform phantom within 10 % (EANM guideline 2.0 and EARL, 2015; as remembered), rectangular"),
            new("ResidualActivityRelativeU", ResidualLimit / Math.Sqrt(3), "1", "assumption of Etalon: at most 3 % stay in syringe and line, rectangular"),
            new("WeightRelativeU", WeightLimit / Math.Sqrt(3), "1", "assumption of Etalon: weight within 2.5 %, rectangular"),
        };
        if (factor.DecayPerS > 0)
        {
            parts.Add(new("ClockRelativeU", factor.DecayPerS * ClockLimitS * Math.Sqrt(2.0 / 3), "1", "assumption: two clocks within 1 min each (EANM guideline 2.0, as remembered), rectangular"));
        }

        if (factor.UsesHeight)
        {
            parts.Add(new("HeightRelativeU", HeightPower * HeightLimit / Math.Sqrt(3), "1", "assumption of Etalon: height within 2 cm, rectangular"));
        }

        if (factor.BodyRelativeU > 0)
        {
            parts.Add(new("SexRelativeU", factor.BodyRelativeU, "1", "half the difference of the formulas for male and female, rectangular, since PatientSex is O"));
        }

        return new SuvUncertainty(Math.Sqrt(parts.Sum(p => p.Value * p.Value)), parts);
    }
}
