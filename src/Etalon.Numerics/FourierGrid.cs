using System.Numerics;

namespace Etalon.Numerics;

/// <summary>Discrete Fourier transform of a grid, x fastest, whose sizes are made of the factors 2, 3 and 5.</summary>
/// <param name="nx">Values along x.</param>
/// <param name="ny">Along y.</param>
/// <param name="nz">Along z.</param>
public sealed class FourierGrid(int nx, int ny, int nz)
{
    /// <summary>Lines that are gathered together: eight complex numbers are two lines of a cache.</summary>
    private const int Together = 8;

    private readonly FourierPlan _x = new(nx);
    private readonly FourierPlan _y = new(ny);
    private readonly FourierPlan _z = new(nz);

    /// <summary>Transforms in place. Lines are shared out among threads; each is one's own, so that their number changes nothing.</summary>
    public void Forward(Complex[] values, int threads = 1) => Transform(values, threads, inverse: false);

    /// <summary>Transforms back in place, with the factor 1/N.</summary>
    public void Inverse(Complex[] values, int threads = 1) => Transform(values, threads, inverse: true);

    private void Transform(Complex[] values, int threads, bool inverse)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != nx * ny * nz)
        {
            throw new ArgumentException($"{values.Length} values do not fill a grid of {nx} x {ny} x {nz}.", nameof(values));
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads) };
        Parallel.For(0, nz, options, k =>
        {
            var work = new Complex[Math.Max(nx, ny)];
            for (var j = 0; j < ny; j++)
            {
                One(_x, values.AsSpan(nx * (j + ny * k), nx), work.AsSpan(0, nx), inverse);
            }

            var lines = new Complex[Together * ny];
            for (var i = 0; i < nx && ny > 1; i += Together)
            {
                Strided(_y, values, (i + nx * ny * k, nx, Math.Min(Together, nx - i)), lines, work, inverse);
            }
        });
        if (nz > 1)
        {
            Parallel.For(0, ny, options, j =>
            {
                var (lines, work) = (new Complex[Together * nz], new Complex[nz]);
                for (var i = 0; i < nx; i += Together)
                {
                    Strided(_z, values, (i + nx * j, nx * ny, Math.Min(Together, nx - i)), lines, work, inverse);
                }
            });
        }
    }

    /// <summary>Transforms some neighbouring lines: what a cache brings along is used.</summary>
    private static void Strided(FourierPlan plan, Complex[] values, (int Start, int Stride, int Lines) at, Complex[] lines, Complex[] work, bool inverse)
    {
        var length = plan.Length;
        for (var n = 0; n < length; n++)
        {
            for (var l = 0; l < at.Lines; l++)
            {
                lines[l * length + n] = values[at.Start + n * at.Stride + l];
            }
        }

        for (var l = 0; l < at.Lines; l++)
        {
            One(plan, lines.AsSpan(l * length, length), work.AsSpan(0, length), inverse);
        }

        for (var n = 0; n < length; n++)
        {
            for (var l = 0; l < at.Lines; l++)
            {
                values[at.Start + n * at.Stride + l] = lines[l * length + n];
            }
        }
    }

    private static void One(FourierPlan plan, Span<Complex> line, Span<Complex> work, bool inverse)
    {
        if (inverse)
        {
            plan.Inverse(line, work);
        }
        else
        {
            plan.Forward(line, work);
        }
    }
}
