namespace Etalon.Comparability.Calibration;

/// <summary>A line through the sessions of one state, errors in both coordinates, with what each kind of error does to it.</summary>
/// <param name="Offset">Offset.</param>
/// <param name="Gain">Gain.</param>
/// <param name="Own">Covariance (offset offset, offset gain, gain gain) from the readings' own scatter.</param>
/// <param name="Session">The same from what sessions share.</param>
/// <param name="ReferenceOffset">Effect on the offset of one standard uncertainty of all reference values together.</param>
/// <param name="ReferenceGain">Effect on the gain.</param>
/// <param name="ChiSquared">Of the readings about the line, by the scatter model.</param>
/// <param name="IsConverged">Whether the line was found.</param>
internal sealed record SessionLine(
    double Offset, double Gain, (double Aa, double Ab, double Bb) Own, (double Aa, double Ab, double Bb) Session,
    double ReferenceOffset, double ReferenceGain, double ChiSquared, bool IsConverged)
{
    private const int MaxSteps = 200;

    /// <summary>
    /// Generalised distance regression with the covariance that the scatter model gives each session. Without a session term this is York's line
    /// (<see cref="Numerics.Regression.YorkLine"/>).
    /// </summary>
    /// <remarks>
    /// χ² = Σ rᵀV⁻¹r with r = y − a − b·x, V = diag(own + b²·u²(x)) + shared·x·xᵀ. Its derivative by b is 0 where the residuals are orthogonal, in V⁻¹, to
    /// the adjusted abscissae x + b·diag(u²)·V⁻¹r (ISO/TS 28037, clause 10, in the form of York et al. 2004).
    /// </remarks>
    public static SessionLine Fit(StateSessions state, ScatterModel scatter)
    {
        var shared = scatter.Variance * scatter.SessionRatio;
        var (a, b, isConverged) = (0.0, 1.0, false);
        for (var step = 0; step < MaxSteps && !isConverged; step++)
        {
            var normal = new Normal(state, scatter, shared, a, b);
            var (nextA, nextB) = normal.Solve();
            isConverged = step > 1 && Math.Abs(nextB - b) <= 1e-13 * Math.Abs(b) && Math.Abs(nextA - a) <= 1e-13 * Math.Sqrt(scatter.Level);
            (a, b) = (nextA, nextB);
        }

        return new Normal(state, scatter, shared, a, b).Line(isConverged && double.IsFinite(a) && double.IsFinite(b));
    }

    /// <summary>The estimating equations at a line.</summary>
    private sealed class Normal
    {
        private readonly StateSessions _state;
        private readonly ScatterModel _scatter;
        private readonly double _shared, _a, _b;
        private readonly double _n11, _n1x, _nx1, _nxx, _r1, _rx, _chi2;
        private readonly List<(double[] One, double[] Adjusted)> _rows = [];

        public Normal(StateSessions state, ScatterModel scatter, double shared, double a, double b)
        {
            (_state, _scatter, _shared, _a, _b) = (state, scatter, shared, a, b);
            foreach (var s in state.Sessions)
            {
                var variances = s.X.Select((x, i) => scatter.Own(x) + b * b * s.XU[i] * s.XU[i]).ToArray();
                var residuals = s.X.Select((x, i) => s.Y[i] - a - b * x).ToArray();
                var scaled = Solve(variances, s.X, shared, residuals);
                var adjusted = s.X.Select((x, i) => x + b * s.XU[i] * s.XU[i] * scaled[i]).ToArray();
                var one = Solve(variances, s.X, shared, s.X.Select(_ => 1.0).ToArray());
                var q = Solve(variances, s.X, shared, adjusted);
                _rows.Add((one, q));
                for (var i = 0; i < s.X.Length; i++)
                {
                    (_n11, _n1x, _r1) = (_n11 + one[i], _n1x + one[i] * s.X[i], _r1 + one[i] * s.Y[i]);
                    (_nx1, _nxx, _rx) = (_nx1 + q[i], _nxx + q[i] * s.X[i], _rx + q[i] * s.Y[i]);
                    _chi2 += residuals[i] * scaled[i];
                }
            }
        }

        public (double A, double B) Solve()
        {
            if (!_state.HasLine)
            {
                return (0, _rx / _nxx);
            }

            var determinant = _n11 * _nxx - _n1x * _nx1;
            return ((_nxx * _r1 - _n1x * _rx) / determinant, (_n11 * _rx - _nx1 * _r1) / determinant);
        }

        public SessionLine Line(bool isConverged)
        {
            var determinant = _n11 * _nxx - _n1x * _nx1;
            var (own, session, reference) = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (A: 0.0, B: 0.0));
            for (var k = 0; k < _rows.Count; k++)
            {
                var s = _state.Sessions[k];
                var (ga, gb) = (0.0, 0.0);
                for (var i = 0; i < s.X.Length; i++)
                {
                    // What a reading that is larger by one does to offset and gain.
                    var (one, q) = (_rows[k].One[i], _rows[k].Adjusted[i]);
                    var (da, db) = _state.HasLine ? ((_nxx * one - _n1x * q) / determinant, (_n11 * q - _nx1 * one) / determinant) : (0, q / _nxx);
                    own = Add(own, da, db, _scatter.Own(s.X[i]));
                    (ga, gb) = (ga + da * s.X[i], gb + db * s.X[i]);
                    reference = (reference.A + _b * da * s.XU[i], reference.B + _b * db * s.XU[i]);
                }

                session = Add(session, ga, gb, _shared);
            }

            return new SessionLine(_a, _b, own, session, reference.A, reference.B, _chi2, isConverged);
        }

        private static (double Aa, double Ab, double Bb) Add((double Aa, double Ab, double Bb) sum, double a, double b, double variance) =>
            (sum.Aa + a * a * variance, sum.Ab + a * b * variance, sum.Bb + b * b * variance);

        /// <summary>V⁻¹v for V = diag(variances) + shared·x·xᵀ (Sherman-Morrison).</summary>
        private static double[] Solve(double[] variances, double[] x, double shared, double[] v)
        {
            var (xx, xv) = (0.0, 0.0);
            for (var i = 0; i < x.Length; i++)
            {
                (xx, xv) = (xx + x[i] * x[i] / variances[i], xv + x[i] * v[i] / variances[i]);
            }

            var c = shared * xv / (1 + shared * xx);
            return x.Select((xi, i) => (v[i] - c * xi) / variances[i]).ToArray();
        }
    }
}
