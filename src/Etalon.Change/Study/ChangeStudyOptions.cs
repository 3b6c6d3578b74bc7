namespace Etalon.Change;

/// <summary>How a study of changes is judged.</summary>
public sealed record ChangeStudyOptions
{
    /// <summary>Minimal important change as a ratio less 1 (0.25 for 25 %); null: no verdict is ever equivalent.</summary>
    public double? MinimalImportantChange { get; init; }

    /// <summary>How the patients are estimated together.</summary>
    public ChangePopulationOptions Population { get; init; } = new();
}
