using Etalon.Imaging;
using Etalon.Numerics;

namespace Etalon.Phantoms;

/// <summary>Images what lies in it: S = S₀ exp(−b · scale · ADC), magnitude of a complex signal with Gaussian noise (Rician), stored as whole numbers.</summary>
/// <param name="whiteMatterSnr">Signal of white matter at b = 0 over the noise of one channel; +∞: neither noise nor rounding.</param>
public sealed class VirtualScanner(double whiteMatterSnr)
{
    private static readonly double[] Nominal = [0, 500, 500, 500, 1000, 1000, 1000];

    /// <summary>One frame at b = 0, and b = 500 and 1,000 s/mm² in three orthogonal directions each.</summary>
    /// <param name="subject">What is imaged.</param>
    /// <param name="session">How it lies and how the scanner is off.</param>
    /// <param name="grid">In scanner coordinates.</param>
    /// <param name="noise">Where noise comes from; used only where the SNR is finite.</param>
    public DiffusionScan Diffusion(IScannable subject, VirtualSession session, Grid grid, RandomStream noise)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(noise);
        var (adc, b0) = (new float[grid.Count], new float[grid.Count]);
        Visit(grid, session, (at, point) =>
        {
            var seen = subject.DiffusionAt(point);
            (adc[at], b0[at]) = ((float)seen.AdcMm2PerS, (float)(session.State.SignalScale * seen.B0Signal));
        });
        var frames = new float[Nominal.Length][];
        var signal = new double[grid.Count];
        for (var f = 0; f < frames.Length; f++)
        {
            // The directions of a shell see the same signal: the truth is isotropic.
            if (f == 0 || Nominal[f] != Nominal[f - 1])
            {
                Weight(b0, adc, Nominal[f] * session.AdcScale, signal);
            }

            frames[f] = Store(signal, session, noise);
        }

        return new DiffusionScan(grid, Nominal, Nominal.Select((b, f) => Direction(b, f)).ToList(), frames);
    }

    /// <summary>T1-weighted and FLAIR volumes.</summary>
    public AnatomicalScan Anatomy(IScannable subject, VirtualSession session, Grid grid, RandomStream noise)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(noise);
        var (t1, flair) = (new double[grid.Count], new double[grid.Count]);
        Visit(grid, session, (at, point) =>
        {
            var seen = subject.AnatomyAt(point);
            (t1[at], flair[at]) = (session.State.SignalScale * seen.T1Weighted, session.State.SignalScale * seen.Flair);
        });
        return new AnatomicalScan(new Volume(grid, Store(t1, session, noise), null), new Volume(grid, Store(flair, session, noise), null));
    }

    /// <summary>Magnitudes of complex signals with normal noise in both channels (Rice; Gudbjartsson and Patz, Magn Reson Med 34:910, 1995).</summary>
    /// <param name="signal">Without noise, at least 0.</param>
    /// <param name="sigma">Standard deviation of each channel, at least 0.</param>
    /// <param name="magnitude">Receives the magnitudes, same length.</param>
    /// <param name="noise">Where the noise comes from.</param>
    public static void AddRicianNoise(ReadOnlySpan<double> signal, double sigma, Span<float> magnitude, RandomStream noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        for (var n = 0; n < signal.Length; n++)
        {
            var (real, imaginary) = (signal[n] + sigma * noise.NextNormal(), sigma * noise.NextNormal());
            magnitude[n] = (float)Math.Sqrt(real * real + imaginary * imaginary);
        }
    }

    private float[] Store(double[] signal, VirtualSession session, RandomStream noise)
    {
        var stored = new float[signal.Length];
        if (double.IsPositiveInfinity(whiteMatterSnr))
        {
            for (var n = 0; n < stored.Length; n++)
            {
                stored[n] = (float)signal[n];
            }

            return stored;
        }

        AddRicianNoise(signal, session.State.SignalScale / whiteMatterSnr, stored, noise);
        for (var n = 0; n < stored.Length; n++)
        {
            // Scanners store integers; the step is far below the noise.
            stored[n] = MathF.Round(stored[n]);
        }

        return stored;
    }

    private static void Visit(Grid grid, VirtualSession session, Action<int, Vector3> visit)
    {
        var back = session.Position.Inverse();
        var (start, di) = (back.Apply(grid.Origin), back.Rotate(grid.StepI));
        var (dj, dk) = (back.Rotate(grid.StepJ), back.Rotate(grid.StepK));
        var at = 0;
        for (var k = 0; k < grid.Nz; k++)
        {
            for (var j = 0; j < grid.Ny; j++)
            {
                var row = start + j * dj + k * dk;
                for (var i = 0; i < grid.Nx; i++, at++)
                {
                    visit(at, row + i * di);
                }
            }
        }
    }

    private static void Weight(float[] b0, float[] adc, double scaledB, double[] signal)
    {
        for (var n = 0; n < signal.Length; n++)
        {
            signal[n] = b0[n] == 0 ? 0 : b0[n] * Math.Exp(-scaledB * adc[n]);
        }
    }

    private static Vector3 Direction(double b, int frame) =>
        b == 0 ? default : ((frame - 1) % 3) switch { 0 => new(1, 0, 0), 1 => new(0, 1, 0), _ => new(0, 0, 1) };
}
