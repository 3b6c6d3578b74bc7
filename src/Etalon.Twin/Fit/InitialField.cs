using Etalon.Cases;

namespace Etalon.Twin;

/// <summary>Derivatives of the initial state.</summary>
/// <param name="ToDeviation">To its deviation.</param>
/// <param name="ToSource">To the density that it follows from, its ADC error taken out: the place's own, or in the tail that of the edge; 0 where nothing moves it.</param>
/// <param name="ToOdds">To the logarithm of the factor of the tail's odds.</param>
/// <param name="ToFall">To the logarithm of the factor of the tail's fall.</param>
internal sealed record InitialSlopes(double[] ToDeviation, double[] ToSource, double[] ToOdds, double[] ToFall)
{
    public static InitialSlopes For(int length) => new(new double[length], new double[length], new double[length], new double[length]);
}

/// <summary>The state at the first fitted visit: what was measured, its ADC error taken out, and a deviation within its own uncertainty.</summary>
internal sealed class InitialField
{
    /// <summary>Density at the edge stays within this of 0 and 1, where its logit ends.</summary>
    private const double LeastEdge = 1e-3;

    private readonly DensityObservation _first;
    private readonly FitLayout _layout;
    private readonly double _free, _span;

    public InitialField(DensityObservation first, FitLayout layout, DensityReference reference, TwinFitOptions options, bool isFree, bool[] inside)
    {
        (_first, _layout) = (first, layout);
        _span = reference.FreeWaterMm2PerS - reference.CapacityMm2PerS;
        _free = reference.FreeWaterMm2PerS / _span;
        var grain = Math.Sqrt(options.VoxelsPerGrain);
        Sd = new double[first.Density.Length];
        for (var n = 0; isFree && n < Sd.Length; n++)
        {
            Sd[n] = !inside[n] ? 0 : grain * (first.IsMeasured[n] ? first.VoxelU : options.TailRelativeU * first.Density[n]);
        }
    }

    /// <summary>Standard deviation of the deviation in each place; 0 everywhere where the state is fixed.</summary>
    public double[] Sd { get; }

    /// <summary>The state.</summary>
    /// <remarks>
    /// A deviation d goes straight at first and then ever less far, so that the state c stays within 0 and 1 and no place sticks at a bound: c²/(c − d) downwards, and
    /// the same from above, 1 − (1 − c)²/(1 − c + d), upwards.
    /// </remarks>
    /// <param name="x">Parameters.</param>
    /// <param name="deviation">In units of <see cref="Sd"/>; null: none.</param>
    /// <param name="slopes">Receives the derivatives; null: not asked for.</param>
    public double[] At(ReadOnlySpan<double> x, double[]? deviation, InitialSlopes? slopes = null)
    {
        var state = new double[_first.Density.Length];
        var (scale, offset) = Error(x);
        var (odds, faster) = _layout.TailOdds >= 0 ? (x[_layout.TailOdds], Math.Exp(x[_layout.TailFall])) : (0, 1);
        var edge = _first.Tail is { } tail ? Math.Clamp(Corrected(tail.Edge), LeastEdge, 1 - LeastEdge) : 0;
        for (var n = 0; n < state.Length; n++)
        {
            var (c, toSource, toOdds, toFall) = _first.IsMeasured[n] ? Within(Corrected(Measured(n)))
                : _first.Tail is { } beyond && beyond.Fall[n] > 0 ? InTail(beyond.Fall[n] * faster) : (Math.Clamp(_first.Density[n], 0, 1), 0, 0, 0);
            var d = deviation is null ? 0 : Sd[n] * deviation[n];
            var room = d < 0 ? c : 1 - c;
            var left = room == 0 ? 0 : room / (room + Math.Abs(d));
            state[n] = d < 0 ? c * left : 1 - room * left;
            if (slopes is not null)
            {
                slopes.ToDeviation[n] = left * left;
                slopes.ToSource[n] = toSource * left * (2 - left);
                slopes.ToOdds[n] = toOdds * left * (2 - left);
                slopes.ToFall[n] = toFall * left * (2 - left);
            }
        }

        return state;

        double Corrected(double source) => _free + (source - _free + offset) / scale;

        (double, double, double, double) InTail(double fall)
        {
            var c = EdgeProfile.After(edge, fall - odds);
            return (c, c * (1 - c) / (edge * (1 - edge)), c * (1 - c), -c * (1 - c) * fall);
        }

        static (double, double, double, double) Within(double value) => (Math.Clamp(value, 0, 1), value is < 0 or > 1 ? 0 : 1, 0, 0);
    }

    /// <summary>Derivative of the state to the logarithm of the first visit's ADC scale.</summary>
    public double[] ScaleSlope(ReadOnlySpan<double> x, InitialSlopes slopes)
    {
        var (scale, offset) = Error(x);
        return slopes.ToSource.Select((s, n) => s == 0 ? 0 : -s * (Source(n) - _free + offset) / scale).ToArray();
    }

    /// <summary>Derivative of the state to the first visit's ADC offset, per mm²/s.</summary>
    public double[] OffsetSlope(ReadOnlySpan<double> x, InitialSlopes slopes)
    {
        var slope = 1 / (Error(x).Scale * _span);
        return Array.ConvertAll(slopes.ToSource, s => s * slope);
    }

    private double Source(int n) => _first.IsMeasured[n] ? Measured(n) : _first.Tail!.Edge;

    private double Measured(int n) => _first.Unbounded is { } unbounded ? unbounded[n] : _first.Density[n];

    private (double Scale, double Offset) Error(ReadOnlySpan<double> x) =>
        (_layout.Scale[0] >= 0 ? Math.Exp(x[_layout.Scale[0]]) : 1, _layout.Offset[0] >= 0 ? x[_layout.Offset[0]] / _span : 0);
}
