using Etalon.Imaging;
using Etalon.Imaging.Dicom;

namespace Etalon.Cases.Inspection;

/// <summary>One attribute that a measurand needs.</summary>
/// <param name="Measurand">Code; <c>*</c> for all, <c>volume@CT</c> for one modality.</param>
/// <param name="Attributes">Names, of which one is enough.</param>
/// <param name="Severity">X, 3, 2 or 1.</param>
/// <param name="Effect">Of a difference, or of not knowing.</param>
public sealed record MeasurandNeed(string Measurand, IReadOnlyList<string> Attributes, string Severity, string Effect);

/// <summary>What measurands need of an acquisition, as a table: needs.txt beside this file, embedded.</summary>
public static class MeasurandNeeds
{
    private const double LongEchoS = 0.012;
    private static readonly MeasurandNeed[] Rows = [.. Lines()];

    /// <summary>All rows.</summary>
    public static IReadOnlyList<MeasurandNeed> All => Rows;

    /// <summary>Rows that a record does not meet, for a measurand.</summary>
    public static IEnumerable<MeasurandNeed> Unmet(string measurand, Acquisition record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var modality = record["Modality"];
        return Rows.Where(r => (r.Measurand == "*" || r.Measurand == measurand || r.Measurand == $"{measurand}@{modality}") && r.Attributes.All(a => record[a] is null));
    }

    /// <summary>Measurands that a stack could serve, by what its images are; never by their names.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="record">How it was acquired.</param>
    /// <param name="echoes">Different echo times of its series.</param>
    public static IEnumerable<string> ServedBy(DicomStack stack, Acquisition record, int echoes)
    {
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(record);
        var modality = record["Modality"];
        if (stack.Layout is null || stack.Component != ImageComponent.Magnitude)
        {
            yield break;
        }

        var b = stack.Volumes.Select(v => v.BValue).OfType<double>().Distinct().Count();
        var times = b < 2 ? stack.Volumes.Count : 1;
        switch (modality)
        {
            case "PT":
                yield return "suvbw";
                break;
            case "MR" when stack.Content is "ADC" or "ADC_UNSPECIFIED" || (stack.Content.Length == 0 && b >= 2):
                yield return "adc";
                break;
            case "MR" when stack.Content.Length == 0 && times >= 3 && record.Find("EchoTime")?.Number is { } te:
                yield return te < LongEchoS ? "ktrans" : "rcbv";
                break;
            case "MR" when stack.Content.Length == 0 && echoes >= 2:
                yield return "t2";
                break;
            case "MR" when stack.Content.Length == 0 && b == 0 && (record["InversionTime"] is not null || record["ScanningSequence"]?.Contains("GR", StringComparison.Ordinal) == true):
                yield return "t1";
                break;
        }

        if (modality is "MR" or "CT" or "PT" && stack.Content.Length == 0 && stack.Layout.Grid.Nz > 1)
        {
            yield return "volume";
        }
    }

    private static IEnumerable<MeasurandNeed> Lines()
    {
        using var stream = typeof(MeasurandNeeds).Assembly.GetManifestResourceStream("Etalon.Cases.needs.txt") ?? throw new InvalidOperationException("The table of needs is missing from the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                var cells = line.Split('|');
                yield return new MeasurandNeed(cells[0], cells[1].Split('/'), cells[2], cells[3]);
            }
        }
    }
}
