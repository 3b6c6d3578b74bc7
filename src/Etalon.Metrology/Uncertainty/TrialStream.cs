using MathNet.Numerics.Random;

namespace Etalon.Metrology;

/// <summary>Random numbers of one block of trials. The same seed and block give the same numbers, however many blocks are made.</summary>
internal sealed class TrialStream
{
    private readonly Xoshiro256StarStar _random;
    private double? _spare;

    public TrialStream(int seed, int block)
    {
        // The generator spreads its seed over the whole state; an odd factor keeps (seed, block) pairs apart.
        _random = new Xoshiro256StarStar(unchecked(seed + (int)0x9E3779B1 * (block + 1)), threadSafe: false);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => _random.NextDouble();

    /// <summary>Standard normal (Marsaglia's polar method).</summary>
    public double Normal()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }

        while (true)
        {
            var (u, v) = (2 * Uniform() - 1, 2 * Uniform() - 1);
            var s = u * u + v * v;
            if (s is > 0 and < 1)
            {
                var factor = Math.Sqrt(-2 * Math.Log(s) / s);
                _spare = v * factor;
                return u * factor;
            }
        }
    }

    /// <summary>Standard t.</summary>
    public double StudentT(double dof) => Normal() / ChiOverRootDof(dof);

    /// <summary>√(χ²/ν).</summary>
    public double ChiOverRootDof(double dof) => Math.Sqrt(2 * Gamma(0.5 * dof) / dof);

    /// <summary>Gamma with scale 1.</summary>
    public double Gamma(double shape) => MathNet.Numerics.Distributions.Gamma.Sample(_random, shape, 1);
}
