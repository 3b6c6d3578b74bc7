using System.Globalization;
using Etalon.Imaging;
using Etalon.Metrology;

namespace Etalon.Comparability;

/// <summary>Reads rows of the ledger and checks every cell.</summary>
internal static class LedgerReader
{
    private const int Cells = 12;
    private const int MostRows = 10_000;
    private const int GridPoints = 9;
    private static readonly string[] Modalities = ["MR", "CT", "PT"];

    public static (IReadOnlyList<LedgerRow> Rows, IReadOnlyList<Finding> Findings) Read(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (rows, findings) = (new List<LedgerRow>(), new List<Finding>());
        var lines = text.Split('\n');
        if (lines.Length > MostRows)
        {
            findings.Add(new Finding(FindingCodes.LedgerInvalid, Severity.Error, name, $"{lines.Length} lines", $"at most {MostRows}", "Leave out rows; nothing of this file was used."));
        }

        foreach (var (n, line) in lines.Take(MostRows).Index())
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{name}, line {n + 1}");
            if (line.Trim() is not { Length: > 0 } row || row[0] == '#')
            {
                continue;
            }

            try
            {
                rows.AddRange(Rows(row, place));
            }
            catch (FormatException e)
            {
                var (found, expected) = (e.Message.Split('\t')[0], e.Message.Split('\t')[^1]);
                findings.Add(new Finding(FindingCodes.LedgerInvalid, Severity.Error, place, found, expected, "Correct the row; nothing of this file was used. The head of ledger.txt explains every cell."));
            }
        }

        return (rows, findings);
    }

    private static IEnumerable<LedgerRow> Rows(string line, string place)
    {
        var cells = line.Split('|').Select(c => c.Trim()).ToArray();
        if (cells.Length != Cells)
        {
            throw Wrong($"{cells.Length} cells", $"{Cells} cells joined by |: measurand, attributes, relation, effect, parameters, plausible, severity, marks, group, evidence, source, words");
        }

        var relation = cells[2] switch
        {
            "equal" => LedgerRelation.Equal,
            "ratio" => LedgerRelation.Ratio,
            "set" => LedgerRelation.Set,
            "presence" => LedgerRelation.Presence,
            "asked" => LedgerRelation.Asked,
            "none" => LedgerRelation.None,
            _ => throw Wrong($"relation '{Short(cells[2])}'", "equal, ratio, set, presence, asked or none"),
        };
        var model = EffectModels.Find(cells[3]) ?? throw Wrong($"effect '{Short(cells[3])}'", $"one of {string.Join(", ", EffectModels.Names)}");
        if ((relation == LedgerRelation.None) != (model.Name == "repeatability"))
        {
            throw Wrong($"relation '{cells[2]}' with effect '{cells[3]}'", "relation none for a repeatability, and for nothing else");
        }

        Require((relation == LedgerRelation.Asked) == (model.Name == "none"), $"relation '{cells[2]}' with effect '{cells[3]}'", "effect none for what is only asked for, and for nothing else");
        var parameters = Parameters(cells[4], model);
        var attributes = relation == LedgerRelation.None ? [] : Attributes(cells[1], relation);
        var plausible = relation == LedgerRelation.None ? [] : Plausible(cells[5], relation, attributes[0], model.Name);
        var measurands = cells[0].Split(',', StringSplitOptions.TrimEntries);
        foreach (var measurand in measurands)
        {
            Check(measurand);
        }

        var evidence = cells[9] switch
        {
            "X" => EvidenceClass.Exact,
            "R" => EvidenceClass.Read,
            "K" => EvidenceClass.Remembered,
            _ => throw Wrong($"evidence '{Short(cells[9])}'", "X exact physics, R read in the source, or K remembered"),
        };
        Require(cells[6] is "X" or "3" or "2" or "1" || (relation == LedgerRelation.None && cells[6] == "-"), $"severity '{Short(cells[6])}'", "X, 3, 2 or 1");
        Require(cells[7].All("scku".Contains), $"marks '{Short(cells[7])}'", "letters of s, c, k and u");
        Require(cells[8].Length > 0 || relation == LedgerRelation.None, "no group", "the name of what the attribute acts through");
        Require(cells[10].Length > 0, "no source", "where the figures come from");
        return measurands.Select(m => new LedgerRow
        {
            Measurand = m, Attributes = attributes, Relation = relation, Effect = model.Name, Parameters = parameters, Plausible = plausible, Severity = cells[6],
            IsState = cells[7].Contains('s', StringComparison.Ordinal), IsCalibrated = cells[7].Contains('c', StringComparison.Ordinal),
            IsCritical = cells[7].Contains('k', StringComparison.Ordinal), IsUnboundedWhenMissing = cells[7].Contains('u', StringComparison.Ordinal),
            Group = cells[8], Evidence = evidence, Source = cells[10], Words = cells[11], Place = place,
        });
    }

    private static void Check(string measurand)
    {
        var parts = measurand.Split('@');
        Require(parts.Length <= 2 && (parts.Length == 1 || Modalities.Contains(parts[1], StringComparer.Ordinal)), $"measurand '{Short(measurand)}'", "at most one modality behind @: MR, CT or PT");
        Require(
            parts[0] == "*" || Metrology.Measurands.All.Any(m => m.Code == parts[0].Split('.')[0]), $"measurand '{Short(parts[0])}'",
            $"* or one of {string.Join(", ", Metrology.Measurands.All.Select(m => m.Code))}");
    }

    private static List<string> Attributes(string cell, LedgerRelation relation)
    {
        var names = cell.Split('/', StringSplitOptions.TrimEntries).ToList();
        foreach (var name in names)
        {
            var definition = AttributeTable.Find(name) ?? throw Wrong($"attribute '{Short(name)}'", "a name of the table of attributes (attributes.txt; etalon inspect --json shows them)");
            Require(
                relation is LedgerRelation.Equal or LedgerRelation.Presence or LedgerRelation.Asked || definition.Kind is AttributeKind.Number or AttributeKind.Numbers, $"relation of numbers for {name}, which is {definition.Kind}",
                "equal or presence for what is no number");
        }

        return names;
    }

    private static Dictionary<string, ParameterRange> Parameters(string cell, EffectModel model)
    {
        var result = new Dictionary<string, ParameterRange>(StringComparer.Ordinal);
        foreach (var word in cell.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = word.Split('=');
            Require(parts.Length == 2 && model.Parameters.Contains(parts[0], StringComparer.Ordinal), $"parameter '{Short(word)}'", $"name=value with the names {string.Join(", ", model.Parameters)}");
            result[parts[0]] = Range(parts[1]);
        }

        var missing = model.Parameters.Where(p => !result.ContainsKey(p)).ToList();
        Require(missing.Count == 0, $"no {string.Join(", ", missing)}", $"the parameters of effect {model.Name}: {string.Join(", ", model.Parameters)}");
        return result;
    }

    private static List<AcquisitionAttribute> Plausible(string cell, LedgerRelation relation, string lead, string effect)
    {
        var unit = AttributeTable.Find(lead)!.Unit;
        AcquisitionAttribute Number(IReadOnlyList<double> numbers) =>
            new(lead, string.Join(" ", numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture))), AttributeState.Assumed) { Numbers = numbers, Unit = unit };
        if (relation is LedgerRelation.Equal or LedgerRelation.Presence or LedgerRelation.Asked)
        {
            return [.. cell.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => new AcquisitionAttribute(lead, t, AttributeState.Assumed))];
        }

        Require(cell.Length > 0 || effect is "spread" or "other", "no plausible values", "what a missing number may be: least..greatest for ratio, sets of numbers joined by ; for set");
        if (cell.Length == 0)
        {
            return [];
        }

        if (relation == LedgerRelation.Set)
        {
            return [.. cell.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(s => Number([.. s.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(One)]))];
        }

        var range = Range(cell);
        Require(range is { Least: > 0 } && range.Greatest > range.Least, $"plausible values '{Short(cell)}'", "least..greatest, above 0");
        // Evenly on a logarithmic scale, ends included.
        return [.. Enumerable.Range(0, GridPoints).Select(n => Number([range.Least * Math.Pow(range.Greatest / range.Least, n / (GridPoints - 1.0))]))];
    }

    private static ParameterRange Range(string text)
    {
        var ends = text.Split("..");
        Require(ends.Length <= 2, $"'{Short(text)}'", "a number, or least..greatest");
        var (least, greatest) = (One(ends[0]), One(ends[^1]));
        Require(least <= greatest, $"'{Short(text)}'", "least before greatest");
        return new ParameterRange(least, greatest);
    }

    private static double One(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : throw Wrong($"'{Short(text)}'", "a number");

    private static void Require(bool isSo, string found, string expected)
    {
        if (!isSo)
        {
            throw Wrong(found, expected);
        }
    }

    private static FormatException Wrong(string found, string expected) => new($"{found}\t{expected}");

    private static string Short(string text)
    {
        var plain = new string([.. text.Where(c => !char.IsControl(c))]);
        return plain.Length <= 40 ? plain : plain[..40] + "…";
    }
}
