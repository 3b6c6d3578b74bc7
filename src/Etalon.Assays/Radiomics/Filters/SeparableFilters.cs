namespace Etalon.Assays.Radiomics.Filters;

/// <summary>Mean of a square or cube around each voxel.</summary>
/// <param name="Size">Voxels along an edge, odd.</param>
public sealed record MeanFilter(int Size) : ImageFilter
{
    internal override FilterStack Apply(FilterStack image)
    {
        var kernel = new double[Size];
        Array.Fill(kernel, 1.0 / Size);
        return image.Convolved(kernel, kernel, InSlices ? [] : kernel, Boundary);
    }
}

/// <summary>Laplacian of a Gaussian.</summary>
/// <param name="SigmaMm">Standard deviation of the Gaussian, mm.</param>
/// <param name="CutOff">The kernel ends this many standard deviations from its middle.</param>
public sealed record LaplacianOfGaussianFilter(double SigmaMm, double CutOff = 4) : ImageFilter
{
    internal override FilterStack Apply(FilterStack image)
    {
        var s = image.SpacingMm;
        var (x, y, z) = (new Gaussian(SigmaMm / s.X, CutOff), new Gaussian(SigmaMm / s.Y, CutOff), new Gaussian(SigmaMm / s.Z, CutOff));
        // The Laplacian of a product is the sum of products in which one factor is differentiated twice.
        var result = image.Convolved(x.Curvature, y.Density, InSlices ? [] : z.Density, Boundary);
        FilterStack.Pool(result.Values, image.Convolved(x.Density, y.Curvature, InSlices ? [] : z.Density, Boundary).Values, FilterPooling.Mean);
        if (!InSlices)
        {
            FilterStack.Pool(result.Values, image.Convolved(x.Density, y.Density, z.Curvature, Boundary).Values, FilterPooling.Mean);
        }

        return result;
    }

    /// <summary>A Gaussian density and its second derivative at whole steps; sigma in voxels.</summary>
    private readonly struct Gaussian
    {
        public Gaussian(double sigma, double cutOff)
        {
            var half = (int)Math.Floor(cutOff * sigma + 0.5);
            (Density, Curvature) = (new double[2 * half + 1], new double[2 * half + 1]);
            for (var k = -half; k <= half; k++)
            {
                var t = k / sigma;
                Density[k + half] = Math.Exp(-t * t / 2) / (Math.Sqrt(2 * Math.PI) * sigma);
                Curvature[k + half] = (t * t - 1) / (sigma * sigma) * Density[k + half];
            }
        }

        public double[] Density { get; }

        public double[] Curvature { get; }
    }
}

/// <summary>Laws' kernels, one along each axis.</summary>
/// <param name="Kernels">Names of the kernels along x, y and, in space, z: L5, E5, S5, W5, R5, L3, E3 or S3.</param>
public sealed record LawsFilter(params string[] Kernels) : ImageFilter
{
    /// <summary>How responses of the filter turned by right angles are pooled.</summary>
    public FilterPooling Pooling { get; init; }

    /// <summary>Chebyshev distance over which the moduli of responses are averaged to an energy; null: the response itself.</summary>
    public int? EnergyDistance { get; init; }

    internal override FilterStack Apply(FilterStack image)
    {
        var kernels = Kernels.Select(Kernel).ToArray();
        var response = RightAngles.Respond(image, kernels, Boundary, Pooling);
        if (EnergyDistance is not { } distance)
        {
            return response;
        }

        var mean = new double[2 * distance + 1];
        Array.Fill(mean, 1.0 / mean.Length);
        return (response with { Values = Array.ConvertAll(response.Values, Math.Abs) }).Convolved(mean, mean, InSlices ? [] : mean, Boundary);
    }

    /// <summary>Whether there is a kernel of that name.</summary>
    public static bool Knows(string name) => Names.Contains(name);

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal) { "L3", "L5", "E3", "E5", "S3", "S5", "W5", "R5" };

    private static double[] Kernel(string name)
    {
        double[] k = name switch
        {
            "L3" => [1, 2, 1],
            "L5" => [1, 4, 6, 4, 1],
            "E3" => [-1, 0, 1],
            "E5" => [-1, -2, 0, 2, 1],
            "S3" => [-1, 2, -1],
            "S5" => [-1, 0, 2, 0, -1],
            "W5" => [-1, 2, 0, -2, 1],
            "R5" => [1, -4, 6, -4, 1],
            _ => throw new ArgumentException($"There is no kernel '{name}'."),
        };
        var length = Math.Sqrt(k.Sum(v => v * v));
        return Array.ConvertAll(k, v => v / length);
    }
}

/// <summary>A family of separable wavelets.</summary>
public enum WaveletKind
{
    /// <summary>Haar.</summary>
    Haar,

    /// <summary>Daubechies, two vanishing moments.</summary>
    Daubechies2,

    /// <summary>Daubechies, three vanishing moments.</summary>
    Daubechies3,

    /// <summary>First coiflet.</summary>
    Coiflet1,
}

/// <summary>Separable wavelets without decimation.</summary>
/// <param name="Kind">The family.</param>
/// <param name="Bands">Along x, y and, in space, z: L low or H high.</param>
/// <param name="Level">Level of the decomposition, from 1; levels before take the low bands.</param>
public sealed record WaveletFilter(WaveletKind Kind, string Bands, int Level = 1) : ImageFilter
{
    /// <summary>How responses of the filter turned by right angles are pooled.</summary>
    public FilterPooling Pooling { get; init; }

    internal override FilterStack Apply(FilterStack image)
    {
        var low = LowPass(Kind);
        var high = low.Select((_, n) => (n % 2 == 0 ? -1 : 1) * low[low.Length - 1 - n]).ToArray();
        return RightAngles.Respond(image, [.. Bands.Select(band => Through(band == 'L' ? low : high, low))], Boundary, Pooling);
    }

    /// <summary>All levels along one axis as the kernels that follow each other, each with zeros between its values.</summary>
    private double[][] Through(double[] last, double[] low) => [.. Enumerable.Range(1, Level).Select(level => Spread(level == Level ? last : low, 1 << (level - 1)))];

    private static double[] Spread(double[] kernel, int step)
    {
        var result = new double[step == 1 ? kernel.Length : kernel.Length * step];
        for (var n = 0; n < kernel.Length; n++)
        {
            result[n * step] = kernel[n];
        }

        return result;
    }

    /// <summary>Low-pass kernels of the decomposition (Daubechies, Ten Lectures on Wavelets, 1992), whose squares sum to 1.</summary>
    private static double[] LowPass(WaveletKind kind)
    {
        var (r2, r3, r7, r10) = (Math.Sqrt(2), Math.Sqrt(3), Math.Sqrt(7), Math.Sqrt(10));
        switch (kind)
        {
            case WaveletKind.Haar:
                return [1 / r2, 1 / r2];
            case WaveletKind.Daubechies2:
                return [(1 - r3) / (4 * r2), (3 - r3) / (4 * r2), (3 + r3) / (4 * r2), (1 + r3) / (4 * r2)];
            case WaveletKind.Daubechies3:
                var r = Math.Sqrt(5 + 2 * r10);
                return
                [
                    (1 + r10 - r) / (16 * r2), (5 + r10 - 3 * r) / (16 * r2), (10 - 2 * r10 - 2 * r) / (16 * r2),
                    (10 - 2 * r10 + 2 * r) / (16 * r2), (5 + r10 + 3 * r) / (16 * r2), (1 + r10 + r) / (16 * r2),
                ];
            default:
                return
                [
                    (r7 - 3) / (16 * r2), (1 - r7) / (16 * r2), (14 - 2 * r7) / (16 * r2), (14 + 2 * r7) / (16 * r2), (5 + r7) / (16 * r2), (1 - r7) / (16 * r2),
                ];
        }
    }
}
