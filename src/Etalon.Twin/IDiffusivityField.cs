namespace Etalon.Twin;

/// <summary>A diffusion operator with a relative diffusivity d per voxel, which a gradient may be asked for.</summary>
internal interface IDiffusivityField
{
    /// <summary>Adds the derivative of factor · λᵀLu to each voxel's d.</summary>
    /// <param name="u">A state.</param>
    /// <param name="adjoint">λ, a state.</param>
    /// <param name="factor">Step times diffusivity, mm².</param>
    /// <param name="gradient">Receives the sum, a state.</param>
    void FaceSlope(ReadOnlySpan<double> u, ReadOnlySpan<double> adjoint, double factor, Span<double> gradient);
}
