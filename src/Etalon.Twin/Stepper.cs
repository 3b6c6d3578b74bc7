using System.Numerics;

namespace Etalon.Twin;

/// <summary>Holds a state and moves it by parts of its planes, so that several threads can share the work.</summary>
/// <typeparam name="T">double or float.</typeparam>
internal abstract class Stepper<T>(T[] initial, ReactionField reactions)
    where T : unmanaged, INumber<T>
{
    private T[]? _doomed;

    /// <summary>The state.</summary>
    public T[] State { get; } = initial;

    /// <summary>Cells killed but still visible, if the model has them; a state.</summary>
    public ReadOnlySpan<T> Doomed => _doomed;

    /// <summary>Cuts the planes that matter into parts of about the same size: part p is [cuts[p], cuts[p + 1]).</summary>
    public abstract int[] Cuts(int parts);

    /// <summary>After a step: whether <see cref="Cuts"/> have changed.</summary>
    public abstract bool Look();

    /// <summary>What must be done of a diffusion step before any part finishes it.</summary>
    public abstract void Begin(int from, int to, double hD);

    /// <summary>The rest of one part, then a uniform reaction.</summary>
    public abstract void Finish(int from, int to, double hD, Reaction then);

    /// <summary>Where in the state the planes of a part lie.</summary>
    protected abstract (int Start, int Length) Places(int from, int to);

    /// <summary>The uniform reaction of an operation, or null where it differs from place to place.</summary>
    public Reaction? Uniform(ModelOperation.React react) => reactions.IsUniform ? react.Nodes[0].Map : null;

    /// <summary>What an operation does in place, over one part.</summary>
    public void InPlace(int from, int to, ModelOperation operation)
    {
        switch (operation)
        {
            case ModelOperation.React react:
                React(from, to, react);
                break;
            case ModelOperation.KillField kill:
                Kill(from, to, kill);
                break;
            case ModelOperation.DelayedKill kill:
                KillLater(from, to, kill);
                break;
            case ModelOperation.Resect resect:
                Resect(from, to, resect);
                break;
            default:
                throw new ArgumentException($"{operation.GetType().Name} does not act in place.");
        }
    }

    /// <summary>Reactions over one part.</summary>
    private void React(int from, int to, ModelOperation.React react)
    {
        var (start, length) = Places(from, to);
        if (Uniform(react) is { } map)
        {
            map.Apply(State.AsSpan(start, length));
            return;
        }

        var (a, b) = (ReactionField.Coefficients(react.Nodes, r => r.Map.A), ReactionField.Coefficients(react.Nodes, r => r.Map.B));
        for (var n = start; n < start + length; n++)
        {
            if (State[n] != T.Zero)
            {
                var u = double.CreateChecked(State[n]);
                State[n] = T.CreateChecked(reactions.At(a, n) * u / (1 + reactions.At(b, n) * reactions.InverseCapacity(n) * u));
            }
        }
    }

    /// <summary>A fraction by a field of dose, over one part.</summary>
    private void Kill(int from, int to, ModelOperation.KillField kill)
    {
        var (start, length) = Places(from, to);
        for (var n = start; n < start + length; n++)
        {
            State[n] *= T.CreateChecked(Math.Exp(-kill.AlphaPerGy * kill.EffectGy[n]));
        }
    }

    /// <summary>A resection, over one part; it takes the cells that are doomed but still visible as well.</summary>
    private void Resect(int from, int to, ModelOperation.Resect resect)
    {
        var (start, length) = Places(from, to);
        for (var n = start; n < start + length; n++)
        {
            var remaining = T.CreateChecked(resect.Remaining[n]);
            State[n] *= remaining;
            if (_doomed is not null)
            {
                _doomed[n] *= remaining;
            }
        }
    }

    /// <summary>Room for doomed cells; called by one thread before the run.</summary>
    public void PrepareDoomed() => _doomed = new T[State.Length];

    /// <summary>A fraction whose victims stay visible, over one part.</summary>
    private void KillLater(int from, int to, ModelOperation.DelayedKill kill)
    {
        var (start, length) = Places(from, to);
        var (doomed, fading) = (_doomed!, T.CreateChecked(kill.Fading));
        for (var n = start; n < start + length; n++)
        {
            var survival = T.CreateChecked(Math.Exp(-kill.AlphaPerGy * (kill.EffectGy?[n] ?? kill.UniformGy)));
            doomed[n] = doomed[n] * fading + (T.One - survival) * State[n];
            State[n] *= survival;
        }
    }
}
