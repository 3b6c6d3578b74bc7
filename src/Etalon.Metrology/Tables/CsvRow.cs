using System.Globalization;

namespace Etalon.Metrology;

/// <summary>One row of a <see cref="CsvTable"/>. A cell that does not hold what is asked for gives null and a finding.</summary>
public sealed class CsvRow
{
    private readonly CsvTable _table;
    private readonly string[] _cells;

    internal CsvRow(CsvTable table, int line, string[] cells) => (_table, Line, _cells) = (table, line, cells);

    /// <summary>Line of the file where the row begins, from 1.</summary>
    public int Line { get; }

    /// <summary>How findings call the row.</summary>
    public string Place => $"{_table.Name}, line {Line}";

    /// <summary>The cell as it stands; may be empty.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public string this[string column] => _cells[_table.Place(column)];

    /// <summary>Whether there is such a column and its cell is not empty.</summary>
    public bool Holds(string column) => _table.Has(column) && this[column].Length > 0;

    /// <summary>A text that is not empty.</summary>
    public string? Text(string column, ICollection<Finding> findings)
    {
        if (this[column] is { Length: > 0 } text)
        {
            return text;
        }

        Refuse(column, "text", findings);
        return null;
    }

    /// <summary>A finite number with a decimal point, within limits (ends included).</summary>
    /// <param name="column">Name of the column.</param>
    /// <param name="findings">Receives trouble.</param>
    /// <param name="least">Smallest number allowed.</param>
    /// <param name="most">Largest number allowed.</param>
    public double? Number(string column, ICollection<Finding> findings, double least = double.MinValue, double most = double.MaxValue)
    {
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(this[column], Plain, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= least && number <= most)
        {
            return number;
        }

        var range = (least > double.MinValue, most < double.MaxValue) switch
        {
            (true, true) => FormattableString.Invariant($" from {least} to {most}"),
            (true, false) => FormattableString.Invariant($" of at least {least}"),
            (false, true) => FormattableString.Invariant($" of at most {most}"),
            _ => "",
        };
        Refuse(column, $"a number{range}, with a decimal point", findings);
        return null;
    }

    /// <summary>A finite number above zero.</summary>
    public double? PositiveNumber(string column, ICollection<Finding> findings)
    {
        // Zero and what is below it are refused in words of their own, not as "at least 5E-324".
        var trouble = new List<Finding>();
        if (Number(column, trouble) is > 0 and var number)
        {
            return number;
        }

        Refuse(column, "a number above 0, with a decimal point", findings);
        return null;
    }

    /// <summary>A whole number within limits (ends included).</summary>
    public int? Integer(string column, ICollection<Finding> findings, int least = int.MinValue, int most = int.MaxValue)
    {
        if (int.TryParse(this[column], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(column, least > int.MinValue || most < int.MaxValue ? FormattableString.Invariant($"a whole number from {least} to {most}") : "a whole number", findings);
        return null;
    }

    /// <summary>A calendar day, year-month-day.</summary>
    public DateOnly? Date(string column, ICollection<Finding> findings)
    {
        if (DateOnly.TryParseExact(this[column], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        Refuse(column, "a day as year-month-day, e.g. 2024-03-01", findings);
        return null;
    }

    private void Refuse(string column, string expected, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var cell = this[column];
        findings.Add(new Finding(
            FindingCodes.CellInvalid, Severity.Error, $"{Place}, column {column}", cell.Length == 0 ? "an empty cell" : $"'{CsvTable.Short(cell)}'", expected,
            "Correct the cell, or take the row out."));
    }
}
