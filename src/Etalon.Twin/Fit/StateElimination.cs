namespace Etalon.Twin;

/// <summary>Solves for the initial state: (I + SJᵀJS) y = b by conjugate gradients, one tangent and one adjoint run each time.</summary>
internal sealed class StateElimination
{
    private const int LargestSteps = 30;

    private readonly TwinFitProblem _problem;
    private readonly FitTrial _trial;
    private readonly List<VisitRows> _rows;
    private readonly double[] _sd;

    public StateElimination(TwinFitProblem problem, FitTrial trial, List<VisitRows> rows)
    {
        (_problem, _trial, _rows) = (problem, trial, rows);
        var slopes = InitialSlopes.For(problem.Model.Diffusion.Length);
        problem.Initial.At(trial.X, trial.Deviation, slopes);
        _sd = problem.Initial.Sd.Zip(slopes.ToDeviation, (s, f) => s * f).ToArray();
    }

    /// <summary>SJᵀ of a parameter's column.</summary>
    public double[] Column(int parameter) =>
        ToState(v => _rows[v].Columns.Where(c => c.Parameter == parameter).Select(c => c.Values).FirstOrDefault());

    /// <summary>SJᵀ of the residuals, and the pull towards what was measured.</summary>
    public double[] Gradient(double[] deviation)
    {
        var gradient = ToState(v => _rows[v].Residual);
        for (var n = 0; n < gradient.Length; n++)
        {
            gradient[n] += deviation[n];
        }

        return gradient;
    }

    /// <summary>Solves to the relative residual asked for.</summary>
    /// <param name="right">b.</param>
    /// <param name="start">Where to begin; null: at 0.</param>
    /// <param name="looser">By how much the relative residual may be larger than asked for.</param>
    public double[] Solve(double[] right, double[]? start, double looser = 1)
    {
        var y = start?.ToArray() ?? new double[right.Length];
        var r = right.ToArray();
        if (start is not null)
        {
            StateAlgebra.Add(r, -1, Apply(y));
        }

        var limit = Math.Pow(looser * _problem.Options.EliminationTolerance, 2) * StateAlgebra.Dot(right, right);
        var p = r.ToArray();
        var rr = StateAlgebra.Dot(r, r);
        for (var step = 0; step < LargestSteps && rr > limit; step++)
        {
            var ap = Apply(p);
            var length = rr / StateAlgebra.Dot(p, ap);
            StateAlgebra.Add(y, length, p);
            StateAlgebra.Add(r, -length, ap);
            var next = StateAlgebra.Dot(r, r);
            for (var n = 0; n < p.Length; n++)
            {
                p[n] = r[n] + next / rr * p[n];
            }

            rr = next;
        }

        return y;
    }

    /// <summary>JS of a direction by a run, at the rows of each visit.</summary>
    public double[][] Image(ModelRun run, double[] y)
    {
        var direction = new double[y.Length];
        for (var n = 0; n < y.Length; n++)
        {
            direction[n] = _sd[n] * y[n];
        }

        var tangent = run.Tangent(direction, new double[_problem.Layout.Growth]);
        return _rows.Select((r, v) => r.FromState(tangent[v])).ToArray();
    }

    private double[] Apply(double[] y)
    {
        var image = Image(_trial.Run!, y);
        var result = ToState(v => image[v]);
        StateAlgebra.Add(result, 1, y);
        return result;
    }

    /// <summary>SJᵀ of a value for each residual; a visit without any takes no part.</summary>
    private double[] ToState(Func<int, double[]?> values)
    {
        var weights = new double[]?[_rows.Count];
        for (var v = 0; v < weights.Length; v++)
        {
            weights[v] = values(v) is { } given ? _rows[v].ToState(given, _sd.Length) : null;
        }

        var gradient = _trial.Run!.Adjoint(weights).Initial;
        for (var n = 0; n < gradient.Length; n++)
        {
            gradient[n] *= _sd[n];
        }

        return gradient;
    }
}
