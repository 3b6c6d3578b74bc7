using Etalon.Cases;

namespace Etalon.Twin;

/// <summary>The state at the first fitted visit: what was measured, its ADC error taken out, and a deviation within its own uncertainty.</summary>
internal sealed class InitialField
{
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

    /// <summary>The state; places that the bounds 0 and 1 hold are told.</summary>
    /// <param name="x">Parameters.</param>
    /// <param name="deviation">In units of <see cref="Sd"/>; null: none.</param>
    /// <param name="isHeld">Receives which places are at a bound; null: not asked for.</param>
    public double[] At(ReadOnlySpan<double> x, double[]? deviation, bool[]? isHeld = null)
    {
        var state = new double[_first.Density.Length];
        var (scale, offset) = Error(x);
        for (var n = 0; n < state.Length; n++)
        {
            // The tail beyond what was measured is an extrapolation; the ADC's error does not move it.
            var corrected = _first.IsMeasured[n] ? _free + (Measured(n) - _free + offset) / scale : _first.Density[n];
            var value = deviation is null ? corrected : corrected + Sd[n] * deviation[n];
            state[n] = Math.Clamp(value, 0, 1);
            if (isHeld is not null)
            {
                isHeld[n] = value is < 0 or > 1;
            }
        }

        return state;
    }

    /// <summary>Derivative of the state to the logarithm of the first visit's ADC scale.</summary>
    public double[] ScaleSlope(double[] state, bool[] isHeld) => Slope(n => isHeld[n] ? 0 : _free - state[n]);

    /// <summary>Derivative of the state to the first visit's ADC offset, per mm²/s.</summary>
    public double[] OffsetSlope(ReadOnlySpan<double> x, bool[] isHeld)
    {
        var slope = 1 / (Error(x).Scale * _span);
        return Slope(n => isHeld[n] ? 0 : slope);
    }

    private double[] Slope(Func<int, double> of)
    {
        var slope = new double[Sd.Length];
        for (var n = 0; n < slope.Length; n++)
        {
            slope[n] = _first.IsMeasured[n] ? of(n) : 0;
        }

        return slope;
    }

    private double Measured(int n) => _first.Unbounded is { } unbounded ? unbounded[n] : _first.Density[n];

    private (double Scale, double Offset) Error(ReadOnlySpan<double> x) =>
        (_layout.Scale[0] >= 0 ? Math.Exp(x[_layout.Scale[0]]) : 1, _layout.Offset[0] >= 0 ? x[_layout.Offset[0]] / _span : 0);
}
