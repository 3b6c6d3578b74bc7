using Etalon.Assays.Maps;
using Etalon.Imaging;
using Etalon.Metrology;
using Etalon.Numerics;

namespace Etalon.Assays.Dsc;

/// <summary>CBF, CBV and MTT of all voxels against a drawn artery.</summary>
internal static class DscFlow
{
    private sealed class Memory(int frames, LeakageCorrection correction, TransitTimeModel? model, ArterialDeconvolution? deconvolution) : CurveMemory(frames)
    {
        public double[] Leakage { get; } = new double[correction.Length];

        public LeakageWorkspace Correction { get; } = new(correction);

        public TransitTimeWorkspace? Model { get; } = model is null ? null : new(model);

        public DeconvolutionWorkspace? Deconvolution { get; } = deconvolution is null ? null : new(deconvolution);
    }

    /// <summary>The maps; none where the artery cannot be used, and a finding says why.</summary>
    public static IReadOnlyList<NamedMap> Maps(
        DscCurves curves, LeakageCorrection correction, DscVolumes volume, Mask artery, DscMapOptions options, List<Finding> findings, CancellationToken cancellation)
    {
        if (Artery(curves, artery, findings) is not var (arterial, noise) || arterial is null)
        {
            return [];
        }

        var (frame, kappa) = (curves.Series.FrameS, (1 - options.HaematocritLarge) / (1 - options.HaematocritSmall));
        var model = options.Flow == FlowMethod.TransitTimes ? new TransitTimeModel(arterial, noise, frame, new TransitTimeOptions { EarliestS = -2, HaematocritFactor = kappa }) : null;
        var deconvolution = model is null ? new ArterialDeconvolution(arterial, noise, frame, new DeconvolutionOptions { HaematocritFactor = kappa }) : null;
        var count = curves.Status.Length;
        var (values, us, status) = (new float[3][], new float[3][], new VoxelStatus[count]);
        for (var m = 0; m < 3; m++)
        {
            (values[m], us[m]) = (new float[count], new float[count]);
        }

        curves.Status.CopyTo(status, 0);
        curves.ForEach(() => new Memory(curves.Frames, correction, model, deconvolution), (n, m) =>
        {
            var fit = Voxel(curves, correction, volume, n, model, deconvolution, m);
            status[n] = fit.Status;
            if (fit.Status == VoxelStatus.Ok)
            {
                (values[0][n], values[1][n], values[2][n]) = ((float)fit.Cbf, (float)fit.Cbv, (float)fit.MttS);
                (us[0][n], us[1][n], us[2][n]) = ((float)fit.CbfU, (float)fit.CbvU, (float)fit.MttU);
            }
        }, cancellation);
        var shared = model?.SharedRelativeU ?? 0;
        NamedMap Named(int m, string name, string measurand, string description, string code, double sharedU)
        {
            var (grid, unit) = (curves.Series.Series.Grid, Unit.Parse(code));
            return new NamedMap(name, measurand, description, new ParametricMap(new Volume(grid, values[m], unit), new Volume(grid, us[m], unit), status, curves.NoiseSd))
            {
                SharedRelativeU = sharedU,
                SharedSource = sharedU > 0 ? "noise of the artery's area" : "",
            };
        }

        const string Scale = "Its scale assumes that contrast changes R2* alike in artery and tissue.";
        return
        [
            Named(0, "CBFmap", "cbf", $"Cerebral blood flow against the drawn artery. {Scale}", "mL/(100.mL.min)", shared),
            Named(1, "CBVmap", "cbv", $"Cerebral blood volume against the drawn artery. {Scale}", "mL/(100.mL)", shared),
            Named(2, "MTTmap", "mtt", "Mean transit time, CBV over CBF.", "s", 0),
        ];
    }

    private static (double[]? Curve, double Noise)? Artery(DscCurves curves, Mask artery, List<Finding> findings)
    {
        var curve = curves.Mean(artery);
        var about = FormattableString.Invariant($"the drawn artery, {artery.Count} voxels");
        if (curve is null)
        {
            findings.Add(new Finding(FindingCodes.DscArteryUnusable, Severity.Warning, about, "no voxel whose signal stays above the noise", "an artery whose peak is not lost in noise", "Draw it elsewhere."));
            return null;
        }

        var peak = Array.IndexOf(curve, curve.Max());
        var noise = CurveNoise.OfDifferences(curve, curves.Timing.Baseline.End - 3, Math.Min(curve.Length, peak + (int)(30 / curves.Series.FrameS)));
        if (!(curve[peak] > 5 * noise) || !(curve.Sum() > 0))
        {
            findings.Add(new Finding(FindingCodes.DscArteryUnusable, Severity.Warning, about, FormattableString.Invariant($"a peak of {curve[peak]:0.##} /s with noise of {noise:0.##} /s"), "a peak above 5 standard deviations of noise", "Draw it elsewhere."));
            return null;
        }

        return (curve, noise);
    }

    /// <summary>One voxel: ΔR2* with the leakage taken out where it is significant (2 standard uncertainties), then flow.</summary>
    private static PerfusionFit Voxel(
        DscCurves curves, LeakageCorrection correction, DscVolumes volume, int n, TransitTimeModel? model, ArterialDeconvolution? deconvolution, Memory m)
    {
        curves.Curve(n, m.Signal, m.Y, m.Sd);
        var (k2, u, kep) = volume.Leakage(n);
        if (Math.Abs(k2) > 2 * u)
        {
            correction.LeakageCurve(kep, m.Leakage, m.Correction);
            for (var f = 0; f < m.Y.Length; f++)
            {
                m.Y[f] += k2 * m.Leakage[f];
            }
        }

        if (deconvolution is not null)
        {
            return deconvolution.Fit(m.Y, m.Sd, curves.Timing.Baseline, m.Deconvolution!);
        }

        var noise = Math.Sqrt(Product.Dot(m.Sd, m.Sd) / m.Sd.Length);
        var offset = m.Sd[curves.Timing.Baseline.First] / Math.Sqrt(curves.Timing.Baseline.Count);
        return model!.Fit(m.Y, noise, m.Model!, curves.Timing.Arrival, offset);
    }
}
