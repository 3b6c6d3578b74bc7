namespace Etalon.Tests.Assays.Relaxation;

/// <summary>Least sum of squares of a flip-angle curve by trying 1,500 values of T1 and dividing around each that is lower than its neighbours.</summary>
internal sealed class VfaBruteForce(VfaProtocol protocol, double lowest, double highest)
{
    private const int Points = 1500;
    private readonly double[][] _shapes = Enumerable.Range(0, Points).Select(k => protocol.Signals(1, At(k, lowest, highest))).ToArray();

    public double Least(double[] signal)
    {
        var costs = Array.ConvertAll(_shapes, shape => Cost(shape, signal));
        var least = costs.Min();
        for (var k = 0; k < Points; k++)
        {
            if ((k == 0 || costs[k] <= costs[k - 1]) && (k == Points - 1 || costs[k] <= costs[k + 1]))
            {
                least = Math.Min(least, Divide(Math.Max(k - 1, 0), Math.Min(k + 1, Points - 1), signal));
            }
        }

        return least;
    }

    private double Divide(double a, double b, double[] signal)
    {
        var least = double.PositiveInfinity;
        for (var n = 0; n < 80; n++)
        {
            var (c, d) = (b - 0.6180339887498949 * (b - a), a + 0.6180339887498949 * (b - a));
            var (fc, fd) = (Cost(protocol.Signals(1, At(c, lowest, highest)), signal), Cost(protocol.Signals(1, At(d, lowest, highest)), signal));
            least = Math.Min(least, Math.Min(fc, fd));
            (a, b) = fc < fd ? (a, d) : (c, b);
        }

        return least;
    }

    private static double At(double k, double lowest, double highest) => lowest * Math.Pow(highest / lowest, k / (Points - 1));

    private static double Cost(double[] shape, double[] signal)
    {
        var (sg, gg) = (0.0, 0.0);
        for (var i = 0; i < shape.Length; i++)
        {
            (sg, gg) = (sg + shape[i] * signal[i], gg + shape[i] * shape[i]);
        }

        var (m, cost) = (Math.Max(0, sg / gg), 0.0);
        for (var i = 0; i < shape.Length; i++)
        {
            cost += (signal[i] - m * shape[i]) * (signal[i] - m * shape[i]);
        }

        return cost;
    }
}
