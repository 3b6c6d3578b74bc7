using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Dce;

/// <summary>Enhancement without a model, of the first three phases: PE1 = 100 (S1 − S0)/S0 in percent, SER = (S1 − S0)/(S2 − S0).</summary>
/// <remarks>Hylton et al., Radiology 263:663–672 (2012). Uncertainty of voxels is not known from one image each.</remarks>
internal static class Enhancement
{
    public static MapOutcome Measure(MapSeries series, List<Finding> findings)
    {
        var (s0, s1) = (series.Frames[0].Values, series.Frames[1].Values);
        var maps = new List<NamedMap> { Map(series.Grid, "PE1map", "pe1", "Early enhancement, of the second phase over the first", "%", n => 100.0 * (s1[n] - s0[n]) / s0[n], n => s0[n] > 0) };
        if (series.Frames.Count > 2)
        {
            var s2 = series.Frames[2].Values;
            maps.Add(Map(series.Grid, "SERmap", "ser", "Signal enhancement ratio, early over late", "1", n => (double)(s1[n] - s0[n]) / (s2[n] - s0[n]), n => s0[n] > 0 && s2[n] > s0[n]));
        }

        findings.Add(new Finding(
            FindingCodes.NoiseUnknown, Severity.Info, series.Name, "one image of each phase", "repeats, or a model whose residual tells the noise", "The uncertainty of single voxels is not known, and no map of it is written."));
        return new MapOutcome { Maps = maps, Method = "dce.enhancement/1", Sources = ["Hylton et al., Radiology 263:663-672 (2012)"], Inputs = [series], Findings = findings };
    }

    private static NamedMap Map(Grid grid, string name, string measurand, string description, string unit, Func<int, double> value, Func<int, bool> isPossible)
    {
        var (values, status) = (new float[grid.Count], new VoxelStatus[grid.Count]);
        for (var n = 0; n < values.Length; n++)
        {
            var v = isPossible(n) ? (float)value(n) : float.NaN;
            (values[n], status[n]) = float.IsFinite(v) ? (v, VoxelStatus.Ok) : (0, VoxelStatus.SignalTooLow);
        }

        var u = Unit.Parse(unit);
        return new NamedMap(name, measurand, description, new ParametricMap(new Volume(grid, values, u), new Volume(grid, new float[grid.Count], u), status, null) { IsUKnown = false });
    }
}
