using System.Buffers;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Assays.Relaxation;

/// <summary>T1 of all voxels of a volume by <see cref="VfaFit.FitBlock"/>.</summary>
public static class VfaVolume
{
    private const int Block = 1 << 12;

    /// <summary>A map of T1, s.</summary>
    /// <param name="plan">The protocol.</param>
    /// <param name="grid">Where the voxels lie.</param>
    /// <param name="frames">Signals, one array for each flip angle of the plan.</param>
    /// <param name="b1">What the spins see of the flip angle, a number for each voxel; null: 1.</param>
    /// <param name="noiseSd">Noise of the images; null: u follows from the residual of each voxel.</param>
    /// <param name="cancellation">Ends the fit.</param>
    /// <returns>Where the residual of a voxel exceeds what the noise explains once in a thousand, its u is that of the residual.</returns>
    /// <exception cref="ArgumentException">Sizes that do not fit.</exception>
    public static ParametricMap Fit(VfaFit plan, Grid grid, IReadOnlyList<float[]> frames, float[]? b1, double? noiseSd, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Count != plan.Count || frames.Any(f => f.Length != grid.Count) || (b1 is not null && b1.Length != grid.Count))
        {
            throw new ArgumentException($"{frames.Count} volumes do not fit {plan.Count} flip angles on a grid of {grid.Count} voxels.");
        }

        var (value, u, status) = (new float[grid.Count], new float[grid.Count], new VoxelStatus[grid.Count]);
        Parallel.For(0, (grid.Count + Block - 1) / Block, new ParallelOptions { CancellationToken = cancellation }, block =>
        {
            var start = block * Block;
            var count = Math.Min(Block, grid.Count - start);
            var rented = ArrayPool<double>.Shared.Rent((plan.Count + 5) * count);
            try
            {
                FitBlock(plan, frames, b1, noiseSd, start, rented.AsSpan(0, (plan.Count + 5) * count), value.AsSpan(start, count), u.AsSpan(start, count), status.AsSpan(start, count));
            }
            finally
            {
                ArrayPool<double>.Shared.Return(rented);
            }
        });
        var unit = Unit.Parse("s");
        return new ParametricMap(new Volume(grid, value, unit), new Volume(grid, u, unit), status, noiseSd) { IsUKnown = noiseSd is not null || plan.Dof > 0 };
    }

    private static void FitBlock(
        VfaFit plan, IReadOnlyList<float[]> frames, float[]? b1, double? noiseSd, int start, Span<double> memory, Span<float> value, Span<float> u, Span<VoxelStatus> status)
    {
        var count = value.Length;
        var signals = memory[..(plan.Count * count)];
        for (var f = 0; f < plan.Count; f++)
        {
            Widen(frames[f].AsSpan(start, count), signals.Slice(f * count, count));
        }

        var rest = memory[(plan.Count * count)..];
        var scales = b1 is null ? [] : rest[..count];
        var t1 = rest.Slice(count, count);
        var ut = rest.Slice(2 * count, count);
        var m = rest.Slice(3 * count, count);
        var rss = rest.Slice(4 * count, count);
        if (b1 is not null)
        {
            Widen(b1.AsSpan(start, count), scales);
        }

        plan.FitBlock(signals, scales, noiseSd, t1, ut, m, rss, status);
        for (var n = 0; n < count; n++)
        {
            var inflation = noiseSd is { } sd && status[n] == VoxelStatus.Ok ? RelaxationNoise.Inflation(rss[n], plan.Dof, sd) : 1;
            (value[n], u[n]) = ((float)t1[n], double.IsNaN(ut[n]) ? 0 : (float)(ut[n] * inflation));
        }
    }

    private static void Widen(ReadOnlySpan<float> from, Span<double> to)
    {
        for (var n = 0; n < from.Length; n++)
        {
            to[n] = from[n];
        }
    }
}
