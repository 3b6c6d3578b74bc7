namespace Etalon.Numerics;

/// <summary>A formula with parameters, written once for every kind of number.</summary>
public interface IFormula
{
    /// <summary>Number of parameters, at most <see cref="Dual.MostDerivatives"/>.</summary>
    int Parameters { get; }

    /// <summary>Value at one point.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="x">The predictors of the point.</param>
    T Value<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<T> x) where T : struct, IRealNumber<T>;
}

/// <summary>A model whose residuals can also be had to 30 digits, so that a fit can be refined to the last digit of a double.</summary>
public interface IExtendedResidualModel : IResidualModel
{
    /// <summary>Residuals at a point.</summary>
    /// <param name="parameters">The point.</param>
    /// <param name="residuals">Receives model minus data, weighted.</param>
    void Evaluate(ReadOnlySpan<DoubleDouble> parameters, Span<DoubleDouble> residuals);
}

/// <summary>A formula and the data that it shall describe.</summary>
/// <typeparam name="TFormula">The formula.</typeparam>
public sealed class CurveProblem<TFormula> : IExtendedResidualModel where TFormula : IFormula
{
    private readonly TFormula _formula;
    private readonly DoubleDouble[][] _x;
    private readonly DoubleDouble[] _y;
    private readonly double[]? _sd;
    private readonly Dual[][] _dualX;

    /// <summary>Puts formula and data together.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="x">Predictors, one row a point.</param>
    /// <param name="y">Responses.</param>
    /// <param name="sd">Standard deviation of each response; null: all the same.</param>
    /// <exception cref="ArgumentException">The lengths differ, a standard deviation is not above 0, or there are too many parameters.</exception>
    public CurveProblem(TFormula formula, IReadOnlyList<IReadOnlyList<DoubleDouble>> x, IReadOnlyList<DoubleDouble> y, IReadOnlyList<double>? sd = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count || (sd is not null && sd.Count != y.Count))
        {
            throw new ArgumentException($"There are {x.Count} points, {y.Count} responses and {sd?.Count ?? y.Count} standard deviations.");
        }

        if (sd is not null && sd.Any(s => !(s > 0)))
        {
            throw new ArgumentException("A standard deviation is not above 0.", nameof(sd));
        }

        if (formula.Parameters is < 1 or > Dual.MostDerivatives)
        {
            throw new ArgumentException($"The formula has {formula.Parameters} parameters; 1 to {Dual.MostDerivatives} can be fitted.", nameof(formula));
        }

        _formula = formula;
        _x = [.. x.Select(row => row.ToArray())];
        _dualX = [.. _x.Select(row => row.Select(v => (Dual)v.High).ToArray())];
        _y = [.. y];
        _sd = sd?.ToArray();
    }

    /// <inheritdoc />
    public int Parameters => _formula.Parameters;

    /// <inheritdoc />
    public int Points => _y.Length;

    /// <inheritdoc />
    public void Evaluate(scoped ReadOnlySpan<double> parameters, scoped Span<double> residuals, scoped Span<double> jacobian)
    {
        var n = Parameters;
        Span<Dual> dual = stackalloc Dual[Dual.MostDerivatives];
        for (var p = 0; p < n; p++)
        {
            dual[p] = Dual.Variable(parameters[p], p);
        }

        for (var i = 0; i < _y.Length; i++)
        {
            var value = _formula.Value<Dual>(dual[..n], _dualX[i]);
            var weight = _sd is null ? 1 : 1 / _sd[i];
            residuals[i] = (value.Value - _y[i].High) * weight;
            for (var p = 0; p < n; p++)
            {
                jacobian[i * n + p] = value.Slope(p) * weight;
            }
        }
    }

    /// <inheritdoc />
    public void Evaluate(ReadOnlySpan<DoubleDouble> parameters, Span<DoubleDouble> residuals)
    {
        for (var i = 0; i < _y.Length; i++)
        {
            var rest = _formula.Value(parameters, _x[i]) - _y[i];
            residuals[i] = _sd is null ? rest : rest / _sd[i];
        }
    }
}
