using System.Security.Cryptography;

namespace Etalon.Metrology;

/// <summary>
/// A table of comma-separated values as RFC 4180 writes them: one line of column names, then rows of as many cells. UTF-8 with or without a byte
/// order mark, lines that end in LF or CR LF, cells in double quotes where they hold commas, quotes or line ends. Space around a cell does not count.
/// </summary>
/// <remarks>Nothing is guessed: neither another separator nor a decimal comma. What cannot be read becomes a finding that names file, line and column.</remarks>
public sealed class CsvTable
{
    private const int MaxBytes = 256 << 20;
    private readonly Dictionary<string, int> _places;

    private CsvTable(string name, IReadOnlyList<string> columns, Dictionary<string, int> places, string sha256) =>
        (Name, Columns, _places, Sha256) = (name, columns, places, sha256);

    /// <summary>How findings call it.</summary>
    public string Name { get; }

    /// <summary>Names of the columns, as they stand.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The rows that have as many cells as there are columns.</summary>
    public IReadOnlyList<CsvRow> Rows { get; private set; } = [];

    /// <summary>SHA-256 of the file's bytes, lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Reads a file; null, with a finding, where it is no table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">How findings call it: the name that the user gave, or the file's own; no folder of this machine.</param>
    /// <param name="findings">Receives trouble.</param>
    public static CsvTable? Read(string path, string name, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        if (string.IsNullOrEmpty(path))
        {
            findings.Add(Invalid(name, "an empty path", "the path of a CSV file", "Name the file."));
            return null;
        }

        try
        {
            using var file = File.OpenRead(path);
            using var memory = new MemoryStream();
            var buffer = new byte[1 << 16];
            // What a pipe or a device says of its length is not believed.
            for (int got; (got = file.Read(buffer)) > 0;)
            {
                memory.Write(buffer, 0, got);
                if (memory.Length > MaxBytes)
                {
                    findings.Add(Invalid(name, $"more than {MaxBytes} bytes", $"at most {MaxBytes} bytes", "Split the table."));
                    return null;
                }
            }

            return Parse(memory.GetBuffer().AsSpan(0, (int)memory.Length), name, findings);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Add(Invalid(name, $"a file that cannot be read ({e.GetType().Name})", "a readable CSV file", "Check the path and its rights."));
            return null;
        }
    }

    /// <summary>Reads the bytes of a file; null, with a finding, where they are no table.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="name">How findings call it.</param>
    /// <param name="findings">Receives trouble; a row of another number of cells is left out.</param>
    public static CsvTable? Parse(ReadOnlySpan<byte> content, string name, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(findings);
        var records = CsvRecords.Split(content, out var trouble);
        if (trouble is { } t)
        {
            findings.Add(Invalid(t.Line is { } line ? $"{name}, line {line}" : name, t.Found, t.Expected, t.Remedy));
            return null;
        }

        if (records.Count == 0)
        {
            findings.Add(Invalid(name, "no line", "a line of column names and rows below it", "Export the table again."));
            return null;
        }

        var columns = records[0].Cells;
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Length == 0 || !places.TryAdd(columns[i], i))
            {
                findings.Add(Invalid(
                    $"{name}, line {records[0].Line}", columns[i].Length == 0 ? $"column {i + 1} without a name" : $"the column '{Short(columns[i])}' twice",
                    "column names in the first line, each once", "Name every column once."));
                return null;
            }
        }

        var table = new CsvTable(name, columns, places, Convert.ToHexStringLower(SHA256.HashData(content)));
        table.Rows = table.Fitting(records, findings);
        return table;
    }

    /// <summary>Whether the table has a column.</summary>
    public bool Has(string column) => _places.ContainsKey(column);

    /// <summary>Whether its one column name holds what other programs set between cells: the table was exported with another separator.</summary>
    public bool IsOtherwiseSeparated => Columns.Count == 1 && Columns[0].AsSpan().IndexOfAny(";\t|") >= 0;

    /// <summary>Whether the table has all the columns; each that is absent becomes a finding.</summary>
    /// <param name="findings">Receives trouble.</param>
    /// <param name="columns">Names.</param>
    public bool Requires(ICollection<Finding> findings, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var missing = columns.Where(c => !Has(c)).ToList();
        foreach (var column in missing)
        {
            findings.Add(new Finding(
                FindingCodes.ColumnMissing, Severity.Error, Name, $"the columns {Short(string.Join(", ", Columns))}", $"a column named '{column}'",
                IsOtherwiseSeparated ? "Export the table with commas between the cells and points in the numbers." : "Add or rename the column; names are compared letter by letter."));
        }

        return missing.Count == 0;
    }

    /// <summary>Where a column stands, from 0.</summary>
    /// <exception cref="ArgumentException">There is no such column: ask <see cref="Has"/> or <see cref="Requires"/> first.</exception>
    internal int Place(string column) =>
        _places.TryGetValue(column, out var place) ? place : throw new ArgumentException($"{Name} has no column '{column}'.", nameof(column));

    /// <summary>Text shortened for a message.</summary>
    public static string Short(string text) => text.Length <= 120 ? text : text[..117] + "...";

    private List<CsvRow> Fitting(List<CsvRecord> records, ICollection<Finding> findings)
    {
        var rows = new List<CsvRow>(records.Count - 1);
        foreach (var record in records.Skip(1))
        {
            if (record.Cells.Length == Columns.Count)
            {
                rows.Add(new CsvRow(this, record.Line, record.Cells));
                continue;
            }

            findings.Add(Invalid(
                $"{Name}, line {record.Line}", $"{record.Cells.Length} cells", $"{Columns.Count} cells, one for each column name",
                IsOtherwiseSeparated ? "The row was not used. Export the table with commas between the cells and points in the numbers."
                    : "The row was not used. A cell that holds a comma stands in double quotes; numbers have a decimal point."));
        }

        return rows;
    }

    private static Finding Invalid(string about, string found, string expected, string remedy) =>
        new(FindingCodes.TableInvalid, Severity.Error, about, found, expected, remedy);
}
