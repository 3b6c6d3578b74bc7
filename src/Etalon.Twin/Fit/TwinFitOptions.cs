namespace Etalon.Twin;

/// <summary>What the state at the first fitted visit is to the fit.</summary>
public enum InitialState
{
    /// <summary>Unknown: the first visit is an observation as any other, and its noise is not taken for structure that diffusion smooths away.</summary>
    Free,

    /// <summary>The first visit as it was measured; its noise widens the noise of the later ones.</summary>
    Fixed,
}

/// <summary>Where a fit stands, so that it can go on from there.</summary>
/// <param name="Parameters">As in <see cref="TwinPosterior.LogMean"/>.</param>
/// <param name="State">Deviation of the initial state in units of its own standard deviation; empty where that is fixed.</param>
/// <param name="Damping">Of the next step.</param>
/// <param name="Steps">Accepted so far.</param>
public sealed record FitCheckpoint(double[] Parameters, double[] State, double Damping, int Steps);

/// <summary>Options of a fit.</summary>
public sealed record TwinFitOptions
{
    /// <summary>Threads; the result does not depend on it. The default is 2.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Steps and scheme of the forward model during the fit.</summary>
    public SimulationOptions Simulation { get; init; } = new();

    /// <summary>Voxels that count as one independent reading, since neighbours share noise. The default is 8 (2 × 2 × 2), an assumption.</summary>
    public double VoxelsPerGrain { get; init; } = 8;

    /// <summary>Largest number of Gauss-Newton steps. The default is 40.</summary>
    public int MaxSteps { get; init; } = 40;

    /// <summary>
    /// Whether visits may differ by ADC scale, offset and place. Without it only the growth parameters are fitted, and the noise is taken from
    /// the misfit itself (ordinary least squares). The default is yes.
    /// </summary>
    public bool WithNuisance { get; init; } = true;

    /// <summary>
    /// The initial state. The default is fixed: a free one takes less of the first visit's noise for what diffusion smooths, but only where
    /// that noise is really as large as stated, and where it is smaller it pulls D down.
    /// </summary>
    public InitialState Initial { get; init; } = InitialState.Fixed;

    /// <summary>Relative standard deviation of the density beyond the measured core of the first visit, which is an extrapolation. The default is 0.3, an assumption.</summary>
    public double TailRelativeU { get; init; } = 0.3;

    /// <summary>Points of the prior at which a start is looked for, besides its median; 0: the median alone. The default is 20.</summary>
    public int Starts { get; init; } = 20;

    /// <summary>A start of the growth parameters, in their order and units, tried beside the others; null: none.</summary>
    public IReadOnlyList<double>? Start { get; init; }

    /// <summary>Relative residual at which the conjugate gradients that eliminate the initial state stop. The default is 0.02: the matrix is then right to its square.</summary>
    public double EliminationTolerance { get; init; } = 0.02;

    /// <summary>
    /// Whether the model is plain: one D, no fields, no dose maps, no surgery. A start may then be looked for on a coarser grid, and the fit
    /// may leave out brain that no cell reaches. The default is no.
    /// </summary>
    public bool IsPlain { get; init; }

    /// <summary>Gets the state of the fit after each accepted step; null: nobody.</summary>
    public Action<FitCheckpoint>? Accepted { get; init; }

    /// <summary>Where an earlier run of the same fit stood; null: from the beginning.</summary>
    public FitCheckpoint? Resume { get; init; }

    /// <summary>Whether the noise of a fixed initial state is followed through the runs (<see cref="InitialNoiseEffect"/>), which takes derivatives and a noise that is known.</summary>
    internal bool FollowsInitialNoise => WithNuisance && Initial == InitialState.Fixed && Simulation.Scheme == TwinScheme.Exact;

    /// <summary>Decrement at which a fit has converged: far inside the interval, and without nuisance parameters, where data may be without noise, far below it.</summary>
    internal double DecrementTolerance => WithNuisance ? 1e-3 : 1e-7;
}
