using System.Globalization;
using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Dce;

/// <summary>The curves of all voxels of a dynamic series, and their fits.</summary>
internal sealed class DceVolume(Grid grid, IReadOnlyList<float[]> frames, double[] timesS, (int First, int Last) baseline, SignalToConcentration conversion, Func<int, double?> t1S)
{
    /// <summary>A baseline below this share of the brightest voxel's is air.</summary>
    private const double Air = 0.02;

    private readonly float _floor = (float)(Air * Enumerable.Range(0, frames[0].Length).Max(n => frames[baseline.First][n]));

    /// <summary>Times of the frames, s.</summary>
    public double[] TimesS => timesS;

    /// <summary>Maps of all parameters of a model.</summary>
    public List<NamedMap> Fit(DceModel model, double[] plasmaMm, CancellationToken cancellation)
    {
        var plan = new DceFit(model, timesS, plasmaMm);
        var count = plan.Parameters.Count;
        var values = plan.Parameters.Select(_ => new float[grid.Count]).ToArray();
        var u = plan.Parameters.Select(_ => new float[grid.Count]).ToArray();
        var status = plan.Parameters.Select(_ => new VoxelStatus[grid.Count]).ToArray();
        ForAll((n, curve) =>
        {
            var own = Curve(n, curve);
            var fit = own == VoxelStatus.Ok ? plan.Fit(curve) : null;
            for (var p = 0; p < count; p++)
            {
                var s = own != VoxelStatus.Ok ? own : fit!.Status != VoxelStatus.Ok ? fit.Status : fit.Values[p].Status;
                var factor = DceUnits.Of(plan.Parameters[p]).Factor;
                var (value, uncertainty) = s == VoxelStatus.Ok ? ((float)(factor * fit!.Values[p].Value), (float)(factor * fit.Values[p].U)) : (0, 0);
                status[p][n] = s == VoxelStatus.Ok && !(float.IsFinite(value) && float.IsFinite(uncertainty)) ? VoxelStatus.NotIdentifiable : s;
                (values[p][n], u[p][n]) = status[p][n] == VoxelStatus.Ok ? (value, uncertainty) : (0, 0);
            }
        }, cancellation);
        return [.. plan.Parameters.Select((parameter, p) =>
        {
            var (name, measurand, description) = Shown(parameter);
            var unit = Unit.Parse(DceUnits.Of(parameter).Unit);
            return new NamedMap(name, measurand, description, new ParametricMap(new Volume(grid, values[p], unit), new Volume(grid, u[p], unit), status[p], null));
        })];
    }

    /// <summary>The model that Akaike's criterion for small samples prefers, summed over a thousand voxels that enhance, and the weights in words.</summary>
    public (DceModel Best, string Evidence) Compare(double[] plasmaMm, CancellationToken cancellation)
    {
        DceModel[] models = [DceModel.Patlak, DceModel.Tofts, DceModel.ExtendedTofts, DceModel.TwoCompartmentUptake, DceModel.TwoCompartmentExchange];
        var curves = Enhancing(1000);
        var sums = models.Select(m =>
        {
            cancellation.ThrowIfCancellationRequested();
            var plan = new DceFit(m, timesS, plasmaMm);
            return curves.Sum(c => plan.Fit(c).Aicc() ?? double.PositiveInfinity);
        }).ToArray();
        var voxels = Math.Max(1, curves.Count);
        var best = Array.IndexOf(sums, sums.Min());
        var parts = models.Select((m, n) => string.Create(CultureInfo.InvariantCulture, $"{DceMap.Name(m)} {(sums[n] - sums[best]) / voxels:+0.00;-0.00;0}"));
        return (models[best], $"AICc above the best, mean of {curves.Count} voxels that enhance: {string.Join(", ", parts)}");
    }

    /// <summary>The mean curve of the voxels that enhance; null where none does.</summary>
    public double[]? MeanEnhancing()
    {
        var curves = Enhancing(4000);
        return curves.Count == 0 ? null : [.. Enumerable.Range(0, timesS.Length).Select(t => curves.Average(c => c[t]))];
    }

    /// <summary>Curves that rise above the noise of their baseline, evenly taken over the volume.</summary>
    private List<double[]> Enhancing(int most)
    {
        var all = new List<double[]>();
        var step = Math.Max(1, grid.Count / (40 * most));
        for (var n = 0; n < grid.Count; n += step)
        {
            var curve = new double[timesS.Length];
            if (Curve(n, curve) != VoxelStatus.Ok)
            {
                continue;
            }

            var before = curve[baseline.First..(baseline.Last + 1)];
            var sd = Math.Sqrt(before.Sum(c => c * c) / before.Length);
            if (curve.Skip(baseline.Last + 1).Average() > Math.Max(3 * sd / Math.Sqrt(before.Length), 0.01))
            {
                all.Add(curve);
            }
        }

        var thin = Math.Max(1, all.Count / most);
        return [.. all.Where((_, n) => n % thin == 0)];
    }

    private VoxelStatus Curve(int n, Span<double> curve)
    {
        var before = 0.0;
        for (var f = baseline.First; f <= baseline.Last; f++)
        {
            before += frames[f][n];
        }

        before /= baseline.Last - baseline.First + 1;
        if (!(before > _floor))
        {
            return VoxelStatus.SignalTooLow;
        }

        if (t1S(n) is not { } known || !(known > 0))
        {
            return VoxelStatus.InputMissing;
        }

        for (var f = 0; f < curve.Length; f++)
        {
            curve[f] = frames[f][n];
        }

        return conversion.Convert(curve, before, known, curve) == 0 ? VoxelStatus.Ok : VoxelStatus.NotPhysical;
    }

    private void ForAll(Action<int, double[]> body, CancellationToken cancellation)
    {
        const int Block = 1 << 11;
        Parallel.For(0, (grid.Count + Block - 1) / Block, new ParallelOptions { CancellationToken = cancellation }, block =>
        {
            var curve = new double[timesS.Length];
            for (var n = block * Block; n < Math.Min(grid.Count, (block + 1) * Block); n++)
            {
                body(n, curve);
            }
        });
    }

    private static (string Name, string Measurand, string Description) Shown(DceParameter parameter) => parameter switch
    {
        DceParameter.Ktrans => ("Ktransmap", "ktrans", "Volume transfer constant"),
        DceParameter.Kep => ("kepmap", "kep", "Rate from the extravascular space back to plasma"),
        DceParameter.Ps => ("PSmap", "ps", "Permeability-surface area product"),
        DceParameter.Fp => ("Fpmap", "fp", "Plasma flow"),
        DceParameter.Ve => ("vemap", "ve", "Volume of the extravascular extracellular space"),
        _ => ("vpmap", "vp", "Volume of plasma"),
    };
}
