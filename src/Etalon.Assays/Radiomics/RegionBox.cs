using Etalon.Assays.Radiomics.Textures;

namespace Etalon.Assays.Radiomics;

/// <summary>A region after interpolation and re-segmentation, ready to be measured.</summary>
internal sealed class RegionBox
{
    private const double ShareTolerance = 1e-6;

    private readonly float[] _values;
    private bool _isSorted;
    private (RadiomicsSettings Settings, LevelBox? Levels)? _levels;

    private RegionBox(VoxelBox voxels, bool[] shape, bool[] inside, float[] values) => (Voxels, Shape, Inside, _values) = (voxels, shape, inside, values);

    /// <summary>The image around the region.</summary>
    public VoxelBox Voxels { get; }

    /// <summary>The region by its shape: before voxels were left out for their intensity.</summary>
    public bool[] Shape { get; }

    /// <summary>The region by its intensities.</summary>
    public bool[] Inside { get; }

    /// <summary>Voxels of the shape.</summary>
    public int ShapeCount { get; private init; }

    /// <summary>Voxels of the region.</summary>
    public int Count => _values.Length;

    /// <summary>Least intensity of the region; +∞ where it is empty.</summary>
    public double Least { get; private init; } = double.PositiveInfinity;

    /// <summary>Largest intensity of the region; −∞ where it is empty.</summary>
    public double Largest { get; private init; } = double.NegativeInfinity;

    /// <summary>Intensities of the region in ascending order; sorted when they are first asked for, by one thread.</summary>
    public float[] Sorted
    {
        get
        {
            if (!_isSorted)
            {
                Array.Sort(_values);
                _isSorted = true;
            }

            return _values;
        }
    }

    /// <summary>Re-segments an interpolated box.</summary>
    public static RegionBox Of(VoxelBox box, RadiomicsSettings settings)
    {
        var image = settings.RoundsIntensities ? Array.ConvertAll(box.Image, v => MathF.Round(v)) : box.Image;
        var shape = Array.ConvertAll(box.Region, share => share >= settings.MaskThreshold - ShareTolerance);
        var inside = Resegmented(image, shape, settings);
        var (values, at) = (new float[inside.AsSpan().Count(true)], 0);
        for (var n = 0; n < inside.Length; n++)
        {
            if (inside[n])
            {
                values[at++] = image[n];
            }
        }

        var (least, largest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var v in values)
        {
            (least, largest) = (Math.Min(least, v), Math.Max(largest, v));
        }

        return new RegionBox(box.With(image, box.Region), shape, inside, values) { ShapeCount = shape.AsSpan().Count(true), Least = least, Largest = largest };
    }

    /// <summary>Levels of the region in the smallest box that holds its shape; null where a level is below 1 or there are more than can be.</summary>
    public LevelBox? Levels(RadiomicsSettings settings)
    {
        if (_levels is not { } known || !ReferenceEquals(known.Settings, settings))
        {
            _levels = known = (settings, Discretised(settings));
        }

        return known.Levels;
    }

    private LevelBox? Discretised(RadiomicsSettings settings)
    {
        var (low, high) = (Least, Largest);
        var origin = settings.Levels.Kind == DiscretisationKind.FixedBinSize ? settings.LowestBin ?? settings.Range.Low ?? low : low;
        var (first, last) = (settings.Levels.Level(low, origin, high), settings.Levels.Level(high, origin, high));
        var most = settings.Levels.Kind == DiscretisationKind.FixedBinNumber ? settings.Levels.Bins : last;
        if (first < 1 || most > Neighbourhoods.MostLevels)
        {
            return null;
        }

        var (b, v) = (Bounds(), Voxels);
        var (nx, ny, nz) = (b.I1 - b.I0 + 1, b.J1 - b.J0 + 1, b.K1 - b.K0 + 1);
        var (levels, shape) = (new ushort[nx * ny * nz], new bool[nx * ny * nz]);
        var at = 0;
        for (var k = b.K0; k <= b.K1; k++)
        {
            for (var j = b.J0; j <= b.J1; j++)
            {
                var from = b.I0 + v.Nx * (j + v.Ny * k);
                for (var i = 0; i < nx; i++, at++)
                {
                    shape[at] = Shape[from + i];
                    levels[at] = Inside[from + i] ? (ushort)settings.Levels.Level(v.Image[from + i], origin, high) : (ushort)0;
                }
            }
        }

        return new LevelBox(nx, ny, nz, levels, shape, (int)most);
    }

    /// <summary>Smallest box of indices that holds the shape, ends included.</summary>
    public (int I0, int I1, int J0, int J1, int K0, int K1) Bounds()
    {
        var (v, b) = (Voxels, (I0: int.MaxValue, I1: -1, J0: int.MaxValue, J1: -1, K0: int.MaxValue, K1: -1));
        var n = 0;
        for (var k = 0; k < v.Nz; k++)
        {
            for (var j = 0; j < v.Ny; j++)
            {
                for (var i = 0; i < v.Nx; i++, n++)
                {
                    if (Shape[n])
                    {
                        b = (Math.Min(b.I0, i), Math.Max(b.I1, i), Math.Min(b.J0, j), Math.Max(b.J1, j), Math.Min(b.K0, k), Math.Max(b.K1, k));
                    }
                }
            }
        }

        return b;
    }

    /// <summary>Range first, then outliers from mean and standard deviation of what is left.</summary>
    private static bool[] Resegmented(float[] image, bool[] shape, RadiomicsSettings settings)
    {
        var (low, high) = (settings.Range.Low ?? double.NegativeInfinity, settings.Range.High ?? double.PositiveInfinity);
        var inside = new bool[shape.Length];
        var (number, sum) = (0, 0.0);
        for (var n = 0; n < shape.Length; n++)
        {
            inside[n] = shape[n] && image[n] >= low && image[n] <= high;
            (number, sum) = inside[n] ? (number + 1, sum + image[n]) : (number, sum);
        }

        if (settings.OutlierSigmas is not { } sigmas || number == 0)
        {
            return inside;
        }

        var (mean, squares) = (sum / number, 0.0);
        for (var n = 0; n < shape.Length; n++)
        {
            squares += inside[n] ? (image[n] - mean) * (image[n] - mean) : 0;
        }

        var reach = sigmas * Math.Sqrt(squares / number);
        for (var n = 0; n < shape.Length; n++)
        {
            inside[n] = inside[n] && Math.Abs(image[n] - mean) <= reach;
        }

        return inside;
    }
}
