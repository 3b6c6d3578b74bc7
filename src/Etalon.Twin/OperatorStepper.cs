namespace Etalon.Twin;

/// <summary>Steps any diffusion operator by its own step, by one thread.</summary>
internal sealed class OperatorStepper(DiffusionOperator diffusion, double[] initial, ReactionField reactions) : Stepper<double>(initial, reactions)
{
    private readonly double[] _scratch = new double[diffusion.Length];

    /// <inheritdoc/>
    public override int[] Cuts(int parts) => [0, .. Enumerable.Repeat(1, parts)];

    /// <inheritdoc/>
    public override bool Look() => false;

    /// <inheritdoc/>
    public override void Begin(int from, int to, double hD)
    {
    }

    /// <inheritdoc/>
    public override void Finish(int from, int to, double hD, Reaction then)
    {
        if (from < to)
        {
            diffusion.Step(State, _scratch, hD, then);
        }
    }

    /// <inheritdoc/>
    protected override (int Start, int Length) Places(int from, int to) => from < to ? (0, State.Length) : (0, 0);
}
