using Etalon.Numerics;

namespace Etalon.Assays.Relaxation;

/// <content>Sum of squares along ln T2.</content>
public sealed partial class T2Fit
{
    /// <summary>Sum of squares along ln T2, the amplitude (and the constant) at their best.</summary>
    private readonly ref struct Profile(T2Fit plan, ReadOnlySpan<double> signal, double noiseSd) : IProfile
    {
        private readonly T2Fit _plan = plan;
        private readonly ReadOnlySpan<double> _signal = signal;
        private readonly double _noiseSd = noiseSd;

        public double Cost(double x) => Amplitude(Math.Exp(-x)).Cost;

        public RelaxationFit Finish(LowestPoint best, double? noiseSd)
        {
            var t2 = _plan.Bounds.TimeOf(best);
            var (a, _) = Amplitude(1 / t2);
            var (_, covariance) = Information(t2);
            var dof = _plan.Dof;
            var u = (noiseSd ?? (dof > 0 ? Math.Sqrt(best.Cost / dof) : double.NaN)) * Math.Sqrt(covariance.Time);
            var status = !(a > 0) ? VoxelStatus.SignalTooLow : best.IsAtBound ? VoxelStatus.AtBound : double.IsNaN(covariance.Time) || u > t2 ? VoxelStatus.NotIdentifiable : VoxelStatus.Ok;
            return new RelaxationFit(t2, u, a, best.Cost, dof, status) { UnitCovariance = covariance };
        }

        /// <summary>
        /// Variance of T2 for noise of 1 as if all points had it, and the covariance of amplitude and T2 with the noise that they have: (JᵀJ)⁻¹ JᵀVJ (JᵀJ)⁻¹.
        /// </summary>
        public (double Plain, (double Amplitude, double Both, double Time) True) Information(double t2)
        {
            var (a, _) = Amplitude(1 / t2);
            var (n, hasConstant) = (_signal.Length, _plan.Floor == T2NoiseFloor.Offset);
            Span<double> ja = stackalloc double[n];
            Span<double> jt = stackalloc double[n];
            Span<double> v = stackalloc double[n];
            for (var i = 0; i < n; i++)
            {
                var e = Math.Exp(-_plan._te[i] / t2);
                var isRician = _plan.Floor == T2NoiseFloor.RicianMean;
                var slope = isRician ? RiceMean.Of(a * e / _noiseSd).Slope : 1;
                (ja[i], jt[i], v[i]) = (slope * e, slope * a * e * _plan._te[i] / (t2 * t2), isRician ? RiceMean.Variance(a * e / _noiseSd) : 1);
            }

            if (hasConstant)
            {
                Centre(ja);
                Centre(jt);
            }

            var (aa, at, tt, vaa, vat, vtt) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
            for (var i = 0; i < n; i++)
            {
                (aa, at, tt) = (aa + ja[i] * ja[i], at + ja[i] * jt[i], tt + jt[i] * jt[i]);
                (vaa, vat, vtt) = (vaa + v[i] * ja[i] * ja[i], vat + v[i] * ja[i] * jt[i], vtt + v[i] * jt[i] * jt[i]);
            }

            var d = aa * tt - at * at;
            if (!(d > 1e-14 * aa * tt))
            {
                return (double.NaN, (double.NaN, double.NaN, double.NaN));
            }

            var (iaa, iat, itt) = (tt / d, -at / d, aa / d);
            return (itt, (
                iaa * iaa * vaa + 2 * iaa * iat * vat + iat * iat * vtt,
                iaa * iat * vaa + (iaa * itt + iat * iat) * vat + iat * itt * vtt,
                iat * iat * vaa + 2 * iat * itt * vat + itt * itt * vtt));
        }

        private static void Centre(Span<double> values)
        {
            var mean = 0.0;
            foreach (var x in values)
            {
                mean += x / values.Length;
            }

            foreach (ref var x in values)
            {
                x -= mean;
            }
        }

        /// <summary>Amplitude and sum of squares at a rate.</summary>
        private (double A, double Cost) Amplitude(double r2)
        {
            var n = _signal.Length;
            Span<double> e = stackalloc double[n];
            for (var i = 0; i < n; i++)
            {
                e[i] = Math.Exp(-_plan._te[i] * r2);
            }

            return _plan.Floor switch
            {
                T2NoiseFloor.RicianMean => Rician(e),
                _ => Linear(e, _plan.Floor == T2NoiseFloor.Offset),
            };
        }

        private (double A, double Cost) Linear(ReadOnlySpan<double> e, bool withConstant)
        {
            var (n, sum, signals) = (e.Length, 0.0, 0.0);
            for (var i = 0; withConstant && i < n; i++)
            {
                (sum, signals) = (sum + e[i] / n, signals + _signal[i] / n);
            }

            var (q, p) = (0.0, 0.0);
            for (var i = 0; i < n; i++)
            {
                (q, p) = (q + (_signal[i] - signals) * (e[i] - sum), p + (e[i] - sum) * (e[i] - sum));
            }

            var (a, cost) = (p > 0 ? Math.Max(q / p, 0) : 0, 0.0);
            for (var i = 0; i < n; i++)
            {
                var r = _signal[i] - signals - a * (e[i] - sum);
                cost += r * r;
            }

            return (a, cost);
        }

        /// <summary>
        /// The best amplitude of a Rician curve: where the slope of the sum of squares turns from falling to rising, looked for between points up to the
        /// largest amplitude that can be better than none.
        /// </summary>
        private (double A, double Cost) Rician(ReadOnlySpan<double> e)
        {
            const int Points = 8;
            var (without, first) = (Slope(e, 0).Cost, 0);
            for (var i = 1; i < e.Length; i++)
            {
                first = e[i] > e[first] ? i : first;
            }

            var highest = (_signal[first] + Math.Sqrt(without)) / e[first];
            if (!(highest > 0) || !double.IsFinite(highest))
            {
                return (0, without);
            }

            var best = (A: 0.0, Cost: without);
            var (a0, before) = (0.0, Slope(e, 1e-6 * highest).Slope);
            for (var k = 1; k <= Points; k++)
            {
                var a1 = highest * k * k / (Points * Points);
                var (cost, slope) = Slope(e, a1);
                if (before < 0 && slope >= 0)
                {
                    var a = Root(e, a0, before, a1, slope);
                    cost = Slope(e, a).Cost;
                    best = cost < best.Cost ? (a, cost) : best;
                }
                else if (cost < best.Cost)
                {
                    best = (a1, cost);
                }

                (a0, before) = (a1, slope);
            }

            return best;
        }

        /// <summary>Amplitude between two at which the slope is 0: Illinois' false position. The cost is flat there: 1e-9 of the amplitude is 1e-18 of it.</summary>
        private double Root(ReadOnlySpan<double> e, double a, double fa, double b, double fb)
        {
            var c = a;
            for (var n = 0; n < 80 && b - a > 1e-9 * b; n++)
            {
                c = n % 5 == 4 ? 0.5 * (a + b) : (a * fb - b * fa) / (fb - fa);
                var fc = Slope(e, c).Slope;
                if (fc == 0 || !(c > a && c < b))
                {
                    break;
                }

                (a, fa, b, fb) = fc < 0 ? (c, fc, b, 0.5 * fb) : (a, 0.5 * fa, c, fc);
            }

            return c;
        }

        private (double Cost, double Slope) Slope(ReadOnlySpan<double> e, double a)
        {
            var (cost, slope, scale) = (0.0, 0.0, a / _noiseSd);
            for (var i = 0; i < e.Length; i++)
            {
                var (m, d) = RiceMean.Of(scale * e[i]);
                var r = m * _noiseSd - _signal[i];
                (cost, slope) = (cost + r * r, slope + r * d * e[i]);
            }

            return (cost, slope);
        }
    }
}
