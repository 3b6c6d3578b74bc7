using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Etalon.Assays.Radiomics.Textures;

/// <summary>
/// A sparse matrix of counts over grey level and a second number (length of a run, size of a zone, its distance to the border, dependence), and
/// the features that these families share.
/// </summary>
internal sealed class LevelCounts
{
    /// <summary>Features of runs and zones; dependence has one more, its energy.</summary>
    public const int Features = 16;

    private readonly Dictionary<(int Level, int Second), int> _large = [];
    private readonly int[] _small;
    private readonly int _columns;
    private readonly int _greyLevels;

    /// <summary>An empty matrix.</summary>
    /// <param name="greyLevels">Number of grey levels.</param>
    /// <param name="largest">Second numbers up to this are kept in a dense table; larger ones may come all the same.</param>
    public LevelCounts(int greyLevels, int largest)
    {
        (_greyLevels, _columns) = (greyLevels, largest + 1);
        _small = new int[(greyLevels + 1) * _columns];
    }

    /// <summary>Adds one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int level, int second)
    {
        if (second < _columns)
        {
            _small[level * _columns + second]++;
        }
        else
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_large, (level, second), out _)++;
        }
    }

    /// <summary>Adds another matrix of the same shape.</summary>
    public void Add(LevelCounts other)
    {
        Lanes.Add(other._small, _small);
        foreach (var (place, n) in other._large)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_large, place, out _) += n;
        }
    }

    /// <summary>The features, in the order that the families share; null where nothing was counted.</summary>
    /// <param name="voxels">Voxels that could each have been a run or zone of their own: voxels of the region times directions.</param>
    /// <param name="withEnergy">Whether energy comes as the last.</param>
    public double[]? Of(double voxels, bool withEnergy = false)
    {
        var (rows, columns) = (new double[_greyLevels + 1], new SortedDictionary<int, double>());
        var dense = new double[_columns];
        var sums = new Sums();
        for (var level = 1; level <= _greyLevels; level++)
        {
            for (var second = 1; second < _columns; second++)
            {
                if (_small[level * _columns + second] is not 0 and var n)
                {
                    rows[level] += n;
                    dense[second] += n;
                    sums.Add(level, second, n);
                }
            }
        }

        // In a fixed order, so that sums have the same digits on every run.
        foreach (var ((level, second), n) in _large.OrderBy(e => e.Key))
        {
            rows[level] += n;
            columns[second] = columns.GetValueOrDefault(second) + n;
            sums.Add(level, second, n);
        }

        return sums.Total == 0 ? null : sums.Features(rows, [.. dense, .. columns.Values], voxels, withEnergy);
    }

    private struct Sums
    {
        private double _shortSecond, _longSecond, _low, _high, _shortLow, _shortHigh, _longLow, _longHigh, _level, _second, _log, _squares;

        public double Total { get; private set; }

        public void Add(int level, int second, int n)
        {
            var (i2, j2) = ((double)level * level, (double)second * second);
            Total += n;
            _shortSecond += n / j2;
            _longSecond += n * j2;
            _low += n / i2;
            _high += n * i2;
            _shortLow += n / (i2 * j2);
            _shortHigh += n * i2 / j2;
            _longLow += n * j2 / i2;
            _longHigh += n * i2 * j2;
            _level += (double)n * level;
            _second += (double)n * second;
            _log += n * Math.Log2(n);
            _squares += (double)n * n;
        }

        public readonly double[] Features(double[] rows, double[] columns, double voxels, bool withEnergy)
        {
            var (byLevel, bySecond) = (Squares(rows), Squares(columns));
            var (mean, second) = (_level / Total, _second / Total);
            double[] result =
            [
                _shortSecond / Total, _longSecond / Total, _low / Total, _high / Total, _shortLow / Total, _shortHigh / Total, _longLow / Total, _longHigh / Total,
                byLevel / Total, byLevel / (Total * Total), bySecond / Total, bySecond / (Total * Total),
                Total / voxels,
                Math.Max(0, _high / Total - mean * mean), Math.Max(0, _longSecond / Total - second * second),
                Math.Log2(Total) - _log / Total,
            ];
            return withEnergy ? [.. result, _squares / (Total * Total)] : result;
        }

        private static double Squares(double[] values)
        {
            var sum = 0.0;
            foreach (var v in values)
            {
                sum += v * v;
            }

            return sum;
        }
    }
}
