namespace Etalon.Metrology;

/// <summary>How much a <see cref="Finding"/> matters to the reader.</summary>
public enum Severity
{
    /// <summary>Worth knowing; changes no number.</summary>
    Info,

    /// <summary>Widens an uncertainty, or may mislead if it is not read.</summary>
    Warning,

    /// <summary>Something could not be used or measured.</summary>
    Error,
}
