using System.Numerics;

namespace Etalon.Numerics;

/// <summary>Discrete Fourier transform of a grid, x fastest, whose sizes are made of the factors 2, 3 and 5.</summary>
/// <param name="nx">Values along x.</param>
/// <param name="ny">Along y.</param>
/// <param name="nz">Along z.</param>
public sealed class FourierGrid(int nx, int ny, int nz)
{
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

            var line = new Complex[ny];
            for (var i = 0; i < nx && ny > 1; i++)
            {
                Strided(_y, values, i + nx * ny * k, nx, line, work, inverse);
            }
        });
        if (nz > 1)
        {
            Parallel.For(0, ny, options, j =>
            {
                var (line, work) = (new Complex[nz], new Complex[nz]);
                for (var i = 0; i < nx; i++)
                {
                    Strided(_z, values, i + nx * j, nx * ny, line, work, inverse);
                }
            });
        }
    }

    private static void Strided(FourierPlan plan, Complex[] values, int start, int stride, Complex[] line, Complex[] work, bool inverse)
    {
        for (var n = 0; n < line.Length; n++)
        {
            line[n] = values[start + n * stride];
        }

        One(plan, line, work.AsSpan(0, line.Length), inverse);
        for (var n = 0; n < line.Length; n++)
        {
            values[start + n * stride] = line[n];
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
