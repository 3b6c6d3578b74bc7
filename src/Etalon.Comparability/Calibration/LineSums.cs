namespace Etalon.Comparability.Calibration;

/// <summary>
/// Normal equations of a line (or of a gain through the origin) over sessions with covariance diag(own) + ratio·x·xᵀ, whose inverse is
/// known (Sherman-Morrison).
/// </summary>
/// <param name="hasOffset">Whether the line has an offset.</param>
internal sealed class LineSums(bool hasOffset)
{
    private double _aa, _ab, _bb, _ay, _by, _yy;

    /// <summary>Determinant of the normal matrix.</summary>
    public double Determinant => hasOffset ? _aa * _bb - _ab * _ab : _bb;

    /// <summary>Adds a session; gives the logarithm of what the shared term multiplies the determinant of its covariance by.</summary>
    /// <param name="x">Abscissae of the line, shape (vials).</param>
    /// <param name="y">Ordinates.</param>
    /// <param name="own">Variances of each by itself.</param>
    /// <param name="ratio">Factor of the shared term.</param>
    public double Add(double[] x, double[] y, double[] own, double ratio)
    {
        var (x1, xx, xy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var w = 1 / own[i];
            x1 += w * x[i];
            xx += w * x[i] * x[i];
            xy += w * x[i] * y[i];
            _aa += w;
            _ab += w * x[i];
            _bb += w * x[i] * x[i];
            _ay += w * y[i];
            _by += w * x[i] * y[i];
            _yy += w * y[i] * y[i];
        }

        var c = ratio / (1 + ratio * xx);
        _aa -= c * x1 * x1;
        _ab -= c * x1 * xx;
        _bb -= c * xx * xx;
        _ay -= c * x1 * xy;
        _by -= c * xx * xy;
        _yy -= c * xy * xy;
        return Math.Log(1 + ratio * xx);
    }

    /// <summary>Offset and gain.</summary>
    public (double Offset, double Gain) Solve() => hasOffset
        ? ((_bb * _ay - _ab * _by) / Determinant, (_aa * _by - _ab * _ay) / Determinant)
        : (0, _by / _bb);

    /// <summary>Weighted sum of squared residuals.</summary>
    public double Squares()
    {
        var (a, b) = Solve();
        return Math.Max(0, _yy - a * _ay - b * _by);
    }
}
