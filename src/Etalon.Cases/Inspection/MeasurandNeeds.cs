using Etalon.Imaging;
using Etalon.Imaging.Dicom;

namespace Etalon.Cases.Inspection;

/// <summary>One attribute that a measurand needs.</summary>
/// <param name="Measurand">Code, <c>code.statistic</c> or <c>*</c> for all; <c>volume@CT</c> for one modality.</param>
/// <param name="Attributes">Names, of which one is enough.</param>
/// <param name="Severity">X, 3, 2 or 1.</param>
/// <param name="Effect">Of a difference, or of not knowing.</param>
public sealed record MeasurandNeed(string Measurand, IReadOnlyList<string> Attributes, string Severity, string Effect);

/// <summary>What measurands need of an acquisition: the attributes of the acquisition ledger (Etalon.Comparability/Ledger/ledger.txt, embedded here too).</summary>
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
        return Rows.Select(r => (Row: r, Rank: Rank(r.Measurand, measurand, record["Modality"]))).Where(r => r.Rank is not null)
            // Of one attribute the row that is closest to the measurand speaks.
            .GroupBy(r => r.Row.Attributes[0], StringComparer.Ordinal).Select(g => g.MaxBy(r => r.Rank).Row).Where(r => r.Attributes.All(a => record[a] is null));
    }

    /// <summary>PT, CT or MR; what states nothing is taken as MR.</summary>
    public static string Modality(string? stated) => stated is "PT" or "CT" ? stated : "MR";

    /// <summary>How closely the measurand of a row is the one asked for, from all (0) to one statistic in one modality (5); null where it is not.</summary>
    /// <param name="ofRow">As the table has it.</param>
    /// <param name="measurand">Code, with or without a statistic.</param>
    /// <param name="modality">Of the acquisition.</param>
    public static int? Rank(string ofRow, string measurand, string? modality)
    {
        ArgumentNullException.ThrowIfNull(ofRow);
        ArgumentNullException.ThrowIfNull(measurand);
        var parts = ofRow.Split('@');
        if (parts.Length == 2 && parts[1] != Modality(modality))
        {
            return null;
        }

        var rank = parts[0] == "*" ? 0 : parts[0] == measurand.Split('.')[0] ? 2 : parts[0] == measurand ? 4 : (int?)null;
        return rank is null ? null : rank + parts.Length - 1;
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
        using var stream = typeof(MeasurandNeeds).Assembly.GetManifestResourceStream("Etalon.Cases.ledger.txt") ?? throw new InvalidOperationException("The acquisition ledger is missing from the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                var cells = line.Split('|');
                // A figure of a measurand asks for nothing, and what absence is defined to mean is not missing.
                if (cells[2] is "none" or "presence" || cells[5].StartsWith('='))
                {
                    continue;
                }

                foreach (var measurand in cells[0].Split(','))
                {
                    yield return new MeasurandNeed(measurand, cells[1].Split('/'), cells[6], cells[11]);
                }
            }
        }
    }
}
