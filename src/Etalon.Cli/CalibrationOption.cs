using Etalon.Comparability.Calibration;
using Etalon.Metrology;

namespace Etalon.Cli;

/// <summary>The record that <c>--calibration FILE</c> names.</summary>
internal static class CalibrationOption
{
    /// <summary>Reads the record; prints the findings and gives false where it cannot be used.</summary>
    /// <param name="path">The file; null: none was named, and the record is null.</param>
    /// <param name="json">Whether findings go to standard output.</param>
    /// <param name="record">The record.</param>
    public static bool TryRead(string? path, bool json, out CalibrationRecord? record)
    {
        record = null;
        if (path is null)
        {
            return true;
        }

        var findings = new List<Finding>();
        record = CalibrationFile.Read(path, Path.GetFileName(path), null, findings);
        if (record is null)
        {
            Session.Print(findings, json);
        }

        return record is not null;
    }
}
