using Etalon.Cases;

namespace Etalon.Twin;

/// <summary>Compares the model with one visit.</summary>
/// <remarks>
/// Where density was measured the residual is (predicted − observed)/σ with predicted = g·N + F·(1 − g) − o/span − ∇·d: ADC scale g, offset o,
/// displacement d, F the density that a free-water ADC adds. Clear of the drawn tumour the model is only held below the reader's detection
/// limit; at the drawn edge, where voxels are mixtures, nothing is asked.
/// </remarks>
internal sealed class ObservationRows
{
    private readonly DensityObservation _observation;
    private readonly double _weight, _free, _span;
    private readonly int _scale, _offset, _displacement;
    private readonly double[][]? _gradient;

    public ObservationRows(DensityObservation observation, int visit, FitLayout layout, DensityReference reference, DiffusionOperator diffusion, double u, double voxelsPerGrain)
    {
        (_observation, _weight) = (observation, 1 / (Math.Max(u, 1e-6) * Math.Sqrt(voxelsPerGrain)));
        _span = reference.FreeWaterMm2PerS - reference.CapacityMm2PerS;
        _free = reference.FreeWaterMm2PerS / _span;
        (_scale, _offset, _displacement) = (layout.Scale[visit], layout.Offset[visit], layout.Displacement[visit]);
        _gradient = _displacement < 0 ? null : Gradient(observation, diffusion);
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
        var (at, residual, slope) = (new List<int>(), new List<double>(), new List<double>());
        for (var n = 0; n < state.Length; n++)
        {
            if (_observation.IsMeasured[n])
            {
                var predicted = scale * state[n] + shift;
                for (var a = 0; _gradient is not null && a < 3; a++)
                {
                    predicted -= _gradient[a][n] * x[_displacement + a];
                }

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

        var rows = new VisitRows([.. at], [.. residual], [.. slope], []);
        return slopes is null ? rows : rows with { Columns = Columns(rows, scale, state, slopes) };
    }

    private List<(int, double[])> Columns(VisitRows rows, double scale, double[] state, IReadOnlyList<(int Parameter, double[] State)> slopes)
    {
        var columns = slopes.Select(s => (s.Parameter, rows.FromState(s.State))).ToList();
        foreach (var p in Own)
        {
            var values = new double[rows.At.Length];
            for (var i = 0; i < values.Length; i++)
            {
                var n = rows.At[i];
                values[i] = !_observation.IsMeasured[n] ? 0
                    : p == _scale ? scale * (state[n] - _free) * _weight
                    : p == _offset ? -_weight / _span
                    : -_gradient![p - _displacement][n] * _weight;
            }

            columns.Add((p, values));
        }

        return columns;
    }

    private double Observed(int n) => _observation.Unbounded is { } unbounded ? unbounded[n] : _observation.Density[n];

    /// <summary>A reading at a bound that was cut there says only on which side it lies.</summary>
    private bool IsCensored(int n, double predicted) =>
        _observation.Unbounded is null && ((_observation.Density[n] == 0 && predicted < 0) || (_observation.Density[n] == 1 && predicted > 1));

    /// <summary>Slope of the observed density along the grid's axes, per mm: over the measured neighbours of each axis, 0 where there are none.</summary>
    private static double[][] Gradient(DensityObservation observation, DiffusionOperator diffusion)
    {
        var h = diffusion.Domain.Grid.SpacingMm;
        var (density, measured) = (observation.Density, observation.IsMeasured);
        return new[] { (1, h.X), (diffusion.StrideY, h.Y), (diffusion.StrideZ, h.Z) }.Select(axis =>
        {
            var (stride, spacing) = axis;
            var slope = new double[density.Length];
            for (var n = 0; n < slope.Length; n++)
            {
                if (!measured[n])
                {
                    continue;
                }

                // What is measured lies inside the padded box.
                var (low, high) = (measured[n - stride] ? n - stride : n, measured[n + stride] ? n + stride : n);
                slope[n] = high == low ? 0 : (density[high] - density[low]) / ((high - low) / stride * spacing);
            }

            return slope;
        }).ToArray();
    }
}
