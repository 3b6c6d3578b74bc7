namespace Etalon.Numerics;

/// <summary>A fit from one start.</summary>
internal sealed record LocalFit(double[] Parameters, double Cost, double[] Residuals, double[,]? Inverse, bool[] Held, FitStatus Status, int Steps)
{
    /// <summary>Whether it ended in a minimum that the data determine.</summary>
    public bool IsMinimum => Status is FitStatus.Converged or FitStatus.AtBound;
}

/// <summary>
/// Least squares within a box from one start: a trust region scaled by the columns (Moré 1978), each step the minimum of the linearised problem within
/// region and box, then Gauss-Newton steps to the last digit.
/// </summary>
internal sealed class TrustRegionFit
{
    // Of the Jacobian with columns of unit length: beyond it a double no longer tells the parameters apart.
    private const double WorstCondition = 1e13;

    private readonly IResidualModel _model;
    private readonly double[] _lower, _upper;
    private readonly int _n, _m;
    private double[] _x, _r, _j, _rNew, _jNew;

    private TrustRegionFit(IResidualModel model, ReadOnlySpan<double> start, double[] lower, double[] upper)
    {
        (_model, _lower, _upper, _n, _m) = (model, lower, upper, model.Parameters, model.Points);
        _x = new double[_n];
        for (var p = 0; p < _n; p++)
        {
            _x[p] = Math.Clamp(start[p], lower[p], upper[p]);
        }

        (_r, _rNew, _j, _jNew) = (new double[_m], new double[_m], new double[_m * _n], new double[_m * _n]);
    }

    /// <summary>Minimises from a start.</summary>
    public static LocalFit Run(IResidualModel model, ReadOnlySpan<double> start, double[] lower, double[] upper, int maxSteps, CancellationToken cancellation)
    {
        var fit = new TrustRegionFit(model, start, lower, upper);
        return fit.Evaluate(fit._x, fit._r, fit._j)
            ? fit.Minimise(maxSteps, cancellation)
            : new LocalFit(fit._x, double.PositiveInfinity, fit._r, null, new bool[fit._n], FitStatus.NotFinite, 0);
    }

    /// <summary>Refines a minimum with residuals to 30 digits.</summary>
    public static LocalFit Refine(IExtendedResidualModel model, LocalFit found, double[] lower, double[] upper)
    {
        var fit = new TrustRegionFit(model, found.Parameters, lower, upper);
        return fit.Evaluate(fit._x, fit._r, fit._j) ? fit.Finish(model, found.Steps, false) : found;
    }

    private LocalFit Minimise(int maxSteps, CancellationToken cancellation)
    {
        var largest = new double[_n];
        var scale = new double[_n];
        var step = new double[_n];
        var radius = double.NaN;
        var steps = 0;
        for (; steps < maxSteps; steps++)
        {
            cancellation.ThrowIfCancellationRequested();
            var cost = Squares(_r);
            Grow(largest, scale);
            radius = double.IsNaN(radius) ? 100 * Math.Max(Scaled(_x, scale), 1) : radius;
            var free = Free();
            if (free.Length == 0)
            {
                break;
            }

            var isAccepted = false;
            while (!isAccepted)
            {
                BoxStep(scale, free, radius, step);
                var length = Scaled(step, scale);
                var predicted = Predicted(step);
                if (!(length > 1e-16 * Scaled(_x, scale)) || (predicted >= 0 && predicted <= 1e-17 * cost))
                {
                    return Finish(null, steps, false);
                }

                var next = _x.Select((v, p) => Math.Clamp(v + step[p], _lower[p], _upper[p])).ToArray();
                var isFinite = Evaluate(next, _rNew, _jNew);
                var gain = isFinite && predicted > 0 ? (cost - Squares(_rNew)) / predicted : -1;
                if (gain > 1e-4)
                {
                    (_x, _r, _rNew, _j, _jNew, isAccepted) = (next, _rNew, _r, _jNew, _j, true);
                }

                radius = gain < 0.25 ? (isFinite ? 0.3 : 0.1) * Math.Min(length, radius) : gain > 0.75 ? Math.Max(radius, 2 * length) : radius;
                radius = steps == 0 && isAccepted && gain < 0.75 ? Math.Min(radius, length) : radius;
            }
        }

        return Finish(null, steps, steps == maxSteps);
    }

    /// <summary>Minimum of |r + J s| within the region and the box: a parameter that would leave the box goes to its wall, and the others are solved for again.</summary>
    private void BoxStep(double[] scale, int[] free, double radius, double[] step)
    {
        var toWall = new double[_n];
        var inside = free;
        while (true)
        {
            var rest = (double[])_r.Clone();
            for (var i = 0; i < _m; i++)
            {
                for (var p = 0; p < _n; p++)
                {
                    rest[i] += _j[i * _n + p] * toWall[p];
                }
            }

            new ScaledFactor(_j, rest, scale, inside).Step(radius, step);
            var stays = inside.Where(p => _x[p] + step[p] >= _lower[p] && _x[p] + step[p] <= _upper[p]).ToArray();
            foreach (var p in inside.Except(stays))
            {
                toWall[p] = (step[p] < 0 ? _lower[p] : _upper[p]) - _x[p];
            }

            for (var p = 0; p < _n; p++)
            {
                step[p] = stays.Contains(p) ? step[p] : toWall[p];
            }

            if (stays.Length == inside.Length || stays.Length == 0)
            {
                return;
            }

            inside = stays;
        }
    }

    /// <summary>Gauss-Newton steps while they shrink, with residuals to 30 digits where asked; then the verdict.</summary>
    private LocalFit Finish(IExtendedResidualModel? extended, int steps, bool isCutShort)
    {
        var free = Free();
        var exact = _x.Select(v => (DoubleDouble)v).ToArray();
        var bestX = _x;
        var (bestR, bestJ, bestStep, bestExplained) = (_r, _j, Array.Empty<double>(), double.PositiveInfinity);
        for (var n = 0; n < 200 && !isCutShort; n++)
        {
            var x = exact.Select(v => v.High).ToArray();
            var (r, j) = (new double[_m], new double[_m * _n]);
            if (!Evaluate(x, r, j) || (extended is not null && !Extend(extended, exact, r)))
            {
                break;
            }

            var factor = new ScaledFactor(j, r, Norms(j), free);
            var step = new double[_n];
            factor.Step(double.PositiveInfinity, step);
            if (!(factor.Explained < 0.95 * bestExplained))
            {
                break;
            }

            (bestX, bestR, bestJ, bestStep, bestExplained) = (x, r, j, step, factor.Explained);
            for (var p = 0; p < _n; p++)
            {
                var moved = exact[p] + step[p];
                exact[p] = moved.High < _lower[p] ? _lower[p] : moved.High > _upper[p] ? _upper[p] : moved;
            }
        }

        (_x, _r, _j) = (bestX, bestR, bestJ);
        return Verdict(steps, isCutShort, bestStep, bestExplained);
    }

    private LocalFit Verdict(int steps, bool isCutShort, double[] lastStep, double explained)
    {
        var free = Free();
        var held = Enumerable.Range(0, _n).Select(p => !free.Contains(p)).ToArray();
        var norms = Norms(_j);
        var factor = new ScaledFactor(_j, _r, norms, free);
        var cost = Squares(_r);
        var isDetermined = factor.Condition < WorstCondition && free.All(p => ColumnNorm(_j, p) > 0);
        // Stationary: what the columns still explain of the residual is far below its length (Bates and Watts 1981), or the step is at rounding.
        var isStationary = free.Length == 0 || explained <= 1e-6 * Math.Sqrt(cost)
            || (lastStep.Length > 0 && free.All(p => Math.Abs(lastStep[p]) <= 1e-11 * Math.Abs(_x[p]) || Math.Abs(lastStep[p]) * norms[p] <= 1e-14 * Scaled(_x, norms)));
        var status = isCutShort ? FitStatus.TooManySteps
            : !isDetermined ? FitStatus.Singular
            : !isStationary ? FitStatus.StepTooSmall
            : held.Any(h => h) ? FitStatus.AtBound
            : FitStatus.Converged;
        return new LocalFit(_x, cost, _r, isDetermined ? factor.Inverse(_n) : null, held, status, steps);
    }

    private bool Evaluate(double[] x, double[] r, double[] j)
    {
        _model.Evaluate(x, r, j);
        return double.IsFinite(Squares(r)) && double.IsFinite(Squares(j));
    }

    private static bool Extend(IExtendedResidualModel model, DoubleDouble[] x, double[] r)
    {
        var exact = new DoubleDouble[r.Length];
        model.Evaluate(x, exact);
        for (var i = 0; i < r.Length; i++)
        {
            r[i] = exact[i].High;
        }

        return double.IsFinite(Squares(r));
    }

    /// <summary>Parameters that are not held at a wall by a gradient that points out of the box.</summary>
    private int[] Free() => [.. Enumerable.Range(0, _n).Where(p => _lower[p] < _upper[p] && !((_x[p] <= _lower[p] && Gradient(p) >= 0) || (_x[p] >= _upper[p] && Gradient(p) <= 0)))];

    private double Gradient(int p)
    {
        var sum = 0.0;
        for (var i = 0; i < _m; i++)
        {
            sum += _j[i * _n + p] * _r[i];
        }

        return sum;
    }

    private double Predicted(double[] step)
    {
        var sum = 0.0;
        for (var i = 0; i < _m; i++)
        {
            var change = 0.0;
            for (var p = 0; p < _n; p++)
            {
                change += _j[i * _n + p] * step[p];
            }

            sum -= change * (2 * _r[i] + change);
        }

        return sum;
    }

    private void Grow(double[] largest, double[] scale)
    {
        for (var p = 0; p < _n; p++)
        {
            largest[p] = Math.Max(largest[p], ColumnNorm(_j, p));
            scale[p] = largest[p] > 0 ? largest[p] : 1;
        }
    }

    private double[] Norms(double[] j) => [.. Enumerable.Range(0, _n).Select(p => ColumnNorm(j, p) is var norm && norm > 0 ? norm : 1)];

    private double ColumnNorm(double[] j, int p)
    {
        var sum = 0.0;
        for (var i = 0; i < _m; i++)
        {
            sum += j[i * _n + p] * j[i * _n + p];
        }

        return Math.Sqrt(sum);
    }

    private static double Scaled(double[] x, double[] scale)
    {
        var sum = 0.0;
        for (var p = 0; p < x.Length; p++)
        {
            sum += x[p] * scale[p] * (x[p] * scale[p]);
        }

        return Math.Sqrt(sum);
    }

    private static double Squares(double[] r)
    {
        var sum = 0.0;
        foreach (var v in r)
        {
            sum += v * v;
        }

        return sum;
    }
}
