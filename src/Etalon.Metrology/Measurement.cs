namespace Etalon.Metrology;

/// <summary>
/// A measured value with all that is known about it. At every border (file, report, JSON) numbers travel as this record; where the
/// status is not <see cref="StatusOk"/> there is no value.
/// </summary>
public sealed record Measurement
{
    /// <summary>The status of a measurement that has a value.</summary>
    public const string StatusOk = "ok";

    /// <summary>Unique within one result, e.g. <c>ses-3/enhancing/adc.mean</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Pseudonym of the patient.</summary>
    public required string Subject { get; init; }

    /// <summary>The visit it belongs to.</summary>
    public required string Visit { get; init; }

    /// <summary>Measurand code with a statistic as suffix, e.g. <c>adc.mean</c>; see <see cref="Measurands"/>.</summary>
    public required string Measurand { get; init; }

    /// <summary>UCUM unit of the value, of u and of the components.</summary>
    public required string Unit { get; init; }

    /// <summary>The value; null where the status is not ok.</summary>
    public double? Value { get; init; }

    /// <summary>Combined standard uncertainty (k = 1); null where the status is not ok.</summary>
    public double? U { get; init; }

    /// <summary>Effective degrees of freedom; null: infinite.</summary>
    public double? Dof { get; init; }

    /// <summary>Coverage interval; may be asymmetric.</summary>
    public Interval? Interval { get; init; }

    /// <summary>The budget. Its root sum of squares is <see cref="U"/>.</summary>
    public IReadOnlyList<UncertaintyComponent> Components { get; init; } = [];

    /// <summary>Where it was measured.</summary>
    public Region? Region { get; init; }

    /// <summary>ok, or a code that says why there is no value.</summary>
    public required string Status { get; init; }

    /// <summary>Identifier of the acquisition record, or null where none is known.</summary>
    public string? Acquisition { get; init; }

    /// <summary>Scanner state under which it was acquired, or null where unknown.</summary>
    public string? ScannerState { get; init; }

    /// <summary>Method and version, e.g. <c>volume.voxel-count/1</c>.</summary>
    public required string Method { get; init; }

    /// <summary>SHA-256 of the content of each input.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>Whether there is a value.</summary>
    public bool IsOk => Status == StatusOk;

    /// <summary>A measurement with a value; u, degrees of freedom and interval follow from the components.</summary>
    /// <param name="template">All fields but value, u, dof, interval and status.</param>
    /// <param name="value">In the template's unit.</param>
    /// <param name="components">The budget, in the template's unit.</param>
    /// <param name="positive">Whether the interval is that of a positive quantity (<see cref="Metrology.Interval.LogNormal"/>).</param>
    /// <exception cref="ArgumentException">The value or a component is not finite.</exception>
    public static Measurement Of(Measurement template, double value, IReadOnlyList<UncertaintyComponent> components, bool positive)
    {
        ArgumentNullException.ThrowIfNull(template);
        var u = Budget.Combine(components);
        if (!double.IsFinite(value) || !double.IsFinite(u))
        {
            throw new ArgumentException($"{template.Id}: value {value} and u {u} must be finite; missing is a status, not a number.");
        }

        var dof = Budget.EffectiveDof(components);
        return template with
        {
            Value = value,
            U = u,
            Dof = dof,
            Components = components,
            Status = StatusOk,
            Interval = positive && value > 0 ? Metrology.Interval.LogNormal(value, u, dof) : Metrology.Interval.Symmetric(value, u, dof),
        };
    }

    /// <summary>The same measurement without a value, with the reason.</summary>
    public static Measurement Missing(Measurement template, string status)
    {
        ArgumentNullException.ThrowIfNull(template);
        return template with { Value = null, U = null, Dof = null, Interval = null, Components = [], Status = status };
    }
}
