namespace Etalon.Twin;

/// <summary>
/// One step of diffusion, N → R(hDL) N with a function R near the exponential. Since R is a function of the self-adjoint L alone, a step is its own
/// adjoint. An instance has its own room and serves one state at a time.
/// </summary>
internal abstract class DiffusionScheme
{
    /// <summary>From so many stages on the implicit step is the cheaper one: measured, docs/decisions/0015.</summary>
    private const int MostStages = 200;

    private readonly ParallelOptions? _parallel;

    /// <summary>Prepares a scheme.</summary>
    /// <param name="diffusion">The operator.</param>
    /// <param name="threads">Threads of one step, at least 1; the result does not depend on it.</param>
    protected DiffusionScheme(DiffusionOperator diffusion, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Diffusion = diffusion;
        Kernel = diffusion.Kernel;
        _parallel = threads > 1 ? new ParallelOptions { MaxDegreeOfParallelism = threads } : null;
    }

    /// <summary>The scheme for steps up to a length: explicit with as many stages as that needs, implicit where those would cost more than two solves.</summary>
    /// <param name="diffusion">The operator.</param>
    /// <param name="largestHD">Largest step times diffusivity, mm².</param>
    /// <param name="threads">Threads of one step; the result does not depend on it.</param>
    public static DiffusionScheme For(DiffusionOperator diffusion, double largestHD, int threads = 1) =>
        largestHD * diffusion.SpectralBound <= new ChebyshevCoefficients(MostStages).Bound ? new ChebyshevStepper(diffusion, threads) : new ImplicitStepper(diffusion, threads);

    /// <summary>The operator.</summary>
    public DiffusionOperator Diffusion { get; }

    /// <summary>The operator's passes over memory.</summary>
    protected FluxKernel<double> Kernel { get; }

    /// <summary>One step in place, then what follows in place.</summary>
    /// <param name="state">In: N. Out: the new N. 0 outside the domain.</param>
    /// <param name="hD">Step times diffusivity, mm², at least 0.</param>
    /// <param name="then">What follows.</param>
    public abstract void Step(double[] state, double hD, Reaction then);

    /// <summary>One step in place with its derivative: slope = ∂(R(hDL)N)/∂(hD) = L R′(hDL) N.</summary>
    /// <param name="state">In: N. Out: the new N.</param>
    /// <param name="hD">Step times diffusivity, mm².</param>
    /// <param name="slope">Receives the derivative, a state; must be 0 outside the domain.</param>
    public abstract void StepWithSlope(double[] state, double hD, double[] slope);

    /// <summary>Adds the derivative of λᵀR(hDL)N to each voxel's relative diffusivity.</summary>
    /// <param name="before">N before the step.</param>
    /// <param name="adjoint">λ, the adjoint after the step; not changed.</param>
    /// <param name="hD">Step times diffusivity, mm².</param>
    /// <param name="gradient">Receives the sum, a state.</param>
    /// <exception cref="InvalidOperationException">The operator has no field of diffusivity.</exception>
    public abstract void FieldSlope(double[] before, double[] adjoint, double hD, double[] gradient);

    /// <summary>The operator as a field.</summary>
    private protected IDiffusivityField Field =>
        Diffusion as IDiffusivityField ?? throw new InvalidOperationException("This diffusion has no field of diffusivity to differentiate by.");

    /// <summary>Does every block of a pass.</summary>
    protected void Everywhere(Action<int> pass) => Everywhere(Kernel.Blocks, pass);

    /// <summary>Does every block of a pass.</summary>
    protected void Everywhere(int blocks, Action<int> pass)
    {
        if (_parallel is null || blocks == 1)
        {
            for (var block = 0; block < blocks; block++)
            {
                pass(block);
            }

            return;
        }

        Parallel.For(0, blocks, _parallel, pass);
    }

    /// <summary>The sum of a pass's parts, taken in the order of the blocks whoever did them.</summary>
    protected double Sum(Func<int, double> pass)
    {
        var parts = new double[Kernel.Blocks];
        Everywhere(block => parts[block] = pass(block));
        var sum = 0.0;
        foreach (var part in parts)
        {
            sum += part;
        }

        return sum;
    }
}
