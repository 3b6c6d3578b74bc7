using System.Globalization;
using Etalon.Imaging.Dicom;

namespace Etalon.Study.Conversion;

/// <summary>Names for volumes, of numbers and fixed words alone: nothing that a header says of a person is in them.</summary>
internal static class VolumeNames
{
    private static readonly HashSet<string> Modalities = new(StringComparer.Ordinal) { "MR", "CT", "PT", "NM", "US", "CR", "DX", "MG", "XA", "RF", "OT", "RTDOSE" };

    /// <summary>All volumes with their names: <c>series-005_MR_ADC_echo-2_part-phase</c>, below folders for patients and studies where there are several.</summary>
    public static IEnumerable<(string Name, DicomPatient Patient, DicomSeries Series, DicomStack Stack)> Of(DicomStudies studies)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var patient in studies.Patients)
        {
            foreach (var (study, number) in patient.Studies.Select((s, n) => (s, n + 1)))
            {
                var place = (studies.Patients.Count > 1 ? $"patient-{patient.Number}/" : "") + (patient.Studies.Count > 1 ? $"study-{number}/" : "");
                foreach (var series in study.Series)
                {
                    var stacks = series.Stacks.Where(s => s.Layout is not null).ToList();
                    var echoes = stacks.Select(s => s.EchoTimeMs).Distinct().Order().ToList();
                    foreach (var stack in stacks)
                    {
                        var name = place + Name(series, stack) + (echoes.Count > 1 ? $"_echo-{echoes.IndexOf(stack.EchoTimeMs) + 1}" : "")
                            + (stack.Component == ImageComponent.Magnitude ? "" : $"_part-{stack.Component.ToString().ToLowerInvariant()}");
                        var unique = name;
                        for (var n = 2; !names.Add(unique); n++)
                        {
                            unique = $"{name}_{n.ToString(CultureInfo.InvariantCulture)}";
                        }

                        yield return (unique, patient, series, stack);
                    }
                }
            }
        }
    }

    private static string Name(DicomSeries series, DicomStack stack)
    {
        var modality = Modalities.Contains(series.Modality) ? series.Modality : "OT";
        var content = new string([.. stack.Content.Where(char.IsAsciiLetterOrDigit).Take(16)]);
        return $"series-{(series.Number ?? 0).ToString("000", CultureInfo.InvariantCulture)}_{modality}" + (content.Length > 0 ? $"_{content}" : "");
    }
}
