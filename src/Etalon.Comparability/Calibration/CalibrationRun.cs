using Etalon.Metrology;

namespace Etalon.Comparability.Calibration;

/// <summary>Tables in, calibration record out.</summary>
public static class CalibrationRun
{
    /// <summary>The record; null, with findings, where a table cannot be read or nothing could be calibrated.</summary>
    /// <param name="phantomPath">Table of phantom sessions (<see cref="PhantomTable"/>).</param>
    /// <param name="testRetestPath">Table of test-retest pairs (<see cref="TestRetestTable"/>); null: none.</param>
    /// <param name="options">Settings; its inputs are filled in here.</param>
    /// <param name="version">Version of Etalon.</param>
    /// <param name="findings">Receives trouble.</param>
    /// <remarks>A calibration that silently lacks a row would not be the one of the table, so that one row at fault refuses the whole.</remarks>
    public static CalibrationRecord? Execute(string phantomPath, string? testRetestPath, CalibrationOptions options, string version, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(findings);
        var phantom = CsvTable.Read(phantomPath, Path.GetFileName(phantomPath), findings);
        var retest = testRetestPath is null ? null : CsvTable.Read(testRetestPath, Path.GetFileName(testRetestPath), findings);
        if (phantom is null || (testRetestPath is not null && retest is null))
        {
            return null;
        }

        var inputs = new List<CalibrationInput> { new(phantom.Name, "phantom", phantom.Sha256) };
        if (retest is not null)
        {
            inputs.Add(new CalibrationInput(retest.Name, "test-retest", retest.Sha256));
        }

        options = options with { Inputs = inputs.Select(i => i.Sha256).ToList() };
        var readings = PhantomTable.Read(phantom, options, findings);
        var pairs = retest is null ? [] : TestRetestTable.Read(retest, options.Measurand, findings);
        if (findings.Any(f => f.Severity == Severity.Error))
        {
            return null;
        }

        var calibration = PhantomCalibration.FromReadings(readings, options, findings);
        return calibration.States.Count == 0 ? null
            : new CalibrationRecord(
                version, options.Measurand, options.Unit, options.Phantom, calibration.States, TestRetestTable.Precision(pairs), calibration.Charts,
                calibration.SessionSd, calibration.ReadingSd, inputs);
    }
}
