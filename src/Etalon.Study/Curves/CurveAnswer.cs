namespace Etalon.Study.Curves;

/// <summary>One number of an answer.</summary>
/// <param name="Name">As FORMATS names it, unit included: <c>ktrans_per_min</c>.</param>
/// <param name="Value">Null where there is none.</param>
/// <param name="U">Standard uncertainty (k = 1); null where it is not known.</param>
/// <param name="Unit">UCUM.</param>
public sealed record CurveScalar(string Name, double? Value, double? U, string Unit)
{
    /// <summary>95 % interval where it is not <c>value ± t u</c>; null elsewhere.</summary>
    public (double Lower, double Upper)? Interval { get; init; }

    /// <summary>What holds of this number alone, for example <c>at-lower-bound</c>; null where nothing does.</summary>
    public string? Status { get; init; }
}

/// <summary>One series of numbers of an answer.</summary>
/// <param name="Name">As FORMATS names it: <c>concentration_mM</c>.</param>
/// <param name="Values">In the order of the input; null where a sample has no value.</param>
/// <param name="U">Standard uncertainties; null where they are not known.</param>
/// <param name="Unit">UCUM.</param>
public sealed record CurveArray(string Name, IReadOnlyList<double?> Values, IReadOnlyList<double?>? U, string Unit);

/// <summary>One line of output of <c>etalon fit</c>.</summary>
public sealed record CurveAnswer
{
    /// <summary>The status of a fit that has values.</summary>
    public const string Ok = "ok";

    /// <summary><see cref="Ok"/>, or why there are no values: <c>not-converged</c>, <c>signal-too-low</c>, <c>not-identifiable</c> ...</summary>
    public required string Status { get; init; }

    /// <summary>Numbers, in a fixed order.</summary>
    public IReadOnlyList<CurveScalar> Scalars { get; init; } = [];

    /// <summary>Series of numbers, in a fixed order.</summary>
    public IReadOnlyList<CurveArray> Arrays { get; init; } = [];

    /// <summary>Words: rule, method, model.</summary>
    public IReadOnlyList<(string Name, string Text)> Texts { get; init; } = [];

    /// <summary>Residual sum of squares; null where nothing was fitted.</summary>
    public double? Rss { get; init; }

    /// <summary>Degrees of freedom of the residual; null where nothing was fitted.</summary>
    public int? Dof { get; init; }

    /// <summary>Names of the rows of <see cref="Covariance"/>, which are among <see cref="Scalars"/>.</summary>
    public IReadOnlyList<string> CovarianceOf { get; init; } = [];

    /// <summary>Covariance of the parameters, in their units, row by row; null where there is none.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? Covariance { get; init; }
}

/// <summary>One model of <c>etalon fit</c>. Stateless between lines but for what it caches of inputs that curves share.</summary>
public interface ICurveModel
{
    /// <summary>The word on the command line: <c>extended-tofts</c>.</summary>
    string Name { get; }

    /// <summary>Fits one curve.</summary>
    /// <exception cref="CurveException">The line cannot be used.</exception>
    CurveAnswer Fit(CurveQuestion question);
}
