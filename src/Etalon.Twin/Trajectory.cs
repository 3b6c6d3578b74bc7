namespace Etalon.Twin;

/// <summary>
/// The states before each operation of a run. All of them where they fit the memory allowed, else one in so many (checkpoints), and the
/// operations between two are done again when they are asked for.
/// </summary>
internal sealed class Trajectory
{
    /// <summary>Memory for kept states, bytes.</summary>
    private const long Allowed = 768L << 20;

    private readonly IReadOnlyList<ModelOperation> _operations;
    private readonly Func<double[], Action<ModelOperation>> _follow;
    private readonly List<double[]> _kept = [];
    private readonly int _every;

    private Trajectory(IReadOnlyList<ModelOperation> operations, Func<double[], Action<ModelOperation>> follow, int length)
    {
        (_operations, _follow) = (operations, follow);
        // With one state in n kept and n done again at a time, n = √operations needs least where not all fit.
        _every = (long)operations.Count * length * sizeof(double) <= Allowed ? 1 : Math.Max(2, (int)Math.Sqrt(operations.Count));
    }

    /// <summary>Runs forward.</summary>
    /// <param name="initial">Initial state; not changed.</param>
    /// <param name="operations">What to do.</param>
    /// <param name="follow">Gives what does one operation after the other on a state.</param>
    /// <param name="emit">Receives outputs.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static Trajectory Run(
        ReadOnlySpan<double> initial, IReadOnlyList<ModelOperation> operations, Func<double[], Action<ModelOperation>> follow,
        Action<int, double[]> emit, CancellationToken cancellation)
    {
        var trajectory = new Trajectory(operations, follow, initial.Length);
        var state = initial.ToArray();
        var forward = follow(state);
        for (var o = 0; o < operations.Count; o++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (o % trajectory._every == 0)
            {
                trajectory._kept.Add([.. state]);
            }

            if (operations[o] is ModelOperation.Emit output)
            {
                emit(output.Output, state);
            }
            else
            {
                forward(operations[o]);
            }
        }

        return trajectory;
    }

    /// <summary>A reader of its own for each walk along the run; not to be shared among threads.</summary>
    public Reader Read() => new(this);

    /// <summary>Gives the state before any operation; cheapest in order, forward or backward.</summary>
    internal sealed class Reader(Trajectory of)
    {
        private readonly List<double[]> _segment = [];
        private int _from = -1;

        public double[] Before(int operation)
        {
            var at = operation / of._every;
            if (of._every == 1)
            {
                return of._kept[at];
            }

            if (_from != at)
            {
                Load(at);
            }

            return _segment[operation - at * of._every];
        }

        private void Load(int at)
        {
            _segment.Clear();
            _from = at;
            var state = (double[])of._kept[at].Clone();
            var forward = of._follow(state);
            var last = Math.Min(of._operations.Count, (at + 1) * of._every);
            for (var o = at * of._every; o < last; o++)
            {
                _segment.Add([.. state]);
                if (of._operations[o] is not ModelOperation.Emit)
                {
                    forward(of._operations[o]);
                }
            }
        }
    }
}
