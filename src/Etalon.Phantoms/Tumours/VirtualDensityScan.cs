using Etalon.Imaging;
using Etalon.Numerics;
using Etalon.Twin;

namespace Etalon.Phantoms.Tumours;

/// <summary>
/// Scans true densities: a shift by the error of registration, an ADC scale that belongs to the scanner's state and one that belongs to the visit, an offset, smooth
/// noise, an edge drawn at the detection limit; then the density is read from ADC as of any patient (<see cref="DensityReader"/>).
/// </summary>
internal sealed class VirtualDensityScan
{
    private readonly Mask _domain;
    private readonly DiffusionOperator _diffusion;
    private readonly RandomStream _random;
    private readonly double _limit, _shared, _own, _offset, _noise, _shiftMm, _change;

    public VirtualDensityScan(VirtualDensityOptions options, Mask domain, DiffusionOperator diffusion, double limit, RandomStream random)
    {
        (_domain, _diffusion, _limit, _random, _change) = (domain, diffusion, limit, random, options.ScannerChange);
        double Of((double Low, double High) range) => random.NextUniform(range.Low, range.High);
        (_shared, _own, _offset) = (Of(options.SharedScale), Of(options.OwnScale), Of(options.Offset));
        (_noise, _shiftMm) = (Of(options.Noise), Of(options.DisplacementMm));
    }

    /// <summary>One observation per field.</summary>
    public List<DensityObservation> Observe(double[][] fields, double[] days)
    {
        var (state, ofState) = (0, _shared * _random.NextNormal());
        var observations = new List<DensityObservation>();
        for (var v = 0; v < fields.Length; v++)
        {
            if (v > 0 && _random.NextUniform() < _change)
            {
                (state, ofState) = (state + 1, _shared * _random.NextNormal());
            }

            var shifted = v == 0 ? fields[v] : Shifted(Shifted(Shifted(fields[v], 0), 1), 2);
            var (scale, offset) = (Math.Exp(ofState + _own * _random.NextNormal()), _offset * _random.NextNormal());
            observations.Add(Read(shifted, $"{v + 1}", days[v], scale, offset, $"state {state}", v > 0));
        }

        return observations;
    }

    private DensityObservation Read(double[] field, string visit, double day, double scale, double offset, string state, bool isShifted)
    {
        var reference = VirtualDensityPatient.Reference;
        var noise = Noise();
        var adc = new float[field.Length];
        for (var n = 0; n < adc.Length; n++)
        {
            adc[n] = (float)(reference.FreeWaterMm2PerS * (scale * (1 - field[n]) - offset - _noise * noise[n]));
        }

        // The reader sees the edge in other images, which are not this noisy.
        var edge = _limit * Math.Exp(0.05 * _random.NextNormal());
        var drawn = new Mask(_domain.Grid, field.Select((n, at) => _domain.Inside[at] && n > edge).ToArray());
        var reading = DensityReader.Read(adc, [.. _domain.Inside], drawn, _domain, reference, 1);
        return new DensityObservation
        {
            Visit = visit,
            Day = day,
            Density = _diffusion.ToState(reading.Density),
            Unbounded = _diffusion.ToState(reading.Density.Select((d, n) => reading.IsMeasured[n] ? CellDensity.Unbounded(adc[n], reference) : d).ToArray()),
            IsMeasured = _diffusion.ToState(reading.IsMeasured),
            IsTumour = _diffusion.ToState(reading.IsTumour),
            IsBelowLimit = _diffusion.ToState(reading.IsBelowLimit),
            DetectionLimit = reading.DetectionLimit,
            Tail = reading.Tail is { } tail ? tail with { Fall = _diffusion.ToState(tail.Fall) } : null,
            VoxelU = _noise,
            PositionU = isShifted ? _shiftMm * DensityReader.RmsSlopePerMm(reading, _domain.Grid) : 0,
            DisplacementUMm = isShifted ? _shiftMm : 0,
            ScaleU = Math.Sqrt(_shared * _shared + _own * _own),
            SharedScaleU = new Dictionary<string, double> { [state] = _shared },
        };
    }

    /// <summary>Standard normal in each voxel, smoothed with weights 1, 4, 1 along each axis.</summary>
    private double[] Noise()
    {
        var grid = _domain.Grid;
        var noise = new double[grid.Count];
        _random.FillNormal(noise);
        foreach (var (stride, size) in Axes(grid))
        {
            var from = noise;
            noise = new double[grid.Count];
            for (var n = 0; n < noise.Length; n++)
            {
                var at = n / stride % size;
                // Beyond the grid's edge the noise is that of the other side, so that its variance is the same everywhere.
                var (low, high) = (at > 0 ? n - stride : n + (size - 1) * stride, at < size - 1 ? n + stride : n - (size - 1) * stride);
                noise[n] = (0.25 * from[low] + from[n] + 0.25 * from[high]) / Math.Sqrt(1.125);
            }
        }

        return noise;
    }

    /// <summary>Moved along one axis by an error of registration; cubic (Catmull and Rom 1974), since a linear one would blur like diffusion.</summary>
    private double[] Shifted(double[] field, int axis)
    {
        var (stride, size) = Axes(_domain.Grid)[axis];
        var h = axis switch { 0 => _domain.Grid.SpacingMm.X, 1 => _domain.Grid.SpacingMm.Y, _ => _domain.Grid.SpacingMm.Z };
        var way = _shiftMm * _random.NextNormal() / h;
        var whole = (int)Math.Floor(way);
        var u = way - whole;
        double[] weight =
        [
            0.5 * u * (-1 + u * (2 - u)), 1 + 0.5 * u * u * (-5 + 3 * u), 0.5 * u * (1 + u * (4 - 3 * u)), 0.5 * u * u * (u - 1),
        ];
        var moved = new double[field.Length];
        for (var n = 0; n < field.Length; n++)
        {
            if (!_domain.Inside[n])
            {
                continue;
            }

            var sum = 0.0;
            for (var k = 0; k < 4; k++)
            {
                var at = n / stride % size + whole + k - 1;
                var from = n + (whole + k - 1) * stride;
                // Beyond the wall the tumour is as dense as at it.
                sum += weight[k] * (at >= 0 && at < size && _domain.Inside[from] ? field[from] : field[n]);
            }

            moved[n] = Math.Clamp(sum, 0, 1);
        }

        return moved;
    }

    private static (int Stride, int Size)[] Axes(Grid grid) => [(1, grid.Nx), (grid.Nx, grid.Ny), (grid.Nx * grid.Ny, grid.Nz)];
}
