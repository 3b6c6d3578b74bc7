namespace Etalon.Metrology;

/// <summary>A measurand: its code, the UCUM unit it is stored in, and how people see it.</summary>
/// <param name="Code">Code without statistic suffix.</param>
/// <param name="Unit">UCUM unit of stored values.</param>
/// <param name="Name">For people.</param>
/// <param name="ShownUnit">The unit people read.</param>
/// <param name="ShownFactor">Stored value times this is the shown value.</param>
public sealed record MeasurandInfo(string Code, string Unit, string Name, string ShownUnit, double ShownFactor);

/// <summary>The measurands of Etalon (docs/conformance.md).</summary>
public static class Measurands
{
    private static readonly MeasurandInfo[] Known =
    [
        new("adc", "mm2/s", "Apparent diffusion coefficient", "10⁻³ mm²/s", 1e3),
        new("t1", "s", "T1", "ms", 1e3),
        new("t2", "s", "T2", "ms", 1e3),
        new("r1", "/s", "R1", "s⁻¹", 1),
        new("ktrans", "/min", "Ktrans", "min⁻¹", 1),
        new("ve", "1", "ve", "1", 1),
        new("vp", "1", "vp", "1", 1),
        new("kep", "/min", "kep", "min⁻¹", 1),
        new("ps", "/min", "Permeability-surface area product", "min⁻¹", 1),
        new("fp", "mL/(100.mL.min)", "Plasma flow", "mL/(100 mL·min)", 1),
        new("delay", "s", "Arrival delay", "s", 1),
        new("pe1", "%", "Early enhancement", "%", 1),
        new("ser", "1", "Signal enhancement ratio", "1", 1),
        new("f", "1", "Perfusion fraction", "1", 1),
        new("d", "mm2/s", "Diffusion coefficient of tissue", "10⁻³ mm²/s", 1e3),
        new("d_star", "mm2/s", "Pseudo-diffusion coefficient", "10⁻³ mm²/s", 1e3),
        new("kurtosis", "1", "Kurtosis", "1", 1),
        new("cbv", "mL/(100.mL)", "Blood volume", "mL/(100 mL)", 1),
        new("cbf", "mL/(100.mL.min)", "Blood flow", "mL/(100 mL·min)", 1),
        new("mtt", "s", "Mean transit time", "s", 1),
        new("rcbv", "1", "Relative blood volume", "1", 1),
        new("k2", "/s", "Leakage K2", "s⁻¹", 1),
        new("suvbw", "g/mL", "SUV (body weight)", "g/mL", 1),
        new("suvlbm", "g/mL", "SUV (lean body mass)", "g/mL", 1),
        new("suvibw", "g/mL", "SUV (ideal body weight)", "g/mL", 1),
        new("suvbsa", "cm2/mL", "SUV (body surface)", "cm²/mL", 1),
        new("volume", "mL", "Volume", "mL", 1),
        new("diameter", "mm", "Diameter", "mm", 1),
        new("cells", "1", "Tumour cells relative to capacity, summed", "voxels at capacity", 1),
        new("density", "1", "Cell density relative to capacity", "1", 1),
        new("fraction", "1", "Share of a region", "%", 100),
        new("dose", "Gy", "Absorbed dose", "Gy", 1),
    ];

    /// <summary>Looks a measurand up by its code; a statistic suffix such as <c>.mean</c> is allowed.</summary>
    /// <exception cref="ArgumentException">No measurand has this code.</exception>
    public static MeasurandInfo Get(string measurand)
    {
        ArgumentNullException.ThrowIfNull(measurand);
        var code = measurand.Split('.')[0];
        return Array.Find(Known, k => k.Code == code)
            ?? throw new ArgumentException($"No measurand is called '{measurand}'. Known: {string.Join(", ", Known.Select(k => k.Code))}.");
    }

    /// <summary>All measurands, in a fixed order.</summary>
    public static IReadOnlyList<MeasurandInfo> All => Known;
}
