using Etalon.Metrology;

namespace Etalon.Cases;

/// <summary>How a case is read.</summary>
public sealed record CaseOptions
{
    /// <summary>Units that the user states, by measurand (<c>--assume adc=1e-6.mm2/s</c>); <c>dose</c> is the administered activity of PET (<c>dose=MBq</c>).</summary>
    public IReadOnlyDictionary<string, Unit> AssumedUnits { get; init; } = new Dictionary<string, Unit>();

    /// <summary>Whether a patient file may name images outside its own folder. The default is no.</summary>
    public bool AllowOutside { get; init; }

    /// <summary>A treatment file that stands beside the images rather than within their layout; null: none.</summary>
    public string? TreatmentFile { get; init; }

    /// <summary>Why the identifiers of several inputs are one person's (<c>--same-patient REASON</c>); null: two identifiers are two people.</summary>
    public string? SamePatient { get; init; }

    /// <summary>Whether the input's identifiers are shown in place of a pseudonym (<c>--identify</c>). The default is no.</summary>
    public bool Identify { get; init; }
}
