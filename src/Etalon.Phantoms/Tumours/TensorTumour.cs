namespace Etalon.Phantoms.Tumours;

/// <summary>
/// ∂N/∂t = div(T grad N) + k N (1 − N) with T = d(x) [ff' · a + (1 − ff')] · 3/(a + 2): along the fibres f faster by a than across, d larger in white matter than in
/// grey. Fluxes through faces with the mean of the two tensors; what flows along a face's own plane by the mean of the central differences of both its voxels
/// where they have neighbours. Mass is kept but for densities that such fluxes would make negative, which are set to 0.
/// </summary>
internal sealed class TensorTumour : PlainTumour
{
    private readonly TumourTruth _truth;
    private readonly double[] _density, _change;
    private readonly double[][] _slope = new double[3][];
    private readonly double[][,] _tensor;

    public TensorTumour(TumourAnatomy anatomy, TumourTruth truth, double[] initial)
        : base(anatomy)
    {
        (_truth, _density, _change) = (truth, [.. initial], new double[initial.Length]);
        for (var axis = 0; axis < 3; axis++)
        {
            _slope[axis] = new double[initial.Length];
        }

        // D is the mean over directions and, half and half, over tissues.
        var grey = 2 * truth.DiffusivityMm2PerDay / (1 + truth.WhiteOverGrey);
        _tensor = new double[initial.Length][,];
        foreach (var n in Voxels)
        {
            var d = anatomy.IsWhite[n] ? grey * truth.WhiteOverGrey : grey;
            // Grey matter has no direction.
            var a = anatomy.IsWhite[n] ? truth.Anisotropy : 1;
            var f = anatomy.Fibre[n];
            double[] v = [f.X, f.Y, f.Z];
            _tensor[n] = new double[3, 3];
            for (var i = 0; i < 3; i++)
            {
                for (var j = 0; j < 3; j++)
                {
                    _tensor[n][i, j] = d * 3 / (a + 2) * ((a - 1) * v[i] * v[j] + (i == j ? 1 : 0));
                }
            }
        }
    }

    public override double[] Density() => [.. _density];

    protected override void Step(double days, double exposureDays)
    {
        Slopes();
        _change.AsSpan().Clear();
        for (var axis = 0; axis < 3; axis++)
        {
            var (stride, h) = (Stride[axis], SpacingMm[axis]);
            foreach (var n in Faces[axis])
            {
                var (low, high) = (_tensor[n], _tensor[n + stride]);
                var flux = 0.5 * (low[axis, axis] + high[axis, axis]) * (_density[n + stride] - _density[n]) / h;
                for (var other = 0; other < 3; other++)
                {
                    if (other != axis)
                    {
                        flux += 0.25 * (low[axis, other] + high[axis, other]) * (_slope[other][n] + _slope[other][n + stride]);
                    }
                }

                _change[n] += days * flux / h;
                _change[n + stride] -= days * flux / h;
            }
        }

        var kill = _truth.SensitivityPerDay * exposureDays;
        foreach (var n in Voxels)
        {
            _density[n] = Grown(Math.Max(0, _density[n] + _change[n]), _truth.ProliferationPerDay * days, kill);
        }
    }

    protected override void Irradiate(double effectGy)
    {
        foreach (var n in Voxels)
        {
            _density[n] *= Math.Exp(-_truth.AlphaPerGy * effectGy);
        }
    }

    private void Slopes()
    {
        for (var axis = 0; axis < 3; axis++)
        {
            var (slope, stride, h) = (_slope[axis], Stride[axis], SpacingMm[axis]);
            slope.AsSpan().Clear();
            // A face adds half its difference to both voxels: central where both faces exist, half of one-sided at the wall, where nothing may flow.
            foreach (var n in Faces[axis])
            {
                var half = 0.5 * (_density[n + stride] - _density[n]) / h;
                slope[n] += half;
                slope[n + stride] += half;
            }
        }
    }
}
