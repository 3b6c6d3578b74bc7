using Etalon.Metrology;

namespace Etalon.Twin;

/// <summary>A log-normal prior of one parameter.</summary>
/// <param name="Name">Name as in results, e.g. <c>diffusivity_mm2_per_day</c>.</param>
/// <param name="Title">For people.</param>
/// <param name="Unit">UCUM unit.</param>
/// <param name="Median">Median.</param>
/// <param name="LogSd">Standard deviation of the logarithm.</param>
/// <param name="Source">Where it comes from.</param>
public sealed record ParameterPrior(string Name, string Title, string Unit, double Median, double LogSd, Source Source)
{
    /// <summary>
    /// Range within which the prior is flat in the logarithm; null: it is log-normal. A flat prior does not pull; its median is where a search
    /// starts and its <see cref="LogSd"/> the yardstick of what counts as learned.
    /// </summary>
    public (double Low, double High)? Box { get; init; }

    /// <summary>Quantile at a normal score.</summary>
    public double Quantile(double score) => Median * Math.Exp(score * LogSd);

    /// <summary>Standard deviation of the parameter itself under the log-normal prior.</summary>
    public double Sd => Median * Math.Exp(0.5 * LogSd * LogSd) * Math.Sqrt(Math.Exp(LogSd * LogSd) - 1);
}

/// <summary>Priors of the growth parameters.</summary>
public static class TwinPrior
{
    private static readonly Source Glioma = new(
        "glioma-growth-range", "Range of net diffusion 6 to 324 mm²/year and net proliferation 1 to 32 /year in glioblastoma (Swanson group, 2007 to 2009); remembered, not checked",
        "priors of diffusivity and proliferation");

    private static readonly Source Radiosensitivity = new(
        "glioma-alpha-range", "α of glioma in vivo about 0.02 to 0.2 /Gy with α/β = 10 Gy (Rockne and others 2010); remembered, not checked", "prior of radiosensitivity");

    private static readonly Source Drug = new(
        "etalon-assumption-drug", "Assumption of Etalon: sensitivity to a drug within a factor of 10 of 0.2 /day at the reference amount", "prior of drug sensitivity");

    /// <summary>The default priors: 90 % of each lies within the range that its source names.</summary>
    public static IReadOnlyList<ParameterPrior> Default(IEnumerable<string> drugs)
    {
        ArgumentNullException.ThrowIfNull(drugs);
        return
        [
            Range("diffusivity_mm2_per_day", "Diffusivity D", "mm2/d", 6 / 365.25, 324 / 365.25, Glioma),
            Range("proliferation_per_day", "Proliferation k", "/d", 1 / 365.25, 32 / 365.25, Glioma),
            Range("alpha_per_Gy", "Radiosensitivity α", "/Gy", 0.02, 0.2, Radiosensitivity),
            .. drugs.Select(d => Range($"{d}.sensitivity_per_day", $"Sensitivity to {d}", "/d", 0.02, 2, Drug)),
        ];
    }

    /// <summary>
    /// Flat priors over the logarithm within a wide box: D 10⁻³ to 10 mm²/d, k 10⁻⁴ to 1 /d, α 10⁻⁴ to 2 /Gy, sensitivities 10⁻⁴ to 20 /d. What counts as learned
    /// is still measured against the width of the default priors.
    /// </summary>
    public static IReadOnlyList<ParameterPrior> Flat(IEnumerable<string> drugs) => Default(drugs).Select((p, i) => p with
    {
        Box = i switch { 0 => (1e-3, 10), 1 => (1e-4, 1), 2 => (1e-4, 2), _ => (1e-4, 20) },
        Source = new Source("etalon-flat-prior", "Flat in the logarithm within a wide box, so that the images alone decide; Etalon's own", "flat priors"),
    }).ToList();

    private static ParameterPrior Range(string name, string title, string unit, double low, double high, Source source) =>
        new(name, title, unit, Math.Sqrt(low * high), Math.Log(high / low) / (2 * 1.6448536269514722), source);
}
