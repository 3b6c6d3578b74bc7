using Etalon.Imaging;

namespace Etalon.Twin;

/// <summary>
/// Diffusion whose diffusivity differs from voxel to voxel: L N = div(d grad N) with a relative field d, which a run multiplies by its D.
/// The flux through a face is the harmonic mean of the two voxels' d over h², times the difference of N (Patankar, Numerical heat transfer and fluid
/// flow, section 4.2-3, 1980); there is none through the mask's boundary or into a voxel whose d is 0.
/// </summary>
public sealed class HeterogeneousDiffusion : DiffusionOperator, IDiffusivityField
{
    private readonly double[] _relative;
    private readonly FluxKernel<double, FaceFlux<double>> _kernel;

    /// <summary>Prepares the faces of a domain.</summary>
    /// <param name="domain">Where there is tissue.</param>
    /// <param name="relativeOnGrid">d of each voxel of the domain's grid, finite and at least 0; what lies outside the domain is not looked at.</param>
    /// <exception cref="ArgumentException">The domain is empty, the sizes differ or a value is out of range.</exception>
    public HeterogeneousDiffusion(Mask domain, ReadOnlySpan<double> relativeOnGrid)
        : base(domain)
    {
        if (relativeOnGrid.Length != domain.Grid.Count)
        {
            throw new ArgumentException($"{relativeOnGrid.Length} diffusivities do not fill {domain.Grid}.");
        }

        _relative = ToState(relativeOnGrid);
        _kernel = Prepare();
        SpectralBound = _kernel.SpectralBound();
    }

    private HeterogeneousDiffusion(Mask domain, double[] relative)
        : base(domain)
    {
        if (relative.Length != Length)
        {
            throw new ArgumentException($"{relative.Length} diffusivities do not fill a state of {Length}.");
        }

        _relative = relative;
        _kernel = Prepare();
        SpectralBound = _kernel.SpectralBound();
    }

    /// <inheritdoc/>
    public override double SpectralBound { get; }

    /// <summary>d of each place of a state, 0 outside the domain.</summary>
    public ReadOnlySpan<double> Relative => _relative;

    /// <inheritdoc/>
    internal override FluxKernel<double, FaceFlux<double>> Kernel => _kernel;

    /// <summary>White and grey matter.</summary>
    /// <param name="domain">Where there is tissue.</param>
    /// <param name="labels">Of each voxel of the grid: 1 white, 2 grey, 0 neither, where nothing diffuses.</param>
    /// <param name="white">d of white matter.</param>
    /// <param name="grey">d of grey matter.</param>
    /// <exception cref="ArgumentException">A label within the domain is none of these, or the sizes differ.</exception>
    public static HeterogeneousDiffusion FromTissue(Mask domain, ReadOnlySpan<float> labels, double white, double grey)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var relative = new double[labels.Length];
        for (var n = 0; n < labels.Length && labels.Length == domain.Grid.Count; n++)
        {
            relative[n] = labels[n] switch
            {
                1 => white,
                2 => grey,
                0 => 0,
                _ when !domain.Inside[n] => 0,
                _ => throw new ArgumentException(FormattableString.Invariant($"Voxel {n} has tissue label {labels[n]}; known are 0, 1 (white) and 2 (grey).")),
            };
        }

        return new HeterogeneousDiffusion(domain, relative.AsSpan());
    }

    /// <summary>Shares of white and grey matter: d = white·p_white + grey·p_grey.</summary>
    /// <param name="domain">Where there is tissue.</param>
    /// <param name="whiteShare">Of each voxel of the grid.</param>
    /// <param name="greyShare">Of each voxel of the grid.</param>
    /// <param name="white">d of white matter.</param>
    /// <param name="grey">d of grey matter.</param>
    public static HeterogeneousDiffusion FromShares(
        Mask domain, ReadOnlySpan<float> whiteShare, ReadOnlySpan<float> greyShare, double white, double grey)
    {
        if (whiteShare.Length != greyShare.Length)
        {
            throw new ArgumentException($"{whiteShare.Length} shares of white matter do not match {greyShare.Length} of grey matter.");
        }

        var relative = new double[whiteShare.Length];
        for (var n = 0; n < relative.Length; n++)
        {
            relative[n] = white * whiteShare[n] + grey * greyShare[n];
        }

        return new HeterogeneousDiffusion(domain, relative.AsSpan());
    }

    /// <summary>The same domain with another field, given as a state.</summary>
    public HeterogeneousDiffusion With(ReadOnlySpan<double> relative) => new(Domain, relative.ToArray());

    /// <summary>Two stages in a plain loop, which fast ones are compared with: faces one by one, each from its two voxels' diffusivities.</summary>
    internal void StepPlainly(Span<double> state, Span<double> scratch, double hD, Reaction then)
    {
        var first = state.ToArray();
        Faces(state, first, hD);
        first.CopyTo(scratch);
        Faces(first, scratch, hD);
        for (var n = 0; n < Length; n++)
        {
            state[n] = then.Apply(0.5 * (state[n] + scratch[n]));
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// λᵀLu = −Σ over faces a_f (u_j − u_i)(λ_j − λ_i) with a_f = 2 d_i d_j/((d_i + d_j) h²), and ∂a_f/∂d_i = 2 d_j²/((d_i + d_j)² h²).
    /// Where d_i = 0 this is the derivative from above.
    /// </remarks>
    public void FaceSlope(ReadOnlySpan<double> u, ReadOnlySpan<double> adjoint, double factor, Span<double> gradient)
    {
        foreach (var (stride, perSquare) in Axes())
        {
            for (var n = 0; n < Length - stride; n++)
            {
                var sum = _relative[n] + _relative[n + stride];
                if (Inside[n] && Inside[n + stride] && sum > 0)
                {
                    var change = -2 * factor * perSquare * (u[n + stride] - u[n]) * (adjoint[n + stride] - adjoint[n]) / (sum * sum);
                    gradient[n] += change * _relative[n + stride] * _relative[n + stride];
                    gradient[n + stride] += change * _relative[n] * _relative[n];
                }
            }
        }
    }

    private void Faces(ReadOnlySpan<double> u, Span<double> to, double hD)
    {
        foreach (var (stride, perSquare) in Axes())
        {
            for (var n = 0; n < Length - stride; n++)
            {
                if (Inside[n] && Inside[n + stride])
                {
                    var flux = hD * HarmonicMean(_relative[n], _relative[n + stride]) * perSquare * (u[n + stride] - u[n]);
                    to[n] += flux;
                    to[n + stride] -= flux;
                }
            }
        }
    }

    private FluxKernel<double, FaceFlux<double>> Prepare()
    {
        for (var n = 0; n < Length; n++)
        {
            if (Inside[n] && !(_relative[n] is >= 0 and < double.PositiveInfinity))
            {
                throw new ArgumentException(FormattableString.Invariant($"The relative diffusivity of voxel {GridIndex[n]} is {_relative[n]}; it must be finite and at least 0."));
            }
        }

        var faces = new double[3][];
        foreach (var (axis, (stride, perSquare)) in Axes().Index())
        {
            var face = faces[axis] = new double[Length];
            for (var n = 0; n < Length - stride; n++)
            {
                face[n] = Inside[n] && Inside[n + stride] ? HarmonicMean(_relative[n], _relative[n + stride]) * perSquare : 0;
            }
        }

        var flux = new FaceFlux<double>(faces[0], faces[1], faces[2], StrideY, StrideZ);
        return new FluxKernel<double, FaceFlux<double>>(flux, Inside, StrideY, StrideZ);
    }

    private (int Stride, double PerSquareMm)[] Axes()
    {
        var h = Domain.Grid.SpacingMm;
        return [(1, 1 / (h.X * h.X)), (StrideY, 1 / (h.Y * h.Y)), (StrideZ, 1 / (h.Z * h.Z))];
    }

    private static double HarmonicMean(double a, double b) => a > 0 && b > 0 ? 2 * a * b / (a + b) : 0;
}
