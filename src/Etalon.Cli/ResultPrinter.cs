using Etalon.Metrology;
using Etalon.Study;
using Etalon.Study.Report;

namespace Etalon.Cli;

/// <summary>Prints a result: for people, or as results.json.</summary>
internal static class ResultPrinter
{
    public static void Print(StudyResult result, string output, bool json)
    {
        if (json)
        {
            using var stdout = Console.OpenStandardOutput();
            stdout.Write(ResultsJson.Write(result));
            return;
        }

        var answer = Answer.Of(result, ReportModel.MainRegion(result));
        Console.WriteLine(Session.Safe(answer.Sentence));
        Console.WriteLine(Session.Safe(answer.Limit));
        Console.WriteLine($"Fitness: {answer.Verdict} for {answer.Purpose}.");
        if (result.Twin is { } twin)
        {
            foreach (var (agreement, n) in twin.Agreement.Select((a, n) => (a, n)).Where(x => x.n + 1 >= twin.Fitted))
            {
                var dice = agreement.Dice is { } d ? FormattableString.Invariant($"Dice {d:0.000}") : "no voxel above one half";
                var cells = agreement.CellsErrorPercent is { } e ? FormattableString.Invariant($"cells {Math.Round(e, 1) + 0.0:+0.0;-0.0} %") : "no cells measured";
                Console.WriteLine($"Held-out visit {twin.Observations[n + 1].Visit}: {dice}, {cells}");
            }
        }

        if (result.TwinRefusal is not null)
        {
            Console.WriteLine($"No twin: {Session.Safe(result.TwinRefusal)}");
        }

        var count = result.Findings.GroupBy(f => f.Severity).ToDictionary(g => g.Key, g => g.Count());
        string Counted(Severity severity, string name) => count.GetValueOrDefault(severity) is var n && n == 1 ? $"1 {name}" : $"{n} {name}s";
        Console.WriteLine($"Findings: {Counted(Severity.Error, "error")}, {Counted(Severity.Warning, "warning")}, {Counted(Severity.Info, "note")}.");
        foreach (var finding in result.Findings.Where(f => f.Severity == Severity.Error))
        {
            Console.WriteLine($"  {Session.Safe(finding.ToString())}");
        }

        Console.WriteLine($"Report: {Path.Combine(output, "report.html")}");
        Console.WriteLine("Research software, not for clinical use.");
    }
}
