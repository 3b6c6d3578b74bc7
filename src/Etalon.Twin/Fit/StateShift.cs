namespace Etalon.Twin;

/// <summary>
/// A state as a visit sees it that lies some millimetres off: cubic interpolation along each axis (Catmull and Rom 1974), linear in the state. Beyond the
/// domain's wall a tumour is as dense as at it.
/// </summary>
/// <remarks>Straight in the displacement it would not do: ½d²∇²N is what diffusion of ½d² adds, and a fit takes one for the other.</remarks>
internal sealed class StateShift
{
    private readonly DiffusionOperator _diffusion;
    private readonly (int Stride, int Size, double SpacingMm)[] _axes;
    private readonly (int Whole, double[] Weight, double[] Derivative)[] _way;

    /// <summary>For a displacement.</summary>
    /// <param name="diffusion">Layout of states.</param>
    /// <param name="displacementMm">Of what the visit shows, along each axis of the grid, mm.</param>
    public StateShift(DiffusionOperator diffusion, ReadOnlySpan<double> displacementMm)
    {
        _diffusion = diffusion;
        var h = diffusion.Domain.Grid.SpacingMm;
        _axes =
        [
            (1, diffusion.StrideY, h.X), (diffusion.StrideY, diffusion.StrideZ / diffusion.StrideY, h.Y), (diffusion.StrideZ, diffusion.Length / diffusion.StrideZ, h.Z),
        ];
        _way = new (int, double[], double[])[3];
        for (var a = 0; a < 3; a++)
        {
            // What is seen in a place stood the displacement before it.
            var way = -displacementMm[a] / _axes[a].SpacingMm;
            var whole = (int)Math.Floor(way);
            var u = way - whole;
            var perMm = -1 / _axes[a].SpacingMm;
            _way[a] = (
                whole,
                [0.5 * u * (-1 + u * (2 - u)), 1 + 0.5 * u * u * (-5 + 3 * u), 0.5 * u * (1 + u * (4 - 3 * u)), 0.5 * u * u * (u - 1)],
                [perMm * 0.5 * (-1 + u * (4 - 3 * u)), perMm * 0.5 * u * (-10 + 9 * u), perMm * 0.5 * (1 + u * (8 - 9 * u)), perMm * 0.5 * u * (3 * u - 2)]);
        }
    }

    /// <summary>The state as it is seen.</summary>
    public double[] Apply(double[] state) => Along(2, Along(1, Along(0, state, _way[0].Weight), _way[1].Weight), _way[2].Weight);

    /// <summary>Derivative of what is seen to the displacement along an axis, per mm.</summary>
    public double[] Derivative(double[] state, int axis)
    {
        for (var a = 0; a < 3; a++)
        {
            state = Along(a, state, a == axis ? _way[a].Derivative : _way[a].Weight);
        }

        return state;
    }

    /// <summary>The transpose of <see cref="Apply"/>.</summary>
    public double[] Transpose(double[] seen)
    {
        for (var a = 2; a >= 0; a--)
        {
            var to = new double[seen.Length];
            for (var n = 0; n < seen.Length; n++)
            {
                for (var k = 0; seen[n] != 0 && k < 4; k++)
                {
                    to[From(a, n, k)] += _way[a].Weight[k] * seen[n];
                }
            }

            seen = to;
        }

        return seen;
    }

    private double[] Along(int axis, double[] state, double[] weight)
    {
        var result = new double[state.Length];
        for (var n = 0; n < state.Length; n++)
        {
            if (_diffusion.Inside[n])
            {
                result[n] = weight[0] * state[From(axis, n, 0)] + weight[1] * state[From(axis, n, 1)] + weight[2] * state[From(axis, n, 2)] + weight[3] * state[From(axis, n, 3)];
            }
        }

        return result;
    }

    private int From(int axis, int n, int k)
    {
        var (stride, size, _) = _axes[axis];
        var step = _way[axis].Whole + k - 1;
        var at = n / stride % size + step;
        return at >= 0 && at < size && _diffusion.Inside[n + step * stride] ? n + step * stride : n;
    }
}
