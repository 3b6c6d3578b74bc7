using System.Numerics;

namespace Etalon.Assays.Relaxation;

/// <content>One vector of voxels.</content>
public sealed partial class VfaFit
{
    /// <summary>
    /// One voxel in each lane. With y = 1 − E the signal is M y g, g = sin α/(1 − cos α + y cos α), and the sum of squares is least where
    /// L(w) = ln Σ S g − ½ ln Σ g², w = ln y, is greatest: the best of the points of the search, then Newton's steps within its neighbours.
    /// With h = y cos α/(1 − cos α + y cos α): dg/dw = −g h, d²g/dw² = g (2h² − h).
    /// </summary>
    private ref struct Lanes
    {
        private readonly VfaFit _plan;
        private readonly Span<Vector<double>> _sines;
        private readonly Span<Vector<double>> _cosines;
        private readonly Span<Vector<double>> _versines;
        private readonly double? _noiseSd;
        private Vector<double> _unturned;

        public Lanes(VfaFit plan, Span<Vector<double>> signals, Span<Vector<double>> sines, Span<Vector<double>> cosines, Span<Vector<double>> versines, double? noiseSd)
        {
            _plan = plan;
            Signals = signals;
            _sines = sines;
            _cosines = cosines;
            _versines = versines;
            _noiseSd = noiseSd;
            Turn(Vector<double>.One);
        }

        /// <summary>Signals, frame by frame.</summary>
        public readonly Span<Vector<double>> Signals;

        /// <summary>T1, s.</summary>
        public Vector<double> T1;

        /// <summary>Standard uncertainty of T1, s.</summary>
        public Vector<double> U;

        /// <summary>M.</summary>
        public Vector<double> Magnetisation;

        /// <summary>Sum of squared residuals.</summary>
        public Vector<double> Rss;

        /// <summary>Sets the flip angles of the lanes.</summary>
        public void Turn(Vector<double> b1)
        {
            var largest = Vector<double>.Zero;
            for (var f = 0; f < Signals.Length; f++)
            {
                var angle = b1 * _plan._angles[f];
                (_sines[f], _cosines[f]) = Vector.SinCos(angle);
                var half = Vector.Sin(angle * 0.5);
                _versines[f] = 2 * half * half;
                largest = Vector.Max(largest, angle);
            }

            // Not a number compares false, and so such a lane is refused.
            _unturned = Vector.AsVectorDouble(~(Vector.GreaterThan(b1, Vector<double>.Zero) & Vector.LessThan(largest, new Vector<double>(Math.PI))));
        }

        /// <summary>Fits all lanes; returns those, a bit each, that the plain form must decide.</summary>
        public uint Fit(bool hasOwnAngles)
        {
            var (strongest, squares) = (Vector<double>.Zero, Vector<double>.Zero);
            foreach (var s in Signals)
            {
                strongest = Vector.Max(strongest, s);
                squares += s * s;
            }

            var refused = Vector.AsVectorInt64(_unturned) | ~Vector.GreaterThan(strongest, new Vector<double>(LowestSignal * (_noiseSd ?? 0)))
                | ~Vector.LessThan(squares, new Vector<double>(double.PositiveInfinity));
            var search = hasOwnAngles ? SearchOwn() : SearchShared();
            refused |= Vector.GreaterThan(search.Peaks, Vector<double>.One) | ~Vector.GreaterThan(search.Best, Vector<double>.Zero);
            if (refused == Vector<long>.AllBitsSet)
            {
                return uint.MaxValue;
            }

            refused |= Refine(in search, refused, out var y);
            Finish(y);
            refused |= ~Vector.LessThanOrEqual(U, T1) & Vector.Equals(U, U);
            return Bits(refused);
        }

        /// <summary>The point of the search with the greatest correlation, and how many there are greater than both neighbours.</summary>
        private readonly Search SearchShared()
        {
            var search = new Search();
            ReadOnlySpan<double> directions = _plan._directions;
            var count = Signals.Length;
            for (var k = 0; k < _plan._nodes.Length; k++)
            {
                var at = directions.Slice(k * count, count);
                var q = Vector<double>.Zero;
                for (var f = 0; f < at.Length; f++)
                {
                    q += Signals[f] * at[f];
                }

                search.Take(k, q);
            }

            return search;
        }

        private readonly Search SearchOwn()
        {
            var search = new Search();
            for (var k = 0; k < _plan._nodes.Length; k++)
            {
                var y = new Vector<double>(_plan._nodes[k]);
                var (q, p) = (Vector<double>.Zero, Vector<double>.Zero);
                for (var f = 0; f < Signals.Length; f++)
                {
                    var g = _sines[f] / (_versines[f] + y * _cosines[f]);
                    (q, p) = (q + Signals[f] * g, p + g * g);
                }

                search.Take(k, q / Vector.SquareRoot(p));
            }

            return search;
        }

        /// <summary>Newton's method between the neighbours of the best point, halving (in ln y) where it would leave them or the curve bends the other way.</summary>
        private readonly Vector<long> Refine(in Search search, Vector<long> refused, out Vector<double> y)
        {
            var (nodes, index) = (_plan._nodes, search.Index);
            Span<double> lows = stackalloc double[Vector<double>.Count];
            Span<double> heres = stackalloc double[Vector<double>.Count];
            Span<double> highs = stackalloc double[Vector<double>.Count];
            for (var lane = 0; lane < lows.Length; lane++)
            {
                var k = (int)index[lane];
                (lows[lane], heres[lane], highs[lane]) = (nodes[Math.Max(k - 1, 0)], nodes[k], nodes[Math.Min(k + 1, nodes.Length - 1)]);
            }

            var (low, high) = (new Vector<double>(lows), new Vector<double>(highs));
            // A first step by the parabola through the three points; at an end from the end itself.
            var here = new Vector<double>(heres);
            var shift = search.Shift();
            y = here + Vector.ConditionalSelect(Vector.GreaterThan(shift, Vector<double>.Zero), (high - here) * shift, (here - low) * shift);
            var (first, last) = (Vector.Equals(index, Vector<double>.Zero), Vector.Equals(index, new Vector<double>(nodes.Length - 1)));
            var isDone = refused;
            var two = new Vector<double>(2);
            var atBound = Vector<long>.Zero;
            for (var step = 0; step < MostSteps; step++)
            {
                var (slope, bend) = Slopes(y);
                if (step == 0)
                {
                    // At an end of the search and rising outwards: at the bound.
                    atBound = (first & Vector.LessThanOrEqual(slope, Vector<double>.Zero)) | (last & Vector.GreaterThanOrEqual(slope, Vector<double>.Zero));
                    isDone |= atBound;
                }

                var isRising = Vector.GreaterThan(slope, Vector<double>.Zero);
                low = Vector.ConditionalSelect(isRising, y, low);
                high = Vector.ConditionalSelect(isRising, high, y);
                var change = -slope / bend;
                // exp(d) to third order keeps y positive for |d| < 2; what is beyond lies outside the neighbours.
                var next = y * (two + change) / (two - change);
                var isNewton = Vector.LessThan(bend, Vector<double>.Zero) & Vector.GreaterThanOrEqual(next, low) & Vector.LessThanOrEqual(next, high);
                next = Vector.ConditionalSelect(isNewton, next, Vector.SquareRoot(low * high));
                y = Vector.ConditionalSelect(isDone, y, next);
                isDone |= isNewton & Vector.LessThan(Vector.Abs(change), new Vector<double>(1e-8));
                if (isDone == Vector<long>.AllBitsSet)
                {
                    break;
                }
            }

            return atBound | ~isDone;
        }

        private readonly (Vector<double> Slope, Vector<double> Bend) Slopes(Vector<double> y)
        {
            var (q, q1, q2) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
            var (p, p1, p2) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
            for (var f = 0; f < Signals.Length; f++)
            {
                var yc = y * _cosines[f];
                var inverse = Vector<double>.One / (_versines[f] + yc);
                var (g, h) = (_sines[f] * inverse, yc * inverse);
                var (sg, gg) = (Signals[f] * g, g * g);
                var (sgh, ggh) = (sg * h, gg * h);
                q += sg;
                q1 -= sgh;
                q2 += sgh * (2 * h - Vector<double>.One);
                p += gg;
                p1 -= 2 * ggh;
                p2 += 2 * ggh * (3 * h - Vector<double>.One);
            }

            var (a, b) = (q1 / q, p1 / p);
            return (a - 0.5 * b, q2 / q - a * a - 0.5 * (p2 / p - b * b));
        }

        private void Finish(Vector<double> y)
        {
            var (q, p, pd, dd) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
            for (var f = 0; f < Signals.Length; f++)
            {
                var yc = y * _cosines[f];
                var inverse = Vector<double>.One / (_versines[f] + yc);
                var (g, h) = (_sines[f] * inverse, yc * inverse);
                var gh = g * h;
                (q, p, pd, dd) = (q + Signals[f] * g, p + g * g, pd - g * gh, dd + gh * gh);
            }

            var amplitude = q / p;
            Rss = Vector<double>.Zero;
            for (var f = 0; f < Signals.Length; f++)
            {
                var r = Signals[f] - amplitude * _sines[f] / (_versines[f] + y * _cosines[f]);
                Rss += r * r;
            }

            var e = Vector<double>.One - y;
            T1 = new Vector<double>(-_plan._tr[0]) / Vector.Log(e);
            Magnetisation = amplitude / y;
            // M y is the linear parameter: u(w) = σ √(p/(p dd − pd²))/(M y), and dT1/dw = −T1² y/(E TR).
            var spread = Vector.SquareRoot(p / (p * dd - pd * pd)) / amplitude;
            var dof = _plan.Dof;
            var noise = _noiseSd is { } sd ? new Vector<double>(sd) : dof > 0 ? Vector.SquareRoot(Rss / dof) : new Vector<double>(double.NaN);
            U = noise * spread * T1 * T1 * y / (e * _plan._tr[0]);
        }

        private static uint Bits(Vector<long> mask)
        {
            var bits = 0u;
            for (var lane = 0; lane < Vector<long>.Count; lane++)
            {
                bits |= mask[lane] != 0 ? 1u << lane : 0;
            }

            return bits;
        }
    }

    /// <summary>Follows a sequence of values in each lane: its greatest, what stands before and after it, and how many peaks there are, ends included.</summary>
    private struct Search()
    {
        private Vector<double> _peaks = Vector<double>.Zero;
        private Vector<double> _before = new(double.NegativeInfinity);
        private Vector<double> _left;
        private Vector<double> _right;
        private Vector<long> _isRising = Vector<long>.AllBitsSet;
        private Vector<long> _wasBetter = Vector<long>.Zero;

        /// <summary>Number of the greatest value.</summary>
        public Vector<double> Index { get; private set; } = Vector<double>.Zero;

        /// <summary>The greatest value.</summary>
        public Vector<double> Best { get; private set; } = new(double.NegativeInfinity);

        /// <summary>How many values are greater than their neighbours.</summary>
        public readonly Vector<double> Peaks => _peaks + Vector.ConditionalSelect(_isRising, Vector<double>.One, Vector<double>.Zero);

        /// <summary>Where a parabola through the greatest value and its neighbours peaks, in steps; 0 at the ends.</summary>
        public readonly Vector<double> Shift()
        {
            var shift = 0.5 * (_left - _right) / (_left - Best - Best + _right);
            return Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(shift), Vector<double>.One) & ~_wasBetter & Vector.GreaterThan(Index, Vector<double>.Zero), shift, Vector<double>.Zero);
        }

        public void Take(int k, Vector<double> value)
        {
            var isBetter = Vector.GreaterThan(value, Best);
            _right = Vector.ConditionalSelect(_wasBetter, value, _right);
            _left = Vector.ConditionalSelect(isBetter, _before, _left);
            Best = Vector.ConditionalSelect(isBetter, value, Best);
            Index = Vector.ConditionalSelect(isBetter, new Vector<double>(k), Index);
            var isRising = Vector.GreaterThanOrEqual(value, _before);
            _peaks += Vector.ConditionalSelect(_isRising & ~isRising, Vector<double>.One, Vector<double>.Zero);
            (_isRising, _wasBetter, _before) = (isRising, isBetter, value);
        }
    }
}
