using System.Diagnostics;
using System.Globalization;

namespace Etalon.Benchmarks;

/// <summary>Rates of loops that are too long for BenchmarkDotNet's own count of runs.</summary>
internal static class Timing
{
    /// <summary>Items a second, by the clock and by the processor time of the process (all that other work leaves of a loaded machine): medians of nine runs after two that are not counted.</summary>
    /// <param name="count">Items of one run.</param>
    /// <param name="run">One run.</param>
    public static (double Wall, double Processor) Rate(int count, Action run)
    {
        var (seconds, busy) = (new List<double>(), new List<double>());
        using var self = Process.GetCurrentProcess();
        for (var n = 0; n < 11; n++)
        {
            self.Refresh();
            var (watch, before) = (Stopwatch.StartNew(), self.TotalProcessorTime);
            run();
            seconds.Add(watch.Elapsed.TotalSeconds);
            self.Refresh();
            busy.Add((self.TotalProcessorTime - before).TotalSeconds);
        }

        return (count / seconds.Skip(2).Order().ElementAt(4), count / busy.Skip(2).Order().ElementAt(4));
    }

    /// <summary>A line of figures.</summary>
    /// <param name="text">With numbers as the invariant culture writes them.</param>
    public static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
