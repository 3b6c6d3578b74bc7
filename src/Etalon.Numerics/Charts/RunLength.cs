using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Etalon.Numerics.Charts;

/// <summary>Average run lengths: how many values a chart takes until it signals.</summary>
public static class RunLength
{
    private const int Nodes = 60;

    /// <summary>Of a Shewhart chart at a constant shift.</summary>
    /// <param name="limit">Limit of |z|.</param>
    /// <param name="shift">Mean of the values, standard deviations.</param>
    public static double OfShewhart(double limit, double shift = 0) => 1 / (Normal.CDF(0, 1, -limit - shift) + Normal.CDF(0, 1, -limit + shift));

    /// <summary>Of a two-sided CUSUM that starts at 0, at a constant shift.</summary>
    /// <param name="allowance">k.</param>
    /// <param name="limit">h.</param>
    /// <param name="shift">Mean of the values, standard deviations.</param>
    /// <remarks>Each side by Page's integral equation with Gauss-Legendre nodes; the two sides add as 1/L = 1/L⁺ + 1/L⁻ (Kemp 1961).</remarks>
    public static double OfCusum(double allowance, double limit, double shift = 0) =>
        1 / (1 / OneSidedCusum(allowance, limit, shift) + 1 / OneSidedCusum(allowance, limit, -shift));

    /// <summary>Of an EWMA chart that starts at 0, at a constant shift.</summary>
    /// <param name="weight">λ.</param>
    /// <param name="limit">L.</param>
    /// <param name="shift">Mean of the values, standard deviations.</param>
    /// <remarks>Crowder, Technometrics 29:401–407 (1987): Fredholm's equation with Gauss-Legendre nodes.</remarks>
    public static double OfEwma(double weight, double limit, double shift = 0)
    {
        var h = limit * Math.Sqrt(weight / (2 - weight));
        var (nodes, weights) = Rule(-h, h);
        var matrix = DenseMatrix.Create(Nodes, Nodes, (i, j) =>
            (i == j ? 1 : 0) - weights[j] * Normal.PDF(0, 1, (nodes[j] - (1 - weight) * nodes[i]) / weight - shift) / weight);
        var lengths = matrix.LU().Solve(DenseVector.Create(Nodes, 1));
        var start = 1.0;
        for (var j = 0; j < Nodes; j++)
        {
            start += weights[j] * lengths[j] * Normal.PDF(0, 1, nodes[j] / weight - shift) / weight;
        }

        return start;
    }

    /// <summary>Of any chart by simulation: mean and its standard error.</summary>
    /// <param name="chart">The design; the chart itself stays as it is.</param>
    /// <param name="shift">Mean of the values, standard deviations.</param>
    /// <param name="runs">How many runs to the signal.</param>
    /// <param name="random">Source of the values.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static (double Mean, double StandardError) Simulated(ControlChart chart, double shift, int runs, RandomStream random, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(chart);
        ArgumentNullException.ThrowIfNull(random);
        var own = chart.Copy();
        var (sum, squares) = (0.0, 0.0);
        for (var run = 0; run < runs; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            own.Restart();
            var length = 1;
            while (!own.Next(shift + random.NextNormal()))
            {
                length++;
            }

            (sum, squares) = (sum + length, squares + (double)length * length);
        }

        var mean = sum / runs;
        return (mean, Math.Sqrt(Math.Max(0, squares / runs - mean * mean) / runs));
    }

    private static double OneSidedCusum(double k, double h, double shift)
    {
        var (nodes, weights) = Rule(0, h);
        // Unknowns: the length from 0, then from each node.
        var matrix = DenseMatrix.Create(Nodes + 1, Nodes + 1, 0);
        for (var i = 0; i <= Nodes; i++)
        {
            var from = i == 0 ? 0 : nodes[i - 1];
            matrix[i, i] = 1;
            matrix[i, 0] -= Normal.CDF(0, 1, k - from - shift);
            for (var j = 0; j < Nodes; j++)
            {
                matrix[i, j + 1] -= weights[j] * Normal.PDF(0, 1, nodes[j] - from + k - shift);
            }
        }

        return matrix.LU().Solve(DenseVector.Create(Nodes + 1, 1))[0];
    }

    private static (double[] Nodes, double[] Weights) Rule(double low, double high)
    {
        var rule = new MathNet.Numerics.Integration.GaussLegendreRule(low, high, Nodes);
        return (rule.Abscissas.ToArray(), rule.Weights.ToArray());
    }
}
