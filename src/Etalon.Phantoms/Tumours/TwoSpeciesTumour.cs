namespace Etalon.Phantoms.Tumours;

/// <summary>
/// Enhancing cells E and others I that share the capacity: ∂E/∂t = D_E ΔE + k E (1 − E − I) + c·w(N)·I, ∂I/∂t = D ΔI + k_I I (1 − E − I) − c·w(N)·I, N = E + I,
/// w(N) = N²/(N² + 0.3²): crowded cells turn enhancing. The others move faster, divide slower and resist treatment. ADC sees N.
/// </summary>
internal sealed class TwoSpeciesTumour : PlainTumour
{
    private readonly TumourTruth _truth;
    private readonly double[] _enhancing, _other, _change;

    public TwoSpeciesTumour(TumourAnatomy anatomy, TumourTruth truth, double[] initial)
        : base(anatomy)
    {
        _truth = truth;
        _enhancing = initial.Select(n => 0.4 * n).ToArray();
        _other = initial.Select(n => 0.6 * n).ToArray();
        _change = new double[initial.Length];
    }

    public override double[] Density() => _enhancing.Zip(_other, (e, i) => e + i).ToArray();

    protected override void Step(double days, double exposureDays)
    {
        Move(_enhancing, days * _truth.DiffusivityMm2PerDay * _truth.SlowDiffusion);
        Move(_other, days * _truth.DiffusivityMm2PerDay);
        var kill = _truth.SensitivityPerDay * exposureDays;
        var (surviveE, surviveI) = (Math.Exp(-kill), Math.Exp(-kill * _truth.Resistance));
        foreach (var n in Voxels)
        {
            var (e, i) = (_enhancing[n], _other[n]);
            var total = e + i;
            var room = 1 - total;
            var turned = i * (1 - Math.Exp(-_truth.ConversionPerDay * days * total * total / (total * total + 0.09)));
            _enhancing[n] = (e * Math.Exp(_truth.ProliferationPerDay * days * room) + turned) * surviveE;
            _other[n] = (i * Math.Exp(_truth.ProliferationPerDay * _truth.SlowProliferation * days * room) - turned) * surviveI;
        }
    }

    protected override void Irradiate(double effectGy)
    {
        var (e, i) = (Math.Exp(-_truth.AlphaPerGy * effectGy), Math.Exp(-_truth.AlphaPerGy * _truth.Resistance * effectGy));
        foreach (var n in Voxels)
        {
            (_enhancing[n], _other[n]) = (_enhancing[n] * e, _other[n] * i);
        }
    }

    private void Move(double[] cells, double areaMm2)
    {
        _change.AsSpan().Clear();
        Diffuse(cells, _change, areaMm2);
        foreach (var n in Voxels)
        {
            cells[n] += _change[n];
        }
    }
}
