using System.Numerics;

namespace Etalon.Twin;

/// <summary>
/// What happens to a density in place, N → aN/(1 + bN): logistic growth with drugs over an interval (the exact Bernoulli solution), a
/// fraction (b = 0), and any sequence of them, since these maps compose.
/// </summary>
/// <param name="A">Factor at low density.</param>
/// <param name="B">Crowding, relative to capacity 1.</param>
public readonly record struct Reaction(double A, double B)
{
    /// <summary>Nothing happens.</summary>
    public static Reaction Identity => new(1, 0);

    /// <summary>The density afterwards.</summary>
    public double Apply(double density) => A * density / (1 + B * density);

    /// <summary>Applies the map to every voxel, in place.</summary>
    public void Apply<T>(Span<T> state)
        where T : unmanaged, INumber<T>
    {
        var (a, b) = (T.CreateChecked(A), T.CreateChecked(B));
        var (va, vb) = (new Vector<T>(a), new Vector<T>(b));
        var n = 0;
        for (; n <= state.Length - Vector<T>.Count; n += Vector<T>.Count)
        {
            var v = new Vector<T>(state[n..]);
            (va * v / (Vector<T>.One + vb * v)).CopyTo(state[n..]);
        }

        for (; n < state.Length; n++)
        {
            state[n] = a * state[n] / (T.One + b * state[n]);
        }
    }

    /// <summary>This first, then the next one.</summary>
    public Reaction Then(Reaction next) => new(A * next.A, B + A * next.B);

    /// <summary>An instantaneous kill.</summary>
    public static Reaction Kill(double survival) => new(survival, 0);

    /// <summary>
    /// Growth over an interval: dN/dt = (k − Σ c_i e^{−β_i τ}) N − k N². With E(τ) = exp(kτ − Σ c_i (1 − e^{−β_i τ})/β_i) the solution is
    /// N E(h) / (1 + k N ∫₀ʰ E).
    /// </summary>
    /// <param name="days">Length of the interval h, at least 0.</param>
    /// <param name="proliferationPerDay">k.</param>
    /// <param name="killPerDay">c_i: sensitivity times concentration of each drug at the interval's start, per day.</param>
    /// <param name="decayPerDay">β_i of each drug.</param>
    public static Reaction Growth(double days, double proliferationPerDay, ReadOnlySpan<double> killPerDay, ReadOnlySpan<double> decayPerDay)
    {
        if (days == 0)
        {
            return Identity;
        }

        var integral = 0.0;
        foreach (var (tau, weight) in Quadrature(days, proliferationPerDay, killPerDay, decayPerDay))
        {
            integral += weight * Math.Exp(LogFactor(tau, proliferationPerDay, killPerDay, decayPerDay));
        }

        return new Reaction(Math.Exp(LogFactor(days, proliferationPerDay, killPerDay, decayPerDay)), proliferationPerDay * integral);
    }

    /// <summary>Logarithm of E(τ).</summary>
    internal static double LogFactor(double tau, double k, ReadOnlySpan<double> kill, ReadOnlySpan<double> decay)
    {
        var exponent = k * tau;
        for (var i = 0; i < kill.Length; i++)
        {
            exponent -= kill[i] * Exposure(tau, decay[i]);
        }

        return exponent;
    }

    /// <summary>∫₀^τ e^(−βt) dt, days.</summary>
    internal static double Exposure(double tau, double decay) => decay == 0 ? tau : -double.ExpM1(-decay * tau) / decay;

    /// <summary>Nodes and weights of ∫₀ʰ: Gauss-Legendre of 10 points on panels no longer than the fastest scale (an error below 1e-14).</summary>
    internal static (double Tau, double Weight)[] Quadrature(double h, double k, ReadOnlySpan<double> kill, ReadOnlySpan<double> decay)
    {
        var fastest = Math.Abs(k);
        for (var i = 0; i < kill.Length; i++)
        {
            fastest = Math.Max(fastest, kill[i] != 0 ? Math.Max(decay[i], kill[i]) : 0);
        }

        var panels = Math.Max(1, (int)Math.Ceiling(h * fastest));
        var width = h / panels;
        var nodes = new (double, double)[10 * panels];
        for (var p = 0; p < panels; p++)
        {
            var middle = (p + 0.5) * width;
            for (var n = 0; n < 5; n++)
            {
                var offset = 0.5 * width * GaussNodes[n];
                nodes[10 * p + 2 * n] = (middle - offset, 0.5 * width * GaussWeights[n]);
                nodes[10 * p + 2 * n + 1] = (middle + offset, 0.5 * width * GaussWeights[n]);
            }
        }

        return nodes;
    }

    // Abramowitz and Stegun, table 25.4, n = 10.
    private static ReadOnlySpan<double> GaussNodes =>
        [0.148874338981631211, 0.433395394129247191, 0.679409568299024406, 0.865063366688984511, 0.973906528517171720];

    private static ReadOnlySpan<double> GaussWeights =>
        [0.295524224714752870, 0.269266719309996355, 0.219086362515982044, 0.149451349150580593, 0.066671344308688138];
}
