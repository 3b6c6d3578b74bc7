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
}
