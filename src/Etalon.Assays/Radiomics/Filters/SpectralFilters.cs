using System.Numerics;
using Etalon.Numerics;

namespace Etalon.Assays.Radiomics.Filters;

/// <summary>Modulus of the response to Gabor's wavelets in a plane.</summary>
/// <param name="SigmaMm">Standard deviation of the envelope along the wave, mm.</param>
/// <param name="WavelengthMm">Wavelength, mm.</param>
/// <param name="AspectRatio">Standard deviation along the wave over that across it.</param>
/// <param name="Theta">Direction of the wave, radians from x towards y.</param>
public sealed record GaborFilter(double SigmaMm, double WavelengthMm, double AspectRatio, double Theta = 0) : ImageFilter
{
    /// <summary>How far the kernel reaches, in standard deviations of its longer axis.</summary>
    private const double CutOff = 7;

    /// <summary>Step of directions over the half circle, for a response that is the same whatever the direction; null: one direction.</summary>
    public double? ThetaStep { get; init; }

    /// <summary>How responses of the directions are pooled.</summary>
    public FilterPooling Pooling { get; init; } = FilterPooling.Mean;

    /// <summary>Whether slices of all three orientations are filtered and averaged.</summary>
    public bool OrthogonalPlanes { get; init; }

    internal override FilterStack Apply(FilterStack image)
    {
        (int U, int V)[] planes = OrthogonalPlanes ? [(0, 1), (0, 2), (1, 2)] : [(0, 1)];
        var sum = new double[image.Values.Length];
        foreach (var plane in planes)
        {
            FilterStack.Pool(sum, Plane(image, plane), FilterPooling.Mean);
        }

        return image with { Values = planes.Length == 1 ? sum : Array.ConvertAll(sum, v => v / planes.Length) };
    }

    private double[] Plane(FilterStack image, (int U, int V) plane)
    {
        int[] size = [image.Nx, image.Ny, image.Nz];
        int[] stride = [1, image.Nx, image.Nx * image.Ny];
        double[] spacing = [image.SpacingMm.X, image.SpacingMm.Y, image.SpacingMm.Z];
        var across = 3 - plane.U - plane.V;
        var reach = CutOff * SigmaMm * Math.Max(1, 1 / AspectRatio);
        var (hu, hv) = ((int)Math.Ceiling(reach / spacing[plane.U]), (int)Math.Ceiling(reach / spacing[plane.V]));
        var (nu, nv) = (size[plane.U], size[plane.V]);
        var (pu, pv) = (FourierPlan.NextLength(nu + 2 * hu), FourierPlan.NextLength(nv + 2 * hv));
        var steps = ThetaStep is { } step ? (int)Math.Round(2 * Math.PI / step) : 1;
        // A wave and its opposite have one modulus: half a circle will do, where it has a whole number of steps.
        var directions = steps % 2 == 0 && steps > 1 ? steps / 2 : steps;
        var transform = new FourierGrid(pu, pv, 1);
        var kernels = Enumerable.Range(0, directions).Select(n => Kernel(Theta + n * (ThetaStep ?? 0), (hu, hv), (pu, pv), (spacing[plane.U], spacing[plane.V]), transform)).ToArray();
        var result = new double[image.Values.Length];
        Parallel.For(0, size[across], new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, image.Threads) }, slice =>
        {
            var padded = new Complex[pu * pv];
            for (var v = 0; v < pv; v++)
            {
                for (var u = 0; u < pu; u++)
                {
                    // The image lies at the begin; what is beyond its end goes on for one reach, what is before its begin stands at the end.
                    var (iu, iv) = (u < nu + hu ? u : u >= pu - hu ? u - pu : int.MinValue, v < nv + hv ? v : v >= pv - hv ? v - pv : int.MinValue);
                    if (iu == int.MinValue || iv == int.MinValue)
                    {
                        continue;
                    }

                    var (fu, fv) = (FilterStack.Place(iu, nu, Boundary), FilterStack.Place(iv, nv, Boundary));
                    padded[u + pu * v] = fu < 0 || fv < 0 ? 0 : image.Values[fu * stride[plane.U] + fv * stride[plane.V] + slice * stride[across]];
                }
            }

            transform.Forward(padded);
            var work = new Complex[padded.Length];
            for (var n = 0; n < kernels.Length; n++)
            {
                for (var k = 0; k < work.Length; k++)
                {
                    work[k] = padded[k] * kernels[n][k];
                }

                transform.Inverse(work);
                for (var v = 0; v < nv; v++)
                {
                    for (var u = 0; u < nu; u++)
                    {
                        ref var to = ref result[u * stride[plane.U] + v * stride[plane.V] + slice * stride[across]];
                        var modulus = work[u + pu * v].Magnitude;
                        to = n == 0 ? modulus : Pooling switch { FilterPooling.Max => Math.Max(to, modulus), FilterPooling.Min => Math.Min(to, modulus), _ => to + modulus };
                    }
                }
            }
        });
        return Pooling is FilterPooling.Max or FilterPooling.Min ? result : Array.ConvertAll(result, v => v / kernels.Length);
    }

    private Complex[] Kernel(double theta, (int U, int V) half, (int U, int V) padded, (double U, double V) spacing, FourierGrid transform)
    {
        var (cos, sin) = (Math.Cos(theta), Math.Sin(theta));
        var kernel = new Complex[padded.U * padded.V];
        for (var v = -half.V; v <= half.V; v++)
        {
            for (var u = -half.U; u <= half.U; u++)
            {
                var (x, y) = (u * spacing.U, v * spacing.V);
                var (along, across) = (x * cos + y * sin, -x * sin + y * cos);
                var envelope = Math.Exp(-(along * along + AspectRatio * AspectRatio * across * across) / (2 * SigmaMm * SigmaMm));
                kernel[(u + padded.U) % padded.U + padded.U * ((v + padded.V) % padded.V)] = Complex.FromPolarCoordinates(envelope, 2 * Math.PI * along / WavelengthMm);
            }
        }

        transform.Forward(kernel);
        return kernel;
    }
}

/// <summary>Simoncelli's wavelets without direction.</summary>
/// <param name="Level">Level, from 1: the band between a quarter and the whole of π/2^(level − 1), in radians per voxel.</param>
/// <remarks>
/// The reference maps take the frequencies of n voxels as n even steps from −π to π with both ends, which shifts them by up to half a step against those of the transform; so it is done
/// here, and the real part is the response. (The map of level 1 is a mean over programs of which some did otherwise.)
/// </remarks>
public sealed record SimoncelliFilter(int Level = 1) : ImageFilter
{
    internal override FilterStack Apply(FilterStack image) => Spectrum.Filter(image, this, f => Gain(f.Length), endsIncluded: true);

    internal double Gain(double frequency)
    {
        var high = Math.PI / (1 << (Level - 1));
        return frequency > high / 4 && frequency <= high ? Math.Cos(Math.PI / 2 * Math.Log2(2 * frequency / high)) : 0;
    }
}

/// <summary>Riesz transform of an image filtered by another filter.</summary>
/// <param name="Inner">Laplacian of a Gaussian or Simoncelli's wavelet.</param>
/// <param name="OrderX">Order along x.</param>
/// <param name="OrderY">Order along y.</param>
/// <param name="OrderZ">Order along z.</param>
public sealed record RieszFilter(ImageFilter Inner, int OrderX, int OrderY, int OrderZ) : ImageFilter
{
    internal override FilterStack Apply(FilterStack image)
    {
        // (−i)^L √(L!/(l₁! l₂! l₃!)) ω₁^l₁ ω₂^l₂ ω₃^l₃ / |ω|^L; 0 where the frequency is 0.
        var order = OrderX + OrderY + OrderZ;
        var scale = Math.Sqrt(Factorial(order) / (Factorial(OrderX) * Factorial(OrderY) * Factorial(OrderZ))) * Complex.Pow(-Complex.ImaginaryOne, order);
        return Spectrum.Filter(Inner.Apply(image), this, f => f.Length > 0
            ? scale * (Math.Pow(f.X, OrderX) * Math.Pow(f.Y, OrderY) * Math.Pow(f.Z, OrderZ) / Math.Pow(f.Length, order))
            : 0, endsIncluded: true);
    }

    private static double Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);
}
