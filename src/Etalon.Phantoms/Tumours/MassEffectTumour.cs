namespace Etalon.Phantoms.Tumours;

/// <summary>
/// ∂N/∂t + div(vN) = D ΔN + k N (1 − N), v = −c ∂(grad p)/∂t, p − ℓ² Δp = N: tissue is pushed away from where the tumour's pressure p rises and comes back where
/// it falls, over a length ℓ of 8 mm (after the elastic force −grad N of Hogea et al., J Math Biol 56:793–825 (2008), much simplified: displacement −c grad p).
/// Advection takes the density upwind of each face, so mass is kept.
/// </summary>
internal sealed class MassEffectTumour : PlainTumour
{
    private const double ReachMm = 8;
    private const int Sweeps = 6;

    private readonly TumourTruth _truth;
    private readonly double[] _density, _change, _pressure, _before, _sum;
    private readonly double[] _neighbours;

    public MassEffectTumour(TumourAnatomy anatomy, TumourTruth truth, double[] initial)
        : base(anatomy)
    {
        var length = initial.Length;
        (_truth, _density, _change) = (truth, [.. initial], new double[length]);
        (_pressure, _before, _sum, _neighbours) = (new double[length], new double[length], new double[length], new double[length]);
        for (var axis = 0; axis < 3; axis++)
        {
            foreach (var n in Faces[axis])
            {
                _neighbours[n] += Weight(axis);
                _neighbours[n + Stride[axis]] += Weight(axis);
            }
        }

        for (var start = 0; start < 40; start++)
        {
            Press();
        }
    }

    public override double[] Density() => [.. _density];

    protected override void Step(double days, double exposureDays)
    {
        _pressure.CopyTo(_before, 0);
        Press();
        _change.AsSpan().Clear();
        Diffuse(_density, _change, days * _truth.DiffusivityMm2PerDay);
        for (var axis = 0; axis < 3; axis++)
        {
            var (stride, h) = (Stride[axis], SpacingMm[axis]);
            foreach (var n in Faces[axis])
            {
                // The way that tissue goes through this face in the step, mm.
                var way = -_truth.ComplianceMm2 * (_pressure[n + stride] - _before[n + stride] - _pressure[n] + _before[n]) / h;
                var flow = way / h * (way > 0 ? _density[n] : _density[n + stride]);
                _change[n] -= flow;
                _change[n + stride] += flow;
            }
        }

        var kill = _truth.SensitivityPerDay * exposureDays;
        foreach (var n in Voxels)
        {
            _density[n] = Grown(_density[n] + _change[n], _truth.ProliferationPerDay * days, kill);
        }
    }

    protected override void Irradiate(double effectGy)
    {
        foreach (var n in Voxels)
        {
            _density[n] *= Math.Exp(-_truth.AlphaPerGy * effectGy);
        }
    }

    private double Weight(int axis) => ReachMm * ReachMm / (SpacingMm[axis] * SpacingMm[axis]);

    /// <summary>Some sweeps of Jacobi from the last pressure, which differs little; no pressure gradient at the wall.</summary>
    private void Press()
    {
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            _sum.AsSpan().Clear();
            for (var axis = 0; axis < 3; axis++)
            {
                var (stride, weight) = (Stride[axis], Weight(axis));
                foreach (var n in Faces[axis])
                {
                    _sum[n] += weight * _pressure[n + stride];
                    _sum[n + stride] += weight * _pressure[n];
                }
            }

            foreach (var n in Voxels)
            {
                _pressure[n] = (_density[n] + _sum[n]) / (1 + _neighbours[n]);
            }
        }
    }
}
