using System.Globalization;
using System.Text;
using Etalon.Change;

namespace Etalon.Study.Changes;

/// <summary>Writes the verdicts of a study as CSV, a row a patient.</summary>
public static class ChangeTable
{
    private const string Columns = "patient,log_ratio,u,lower95,upper95,p_increase,p_true_change,verdict,grade,limiting_term";

    /// <summary>The table as UTF-8; a patient without a change has empty numbers, the verdict undetermined, the grade X, and the reason as limiting term.</summary>
    /// <param name="patients">All patients, in the order of the input.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="refused">Why a patient has none.</param>
    public static byte[] Write(IReadOnlyList<string> patients, IReadOnlyList<StudiedChange> changes, IReadOnlyDictionary<string, string> refused)
    {
        ArgumentNullException.ThrowIfNull(patients);
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(refused);
        var byPatient = changes.ToDictionary(c => c.Patient, StringComparer.Ordinal);
        var text = new StringBuilder(Columns).Append('\n');
        foreach (var patient in patients)
        {
            text.Append(Cell(patient));
            if (byPatient.TryGetValue(patient, out var c))
            {
                foreach (var number in new[] { c.LogRatio, c.U, c.Interval.Lower, c.Interval.Upper, c.PIncrease, c.PTrueChange })
                {
                    text.Append(CultureInfo.InvariantCulture, $",{number:G9}");
                }

                text.Append(CultureInfo.InvariantCulture, $",{c.Verdict.ToString().ToLowerInvariant()},{c.Grade},{Cell(c.LimitingTerm)}\n");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $",,,,,,,undetermined,X,{Cell(refused[patient])}\n");
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Cell(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
