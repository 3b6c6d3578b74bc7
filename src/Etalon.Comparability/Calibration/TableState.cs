namespace Etalon.Comparability.Calibration;

/// <summary>How tables name a scanner state.</summary>
public static class TableState
{
    /// <summary>Station and software with a space between; null where one of them is not stated.</summary>
    public static string? Key(string? station, string? software) =>
        string.IsNullOrWhiteSpace(station) || string.IsNullOrWhiteSpace(software) ? null : $"{station} {software}";
}
