namespace Etalon.Twin;

/// <summary>One thing that a run of the model does to its state; a run is a list of them, which forward, tangent and adjoint runs all follow.</summary>
internal abstract record ModelOperation
{
    private ModelOperation()
    {
    }

    /// <summary>The state is an output.</summary>
    /// <param name="Output">Index of the output day.</param>
    /// <param name="DoomedShare">What is left visible of the cells doomed by then (<see cref="DelayedKill"/>).</param>
    public sealed record Emit(int Output, double DoomedShare) : ModelOperation;

    /// <summary>Diffusion over some days.</summary>
    /// <param name="Days">Length of the step.</param>
    public sealed record Diffuse(double Days) : ModelOperation;

    /// <summary>Growth, drugs and uniform fractions, composed.</summary>
    /// <param name="Nodes">One reaction, or where proliferation is a field one per node of its range (<see cref="ReactionField"/>).</param>
    public sealed record React(SlopedReaction[] Nodes) : ModelOperation;

    /// <summary>A fraction whose dose is a field: N → N exp(−α q).</summary>
    /// <param name="AlphaPerGy">α.</param>
    /// <param name="EffectGy">q, a state.</param>
    public sealed record KillField(double AlphaPerGy, double[] EffectGy) : ModelOperation;

    /// <summary>Resection: N → N · remaining.</summary>
    /// <param name="Remaining">Share that stays, a state.</param>
    public sealed record Resect(double[] Remaining) : ModelOperation;

    /// <summary>A fraction whose victims stay visible for a while: N → S N, doomed → doomed · fading + (1 − S) N.</summary>
    /// <param name="AlphaPerGy">α.</param>
    /// <param name="UniformGy">q where it is uniform.</param>
    /// <param name="EffectGy">q as a state, or null.</param>
    /// <param name="Fading">What is left of those doomed before.</param>
    public sealed record DelayedKill(double AlphaPerGy, double UniformGy, double[]? EffectGy, double Fading) : ModelOperation;
}
