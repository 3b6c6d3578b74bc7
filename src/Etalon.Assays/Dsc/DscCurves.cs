using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Dsc;

/// <summary>Curves of a dynamic series: where the brain is, when the bolus comes, and ΔR2* with its noise, voxel by voxel.</summary>
internal sealed class DscCurves
{
    private const int Block = 1 << 11;

    private readonly float[] _noise;
    private readonly ReferenceTissue.Enhancement[] _looks;

    private DscCurves(DscSeries series, Mask brain, BolusTiming timing)
    {
        (Series, Brain, Timing) = (series, brain, timing);
        (_noise, _looks, Status) = (new float[brain.Inside.Length], new ReferenceTissue.Enhancement[brain.Inside.Length], new VoxelStatus[brain.Inside.Length]);
    }

    public DscSeries Series { get; }

    public Mask Brain { get; }

    public BolusTiming Timing { get; }

    /// <summary>Ok where a voxel has a curve.</summary>
    public VoxelStatus[] Status { get; }

    /// <summary>Median over the brain of the standard deviation of the baseline, in the unit of the signal.</summary>
    public double NoiseSd { get; private set; }

    public int Frames => Series.Series.Frames.Count;

    /// <summary>Finds brain and bolus, and turns every voxel's signal into ΔR2*; null where there is no bolus, and a finding says why.</summary>
    public static DscCurves? Of(DscSeries series, Mask? drawnBrain, List<Finding> findings, CancellationToken cancellation)
    {
        var frames = series.Series.Frames;
        var early = new float[series.Series.Grid.Count];
        for (var n = 0; n < early.Length; n++)
        {
            for (var f = 1; f <= BolusArrival.FewestFrames; f++)
            {
                early[n] += frames[f].Values[n] / BolusArrival.FewestFrames;
            }
        }

        var brain = drawnBrain ?? HeadRegion.Of(series.Series.Grid, [0], [early], series.Series.Name, series.Series.Sha256)?.Mask;
        if (brain is null)
        {
            DscSeries.Refuse(findings, series.Series.Name, "no voxel that stands out from the air", "a head", "Check the series, or draw a mask named brain.");
            return null;
        }

        var mean = new double[frames.Count];
        for (var f = 0; f < mean.Length; f++)
        {
            mean[f] = MeanOf(frames[f].Values, brain);
        }

        if (BolusArrival.Find(mean) is not { } timing || timing.Arrival > frames.Count - ReferenceTissue.LastFrames)
        {
            DscSeries.Refuse(findings, series.Series.Name, "no fall of the mean signal that stands out from the noise, with a baseline before it and volumes after it",
                FormattableString.Invariant($"a bolus with {BolusArrival.FewestFrames} or more volumes before it and {ReferenceTissue.LastFrames} after its arrival"), "Supply all volumes in their order; check that contrast was given.");
            return null;
        }

        var curves = new DscCurves(series, brain, timing);
        curves.Compute(cancellation);
        return curves;
    }

    /// <summary>Voxels of the brain that do not enhance.</summary>
    public Mask NonEnhancing() => ReferenceTissue.Choose(Brain, _looks, Array.ConvertAll(Status, s => s == VoxelStatus.Ok));

    /// <summary>ΔR2* of one voxel and the noise of each volume.</summary>
    public VoxelStatus Curve(int n, Span<double> signal, Span<double> deltaR2Star, Span<double> sd)
    {
        for (var f = 0; f < signal.Length; f++)
        {
            signal[f] = Series.Series.Frames[f].Values[n];
        }

        return RelaxationRateChange.Compute(signal, Series.EchoTimeS, Timing.Baseline, _noise[n], deltaR2Star, sd);
    }

    /// <summary>Mean ΔR2* of the voxels of a mask that have a curve; null where there are none.</summary>
    public double[]? Mean(Mask mask)
    {
        var (sum, count) = (new double[Frames], 0);
        var own = new CurveMemory(Frames);
        for (var n = 0; n < mask.Inside.Length; n++)
        {
            if (mask.Inside[n] && Curve(n, own.Signal, own.Y, own.Sd) == VoxelStatus.Ok)
            {
                count++;
                for (var f = 0; f < sum.Length; f++)
                {
                    sum[f] += own.Y[f];
                }
            }
        }

        return count == 0 ? null : Array.ConvertAll(sum, s => s / count);
    }

    /// <summary>Runs something for blocks of voxels of the brain that have a curve, in parallel; each block has its own memory.</summary>
    public void ForEach<T>(Func<T> memory, Action<int, T> voxel, CancellationToken cancellation)
        where T : class
    {
        var count = Status.Length;
        Parallel.For(0, (count + Block - 1) / Block, new ParallelOptions { CancellationToken = cancellation }, block =>
        {
            T? own = null;
            for (var n = block * Block; n < Math.Min(count, (block + 1) * Block); n++)
            {
                if (Status[n] == VoxelStatus.Ok)
                {
                    own ??= memory();
                    voxel(n, own);
                }
            }
        });
    }

    private void Compute(CancellationToken cancellation)
    {
        var inside = Enumerable.Range(0, Brain.Inside.Length).Where(n => Brain.Inside[n]).ToArray();
        var own = new float[Brain.Inside.Length];
        var signal = new double[Frames];
        foreach (var n in inside)
        {
            for (var f = 0; f < signal.Length; f++)
            {
                signal[f] = Series.Series.Frames[f].Values[n];
            }

            own[n] = (float)RelaxationRateChange.BaselineSd(signal, Timing.Baseline);
            Status[n] = VoxelStatus.Ok;
        }

        var sorted = inside.Select(n => (double)own[n]).Order().ToArray();
        NoiseSd = Math.Max(Numerics.FixedSum.QuantileOfSorted(sorted, 0.5), Series.Series.StorageU);
        for (var n = 0; n < own.Length; n++)
        {
            // Half the voxel's own variance, half the brain's: the own one alone has few degrees of freedom.
            _noise[n] = (float)Math.Sqrt(0.5 * (own[n] * (double)own[n] + NoiseSd * NoiseSd));
        }

        var judged = new VoxelStatus[Status.Length];
        ForEach(() => new CurveMemory(Frames), (n, m) =>
        {
            judged[n] = Curve(n, m.Signal, m.Y, m.Sd);
            _looks[n] = judged[n] == VoxelStatus.Ok ? ReferenceTissue.Look(m.Signal, m.Y, Timing, Math.Max(_noise[n], 1e-12), Series.FrameS) : default;
        }, cancellation);
        judged.CopyTo(Status, 0);
    }

    private static double MeanOf(float[] values, Mask mask)
    {
        var sum = 0.0;
        for (var n = 0; n < values.Length; n++)
        {
            sum += mask.Inside[n] ? values[n] : 0;
        }

        return sum / Math.Max(mask.Count, 1);
    }
}

/// <summary>Memory of one thread for the curve of a voxel.</summary>
internal class CurveMemory(int frames)
{
    public double[] Signal { get; } = new double[frames];

    public double[] Y { get; } = new double[frames];

    public double[] Sd { get; } = new double[frames];
}
