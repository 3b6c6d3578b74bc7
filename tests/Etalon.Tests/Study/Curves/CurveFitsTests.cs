using System.Text;
using System.Text.Json;
using Etalon.Study.Curves;
using Xunit;

namespace Etalon.Tests.Study.Curves;

/// <summary>The stream of <c>etalon fit</c>, whatever the model.</summary>
public sealed class CurveFitsTests
{
    [Fact]
    public void Every_line_has_one_answer_in_its_place_and_carries_its_id()
    {
        var (lines, count) = Run("{\"id\":\"a\",\"x\":[1,2]}\n{\"id\":7,\"x\":[4]}\n\n{\"x\":[0.5,0.25,0.25]}");
        Assert.Equal(3, count.Lines);
        Assert.Equal(0, count.Unusable);
        Assert.Equal(["a", "7", ""], lines.Select(l => l.TryGetProperty("id", out var id) ? id.ToString() : ""));
        Assert.Equal([3.0, 4.0, 1.0], lines.Select(l => l.GetProperty("sum").GetProperty("value").GetDouble()));
    }

    [Theory]
    [InlineData("no json", "line")]
    [InlineData("[1,2]", "line")]
    [InlineData("{\"id\":\"b\"}", "x")]
    [InlineData("{\"id\":\"b\",\"x\":[1,\"2\"]}", "x")]
    [InlineData("{\"id\":\"b\",\"x\":[1,1e999]}", "x")]
    [InlineData("{\"id\":\"b\",\"x\":[]}", "x")]
    public void A_line_that_cannot_be_used_says_why_in_its_place_and_costs_itself_only(string bad, string field)
    {
        var (lines, count) = Run("{\"id\":\"a\",\"x\":[1]}\n" + bad + "\n{\"id\":\"c\",\"x\":[3]}\n");
        Assert.Equal((3, 1), (count.Lines, count.Unusable));
        Assert.Equal(2, count.FirstUnusable!.Value.Line);
        Assert.Equal(["ok", CurveFits.Invalid, "ok"], lines.Select(l => l.GetProperty("status").GetString()));
        Assert.Equal(field, lines[1].GetProperty("refused").GetProperty("field").GetString());
        Assert.Equal("c", lines[2].GetProperty("id").GetString());
    }

    [Fact]
    public void A_curve_of_more_samples_than_a_fit_can_hold_is_refused()
    {
        var (lines, _) = Run("{\"x\":[" + string.Join(',', Enumerable.Repeat("1", CurveQuestion.MostNumbers + 1)) + "]}\n{\"x\":[1]}");
        Assert.Equal([CurveFits.Invalid, "ok"], lines.Select(l => l.GetProperty("status").GetString()));
    }

    [Fact]
    public void Deep_nesting_is_refused_and_not_walked()
    {
        var (lines, _) = Run(new string('[', 5000) + new string(']', 5000));
        Assert.Equal(CurveFits.Invalid, lines[0].GetProperty("status").GetString());
    }

    [Fact]
    public void A_line_beyond_the_limit_is_passed_over_and_the_next_one_is_answered()
    {
        var text = Encoding.UTF8.GetBytes("{\"x\":[1]}\n" + new string(' ', 300) + "\n{\"x\":[2]}\n{\"x\":[2]}" + new string(' ', 300));
        var reader = new LineReader(new MemoryStream(text), longest: 100);
        var seen = new List<(long, bool, int)>();
        while (reader.TryRead(out var line, () => { }, CancellationToken.None))
        {
            seen.Add((reader.Number, reader.IsTooLong, line.Length));
        }

        // The reader sees a line's length when its buffer is asked for more; a block that came whole is within what was read anyway.
        Assert.Equal(4, seen.Count);
        Assert.Equal([1L, 2, 3, 4], seen.Select(s => s.Item1));
    }

    [Fact]
    public void Lines_come_out_as_they_went_in_wherever_the_stream_is_cut()
    {
        var text = string.Concat(Enumerable.Range(0, 500).Select(n => $"{{\"id\":{n},\"x\":[{n},0.5]}}\r\n"));
        var whole = Output(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        var cut = Output(new Trickle(Encoding.UTF8.GetBytes(text), 7));
        Assert.Equal(whole, cut);
        Assert.Equal(500, whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void An_answer_is_there_before_more_is_asked_for()
    {
        var output = new MemoryStream();
        var input = new Asked(["{\"x\":[1]}\n", "{\"x\":[2]}\n"], () => output.Length);
        CurveFits.Run(new Sum(), input, output, TestContext.Current.CancellationToken);
        // Asked for the second line, the stream has seen the first answer; asked for the third, the second.
        Assert.Equal(0, input.Lengths[0]);
        Assert.True(input.Lengths[1] > 0 && input.Lengths[2] > input.Lengths[1], string.Join(' ', input.Lengths));
    }

    [Fact]
    public void Numbers_come_back_as_they_were()
    {
        var value = BitConverter.Int64BitsToDouble(0x3FD5555555555555);
        var (lines, _) = Run($"{{\"x\":[{value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}]}}");
        Assert.Equal(value, lines[0].GetProperty("sum").GetProperty("value").GetDouble());
    }

    private static (List<JsonElement> Lines, CurveCount Count) Run(string text)
    {
        var output = new MemoryStream();
        var count = CurveFits.Run(new Sum(), new MemoryStream(Encoding.UTF8.GetBytes(text)), output, TestContext.Current.CancellationToken);
        return ([.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)], count);
    }

    private static string Output(Stream input)
    {
        var output = new MemoryStream();
        CurveFits.Run(new Sum(), input, output, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>A model whose answer anybody can check.</summary>
    private sealed class Sum : ICurveModel
    {
        public string Name => "sum";

        public CurveAnswer Fit(CurveQuestion question) => new() { Status = CurveAnswer.Ok, Scalars = [new CurveScalar("sum", question.Numbers("x").Sum(), null, "1")] };
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, most));
    }

    /// <summary>Notes how long the output was whenever it was asked for more.</summary>
    private sealed class Asked(string[] parts, Func<long> length) : MemoryStream
    {
        private int _next;

        public List<long> Lengths { get; } = [];

        public override int Read(byte[] buffer, int offset, int count)
        {
            Lengths.Add(length());
            return _next < parts.Length ? Encoding.UTF8.GetBytes(parts[_next++], buffer.AsSpan(offset)) : 0;
        }
    }
}
