using Etalon.Metrology;

namespace Etalon.Comparability.Calibration;

/// <summary>A reference value.</summary>
/// <param name="Value">In 10⁻³ mm²/s.</param>
/// <param name="U">Standard uncertainty, of the law and of the temperature.</param>
/// <param name="IsInRange">Whether temperature and concentration lie where the law is published for.</param>
public readonly record struct DiffusionValue(double Value, double U, bool IsInRange);

/// <summary>Diffusion coefficients of water and of polyvinylpyrrolidone (PVP) in water: the vials of diffusion phantoms.</summary>
public static class DiffusionReference
{
    /// <summary>Lowest temperature of the PVP law, °C.</summary>
    public const double LowestCelsius = 19.5;

    /// <summary>Highest temperature of the PVP law, °C.</summary>
    public const double HighestCelsius = 26.4;

    /// <summary>Highest concentration of the vials that the law was fitted to, percent by weight.</summary>
    public const double HighestPvp = 50;

    // Printed as ± 0.035 µm²/ms, and read as an interval of k = 2.
    private const double LawU = 0.035 / 2;

    // Holz, Heil and Sacco 2000 state 1 % at most; read as an interval of k = 2.
    private const double WaterRelativeU = 0.01 / 2;

    /// <summary>Self-diffusion of water, 10⁻³ mm²/s.</summary>
    /// <param name="celsius">Temperature, 0 to 100 °C.</param>
    /// <param name="celsiusU">Its standard uncertainty.</param>
    /// <remarks>D = 1.635·10⁻⁸·(T/215.05 K − 1)^2.063 m²/s. Holz, Heil and Sacco, Phys Chem Chem Phys 2:4740–4742 (2000).</remarks>
    public static DiffusionValue Water(double celsius, double celsiusU)
    {
        Check(celsius, celsiusU);
        var value = WaterAt(celsius);
        return new DiffusionValue(value, Root(WaterRelativeU * value, Slope(WaterAt, celsius) * celsiusU), true);
    }

    /// <summary>Apparent diffusion coefficient of PVP in water, 10⁻³ mm²/s.</summary>
    /// <param name="pvpPercent">Concentration, percent by weight.</param>
    /// <param name="celsius">Temperature.</param>
    /// <param name="celsiusU">Its standard uncertainty.</param>
    /// <remarks>ADC/D(water) = 12.5·10⁻⁵·c² − 23.2·10⁻³·c + 1, ± 0.035 µm²/ms, 19.5 to 26.4 °C (PMC9090959). It must not be carried outside: at 0 °C it is a tenth off.</remarks>
    public static DiffusionValue Pvp(double pvpPercent, double celsius, double celsiusU)
    {
        Check(celsius, celsiusU);
        if (pvpPercent == 0)
        {
            return Water(celsius, celsiusU);
        }

        var ratio = 12.5e-5 * pvpPercent * pvpPercent - 23.2e-3 * pvpPercent + 1;
        return new DiffusionValue(
            ratio * WaterAt(celsius), Root(LawU, ratio * Slope(WaterAt, celsius) * celsiusU),
            celsius is >= LowestCelsius and <= HighestCelsius && pvpPercent is >= 0 and <= HighestPvp);
    }

    /// <summary>What to say of a value outside the law's range.</summary>
    internal static Finding OutsideRange(string about, double pvpPercent, double celsius) => new(
        FindingCodes.ReferenceOutsideRange, Severity.Warning, about, FormattableString.Invariant($"{pvpPercent:0.##} % PVP at {celsius:0.##} °C"),
        FormattableString.Invariant($"0 to {HighestPvp} % at {LowestCelsius} to {HighestCelsius} °C, where the law of PVP is published"),
        "The law is not published there, and its value may be a tenth off. Measure at room temperature, or state reference values of your own.");

    private static double WaterAt(double celsius) => 1.635e-8 * Math.Pow((celsius + 273.15) / 215.05 - 1, 2.063) * 1e9;

    private static double Slope(Func<double, double> law, double celsius) => (law(celsius + 0.01) - law(celsius - 0.01)) / 0.02;

    private static double Root(double a, double b) => Math.Sqrt(a * a + b * b);

    private static void Check(double celsius, double celsiusU)
    {
        if (!(celsius is >= -20 and <= 100) || !(celsiusU >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(celsius), celsius, "A temperature from −20 to 100 °C with a standard uncertainty of at least 0 is expected.");
        }
    }
}
