using System.Text;
using Etalon.Metrology;
using Etalon.Tests.Support;
using Xunit;

namespace Etalon.Tests.Metrology.Tables;

/// <summary>Tables as RFC 4180 writes them; what is wrong is told with its place.</summary>
public sealed class CsvTableTests
{
    [Fact]
    public void Quoted_cells_keep_commas_quotes_and_line_ends()
    {
        // The forms of RFC 4180, section 2, items 5 to 7.
        var (table, findings) = Parse("a,b,c\r\n\"x,y\",\"say \"\"no\"\"\",\"two\r\nlines\"\r\n1,2,3\r\n");
        Assert.Empty(findings);
        Assert.Equal(["x,y", "say \"no\"", "two\r\nlines"], new[] { "a", "b", "c" }.Select(c => table!.Rows[0][c]));
        Assert.Equal([2, 4], table!.Rows.Select(r => r.Line));
    }

    [Theory]
    [InlineData("\uFEFFstation,adc\nMR1,1.5\n")]
    [InlineData("station,adc\r\nMR1,1.5")]
    [InlineData("station , adc\r\n MR1 , 1.5 \r\n\r\n\n")]
    [InlineData("\"station\",\"adc\"\n\"MR1\",\"1.5\"\n")]
    public void Byte_order_mark_line_ends_and_space_change_nothing(string text)
    {
        var (table, findings) = Parse(text);
        Assert.Empty(findings);
        Assert.Equal("MR1", Assert.Single(table!.Rows).Text("station", findings));
        Assert.Equal(1.5, table.Rows[0].Number("adc", findings));
    }

    [Theory]
    [InlineData("", "no line")]
    [InlineData("a,a\n1,2\n", "twice")]
    [InlineData("a,\n1,2\n", "column 2 without a name")]
    [InlineData("a,b\n\"1,2\n3,4\n", "never closed")]
    [InlineData("a,b\n\"1\"x,2\n", "after the closing")]
    [InlineData("a,b\n1\",2\n", "double quote inside")]
    public void What_is_no_table_is_told(string text, string found)
    {
        var (table, findings) = Parse(text);
        Assert.Null(table);
        Assert.Contains(found, Assert.Single(findings, f => f.Code == FindingCodes.TableInvalid).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_of_another_encoding_are_no_table()
    {
        var findings = new List<Finding>();
        Assert.Null(CsvTable.Parse(Encoding.Unicode.GetBytes("a,ü\n1,2\n").Prepend((byte)0xFF).ToArray(), "t.csv", findings));
        Assert.Contains("UTF-8", Assert.Single(findings).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_of_another_length_is_left_out_and_named()
    {
        var (table, findings) = Parse("a,b\n1,2\n1,2,3\n\n4\n5,\n");
        Assert.Equal([2, 6], table!.Rows.Select(r => r.Line));
        Assert.Equal(["t.csv, line 3", "t.csv, line 5"], findings.Select(f => f.About));
    }

    [Fact]
    public void A_comma_at_the_end_of_the_file_is_an_empty_cell() => Assert.Equal("", Assert.Single(Parse("a,b\n1,").Table!.Rows)["b"]);

    [Theory]
    [InlineData("1.5e3", 1500.0)]
    [InlineData("-0.25", -0.25)]
    [InlineData("\"1,5\"", null)]
    [InlineData("1 000", null)]
    [InlineData("NaN", null)]
    [InlineData("Infinity", null)]
    [InlineData("1e999", null)]
    [InlineData("", null)]
    [InlineData("0x10", null)]
    public void A_number_has_a_decimal_point_and_is_finite(string cell, double? expected)
    {
        var (table, findings) = Parse($"a,b\n1,{cell}\n");
        Assert.Equal(expected, table!.Rows[0].Number("b", findings));
        Assert.Equal(expected is null ? ["t.csv, line 2, column b"] : [], findings.Where(f => f.Code == FindingCodes.CellInvalid).Select(f => f.About));
    }

    [Fact]
    public void Limits_days_and_whole_numbers_are_held()
    {
        var (table, findings) = Parse("n,u,day,zero\n3,-0.1,2024-02-30,0\n");
        var row = table!.Rows[0];
        Assert.Equal(3, row.Integer("n", findings, 1, 5));
        Assert.Null(row.Number("u", findings, least: 0));
        Assert.Null(row.Date("day", findings));
        Assert.Null(row.PositiveNumber("zero", findings));
        Assert.Null(row.Integer("n", findings, 4, 5));
        Assert.Equal(["u", "day", "zero", "n"], findings.Select(f => f.About.Split(' ')[^1]));
        Assert.All(findings, f => Assert.Equal(Severity.Error, f.Severity));
    }

    [Fact]
    public void A_missing_column_is_named_and_another_separator_is_recognised()
    {
        var (table, findings) = Parse("station;adc\nMR1;1,5\n");
        Assert.Empty(table!.Rows);
        Assert.False(table.Requires(findings, "station", "adc"));
        Assert.Equal(2, findings.Count(f => f.Code == FindingCodes.ColumnMissing && f.Remedy.Contains("commas", StringComparison.Ordinal)));
        Assert.Throws<ArgumentException>(() => Parse("a\n1\n").Table!.Rows[0]["b"]);
    }

    [Fact]
    public void The_hash_is_that_of_the_bytes()
    {
        // SHA-256 of "abc" (FIPS 180-4, example).
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Parse("abc").Table!.Sha256);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_finding()
    {
        using var folder = new TempFolder();
        var findings = new List<Finding>();
        Assert.Null(CsvTable.Read(folder["absent.csv"], "absent.csv", findings));
        Assert.Equal(FindingCodes.TableInvalid, Assert.Single(findings).Code);
        Assert.DoesNotContain(folder.Path, findings[0].ToString(), StringComparison.Ordinal);
    }

    private static (CsvTable? Table, List<Finding> Findings) Parse(string text)
    {
        var findings = new List<Finding>();
        return (CsvTable.Parse(Encoding.UTF8.GetBytes(text), "t.csv", findings), findings);
    }
}
