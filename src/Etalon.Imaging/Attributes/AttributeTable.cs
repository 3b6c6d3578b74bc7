using System.Collections.Frozen;
using System.Globalization;
using Etalon.Dicom;

namespace Etalon.Imaging;

/// <summary>The attributes of an acquisition, as a table: attributes.txt beside this file, embedded.</summary>
public static class AttributeTable
{
    private static readonly AttributeDefinition[] Rows = [.. Lines().Select(Row)];

    private static readonly FrozenDictionary<string, AttributeDefinition> ByName = Rows.ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);

    /// <summary>All attributes, in the order of the record.</summary>
    public static IReadOnlyList<AttributeDefinition> All => Rows;

    /// <summary>An attribute by its name; null where the table has none.</summary>
    public static AttributeDefinition? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<string> Lines()
    {
        using var stream = typeof(AttributeTable).Assembly.GetManifestResourceStream("Etalon.Imaging.attributes.txt")
            ?? throw new InvalidOperationException("The table of attributes is missing from the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }

    private static AttributeDefinition Row(string line)
    {
        var cells = line.Split('|');
        if (cells.Length != 10)
        {
            throw new InvalidOperationException($"The table of attributes has {cells.Length} cells in '{line}', not 10.");
        }

        var range = cells[8].Split("..");
        return new AttributeDefinition
        {
            Name = cells[0],
            Modalities = cells[1] == "*" ? [] : cells[1].Split(','),
            Kind = Enum.Parse<AttributeKind>(cells[2], ignoreCase: true),
            Unit = cells[3].Length == 0 ? null : cells[3],
            DicomScale = Number(cells[4]) ?? 1,
            Places = cells[5].Length == 0 ? [] : [.. cells[5].Split('>').Select(g => (IReadOnlyList<AttributePlace>)[.. g.Split('=').Select(Place)])],
            BidsName = cells[6] == "-" ? cells[0] : cells[6],
            BidsScale = Number(cells[7]) ?? 1,
            Least = Number(range[0]),
            Greatest = range.Length == 2 ? Number(range[1]) : null,
            IsEssential = cells[9].Contains('k', StringComparison.Ordinal),
            IsOfFrames = cells[9].Contains('f', StringComparison.Ordinal),
        };
    }

    private static AttributePlace Place(string text)
    {
        var parts = text.Split('+');
        return new AttributePlace([.. parts[0].Split('/').Select(Tag)], parts.Length == 2 ? Tag(parts[1]) : null);
    }

    private static DicomTag Tag(string text) => DicomTag.FromNumber(uint.Parse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private static double? Number(string text) => text.Length == 0 ? null : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
