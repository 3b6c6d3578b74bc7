namespace Etalon.Cases;

/// <summary>One radiotherapy fraction.</summary>
/// <param name="Time">When it was given.</param>
/// <param name="DoseGy">Dose to the target, Gy, above 0.</param>
/// <param name="Target">Name of the target structure, where stated.</param>
public sealed record Fraction(DateTimeOffset Time, double DoseGy, string? Target = null);

/// <summary>One dose of a drug.</summary>
/// <param name="Time">When it was taken.</param>
/// <param name="Amount">In the unit of the course; amounts are kept as given.</param>
public sealed record DrugDose(DateTimeOffset Time, double Amount);

/// <summary>All doses of one drug. The effect of a dose is sensitivity × amount / reference amount.</summary>
/// <param name="Name">The drug.</param>
/// <param name="Unit">UCUM unit of the amounts.</param>
/// <param name="ReferenceAmount">The amount that the sensitivity is stated for, same unit, above 0.</param>
/// <param name="Doses">In order of time.</param>
public sealed record DrugCourse(string Name, string Unit, double ReferenceAmount, IReadOnlyList<DrugDose> Doses);

/// <summary>A resection.</summary>
/// <param name="Time">When.</param>
/// <param name="Region">What was removed.</param>
public sealed record Surgery(DateTimeOffset Time, string Region);

/// <summary>The treatment that a patient was given.</summary>
/// <param name="Fractions">In order of time; several on one day are several.</param>
/// <param name="Drugs">One course per drug.</param>
/// <param name="Surgeries">In order of time.</param>
public sealed record TreatmentGiven(IReadOnlyList<Fraction> Fractions, IReadOnlyList<DrugCourse> Drugs, IReadOnlyList<Surgery> Surgeries)
{
    /// <summary>No treatment.</summary>
    public static TreatmentGiven None { get; } = new([], [], []);

    /// <summary>Whether nothing at all was given.</summary>
    public bool IsNone => Fractions.Count == 0 && Drugs.Count == 0 && Surgeries.Count == 0;
}
