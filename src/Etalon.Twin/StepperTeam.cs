using System.Numerics;

namespace Etalon.Twin;

/// <summary>Runs a program's operations with several threads in step, each on its own planes.</summary>
internal sealed class StepperTeam<T>
    where T : unmanaged, INumber<T>
{
    private readonly Stepper<T> _stepper;
    private readonly IReadOnlyList<ModelOperation> _operations;
    private readonly double _diffusivity;
    private readonly Action<ModelOperation.Emit> _emit;
    private readonly int _threads;
    private readonly CancellationToken _cancellation;
    private int[] _cuts;
    private Exception? _failure;
    private int _waiting;
    private int _round;

    /// <summary>Prepares a run.</summary>
    /// <param name="stepper">The state.</param>
    /// <param name="operations">What to do.</param>
    /// <param name="diffusivity">D, mm²/day.</param>
    /// <param name="emit">Receives each output; called by the calling thread, while the others wait.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="cancellation">Ends the run.</param>
    public StepperTeam(
        Stepper<T> stepper, IReadOnlyList<ModelOperation> operations, double diffusivity, Action<ModelOperation.Emit> emit, int threads, CancellationToken cancellation)
    {
        (_stepper, _operations, _diffusivity, _emit, _threads, _cancellation) = (stepper, operations, diffusivity, emit, threads, cancellation);
        _cuts = stepper.Cuts(threads);
        if (operations.Any(o => o is ModelOperation.DelayedKill))
        {
            stepper.PrepareDoomed();
        }
    }

    /// <summary>Runs to the end.</summary>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public void Run()
    {
        var others = Enumerable.Range(1, _threads - 1).Select(part => Task.Factory.StartNew(
            () => Work(part), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Work(0);
        Task.WaitAll(others);
        if (_failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
        }
    }

    private void Work(int part)
    {
        for (var o = 0; o < _operations.Count; o++)
        {
            var (from, to) = (_cuts[part], _cuts[part + 1]);
            switch (_operations[o])
            {
                case ModelOperation.Emit emit:
                    if (part == 0)
                    {
                        Guarded(() => _emit(emit));
                    }

                    Meet();
                    break;
                case ModelOperation.Diffuse diffuse:
                    // A reaction that follows is done in the same pass over memory.
                    Reaction? then = o + 1 < _operations.Count && _operations[o + 1] is ModelOperation.React next ? _stepper.Uniform(next) : null;
                    o += then is null ? 0 : 1;
                    _stepper.Begin(from, to, diffuse.Days * _diffusivity);
                    Meet();
                    _stepper.Finish(from, to, diffuse.Days * _diffusivity, then ?? Reaction.Identity);
                    Meet();
                    Look(part);
                    break;
                default:
                    _stepper.InPlace(from, to, _operations[o]);
                    Meet();
                    break;
            }

            if (Volatile.Read(ref _failure) is not null)
            {
                return;
            }
        }
    }

    /// <summary>The calling thread looks where the tumour is while the others wait; all see the same decision.</summary>
    private void Look(int part)
    {
        if (part == 0)
        {
            Guarded(() =>
            {
                _cancellation.ThrowIfCancellationRequested();
                if (_stepper.Look())
                {
                    _cuts = _stepper.Cuts(_threads);
                }
            });
        }

        Meet();
    }

    private void Guarded(Action act)
    {
        try
        {
            act();
        }
#pragma warning disable CA1031 // Every failure must reach all threads, which otherwise wait for ever; it is thrown again by the calling thread.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _failure, failure);
        }
    }

    /// <summary>Waits until all threads are here.</summary>
    private void Meet()
    {
        if (_threads == 1)
        {
            return;
        }

        var round = Volatile.Read(ref _round);
        if (Interlocked.Increment(ref _waiting) == _threads)
        {
            Volatile.Write(ref _waiting, 0);
            Volatile.Write(ref _round, round + 1);
            return;
        }

        var spin = default(SpinWait);
        while (Volatile.Read(ref _round) == round)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }
}
