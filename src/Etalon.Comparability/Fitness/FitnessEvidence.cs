using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>An attribute that is absent, and what knowing it would make of the change.</summary>
/// <param name="Attribute">Name as in the acquisition record.</param>
/// <param name="U">Standard uncertainty of the log ratio if it were known; null: not computed, taken as it is.</param>
/// <param name="Grade">Grade if it were known; null: not computed, taken as it is.</param>
public sealed record AttributeRecovery(string Attribute, double? U, Grade? Grade);

/// <summary>What a study gives for one measurand of one region: a change between two visits, or what a second visit could show.</summary>
/// <remarks>All uncertainties are those of the log ratio ln(second / first), as in the changes of results.json.</remarks>
public sealed record FitnessEvidence
{
    /// <summary>Code with statistic.</summary>
    public required string Measurand { get; init; }

    /// <summary>What is assessed, for the report, e.g. <c>enhancing, visits 1 to 2</c>.</summary>
    public required string About { get; init; }

    /// <summary>Standard uncertainty of the log ratio, above 0.</summary>
    public required double U { get; init; }

    /// <summary>Degrees of freedom of <see cref="U"/>; null: infinite.</summary>
    public double? Dof { get; init; }

    /// <summary>The part of <see cref="U"/> that repeating scans does not lower: scanner states, calibration, protocol. At most <see cref="U"/>.</summary>
    public double UMismatch { get; init; }

    /// <summary>Measured log ratio; null where there is one visit only.</summary>
    public double? LogRatio { get; init; }

    /// <summary>Value at the first visit in the measurand's unit; needed for purposes with an absolute change.</summary>
    public double? FirstValue { get; init; }

    /// <summary>Grade of comparability; null where there is one visit only.</summary>
    public Grade? Grade { get; init; }

    /// <summary>Attributes of the acquisitions that are absent.</summary>
    public IReadOnlyList<string> AbsentAttributes { get; init; } = [];

    /// <summary>Days from the last scan to the decision; null: not known.</summary>
    public double? AgeDays { get; init; }

    /// <summary>Whether the repeatability comes from the literature rather than from test-retest scans of this study.</summary>
    public bool IsRepeatabilityAssumed { get; init; }

    /// <summary>What recovering absent attributes would do, where that was computed.</summary>
    public IReadOnlyList<AttributeRecovery> Recoveries { get; init; } = [];

    /// <summary>Evidence of a measured change.</summary>
    /// <param name="measurand">Code with statistic.</param>
    /// <param name="about">What is assessed.</param>
    /// <param name="logRatio">ln(second / first).</param>
    /// <param name="components">Budget of the log ratio.</param>
    /// <param name="grade">Grade of comparability.</param>
    public static FitnessEvidence OfChange(string measurand, string about, double logRatio, IReadOnlyList<UncertaintyComponent> components, Grade grade) =>
        Of(measurand, about, components) with { LogRatio = logRatio, Grade = grade };

    /// <summary>
    /// Evidence of one visit: what a second scan under the same conditions could show. Errors that would be shared cancel, the others come twice.
    /// </summary>
    /// <param name="measurement">A measurement with a value above 0.</param>
    /// <param name="about">What is assessed.</param>
    /// <exception cref="ArgumentException">There is no value above 0.</exception>
    public static FitnessEvidence OfOneVisit(Measurement measurement, string about)
    {
        ArgumentNullException.ThrowIfNull(measurement);
        if (measurement.Value is not > 0)
        {
            throw new ArgumentException($"{measurement.Id}: one visit is assessed by a value above 0; found {measurement.Value}.");
        }

        var relative = measurement.Components.Select(c => c.Scaled(1 / measurement.Value.Value)).ToList();
        return Of(measurement.Measurand, about, Budget.OfDifference(relative, relative)) with { FirstValue = measurement.Value };
    }

    /// <summary>Throws where a number is out of its range.</summary>
    internal void Validate()
    {
        if (!(U > 0) || double.IsInfinity(U) || !(UMismatch >= 0 && UMismatch <= U * (1 + 1e-9)) || Dof is <= 0 or double.NaN || AgeDays is < 0 or double.NaN || LogRatio is { } l && !double.IsFinite(l))
        {
            throw new ArgumentOutOfRangeException(
                nameof(U), $"{About}: u {U} is above 0, the mismatch {UMismatch} from 0 to u, degrees of freedom {Dof} above 0, the age {AgeDays} at least 0 and the log ratio {LogRatio} finite.");
        }
    }

    private static FitnessEvidence Of(string measurand, string about, IReadOnlyList<UncertaintyComponent> components) => new()
    {
        Measurand = measurand,
        About = about,
        U = Budget.Combine(components),
        Dof = Budget.EffectiveDof(components),
        UMismatch = Budget.Combine(components.Where(c => c.IsMismatch)),
        IsRepeatabilityAssumed = components.Any(c => c is { IsMismatch: false, Constant: not null, U: > 0 }),
    };
}
