using Etalon.Imaging;

namespace Etalon.Twin;

/// <summary>
/// Diffusion along fibres: L N = div(T grad N) with a symmetric tensor T per voxel, relative like the field of <see cref="HeterogeneousDiffusion"/>.
/// </summary>
/// <remarks>
/// −L is the derivative of the energy ½ Σ over voxels of the mean of gᵀTg over the eight octants, with g the one-sided differences that point
/// into an octant; differences across the mask, or into a voxel whose tensor is 0, are 0. With (a − u)(b − u) = ½((a − u)² + (b − u)² − (a − b)²)
/// the energy is a sum over pairs of voxels of weight·(difference)²/2 on 19 points, so that L is self-adjoint, keeps mass and has no positive
/// eigenvalue whatever the tensors. For a constant isotropic T it is the seven-point operator. Weights of oblique pairs may be negative where a fibre
/// runs oblique to the axes: then there is no maximum principle, and a sharp edge may undershoot.
/// </remarks>
public sealed class TensorDiffusion : DiffusionOperator
{
    // Pairs: three along the axes, then xy, x−y, xz, x−z, yz, y−z.
    private const int Pairs = 9;

    private readonly FluxKernel<double, PairFlux> _kernel;

    /// <summary>Prepares the pairs of a domain.</summary>
    /// <param name="domain">Where there is tissue; its grid's axes are at right angles.</param>
    /// <param name="tensorsOnGrid">Six numbers per voxel of the grid, T_xx, T_yy, T_zz, T_xy, T_xz, T_yz along the grid's own axes; what lies outside the domain is not looked at.</param>
    /// <exception cref="ArgumentException">The domain is empty, the sizes differ, or a tensor is not finite or has a negative eigenvalue.</exception>
    public TensorDiffusion(Mask domain, ReadOnlySpan<float> tensorsOnGrid)
        : base(domain)
    {
        if (tensorsOnGrid.Length != 6 * domain.Grid.Count)
        {
            throw new ArgumentException($"{tensorsOnGrid.Length} numbers are not six for each voxel of {domain.Grid}.");
        }

        var (i, j, k) = (domain.Grid.StepI.Normalised(), domain.Grid.StepJ.Normalised(), domain.Grid.StepK.Normalised());
        if (Math.Max(Math.Abs(i.Dot(j)), Math.Max(Math.Abs(i.Dot(k)), Math.Abs(j.Dot(k)))) > 1e-3)
        {
            throw new ArgumentException($"The axes of {domain.Grid} are not at right angles, as the tensors need.");
        }

        var offsets = new[] { 1, StrideY, StrideZ, 1 + StrideY, StrideY - 1, StrideZ + 1, StrideZ - 1, StrideZ + StrideY, StrideZ - StrideY };
        var weights = Enumerable.Range(0, Pairs).Select(_ => new double[Length]).ToArray();
        var isOpen = Open(tensorsOnGrid);
        for (var n = 0; n < Length; n++)
        {
            if (isOpen[n])
            {
                AddEnergy(n, tensorsOnGrid.Slice(6 * GridIndex[n], 6), isOpen, weights);
            }
        }

        _kernel = new FluxKernel<double, PairFlux>(new PairFlux(weights, offsets), Inside, StrideY, StrideZ);
        SpectralBound = _kernel.SpectralBound();
    }

    /// <inheritdoc/>
    public override double SpectralBound { get; }

    /// <inheritdoc/>
    internal override FluxKernel<double, PairFlux> Kernel => _kernel;

    /// <summary>Turns tensors given along the patient's axes (LPS) into those along a grid's own axes.</summary>
    /// <param name="grid">Its axes are at right angles.</param>
    /// <param name="inPatient">Six numbers per voxel, T_xx, T_yy, T_zz, T_xy, T_xz, T_yz.</param>
    /// <returns>The same layout, Rᵀ T R with the grid's axes as the columns of R.</returns>
    public static float[] AlongAxes(Grid grid, ReadOnlySpan<float> inPatient)
    {
        ArgumentNullException.ThrowIfNull(grid);
        Vector3[] axes = [grid.StepI.Normalised(), grid.StepJ.Normalised(), grid.StepK.Normalised()];
        var turned = new float[inPatient.Length];
        for (var n = 0; n + 6 <= inPatient.Length; n += 6)
        {
            var t = inPatient.Slice(n, 6);
            var (x, y, z) = (new Vector3(t[0], t[3], t[4]), new Vector3(t[3], t[1], t[5]), new Vector3(t[4], t[5], t[2]));
            foreach (var (c, (a, b)) in new[] { (0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2) }.Index())
            {
                turned[n + c] = (float)axes[a].Dot(new Vector3(x.Dot(axes[b]), y.Dot(axes[b]), z.Dot(axes[b])));
            }
        }

        return turned;
    }

    private bool[] Open(ReadOnlySpan<float> tensors)
    {
        var isOpen = new bool[Length];
        for (var n = 0; n < Length; n++)
        {
            if (Inside[n])
            {
                var t = tensors.Slice(6 * GridIndex[n], 6);
                if (!IsPositive(t))
                {
                    throw new ArgumentException(FormattableString.Invariant(
                        $"The tensor of voxel {GridIndex[n]} (xx {t[0]}, yy {t[1]}, zz {t[2]}, xy {t[3]}, xz {t[4]}, yz {t[5]}) must be finite and without negative eigenvalues."));
                }

                isOpen[n] = t[0] + t[1] + t[2] > 0;
            }
        }

        return isOpen;
    }

    /// <summary>Adds one voxel's energy to the weights of its pairs: four octants hold a difference along an axis, two a pair of them.</summary>
    private void AddEnergy(int n, ReadOnlySpan<float> tensor, bool[] isOpen, double[][] weights)
    {
        var h = Domain.Grid.SpacingMm;
        ReadOnlySpan<int> strides = [1, StrideY, StrideZ];
        ReadOnlySpan<double> spacing = [h.X, h.Y, h.Z];
        for (var axis = 0; axis < 3; axis++)
        {
            for (var sign = -1; sign <= 1; sign += 2)
            {
                if (isOpen[n + sign * strides[axis]])
                {
                    weights[axis][sign > 0 ? n : n - strides[axis]] += 0.5 * tensor[axis] / (spacing[axis] * spacing[axis]);
                }
            }
        }

        foreach (var (first, second, mixed) in new[] { (0, 1, 3), (0, 2, 4), (1, 2, 5) })
        {
            foreach (var (s, t) in new[] { (1, 1), (1, -1), (-1, 1), (-1, -1) })
            {
                var (a, b) = (n + s * strides[first], n + t * strides[second]);
                if (isOpen[a] && isOpen[b])
                {
                    var share = 0.25 * s * t * tensor[mixed] / (spacing[first] * spacing[second]);
                    weights[first][Math.Min(n, a)] += share;
                    weights[second][Math.Min(n, b)] += share;
                    // From a to b: one step against s along the first axis and one with t along the second; equal signs make it the falling diagonal.
                    weights[3 + 2 * (mixed - 3) + (s == t ? 1 : 0)][Math.Min(a, b)] -= share;
                }
            }
        }
    }

    /// <summary>Whether a tensor is finite and has no negative eigenvalue, but for rounding of single precision: all principal minors are at least 0.</summary>
    private static bool IsPositive(ReadOnlySpan<float> t)
    {
        var (x, y, z, xy, xz, yz) = ((double)t[0], (double)t[1], (double)t[2], (double)t[3], (double)t[4], (double)t[5]);
        var slack = 1e-6 * (x + y + z);
        var (a, b, c) = (x + slack, y + slack, z + slack);
        var determinant = a * (b * c - yz * yz) - xy * (xy * c - yz * xz) + xz * (xy * yz - b * xz);
        return double.IsFinite(x + y + z + xy + xz + yz) && x >= 0 && y >= 0 && z >= 0
            && a * b >= xy * xy && a * c >= xz * xz && b * c >= yz * yz && determinant >= 0;
    }
}
