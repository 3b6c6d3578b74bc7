using Etalon.Cases;

namespace Etalon.Twin;

/// <summary>Compares the model with one visit.</summary>
/// <remarks>
/// Where density was measured the residual is (predicted − observed)/σ with predicted = g·N(x − d) + F·(1 − g) − o/span: ADC scale g, offset o,
/// displacement d (<see cref="StateShift"/>), F the density that a free-water ADC adds. Clear of the drawn tumour the model is only held below the reader's detection
/// limit; at the drawn edge, where voxels are mixtures, nothing is asked.
/// </remarks>
internal sealed class ObservationRows
{
    private readonly DensityObservation _observation;
    private readonly double _weight, _free, _span;
    private readonly int _scale, _offset, _displacement;
    private readonly DiffusionOperator _diffusion;

    public ObservationRows(DensityObservation observation, int visit, FitLayout layout, DensityReference reference, DiffusionOperator diffusion, double u, double voxelsPerGrain)
    {
        (_observation, _weight) = (observation, 1 / (Math.Max(u, 1e-6) * Math.Sqrt(voxelsPerGrain)));
        _span = reference.FreeWaterMm2PerS - reference.CapacityMm2PerS;
        _free = reference.FreeWaterMm2PerS / _span;
        (_scale, _offset, _displacement) = (layout.Scale[visit], layout.Offset[visit], layout.Displacement[visit]);
        _diffusion = diffusion;
    }

    /// <summary>Whether the visit's own nuisance parameters move its residuals, in order.</summary>
    private IEnumerable<int> Own => new[] { _scale, _offset }.Where(p => p >= 0).Concat(_displacement < 0 ? [] : Enumerable.Range(_displacement, 3));

    /// <summary>Residuals; with the derivatives of the states also theirs.</summary>
    /// <param name="x">Parameters.</param>
    /// <param name="state">The model at this visit.</param>
    /// <param name="slopes">Derivatives of the state to parameters; null: only the residuals.</param>
    public VisitRows Of(ReadOnlySpan<double> x, double[] state, IReadOnlyList<(int Parameter, double[] State)>? slopes)
    {
        var scale = _scale >= 0 ? Math.Exp(x[_scale]) : 1;
        var shift = _free * (1 - scale) - (_offset >= 0 ? x[_offset] / _span : 0);
        var shifted = _displacement < 0 ? null : new StateShift(_diffusion, x.Slice(_displacement, 3));
        var model = state;
        state = shifted?.Apply(state) ?? state;
        var (at, residual, slope) = (new List<int>(), new List<double>(), new List<double>());
        for (var n = 0; n < state.Length; n++)
        {
            if (_observation.IsMeasured[n])
            {
                var predicted = scale * state[n] + shift;
                if (IsCensored(n, predicted))
                {
                    continue;
                }

                at.Add(n);
                residual.Add((predicted - Observed(n)) * _weight);
                slope.Add(scale * _weight);
            }
            else if (_observation.IsBelowLimit[n] && state[n] > _observation.DetectionLimit)
            {
                at.Add(n);
                residual.Add((state[n] - _observation.DetectionLimit) * _weight);
                slope.Add(_weight);
            }
        }

        var rows = new VisitRows([.. at], [.. residual], [.. slope], [], shifted);
        return slopes is null ? rows : rows with { Columns = Columns(rows, scale, state, model, slopes) };
    }

    private List<(int, double[])> Columns(VisitRows rows, double scale, double[] state, double[] model, IReadOnlyList<(int Parameter, double[] State)> slopes)
    {
        var columns = slopes.Select(s => (s.Parameter, rows.FromState(s.State))).ToList();
        foreach (var p in Own)
        {
            var values = new double[rows.At.Length];
            var toShift = p >= _displacement && p < _displacement + 3 && _displacement >= 0 ? rows.Shift!.Derivative(model, p - _displacement) : null;
            for (var i = 0; i < values.Length; i++)
            {
                var n = rows.At[i];
                values[i] = toShift is not null ? rows.Slope[i] * toShift[n]
                    : !_observation.IsMeasured[n] ? 0
                    : p == _scale ? scale * (state[n] - _free) * _weight
                    : -_weight / _span;
            }

            columns.Add((p, values));
        }

        return columns;
    }

    private double Observed(int n) => _observation.Unbounded is { } unbounded ? unbounded[n] : _observation.Density[n];

    /// <summary>A reading at a bound that was cut there says only on which side it lies.</summary>
    private bool IsCensored(int n, double predicted) =>
        _observation.Unbounded is null && ((_observation.Density[n] == 0 && predicted < 0) || (_observation.Density[n] == 1 && predicted > 1));
}
