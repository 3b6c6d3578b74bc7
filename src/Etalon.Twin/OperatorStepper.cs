namespace Etalon.Twin;

/// <summary>Steps any diffusion operator by a scheme that is stable at any step; the scheme shares out its own work.</summary>
internal sealed class OperatorStepper(DiffusionScheme scheme, double[] initial, ReactionField reactions) : Stepper<double>(initial, reactions)
{

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
            scheme.Step(State, hD, Reaction.Identity);
            if (hD * scheme.Diffusion.SpectralBound > FusedStepper<double>.LargestStiffness)
            {
                KeepPositive();
            }

            then.Apply<double>(State);
        }
    }

    /// <summary>
    /// Many stages of a large step undershoot beside a jump. What lies below 0 becomes 0, and the rest gives up in proportion, so that no cell
    /// is made.
    /// </summary>
    private void KeepPositive()
    {
        var (positive, negative) = (0.0, 0.0);
        foreach (var n in State)
        {
            positive += Math.Max(n, 0);
            negative += Math.Min(n, 0);
        }

        if (negative == 0 || positive <= 0)
        {
            return;
        }

        var share = Math.Max(0, 1 + negative / positive);
        for (var n = 0; n < State.Length; n++)
        {
            State[n] = share * Math.Max(State[n], 0);
        }
    }

    /// <inheritdoc/>
    protected override (int Start, int Length) Places(int from, int to) => from < to ? (0, State.Length) : (0, 0);
}
