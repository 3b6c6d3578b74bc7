namespace Etalon.Assays.Diffusion;

/// <summary>
/// Where the search for the global minimum begins: for all points of a grid over the non-linear parameters the best S0 follows from one scalar
/// product (variable projection; Golub and Pereyra 1973). The shapes are those of the b-values and serve all voxels.
/// </summary>
internal abstract class DecayGrid
{
    /// <summary>Largest number of starts.</summary>
    public const int MostStarts = 7;

    /// <summary>Finds the lowest of the grid's local minima of least squares.</summary>
    /// <param name="weighted">Signals times the square root of the frames that each is the mean of.</param>
    /// <param name="starts">Receives parameters, start by start, the lowest cost first.</param>
    /// <returns>How many there are.</returns>
    public abstract int Find(ReadOnlySpan<double> weighted, Span<double> starts);

    /// <summary>Largest number of starts of <see cref="FindAll"/>.</summary>
    public virtual int MostOfAll => 0;

    /// <summary>Starts for a search that leaves out nothing, where the minimum found is of a kind that others may undercut.</summary>
    public virtual int FindAll(ReadOnlySpan<double> weighted, Span<double> starts) => 0;

    /// <summary>Puts a local maximum into the list of the best; the list is sorted.</summary>
    protected static int Keep(Span<double> scores, Span<int> at, int count, double score, int index)
    {
        var place = count;
        while (place > 0 && scores[place - 1] < score)
        {
            place--;
        }

        if (place >= MostStarts)
        {
            return count;
        }

        for (var k = Math.Min(count, MostStarts - 1); k > place; k--)
        {
            (scores[k], at[k]) = (scores[k - 1], at[k - 1]);
        }

        (scores[place], at[place]) = (score, index);
        return Math.Min(count + 1, MostStarts);
    }

    /// <summary>Whether no neighbour on a grid of so many columns scores higher.</summary>
    protected static bool IsPeak(ReadOnlySpan<double> score, int columns, int n)
    {
        var (row, column, rows) = (n / columns, n % columns, score.Length / columns);
        for (var r = Math.Max(0, row - 1); r <= Math.Min(rows - 1, row + 1); r++)
        {
            for (var c = Math.Max(0, column - 1); c <= Math.Min(columns - 1, column + 1); c++)
            {
                var m = (r * columns) + c;
                if (score[m] > score[n] || (score[m] == score[n] && m < n))
                {
                    return false;
                }
            }
        }

        return true;
    }
}

/// <summary>Models with S0 as their only linear parameter.</summary>
internal sealed class ShapeGrid : DecayGrid
{
    private readonly double[] _shapes;
    private readonly double[] _norms;
    private readonly double[][] _points;
    private readonly int _columns;
    private readonly int _samples;

    private ShapeGrid(double[] shapes, double[] norms, double[][] points, int columns, int samples) =>
        (_shapes, _norms, _points, _columns, _samples) = (shapes, norms, points, columns, samples);

    /// <summary>Over D alone.</summary>
    public static ShapeGrid Mono(double[] b, double[] frames) => Make<MonoModel>(b, frames, [.. Diffusivities(40).Select(d => new[] { 1, d })], 1);

    /// <summary>Over D and K.</summary>
    public static ShapeGrid Kurtosis(double[] b, double[] frames)
    {
        var k = Enumerable.Range(0, 22).Select(n => DiffusionBounds.SmallestKurtosis + ((DiffusionBounds.LargestKurtosis - DiffusionBounds.SmallestKurtosis) * Math.Pow(n / 21.0, 2))).ToArray();
        return Make<KurtosisModel>(b, frames, [.. Diffusivities(30).SelectMany(d => k.Select(x => new[] { 1, d, x }))], k.Length);
    }

    public override int Find(ReadOnlySpan<double> weighted, Span<double> starts)
    {
        Span<double> score = stackalloc double[_points.Length], scores = stackalloc double[MostStarts];
        Span<int> at = stackalloc int[MostStarts];
        for (var n = 0; n < score.Length; n++)
        {
            var sum = 0.0;
            for (var f = 0; f < _samples; f++)
            {
                sum += weighted[f] * _shapes[(n * _samples) + f];
            }

            score[n] = sum;
        }

        var count = 0;
        for (var n = 0; n < score.Length; n++)
        {
            count = IsPeak(score, _columns, n) ? Keep(scores, at, count, score[n], n) : count;
        }

        for (var k = 0; k < count; k++)
        {
            var point = _points[at[k]];
            point.CopyTo(starts[(k * point.Length)..]);
            starts[k * point.Length] = Math.Max(0, scores[k] / _norms[at[k]]);
        }

        return count;
    }

    private static IEnumerable<double> Diffusivities(int count) =>
        Enumerable.Range(0, count).Select(n => 1e3 * DiffusionBounds.LargestAdc * Math.Pow(n / (count - 1.0), 2));

    private static ShapeGrid Make<TModel>(double[] b, double[] frames, double[][] points, int columns)
        where TModel : struct, IDecayModel
    {
        var (shapes, norms) = (new double[points.Length * b.Length], new double[points.Length]);
        for (var n = 0; n < points.Length; n++)
        {
            var shape = shapes.AsSpan(n * b.Length, b.Length);
            TModel.Evaluate(b, points[n], shape, []);
            for (var f = 0; f < b.Length; f++)
            {
                shape[f] *= Math.Sqrt(frames[f]);
                norms[n] += shape[f] * shape[f];
            }

            norms[n] = Math.Sqrt(norms[n]);
            for (var f = 0; f < b.Length; f++)
            {
                shape[f] /= norms[n];
            }
        }

        return new ShapeGrid(shapes, norms, points, columns, b.Length);
    }
}

/// <summary>Two exponentials with amplitudes that are not negative.</summary>
internal sealed class IvimGrid : DecayGrid
{
    private const int Rows = 26;
    private const int Columns = 22;
    private readonly double[] _d = new double[Rows + Columns];
    private readonly double[] _shapes;
    private readonly double[] _norms = new double[Rows + Columns];
    private readonly double[] _overlap = new double[Rows * Columns];
    private readonly int _samples;

    /// <summary>Over D and D*.</summary>
    public IvimGrid(double[] b, double[] frames)
    {
        _samples = b.Length;
        _shapes = new double[(Rows + Columns) * b.Length];
        var (divide, largest) = (1e3 * DiffusionBounds.IvimDivide, 1e3 * DiffusionBounds.LargestDStar);
        for (var n = 0; n < Rows + Columns; n++)
        {
            _d[n] = n < Rows ? divide * Math.Pow(n / (Rows - 1.0), 1.5) : divide * Math.Pow(largest / divide, (n - Rows) / (Columns - 1.0));
            var shape = _shapes.AsSpan(n * b.Length, b.Length);
            MonoModel.Evaluate(b, [1, _d[n]], shape, []);
            for (var f = 0; f < b.Length; f++)
            {
                shape[f] *= Math.Sqrt(frames[f]);
                _norms[n] += shape[f] * shape[f];
            }

            _norms[n] = Math.Sqrt(_norms[n]);
            for (var f = 0; f < b.Length; f++)
            {
                shape[f] /= _norms[n];
            }
        }

        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < Columns; c++)
            {
                for (var f = 0; f < b.Length; f++)
                {
                    _overlap[(r * Columns) + c] += _shapes[(r * b.Length) + f] * _shapes[((Rows + c) * b.Length) + f];
                }
            }
        }
    }

    public override int MostOfAll => Columns;

    public override int Find(ReadOnlySpan<double> weighted, Span<double> starts) => Find(weighted, starts, ofAll: false);

    public override int FindAll(ReadOnlySpan<double> weighted, Span<double> starts) => Find(weighted, starts, ofAll: true);

    private int Find(ReadOnlySpan<double> weighted, Span<double> starts, bool ofAll)
    {
        Span<double> dot = stackalloc double[Rows + Columns], score = stackalloc double[Rows * Columns], scores = stackalloc double[Columns];
        Span<int> at = stackalloc int[Columns];
        for (var n = 0; n < dot.Length; n++)
        {
            for (var f = 0; f < _samples; f++)
            {
                dot[n] += weighted[f] * _shapes[(n * _samples) + f];
            }
        }

        for (var n = 0; n < score.Length; n++)
        {
            var (x, y) = Amplitudes(dot, n);
            score[n] = (x * dot[n / Columns]) + (y * dot[Rows + (n % Columns)]);
        }

        // Where there is little blood the valley over D* is flat and has several floors, which a grid over both hides: columns are
        // compared at their best D, and some columns serve in any case.
        Span<double> column = stackalloc double[Columns];
        Span<int> row = stackalloc int[Columns];
        for (var c = 0; c < Columns; c++)
        {
            for (var r = 0; r < Rows; r++)
            {
                (column[c], row[c]) = r == 0 || score[(r * Columns) + c] > column[c] ? (score[(r * Columns) + c], r) : (column[c], row[c]);
            }
        }

        var count = 0;
        for (var c = 0; c < Columns; c++)
        {
            var isPeak = (c == 0 || column[c] > column[c - 1]) && (c == Columns - 1 || column[c] >= column[c + 1]);
            if (ofAll)
            {
                // With a little blood at least: at f = 0 nothing pulls D* anywhere.
                (scores[c], at[c], count) = (column[c], (row[c] * Columns) + c, c + 1);
                continue;
            }

            count = isPeak || c % 7 == 3 ? Keep(scores, at, count, column[c], (row[c] * Columns) + c) : count;
        }

        for (var k = 0; k < count; k++)
        {
            var (r, c) = (at[k] / Columns, Rows + (at[k] % Columns));
            var (x, y) = Amplitudes(dot, at[k]);
            var (tissue, blood) = (x / _norms[r], y / _norms[c]);
            blood = ofAll ? Math.Max(blood, 0.01 * tissue) : blood;
            (starts[4 * k], starts[(4 * k) + 1], starts[(4 * k) + 2], starts[(4 * k) + 3]) = (tissue + blood, blood / Math.Max(1e-300, tissue + blood), _d[r], _d[c]);
        }

        return count;
    }

    /// <summary>Amplitudes of the two normalised shapes by least squares, neither negative.</summary>
    private (double Tissue, double Blood) Amplitudes(ReadOnlySpan<double> dot, int n)
    {
        var (x, y, o) = (dot[n / Columns], dot[Rows + (n % Columns)], _overlap[n]);
        var determinant = 1 - (o * o);
        var (tissue, blood) = (x - (o * y), y - (o * x));
        return determinant > 1e-12 && tissue > 0 && blood > 0 ? (tissue / determinant, blood / determinant)
            : x >= y ? (Math.Max(0, x), 0) : (0, Math.Max(0, y));
    }
}
