using System.Numerics;

namespace Etalon.Assays.Relaxation;

/// <content>The fast form: as many voxels at once as a vector has lanes.</content>
public sealed partial class VfaFit
{
    /// <summary>Steps after which a lane is left to the plain form; four are enough nearly always.</summary>
    private const int MostSteps = 16;

    /// <summary>1 − E at each point of the search, rising.</summary>
    private readonly double[] _nodes;

    /// <summary>Unit vector of the signals at each point, one after the other, for b1 = 1.</summary>
    private readonly double[] _directions;

    /// <summary>Fits many voxels, one thread, no allocation. Gives what <see cref="Fit"/> gives, rounding apart.</summary>
    /// <param name="signals">Frame after frame, each of <paramref name="t1S"/>.Length voxels.</param>
    /// <param name="b1">What the spins see of the flip angle in each voxel; empty: 1 everywhere.</param>
    /// <param name="noiseSd">Standard deviation of the noise, above 0; null: from the residual of each voxel.</param>
    /// <param name="t1S">Receives T1, s; 0 where the status is not Ok.</param>
    /// <param name="uS">Receives its standard uncertainty, s; 0 where the status is not Ok, NaN where neither noise nor residual tells it.</param>
    /// <param name="magnetisation">Receives M; 0 where the status is not Ok.</param>
    /// <param name="rss">Receives the sum of squared residuals; 0 where the status is not Ok.</param>
    /// <param name="status">Receives the status as <see cref="Fit"/> gives it.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void FitBlock(
        ReadOnlySpan<double> signals, ReadOnlySpan<double> b1, double? noiseSd,
        Span<double> t1S, Span<double> uS, Span<double> magnetisation, Span<double> rss, Span<VoxelStatus> status)
    {
        var count = t1S.Length;
        if (signals.Length != count * Count || (b1.Length != 0 && b1.Length != count) || uS.Length != count || magnetisation.Length != count || rss.Length != count || status.Length != count)
        {
            throw new ArgumentException($"{signals.Length} signals of {Count} frames do not fit {count} voxels, or the results differ in length.");
        }

        var output = new Output(t1S, uS, magnetisation, rss, status);
        var width = Vector<double>.Count;
        Span<double> column = stackalloc double[Count];
        if (!_hasOneTr)
        {
            for (var n = 0; n < count; n++)
            {
                Plain(signals, b1, noiseSd, count, n, column, output);
            }

            return;
        }

        var lanes = new Lanes(this, stackalloc Vector<double>[Count], stackalloc Vector<double>[Count], stackalloc Vector<double>[Count], stackalloc Vector<double>[Count], noiseSd);
        for (var n = 0; n < count; n += width)
        {
            var filled = Math.Min(width, count - n);
            for (var f = 0; f < Count; f++)
            {
                lanes.Signals[f] = Load(signals.Slice(f * count + n, filled), 0);
            }

            if (b1.Length != 0)
            {
                lanes.Turn(Load(b1.Slice(n, filled), 1));
            }

            var undecided = lanes.Fit(b1.Length != 0);
            for (var lane = 0; lane < filled; lane++)
            {
                if ((undecided & (1u << lane)) != 0)
                {
                    Plain(signals, b1, noiseSd, count, n + lane, column, output);
                }
                else
                {
                    output.Take(n + lane, lane, in lanes);
                }
            }
        }
    }

    /// <summary>As many values as a vector has lanes; where there are fewer, the rest is filled up.</summary>
    private static Vector<double> Load(ReadOnlySpan<double> values, double otherwise)
    {
        if (values.Length == Vector<double>.Count)
        {
            return new Vector<double>(values);
        }

        Span<double> filled = stackalloc double[Vector<double>.Count];
        filled.Fill(otherwise);
        values.CopyTo(filled);
        return new Vector<double>(filled);
    }

    private void Plain(ReadOnlySpan<double> signals, ReadOnlySpan<double> b1, double? noiseSd, int count, int n, Span<double> column, in Output output)
    {
        for (var f = 0; f < Count; f++)
        {
            column[f] = signals[f * count + n];
        }

        output.Take(n, Fit(column, b1.Length == 0 ? 1 : b1[n], noiseSd));
    }

    private (double[] Nodes, double[] Directions) Tables()
    {
        var range = Bounds.Range;
        var (nodes, directions) = (new double[range.Nodes], new double[range.Nodes * Count]);
        for (var k = 0; k < nodes.Length; k++)
        {
            // From the longest T1 down, so that 1 − E rises.
            var t1 = Math.Exp(range.High - range.Step * k);
            nodes[k] = SpoiledGradientEcho.Saturation(_tr[0] / t1);
            var squares = 0.0;
            for (var f = 0; f < Count; f++)
            {
                var g = Math.Sin(_angles[f]) / (SpoiledGradientEcho.Versine(_angles[f]) + nodes[k] * Math.Cos(_angles[f]));
                directions[k * Count + f] = g;
                squares += g * g;
            }

            for (var f = 0; f < Count; f++)
            {
                directions[k * Count + f] /= Math.Sqrt(squares);
            }
        }

        return (nodes, directions);
    }

    private readonly ref struct Output(Span<double> t1S, Span<double> uS, Span<double> magnetisation, Span<double> rss, Span<VoxelStatus> status)
    {
        private readonly Span<double> _t1S = t1S;
        private readonly Span<double> _uS = uS;
        private readonly Span<double> _magnetisation = magnetisation;
        private readonly Span<double> _rss = rss;
        private readonly Span<VoxelStatus> _status = status;

        public void Take(int n, RelaxationFit fit)
        {
            _status[n] = fit.Status;
            (_t1S[n], _uS[n], _magnetisation[n], _rss[n]) = fit.Status == VoxelStatus.Ok ? (fit.TimeS, fit.U, fit.Amplitude, fit.Rss) : (0, 0, 0, 0);
        }

        public void Take(int n, int lane, in Lanes lanes)
        {
            _status[n] = VoxelStatus.Ok;
            (_t1S[n], _uS[n], _magnetisation[n], _rss[n]) = (lanes.T1[lane], lanes.U[lane], lanes.Magnetisation[lane], lanes.Rss[lane]);
        }
    }
}
