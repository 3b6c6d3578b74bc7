using Etalon.Imaging;

namespace Etalon.Comparability;

/// <summary>When two values of an attribute differ.</summary>
public enum LedgerRelation
{
    /// <summary>Texts, but for case and spaces.</summary>
    Equal,

    /// <summary>Numbers, one by one, by more than 0.1 %.</summary>
    Ratio,

    /// <summary>Numbers as a set, each by more than 0.1 %.</summary>
    Set,

    /// <summary>As <see cref="Equal"/>, and absent at both visits most likely means that there was none.</summary>
    Presence,

    /// <summary>Nothing is compared; the attribute is asked for, and its absence told where an acquisition is inspected.</summary>
    Asked,

    /// <summary>No attribute: the row states a figure of the measurand itself.</summary>
    None,
}

/// <summary>Where a figure comes from (reference: metrology, marks).</summary>
public enum EvidenceClass
{
    /// <summary>Exact physics or mathematics.</summary>
    Exact,

    /// <summary>Read in the source named.</summary>
    Read,

    /// <summary>Remembered; to be checked.</summary>
    Remembered,
}

/// <summary>One row of the ledger: what a difference of an attribute, or its absence, does to a measurand.</summary>
public sealed record LedgerRow
{
    /// <summary>Code, <c>code.statistic</c> or <c>*</c> for all; <c>@MR</c>, <c>@CT</c> or <c>@PT</c> behind it for one modality.</summary>
    public required string Measurand { get; init; }

    /// <summary>Names of <see cref="AttributeTable"/> of which one is enough; the first one leads.</summary>
    public required IReadOnlyList<string> Attributes { get; init; }

    /// <summary>When values differ.</summary>
    public required LedgerRelation Relation { get; init; }

    /// <summary>Name of the effect model.</summary>
    public required string Effect { get; init; }

    /// <summary>Numbers of the effect model; a prior is a range.</summary>
    public required IReadOnlyDictionary<string, ParameterRange> Parameters { get; init; }

    /// <summary>Values that a missing attribute may have had, as text of the attribute; empty for texts, where any other value may.</summary>
    public required IReadOnlyList<AcquisitionAttribute> Plausible { get; init; }

    /// <summary>X not comparable, 3 can exceed the repeatability coefficient, 2 from 0.3 of it to 1, 1 below.</summary>
    public required string Severity { get; init; }

    /// <summary>Whether its value is part of the scanner state.</summary>
    public bool IsState { get; init; }

    /// <summary>Whether a phantom calibration of both states takes the effect out.</summary>
    public bool IsCalibrated { get; init; }

    /// <summary>Whether without it a direction can be told at most (grade D).</summary>
    public bool IsCritical { get; init; }

    /// <summary>Whether nothing bounds the effect where it is missing (grade X).</summary>
    public bool IsUnboundedWhenMissing { get; init; }

    /// <summary>Rows of one group act through one quantity: their means add, and the largest spread counts once.</summary>
    public required string Group { get; init; }

    /// <summary>Class of evidence.</summary>
    public required EvidenceClass Evidence { get; init; }

    /// <summary>Where the figures come from.</summary>
    public required string Source { get; init; }

    /// <summary>In words, what a difference does.</summary>
    public required string Words { get; init; }

    /// <summary>File and line, for messages.</summary>
    public required string Place { get; init; }

    /// <summary>The attribute that leads; empty for a figure of the measurand itself.</summary>
    public string Lead => Attributes.Count > 0 ? Attributes[0] : "";

    /// <summary>A number of the effect model.</summary>
    /// <exception cref="KeyNotFoundException">The row does not state it; the loader has checked that it does.</exception>
    public ParameterRange this[string name] => Parameters[name];
}

/// <summary>A number, or the range of a uniform prior.</summary>
/// <param name="Least">Least value.</param>
/// <param name="Greatest">Greatest value.</param>
public readonly record struct ParameterRange(double Least, double Greatest)
{
    /// <summary>Middle of the range.</summary>
    public double Middle => 0.5 * (Least + Greatest);

    /// <summary>Middles of so many equal parts: the prior as values of equal weight. One value where the range is a number.</summary>
    public IEnumerable<double> Nodes(int count)
    {
        var (least, width, n) = (Least, Greatest - Least, Greatest > Least ? count : 1);
        return Enumerable.Range(0, n).Select(i => least + width * (i + 0.5) / n);
    }
}
