namespace Etalon.Imaging.Registration;

/// <summary>
/// Mutual information of two images under a rigid transform (Mattes and others, IEEE TMI 22:120 (2003)): the moving image's intensities are spread over
/// classes by a cubic B-spline, so that it has a derivative. All samples take part; it is a sum over samples, which blocks of the image share.
/// </summary>
internal sealed class InformationScore
{
    private const int Bins = InformationSamples.Bins;
    private readonly InformationSamples _samples;
    private readonly SplineImage _moving;
    private readonly Vector3 _margin;
    private readonly float _low, _scale;
    private readonly float[] _place;
    private readonly Vector3[] _at;
    private readonly Vector3[] _slope;

    /// <summary>Prepares.</summary>
    public InformationScore(InformationSamples samples, SplineImage moving, Volume movingValues)
    {
        (_samples, _moving, _margin) = (samples, moving, InformationSamples.Margin(moving.Grid));
        var (low, high) = InformationSamples.Range(movingValues.Values);
        // The spline reaches two classes to either side.
        (_low, _scale) = (low, (Bins - 4) / (high - low));
        var n = samples.Points.Length;
        (_place, _at, _slope) = (new float[n], new Vector3[n], new Vector3[n]);
    }

    /// <summary>Value and derivatives at a transform.</summary>
    /// <param name="transform">From the fixed image to the moving one.</param>
    /// <param name="centre">Where turns leave the moving image in place, mm.</param>
    public InformationAt Evaluate(RigidTransform transform, Vector3 centre)
    {
        var joint = new double[Bins * Bins];
        var (inside, bend) = Look(transform, joint);
        var (information, ratio) = Information(joint, inside);
        var gradient = new double[6];
        var blocks = new double[_samples.BlockCount * 6];
        var shares = new double[_samples.BlockCount];
        var counts = new int[_samples.BlockCount];
        var fisher = new double[36];
        Span<double> f = stackalloc double[6];
        for (var n = 0; n < _place.Length; n++)
        {
            if (float.IsNaN(_place[n]))
            {
                continue;
            }

            var (weight, log) = Weight(ratio, _samples.FixedBins[n] * Bins, _place[n]);
            var force = weight / inside * _slope[n];
            var turn = (_at[n] - centre).Cross(force);
            var b = _samples.Blocks[n] * 6;
            (f[0], f[1], f[2], f[3], f[4], f[5]) = (turn.X, turn.Y, turn.Z, force.X, force.Y, force.Z);
            for (var p = 0; p < 6; p++)
            {
                blocks[b + p] += f[p];
                for (var q = 0; q < 6; q++)
                {
                    fisher[6 * p + q] += inside * f[p] * f[q];
                }
            }

            shares[_samples.Blocks[n]] += log / inside;
            counts[_samples.Blocks[n]]++;
        }

        for (var b = 0; b < blocks.Length; b++)
        {
            gradient[b % 6] += blocks[b];
        }

        return new InformationAt(information, gradient, blocks, shares, counts, fisher, inside, bend);
    }

    /// <summary>Sees the moving image at every sample and fills the joint histogram; the number of samples inside, and how bent the images' relation is.</summary>
    private (int Inside, double Bend) Look(RigidTransform transform, double[] joint)
    {
        var inside = 0;
        var (counts, sums) = (new double[Bins], new double[Bins]);
        Span<double> w = stackalloc double[4];
        for (var n = 0; n < _place.Length; n++)
        {
            _at[n] = transform.Apply(_samples.Points[n]);
            if (!_moving.TryAt(_at[n], _margin, out var value, out var gradient))
            {
                _place[n] = float.NaN;
                continue;
            }

            var place = (value - _low) * _scale;
            // Beyond the ends an intensity is that of the end, and does not change with place.
            _slope[n] = place < 0 || place > Bins - 4 ? default : _scale * gradient;
            _place[n] = 1.5f + Math.Clamp(place, 0, Bins - 4);
            var first = Spread(_place[n], w);
            var row = _samples.FixedBins[n] * Bins + first;
            for (var k = 0; k < 4; k++)
            {
                joint[row + k] += w[k];
            }

            counts[_samples.FixedBins[n]]++;
            sums[_samples.FixedBins[n]] += _place[n];
            inside++;
        }

        return (inside, Bend(counts, sums, inside));
    }

    /// <summary>
    /// How far the moving image's mean intensity, as a function of the fixed image's, is from a straight line: 1 − r²/η², with r the correlation and η the
    /// correlation ratio, between 0 and 1.
    /// </summary>
    private static double Bend(double[] counts, double[] sums, int inside)
    {
        var (meanX, meanY) = (0.0, 0.0);
        for (var x = 0; x < Bins; x++)
        {
            (meanX, meanY) = (meanX + x * counts[x] / Math.Max(1, inside), meanY + sums[x] / Math.Max(1, inside));
        }

        var (xx, xy, between) = (0.0, 0.0, 0.0);
        for (var x = 0; x < Bins; x++)
        {
            if (counts[x] > 0)
            {
                var (dx, dy) = (x - meanX, sums[x] / counts[x] - meanY);
                (xx, xy, between) = (xx + counts[x] * dx * dx, xy + counts[x] * dx * dy, between + counts[x] * dy * dy);
            }
        }

        return xx > 0 && between > 0 ? Math.Clamp(1 - xy * xy / (xx * between), 0, 1) : 0;
    }

    private static int Spread(double place, Span<double> w)
    {
        var whole = (int)place;
        var f = place - whole;
        var r = 1 - f;
        (w[0], w[1], w[2], w[3]) = (r * r * r / 6, 2 / 3.0 - f * f * (2 - f) / 2, 2 / 3.0 - r * r * (2 - r) / 2, f * f * f / 6);
        return whole - 1;
    }

    /// <summary>The information, nat, and log p(f, m) / (p(f) p(m)) of every pair of classes.</summary>
    private static (double Information, double[] Ratio) Information(double[] joint, int count)
    {
        var (rows, columns) = (new double[Bins], new double[Bins]);
        for (var n = 0; n < joint.Length; n++)
        {
            rows[n / Bins] += joint[n];
            columns[n % Bins] += joint[n];
        }

        var ratio = new double[joint.Length];
        var information = 0.0;
        for (var n = 0; n < joint.Length; n++)
        {
            if (joint[n] > 0)
            {
                ratio[n] = Math.Log(joint[n] * count / (rows[n / Bins] * columns[n % Bins]));
                information += joint[n] / count * ratio[n];
            }
        }

        return (information, ratio);
    }

    /// <summary>Derivative of a sample's share of the information by its place among the classes, and that share.</summary>
    private static (double Derivative, double Share) Weight(double[] ratio, int row, double place)
    {
        var whole = (int)place;
        var f = place - whole;
        var r = 1 - f;
        var at = row + whole - 1;
        var (a, b, c, d) = (ratio[at], ratio[at + 1], ratio[at + 2], ratio[at + 3]);
        return (-r * r / 2 * a + f * (1.5 * f - 2) * b - r * (1.5 * r - 2) * c + f * f / 2 * d,
            r * r * r / 6 * a + (2 / 3.0 - f * f * (2 - f) / 2) * b + (2 / 3.0 - r * r * (2 - r) / 2) * c + f * f * f / 6 * d);
    }
}
