namespace Etalon.Twin;

/// <summary>One thing that a run of the model does to its state; a run is a list of them, which forward, tangent and adjoint runs all follow.</summary>
internal abstract record ModelOperation
{
    private ModelOperation()
    {
    }

    /// <summary>The state is an output.</summary>
    /// <param name="Output">Index of the output day.</param>
    public sealed record Emit(int Output) : ModelOperation;

    /// <summary>Diffusion over some days.</summary>
    /// <param name="Days">Length of the step.</param>
    public sealed record Diffuse(double Days) : ModelOperation;

    /// <summary>What happens in place and is the same in every voxel.</summary>
    /// <param name="Change">Growth, drugs and fractions, composed.</param>
    public sealed record React(SlopedReaction Change) : ModelOperation;
}
