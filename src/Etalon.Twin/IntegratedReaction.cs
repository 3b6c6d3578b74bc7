using System.Numerics;

namespace Etalon.Twin;

/// <summary>
/// Two kinds of cells that proliferate at different rates, for which there is no closed form: classical Runge-Kutta of order 4 over short substeps, with the
/// drugs taken out exactly.
/// </summary>
/// <remarks>
/// For e = E exp(K_E(t)) and m = M exp(K_M(t)) the equations are e' = k_E e(1 − S) + c m exp(K_E − K_M) and m' = (k_M(1 − S) − c) m: their scales are k and c, and
/// a drug shows only through S. Substeps are at most 1/10 of the fastest scale (1/5 of a drug's decay
/// while it works), for an error of a few 1e-9 of a density per dose; a test holds it below 1e-8.
/// </remarks>
internal sealed record IntegratedReaction : TwoSpeciesReaction
{
    private readonly Part[] _parts;

    private IntegratedReaction(Part[] parts) => _parts = parts;

    /// <summary>Growth over an interval.</summary>
    /// <param name="days">Its length.</param>
    /// <param name="proliferationE">k_E.</param>
    /// <param name="proliferationM">k_M.</param>
    /// <param name="conversion">c.</param>
    /// <param name="killE">Sensitivity times amount of each drug at the interval's start, for E.</param>
    /// <param name="killM">The same for M.</param>
    /// <param name="decay">Decay of each drug, per day.</param>
    public static IntegratedReaction Growth(
        double days, double proliferationE, double proliferationM, double conversion, ReadOnlySpan<double> killE, ReadOnlySpan<double> killM, ReadOnlySpan<double> decay)
    {
        var parts = new List<Part>();
        var now = 0.0;
        while (now < days)
        {
            var rate = 10 * (Math.Max(Math.Abs(proliferationE), Math.Abs(proliferationM)) + conversion);
            for (var i = 0; i < decay.Length; i++)
            {
                // What is left of a drug counts by the fourth root, as it does in the error.
                var left = Math.Max(killE[i], killM[i]) * Math.Exp(-decay[i] * now);
                rate = Math.Max(rate, 5 * Math.Max(decay[i], left) * Math.Min(1, Math.Sqrt(Math.Sqrt(left / 1e-4))));
            }

            var length = Math.Min(days - now, 1 / Math.Max(rate, 1e-300));
            // The last two substeps are alike, so that none is of the size of rounding.
            length = days - now > length && days - now < 2 * length ? 0.5 * (days - now) : length;
            Span<double> times = [now, now + 0.5 * length, now + length];
            var (survivalE, survivalM) = (new double[3], new double[3]);
            for (var t = 0; t < 3; t++)
            {
                // Relative to the substep's start.
                survivalE[t] = Math.Exp(Reaction.LogFactor(times[t], 0, killE, decay) - Reaction.LogFactor(now, 0, killE, decay));
                survivalM[t] = Math.Exp(Reaction.LogFactor(times[t], 0, killM, decay) - Reaction.LogFactor(now, 0, killM, decay));
            }

            parts.Add(new Part(length, proliferationE, proliferationM, conversion, survivalE[1], survivalE[2], survivalM[1], survivalM[2]));
            now = length == days - now ? days : now + length;
        }

        return new IntegratedReaction([.. parts]);
    }

    /// <summary>An instantaneous kill.</summary>
    public static IntegratedReaction Kill(double survivalE, double survivalM) => new([new Part(0, 0, 0, 0, 1, survivalE, 1, survivalM)]);

    /// <inheritdoc/>
    public override void Apply(Span<double> enhancing, Span<double> nonEnhancing)
    {
        var n = 0;
        for (; n <= enhancing.Length - Vector<double>.Count; n += Vector<double>.Count)
        {
            var (e, m) = (new Vector<double>(enhancing[n..]), new Vector<double>(nonEnhancing[n..]));
            if (e == Vector<double>.Zero && m == Vector<double>.Zero)
            {
                continue;
            }

            foreach (var part in _parts)
            {
                part.Move(ref e, ref m);
            }

            e.CopyTo(enhancing[n..]);
            m.CopyTo(nonEnhancing[n..]);
        }

        for (; n < enhancing.Length; n++)
        {
            var (e, m) = (new Vector<double>(enhancing[n]), new Vector<double>(nonEnhancing[n]));
            foreach (var part in _parts)
            {
                part.Move(ref e, ref m);
            }

            (enhancing[n], nonEnhancing[n]) = (e[0], m[0]);
        }
    }

    /// <inheritdoc/>
    public override TwoSpeciesReaction Then(TwoSpeciesReaction next) => new IntegratedReaction([.. _parts, .. ((IntegratedReaction)next)._parts]);

    /// <summary>A substep: survival of both kinds under the drugs until its middle and its end.</summary>
    private sealed record Part(
        double Days, double ProliferationE, double ProliferationM, double Conversion, double MiddleE, double EndE, double MiddleM, double EndM)
    {
        /// <summary>Moves some voxels.</summary>
        public void Move(ref Vector<double> e, ref Vector<double> m)
        {
            if (Days > 0)
            {
                Slope(e, m, 1, 1, out var e1, out var m1);
                Slope(e + 0.5 * Days * e1, m + 0.5 * Days * m1, MiddleE, MiddleM, out var e2, out var m2);
                Slope(e + 0.5 * Days * e2, m + 0.5 * Days * m2, MiddleE, MiddleM, out var e3, out var m3);
                Slope(e + Days * e3, m + Days * m3, EndE, EndM, out var e4, out var m4);
                e += Days / 6 * (e1 + 2 * (e2 + e3) + e4);
                m += Days / 6 * (m1 + 2 * (m2 + m3) + m4);
            }

            (e, m) = (EndE * e, EndM * m);
        }

        private void Slope(Vector<double> e, Vector<double> m, double survivalE, double survivalM, out Vector<double> toE, out Vector<double> toM)
        {
            var room = Vector<double>.One - survivalE * e - survivalM * m;
            toE = ProliferationE * room * e + Conversion * survivalM / survivalE * m;
            toM = (ProliferationM * room - new Vector<double>(Conversion)) * m;
        }
    }
}
