using Etalon.Numerics;

namespace Etalon.Tests.Assays.Relaxation;

/// <summary>Flip-angle protocols and their signals, written apart from the code under test.</summary>
internal sealed record VfaProtocol(string Name, double[] FlipDeg, double TrS)
{
    /// <summary>Six angles of the QIBA object, five of the OSIPI prostate, three of the OSIPI brain voxels.</summary>
    public static readonly VfaProtocol[] All =
    [
        new("six", [3, 6, 9, 15, 24, 35], 0.005),
        new("five", [3, 6, 10, 20, 30], 0.020),
        new("three", [2, 5, 12], 0.0054),
    ];

    /// <summary>M sin α (1 − E)/(1 − E cos α), numerator and denominator times exp(TR/2T1)/2, so that no digits are lost.</summary>
    public double[] Signals(double m, double t1, double b1 = 1) => Array.ConvertAll(FlipDeg, flip =>
    {
        var (half, z) = (Math.Sin(flip * b1 * Math.PI / 360), TrS / (2 * t1));
        return m * Math.Sin(flip * b1 * Math.PI / 180) * Math.Sinh(z) / (Math.Sinh(z) + Math.Exp(-z) * half * half);
    });

    /// <summary>Signals with normal noise, or with the noise of a magnitude.</summary>
    public static double[] Noisy(double[] signals, double sd, RandomStream random, bool isMagnitude = false) => Array.ConvertAll(signals, s =>
    {
        var real = s + sd * random.NextNormal();
        return isMagnitude ? Math.Sqrt(real * real + Math.Pow(sd * random.NextNormal(), 2)) : real;
    });
}
