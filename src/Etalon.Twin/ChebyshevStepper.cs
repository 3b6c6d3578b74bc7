namespace Etalon.Twin;

/// <summary>
/// Explicit diffusion steps of any stiffness: the second-order Runge-Kutta-Chebyshev method, with as many stages as the step needs to be stable.
/// With two stages it is N + hDLN + ½(hDL)²N, the only polynomial of degree 2 and order 2.
/// </summary>
/// <remarks>
/// On stable modes the polynomial lies between 0.33 and 1 (0.5 and 1 for two stages), so that no mode changes its sign; one at the far end is only damped
/// to 0.33 to 0.96 of itself per step, where an implicit step takes it away: of a single bright voxel two thirds are left, with an undershoot of 6 % beside it.
/// </remarks>
internal sealed class ChebyshevStepper : DiffusionScheme
{
    private readonly Dictionary<int, ChebyshevCoefficients> _known = [];
    private readonly double[] _slope, _odd, _even;

    /// <summary>Prepares steps.</summary>
    /// <param name="diffusion">The operator.</param>
    /// <param name="threads">Threads of one step; the result does not depend on it.</param>
    public ChebyshevStepper(DiffusionOperator diffusion, int threads = 1)
        : base(diffusion, threads)
    {
        (_slope, _odd, _even) = (new double[diffusion.Length], new double[diffusion.Length], new double[diffusion.Length]);
    }

    /// <summary>The fewest stages that are stable for eigenvalues of −hDL up to a bound, at least 2.</summary>
    /// <param name="stiffness">hD times <see cref="DiffusionOperator.SpectralBound"/>.</param>
    public static int StagesFor(double stiffness)
    {
        if (!(stiffness >= 0) || stiffness > 1e8)
        {
            throw new ArgumentOutOfRangeException(nameof(stiffness), FormattableString.Invariant($"hDλ = {stiffness} must lie between 0 and 1e8."));
        }

        // β(s) = ⅔(s² − 1)(1 − 2ε/15) but for terms of ε²; the exact bound decides.
        var stages = Math.Max(2, (int)Math.Sqrt(1 + stiffness / 0.66) - 1);
        while (new ChebyshevCoefficients(stages).Bound < stiffness)
        {
            stages++;
        }

        return stages;
    }

    /// <inheritdoc/>
    public override void Step(double[] state, double hD, Reaction then)
    {
        var by = Coefficients(hD);
        if (by.Stages == 2)
        {
            Everywhere(block => Kernel.Advance(block, state, _odd, hD));
            Everywhere(block => Kernel.Finish(block, state, _odd, hD, then));
            return;
        }

        var (newer, older) = (_odd, state);
        Everywhere(block => Kernel.Apply(block, state, _slope, 1));
        Everywhere(block => Kernel.Advance(block, state, newer, by.First * hD));
        for (var j = 2; j <= by.Stages; j++)
        {
            var (isLast, y, previous) = (j == by.Stages, newer, older);
            var result = isLast ? state : j == 2 ? _even : older;
            var stage = by.Stage[j];
            var recurrence = new Recurrence<double>(stage.Mu, stage.Nu, 1 - stage.Mu - stage.Nu, stage.GammaTilde * hD, stage.MuTilde * hD);
            Everywhere(block => Kernel.Recur(block, recurrence, y, previous, state, _slope, result, isLast ? then : Reaction.Identity));
            (older, newer) = (newer, result);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The recursion differentiated: S_1 = μ̃ L Y_0, S_j = μ S_{j−1} + ν S_{j−2} + μ̃ (L Y_{j−1} + z L S_{j−1}) + γ̃ L Y_0. The number of stages is taken as given.
    /// </remarks>
    public override void StepWithSlope(double[] state, double hD, double[] slope)
    {
        var by = Coefficients(hD);
        var (newer, older, even) = (_odd, state, _even);
        var (flow, newerSlope, olderSlope) = (new double[state.Length], new double[state.Length], new double[state.Length]);
        Everywhere(block =>
        {
            Kernel.Apply(block, state, _slope, 1);
            Kernel.Apply(block, state, newerSlope, by.First);
            Kernel.Advance(block, state, newer, by.First * hD);
        });
        for (var j = 2; j <= by.Stages; j++)
        {
            var (isLast, y, previous, s, olderS, stage) = (j == by.Stages, newer, older, newerSlope, olderSlope, by.Stage[j]);
            var result = isLast ? state : j == 2 ? even : older;
            var ofSlope = new Recurrence<double>(stage.Mu, stage.Nu, stage.MuTilde, stage.GammaTilde, stage.MuTilde * hD);
            var ofState = new Recurrence<double>(stage.Mu, stage.Nu, 1 - stage.Mu - stage.Nu, stage.GammaTilde * hD, stage.MuTilde * hD);
            Everywhere(block =>
            {
                Kernel.Apply(block, y, flow, 1);
                Kernel.Recur(block, ofSlope, s, olderS, flow, _slope, olderS, Reaction.Identity);
            });
            Everywhere(block => Kernel.Recur(block, ofState, y, previous, state, _slope, result, Reaction.Identity));
            (older, newer, olderSlope, newerSlope) = (newer, result, s, olderS);
        }

        newerSlope.CopyTo(slope.AsSpan());
    }

    /// <inheritdoc/>
    /// <remarks>The recursion's stages are kept, as many states as stages, and followed backwards.</remarks>
    public override void FieldSlope(double[] before, double[] adjoint, double hD, double[] gradient)
    {
        var (by, field) = (Coefficients(hD), Field);
        var states = Stages(before, hD, by);
        var back = new double[by.Stages + 1][];
        (back[by.Stages], back[0]) = ((double[])adjoint.Clone(), new double[before.Length]);
        for (var j = by.Stages; j >= 2; j--)
        {
            var (mu, nu, own, lasting) = by.Stage[j];
            field.FaceSlope(states[j - 1], back[j], own * hD, gradient);
            field.FaceSlope(before, back[j], lasting * hD, gradient);
            Everywhere(block => Kernel.Apply(block, back[j], _slope, hD));
            back[j - 1] ??= new double[before.Length];
            back[j - 2] ??= new double[before.Length];
            for (var n = 0; n < before.Length; n++)
            {
                var (value, flow) = (back[j][n], _slope[n]);
                back[j - 1][n] += mu * value + own * flow;
                back[j - 2][n] += nu * value;
                back[0][n] += (1 - mu - nu) * value + lasting * flow;
            }
        }

        field.FaceSlope(before, back[1], by.First * hD, gradient);
    }

    private double[][] Stages(double[] before, double hD, ChebyshevCoefficients by)
    {
        var states = new double[by.Stages][];
        (states[0], states[1]) = (before, new double[before.Length]);
        Everywhere(block => Kernel.Apply(block, before, _slope, 1));
        Everywhere(block => Kernel.Advance(block, before, states[1], by.First * hD));
        for (var j = 2; j < by.Stages; j++)
        {
            states[j] = new double[before.Length];
            var stage = by.Stage[j];
            var recurrence = new Recurrence<double>(stage.Mu, stage.Nu, 1 - stage.Mu - stage.Nu, stage.GammaTilde * hD, stage.MuTilde * hD);
            Everywhere(block => Kernel.Recur(block, recurrence, states[j - 1], states[j - 2], before, _slope, states[j], Reaction.Identity));
        }

        return states;
    }

    private ChebyshevCoefficients Coefficients(double hD)
    {
        var stages = StagesFor(hD * Diffusion.SpectralBound);
        return _known.TryGetValue(stages, out var known) ? known : _known[stages] = new ChebyshevCoefficients(stages);
    }
}
