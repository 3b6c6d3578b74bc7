using Etalon.Numerics;

namespace Etalon.Assays.Dce;

/// <summary>
/// What tissue curves are made of: v(x) = (k + 1/T) ∫ cp(s) exp(−k (t − s)) ds with x = ln(1 + k T), T the length of the curve, for rates from 0 to a largest,
/// and the plasma curve itself, which v nears for fast rates. Coefficients of v are volumes: Ktrans/(k + 1/T).
/// </summary>
/// <remarks>
/// A space of the samples themselves is exact and plain. <see cref="Reduced"/> gives one of few dimensions in which all curves of one input function lie: sums
/// of squares differ by what every model leaves, so that the same fit runs on 24 or 32 numbers in place of hundreds.
/// </remarks>
internal sealed class RateSpace
{
    /// <summary>Largest rate, 1/s: plasma of 1 % of the tissue, renewed at 3 mL/(mL·min).</summary>
    public const double LargestRate = 5;

    /// <summary>Distance of the points at which fits begin their search, in x: curves change over one unit or more.</summary>
    private const double SearchStep = 0.11;

    /// <summary>Points on each side that the polynomial between points goes through: of degree 16, it errs by less than 1e-12 of a curve.</summary>
    private const int Reach = 8;

    /// <summary>1/∏(j − k) of −8 … 8.</summary>
    private static readonly double[] Barycentric = [.. Enumerable.Range(-Reach, 2 * Reach + 1).Select(j =>
        1 / Enumerable.Range(-Reach, 2 * Reach + 1).Where(k => k != j).Aggregate(1.0, (p, k) => p * (j - k)))];

    private readonly double[] _times;
    private readonly double[] _plasma;
    private readonly double[]? _basis;
    private readonly double[] _table;

    /// <summary>The space of the samples.</summary>
    /// <param name="timesS">Rising, s.</param>
    /// <param name="plasmaMm">Plasma concentration at the times, mM.</param>
    public RateSpace(double[] timesS, double[] plasmaMm)
    {
        (_times, _plasma, _table) = (timesS, plasmaMm, []);
        LengthS = timesS[^1] - timesS[0];
        Dimension = timesS.Length;
        Plasma = plasmaMm;
        Highest = Math.Log(1 + LargestRate * LengthS);
        Nodes = (int)Math.Ceiling(Highest / SearchStep) + 1;
        (NodeVectors, NodeNode, NodePlasma, PlasmaPlasma) = Tables();
    }

    /// <summary>The space that the curves of another one span, to a relative error.</summary>
    private RateSpace(RateSpace full, double tolerance)
    {
        (_times, _plasma) = (full._times, full._plasma);
        (LengthS, Highest, Nodes) = (full.LengthS, full.Highest, full.Nodes);
        var samples = _times.Length;
        _basis = Orthonormal(full, tolerance, out var dimension);
        Dimension = dimension;
        // From some points before k = 0, where curves grow a little, to as many beyond the largest rate, so that the polynomial is a central one everywhere.
        var (value, slope) = (new double[samples], new double[samples]);
        _table = new double[(Nodes + 2 * Reach) * dimension];
        for (var n = 0; n < Nodes + 2 * Reach; n++)
        {
            full.At(X(n - Reach), value, slope);
            Project(value, _table.AsSpan(n * dimension, dimension));
        }

        Plasma = new double[dimension];
        Project(_plasma, Plasma);
        (NodeVectors, NodeNode, NodePlasma, PlasmaPlasma) = Tables();
    }

    /// <summary>Numbers of a curve.</summary>
    public int Dimension { get; }

    /// <summary>Length of the curve, s.</summary>
    public double LengthS { get; }

    /// <summary>Largest x.</summary>
    public double Highest { get; }

    /// <summary>Number of points at which fits begin their search.</summary>
    public int Nodes { get; }

    /// <summary>The plasma curve.</summary>
    public double[] Plasma { get; }

    /// <summary>v at the points, one after the other.</summary>
    public double[] NodeVectors { get; }

    /// <summary>Inner products of v at two points, row by row.</summary>
    public double[] NodeNode { get; }

    /// <summary>Inner products of v with the plasma curve.</summary>
    public double[] NodePlasma { get; }

    /// <summary>Square of the plasma curve.</summary>
    public double PlasmaPlasma { get; }

    /// <summary>x of a point.</summary>
    public double X(int node) => Highest * node / (Nodes - 1);

    /// <summary>Rate at x, 1/s.</summary>
    public double Rate(double x) => double.ExpM1(x) / LengthS;

    /// <summary>k + 1/T at x, 1/s, which is also dk/dx.</summary>
    public double Scale(double x) => Math.Exp(x) / LengthS;

    /// <summary>x of a rate in 1/s.</summary>
    public double XOf(double rate) => double.LogP1(rate * LengthS);

    /// <summary>The same curves in few dimensions.</summary>
    /// <param name="tolerance">Largest relative error of a curve.</param>
    public RateSpace Reduced(double tolerance = 1e-12) => new(this, tolerance);

    /// <summary>A curve of samples in this space.</summary>
    public void Project(ReadOnlySpan<double> samples, Span<double> coordinates)
    {
        if (_basis is null)
        {
            samples.CopyTo(coordinates);
            return;
        }

        Product.Combine(samples, _basis, coordinates);
    }

    /// <summary>Numbers of points beyond both ends of the search.</summary>
    public static int Beyond => Reach;

    /// <summary>Whether <see cref="At"/> goes through points, and <see cref="Point"/> exists.</summary>
    public bool HasPoints => _basis is not null;

    /// <summary>v at a point, from −<see cref="Beyond"/> to as many beyond the last.</summary>
    public ReadOnlySpan<double> Point(int n) => _table.AsSpan((n + Reach) * Dimension, Dimension);

    /// <summary>v and its derivative to x.</summary>
    public void At(double x, Span<double> value, Span<double> slope)
    {
        if (_basis is null)
        {
            var (rate, scale) = (Rate(x), Scale(x));
            ExponentialConvolution.Convolve(_times, _plasma, rate, value, slope);
            for (var i = 0; i < value.Length; i++)
            {
                // d/dx of scale · conv(k(x)), with dscale/dx = dk/dx = scale.
                (value[i], slope[i]) = (scale * value[i], scale * value[i] + scale * scale * slope[i]);
            }

            return;
        }

        Span<double> weights = stackalloc double[2 * Reach + 1];
        Span<double> slopes = stackalloc double[2 * Reach + 1];
        var step = Highest / (Nodes - 1);
        var centre = Math.Clamp((int)Math.Round(x / step), 0, Nodes - 1);
        Weights(x / step - centre, step, weights, slopes);
        var points = _table.AsSpan(centre * Dimension, weights.Length * Dimension);
        Product.Combine(weights, points, value);
        Product.Combine(slopes, points, slope);
    }

    /// <summary>Weights of Lagrange's polynomial through −8 … 8 at a point, and of its derivative to x.</summary>
    private static void Weights(double at, double step, Span<double> weights, Span<double> slopes)
    {
        var (product, slope) = (1.0, 0.0);
        for (var k = 1; k <= Reach; k++)
        {
            var factor = at * at - k * k;
            (product, slope) = (product * factor, slope * factor + product * 2 * at);
        }

        for (var j = -Reach; j <= Reach; j++)
        {
            var scale = Barycentric[j + Reach];
            if (j == 0)
            {
                (weights[Reach], slopes[Reach]) = (product * scale, slope * scale / step);
                continue;
            }

            var inverse = 1 / (at - j);
            var value = at * product * inverse;
            (weights[j + Reach], slopes[j + Reach]) = (value * scale, (product + at * slope - value) * inverse * scale / step);
        }
    }

    private (double[] Vectors, double[] NodeNode, double[] NodePlasma, double PlasmaPlasma) Tables()
    {
        var vectors = new double[Nodes * Dimension];
        var slope = new double[Dimension];
        for (var n = 0; n < Nodes; n++)
        {
            At(X(n), vectors.AsSpan(n * Dimension, Dimension), slope);
        }

        var (nodeNode, nodePlasma) = (new double[Nodes * Nodes], new double[Nodes]);
        for (var n = 0; n < Nodes; n++)
        {
            var v = vectors.AsSpan(n * Dimension, Dimension);
            nodePlasma[n] = Product.Dot(v, Plasma);
            for (var m = 0; m <= n; m++)
            {
                nodeNode[n * Nodes + m] = nodeNode[m * Nodes + n] = Product.Dot(v, vectors.AsSpan(m * Dimension, Dimension));
            }
        }

        return (vectors, nodeNode, nodePlasma, Product.Dot(Plasma, Plasma));
    }

    /// <summary>Gram-Schmidt with the largest remainder first, twice for each vector, until all that is left of any curve is below the tolerance.</summary>
    private double[] Orthonormal(RateSpace full, double tolerance, out int dimension)
    {
        var samples = _times.Length;
        var count = (int)Math.Ceiling(Highest / 0.05) + 1;
        var remainders = new List<double[]> { (double[])_plasma.Clone() };
        for (var n = 0; n < count; n++)
        {
            var (value, slope) = (new double[samples], new double[samples]);
            full.At(Highest * n / (count - 1), value, slope);
            remainders.Add(value);
        }

        static double Norm(double[] v) => Math.Sqrt(Product.Dot(v, v));
        var sizes = remainders.ConvertAll(Norm);
        var basis = new List<double[]>();
        while (basis.Count < samples)
        {
            var worst = Enumerable.Range(0, remainders.Count).MaxBy(n => sizes[n] > 0 ? Norm(remainders[n]) / sizes[n] : 0);
            if (!(sizes[worst] > 0) || Norm(remainders[worst]) <= tolerance * sizes[worst])
            {
                break;
            }

            var next = (double[])remainders[worst].Clone();
            foreach (var q in basis)
            {
                Remove(next, q);
            }

            var norm = Norm(next);
            for (var i = 0; i < samples; i++)
            {
                next[i] /= norm;
            }

            basis.Add(next);
            foreach (var r in remainders)
            {
                Remove(r, next);
            }
        }

        // Filled up with zeros to whole vectors.
        dimension = Math.Max(1, (basis.Count + 7) / 8) * 8;
        // One row for each sample.
        var rows = new double[dimension * samples];
        for (var q = 0; q < basis.Count; q++)
        {
            for (var i = 0; i < samples; i++)
            {
                rows[i * dimension + q] = basis[q][i];
            }
        }

        return rows;
    }

    private static void Remove(double[] from, double[] unit)
    {
        var share = Product.Dot(from, unit);
        for (var i = 0; i < from.Length; i++)
        {
            from[i] -= share * unit[i];
        }
    }
}
